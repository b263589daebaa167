package duckdbwarehouse

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/schemas"
)

// commit makes the customers of the base those of the given names.
func commit(t *testing.T, w *Warehouse, names ...string) {
	t.Helper()
	ctx := context.Background()
	tx, err := w.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Close()
	if err := tx.Create(ctx, []schemas.Table{customerTable}); err != nil {
		t.Fatal(err)
	}
	statements := []string{"DELETE FROM " + w.Base("customers")}
	for _, name := range names {
		statements = append(statements, "INSERT INTO "+w.Base("customers")+" SELECT count(*), '"+name+"' FROM "+w.Base("customers"))
	}
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
}

func publishCustomers(t *testing.T, w *Warehouse) {
	t.Helper()
	if err := w.Publish(context.Background(), connectors.Publication{Run: "r", Tables: []schemas.Table{customerTable}}); err != nil {
		t.Fatal(err)
	}
}

// night commits customers and publishes them.
func night(t *testing.T, w *Warehouse, names ...string) *Warehouse {
	t.Helper()
	commit(t, w, names...)
	publishCustomers(t, w)
	return w
}

// names are those of the published customers.
func names(t *testing.T, w *Warehouse) string {
	t.Helper()
	got, err := texts(w, "SELECT name FROM customers ORDER BY customer_id")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(got, " ")
}

// texts reads what is published and returns every value as text, row by row.
func texts(w *Warehouse, query string) (out []string, err error) {
	ctx := context.Background()
	r, err := w.Published(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	err = r.Read(ctx, query, func(rec arrow.Record) error {
		for row := range int(rec.NumRows()) {
			for _, c := range rec.Columns() {
				out = append(out, c.ValueStr(row))
			}
		}
		return nil
	})
	return out, err
}

// leftovers are the files and folders that should not outlive what made them.
func leftovers(t *testing.T, o Options) []string {
	t.Helper()
	var left []string
	for _, dir := range []string{filepath.Dir(o.Published), filepath.Dir(o.Base), o.Temp} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != "private" && e.Name() != "tmp" && e.Name() != "base.duckdb" && e.Name() != "base.duckdb.wal" && e.Name() != "published.duckdb" {
				left = append(left, e.Name())
			}
		}
	}
	return left
}

func TestNothingIsLeftBehind(t *testing.T) {
	o := options(t)
	w := night(t, open(t, o), "ann")
	if err := w.Publish(context.Background(), connectors.Publication{Tables: []schemas.Table{{Name: "missing", Columns: customerTable.Columns}}}); err == nil {
		t.Error("a missing table was published")
	}
	if got := names(t, w); got != "ann" {
		t.Errorf("published: %s", got)
	}
	if _, err := texts(w, "SELECT no_such_column FROM customers"); err == nil {
		t.Error("a missing column was read")
	}
	if err := w.Rewrite(context.Background()); err != nil {
		t.Error(err)
	}
	w.Close()
	if left := leftovers(t, o); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A file that lost rows between the writing and the renaming is not published.
func TestPublishVerifies(t *testing.T) {
	for name, spoil := range map[string]func(file string, cancel func()){
		"a row is lost":   func(file string, _ func()) { raw(t, file, "DELETE FROM db.customers WHERE customer_id = 1").Close() },
		"a table is lost": func(file string, _ func()) { raw(t, file, "DROP TABLE db.customers").Close() },
		"it is no database": func(file string, _ func()) {
			if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
				t.Error(err)
			}
		},
		"the night is cancelled": func(_ string, cancel func()) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			night(t, open(t, o), "ann", "bob").Close()
			ctx, cancel := context.WithCancel(t.Context())
			o.Point = func(point string) {
				if point == PointFilled {
					spoil(filepath.Join(o.Published+".new", filepath.Base(o.Published)), cancel)
				}
			}
			w := open(t, o)
			if err := w.Publish(ctx, connectors.Publication{Tables: []schemas.Table{customerTable}}); err == nil {
				t.Error("it was published")
			}
			if got := names(t, w); got != "ann bob" {
				t.Errorf("published: %s", got)
			}
			if left := leftovers(t, o); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestModes(t *testing.T) {
	o := options(t)
	o.Mode = 0o644
	o.Published = filepath.Join(filepath.Dir(o.Published), "bi", "published.duckdb")
	night(t, open(t, o), "ann")
	for path, want := range map[string]os.FileMode{
		o.Base: 0o600, filepath.Dir(o.Base): 0o700 | os.ModeDir, o.Temp: 0o700 | os.ModeDir, o.Published: 0o444,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s: mode %v, want %v", filepath.Base(path), info.Mode(), want)
		}
	}
}

func TestGroup(t *testing.T) {
	o := options(t)
	commit(t, open(t, o), "ann")
	o.Group = "no-such-group"
	err := open(t, o).Publish(context.Background(), connectors.Publication{Tables: []schemas.Table{customerTable}})
	if connectors.CodeOf(err) != "unknown_group" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("unknown group: %v", err)
	}
	gid := os.Getegid()
	if gids, err := os.Getgroups(); err == nil && len(gids) > 0 {
		gid = gids[len(gids)-1]
	}
	group, err := user.LookupGroupId(strconv.Itoa(gid))
	if err != nil {
		t.Skip("the group of this process has no name: ", err)
	}
	o.Group = group.Name
	publishCustomers(t, open(t, o))
	info, err := os.Stat(o.Published)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Sys().(*syscall.Stat_t).Gid; int(got) != gid {
		t.Errorf("group %d, want %d", got, gid)
	}
	if info.Mode() != 0o440 {
		t.Errorf("mode %v, want 0440", info.Mode())
	}
}

