package pipelines

import (
	"context"
	"fmt"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/pipelines/decisions"
)

// Decided is what a person decided on two records of the project. It says which
// records, and no values of them.
type Decided struct {
	A       string             `json:"a"` // SOURCE:RECORD
	B       string             `json:"b"`
	Verdict connectors.Verdict `json:"verdict"`
	Why     string             `json:"why,omitempty"`
	By      string             `json:"by"`
	At      time.Time          `json:"at"`
	// New says that it was not decided before.
	New bool `json:"new"`
}

func decided(d connectors.Decision) Decided {
	return Decided{A: d.A.String(), B: d.B.String(), Verdict: d.Verdict, Why: d.Why, By: d.By, At: d.At}
}

// Decide keeps what a person decided on two records: the next night heeds it, and all
// that follow, until it is taken back. A record is named as SOURCE:RECORD, or by a
// customer id: that of its founding record. A decision that contradicts an earlier
// one is refused.
func (p *Project) Decide(ctx context.Context, first, second string, verdict connectors.Verdict, why, by string) (Decided, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return Decided{}, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	book, err := p.decisions(ctx)
	if err != nil {
		return Decided{}, err
	}
	d := connectors.Decision{Verdict: verdict, Why: why, By: by, At: p.env.Now()}
	if err := p.look(ctx, func(r connectors.Reader) (err error) {
		if d.A, err = p.decidable(ctx, r, first, book, verdict); err != nil {
			return err
		}
		d.B, err = p.decidable(ctx, r, second, book, verdict)
		return err
	}); err != nil {
		return Decided{}, err
	}
	return p.take(ctx, book, d)
}

// take keeps a decision, where it is new and contradicts no other.
func (p *Project) take(ctx context.Context, book *decisions.Book, d connectors.Decision) (Decided, error) {
	d.A, d.B = decisions.Sorted(d.A, d.B)
	isNew, err := book.Take(d)
	if err != nil {
		return Decided{}, err
	}
	if isNew {
		if err := p.State.Decide(ctx, d); err != nil {
			return Decided{}, err
		}
	} else {
		d, _ = book.On(d.A, d.B) // who said so first
	}
	out := decided(d)
	out.New = isNew
	return out, nil
}

// Decisions returns what people decided and holds, or with all, also what was taken
// back since.
func (p *Project) Decisions(ctx context.Context, all bool) ([]Decided, error) {
	log, err := p.State.Decisions(ctx)
	if err != nil {
		return nil, err
	}
	if !all {
		log = decisions.NewBook(log).Holds()
	}
	out := make([]Decided, len(log))
	for i, d := range log {
		out[i] = decided(d)
	}
	return out, nil
}

// decisions returns what people decided and holds.
func (p *Project) decisions(ctx context.Context) (*decisions.Book, error) {
	log, err := p.State.Decisions(ctx)
	if err != nil {
		return nil, fmt.Errorf("what people decided: %w", err)
	}
	return decisions.NewBook(log), nil
}

// decidable returns the record that a person names: a party that the base holds. A
// decision can be taken back also on a record that is no party any more.
func (p *Project) decidable(ctx context.Context, r connectors.Reader, name string, book *decisions.Book, verdict connectors.Verdict) (connectors.RecordKey, error) {
	ref := p.reference(name)
	if ref.source != nil {
		key := connectors.RecordKey{Source: ref.source.Name, Record: ref.record}
		if verdict == connectors.VerdictForgotten {
			for _, d := range book.Holds() {
				if d.A == key || d.B == key {
					return key, nil
				}
			}
		}
		known, err := p.isParty(ctx, r, key)
		if err == nil && !known {
			err = connectors.Errorf(connectors.KindConfig, "unknown_record", "`clientele customer why "+name+"` says what became of it", "%s is no party of any customer", name)
		}
		return key, err
	}
	return p.founder(ctx, r, strings.ToLower(name))
}

func (p *Project) isParty(ctx context.Context, r connectors.Reader, key connectors.RecordKey) (bool, error) {
	d := p.Warehouse.Dialect()
	n, err := count(ctx, r, fmt.Sprintf("SELECT COUNT(*) AS n FROM %s WHERE source = %s AND record_id = %s", p.Warehouse.Base("base_members"), d.String(key.Source), d.String(key.Record)))
	return n > 0, err
}

// founder returns the record that founded a customer, or where that is gone the
// first of its parties.
func (p *Project) founder(ctx context.Context, r connectors.Reader, id string) (connectors.RecordKey, error) {
	d := p.Warehouse.Dialect()
	found, err := rows(ctx, r, fmt.Sprintf("SELECT source, record_id FROM %s WHERE customer_id = %s", p.Warehouse.Base("base_ids"), d.String(id)))
	if err != nil {
		return connectors.RecordKey{}, err
	}
	if len(found.Values) == 0 {
		return connectors.RecordKey{}, connectors.Errorf(connectors.KindConfig, "unknown_customer",
			"name a record as SOURCE:RECORD; `clientele customer find` looks for a customer by name, e-mail, phone or account number", "no customer id %q was ever issued", id)
	}
	key := connectors.RecordKey{Source: found.text(0, "source"), Record: found.text(0, "record_id")}
	if known, err := p.isParty(ctx, r, key); err != nil || known {
		return key, err
	}
	found, err = rows(ctx, r, fmt.Sprintf("SELECT source, record_id FROM %s WHERE customer_id = %s ORDER BY source ASC NULLS LAST, record_id ASC NULLS LAST LIMIT 1", p.Warehouse.Base("base_members"), d.String(id)))
	if err != nil {
		return connectors.RecordKey{}, err
	}
	if len(found.Values) == 0 {
		return connectors.RecordKey{}, connectors.Errorf(connectors.KindConfig, "customer_gone", "`clientele customer why "+id+"` says what became of it", "no party of customer %s is left", id)
	}
	return connectors.RecordKey{Source: found.text(0, "source"), Record: found.text(0, "record_id")}, nil
}
