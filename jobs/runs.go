package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
)

func (a *app) runsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "runs",
		Short:   "What the nights did, and letting a check pass once",
		Example: "  clientele runs list\n  clientele runs show 2026-11-21.1\n  clientele runs approve 2026-11-21.1 customers.max_lost --why \"the old shop was closed\"",
	}
	limit := 0
	list := &cobra.Command{
		Use:     "list",
		Short:   "Print the runs, newest first",
		Example: "  clientele runs list --limit 7",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), "runs list", func(p *pipelines.Project) error { return a.listRuns(cmd.Context(), p, limit) })
		},
	}
	list.Flags().IntVar(&limit, "limit", 30, "runs to print; 0 for all")
	show := &cobra.Command{
		Use:     "show RUN",
		Short:   "Print the steps of a run, how long each took, and what was approved",
		Example: "  clientele runs show 2026-11-21.1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), "runs show", func(p *pipelines.Project) error { return a.showHistory(cmd.Context(), p, args[0]) })
		},
	}
	why := ""
	approve := &cobra.Command{
		Use:   "approve RUN CHECK --why TEXT",
		Short: "Let a failed check of the newest run pass once",
		Long: `Lets a failed check pass once, in the run that comes next: that of the whole
base that held the night, or the guard that held a source back. Who did so,
when and why is kept.`,
		Example: "  clientele runs approve 2026-11-21.1 orders.min_rows --why \"a holiday\"",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), "runs approve", func(p *pipelines.Project) error {
				return a.approve(cmd.Context(), p, args[0], args[1], why)
			})
		},
	}
	approve.Flags().StringVar(&why, "why", "", "reason, which is kept")
	cmd.AddCommand(list, show, approve)
	return cmd
}

// reading opens the project for a verb that reads no source.
func (a *app) reading(ctx context.Context, command string, work func(p *pipelines.Project) error) error {
	a.command = command
	p, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	return work(p)
}

// working opens the project for a verb that may work a night.
func (a *app) working(ctx context.Context, command string, work func(p *pipelines.Project) error) error {
	a.command = command
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	return work(p)
}

func (a *app) listRuns(ctx context.Context, p *pipelines.Project, limit int) error {
	runs, err := p.Runs(ctx, limit)
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%d runs", len(runs)), runs, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "run\tstatus\tstarted\ttook\terror")
		for _, r := range runs {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Run, r.Status, r.StartedAt.UTC().Format(time.DateTime), tookText(r.Took), r.Code())
		}
		return t.Flush()
	})
}

func tookText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.Round(10 * time.Millisecond).String()
}

func (a *app) showHistory(ctx context.Context, p *pipelines.Project, id string) error {
	h, ok, err := p.RunHistory(ctx, id)
	if err != nil {
		return err
	}
	if !ok {
		return a.unknownRun(ctx, p, id)
	}
	return a.done(fmt.Sprintf("run %s: %s", h.Run, h.Status), h, func(w io.Writer) error {
		fmt.Fprintf(w, "run      %s\nnight    %s\nstatus   %s\nstarted  %s\n", h.Run, h.AsOf, h.Status, h.StartedAt.UTC().Format(time.DateTime))
		if h.Took != 0 {
			fmt.Fprintf(w, "took     %s\n", tookText(h.Took))
		}
		if h.Attempts > 1 {
			fmt.Fprintf(w, "attempts %d\n", h.Attempts)
		}
		if h.Error != "" {
			fmt.Fprintf(w, "error    %s\n", h.Error)
		}
		if h.Status == connectors.RunRunning {
			fmt.Fprintf(w, "lock     %s\n", cmp.Or(h.Lock, "nobody holds it: the run was interrupted, and the next one takes it up"))
		}
		fmt.Fprintf(w, "config   %s\nversion  %s\n\n", h.ConfigHash, h.Version)
		if err := writeSteps(w, h); err != nil {
			return err
		}
		for _, s := range h.Held {
			fmt.Fprintf(w, "%s is held back: %s\n", s.Source, s.Why)
		}
		for _, b := range h.Breaks {
			fmt.Fprintf(w, "lock broken on %s by %s (process %d on %s), of %s (process %d on %s)\n", b.By.Since.UTC().Format(time.DateTime),
				b.By.Command, b.By.PID, b.By.Host, b.Of.Command, b.Of.PID, b.Of.Host)
		}
		for _, p := range h.Approvals {
			fmt.Fprintf(w, "approved %s by %s on %s: %s\n", p.Check, p.By, p.At.UTC().Format(time.DateTime), p.Why)
		}
		for _, command := range h.Next {
			fmt.Fprintf(w, "go on with %s\n", command)
		}
		return nil
	})
}

// writeSteps prints the steps of a run, those of earlier attempts too.
func writeSteps(w io.Writer, h pipelines.RunHistory) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "attempt\tstep\ttook\trows\twhat")
	for _, s := range h.Steps {
		what := s.Detail
		switch {
		case s.Failed && what == "":
			what = "not done"
		case s.Failed:
			what = "failed: " + what
		}
		fmt.Fprintf(t, "%d\t%s\t%.2fs\t%s\t%s\n", s.Attempt, s.Step, s.Took.Seconds(), thousands(s.Rows), what)
	}
	return t.Flush()
}

func (a *app) unknownRun(ctx context.Context, p *pipelines.Project, id string) error {
	runs, err := p.Runs(ctx, 0)
	if err != nil {
		return err
	}
	known := make([]string, len(runs))
	for i, r := range runs {
		known[i] = r.Run
	}
	if len(known) > 5 {
		known = known[:5]
	}
	return &usageError{unknownName("run", id, known)}
}

func (a *app) approve(ctx context.Context, p *pipelines.Project, run, check, why string) error {
	if why == "" {
		return errWhy
	}
	if known := p.Checks(); !slices.Contains(known, check) {
		return &usageError{unknownName("check", check, known)}
	}
	if err := p.Approve(ctx, run, check, why, a.User); err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%s may pass once; `clientele run` goes on from there", check),
		map[string]string{"run": run, "check": check, "why": why, "by": a.User}, nil)
}

// errWhy asks for the reason that is kept with a decision.
var errWhy = &usageError{errors.New("--why TEXT is missing: the reason is kept with the decision")}
