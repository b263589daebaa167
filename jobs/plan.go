package jobs

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

func (a *app) planCommand() *cobra.Command {
	asOf := ""
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "What tonight would do: what is new, what changed shape, what looks like failing",
		Long: `Looks at every source and says what the night would do, without writing: which
deliveries are new, pending, held or due, which columns came or went, and which
guards look like failing by the first rows.`,
		Example: "  clientele plan\n  clientele plan --as-of 2026-11-21",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.working(cmd.Context(), "plan", func(p *pipelines.Project) error {
				night, err := parseDate(asOf)
				if err != nil {
					return err
				}
				return a.plan(cmd.Context(), p, night)
			})
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "date of the night (default: today in the company's time zone)")
	return cmd
}

func (a *app) plan(ctx context.Context, p *pipelines.Project, asOf time.Time) error {
	plan, err := p.Plan(ctx, asOf)
	if err != nil {
		return err
	}
	a.findings = append(a.findings, plan.Findings...)
	work := 0
	for _, s := range plan.Sources {
		work += len(s.Deliveries)
	}
	summary := fmt.Sprintf("night %s: %d deliveries, %d findings", plan.AsOf, work, len(plan.Findings))
	return a.done(summary, plan, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "source\tdelivery\tstate\t")
		for _, s := range plan.Sources {
			for _, d := range s.Deliveries {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.Source, d.Name, d.State, d.Why)
			}
			if s.ReadBefore > 0 {
				fmt.Fprintf(t, "%s\t%d files\tread before\t\n", s.Source, s.ReadBefore)
			}
			if s.ReadBefore == 0 && len(s.Deliveries) == 0 && s.Error == "" {
				fmt.Fprintf(t, "%s\t\tnothing to read\t\n", s.Source)
			}
		}
		if err := t.Flush(); err != nil {
			return err
		}
		if err := writeChanges(w, plan.Sources); err != nil {
			return err
		}
		fmt.Fprintln(w)
		if plan.TakesUp != "" {
			fmt.Fprintf(w, "takes up run %s\n", plan.TakesUp)
		}
		for _, step := range plan.Steps {
			fmt.Fprintln(w, step)
		}
		for _, f := range plan.Findings {
			fmt.Fprintln(w, f)
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}

// writeChanges prints what changed in the columns of new deliveries.
func writeChanges(w io.Writer, sources []pipelines.SourcePlan) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	first := true
	for _, s := range sources {
		for _, c := range s.Changes {
			if first {
				fmt.Fprintln(t, "\nsource\tdelivery\tcolumn\twas\tis\t\t")
				first = false
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Source, c.Delivery, c.Column, c.Old, c.New, c.Verdict(), c.Effect)
		}
	}
	return t.Flush()
}
