package warehousetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
)

func notPublished(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	_, err := w.Published(context.Background())
	if connectors.CodeOf(err) != "not_published" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("%v", err)
	}
}

func publish(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	private := notes
	private.Name = "private_notes"
	wider := facts
	wider.Columns = append(slices.Clone(facts.Columns), schemas.Column{Name: "kept", Type: schemas.String})
	tx := begin(t, w, wider, notes, private)
	load(t, w, tx, facts, extremes())
	load(t, w, tx, private, record(private, []any{int64(1), "ann"}))
	mustCommit(t, tx)
	mustPublish(t, w, facts, notes)

	d := w.Dialect()
	r := published(t, w)
	got := read(t, r, selectAll(w, d.Ident(facts.Name), facts))
	if want := array.NewTableFromRecords(facts.Arrow(), []arrow.Record{extremes()}); got == nil || !got.Schema().Equal(want.Schema()) || !array.TableEqual(got, want) {
		t.Errorf("published\n%v\nwant\n%v", got, want)
	}
	if n := len(ids(t, r, "SELECT id FROM "+d.Ident(notes.Name))); n != 0 {
		t.Errorf("%d rows of an empty table", n)
	}
	for _, sql := range []string{
		"SELECT id FROM " + d.Ident(private.Name), // a table that is not published
		"SELECT kept FROM " + d.Ident(facts.Name), // a column that is not
		"SELECT id FROM " + w.Base(facts.Name),    // the base
	} {
		if err := r.Read(context.Background(), sql, func(arrow.Record) error { return nil }); err == nil {
			t.Errorf("%s: went through", sql)
		}
	}
}

// night replaces the notes by n rows and publishes them.
func night(t *testing.T, w connectors.Warehouse, n int) {
	t.Helper()
	tx := begin(t, w, notes)
	mustExec(t, tx, "DELETE FROM "+w.Base(notes.Name)+" WHERE true")
	load(t, w, tx, notes, numbered(0, n))
	mustCommit(t, tx)
}

func countNotes(t *testing.T, w connectors.Warehouse, r connectors.Reader) int {
	t.Helper()
	return len(ids(t, r, "SELECT id FROM "+w.Dialect().Ident(notes.Name)))
}

func publishSwaps(t *testing.T, open Opener) {
	w := open()
	night(t, w, 10)
	mustPublish(t, w, notes)

	night(t, w, 20)
	if n := countNotes(t, w, published(t, w)); n != 10 {
		t.Errorf("%d rows before publishing, want last night's 10", n)
	}
	mustPublish(t, w, notes)
	if n := countNotes(t, w, published(t, w)); n != 20 {
		t.Errorf("%d rows after publishing, want 20", n)
	}
	close1(t, w)

	w = open()
	defer w.Close()
	if n := countNotes(t, w, published(t, w)); n != 20 {
		t.Errorf("%d rows after opening again, want 20", n)
	}
}

func readerKeepsItsNight(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	night(t, w, 10)
	mustPublish(t, w, notes)
	old := published(t, w)
	night(t, w, 20)
	mustPublish(t, w, notes)
	if n := countNotes(t, w, old); n != 10 {
		t.Errorf("the old reader sees %d rows, want 10", n)
	}
	if err := old.Close(); err != nil {
		t.Error(err)
	}
}

func publishTwice(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	tx := begin(t, w, facts)
	load(t, w, tx, facts, extremes())
	mustCommit(t, tx)
	query := "SELECT * FROM " + w.Dialect().Ident(facts.Name)
	mustPublish(t, w, facts)
	first := read(t, published(t, w), query)
	mustPublish(t, w, facts)
	if second := read(t, published(t, w), query); !array.TableEqual(first, second) {
		t.Errorf("first\n%v\nthen\n%v", first, second)
	}
}

func publishFails(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	night(t, w, 10)
	mustPublish(t, w, notes)
	night(t, w, 20)
	missing := facts
	missing.Name = "missing"
	if err := w.Publish(context.Background(), connectors.Publication{Run: "r2", Tables: []schemas.Table{notes, missing}}); err == nil {
		t.Fatal("a table that is not there was published")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.Publish(ctx, connectors.Publication{Run: "r3", Tables: []schemas.Table{notes}}); err == nil {
		t.Fatal("a cancelled publication went through")
	}
	if n := countNotes(t, w, published(t, w)); n != 10 {
		t.Errorf("%d rows after a failure, want last night's 10", n)
	}
	mustPublish(t, w, notes)
	if n := countNotes(t, w, published(t, w)); n != 20 {
		t.Errorf("%d rows after trying again, want 20", n)
	}
}

func publishFenced(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	night(t, w, 10)
	mustPublish(t, w, notes)
	night(t, w, 20)
	lost := errors.New("the lock is lost")
	p := connectors.Publication{Run: "r2", Tables: []schemas.Table{notes}, Fence: func(context.Context) error {
		if n := countNotes(t, w, published(t, w)); n != 10 {
			t.Errorf("%d rows are seen before the fence, want last night's 10", n)
		}
		return lost
	}}
	if err := w.Publish(context.Background(), p); !errors.Is(err, lost) {
		t.Errorf("publishing behind a fence: %v", err)
	}
	if n := countNotes(t, w, published(t, w)); n != 10 {
		t.Errorf("%d rows, want last night's 10", n)
	}
	p.Fence = func(context.Context) error { return nil }
	if err := w.Publish(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	if n := countNotes(t, w, published(t, w)); n != 20 {
		t.Errorf("%d rows, want 20", n)
	}
}

func readOnly(t *testing.T, open Opener) {
	w := open()
	defer w.Close()
	night(t, w, 10)
	mustPublish(t, w, notes)
	r := published(t, w)
	name := w.Dialect().Ident(notes.Name)
	for _, sql := range []string{
		"INSERT INTO " + name + " (id) VALUES (99)",
		"DELETE FROM " + name + " WHERE true",
		"DROP TABLE " + name,
		"CREATE TABLE more (id " + w.Dialect().Type(schemas.Int) + ")",
		"SELECT 1 AS a; DELETE FROM " + name + " WHERE true",
	} {
		if err := r.Read(context.Background(), sql, func(arrow.Record) error { return nil }); err == nil {
			t.Errorf("%s: went through", sql)
		}
	}
	if n := countNotes(t, w, published(t, w)); n != 10 {
		t.Errorf("%d rows, want 10", n)
	}
}
