package pipelines

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/scoring"
	"clientele/transforms/facts"
	"clientele/transforms/load"
	"clientele/transforms/merge"
	"clientele/transforms/metrics"
	"clientele/transforms/normalize"
)

// ledgerRow is a delivery that the base holds.
type ledgerRow struct {
	id, source, name, hash, cursor string
	seq, rows                      int64
	deliveredOn, due               time.Time
	named                          bool
}

// reconcile learns from the base which deliveries it holds: the ledger commits
// with the data, and the state follows it.
func (r *run) reconcile(ctx context.Context) error {
	ledger, err := r.readLedger(ctx)
	if err != nil {
		return err
	}
	for i, l := range r.landings {
		_, held := ledger[l.ID]
		switch {
		case held && (l.State == connectors.LandingNew || l.State == connectors.LandingHeld) && l.Reason != reasonReplay:
			l.State = connectors.LandingLoaded
		case !held && l.State == connectors.LandingLoaded:
			l.State = connectors.LandingNew // the base was restored to an earlier night
		default:
			continue
		}
		if err := r.project.State.SaveLanding(ctx, l); err != nil {
			return err
		}
		r.landings[i] = l
	}
	r.ledger = ledger
	for id, l := range ledger {
		r.dueDates[id] = l.due
	}
	return nil
}

func (r *run) readLedger(ctx context.Context) (map[string]ledgerRow, error) {
	tx, err := r.project.Warehouse.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if err := tx.Create(ctx, slices.Concat(schemas.Inputs(), schemas.Bases())); err != nil {
		return nil, err
	}
	ledger := map[string]ledgerRow{}
	sql := fmt.Sprintf("SELECT delivery_id, source, name, hash, seq, delivered_on, named, cursor, due_on, %s FROM %s ORDER BY seq ASC NULLS LAST",
		r.project.Warehouse.Dialect().Ident("rows"), r.table("base_deliveries"))
	err = tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			l := ledgerRow{id: text(rec, 0, i), source: text(rec, 1, i), name: text(rec, 2, i), hash: text(rec, 3, i), seq: number(rec, 4, i),
				deliveredOn: date(rec, 5, i), named: rec.Column(6).(*array.Boolean).Value(i), cursor: text(rec, 7, i), due: date(rec, 8, i), rows: number(rec, 9, i)}
			ledger[l.id] = l
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ledger, tx.Commit(ctx)
}

// due reports whether a loaded delivery has rows whose day has come.
func (r *run) due(l connectors.Landing) bool {
	row, ok := r.ledger[l.ID]
	return ok && l.State == connectors.LandingLoaded && !row.due.IsZero() && row.due.Before(r.night.AsOf)
}

// table returns the qualified name of a table of the base.
func (r *run) table(name string) string { return r.project.Warehouse.Base(name) }

const (
	// reasonReplay marks a landing that is to be conformed again.
	reasonReplay = "replay"
	// reasonSuperseded is why a landing that was held back is discarded.
	reasonSuperseded = "superseded by a later delivery"
)

