package jobs

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

type runOptions struct {
	asOf string
	only []string
}

func (a *app) runCommand() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Work one night: read what is new, bring the base up to date, publish",
		Long: `Works one night. A run that was interrupted is taken up by the next one.

Exit codes: 0 published; 4 checks failed and nothing new is published;
5 published, with a source held back; 3 the environment failed; 2 the config.`,
		Example: "  clientele run\n  clientele run --as-of 2026-11-21 --only orders",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "run"
			p, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer p.Close()
			asOf, err := parseDate(o.asOf)
			if err != nil {
				return err
			}
			report, err := p.Run(cmd.Context(), pipelines.RunOptions{AsOf: asOf, Only: o.only})
			if err != nil {
				return err
			}
			return a.showRun(report)
		},
	}
	cmd.Flags().StringVar(&o.asOf, "as-of", "", "date of the night (default: today in the company's time zone)")
	cmd.Flags().StringSliceVar(&o.only, "only", nil, "sources to read (default: all)")
	return cmd
}

// showRun prints what a run did.
func (a *app) showRun(report *pipelines.Report) error {
	summary := fmt.Sprintf("night %s is published: %s customers", report.AsOf, thousands(report.Tables["customers"]))
	err := a.done(summary, report, func(w io.Writer) error {
		if err := writeSources(w, report.Sources); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
	if err != nil {
		return err
	}
	return a.partly(report)
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
		if s.Held != "" {
			fmt.Fprintf(w, "  %s is held back: %s\n", s.Source, s.Held)
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
