package jobs

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientele/pipelines"
	"clientele/schemas"
)

func (a *app) tablesCommand() *cobra.Command {
	var digest bool
	cmd := &cobra.Command{
		Use:     "tables",
		Short:   "Print the data dictionary, or the digests of what is published",
		Example: "  clientele tables\n  clientele tables --digest",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "tables"
			if !digest {
				return a.done("data dictionary", schemas.Published(), func(w io.Writer) error { return schemas.Dictionary(w) })
			}
			w, err := a.openPublished(cmd.Context())
			if err != nil {
				return err
			}
			defer w.Close()
			digests, err := pipelines.Digests(cmd.Context(), w)
			if err != nil {
				return err
			}
			return a.done(fmt.Sprintf("%d tables", len(digests)), digests, func(w io.Writer) error {
				t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
				for _, d := range digests {
					fmt.Fprintf(t, "%s\t%s\t%d rows\n", d.SHA256, d.Table, d.Rows)
				}
				return t.Flush()
			})
		},
	}
	cmd.Flags().BoolVar(&digest, "digest", false, "a SHA-256 per published table, of all columns but volatile ones")
	return cmd
}
