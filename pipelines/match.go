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
	"clientele/transforms/delta"
	"clientele/transforms/load"
	"clientele/transforms/match"
)

// match finds which parties are one customer and issues ids.
func (n *nightTx) match(ctx context.Context) (int64, error) {
	defer n.matching()()
	clusters, err := n.joinedParties(ctx)
	if err != nil {
		return 0, err
	}
	if err := n.keepGrey(ctx, clusters.Grey); err != nil {
		return 0, err
	}
	if err := n.keepModels(ctx, clusters.Models); err != nil {
		return 0, err
	}
	if err := n.link(ctx, clusters); err != nil {
		return 0, err
	}
	known, before, err := n.known(ctx)
	if err != nil {
		return 0, err
	}
	issued := match.Issue(clusters, known, before)
	issued.Attribute(clusters, before, n.decided.Match())
	if err := n.countLost(ctx, known, issued); err != nil {
		return 0, err
	}
	if err := n.issue(ctx, clusters, issued); err != nil {
		return 0, err
	}
	if err := n.keepMatching(ctx); err != nil {
		return 0, err
	}
	n.countEvents(issued.Events)
	n.report.Match.Engine = n.engine.Name()
	for table, counted := range map[string]*int64{"base_members": &n.report.Match.Parties, "base_grey": &n.report.Match.Grey} {
		if *counted, err = count(ctx, n.tx, "SELECT COUNT(*) AS n FROM "+n.table(table)); err != nil {
			return 0, err
		}
	}
	return int64(len(clusters.Parties)), n.enterEvents(ctx, issued.Events)
}

// matching adds to the time that matching took, until what it returns is called.
func (n *nightTx) matching() (done func()) {
	began := n.project.env.Now()
	return func() { n.report.Match.Took += n.project.env.Now().Sub(began) }
}

// cluster joins the parties that the night works on.
func (n *nightTx) cluster(ctx context.Context) (*match.Clusters, error) {
	return n.engine.Cluster(ctx, func(each func(arrow.Record) error) error {
		return n.tx.Read(ctx, n.partiesQuery(), each)
	})
}

// matchFirst matches before the night is confined, where that alone tells which parties are
// joined otherwise: what changed, where the engine joins what has no value in common, and
// all where people decided. It reports whether the night can be confined.
func (n *nightTx) matchFirst(ctx context.Context, absences []load.Absence) (bool, error) {
	defer n.matching()()
	if engine, ok := n.engine.(*match.Probabilistic); ok {
		return n.rematch(ctx, engine, absences)
	}
	if n.decided.Empty() {
		return true, nil
	}
	err := n.exec(ctx, load.Parties(n.d, n.ns, absences)...)
	if err == nil {
		n.clusters, err = n.cluster(ctx)
	}
	return err == nil, err
}

// joinedParties returns the clusters of the parties that the night works on. Those
// of a confined night are whole: its parties are closed.
func (n *nightTx) joinedParties(ctx context.Context) (*match.Clusters, error) {
	switch {
	case n.clusters == nil:
		if engine, ok := n.engine.(*match.Probabilistic); ok {
			engine.Keep = n.newKeeper(false)
		}
		return n.cluster(ctx)
	case n.partial:
		return n.rejoined(ctx)
	case !n.confined:
		return n.clusters, nil
	}
	touched := map[match.Record]bool{}
	sql := "SELECT source, record_id FROM " + n.ns("touched_parties") + " ORDER BY source ASC NULLS LAST, record_id ASC NULLS LAST"
	if err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			touched[match.Record{Source: text(rec, 0, i), ID: text(rec, 1, i)}] = true
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return n.clusters.Of(func(p match.Party) bool { return touched[match.Record{Source: p.Source, ID: p.Record}] }), nil
}

// known returns the ids that were issued and who had them the night before: all,
// or what touched parties and their customers have to do with.
func (n *nightTx) known(ctx context.Context) ([]match.Identity, []match.Assignment, error) {
	ids, members := "base_ids", "base_members"
	if n.confined {
		ids, members = "touched_ids", "touched_members"
	}
	known, err := identities(ctx, n.tx, n.ns(ids))
	if err != nil {
		return nil, nil, err
	}
	before, err := n.assignments(ctx, n.ns(members))
	return union(known, n.outlived), before, err
}

// issue writes who is which customer.
func (n *nightTx) issue(ctx context.Context, clusters *match.Clusters, issued match.Issued) error {
	fill := n.replace
	if n.confined {
		if err := n.script(ctx)(delta.Unissue(n.d, n.ns)); err != nil {
			return err
		}
		fill = n.insert
	}
	if err := fill(ctx, "base_members", func(add func(...any) error) error {
		for i, p := range clusters.Parties {
			var number any // none where the engine keeps nothing of a matching
			if n.keeper != nil {
				number = int64(p.Number)
			}
			if err := add(p.Source, p.Record, issued.Customers[i], clusters.Probability[i], clusters.Rule[i], number); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return fill(ctx, "base_ids", func(add func(...any) error) error {
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
	})
}

// countLost remembers how many customers there were and how many of them are
// gone, for the guard, and how many there are.
func (n *nightTx) countLost(ctx context.Context, known []match.Identity, issued match.Issued) error {
	was := map[string]bool{}
	for _, id := range known {
		if id.State == match.Current {
			was[id.ID] = true
		}
	}
	var current int64
	for _, id := range issued.Identities {
		if id.State == match.Gone && was[id.ID] {
			n.customersLost++
		}
		if id.State == match.Current {
			current++
		}
	}
	n.customersBefore = int64(len(was))
	if n.confined {
		all, err := count(ctx, n.tx, fmt.Sprintf("SELECT COUNT(*) AS n FROM %s WHERE state = %s", n.table("base_ids"), n.d.String(match.Current)))
		if err != nil {
			return err
		}
		n.customersBefore = all
	}
	n.report.Match.Customers = n.customersBefore - int64(len(was)) + current
	return nil
}

// partiesQuery reads what engines see of the parties.
func (n *nightTx) partiesQuery() string {
	return n.partiesOf(n.rows("current_parties"), n.engine.Columns(), "", "")
}

// partiesOf reads columns of a table of current parties, and more from one that it joins:
// collective accounts left out, those that were there first before the others.
func (n *nightTx) partiesOf(table string, columns []string, more, join string) string {
	cols := make([]string, len(columns))
	for i, c := range columns {
		cols[i] = "p." + n.d.Ident(c)
	}
	return fmt.Sprintf(`SELECT %s%s FROM %s p
%s
WHERE NOT EXISTS (SELECT 1 FROM %s c WHERE c.source = p.source AND c.record_id = p.record_id)
ORDER BY p.first_observed_on ASC NULLS LAST, p.source ASC NULLS LAST, p.record_id ASC NULLS LAST`,
		strings.Join(cols, ", "), more, table, join, n.ns("base_collectives"))
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

func (n *nightTx) assignments(ctx context.Context, table string) ([]match.Assignment, error) {
	var out []match.Assignment
	sql := fmt.Sprintf("SELECT source, record_id, customer_id FROM %s ORDER BY source ASC NULLS LAST, record_id ASC NULLS LAST", table)
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
