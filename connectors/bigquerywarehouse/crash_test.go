package bigquerywarehouse

import (
	"context"
	"testing"

	"clientele/connectors"
	"clientele/schemas"
)

var log = schemas.Table{Name: "log", Columns: []schemas.Column{{Name: "id", Type: schemas.Int}}}

// fill adds a row to the log.
func fill(t *testing.T, w *Warehouse, tx connectors.Tx) {
	t.Helper()
	if err := tx.Create(t.Context(), []schemas.Table{log}); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "INSERT INTO "+w.Base(log.Name)+" (id) VALUES (1)"); err != nil {
		t.Fatal(err)
	}
}

// logged counts the rows of the log, as a program sees it that starts now.
func logged(t *testing.T, o Options) int {
	t.Helper()
	w := open(t, o)
	r, err := w.Look(t.Context(), []schemas.Table{log})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n, err := w.count(t.Context(), "SELECT COUNT(*) AS n FROM "+w.Base(log.Name), w.staging())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A program that was killed has ended no transaction: the base is what it was,
// and the next night begins anew.
func TestKilledInTheMidst(t *testing.T) {
	o := fresh(t)
	insert := func(w *Warehouse, commit bool) {
		t.Helper()
		tx, err := w.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fill(t, w, tx)
		if commit {
			if err := tx.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	insert(open(t, o), true)
	for want := 1; want < 4; want++ {
		insert(open(t, o), false) // and never a word again
		if n := logged(t, o); n != want {
			t.Errorf("%d rows beside a night that was killed, want %d", n, want)
		}
		insert(open(t, o), true)
	}
	if n := logged(t, o); n != 4 {
		t.Errorf("%d rows, want 4", n)
	}
}

// Two programs that work at once, against the lock: the second to commit is
// refused.
func TestCommitsOfTwoPrograms(t *testing.T) {
	o := fresh(t)
	ctx := t.Context()
	w := open(t, o)
	first, err := w.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second, err := open(t, o).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, w, first)
	if err := first.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := second.Commit(ctx); connectors.CodeOf(err) != "locked" {
		t.Errorf("the second got %v", err)
	}
	if err := second.Rollback(ctx); err != nil {
		t.Error(err)
	}
	if n := logged(t, o); n != 1 {
		t.Errorf("the base has %d rows after the second gave up, want the 1 of the first", n)
	}
}

// An answer may be lost, and the caller give up, when the commit is done already:
// it holds, and what follows takes nothing from the base.
func TestCommitWithoutAnAnswer(t *testing.T) {
	o := fresh(t)
	w := open(t, o)
	tx, err := w.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fill(t, w, tx)
	if err := w.moveHead(t.Context(), tx.(*Tx).head, tx.(*Tx).slot); err != nil { // by a request that nobody heard of again
		t.Fatal(err)
	}
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	if err := tx.Commit(ctx); err != nil {
		t.Error(err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Error(err)
	}
	if n := logged(t, o); n != 1 {
		t.Errorf("the base has %d rows, want 1", n)
	}
}
