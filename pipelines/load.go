package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/delta"
	"clientele/transforms/load"
	"clientele/transforms/merge"
)

// load takes out what was withdrawn or comes again, brings in what is pending
// and computes what holds.
func (n *nightTx) load(ctx context.Context, pending []*conformed) (int64, error) {
	if err := n.tx.Create(ctx, slices.Concat(schemas.Inputs(), schemas.Bases(), schemas.Published())); err != nil {
		return 0, err
	}
	n.project.point("load:begun")
	since, err := n.since(ctx)
	if err != nil {
		return 0, err
	}
	reloaded, withdrawn := n.leaving(pending)
	if len(withdrawn) > 0 {
		since = time.Time{}
	}
	if !since.IsZero() && len(reloaded) > 0 {
		if err := n.exec(ctx, delta.Forget(n.d, n.ns, reloaded)...); err != nil {
			return 0, err
		}
	}
	if err := n.forget(ctx, slices.Concat(withdrawn, reloaded)); err != nil {
		return 0, err
	}
	if err := n.describeSources(ctx); err != nil {
		return 0, err
	}
	if err := n.enterCrosswalks(ctx); err != nil {
		return 0, err
	}
	if err := n.enter(ctx, pending); err != nil {
		return 0, err
	}
	var rows int64
	for _, s := range n.project.Config.AllSources() {
		for i, m := range s.Mappings() {
			var files []string
			for _, c := range pending {
				if c.landing.Source == s.Name {
					files = append(files, c.tables[i].file)
					rows += c.tables[i].tally.Conformed
				}
			}
			if len(files) == 0 {
				continue
			}
			target, _ := schemas.Input(m.Target)
			stage := n.stageName(target.Name)
			if err := n.tx.Stage(ctx, stage, target, files); err != nil {
				return 0, err
			}
			statements := load.Collapse(n.d, n.ns, n.d.Ident(stage), target, picks(m))
			if m.Ordinal != "" {
				statements = []dialect.Statement{load.Append(n.d, n.ns, n.d.Ident(stage), target)}
			}
			if err := n.exec(ctx, statements...); err != nil {
				return 0, err
			}
			n.project.point("load:table")
		}
	}
	return rows, n.current(ctx, since, pending)
}

// current makes what holds readable: of all parties, or of those that the night
// is confined to.
func (n *nightTx) current(ctx context.Context, since time.Time, pending []*conformed) error {
	absences, err := n.absences(ctx)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		if err := n.confine(ctx, n.changes(since, pending), absences); err != nil {
			return err
		}
	}
	if !n.confined {
		if err := n.exec(ctx, n.readable(n.ns, absences)...); err != nil {
			return err
		}
		return n.script(ctx)(merge.Corrected(n.d, n.ns))
	}
	if err := n.exec(ctx, n.readable(delta.Unsieved(n.ns), absences)...); err != nil {
		return err
	}
	if err := n.script(ctx)(delta.Sieve(n.d, n.ns)); err != nil {
		return err
	}
	return n.script(ctx)(merge.Corrected(n.d, n.rows))
}

// readable are the statements that make the current rows of input tables, those of
// registers where the config has any.
func (n *nightTx) readable(ns dialect.Namespace, absences []load.Absence) []dialect.Statement {
	out := load.Statements(n.d, ns, n.ns, absences)
	if n.registers() {
		out = append(out, load.Registers(n.d, ns, n.ns)...)
	}
	return out
}

// registers reports whether the config has official registers.
func (n *nightTx) registers() bool { return len(n.project.Config.Registers) > 0 }

// forget takes the rows of deliveries out of the base.
func (n *nightTx) forget(ctx context.Context, deliveries []string) error {
	if len(deliveries) == 0 {
		return nil
	}
	ids := make([]string, len(deliveries))
	for i, id := range deliveries {
		ids[i] = n.d.String(id)
	}
	for _, t := range slices.Concat(schemas.Inputs(), schemas.Bases()) {
		if _, ok := t.Column("delivery_id"); ok {
			sql := fmt.Sprintf("DELETE FROM %s WHERE delivery_id IN (%s)", n.table(t.Name), strings.Join(ids, ", "))
			if err := n.exec(ctx, dialect.Statement{Name: "forget in " + t.Name, SQL: sql}); err != nil {
				return err
			}
		}
	}
	return nil
}

