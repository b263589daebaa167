package jobs

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *app) validateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "validate",
		Short:   "Check the config exactly as run does",
		Example: "  clientele --config clientele.yaml validate",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			a.command = "validate"
			c, err := a.load(a.Getenv)
			if err != nil {
				return err
			}
			summary := fmt.Sprintf("%s is valid: %d sources, %d scores, %d warnings", a.config, len(c.Sources), len(c.Scores), len(a.findings))
			return a.done(summary, nil, func(w io.Writer) error {
				for _, f := range a.findings {
					fmt.Fprintln(w, f)
				}
				_, err := fmt.Fprintln(w, summary)
				return err
			})
		},
	}
}
