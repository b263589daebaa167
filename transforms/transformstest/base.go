// Package transformstest runs the SQL steps of a night on small tables made by
// hand, in the order in which a night runs them, and compares what they publish
// with what is expected. Tables are written as people read them: a line of
// column names, a line per row, with | between the cells; an empty cell is null.
package transformstest

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors/duckdbwarehouse"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/scoring"
	"clientele/transforms"
	"clientele/transforms/load"
	"clientele/transforms/merge"
)

// Base is the base of a test. Its fields can be set until the first night.
type Base struct {
	// Zone and Currency are the company's, by default UTC and EUR.
	Zone     *time.Location
	Currency string
	// LapsedBefore is, as days before the night, when a last order makes a
	// customer a lapsed one; by default 365.
	LapsedBefore int
	Policy       merge.Policy
	Scores       []*scoring.Scorecard
	// LeastFirms is how many firms a median is taken of, for estimates; 0 for none.
	LeastFirms int
	// Shuffle puts the rows of every table in an order before it is loaded; nil
	// leaves them as they are written.
	Shuffle func(rows [][]string)
	// Confine confines nights to what changed since the one before.
	Confine bool

	t         testing.TB
	dir       string
	warehouse *duckdbwarehouse.Warehouse
	files     int
	seq       int
	created   bool
	sources   map[string]Source
	pending   []Delivery
	withdrawn []string
	labels    map[string]string // of customer ids: the record that founded each
	last      time.Time         // the night before, zero for none
	loaded    map[string]string // the last delivery of a source, and of "source name"
}

// Source is what the base knows of a source.
type Source struct {
	Origin string            // own, form, survey, purchased; own where it is left out
	Trust  int               // 1 where it is left out
	Modes  map[string]string // snapshot, changes or append per input table
	// LicenceUntil and NoticeDue are dates, Channels and Outdated words with blanks
	// between them; empty for none.
	LicenceUntil, NoticeDue, Channels, Outdated string
	// Licence and FreshSince are those of an official register.
	Licence, FreshSince string
	// Collective are the accounts that stand for nobody in particular.
	Collective []string
}

// Delivery is what one delivery brought, conformed.
type Delivery struct {
	Source, ID string
	// Name, Named and Seq are those of the ledger: Name is ID where it is left
	// out, Seq the place in which the delivery came.
	Name  string
	Named bool
	Seq   int
	// Tables are the rows by input table. Columns of the lineage that are left
	// out are filled in: the position, and an observed_on where there is none
	// stays null.
	Tables map[string]string
	// Absent are the columns, as table.column, that the delivery lacked.
	Absent []string
	Picks  map[string][]load.Pick
	// Tallies are rows of target, outcome, code and rows; Issues of target, row,
	// column and code.
	Tallies, Issues string
}

