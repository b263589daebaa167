package warehousetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/google/go-cmp/cmp"

	"clientele/schemas"
)

func everyType(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, facts)
	want := extremes()
	load(t, w, tx, facts, want)
	got := read(t, tx, selectAll(w, w.Base(facts.Name), facts))
	if got == nil || !got.Schema().Equal(facts.Arrow()) {
		t.Fatalf("schema of what is read: %v", got)
	}
	if table := array.NewTableFromRecords(facts.Arrow(), []arrow.Record{want}); !array.TableEqual(got, table) {
		t.Errorf("read\n%v\nwant\n%v", got, table)
	}
}

func evolve(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, 10))
	mustCommit(t, tx)

	wider := notes
	wider.Columns = slices.Insert(slices.Clone(notes.Columns), 1, schemas.Column{Name: "at", Type: schemas.Timestamp})
	tx = begin(t, w, wider)
	if n := len(ids(t, tx, selectAll(w, w.Base(notes.Name), wider))); n != 10 {
		t.Errorf("%d rows after a column was added, want 10", n)
	}
	load(t, w, tx, wider, record(wider, []any{int64(10), arrow.Timestamp(5), "cor"}))
	if got := ids(t, tx, "SELECT id FROM "+w.Base(notes.Name)+" WHERE "+w.Dialect().Ident("at")+" IS NOT NULL"); !slices.Equal(got, []int64{10}) {
		t.Errorf("rows with the new column: %v", got)
	}
	mustCommit(t, tx)

	tx = begin(t, w, notes, facts) // the narrower definition takes nothing away
	if n := len(ids(t, tx, selectAll(w, w.Base(notes.Name), wider))); n != 11 {
		t.Errorf("%d rows, want 11", n)
	}
}

func stageNothing(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, facts)
	if err := tx.Stage(context.Background(), "none", facts, nil); err != nil {
		t.Fatal(err)
	}
	columns := w.Dialect().Idents(facts.ColumnNames())
	if n := mustExec(t, tx, "INSERT INTO "+w.Base(facts.Name)+" ("+columns+") SELECT "+columns+" FROM "+w.Dialect().Ident("none")); n != 0 {
		t.Errorf("%d rows of no file", n)
	}
}

func stageSeveral(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	files := []string{parquet(t, notes, numbered(0, 10)), parquet(t, notes), parquet(t, notes, numbered(10, 10), numbered(20, 5))}
	if err := tx.Stage(context.Background(), "several", notes, files); err != nil {
		t.Fatal(err)
	}
	got := ids(t, tx, "SELECT id FROM "+w.Dialect().Ident("several")+" ORDER BY id")
	if len(got) != 25 || got[0] != 0 || got[24] != 24 {
		t.Errorf("ids %v", got)
	}
	if err := tx.Stage(context.Background(), "several", notes, files[:1]); err != nil {
		t.Fatalf("the same name again: %v", err)
	}
	if n := len(ids(t, tx, "SELECT id FROM "+w.Dialect().Ident("several"))); n != 10 {
		t.Errorf("%d rows of the later stage, want 10", n)
	}
}

func exec(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, 10))
	name := w.Base(notes.Name)
	if n := mustExec(t, tx, "UPDATE "+name+" SET author = "+w.Dialect().String("it's cor")+" WHERE id < 4"); n != 4 {
		t.Errorf("updated %d rows, want 4", n)
	}
	if n := mustExec(t, tx, "DELETE FROM "+name+" WHERE author = 'bob'"); n != 3 {
		t.Errorf("deleted %d rows, want 3", n)
	}
	if got := ids(t, tx, "SELECT id FROM "+name+" ORDER BY id"); !slices.Equal(got, []int64{0, 1, 2, 3, 4, 6, 8}) {
		t.Errorf("left: %v", got)
	}
	if _, err := tx.Exec(context.Background(), "UPDATE no_such_table SET a = 1 WHERE true"); err == nil {
		t.Error("a statement on a missing table went through")
	}
}

func order(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	const n = 50_000
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, n))
	var got []int64
	batches := 0
	err := tx.Read(context.Background(), "SELECT id FROM "+w.Base(notes.Name)+" ORDER BY id DESC", func(rec arrow.Record) error {
		batches++
		got = append(got, rec.Column(0).(*array.Int64).Int64Values()...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]int64, n)
	for i := range want {
		want[i] = int64(n - 1 - i)
	}
	if !slices.Equal(got, want) {
		t.Error("rows are out of order")
	}
	if batches < 2 {
		t.Errorf("%d rows came in %d batch", n, batches)
	}
}

