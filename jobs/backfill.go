package jobs

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/calendar"
)

type backfillOptions struct {
	from, to, every  string
	onFailure, rerun string
	resume           string
	reverse, dryRun  bool
	workers          int
}

func (a *app) backfillCommand() *cobra.Command {
	var o backfillOptions
	cmd := &cobra.Command{
		Use:   "backfill --from NIGHT [--to NIGHT]",
		Short: "Work many nights anew, in a base of their own that then takes its place",
		Long: `Works the nights of a range in order, each with what was to be known then, in a
base beside the one that there is. When the last night is done that base takes
its place and is published, once; until then readers, and runs, see nothing of
it. Published nights before and after the range are worked too: a base is one
chain of nights.

A night is a date in the company's time zone and holds facts dated before it.
The range is half-open, [from, to): --to with a date alone means all of that
date, so that night is the last; an instant like 2026-04-01T00:00 is the end
itself. --every week takes the nights of Mondays, month those of the first of
each month, and the last night of the range.

A delivery belongs to the night after its date, which its source's option dated
tells, or else to the night on which it landed. Where neither says, it belongs
to the first night and its rows wait for their day.

Nights are prepared in parallel and committed in order; --reverse reads the
latest deliveries first, and commits in order all the same. The first signal
lets the night under way finish, the second stops at once; either way
--continue takes the backfill up, with its own nights. --rerun says which:
failed, those that failed and all after them, the default; missing, those that
nobody has worked; all, from the first night.

Exit codes: 0 done; 1 a night failed; 4 checks failed in one; 5 done, but a
night failed or a source was held back; 130 stopped.`,
		Example: "  clientele backfill --from 2026-03-01 --to 2026-03-31 --dry-run\n  clientele backfill --from 2026-03-01 --to 2026-03-31\n  clientele backfill --continue bq4zt7wme --rerun all",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.working(cmd.Context(), "backfill", func(p *pipelines.Project) error { return a.backfill(cmd, p, o) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "first night")
	f.StringVar(&o.to, "to", "", "last night, or an instant that ends the range (default: today)")
	f.StringVar(&o.every, "every", "day", "nights to work: day, week or month")
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would be done, and do nothing")
	f.StringVar(&o.resume, "continue", "", "backfill to take up")
	f.StringVar(&o.rerun, "rerun", pipelines.RerunFailed, "with --continue, nights to work: failed, missing or all")
	f.StringVar(&o.onFailure, "on-failure", pipelines.FailureStop, "after a night that failed: stop, or continue with the next")
	f.BoolVar(&o.reverse, "reverse", false, "read the latest deliveries first")
	f.IntVar(&o.workers, "workers", 0, "nights to prepare at a time (default: one per core)")
	list := &cobra.Command{
		Use:     "list",
		Short:   "Print the backfills, newest first",
		Example: "  clientele backfill list",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), "backfill list", func(p *pipelines.Project) error { return a.listBackfills(cmd.Context(), p) })
		},
	}
	show := &cobra.Command{
		Use:     "show BACKFILL",
		Short:   "Print every attempt at the nights of a backfill",
		Example: "  clientele backfill show bq4zt7wme",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), "backfill show", func(p *pipelines.Project) error { return a.showBackfill(cmd.Context(), p, args[0]) })
		},
	}
	discard := &cobra.Command{
		Use:     "discard BACKFILL",
		Short:   "Remove what an unfinished backfill has on the disk",
		Example: "  clientele backfill discard bq4zt7wme",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), "backfill discard", func(p *pipelines.Project) error {
				if err := p.DiscardBackfill(cmd.Context(), args[0]); err != nil {
					return err
				}
				return a.done(fmt.Sprintf("backfill %s is discarded", args[0]), map[string]string{"backfill": args[0]}, nil)
			})
		},
	}
	cmd.AddCommand(list, show, discard)
	return cmd
}

// options reads the command line.
func (o backfillOptions) options(cmd *cobra.Command, p *pipelines.Project) (pipelines.BackfillOptions, error) {
	usage := func(format string, args ...any) (pipelines.BackfillOptions, error) {
		return pipelines.BackfillOptions{}, &usageError{fmt.Errorf(format, args...)}
	}
	out := pipelines.BackfillOptions{OnFailure: o.onFailure, Reverse: o.reverse, Workers: o.workers, Continue: o.resume}
	if cmd.Flags().Changed("workers") && o.workers < 1 {
		return usage("--workers must be 1 or more")
	}
	if o.resume != "" {
		for _, name := range []string{"from", "to", "every", "on-failure", "reverse"} {
			if cmd.Flags().Changed(name) {
				return usage("--%s was said when backfill %s began, and can't be changed", name, o.resume)
			}
		}
		switch out.Rerun = o.rerun; o.rerun {
		case pipelines.RerunFailed, pipelines.RerunMissing, pipelines.RerunAll:
			return out, nil
		}
		return usage("--rerun %q is not failed, missing or all", o.rerun)
	}
	if cmd.Flags().Changed("rerun") {
		return usage("--rerun goes with --continue")
	}
	if o.from == "" {
		return usage("say the first night with --from, or which backfill to take up with --continue")
	}
	if o.onFailure != pipelines.FailureStop && o.onFailure != pipelines.FailureContinue {
		return usage("--on-failure %q is not stop or continue", o.onFailure)
	}
	to := o.to
	if to == "" {
		to = p.Today().Format(time.DateOnly)
	}
	var err error
	if out.Every, err = calendar.ParseEvery(o.every); err != nil {
		return usage("--every: %w", err)
	}
	if out.From, out.To, err = calendar.ParseRange(o.from, to, p.Config.Company.Zone); err != nil {
		return usage("%w", err)
	}
	return out, nil
}

