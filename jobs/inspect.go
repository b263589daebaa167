package jobs

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

func (a *app) inspectCommand() *cobra.Command {
	rows, file := 0, ""
	cmd := &cobra.Command{
		Use:   "inspect SOURCE",
		Short: "First rows, types and nulls of a source, and what would come of them",
		Long: `Reads the first rows of a source's last file and shows them: what each column
holds and what it fills, which mapped columns are missing, and how many rows would
be conformed, filtered or quarantined. Nothing is written. It shows personal data.`,
		Example: "  clientele inspect orders\n  clientele inspect orders --rows 20 --file incoming/orders/2026-11.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.working(cmd.Context(), "inspect", func(p *pipelines.Project) error {
				if err := knownSource(p, args[0]); err != nil {
					return err
				}
				return a.inspect(cmd.Context(), p, args[0], file, rows)
			})
		},
	}
	cmd.Flags().IntVar(&rows, "rows", 5, "first rows to show")
	cmd.Flags().StringVar(&file, "file", "", "file to look at, as the plan calls it (default: the last)")
	return cmd
}

func (a *app) inspect(ctx context.Context, p *pipelines.Project, source, file string, rows int) error {
	in, err := p.Inspect(ctx, source, file, rows)
	if err != nil {
		return err
	}
	looked := "first " + thousands(in.Rows)
	if in.Whole {
		looked = "all " + thousands(in.Rows)
	}
	summary := fmt.Sprintf("%s: %s rows, %d columns", in.Delivery, looked, len(in.Columns))
	return a.done(summary, in, func(w io.Writer) error {
		fmt.Fprintf(w, "%s\n\n", summary)
		if err := writeColumns(w, in.Columns); err != nil {
			return err
		}
		for _, c := range in.Faults {
			fmt.Fprintf(w, "rows with fault %s: %s\n", c.Code, thousands(c.Rows))
		}
		fmt.Fprintln(w)
		for _, t := range in.Tables {
			writeTrial(w, t)
		}
		fmt.Fprintln(w)
		return writeRows(w, in.First)
	})
}

func writeColumns(w io.Writer, columns []pipelines.InspectedColumn) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "column\ttype\tnulls\tfills\tlayout")
	for _, c := range columns {
		layout := strings.Join(c.Layouts, " or ")
		if len(c.Layouts) > 1 {
			layout += " (day and month can't be told apart)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", printable(c.Name), c.Type, thousands(c.Nulls), strings.Join(c.Fills, ", "), layout)
	}
	return t.Flush()
}

func writeTrial(w io.Writer, t pipelines.InspectedTable) {
	for _, m := range t.Missing {
		note := ""
		if m.Optional {
			note = " (optional)"
		}
		if m.Likely != "" {
			note += fmt.Sprintf("; did %q take its place?", m.Likely)
		}
		fmt.Fprintf(w, "%s: column %q is missing%s\n", t.Table, m.Column, note)
	}
	if t.Error != "" {
		if len(t.Missing) == 0 {
			fmt.Fprintf(w, "%s: %s\n", t.Table, t.Error)
		}
		return
	}
	fmt.Fprintf(w, "%s: %s read, %s conformed", t.Table, thousands(t.Read), thousands(t.Conformed))
	for _, c := range t.Filtered {
		fmt.Fprintf(w, ", %s filtered %s", thousands(c.Rows), c.Code)
	}
	for _, c := range t.Quarantined {
		fmt.Fprintf(w, ", %s quarantined %s", thousands(c.Rows), c.Code)
	}
	fmt.Fprintln(w)
}

// writeRows prints rows as a table.
func writeRows(w io.Writer, rows pipelines.Rows) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, column := range rows.Columns {
		fmt.Fprint(t, tab(i), printable(column))
	}
	fmt.Fprintln(t)
	for _, row := range rows.Values {
		for i, v := range row {
			fmt.Fprint(t, tab(i), valueText(v))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// valueText returns a value for people; "" for none.
func valueText(v any) string {
	if v == nil {
		return ""
	}
	return printable(fmt.Sprint(v))
}