// base brings the base up to the night, in one transaction: until it commits,
// the base is that of the night before.
func (r *run) base(ctx context.Context, pending []*conformed) error {
	w := r.project.Warehouse
	tx, err := w.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	n := &nightTx{run: r, tx: tx, d: w.Dialect()}
	if err := r.step(ctx, "load", func() (int64, error) { return n.load(ctx, pending) }); err != nil {
		return err
	}
	if err := r.step(ctx, "match", func() (int64, error) { return n.match(ctx) }); err != nil {
		return err
	}
	night := r.night
	if err := r.step(ctx, "merge", func() (int64, error) {
		if err := n.exec(ctx, merge.Choose(n.d, n.ns, r.project.Config.Merge)...); err != nil {
			return 0, err
		}
		if err := n.script(ctx)(facts.Statements(n.d, n.ns, night)); err != nil {
			return 0, err
		}
		if err := n.script(ctx)(metrics.Statements(n.d, n.ns, night)); err != nil {
			return 0, err
		}
		err := n.script(ctx)(merge.Customers(n.d, n.ns, night, formLabels(r.project.Config.Company.Languages)))
		return r.report.Match.Customers, err
	}); err != nil {
		return err
	}
	if err := r.step(ctx, "score", func() (int64, error) {
		return 0, n.script(ctx)(scoring.Statements(n.d, n.ns, night, r.project.Config.Scores))
	}); err != nil {
		return err
	}
	if err := r.step(ctx, "account", func() (int64, error) { return 0, n.operation(ctx) }); err != nil {
		return err
	}
	if err := r.step(ctx, "check", func() (int64, error) { return 0, n.check(ctx) }); err != nil {
		return err
	}
	return r.step(ctx, "commit", func() (int64, error) { return 0, n.commit(ctx, pending) })
}

// nightTx is the transaction of a night.
type nightTx struct {
	*run
	tx      connectors.Tx
	d       *dialect.Dialect
	staged  int
	working []string

	customersBefore, customersLost int64
}