// New returns an empty base in a folder of its own.
func New(t testing.TB) *Base {
	t.Helper()
	dir := t.TempDir()
	w, err := duckdbwarehouse.Open(context.Background(), duckdbwarehouse.Options{
		Base: filepath.Join(dir, "base.duckdb"), Published: filepath.Join(dir, "published.duckdb"), Temp: dir, Threads: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Base{t: t, dir: dir, warehouse: w, Zone: time.UTC, Currency: "EUR", LapsedBefore: 365, sources: map[string]Source{}, loaded: map[string]string{}}
}

// Source declares a source. A delivery of one that is not declared declares it.
func (b *Base) Source(name string, s Source) {
	if s.Origin == "" {
		s.Origin = "own"
	}
	if s.Trust == 0 {
		s.Trust = 1
	}
	b.sources[name] = s
}

// Deliver has the next night load a delivery; those of one night in the order in
// which they came.
func (b *Base) Deliver(d Delivery) {
	if _, ok := b.sources[d.Source]; !ok {
		b.Source(d.Source, Source{})
	}
	if d.Name == "" {
		d.Name = d.ID
	}
	b.seq++
	if d.Seq == 0 {
		d.Seq = b.seq
	}
	b.pending = append(b.pending, d)
}

// Withdraw has the next night take a delivery back.
func (b *Base) Withdraw(id string) { b.withdrawn = append(b.withdrawn, id) }

// Night brings the base up to a night, a date.
func (b *Base) Night(asOf string) {
	b.t.Helper()
	if err := b.night(context.Background(), asOf); err != nil {
		b.t.Fatalf("night %s: %v", asOf, err)
	}
}

// Score does only the scoring of a night again, by other scorecards.
func (b *Base) Score(asOf string, cards ...*scoring.Scorecard) error {
	b.Scores = cards
	return b.do(context.Background(), asOf, (*night).score)
}

func (b *Base) night(ctx context.Context, asOf string) error {
	if err := b.do(ctx, asOf, (*night).run); err != nil {
		return err
	}
	for _, p := range b.pending {
		b.loaded[p.Source], b.loaded[p.Source+" "+p.Name] = p.ID, p.ID
	}
	b.pending, b.withdrawn = nil, nil
	b.last, _ = time.Parse(time.DateOnly, asOf) // do took it
	return nil
}

// do does some of a night's steps in one transaction.
func (b *Base) do(ctx context.Context, asOf string, steps func(*night, context.Context) error) error {
	day, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		return err
	}
	tx, err := b.warehouse.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := steps(&night{Base: b, tx: tx, d: b.warehouse.Dialect(),
		Night: transforms.Night{AsOf: day, Zone: b.Zone, Currency: b.Currency, LapsedBefore: day.AddDate(0, 0, -b.LapsedBefore)}}, ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Want compares the rows of a table with the expected ones, written as a table
// whose first line says which columns to look at. Rows are ordered by their
// text. A customer id stands as the source and record that founded it, like
// erp/17.
func (b *Base) Want(table, want string) {
	b.t.Helper()
	header, rows := parse(want)
	got := b.Query(fmt.Sprintf("SELECT %s FROM %s", dialect.DuckDB.Idents(header), b.warehouse.Base(table)))
	slices.Sort(got)
	expected := make([]string, len(rows))
	for i, r := range rows {
		expected[i] = strings.Join(r, " | ")
	}
	slices.Sort(expected)
	if diff := cmp.Diff(expected, got); diff != "" {
		b.t.Errorf("%s, %s (-want +got):\n%s", table, strings.Join(header, " | "), diff)
	}
}

// Query returns the rows of a query, each as the text of its cells.
func (b *Base) Query(sql string) []string {
	b.t.Helper()
	ctx := context.Background()
	tx, err := b.warehouse.Begin(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	defer tx.Rollback(ctx)
	rows := []string{}
	if err := tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			cells := make([]string, rec.NumCols())
			for c := range cells {
				cells[c] = format(rec.Column(c), i)
				if label, ok := b.labels[cells[c]]; ok {
					cells[c] = label
				}
			}
			rows = append(rows, strings.Join(cells, " | "))
		}
		return nil
	}); err != nil {
		b.t.Fatalf("%v in:\n%s", err, sql)
	}
	return rows
}

// Published returns the rows of every published table, by its name, in the
// order of their text.
func (b *Base) Published() map[string][]string {
	b.t.Helper()
	out := map[string][]string{}
	for _, t := range schemas.Published() {
		rows := b.Query(fmt.Sprintf("SELECT %s FROM %s", dialect.DuckDB.Idents(t.ColumnNames()), b.warehouse.Base(t.Name)))
		slices.Sort(rows)
		out[t.Name] = rows
	}
	return out
}

// CheckKeys fails the test where two rows of a published table have one key.
func (b *Base) CheckKeys() {
	b.t.Helper()
	for _, t := range schemas.Published() {
		key := dialect.DuckDB.Idents(t.Key)
		if twice := b.Query(fmt.Sprintf("SELECT %s FROM %s GROUP BY %s HAVING COUNT(*) > 1", key, b.warehouse.Base(t.Name), key)); len(twice) > 0 {
			b.t.Errorf("%s has several rows of one key: %v", t.Name, twice)
		}
	}
}

func (b *Base) sourceNames() []string { return slices.Sorted(maps.Keys(b.sources)) }
