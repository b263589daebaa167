package jobs

import (
	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the program's version",
		Example: "  clientele version",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			a.command = "version"
			return a.done("clientele "+a.Version, map[string]string{"version": a.Version}, nil)
		},
	}
}