func TestDocsArePublished(t *testing.T) {
	w := night(t, open(t, options(t)), "ann")
	got, err := texts(w, "SELECT comment FROM duckdb_tables() UNION ALL SELECT comment FROM duckdb_columns() WHERE comment IS NOT NULL")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"One row per customer.", "It's the id.", "The name."}, got); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
}

// raw runs statements on a file, attached as db, as any DuckDB would.
func raw(t *testing.T, file string, statements ...string) *sql.DB {
	t.Helper()
	ctx := context.Background()
	db, err := start(ctx, Options{Temp: t.TempDir()}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := attach(ctx, db, file, "db"); err != nil {
		t.Fatal(err)
	}
	if err := run(ctx, db, statements...); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestStaleLogNeverMixesNights(t *testing.T) {
	// A log that was left beside a file by whoever wrote it.
	other := filepath.Join(t.TempDir(), "other.duckdb")
	db := raw(t, other, "CREATE TABLE db.customers (customer_id BIGINT, name VARCHAR)", "CHECKPOINT db", "INSERT INTO db.customers VALUES (9, 'mallory')")
	log, err := os.ReadFile(other + walSuffix)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()

	o := options(t)
	w := night(t, open(t, o), "ann")
	if err := os.WriteFile(o.Published+walSuffix, log, 0o600); err != nil {
		t.Fatal(err)
	}
	// The control: it would be replayed.
	var n int
	control := filepath.Join(t.TempDir(), "control.duckdb")
	for suffix, from := range map[string]string{"": o.Published, walSuffix: o.Published + walSuffix} {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(control+suffix, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := raw(t, control).QueryRow("SELECT count(*) FROM db.customers WHERE name = 'mallory'").Scan(&n); err != nil || n != 1 {
		t.Fatalf("the log was not replayed: %d, %v", n, err)
	}

	if _, err := texts(w, "FROM customers"); connectors.CodeOf(err) != "stale_wal" {
		t.Errorf("read beside a stale log: %v", err)
	}
	commit(t, w, "bob")
	publishCustomers(t, w)
	if got := names(t, w); got != "bob" {
		t.Errorf("published: %s", got)
	}
}

func TestRewriteRemovesBytes(t *testing.T) {
	const marker = "Wilhelmina-Erased-Vandenbroucke"
	o := options(t)
	w := open(t, o)
	commit(t, w, "ann", marker, "bob")
	close1 := func() []byte {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		var all []byte
		files, _ := os.ReadDir(filepath.Dir(o.Base))
		for _, f := range files {
			content, err := os.ReadFile(filepath.Join(filepath.Dir(o.Base), f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, content...)
		}
		return all
	}
	if !bytes.Contains(close1(), []byte(marker)) {
		t.Fatal("the control is not found")
	}
	w = open(t, o)
	ctx := context.Background()
	tx, err := w.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Rewrite(ctx); connectors.CodeOf(err) != "locked" {
		t.Errorf("rewritten while a transaction is open: %v", err)
	}
	if n, err := tx.Exec(ctx, "DELETE FROM "+w.Base("customers")+" WHERE name = '"+marker+"'"); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(close1(), []byte(marker)) {
		t.Error("deleting alone removed the bytes")
	}
	w = open(t, o)
	if err := w.Rewrite(ctx); err != nil {
		t.Fatal(err)
	}
	publishCustomers(t, w)
	if got := names(t, w); got != "ann bob" {
		t.Errorf("after rewriting: %s", got)
	}
	if bytes.Contains(close1(), []byte(marker)) {
		t.Error("the bytes are still there")
	}
	if info, err := os.Stat(o.Base); err != nil || info.Mode() != privateFile {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestAdopt: a base that was made elsewhere takes the place of the one that is
// there, with what its maker left in its log.
func TestAdopt(t *testing.T) {
	ctx := context.Background()
	o, other := options(t), options(t)
	w, made := open(t, o), open(t, other)
	commit(t, w, "ann")
	commit(t, made, "bob", "cas")
	if err := w.Adopt(ctx, other.Base+".gone"); err == nil {
		t.Error("a file that is not there was adopted")
	}
	publishCustomers(t, w)
	if got := names(t, w); got != "ann" {
		t.Fatalf("after a failed one: %s", got)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	tx, err := w.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Adopt(ctx, other.Base); connectors.CodeOf(err) != "locked" {
		t.Errorf("adopted while a transaction is open: %v", err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.Adopt(ctx, other.Base); err != nil {
		t.Fatal(err)
	}
	if got := names(t, w); got != "ann" {
		t.Errorf("readers before the next publication: %s", got)
	}
	publishCustomers(t, w)
	if got := names(t, w); got != "bob cas" {
		t.Errorf("after adopting: %s", got)
	}
	if _, err := os.Stat(other.Base); err == nil {
		t.Error("the file is still where it was made")
	}
	if info, err := os.Stat(o.Base); err != nil || info.Mode() != privateFile {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