func computed(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, facts)
	load(t, w, tx, facts, extremes())
	d := w.Dialect()
	got := read(t, tx, "SELECT SUM("+d.Cast("1", schemas.Int)+") AS n, SUM(amount) AS total, COUNT(*) AS every, "+
		d.Divide("1", "4")+" AS quarter, "+d.Null(schemas.String)+" AS nothing FROM "+w.Base(facts.Name))
	want := arrow.NewSchema([]arrow.Field{
		{Name: "n", Type: schemas.Int.Arrow(), Nullable: true}, {Name: "total", Type: schemas.Decimal.Arrow(), Nullable: true},
		{Name: "every", Type: schemas.Int.Arrow(), Nullable: true}, {Name: "quarter", Type: schemas.Float.Arrow(), Nullable: true},
		{Name: "nothing", Type: schemas.String.Arrow(), Nullable: true},
	}, nil)
	if !got.Schema().Equal(want) {
		t.Fatalf("schema %v", got.Schema())
	}
	var values []string
	for i := range int(got.NumCols()) {
		values = append(values, got.Column(i).Data().Chunk(0).ValueStr(0))
	}
	if diff := cmp.Diff([]string{"5", "0", "5", "0.25", array.NullValueStr}, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func readingStops(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, 50_000))
	enough := errors.New("enough")
	calls := 0
	err := tx.Read(context.Background(), "SELECT id FROM "+w.Base(notes.Name), func(arrow.Record) error {
		calls++
		return enough
	})
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
	if n := len(ids(t, tx, "SELECT id FROM "+w.Base(notes.Name)+" WHERE id < 3")); n != 3 {
		t.Errorf("%d rows after an interrupted reading", n)
	}
	if err := tx.Read(context.Background(), "SELECT id FROM "+w.Base(notes.Name)+" WHERE id < 0", func(rec arrow.Record) error {
		if rec.NumRows() > 0 {
			t.Errorf("%d rows", rec.NumRows())
		}
		return nil
	}); err != nil {
		t.Errorf("no rows: %v", err)
	}
}

func rollback(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, 10))
	mustCommit(t, tx)

	ctx, cancel := context.WithCancel(context.Background())
	tx = begin(t, w, notes)
	load(t, w, tx, notes, numbered(10, 10))
	mustExec(t, tx, "DELETE FROM "+w.Base(notes.Name)+" WHERE id < 5")
	cancel()
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(context.Background(), "DELETE FROM "+w.Base(notes.Name)+" WHERE true"); err == nil {
		t.Error("a statement went through after Rollback")
	}

	tx = begin(t, w)
	if got := ids(t, tx, "SELECT id FROM "+w.Base(notes.Name)+" ORDER BY id"); !slices.Equal(got, []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("after the rollback: %v", got)
	}
}

func commitLasts(t *testing.T, open Opener) {
	w := open()
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, 10))
	mustCommit(t, tx)
	if err := tx.Rollback(context.Background()); err != nil {
		t.Errorf("Rollback after Commit: %v", err)
	}
	tx = begin(t, w, notes) // left open
	load(t, w, tx, notes, numbered(10, 10))
	if err := tx.Close(); err != nil {
		t.Fatal(err)
	}
	close1(t, w)

	w = open()
	defer w.Close()
	tx = begin(t, w)
	if n := len(ids(t, tx, "SELECT id FROM "+w.Base(notes.Name))); n != 10 {
		t.Errorf("%d rows after opening again, want 10", n)
	}
}

func looking(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	see := func() []int64 {
		r, err := w.Look(context.Background(), []schemas.Table{notes, facts})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if n := len(ids(t, r, "SELECT id FROM "+w.Base(facts.Name))); n != 0 {
			t.Errorf("%d rows of a table that nobody filled", n)
		}
		return ids(t, r, "SELECT id FROM "+w.Base(notes.Name)+" ORDER BY id")
	}
	if got := see(); len(got) != 0 {
		t.Errorf("before the first commit: %v", got)
	}
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, 3))
	mustCommit(t, tx)
	if got := see(); !slices.Equal(got, []int64{0, 1, 2}) {
		t.Errorf("after a commit: %v", got)
	}
	tx = begin(t, w, notes)
	mustExec(t, tx, "DELETE FROM "+w.Base(notes.Name)+" WHERE TRUE")
	if err := tx.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := see(); !slices.Equal(got, []int64{0, 1, 2}) {
		t.Errorf("after a rollback: %v", got)
	}
}

// merge is written in the subset that every engine runs alike: from a table,
// with one row per key.
func merge(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	load(t, w, tx, notes, record(notes, []any{int64(1), "ann"}, []any{int64(2), "bob"}))
	stage(t, tx, "fresh", notes, record(notes, []any{int64(2), "cor"}, []any{int64(3), "dan"}))
	mustExec(t, tx, "MERGE INTO "+w.Base(notes.Name)+" t USING "+w.Dialect().Ident("fresh")+` s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET author = s.author
WHEN NOT MATCHED THEN INSERT (id, author) VALUES (s.id, s.author)`)
	got := read(t, tx, "SELECT id, author FROM "+w.Base(notes.Name)+" ORDER BY id")
	want := array.NewTableFromRecords(notes.Arrow(), []arrow.Record{record(notes, []any{int64(1), "ann"}, []any{int64(2), "cor"}, []any{int64(3), "dan"})})
	if got == nil || !array.TableEqual(got, want) {
		t.Errorf("merged\n%v\nwant\n%v", got, want)
	}
}

func deleteByTable(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	load(t, w, tx, notes, numbered(0, 10))
	stage(t, tx, "gone", notes, record(notes, []any{int64(3), nil}, []any{int64(4), nil}, []any{int64(99), nil}))
	mustExec(t, tx, "DELETE FROM "+w.Base(notes.Name)+" WHERE id IN (SELECT id FROM "+w.Dialect().Ident("gone")+")")
	if got := ids(t, tx, "SELECT id FROM "+w.Base(notes.Name)+" ORDER BY id"); !slices.Equal(got, []int64{0, 1, 2, 5, 6, 7, 8, 9}) {
		t.Errorf("left: %v", got)
	}
}

func cancelled(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, notes)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tx.Exec(ctx, "DELETE FROM "+w.Base(notes.Name)+" WHERE true"); !errors.Is(err, context.Canceled) {
		t.Errorf("Exec: %v", err)
	}
	if err := tx.Read(ctx, "SELECT id FROM "+w.Base(notes.Name), func(arrow.Record) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Read: %v", err)
	}
}
