package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

type quarantineOptions struct {
	source, delivery, why, to string
	limit                     int
}

func (a *app) quarantineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quarantine",
		Short: "Rows that could not be used: see, correct, read again or discard them",
		Example: `  clientele quarantine list
  clientele quarantine export --source orders --to rejected.xlsx
  clientele quarantine import rejected.xlsx`,
	}
	var o quarantineOptions
	verb := func(use, short, long, example string, args cobra.PositionalArgs, open func(context.Context, string, func(*pipelines.Project) error) error,
		work func(ctx context.Context, p *pipelines.Project, args []string) error) *cobra.Command {
		c := &cobra.Command{Use: use, Short: short, Long: long, Example: "  clientele quarantine " + example, Args: args}
		c.RunE = func(c *cobra.Command, args []string) error {
			return open(c.Context(), "quarantine "+c.Name(), func(p *pipelines.Project) error {
				if err := knownSource(p, o.source); err != nil {
					return err
				}
				return work(c.Context(), p, args)
			})
		}
		cmd.AddCommand(c)
		return c
	}

	list := verb("list", "Count rows by source, table, code and delivery; no values", "", "list --source orders", cobra.NoArgs, a.reading,
		func(ctx context.Context, p *pipelines.Project, _ []string) error {
			return a.listQuarantine(ctx, p, o.source)
		})
	list.Flags().StringVar(&o.source, "source", "", "source to list (default: all)")

	show := verb("show DELIVERY", "Print the rows that a delivery has in quarantine, with their values", "", "show k3v5xw2m7q4jz6ab --limit 5", cobra.ExactArgs(1), a.reading,
		func(ctx context.Context, p *pipelines.Project, args []string) error {
			return a.showQuarantine(ctx, p, args[0], o.limit)
		})
	show.Flags().IntVar(&o.limit, "limit", 20, "rows to print; 0 for all")

	replay := verb("replay", "Read rows again, after the config was corrected",
		`Conforms deliveries again with the config as it is now, and works the last
published night once more: the delivery named, or all that have rows in
quarantine. Landed rows that retention removed are read again from where they
came.`, "replay --source orders", cobra.NoArgs, a.working,
		func(ctx context.Context, p *pipelines.Project, _ []string) error {
			return a.replay(ctx, p, o.source, o.delivery)
		})
	replay.Flags().StringVar(&o.source, "source", "", "source whose deliveries are read again")
	replay.Flags().StringVar(&o.delivery, "delivery", "", "delivery that is read again")
	a.mayBreakLock(replay)

	discard := verb("discard DELIVERY --why TEXT", "Throw away what a delivery has in quarantine",
		`Throws away what a delivery has in quarantine. The rows stay counted, who
discarded them and why is kept, and they do not come back when the delivery is
conformed again.`, "discard k3v5xw2m7q4jz6ab --why \"test rows\"", cobra.ExactArgs(1), a.reading,
		func(ctx context.Context, p *pipelines.Project, args []string) error {
			return a.discard(ctx, p, args[0], o.why)
		})
	discard.Flags().StringVar(&o.why, "why", "", "reason, which is kept")
	a.mayBreakLock(discard)

	export := verb("export --source S --to F.xlsx", "Write rejected rows as a workbook for their owner",
		`Writes the rejected rows of a source as a workbook: one line per row, with what
is wrong and the values as cells to be edited. It holds personal data.`, "export --source orders --to rejected.xlsx", cobra.NoArgs, a.reading,
		func(ctx context.Context, p *pipelines.Project, _ []string) error { return a.export(ctx, p, o) })
	export.Flags().StringVar(&o.source, "source", "", "source whose rows are written")
	export.Flags().StringVar(&o.delivery, "delivery", "", "only those of this delivery")
	export.Flags().StringVar(&o.to, "to", "", "workbook to write; it must not be there yet")

	imported := verb("import F.xlsx", "Take a corrected workbook back",
		`Takes the cells that were edited in an exported workbook as corrections of those
rows, conforms their deliveries again and works the last published night once
more. The receipt says how many rows were taken, and why others were not.`, "import rejected.xlsx", cobra.ExactArgs(1), a.working,
		func(ctx context.Context, p *pipelines.Project, args []string) error {
			return a.importWorkbook(ctx, p, args[0])
		})
	a.mayBreakLock(imported)
	return cmd
}

