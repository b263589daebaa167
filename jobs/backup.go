package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

func (a *app) backupCommand() *cobra.Command {
	to := ""
	cmd := &cobra.Command{
		Use:   "backup --to DIR|FILE.tar",
		Short: "Write base, state and what waits to one file",
		Long: `Writes base and state, as they are between two nights, and the landed files that
wait for a night, to one file: to FILE.tar, or to a new file in DIR. It holds
personal data, and only its owner may read it. A manifest in it says what it is,
with the SHA-256 of each part. While a night is under way it is refused.`,
		Example: "  clientele backup --to backups\n  clientele backup --to /mnt/backup/clientele.tar",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				a.command = "backup"
				return &usageError{errors.New("--to is missing: a folder, or a file that ends in .tar")}
			}
			return a.reading(cmd.Context(), "backup", func(p *pipelines.Project) error { return a.backup(cmd.Context(), p, to) })
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "folder, or file that ends in .tar")
	a.mayBreakLock(cmd)
	verify := &cobra.Command{
		Use:     "verify FILE.tar",
		Short:   "Check that a backup is whole",
		Example: "  clientele backup verify backups/clientele-20261121T030000Z.tar",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "backup verify"
			m, err := pipelines.VerifyBackup(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.done(fmt.Sprintf("%s is whole: %s, %d parts, written on %s by version %s", args[0], nightText(m.Run), len(m.Members), m.CreatedAt.Format("2006-01-02 15:04"), m.Version), m, nil)
		},
	}
	cmd.AddCommand(verify)
	return cmd
}

func nightText(run string) string {
	if run == "" {
		return "before the first night"
	}
	return "run " + run
}

func (a *app) backup(ctx context.Context, p *pipelines.Project, to string) error {
	b, err := p.Backup(ctx, to)
	if err != nil {
		return err
	}
	var rows int64
	for _, t := range b.Tables {
		rows += t.Rows
	}
	summary := fmt.Sprintf("%s holds the base (%s, %s rows), the state and %d landed deliveries that wait: %s bytes",
		b.File, nightText(b.Run), thousands(rows), b.Waiting, thousands(b.Size))
	return a.done(summary, b, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}
