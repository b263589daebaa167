package pipelines

import (
	"context"
	"slices"
	"time"

	"clientele/connectors"
)

// DeliveryRecord is a delivery that was read, and what became of it.
type DeliveryRecord struct {
	Delivery string `json:"delivery"`
	Source   string `json:"source"`
	Name     string `json:"name"`
	// State is landed, loaded, superseded (by a later file of its name), held,
	// discarded or withdrawn.
	State    string `json:"state"`
	LandedOn string `json:"landed_on"`
	Rows     int64  `json:"rows"`
	Reason   string `json:"reason,omitempty"`
	// Kept says that the rows, as they were received, are still there.
	Kept bool `json:"kept"`
}

// Deliveries returns what was read of a source, or of all where it is "", in the
// order in which it was read.
func (p *Project) Deliveries(ctx context.Context, source string) ([]DeliveryRecord, error) {
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return nil, err
	}
	type name struct{ source, name string }
	later := map[name]bool{} // names that a later loaded delivery bears
	out := []DeliveryRecord{}
	for _, l := range slices.Backward(landings) {
		state := string(l.State)
		if l.Delivery.Named && l.State == connectors.LandingLoaded {
			if later[name{l.Source, l.Delivery.Name}] {
				state = "superseded"
			}
			later[name{l.Source, l.Delivery.Name}] = true
		}
		if source != "" && l.Source != source {
			continue
		}
		out = append(out, DeliveryRecord{Delivery: l.ID, Source: l.Source, Name: l.Delivery.Name, State: state,
			LandedOn: l.AsOf.Format(time.DateOnly), Rows: l.Rows, Reason: l.Reason, Kept: l.File != ""})
	}
	slices.Reverse(out)
	return out, nil
}

// Withdraw takes a delivery back: all that came only by it is gone from the base
// and from what is published, and its file is not read again. The report is that
// of the last published night, which is worked once more; nil when none is.
func (p *Project) Withdraw(ctx context.Context, id, why string) (*Report, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	l, err := p.delivery(ctx, id)
	if err != nil {
		return nil, err
	}
	if l.State == connectors.LandingWithdrawn {
		return nil, connectors.Errorf(connectors.KindConfig, "withdrawn", "`clientele run` recomputes the night if that was cut short", "delivery %s is withdrawn already", id)
	}
	l.State, l.Reason = connectors.LandingWithdrawn, why
	if err := p.State.SaveLanding(ctx, l); err != nil {
		return nil, err
	}
	return p.again(ctx)
}

// delivery returns the landing of a delivery.
func (p *Project) delivery(ctx context.Context, id string) (connectors.Landing, error) {
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return connectors.Landing{}, err
	}
	i := slices.IndexFunc(landings, func(l connectors.Landing) bool { return l.ID == id })
	if i < 0 {
		return connectors.Landing{}, connectors.Errorf(connectors.KindConfig, "unknown_delivery", "`clientele deliveries list` names them", "no delivery is called %q", id)
	}
	return landings[i], nil
}
