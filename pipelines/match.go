package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/transforms/match"
)

// match finds which parties are one customer and issues ids.
func (n *nightTx) match(ctx context.Context) (int64, error) {
	clusters, err := n.engine.Cluster(ctx, func(each func(arrow.Record) error) error {
		return n.tx.Read(ctx, n.partiesQuery(), each)
	})
	if err != nil {
		return 0, err
	}
	if err := n.link(ctx, clusters); err != nil {
		return 0, err
	}
	known, err := identities(ctx, n.tx, n.ns("base_ids"))
	if err != nil {
		return 0, err
	}
	known = union(known, n.outlived)
	before, err := n.assignments(ctx)
	if err != nil {
		return 0, err
	}
	issued := match.Issue(clusters, known, before)
	n.countLost(known, issued)
	if err := n.replace(ctx, "base_members", func(add func(...any) error) error {
		for i, p := range clusters.Parties {
			if err := add(p.Source, p.Record, issued.Customers[i], clusters.Probability[i], clusters.Rule[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return 0, err
	}
	if err := n.replace(ctx, "base_ids", func(add func(...any) error) error {
		for _, id := range issued.Identities {
			var founded time.Time
			if id.FoundedOn != match.NoDate {
				founded = time.Unix(int64(id.FoundedOn)*86400, 0).UTC()
			}
			if err := add(id.ID, id.Source, id.Record, founded, id.Current, id.State); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return 0, err
	}
	for _, e := range issued.Events {
		if e.Why == "merge" {
			n.report.Match.Merges++
		} else {
			n.report.Match.Splits++
		}
	}
	n.report.Match.Engine, n.report.Match.Parties = n.engine.Name(), int64(len(clusters.Parties))
	return int64(len(clusters.Parties)), n.insert(ctx, "base_merges", func(add func(...any) error) error {
		for _, e := range issued.Events {
			if err := add(n.night.AsOf, e.From, e.To, e.Why); err != nil {
				return err
			}
		}
		return nil
	})
}

// countLost remembers how many customers there were and how many of them are
// gone, for the guard.
func (n *nightTx) countLost(known []match.Identity, issued match.Issued) {
	was := map[string]bool{}
	for _, id := range known {
		if id.State == match.Current {
			was[id.ID] = true
		}
	}
	n.customersBefore = int64(len(was))
	for _, id := range issued.Identities {
		if id.State == match.Gone && was[id.ID] {
			n.customersLost++
		}
		if id.State == match.Current {
			n.report.Match.Customers++
		}
	}
}

// partiesQuery reads what engines see of the parties, collective accounts left
// out, those that were there first before the others.
func (n *nightTx) partiesQuery() string {
	cols := make([]string, len(match.Columns))
	for i, c := range match.Columns {
		cols[i] = "p." + n.d.Ident(c)
	}
	return fmt.Sprintf(`SELECT %s FROM %s p
WHERE NOT EXISTS (SELECT 1 FROM %s c WHERE c.source = p.source AND c.record_id = p.record_id)
ORDER BY p.first_observed_on ASC NULLS LAST, p.source ASC NULLS LAST, p.record_id ASC NULLS LAST`,
		strings.Join(cols, ", "), n.ns("current_parties"), n.ns("base_collectives"))
}

// union returns the ids of both, each once, in their order.
func union(known, more []match.Identity) []match.Identity {
	have := make(map[string]bool, len(known))
	for _, id := range known {
		have[id.ID] = true
	}
	for _, id := range more {
		if !have[id.ID] {
			known = append(known, id)
		}
	}
	slices.SortFunc(known, func(a, b match.Identity) int { return strings.Compare(a.ID, b.ID) })
	return known
}

// identities returns every customer id that a table holds.
func identities(ctx context.Context, r connectors.Reader, table string) ([]match.Identity, error) {
	var out []match.Identity
	sql := fmt.Sprintf("SELECT customer_id, source, record_id, founded_on, current_customer_id, state FROM %s ORDER BY customer_id ASC NULLS LAST", table)
	err := r.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			id := match.Identity{ID: text(rec, 0, i), Source: text(rec, 1, i), Record: text(rec, 2, i), FoundedOn: match.NoDate, Current: text(rec, 4, i), State: text(rec, 5, i)}
			if founded := rec.Column(3).(*array.Date32); founded.IsValid(i) {
				id.FoundedOn = int32(founded.Value(i))
			}
			out = append(out, id)
		}
		return nil
	})
	return out, err
}

func (n *nightTx) assignments(ctx context.Context) ([]match.Assignment, error) {
	var out []match.Assignment
	sql := fmt.Sprintf("SELECT source, record_id, customer_id FROM %s ORDER BY source ASC NULLS LAST, record_id ASC NULLS LAST", n.ns("base_members"))
	err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			out = append(out, match.Assignment{Source: text(rec, 0, i), Record: text(rec, 1, i), ID: text(rec, 2, i)})
		}
		return nil
	})
	return out, err
}

// ns resolves a table of the base and remembers those that are only working
// tables of this night: what schemas does not define is dropped at its end.
func (n *nightTx) ns(name string) string {
	if _, defined := schemas.Lookup(name); defined {
		return n.table(name)
	}
	if !slices.Contains(n.working, name) {
		n.working = append(n.working, name)
	}
	return n.project.Warehouse.Working(name)
}