// enter writes the ledger and the accounts of the pending deliveries, with their
// quarantine and issues.
func (n *nightTx) enter(ctx context.Context, pending []*conformed) error {
	last := int64(0)
	for _, l := range n.ledger {
		last = max(last, l.seq)
	}
	err := n.insert(ctx, "base_deliveries", func(add func(...any) error) error {
		for _, c := range pending {
			l := c.landing
			row, known := n.ledger[l.ID]
			if !known { // a delivery that is loaded again keeps its place
				last++
				row = ledgerRow{seq: last, deliveredOn: n.night.AsOf}
			}
			n.dueDates[l.ID] = c.due
			if err := add(l.ID, l.Source, l.Delivery.Name, l.Delivery.Hash, row.seq, row.deliveredOn, l.Delivery.Named, l.Delivery.Cursor, c.due, l.Rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = n.insert(ctx, "base_tallies", func(add func(...any) error) error {
		for _, c := range pending {
			for _, t := range mergeTallies(c) {
				if err := add(c.landing.ID, c.landing.Source, t.target, t.outcome, t.code, t.rows); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = n.insert(ctx, "base_absences", func(add func(...any) error) error {
		for _, c := range pending {
			for _, t := range c.tables {
				for _, column := range t.absent {
					if err := add(c.landing.ID, t.mapping.Target, column); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = n.insert(ctx, "base_columns", func(add func(...any) error) error {
		for _, c := range pending {
			for _, column := range c.agreed {
				if err := add(c.landing.ID, c.landing.Source, column.name, column.looks); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var quarantined, issues []string
	for _, c := range pending {
		for _, t := range c.tables {
			if t.tally.QuarantinedRows() > 0 {
				quarantined = append(quarantined, t.quarantined)
			}
			issues = append(issues, t.issues)
		}
	}
	quarantine, _ := schemas.Lookup("base_quarantine")
	if err := n.insertFiles(ctx, quarantine, quarantined); err != nil {
		return err
	}
	issueTable, _ := schemas.Lookup("base_issues")
	return n.insertFiles(ctx, issueTable, issues)
}

// tallyRow is a row of base_tallies.
type tallyRow struct {
	target, outcome, code string
	rows                  int64
}

// The outcomes of base_tallies.
const (
	outcomeRead         = "read"
	outcomeConformed    = "conformed"
	outcomeFiltered     = "filtered"
	outcomeQuarantined  = "quarantined"
	outcomeWithoutParty = "without_party"
)

// mergeTallies adds up the tallies of the mappings that fill one table.
func mergeTallies(c *conformed) []tallyRow {
	type key struct{ target, outcome, code string }
	sums := map[key]int64{}
	for _, t := range c.tables {
		target := t.mapping.Target
		sums[key{target, outcomeRead, ""}] += t.tally.Read
		sums[key{target, outcomeConformed, ""}] += t.tally.Conformed
		sums[key{target, outcomeWithoutParty, ""}] += t.tally.WithoutParty
		for code, rows := range t.tally.Filtered {
			sums[key{target, outcomeFiltered, code}] += rows
		}
		for code, rows := range t.tally.Quarantined {
			sums[key{target, outcomeQuarantined, code}] += rows
		}
	}
	out := make([]tallyRow, 0, len(sums))
	for k, rows := range sums {
		out = append(out, tallyRow{k.target, k.outcome, k.code, rows})
	}
	slices.SortFunc(out, func(a, b tallyRow) int {
		return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(a.outcome, b.outcome), cmp.Compare(a.code, b.code))
	})
	return out
}

// describeSources writes what the config says of the sources.
func (n *nightTx) describeSources(ctx context.Context) error {
	sources := n.project.Config.AllSources()
	if err := n.replace(ctx, "base_sources", func(add func(...any) error) error {
		for _, s := range sources {
			_, stale := n.stale[s.Name]
			stale = stale || n.again && n.waits(s.Name) || n.silent(s)
			rank := int64(n.project.Config.Rank(s, n.night.AsOf))
			by, on := n.replacement(s)
			p := s.Purchase
			licence, attribution := terms(s)
			if err := add(s.Name, s.Origin, rank, s.Owner, s.Basis, p.Supplier, p.BoughtOn, p.LicenceUntil, nonZero(p.Cost),
				strings.Join(p.Uses, " "), strings.Join(p.Channels, " "), p.NoticeDue(), strings.Join(n.outdated(s, n.night.AsOf), " "),
				stale, n.expectedBy(s.Name), by, on, licence, attribution, n.freshSince(s)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := n.replace(ctx, "base_modes", func(add func(...any) error) error {
		for _, s := range sources {
			done := map[string]bool{}
			for _, m := range s.Mappings() {
				if done[m.Target] {
					continue
				}
				done[m.Target] = true
				if err := add(s.Name, m.Target, string(m.Delivery)); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return n.replace(ctx, "base_collectives", func(add func(...any) error) error {
		for _, s := range sources {
			for _, account := range s.Collectives {
				if err := add(s.Name, account); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// waits reports whether a delivery of a source is held back.
func (n *nightTx) waits(source string) bool {
	return slices.ContainsFunc(n.landings, func(l connectors.Landing) bool {
		return l.Source == source && l.State == connectors.LandingHeld
	})
}

// nonZero returns a number, nil where it is zero.
func nonZero(f float64) any {
	if f == 0 {
		return nil
	}
	return f
}

// outdated returns the channels for which a source's list of who wants no approach
// is too old on a night, or has not come yet.
func (n *nightTx) outdated(s *config.Source, asOf time.Time) []string {
	limit := s.Expect.MaxAge
	if limit.Zero() || n.project.Config.Retired(s, asOf) {
		return nil
	}
	var last time.Time
	for _, l := range n.landings {
		counts := l.State != connectors.LandingDiscarded && l.State != connectors.LandingWithdrawn
		if l.Source == s.Name && counts && l.AsOf.After(last) && !l.AsOf.After(asOf) {
			last = l.AsOf
		}
	}
	if !last.IsZero() && !last.Before(limit.Before(asOf)) {
		return nil
	}
	return s.Unwilling()
}

// turns reports whether time alone changed, since a night, what lists may be used
// for: a licence ended, or a list of who wants no approach became too old.
func (n *nightTx) turns(before time.Time) bool {
	return slices.ContainsFunc(n.project.Config.Sources, func(s *config.Source) bool {
		until := s.Purchase.LicenceUntil
		ended := !until.IsZero() && !until.Before(before) && until.Before(n.night.AsOf)
		return ended || !slices.Equal(n.outdated(s, before), n.outdated(s, n.night.AsOf))
	})
}

// expectedBy returns the date by which a source should deliver again.
func (n *nightTx) expectedBy(name string) time.Time {
	s, _ := n.project.Config.Source(name)
	if s.Expect.Every.Zero() || n.project.Config.Retired(s, n.night.AsOf) {
		return time.Time{}
	}
	var last time.Time
	for _, l := range n.landings {
		if l.Source == name && l.State != connectors.LandingDiscarded && l.State != connectors.LandingWithdrawn && l.AsOf.After(last) {
			last = l.AsOf
		}
	}
	if last.IsZero() {
		return n.night.AsOf
	}
	e := s.Expect.Every
	return last.AddDate(e.Years, e.Months, e.Days)
}

// absences returns the columns that some delivery of the base lacked.
func (n *nightTx) absences(ctx context.Context) ([]load.Absence, error) {
	var out []load.Absence
	column := n.d.Ident("column")
	sql := fmt.Sprintf("SELECT DISTINCT target, %s FROM %s ORDER BY target ASC NULLS LAST, %s ASC NULLS LAST", column, n.table("base_absences"), column)
	err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			out = append(out, load.Absence{Target: text(rec, 0, i), Column: text(rec, 1, i)})
		}
		return nil
	})
	return out, err
}
