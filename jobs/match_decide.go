package jobs

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/decisions"
)

// decideOptions say who decides, and why.
type decideOptions struct{ by, why string }

// who is who decides: the user, unless another is named.
func (a *app) who(by string) string {
	if by == "" {
		return a.User
	}
	return by
}

func (a *app) matchDecideCommand(verdict connectors.Verdict, use, short, long, example string) *cobra.Command {
	var o decideOptions
	cmd := &cobra.Command{
		Use: use + " A B --why TEXT", Short: short,
		Long: long + ` A record is named as SOURCE:RECORD, or by a
customer id, which stands for the record that founded it. Who decided, when and why
is kept, apart from the base: restoring, rebuilding and training anew change nothing
about it.`,
		Example: example, Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), "match "+use, func(p *pipelines.Project) error {
				return a.decide(cmd.Context(), p, args[0], args[1], verdict, o)
			})
		},
	}
	cmd.Flags().StringVar(&o.by, "by", "", "who decides (default: the user)")
	cmd.Flags().StringVar(&o.why, "why", "", "reason, which is kept")
	a.mayBreakLock(cmd)
	return cmd
}

// matchDecideCommands are the verbs by which people decide on the records of a
// project.
func (a *app) matchDecideCommands() []*cobra.Command {
	return []*cobra.Command{
		a.matchDecideCommand(connectors.VerdictSame, "same", "Decide that two records of the project are one customer",
			`From the next night on two records, and whoever is one with them, are one
customer, whatever their values say.`,
			"  clientele match same shop:1042 web:77 --by Mia --why \"she told me on the phone\""),
		a.matchDecideCommand(connectors.VerdictDifferent, "different", "Decide that two records of the project are two customers",
			`From the next night on two records are two customers, whatever their values say.`,
			"  clientele match different shop:1042 k3v5xw2m7q4jz6ab --by Mia --why \"father and son\""),
		a.matchDecideCommand(connectors.VerdictForgotten, "forget", "Take back what was decided on two records",
			`From the next night on the evidence decides again. That something was decided and
taken back stays known.`,
			"  clientele match forget shop:1042 web:77 --why \"it was another Jan Peeters\""),
		a.matchDecisionsCommand(),
	}
}

func (a *app) decide(ctx context.Context, p *pipelines.Project, first, second string, verdict connectors.Verdict, o decideOptions) error {
	if o.why == "" {
		return errWhy
	}
	d, err := p.Decide(ctx, first, second, verdict, o.why, a.who(o.by))
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%s and %s %s; the next night heeds it", d.A, d.B, decisions.Words(d.Verdict))
	if !d.New {
		summary = fmt.Sprintf("%s and %s %s already, as %s decided on %s", d.A, d.B, decisions.Words(d.Verdict), d.By, d.At.UTC().Format(time.DateOnly))
	}
	return a.done(summary, d, nil)
}

func (a *app) matchDecisionsCommand() *cobra.Command {
	all := false
	cmd := &cobra.Command{
		Use:     "decisions",
		Short:   "Print what people decided on pairs of records",
		Long:    `Prints the decisions that hold, with who took them, when and why.`,
		Example: "  clientele match decisions\n  clientele match decisions --all",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), "match decisions", func(p *pipelines.Project) error { return a.listDecisions(cmd.Context(), p, all) })
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also those that were taken back")
	return cmd
}

func (a *app) listDecisions(ctx context.Context, p *pipelines.Project, all bool) error {
	found, err := p.Decisions(ctx, all)
	if err != nil {
		return err
	}
	summary := counted(len(found), "decision")
	return a.done(summary, found, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, d := range found {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", printable(d.A), printable(d.B), d.Verdict, printable(d.By), d.At.UTC().Format(time.DateOnly), printable(d.Why))
		}
		if err := t.Flush(); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}