func (a *app) listQuarantine(ctx context.Context, p *pipelines.Project, source string) error {
	q, err := p.Quarantine(ctx, source)
	if err != nil {
		return err
	}
	var rows int64
	for _, c := range q.Counts {
		rows += c.Rows
	}
	summary := fmt.Sprintf("%s rows in quarantine", thousands(rows))
	return a.done(summary, q, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		if len(q.Counts) > 0 {
			fmt.Fprintln(t, "source\ttable\tcode\trows\tdelivery\tname")
		}
		for _, c := range q.Counts {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Source, c.Table, c.Code, thousands(c.Rows), c.Delivery, c.Name)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		for _, d := range q.Discarded {
			fmt.Fprintf(w, "discarded: %s (%s) by %s on %s: %s\n", d.Delivery, d.Name, d.By, d.At.UTC().Format(time.DateOnly), d.Why)
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}

func (a *app) showQuarantine(ctx context.Context, p *pipelines.Project, delivery string, limit int) error {
	rows := []pipelines.QuarantinedRow{}
	err := p.Quarantined(ctx, delivery, func(q pipelines.QuarantinedRow) error {
		if limit > 0 && len(rows) == limit {
			return errEnough
		}
		rows = append(rows, q)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	more := errors.Is(err, errEnough)
	return a.done(fmt.Sprintf("%d rows", len(rows)), rows, func(w io.Writer) error {
		for _, q := range rows {
			fmt.Fprintf(w, "%s  %s  %s: %s\n", printable(q.Place()), q.Table, q.Code, q.Message)
			for _, v := range q.Values {
				fmt.Fprintf(w, "    %s: %s\n", printable(v.Column), printable(v.Text))
			}
		}
		if more {
			fmt.Fprintf(a.Err, "the first %d rows; --limit 0 shows all\n", limit)
		}
		return nil
	})
}

func (a *app) replay(ctx context.Context, p *pipelines.Project, source, delivery string) error {
	r, err := p.Replay(ctx, source, delivery)
	if err != nil {
		return err
	}
	return a.afterwards(fmt.Sprintf("%d deliveries were read again", len(r.Deliveries)), r, r.Run, nil)
}

func (a *app) discard(ctx context.Context, p *pipelines.Project, delivery, why string) error {
	if why == "" {
		return errWhy
	}
	rows, err := p.Discard(ctx, delivery, why, a.User)
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%s rows of delivery %s are discarded", thousands(rows), delivery),
		map[string]any{"delivery": delivery, "rows": rows, "why": why, "by": a.User}, nil)
}

func (a *app) export(ctx context.Context, p *pipelines.Project, o quarantineOptions) error {
	if o.source == "" || o.to == "" {
		return &usageError{errors.New("--source S and --to F.xlsx say what is written, and where")}
	}
	e, err := p.ExportQuarantine(ctx, o.to, o.source, o.delivery)
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%s holds %s rows of %d deliveries of %s; when it comes back: clientele quarantine import %s",
		e.File, thousands(int64(e.Rows)), e.Deliveries, e.Source, e.File), e, nil)
}

func (a *app) importWorkbook(ctx context.Context, p *pipelines.Project, file string) error {
	r, err := p.ImportQuarantine(ctx, file, a.User)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%d rows taken, %d unchanged, %d refused; %d of those taken still can't be used", r.Taken, r.Unchanged, len(r.Refused), r.Left)
	return a.afterwards(summary, r, r.Run, func(w io.Writer) error {
		for _, refused := range r.Refused {
			fmt.Fprintf(w, "line %d: %s\n", refused.Line, refused.Why)
		}
		return nil
	})
}

// printable returns a text without what would steer a terminal.
func printable(text string) string {
	out := []rune(text)
	for i, r := range out {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			out[i] = ' '
		}
	}
	return string(out)
}
