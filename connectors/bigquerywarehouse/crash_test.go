package bigquerywarehouse

import (
	"testing"

	"clientele/schemas"
)

// A program that was killed has ended no transaction: the base is what it was,
// and the next night begins anew.
func TestKilledInTheMidst(t *testing.T) {
	o := fresh(t)
	ctx := t.Context()
	table := schemas.Table{Name: "notes", Columns: []schemas.Column{{Name: "id", Type: schemas.Int}}}
	insert := func(w *Warehouse, commit bool) {
		t.Helper()
		tx, err := w.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Create(ctx, []schemas.Table{table}); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(ctx, "INSERT INTO "+w.Base(table.Name)+" (id) VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		if commit {
			if err := tx.Commit(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	rows := func() int {
		t.Helper()
		w := open(t, o)
		r, err := w.Look(ctx, []schemas.Table{table})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		n, err := w.count(ctx, "SELECT COUNT(*) AS n FROM "+w.Base(table.Name), w.staging())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	insert(open(t, o), true)
	for want := 1; want < 4; want++ {
		insert(open(t, o), false) // and never a word again
		if n := rows(); n != want {
			t.Errorf("%d rows beside a night that was killed, want %d", n, want)
		}
		insert(open(t, o), true)
	}
	if n := rows(); n != 4 {
		t.Errorf("%d rows, want 4", n)
	}
}

// Two programs that work at once, against the lock: the second to commit is
// refused.
func TestCommitsOfTwoPrograms(t *testing.T) {
	o := fresh(t)
	ctx := t.Context()
	first, err := open(t, o).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second, err := open(t, o).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := second.Commit(ctx); err == nil {
		t.Error("both committed")
	}
}
