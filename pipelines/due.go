package pipelines

import (
	"context"
	"time"

	"clientele/connectors"
)

// ClockSkew is how far the clocks of two machines that share a project may be
// apart: what began so much before it was due was begun for it.
const ClockSkew = 2 * time.Minute

// NightOf is the date of the night that is due at an instant: that day in the
// company's time zone, however late it is worked.
func (p *Project) NightOf(due time.Time) time.Time {
	y, m, d := due.In(p.Config.Company.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// worked returns the report of the published run that read the sources after the
// night of asOf was due, or of a later night's, and nil where there is none. The
// caller holds the lock.
func (p *Project) worked(ctx context.Context, asOf, due time.Time) (*Report, error) {
	runs, err := p.State.Runs(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if r.Status != connectors.RunPublished && r.Status != connectors.RunPartly || r.AsOf.Before(asOf) {
			continue
		}
		if r.AsOf.Equal(asOf) {
			read, err := p.readAt(ctx, r.ID)
			if err != nil {
				return nil, err
			}
			if read.Before(due.Add(-ClockSkew)) {
				continue
			}
		}
		return &Report{Run: r.ID, AsOf: r.AsOf.Format(time.DateOnly), Status: r.Status, Already: true}, nil
	}
	return nil, nil
}

// readAt returns when a run began to read its sources, for the last time where it
// was taken up, which may be long after it began; zero where it read none.
func (p *Project) readAt(ctx context.Context, run string) (time.Time, error) {
	steps, err := p.State.Steps(ctx, run)
	if err != nil {
		return time.Time{}, err
	}
	var at time.Time
	for _, s := range steps {
		if s.Name == firstStep {
			at = s.StartedAt
		}
	}
	return at, nil
}
