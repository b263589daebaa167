package jobs

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

type runOptions struct {
	asOf  string
	only  []string
	ifDue string
	// retrain trains the models of matching anew.
	retrain bool
}

// lastDue stands for the time at which the config's schedule was due last.
const lastDue = "now"

func (a *app) runCommand() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Work one night: read what is new, bring the base up to date, publish",
		Long: `Works one night. A run that was interrupted is taken up by the next one.

Exit codes: 0 published; 4 checks failed and nothing new is published;
5 published, with a source held back; 3 the environment failed; 2 the config.

With --if-due it works the night that the config's schedule had due last, and
does nothing, with the exit code of the run that did it, when that is published
already: so a scheduler may call it twice, or on two machines.

One process at a time works on a project. The lock of one that died is free, as
the system or the database server sees it die. Where it can't be seen, since its
machine is cut off or the file system is shared, --break-lock takes the lock
over, and the state keeps who did so. It is refused while the holder is a living
process of this machine. A holder that lives on elsewhere has lost its lock: it
stops before it commits or publishes anything.`,
		Example: "  clientele run\n  clientele run --as-of 2026-11-21 --only orders\n  clientele run --if-due\n  clientele run --break-lock",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "run"
			asOf, err := parseDate(o.asOf)
			if err != nil {
				return err
			}
			c, err := a.load(a.Getenv)
			if err != nil {
				return err
			}
			a.sayFindings()
			due, err := a.due(c, o)
			if err != nil {
				return err
			}
			report, err := a.night(cmd.Context(), c, pipelines.RunOptions{AsOf: asOf, Only: o.only, Due: due, Retrain: o.retrain})
			if err != nil {
				return err
			}
			return a.showRun(report)
		},
	}
	cmd.Flags().StringVar(&o.asOf, "as-of", "", "date of the night (default: today in the company's time zone)")
	cmd.Flags().StringSliceVar(&o.only, "only", nil, "sources to read (default: all)")
	cmd.Flags().StringVar(&o.ifDue, "if-due", "", "work the night only where it was due, by the config's schedule or at this time, and is not published since")
	cmd.Flags().BoolVar(&o.retrain, "retrain", false, "train the models of matching anew on the parties of the night (clientele match diff says what that changes); a night that is held for it must be told so again")
	cmd.Flags().Lookup("if-due").NoOptDefVal = lastDue
	a.mayBreakLock(cmd)
	return cmd
}

// due returns when the night that --if-due asks for was due; zero without it.
func (a *app) due(c *config.Config, o runOptions) (time.Time, error) {
	switch {
	case o.ifDue == "":
		return time.Time{}, nil
	case o.asOf != "" || len(o.only) > 0:
		return time.Time{}, &usageError{errors.New("--if-due chooses the night and reads all sources: it goes without --as-of and --only")}
	case o.ifDue == lastDue && !c.Schedule.Set:
		return time.Time{}, errNoSchedule
	case o.ifDue == lastDue:
		return c.Schedule.Last(a.Now().Add(pipelines.ClockSkew)), nil
	}
	due, err := time.Parse(time.RFC3339, o.ifDue)
	if err != nil {
		return time.Time{}, &usageError{fmt.Errorf("--if-due can't be %q: times are like 2026-11-21T02:30:00+01:00", o.ifDue)}
	}
	return due, nil
}

// errNoSchedule asks for a schedule in the config.
var errNoSchedule = connectors.Errorf(connectors.KindConfig, "no_schedule", `add one: schedule: { cron: "30 2 * * *" }`, "the config has no schedule")

// showRun prints what a run did.
func (a *app) showRun(report *pipelines.Report) error {
	if report.Already {
		return a.showAlready(report)
	}
	err := a.done(report.Headline(), report, func(w io.Writer) error {
		if err := writeSources(w, report.Sources); err != nil {
			return err
		}
		writeLines(w, report.Digest())
		return nil
	})
	if err != nil {
		return err
	}
	return a.partly(report)
}

// showAlready says that a run had done what was due. The exit code is that run's,
// so that whoever tries a night again is not told that all is well.
func (a *app) showAlready(report *pipelines.Report) error {
	if report.Status == connectors.RunPartly {
		a.exit = ExitPartly
	}
	return a.done(fmt.Sprintf("night %s was published by run %s, since it was due: nothing to do", report.AsOf, report.Run), report, nil)
}

// partly makes the exit code say that sources were held back, where some were.
func (a *app) partly(report *pipelines.Report) error {
	held := heldSources(report)
	if len(held) == 0 {
		return nil
	}
	if a.json { // the one envelope is printed
		a.exit = ExitPartly
		return nil
	}
	return &partlyError{held}
}

func heldSources(report *pipelines.Report) []string {
	var held []string
	for _, s := range report.Sources {
		if s.Held != "" {
			held = append(held, s.Source)
		}
	}
	return held
}

// writeSources prints what became of the rows of each source, by code.
func writeSources(w io.Writer, sources []pipelines.SourceReport) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "source\ttable\tread\tconformed\tfiltered\tquarantined\t")
	for _, s := range sources {
		for _, table := range s.Tables {
			var filtered, quarantined int64
			for _, c := range table.Filtered {
				filtered += c.Rows
			}
			for _, c := range table.Quarantined {
				quarantined += c.Rows
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t\n", s.Source, table.Table, thousands(table.Read), thousands(table.Conformed), thousands(filtered), thousands(quarantined))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range sources {
		for _, table := range s.Tables {
			for _, c := range table.Filtered {
				fmt.Fprintf(w, "  %s.%s filtered %s: %s\n", s.Source, table.Table, c.Code, thousands(c.Rows))
			}
			for _, c := range table.Quarantined {
				fmt.Fprintf(w, "  %s.%s quarantined %s: %s\n", s.Source, table.Table, c.Code, thousands(c.Rows))
			}
			if table.WithoutParty > 0 {
				fmt.Fprintf(w, "  %s.%s without a customer: %s\n", s.Source, table.Table, thousands(table.WithoutParty))
			}
		}
		for _, c := range s.Columns {
			fmt.Fprintf(w, "  %s: %s\n", s.Source, c)
		}
		if c := s.Crosswalk; c != nil {
			fmt.Fprintf(w, "  %s: crosswalk: %s of %s rows join two records, %s wait for one of the two", s.Source, thousands(c.Linked), thousands(c.Rows), thousands(c.Waiting))
			if c.Unknown > 0 {
				fmt.Fprintf(w, ", %s name none that is known, the first in line %d", thousands(c.Unknown), c.FirstUnknown)
			}
			fmt.Fprintln(w)
		}
		if s.Note != "" {
			fmt.Fprintf(w, "  %s: %s\n", s.Source, s.Note)
		}
	}
	return nil
}

// writeLines prints lines.
func writeLines(w io.Writer, lines []string) {
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
}

func parseDate(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, &usageError{fmt.Errorf("%q is not a date like 2026-11-21", text)}
	}
	return d, nil
}
