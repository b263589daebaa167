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

func (a *app) customerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "customer",
		Short: "One customer: find, show, and why it is what it is",
		Example: `  clientele customer find "bakkerij peeters"
  clientele customer show k3v5xw2m7q4jz6ab
  clientele customer why orders:10234`,
	}
	limit, last := 0, 0
	find := &cobra.Command{
		Use:   "find TEXT",
		Short: "Find customers by id, account, e-mail, phone, VAT number or name",
		Long: `Finds published customers by any id that was ever issued, an account number, an
e-mail address, a telephone, VAT or enterprise number however it is written, or
words of a name.`,
		Example: "  clientele customer find 02/555.12.12",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), "customer find", func(p *pipelines.Project) error {
				return a.findCustomers(cmd.Context(), p, strings.Join(args, " "), limit)
			})
		},
	}
	find.Flags().IntVar(&limit, "limit", 20, "customers to print; 0 for all")
	show := &cobra.Command{
		Use:     "show ID",
		Short:   "Print all that is published of a customer, by any id it ever had",
		Example: "  clientele customer show k3v5xw2m7q4jz6ab --last 3",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), "customer show", func(p *pipelines.Project) error {
				return a.showCustomer(cmd.Context(), p, args[0], last)
			})
		},
	}
	show.Flags().IntVar(&last, "last", 10, "facts of a kind to print: orders, invoices, interactions …")
	explain := &cobra.Command{
		Use:   "why REFERENCE [REFERENCE]",
		Short: "Why parties are one customer, or two, or none",
		Long: `Explains a customer: which parties it is made of, what joined them, and why each
value won. Of two, why they are one or are not. Of a record that is no customer,
what became of it: filtered, quarantined, withdrawn, replaced. A reference is a
customer id, or SOURCE:RECORD as the source knows it.`,
		Example: "  clientele customer why k3v5xw2m7q4jz6ab\n  clientele customer why k3v5xw2m7q4jz6ab orders:10234",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.working(cmd.Context(), "customer why", func(p *pipelines.Project) error {
				return a.why(cmd.Context(), p, append(args, "")[:2])
			})
		},
	}
	cmd.AddCommand(find, show, explain)
	return cmd
}

func (a *app) findCustomers(ctx context.Context, p *pipelines.Project, text string, limit int) error {
	hits, err := p.FindCustomers(ctx, text, limit)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%d customers", len(hits))
	return a.done(summary, hits, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, h := range hits {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\tby %s\n", h.CustomerID, h.Kind, printable(h.Name), printable(strings.TrimSpace(h.Postcode+" "+h.Municipality)), printable(h.Email), h.By)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}

func (a *app) showCustomer(ctx context.Context, p *pipelines.Project, id string, last int) error {
	view, err := p.ShowCustomer(ctx, id, last)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("customer %s: %s", view.Current, view.State)
	if view.State == "merged" {
		summary = fmt.Sprintf("%s was merged into customer %s", view.Asked, view.Current)
	}
	return a.done(summary, view, func(w io.Writer) error {
		if _, err := fmt.Fprintln(w, summary); err != nil {
			return err
		}
		for _, s := range view.Sections {
			fmt.Fprintf(w, "\n%s\n", s.Table)
			write := writeRows
			if len(s.Rows.Values) == 1 {
				write = writeRecord
			}
			if err := write(w, s.Rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeRecord prints a single row as a line per value that is there.
func writeRecord(w io.Writer, rows pipelines.Rows) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, v := range rows.Values[0] {
		if v != nil {
			fmt.Fprintf(t, "  %s\t%s\n", rows.Columns[i], valueText(v))
		}
	}
	return t.Flush()
}

func (a *app) why(ctx context.Context, p *pipelines.Project, references []string) error {
	why, err := p.Why(ctx, references[0], references[1])
	if err != nil {
		return err
	}
	return a.done(why.Answer, why, func(w io.Writer) error {
		fmt.Fprintln(w, printable(why.Answer))
		for _, reason := range why.Reasons {
			fmt.Fprintf(w, "  %s\n", printable(reason))
		}
		for _, pair := range why.Pairs {
			fmt.Fprintln(w)
			if err := writePair(w, pair); err != nil {
				return err
			}
		}
		for _, rows := range []*pipelines.Rows{why.Parties, why.Fields} {
			if rows == nil || len(rows.Values) == 0 {
				continue
			}
			fmt.Fprintln(w)
			if err := writeRows(w, *rows); err != nil {
				return err
			}
		}
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, c := range why.Compared {
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", c.Field, c.Verdict, printable(strings.Join(c.First, ", ")), printable(strings.Join(c.Second, ", ")))
		}
		return t.Flush()
	})
}
