package jobs

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"clientele/pipelines"
)

type statusOptions struct {
	maxAge time.Duration
	format string
}

func (a *app) statusCommand() *cobra.Command {
	var o statusOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Is the last night fresh; a night that never ran says nothing by itself",
		Long: `Says which night is published, how old it is, whether a run is under way, which
sources are stale and when the next night is due. It reads no source, and may
be asked at any time, also while a night is under way.

Exit codes: 0 fresh; 1 stale, or nothing is published yet; 2 the config;
3 the environment.

A night is fresh up to --max-age. Without that it is fresh while the night that
was due by the config's schedule is published, or may still be; without a
schedule, for 26 hours.`,
		Example: "  clientele status\n  clientele status --max-age 26h\n  clientele status --format prometheus",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "status"
			if o.maxAge < 0 {
				return &usageError{fmt.Errorf("--max-age can't be %s", o.maxAge)}
			}
			if o.format != "text" && o.format != "prometheus" {
				return &usageError{fmt.Errorf("%q is no format: text or prometheus", o.format)}
			}
			s, err := a.statusNow(cmd.Context(), o.maxAge)
			if err != nil {
				return err
			}
			if !s.Fresh {
				a.exit = ExitFailed
			}
			return a.done(s.Why, s, func(w io.Writer) error {
				if o.format == "prometheus" {
					return s.prometheus(w)
				}
				return s.text(w)
			})
		},
	}
	cmd.Flags().DurationVar(&o.maxAge, "max-age", 0, "how long ago the sources of the published night may have been read (default: by the schedule)")
	cmd.Flags().StringVar(&o.format, "format", "text", "text, or prometheus for the node exporter's textfile collector")
	return cmd
}

// status is what the verb says.
type status struct {
	pipelines.Freshness
	Stale []pipelines.StaleSource `json:"stale_sources"`
	zone  *time.Location
}

func (a *app) statusNow(ctx context.Context, maxAge time.Duration) (*status, error) {
	c, err := a.load(nil)
	if err != nil {
		return nil, err
	}
	s := &status{Stale: []pipelines.StaleSource{}, zone: c.Company.Zone}
	s.Why = "no night is published yet"
	if c.Schedule.Set {
		s.Due, s.Next, s.zone = c.Schedule.Last(a.Now()), c.Schedule.Next(a.Now()), c.Schedule.Zone
	}
	err = a.journal(ctx, c, func(p *pipelines.Project) (err error) {
		if s.Freshness, err = p.Freshness(ctx, maxAge); err != nil || s.Night == "" {
			return err
		}
		stale, err := p.StaleSources(ctx)
		s.Stale = append(s.Stale, stale...)
		return err
	})
	return s, err
}

func (s *status) text(w io.Writer) error {
	at := func(t time.Time) string { return t.In(s.zone).Format("2006-01-02 15:04 MST") }
	word := "stale"
	if s.Fresh {
		word = "fresh"
	}
	if s.Night != "" {
		fmt.Fprintf(w, "night      %s, run %s\nread       %s\npublished  %s\n", s.Night, s.Run, at(s.ReadAt), at(s.PublishedAt))
	}
	if s.Newest != nil {
		fmt.Fprintf(w, "newest     run %s: %s %s\n", s.Newest.Run, s.Newest.Status, s.Newest.Error)
	}
	if s.UnderWay != nil {
		fmt.Fprintf(w, "under way  %s: process %d on %s, since %s\n", s.UnderWay.Command, s.UnderWay.PID, s.UnderWay.Host, at(s.UnderWay.Since))
	}
	for _, source := range s.Stale {
		fmt.Fprintf(w, "source     %s\n", staleText(source))
	}
	if !s.Next.IsZero() {
		fmt.Fprintf(w, "next due   %s\n", at(s.Next))
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", word, s.Why)
	return err
}

func staleText(s pipelines.StaleSource) string {
	text := s.Source + " has not delivered in time"
	if s.Held {
		text = s.Source + " is held back"
	}
	if s.LastDelivery != "" {
		text += ", last delivery on " + s.LastDelivery
	}
	if s.ExpectedBy != "" {
		text += ", expected by " + s.ExpectedBy
	}
	return text
}

// prometheus writes the text format of Prometheus.
func (s *status) prometheus(w io.Writer) error {
	gauge := func(name, help, labels string, value float64) {
		fmt.Fprintf(w, "# HELP clientele_%s %s\n# TYPE clientele_%s gauge\nclientele_%s%s %.15g\n", name, help, name, name, labels, value)
	}
	instant := func(name, help string, t time.Time) {
		if !t.IsZero() {
			gauge(name, help, "", float64(t.UnixMilli())/1000)
		}
	}
	flag := func(on bool) float64 {
		if on {
			return 1
		}
		return 0
	}
	gauge("fresh", "Whether the published night is fresh.", "", flag(s.Fresh))
	instant("last_read_timestamp_seconds", "When the published night began to read its sources.", s.ReadAt)
	instant("last_published_timestamp_seconds", "When the published night was done.", s.PublishedAt)
	instant("next_due_timestamp_seconds", "When the next night is due by the schedule.", s.Next)
	gauge("under_way", "Whether a process works on the project.", "", flag(s.UnderWay != nil))
	gauge("stale_sources", "How many sources are held back or late.", "", float64(len(s.Stale)))
	newest := "published"
	if s.Newest != nil {
		newest = string(s.Newest.Status)
	}
	_, err := fmt.Fprintf(w, "# HELP clientele_newest_run The newest run, by its status.\n# TYPE clientele_newest_run gauge\nclientele_newest_run{status=%q} 1\n", newest)
	return err
}
