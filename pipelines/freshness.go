package pipelines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"clientele/connectors"
)

// Freshness says whether what readers see is new enough, and what comes next.
type Freshness struct {
	Fresh bool `json:"fresh"`
	// Why says in a sentence why it is fresh, or is not.
	Why string `json:"why"`
	// Night and Run are what is published, "" before the first night.
	Night string `json:"night,omitempty"`
	Run   string `json:"run,omitempty"`
	// ReadAt is when that night began to read its sources, Age how long ago that
	// was; PublishedAt is when its newest run was done.
	ReadAt      time.Time     `json:"read_at,omitzero"`
	PublishedAt time.Time     `json:"published_at,omitzero"`
	Age         time.Duration `json:"age_ns,omitempty"`
	// Newest is the newest run, where it is not what is published.
	Newest *RunRecord `json:"newest,omitempty"`
	// UnderWay is who works on the project now.
	UnderWay *connectors.Holder `json:"under_way,omitempty"`
	// Due is when the last night was due by the config's schedule, Next when the
	// next one is.
	Due  time.Time `json:"due,omitzero"`
	Next time.Time `json:"next,omitzero"`
}

// StaleSource is a source whose data is older than it should be.
type StaleSource struct {
	Source string `json:"source"`
	// LastDelivery is the night of its last delivery that was loaded, "" for none.
	LastDelivery string `json:"last_delivery_on,omitempty"`
	ExpectedBy   string `json:"expected_by,omitempty"`
	// Held says that it failed its guard, and keeps its last good data.
	Held bool `json:"held"`
}

// defaultMaxAge is the age up to which a night is fresh where no schedule says
// otherwise: a day, and some time to work.
const defaultMaxAge = 26 * time.Hour

// Freshness looks how new the published night is. It is fresh up to maxAge; where
// that is zero, while the night that was due by the config's schedule is published,
// or may still be: that takes as long as the schedule tries.
func (p *Project) Freshness(ctx context.Context, maxAge time.Duration) (f Freshness, err error) {
	now := p.env.Now()
	if err := p.lastPublished(ctx, &f); err != nil {
		return f, err
	}
	if f.UnderWay, err = p.underWay(ctx); err != nil {
		return f, err
	}
	if !f.ReadAt.IsZero() {
		f.Age = now.Sub(f.ReadAt)
	}
	s := p.Config.Schedule
	if s.Set {
		f.Due, f.Next = s.Last(now), s.Next(now)
	}
	switch {
	case f.Night == "":
		f.Why = "no night is published yet"
	case maxAge == 0 && s.Set:
		due := s.Last(now.Add(-s.Jitter - s.Within))
		worked, err := p.worked(ctx, p.NightOf(due), due)
		if err != nil {
			return f, err
		}
		f.Fresh = worked != nil
		f.Why = "the night that was due on " + due.Format(time.RFC3339) + " is published"
		if !f.Fresh {
			f.Why = "the night that was due on " + due.Format(time.RFC3339) + " is not published"
		}
	default:
		if maxAge == 0 {
			maxAge = defaultMaxAge
		}
		f.Fresh = f.Age <= maxAge
		f.Why = fmt.Sprintf("its sources were read %s ago, and %s is allowed", hours(f.Age), hours(maxAge))
	}
	return f, nil
}

// hours writes a length of time in hours and minutes.
func hours(d time.Duration) string {
	if d = d.Round(time.Minute); d == 0 {
		return "0m"
	}
	return strings.TrimSuffix(d.String(), "0s")
}

// lastPublished finds the last published night in the journal.
func (p *Project) lastPublished(ctx context.Context, f *Freshness) error {
	asOf, ok, err := p.lastNight(ctx)
	if err != nil {
		return err
	}
	runs, err := p.State.Runs(ctx, 0)
	if err != nil {
		return err
	}
	if len(runs) > 0 && runs[0].Status != connectors.RunPublished && runs[0].Status != connectors.RunPartly {
		newest := record(runs[0])
		f.Newest = &newest
	}
	if !ok {
		return nil
	}
	f.Night = asOf.Format(time.DateOnly)
	var first time.Time
	for _, r := range runs { // the newest first
		if !r.AsOf.Equal(asOf) || r.Status != connectors.RunPublished && r.Status != connectors.RunPartly {
			continue
		}
		if f.Run == "" {
			f.Run, f.PublishedAt = r.ID, r.FinishedAt
		}
		// A run after a withdrawal read nothing: what it published is as old as
		// what the run before it read.
		if f.ReadAt, err = p.readAt(ctx, r.ID); err != nil || !f.ReadAt.IsZero() {
			return err
		}
		first = r.StartedAt
	}
	f.ReadAt = first // no run of the night says when it read: not before it began
	return nil
}

// underWay returns who works on the project, nil for nobody.
func (p *Project) underWay(ctx context.Context) (*connectors.Holder, error) {
	h, ok, err := p.State.Holder(ctx)
	if err != nil || !ok {
		return nil, err
	}
	if h.Host == p.env.Host && errors.Is(syscall.Kill(h.PID, 0), syscall.ESRCH) {
		return nil, nil // killed, and not run again yet
	}
	return &h, nil
}

// StaleSources returns the sources of what is published that were held back, or
// are late, by name.
func (p *Project) StaleSources(ctx context.Context) ([]StaleSource, error) {
	r, err := p.Warehouse.Published(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	found, err := rows(ctx, r, "SELECT source, stale, last_delivery_on, expected_by FROM sources ORDER BY source NULLS LAST")
	if err != nil {
		return nil, err
	}
	var out []StaleSource
	today := p.Today().Format(time.DateOnly)
	for i, row := range found.Values {
		s := StaleSource{Source: found.text(i, "source"), LastDelivery: found.text(i, "last_delivery_on"), ExpectedBy: found.text(i, "expected_by")}
		s.Held, _ = row[slices.Index(found.Columns, "stale")].(bool)
		if s.Held || s.ExpectedBy != "" && s.ExpectedBy < today {
			out = append(out, s)
		}
	}
	return out, nil
}
