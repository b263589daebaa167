package jobs

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

func (a *app) deliveriesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "deliveries",
		Short:   "The files that were read, and taking a wrong one back",
		Example: "  clientele deliveries list --source orders\n  clientele deliveries withdraw k3v5xw2m7q4jz6ab --why \"test data\"",
	}
	source := ""
	list := &cobra.Command{
		Use:     "list",
		Short:   "Print the deliveries in the order in which they were read",
		Example: "  clientele deliveries list --source orders",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), "deliveries list", func(p *pipelines.Project) error { return a.listDeliveries(cmd.Context(), p, source) })
		},
	}
	list.Flags().StringVar(&source, "source", "", "source to list (default: all)")
	why := ""
	withdraw := &cobra.Command{
		Use:   "withdraw DELIVERY --why TEXT",
		Short: "Take a wrong file back: what came only by it is gone",
		Long: `Takes a delivery back and works the last published night once more: what came
only by it is gone, and what it had replaced holds again. The file may stay
where it lies; it is not read again until its content changes.`,
		Example: "  clientele deliveries withdraw k3v5xw2m7q4jz6ab --why \"test data\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.working(cmd.Context(), "deliveries withdraw", func(p *pipelines.Project) error {
				return a.withdraw(cmd.Context(), p, args[0], why)
			})
		},
	}
	withdraw.Flags().StringVar(&why, "why", "", "reason, which is kept")
	a.mayBreakLock(withdraw)
	cmd.AddCommand(list, withdraw)
	return cmd
}

func (a *app) listDeliveries(ctx context.Context, p *pipelines.Project, source string) error {
	if err := knownSource(p, source); err != nil {
		return err
	}
	list, err := p.Deliveries(ctx, source)
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%d deliveries", len(list)), list, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "delivery\tsource\tname\tstate\tnight\trows\treason")
		for _, d := range list {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Delivery, d.Source, d.Name, d.State, d.LandedOn, thousands(d.Rows), d.Reason)
		}
		return t.Flush()
	})
}

// knownSource refuses a source that the config does not have; "" is none.
func knownSource(p *pipelines.Project, name string) error {
	if _, ok := p.Config.Source(name); ok || name == "" {
		return nil
	}
	return p.Config.UnknownSource(name)
}

// withdrawn is what withdrawing a delivery came to.
type withdrawn struct {
	Delivery string            `json:"delivery"`
	Why      string            `json:"why"`
	Run      *pipelines.Report `json:"run,omitempty"`
}

func (a *app) withdraw(ctx context.Context, p *pipelines.Project, id, why string) error {
	if why == "" {
		return errWhy
	}
	report, err := p.Withdraw(ctx, id, why)
	if err != nil {
		return err
	}
	return a.afterwards(fmt.Sprintf("delivery %s is withdrawn", id), withdrawn{id, why, report}, report, nil)
}

// afterwards prints what a verb did that worked a night, and what came of that
// night; report is nil where there was none to work.
func (a *app) afterwards(summary string, result any, report *pipelines.Report, details func(w io.Writer) error) error {
	if report != nil {
		summary += fmt.Sprintf("; night %s is published again: %s customers", report.AsOf, thousands(report.Tables["customers"]))
	}
	err := a.done(summary, result, func(w io.Writer) error {
		if details != nil {
			if err := details(w); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
	if err != nil || report == nil {
		return err
	}
	return a.partly(report)
}
