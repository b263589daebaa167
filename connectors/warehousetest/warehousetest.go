// Package warehousetest holds the conformance suite that every
// connectors.Warehouse passes.
package warehousetest

import (
	"context"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
)

// Opener opens one warehouse, each time it is called: what was committed and
// published through one opening is there in the next. It fails the test when
// it can't.
type Opener func() connectors.Warehouse

// Traits are what one warehouse does and another can't.
type Traits struct {
	// ReadersKeepTheirNight: a Reader of what is published sees one publication
	// for as long as it is open, not only for the length of a query.
	ReadersKeepTheirNight bool
}

// Run checks that warehouses keep what connectors.Warehouse promises. fresh
// makes an empty warehouse for a test and returns how to open it.
func Run(t *testing.T, traits Traits, fresh func(t *testing.T) Opener) {
	if traits.ReadersKeepTheirNight {
		t.Run("a reader keeps its night", func(t *testing.T) { readerKeepsItsNight(t, fresh(t)) })
	}
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"every type comes back as it was staged", everyType},
		{"columns are added, rows stay", evolve},
		{"no files are no rows", stageNothing},
		{"several files are one table", stageSeveral},
		{"statements count the rows they change", exec},
		{"rows are read in the order of the query", order},
		{"what arithmetic yields has a type of schemas", computed},
		{"an error of each ends the reading", readingStops},
		{"a rollback leaves nothing", rollback},
		{"a commit lasts", commitLasts},
		{"a look sees the last commit", looking},
		{"a table is merged into another", merge},
		{"rows are deleted by what another table holds", deleteByTable},
		{"a cancelled context stops a statement", cancelled},
		{"nothing is published at first", notPublished},
		{"the published tables are those of the publication", publish},
		{"publishing shows all or nothing", publishSwaps},
		{"publishing twice publishes the same", publishTwice},
		{"a publication that fails leaves the last one", publishFails},
		{"a fence keeps a publication from being seen", publishFenced},
		{"a reader of what is published can't write", readOnly},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, fresh(t)) })
	}
}

// facts has a column of every type.
var facts = schemas.Table{
	Name: "facts", Doc: "One row per fact; it's there to be tested.", Key: []string{"id"},
	Columns: []schemas.Column{
		{Name: "id", Type: schemas.Int, Doc: "Number of the fact.", Required: true},
		{Name: "text", Type: schemas.String, Doc: "What it says, 'quoted'."},
		{Name: "amount", Type: schemas.Decimal, Doc: "What it costs."},
		{Name: "ratio", Type: schemas.Float, Doc: "What it makes of it."},
		{Name: "good", Type: schemas.Bool, Doc: "Whether it is good."},
		{Name: "day", Type: schemas.Date, Doc: "When, to the day."},
		{Name: "at", Type: schemas.Timestamp, Doc: "When, exactly."},
	},
}

// notes is a second, smaller table.
var notes = schemas.Table{
	Name: "notes", Doc: "One row per note.", Key: []string{"author", "id"},
	Columns: []schemas.Column{
		{Name: "id", Type: schemas.Int, Doc: "Number of the note."},
		{Name: "author", Type: schemas.String, Doc: "Who wrote it."},
	},
}

// begin opens a transaction that the test ends, at the latest when it is over.
func begin(t *testing.T, w connectors.Warehouse, tables ...schemas.Table) connectors.Tx {
	t.Helper()
	tx, err := w.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Close() })
	if err := tx.Create(context.Background(), tables); err != nil {
		t.Fatal(err)
	}
	return tx
}

// load inserts records into a table of the base.
func load(t *testing.T, w connectors.Warehouse, tx connectors.Tx, table schemas.Table, recs ...arrow.Record) {
	t.Helper()
	d := w.Dialect()
	stage(t, tx, "staged_"+table.Name, table, recs...)
	columns := d.Idents(table.ColumnNames())
	mustExec(t, tx, "INSERT INTO "+w.Base(table.Name)+" ("+columns+") SELECT "+columns+" FROM "+d.Ident("staged_"+table.Name))
}

func stage(t *testing.T, tx connectors.Tx, name string, table schemas.Table, recs ...arrow.Record) {
	t.Helper()
	if err := tx.Stage(context.Background(), name, table, []string{parquet(t, table, recs...)}); err != nil {
		t.Fatal(err)
	}
}

func mustExec(t *testing.T, tx connectors.Tx, sql string) int64 {
	t.Helper()
	n, err := tx.Exec(context.Background(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func mustCommit(t *testing.T, tx connectors.Tx) {
	t.Helper()
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func mustPublish(t *testing.T, w connectors.Warehouse, tables ...schemas.Table) {
	t.Helper()
	if err := w.Publish(context.Background(), connectors.Publication{Run: "r1", Tables: tables}); err != nil {
		t.Fatal(err)
	}
}

func published(t *testing.T, w connectors.Warehouse) connectors.Reader {
	t.Helper()
	r, err := w.Published(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// close1 closes a warehouse in the midst of a test.
func close1(t *testing.T, w connectors.Warehouse) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// read returns all rows of a query as one table.
func read(t *testing.T, r connectors.Reader, sql string) arrow.Table {
	t.Helper()
	var recs []arrow.Record
	err := r.Read(context.Background(), sql, func(rec arrow.Record) error {
		rec.Retain()
		recs = append(recs, rec)
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if len(recs) == 0 {
		return nil
	}
	return array.NewTableFromRecords(recs[0].Schema(), recs)
}

// ids returns the first column of a query, of integers.
func ids(t *testing.T, r connectors.Reader, sql string) []int64 {
	t.Helper()
	table := read(t, r, sql)
	if table == nil {
		return nil
	}
	var out []int64
	for _, chunk := range table.Column(0).Data().Chunks() {
		out = append(out, chunk.(*array.Int64).Int64Values()...)
	}
	return out
}

// selectAll reads a table of the given name by key.
func selectAll(w connectors.Warehouse, name string, table schemas.Table) string {
	d := w.Dialect()
	return "SELECT " + d.Idents(table.ColumnNames()) + " FROM " + name + " ORDER BY " + d.Idents(table.Key)
}