func (n *nightTx) exec(ctx context.Context, statements ...dialect.Statement) error {
	for _, s := range statements {
		if _, err := n.tx.Exec(ctx, s.SQL); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}

// script runs what a transform composed, unless it failed to.
func (n *nightTx) script(ctx context.Context) func([]dialect.Statement, error) error {
	return func(ss []dialect.Statement, err error) error {
		if err != nil {
			return err
		}
		return n.exec(ctx, ss...)
	}
}

// replace makes a table of the base hold the rows that a function adds.
func (n *nightTx) replace(ctx context.Context, table string, rows func(add func(values ...any) error) error) error {
	if err := n.exec(ctx, dialect.Statement{Name: "empty " + table, SQL: "DELETE FROM " + n.table(table) + " WHERE TRUE"}); err != nil {
		return err
	}
	return n.insert(ctx, table, rows)
}

// insert adds the rows that a function adds to a table of the base.
func (n *nightTx) insert(ctx context.Context, table string, rows func(add func(values ...any) error) error) error {
	t, ok := schemas.Lookup(table)
	if !ok {
		return fmt.Errorf("no table is called %s", table)
	}
	n.staged++
	file := n.project.temp(fmt.Sprintf("%s.%d.parquet", table, n.staged))
	if err := writeRows(file, t, rows); err != nil {
		return err
	}
	return n.insertFiles(ctx, t, []string{file})
}

// insertFiles adds the rows of Parquet files to a table of the base.
func (n *nightTx) insertFiles(ctx context.Context, t schemas.Table, files []string) error {
	stage := n.stageName(t.Name)
	if err := n.tx.Stage(ctx, stage, t, files); err != nil {
		return err
	}
	cols := n.d.Idents(t.ColumnNames())
	return n.exec(ctx, dialect.Statement{Name: "fill " + t.Name, SQL: fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", n.table(t.Name), cols, cols, n.d.Ident(stage))})
}

func (n *nightTx) stageName(table string) string {
	n.staged++
	return fmt.Sprintf("stage_%d_%s", n.staged, table)
}

// load takes out what was withdrawn or comes again, brings in what is pending
// and computes what holds.
func (n *nightTx) load(ctx context.Context, pending []*conformed) (int64, error) {
	if err := n.tx.Create(ctx, slices.Concat(schemas.Inputs(), schemas.Bases(), schemas.Published())); err != nil {
		return 0, err
	}
	n.project.point("load:begun")
	if err := n.forget(ctx, pending); err != nil {
		return 0, err
	}
	if err := n.describeSources(ctx); err != nil {
		return 0, err
	}
	if err := n.enter(ctx, pending); err != nil {
		return 0, err
	}
	var rows int64
	for _, s := range n.project.Config.Sources {
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
			if err := n.exec(ctx, load.Collapse(n.d, n.ns, n.d.Ident(stage), target, picks(m))); err != nil {
				return 0, err
			}
			n.project.point("load:table")
		}
	}
	absences, err := n.absences(ctx)
	if err != nil {
		return 0, err
	}
	if err := n.exec(ctx, load.Statements(n.d, n.ns, absences)...); err != nil {
		return 0, err
	}
	return rows, n.script(ctx)(merge.Corrected(n.d, n.ns))
}

// forget takes the rows of deliveries out of the base that were withdrawn, or
// that are about to be loaded again.
func (n *nightTx) forget(ctx context.Context, pending []*conformed) error {
	var ids []string
	for _, l := range n.landings {
		if _, held := n.ledger[l.ID]; held && l.State == connectors.LandingWithdrawn {
			ids = append(ids, n.d.String(l.ID))
		}
	}
	for _, c := range pending {
		if _, held := n.ledger[c.landing.ID]; held {
			ids = append(ids, n.d.String(c.landing.ID))
		}
	}
	if len(ids) == 0 {
		return nil
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
	sources := n.project.Config.Sources
	if err := n.replace(ctx, "base_sources", func(add func(...any) error) error {
		for _, s := range sources {
			_, stale := n.stale[s.Name]
			if err := add(s.Name, s.Origin, int64(s.Trust()), s.Owner, s.Basis, s.Purchase.LicenceUntil, stale, n.expectedBy(s.Name)); err != nil {
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

// expectedBy returns the date by which a source should deliver again.
func (n *nightTx) expectedBy(name string) time.Time {
	s, _ := n.project.Config.Source(name)
	if s.Expect.Every.Zero() {
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

// formLabels returns the legal forms in the company's first language.
func formLabels(languages []string) map[string]string {
	lang := "en"
	if len(languages) > 0 {
		lang = languages[0]
	}
	out := map[string]string{}
	for _, f := range normalize.LegalForms() {
		out[f.Code] = normalize.LegalFormLabel(f.Code, lang)
	}
	return out
}

// commit makes the night last, and then tells the state.
func (n *nightTx) commit(ctx context.Context, pending []*conformed) error {
	if err := n.dropWorking(ctx); err != nil {
		return err
	}
	if err := n.tx.Commit(ctx); err != nil {
		return err
	}
	n.project.point("commit:committed")
	n.journal.Committed = true
	errs := []error{n.project.State.SaveRun(ctx, n.journal)}
	for _, c := range pending {
		l := c.landing
		l.State, l.Reason = connectors.LandingLoaded, ""
		errs = append(errs, n.project.State.SaveLanding(ctx, l))
	}
	for _, l := range n.useless {
		l.State, l.Reason = connectors.LandingDiscarded, reasonSuperseded
		errs = append(errs, n.project.State.SaveLanding(ctx, l))
	}
	for _, l := range n.landings {
		if why, held := n.stale[l.Source]; held && (l.State == connectors.LandingNew || l.State == connectors.LandingHeld) {
			l.State, l.Reason = connectors.LandingHeld, why
			errs = append(errs, n.project.State.SaveLanding(ctx, l))
		}
	}
	return errors.Join(errs...)
}

// Values of a record that a query of ours returned.

func text(rec arrow.Record, col, i int) string {
	c := rec.Column(col).(*array.String)
	if c.IsNull(i) {
		return ""
	}
	return strings.Clone(c.Value(i))
}

func number(rec arrow.Record, col, i int) int64 {
	c := rec.Column(col).(*array.Int64)
	if c.IsNull(i) {
		return 0
	}
	return c.Value(i)
}

func date(rec arrow.Record, col, i int) time.Time {
	c := rec.Column(col).(*array.Date32)
	if c.IsNull(i) {
		return time.Time{}
	}
	return c.Value(i).ToTime()
}
