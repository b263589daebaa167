package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/schemas/option"
)

type moveOptions struct {
	to    string
	home  string
	force bool
}

func (a *app) warehouseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "warehouse",
		Short:   "Where base and published tables live, and moving them",
		Example: "  clientele warehouse move --to 'bigquery: { project: my-project, dataset: customers }'",
	}
	var o moveOptions
	move := &cobra.Command{
		Use:   "move --to WAREHOUSE|FILE.yaml",
		Short: "Copy the base to another warehouse, and publish it there",
		Long: `Copies the base to another warehouse, and publishes it there. The other one is
written as it stands behind warehouse: in a config, or is that of another config:
a copy of this one with another warehouse: below it. The
digests of every table, here and there, are printed and must be equal. The old
warehouse stays as it is, and so does the state, which does not depend on it.
Nothing uses the new one until your config says so. A move that was cut short is
done by doing it again.`,
		Example: "  clientele warehouse move --to 'bigquery: { project: my-project, dataset: customers }'\n  clientele warehouse move --to clientele.yaml --to-home /mnt/faster/clientele",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.to == "" {
				a.command = "warehouse move"
				return &usageError{errors.New("--to is missing: the other warehouse, or a config that names it")}
			}
			return a.reading(cmd.Context(), "warehouse move", func(p *pipelines.Project) error { return a.move(cmd.Context(), p, o) })
		},
	}
	move.Flags().StringVar(&o.to, "to", "", "the other warehouse as a config has it, or a config that names it")
	move.Flags().StringVar(&o.home, "to-home", "", "folder of the other warehouse, if it keeps files (default: --home)")
	move.Flags().BoolVar(&o.force, "force", false, "replace a base there that is newer than the one here")
	a.mayBreakLock(move)
	cmd.AddCommand(move)
	return cmd
}

func (a *app) move(ctx context.Context, p *pipelines.Project, o moveOptions) error {
	c, findings, err := a.other(p.Config, o.to)
	if err != nil {
		return err
	}
	if err := findings.Err(); err != nil {
		return err
	}
	if o.home == "" {
		o.home = p.Home
	}
	moved, err := p.MoveWarehouse(ctx, pipelines.MoveOptions{Config: c, Home: o.home, Force: o.force})
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%d tables of the base and %d published ones are in the other warehouse, with equal digests", len(moved.Base), len(moved.Published))
	return a.done(summary, moved, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "table\trows\tbefore\tafter")
		for _, tables := range [][]pipelines.MovedTable{moved.Base, moved.Published} {
			for _, m := range tables {
				fmt.Fprintf(t, "%s\t%s\t%.16s\t%.16s\n", m.Table, thousands(m.Rows), m.Before, m.After)
			}
			fmt.Fprintln(t, "\t\t\t")
		}
		if err := t.Flush(); err != nil {
			return err
		}
		fmt.Fprintln(w, summary)
		return a.howToUse(w, p, c, o)
	})
}

// other returns the config with the other warehouse: to names a file, or is the
// warehouse itself.
func (a *app) other(c *config.Config, to string) (*config.Config, option.Findings, error) {
	switch kind, _, given := strings.Cut(to, ":"); {
	case kind != "bigquery" && kind != "duckdb":
		return config.Load(to, a.known)
	case !given:
		to += ": {}"
	}
	return c.WithWarehouse(to, a.known)
}

// howToUse says what makes the next night use the other warehouse.
func (a *app) howToUse(w io.Writer, p *pipelines.Project, c *config.Config, o moveOptions) error {
	fmt.Fprintf(w, "To use it, write in %s:\n", p.Config.Path)
	lines := c.Lines("warehouse")
	if len(lines) == 0 {
		lines = []string{"warehouse: (leave it out)"}
	}
	for _, line := range lines {
		fmt.Fprintln(w, "  "+line)
	}
	if o.home != p.Home {
		fmt.Fprintf(w, "and give every command --home %s; state and landed files stay in %s: copy its folders state and landing there\n", o.home, p.Home)
	}
	return nil
}