func (a *app) backfill(cmd *cobra.Command, p *pipelines.Project, flags backfillOptions) error {
	ctx := cmd.Context()
	o, err := flags.options(cmd, p)
	if err != nil {
		return err
	}
	if flags.dryRun {
		plan, err := p.PlanBackfill(ctx, o)
		if err != nil {
			return err
		}
		return a.showBackfillPlan(plan)
	}
	o.Started = func(plan *pipelines.BackfillPlan) { a.backfillStarts(plan) }
	// The first signal ends ctx, which here only asks for an end; the second
	// ends the work.
	o.Stop = ctx.Done()
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go func() {
		select {
		case <-a.Insisted:
			cancel()
		case <-work.Done():
		}
	}()
	report, err := p.Backfill(work, o)
	if err != nil {
		return err
	}
	return a.showBackfillReport(report)
}

// backfillStarts tells, before anything is done, how to take the backfill up.
func (a *app) backfillStarts(plan *pipelines.BackfillPlan) {
	a.resume = a.commandLine("backfill", "--continue", plan.Backfill)
	if a.json {
		_ = a.encodeEvent(map[string]any{"backfill": plan.Backfill, "resume": a.resume, "nights": plan.Nights, "done": plan.Done, "workers": plan.Workers})
		return
	}
	fmt.Fprintf(a.Err, "backfill %s: %s\nif it is interrupted: %s\n", plan.Backfill, planned(plan), a.resume)
	for _, f := range plan.Findings {
		fmt.Fprintln(a.Err, f)
	}
}

// planned tells a plan in a line.
func planned(plan *pipelines.BackfillPlan) string {
	out := fmt.Sprintf("%d nights", plan.Nights)
	if others := plan.Nights - plan.Asked; others > 0 {
		out += fmt.Sprintf(" (%d asked for, %d published before or after them)", plan.Asked, others)
	}
	if plan.Done > 0 {
		out += fmt.Sprintf(", %d done", plan.Done)
	}
	return out + fmt.Sprintf(", %d deliveries, %d at a time (%s)", plan.Deliveries, plan.Workers, plan.WhySo)
}

func (a *app) showBackfillPlan(plan *pipelines.BackfillPlan) error {
	a.findings = append(a.findings, plan.Findings...)
	summary := "it would work " + planned(plan)
	return a.done(summary, plan, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "partition\tnight\trole\tnew facts from\tand before\thours\tdeliveries\tbytes")
		for _, n := range plan.Partitions {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%g\t%d\t%s\n", n.Partition, n.Night, n.Role, n.FactsFrom.Format("2006-01-02T15:04-07:00"), n.FactsTo.Format("2006-01-02T15:04-07:00"),
				n.Hours, n.Deliveries, thousands(n.Bytes))
		}
		if err := t.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(w, "\nnights [%s, %s) of every %s in %s; after a failure: %s\n", plan.From, plan.To, plan.Every, plan.Zone, plan.OnFailure)
		if plan.Later > 0 {
			fmt.Fprintf(w, "%d deliveries belong to a night after the last\n", plan.Later)
		}
		for _, f := range plan.Findings {
			fmt.Fprintln(w, f)
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}

func (a *app) showBackfillReport(report *pipelines.BackfillReport) error {
	summary := fmt.Sprintf("backfill %s is %s: %d of %d nights; night %s is published: %s customers", report.Backfill, report.Status, report.Done, report.Nights,
		report.Run.AsOf, thousands(report.Run.Tables["customers"]))
	if err := a.done(summary, report, nil); err != nil {
		return err
	}
	if report.Status != connectors.BackfillPartly {
		return nil
	}
	if a.json { // the one envelope is printed
		a.exit = ExitPartly
		return nil
	}
	held := heldSources(report.Run)
	for _, night := range report.Failed {
		held = append(held, "night "+night)
	}
	if len(held) == 0 {
		held = []string{"in some night; see: clientele backfill show " + report.Backfill}
	}
	return &partlyError{held}
}

func (a *app) listBackfills(ctx context.Context, p *pipelines.Project) error {
	list, err := p.Backfills(ctx)
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%d backfills", len(list)), list, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "backfill\tstatus\tfrom\tto\tevery\tnights\tdone\tfailed\tstarted\terror")
		for _, b := range list {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", b.Backfill, b.Status, b.From, b.To, b.Every, b.Nights, b.Done, b.Failed, b.StartedAt.Format(time.RFC3339), b.Error)
		}
		return t.Flush()
	})
}

func (a *app) showBackfill(ctx context.Context, p *pipelines.Project, id string) error {
	b, err := p.BackfillHistory(ctx, id)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("backfill %s is %s: %d of %d nights", b.Backfill, b.Status, b.Done, b.Nights)
	return a.done(summary, b, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "partition\tnight\trole\tattempt\tstatus\tdeliveries\trows\tseconds\theld\terror")
		for _, n := range b.Attempts {
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%d\t%s\t%.1f\t%s\t%s\n", n.Partition, n.Night, n.Role, n.Attempt, n.Status, n.Deliveries, thousands(n.Rows),
				n.Took.Seconds(), strings.Join(n.Held, ", "), n.Error)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}

// commandLine returns a command of this project as a shell reads it.
func (a *app) commandLine(words ...string) string {
	line := []string{"clientele"}
	if a.config != defaultConfig {
		line = append(line, "--config", a.config)
	}
	if a.home != "" {
		line = append(line, "--home", a.home)
	}
	line = append(line, words...)
	for i, word := range line {
		if strings.ContainsFunc(word, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+", r)
		}) {
			line[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(line, " ")
}
