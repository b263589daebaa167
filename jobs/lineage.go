package jobs

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

func (a *app) lineageCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lineage TABLE.COLUMN",
		Short: "What a published column is made of, back to the columns of the sources",
		Long: `Prints the columns that the values of a published column are made of, and those
that these are made of, back to what the sources deliver: by the SQL that a night
runs for this config. A count is made of the rows of what it counts.

It follows values, with the conditions of CASE. What only decides which rows there
are (WHERE, ON, GROUP BY) it does not tell, nor how parties are matched.`,
		Example: "  clientele lineage customers.email\n  clientele --json lineage orders.amount_base",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "lineage"
			return a.lineage(cmd.Context(), args[0])
		},
	}
}

func (a *app) lineage(ctx context.Context, column string) error {
	c, err := a.load(nil)
	if err != nil {
		return err
	}
	tracer, err := pipelines.NewTracer(ctx, c)
	if err != nil {
		return err
	}
	l, err := tracer.Trace(column)
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%s: %d steps, %d origins", l.Column, len(l.Steps), len(l.Origins)), l, func(w io.Writer) error {
		fmt.Fprintf(w, "%s (%s): %s\n", l.Column, l.Type, l.Doc)
		t := lineageTree{w: w, steps: map[string][]pipelines.LineageStep{}, origins: map[string]pipelines.Origin{}, told: map[string]bool{}}
		for _, s := range l.Steps {
			t.steps[s.Column] = append(t.steps[s.Column], s)
		}
		for _, o := range l.Origins {
			t.origins[o.Column] = o
		}
		t.tell(l.Column, 1)
		return nil
	})
}

// lineageTree prints what columns are made of, each once, a level deeper than
// what is made of it.
type lineageTree struct {
	w       io.Writer
	steps   map[string][]pipelines.LineageStep
	origins map[string]pipelines.Origin
	told    map[string]bool
}

func (t lineageTree) line(depth int, format string, args ...any) {
	fmt.Fprintf(t.w, strings.Repeat("  ", depth)+format+"\n", args...)
}

func (t lineageTree) tell(column string, depth int) {
	label := column
	if table, ok := strings.CutSuffix(column, ".*"); ok {
		label = "rows of " + table
	}
	if t.told[column] {
		t.line(depth, "%s, see above", label)
		return
	}
	t.told[column] = true
	for _, s := range t.steps[column] {
		step, _, _ := strings.Cut(s.Statement, ":")
		if len(s.From) == 0 {
			t.line(depth, "%s, by %s: a constant", label, step)
			continue
		}
		t.line(depth, "%s, by %s", label, step)
		for _, from := range s.From {
			if from.Before {
				t.line(depth+1, "%s, as the night before left it", from.Column)
				continue
			}
			t.tell(from.Column, depth+1)
		}
	}
	if o, ok := t.origins[column]; ok {
		t.origin(label, o, depth)
	}
}

func (t lineageTree) origin(label string, o pipelines.Origin, depth int) {
	switch {
	case o.Written != "":
		t.line(depth, "%s, written by the step %s", label, o.Written)
	case o.Note != "":
		t.line(depth, "%s: %s", label, o.Note)
	default:
		t.line(depth, "%s", label)
	}
	for _, m := range o.Mapped {
		t.line(depth+1, "source %s, %s: %s  (%s)", m.Source, m.Table, m.From, m.At)
	}
}
