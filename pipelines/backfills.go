package pipelines

import (
	"context"
	"time"

	"clientele/connectors"
)

// BackfillRecord is a backfill as the state has it.
type BackfillRecord struct {
	Backfill  string                    `json:"backfill"`
	Status    connectors.BackfillStatus `json:"status"`
	From      string                    `json:"from"`
	To        string                    `json:"to"` // half-open
	Every     string                    `json:"every"`
	OnFailure string                    `json:"on_failure"`
	Reverse   bool                      `json:"reverse"`
	Nights    int                       `json:"nights"`
	Done      int                       `json:"done"`
	Failed    int                       `json:"failed"`
	StartedAt time.Time                 `json:"started_at"`
	Took      time.Duration             `json:"took_ns,omitempty"`
	Error     string                    `json:"error,omitempty"`
	Attempts  []AttemptRecord           `json:"attempts,omitempty"`
}

// AttemptRecord is one attempt at a night of a backfill.
type AttemptRecord struct {
	Partition  string                     `json:"partition"`
	Night      string                     `json:"night"`
	After      string                     `json:"after"`
	Role       string                     `json:"role"`
	Attempt    int                        `json:"attempt"`
	Status     connectors.PartitionStatus `json:"status"`
	Deliveries int                        `json:"deliveries"`
	Rows       int64                      `json:"rows"`
	Held       []string                   `json:"held,omitempty"`
	Took       time.Duration              `json:"took_ns,omitempty"`
	Error      string                     `json:"error,omitempty"`
}

// Backfills returns the backfills, newest first.
func (p *Project) Backfills(ctx context.Context) ([]BackfillRecord, error) {
	all, err := p.State.Backfills(ctx)
	if err != nil {
		return nil, err
	}
	out := []BackfillRecord{}
	for _, b := range all {
		r, err := p.backfillRecord(ctx, b)
		if err != nil {
			return nil, err
		}
		r.Attempts = nil
		out = append(out, r)
	}
	return out, nil
}

// BackfillHistory returns a backfill with every attempt at its nights.
func (p *Project) BackfillHistory(ctx context.Context, id string) (BackfillRecord, error) {
	b, err := p.knownBackfill(ctx, id)
	if err != nil {
		return BackfillRecord{}, err
	}
	return p.backfillRecord(ctx, b)
}

func (p *Project) backfillRecord(ctx context.Context, b connectors.Backfill) (BackfillRecord, error) {
	out := BackfillRecord{Backfill: b.ID, Status: b.Status, From: b.From.Format(time.DateOnly), To: b.To.Format(time.DateOnly), Every: b.Every,
		OnFailure: b.OnFailure, Reverse: b.Reverse, StartedAt: b.StartedAt, Error: b.Error}
	if !b.FinishedAt.IsZero() {
		out.Took = b.FinishedAt.Sub(b.StartedAt)
	}
	attempts, err := p.State.Partitions(ctx, b.ID)
	if err != nil {
		return out, err
	}
	newest := map[string]connectors.PartitionStatus{}
	for _, a := range attempts {
		newest[a.ID] = a.Status
		r := AttemptRecord{Partition: a.ID, Night: a.AsOf.Format(time.DateOnly), After: a.After.Format(time.DateOnly), Role: a.Role, Attempt: a.Attempt,
			Status: a.Status, Deliveries: a.Deliveries, Rows: a.Rows, Held: a.Held, Error: a.Error}
		if !a.FinishedAt.IsZero() {
			r.Took = a.FinishedAt.Sub(a.StartedAt)
		}
		out.Attempts = append(out.Attempts, r)
	}
	out.Nights = len(newest)
	for _, status := range newest {
		switch status {
		case connectors.PartitionDone:
			out.Done++
		case connectors.PartitionFailed:
			out.Failed++
		}
	}
	return out, nil
}

// DiscardBackfill removes what a backfill that did not end well has on the disk.
// Its records stay.
func (p *Project) DiscardBackfill(ctx context.Context, id string) error {
	unlock, err := p.lock(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	b, err := p.knownBackfill(ctx, id)
	if err != nil {
		return err
	}
	if b.Status == connectors.BackfillDone || b.Status == connectors.BackfillPartly {
		return connectors.Errorf(connectors.KindConfig, "backfill_done", "it has nothing on the disk any more", "the base of backfill %s took its place", id)
	}
	if err := p.dropWorkspace(id); err != nil {
		return err
	}
	b.Status, b.Error = connectors.BackfillDiscarded, ""
	return p.State.SaveBackfill(ctx, b)
}
