package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

func (a *app) restoreCommand() *cobra.Command {
	var o pipelines.RestoreOptions
	from := ""
	cmd := &cobra.Command{
		Use:   "restore --from FILE.tar",
		Short: "Make the base what it was when a backup was written",
		Long: `Checks a backup, puts its base in the place of the one that is there, and works
the last published night again: with the deliveries that landed after the backup,
and with all that people decided since. The state is not taken back: what was
withdrawn, suppressed, corrected or approved stays so. It is restored only where
there is none yet, as on a new machine; --state adds what the backup's knows and
the present one does not.

Until the new base is in place, the old one stays, and readers see what was
published until the night is done. A restore that was cut short is done by doing
it again, or by clientele run once the base is in place. A base that is newer
than the backup is replaced only with --force.`,
		Example: "  clientele restore --from backups/clientele-20261121T030000Z.tar",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == "" {
				a.command = "restore"
				return &usageError{errors.New("--from is missing: a file that `clientele backup` wrote")}
			}
			return a.working(cmd.Context(), "restore", func(p *pipelines.Project) error { return a.restore(cmd.Context(), p, from, o) })
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "file that `clientele backup` wrote")
	cmd.Flags().BoolVar(&o.Force, "force", false, "replace a base that is newer than the backup, can't be read, or is of another company")
	cmd.Flags().BoolVar(&o.State, "state", false, "add what the state of the backup holds and the present one does not")
	a.mayBreakLock(cmd)
	return cmd
}

func (a *app) restore(ctx context.Context, p *pipelines.Project, from string, o pipelines.RestoreOptions) error {
	r, err := p.Restore(ctx, from, o)
	if err != nil && r != nil { // the base is restored; its night did not go well
		return fmt.Errorf("the base is restored, and its night is not published (`clientele run` goes on from there): %w", err)
	}
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("the base is that of %s", nightText(r.Run))
	return a.afterwards(summary, r, r.Night, func(w io.Writer) error {
		if r.StateRows > 0 {
			fmt.Fprintf(w, "%s rows of the state came from the backup\n", thousands(r.StateRows))
		}
		if r.Later > 0 {
			fmt.Fprintf(w, "%d deliveries landed after the backup and are loaded again\n", r.Later)
		}
		for _, id := range r.Lost {
			fmt.Fprintf(w, "the rows of delivery %s are kept nowhere: put its file back where it came from, and `clientele quarantine replay --delivery %s`\n", id, id)
		}
		return nil
	})
}
