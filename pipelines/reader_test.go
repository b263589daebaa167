package pipelines_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
)

// whatReadersSee is a query whose answer differs from night to night, over
// several tables.
const whatReadersSee = `SELECT 'night', CAST(as_of AS VARCHAR), 0 FROM runs
UNION ALL SELECT 'orders', MAX(order_id), COUNT(*) FROM orders
UNION ALL SELECT 'customers', MAX(customer_id), COUNT(*) FROM customers ORDER BY 1`

// TestReaderThroughPublish reads at every point of a night, with a reader that
// was opened before it and with one that is opened there and then: each sees one
// whole night.
func TestReaderThroughPublish(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	first := h.rows(whatReadersSee)

	h.use(func(p *pipelines.Project) { // the program of somebody who reads
		r, err := p.Warehouse.Published(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		c.secondNight()
		var fresh [][]string // what those saw who opened the file at a point
		h.point = func(name string) {
			if name == "extract:batch" || name == "conform:batch" || name == "load:table" {
				return // points within steps, of which there are many
			}
			if diff := cmp.Diff(first, readAll(t, r, whatReadersSee)); diff != "" {
				t.Errorf("%s: a reader of the first night sees (-want +got):\n%s", name, diff)
			}
			now, err := p.Warehouse.Published(t.Context())
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			defer now.Close()
			if saw := readAll(t, now, whatReadersSee); len(fresh) == 0 || !slices.Equal(fresh[len(fresh)-1], saw) {
				fresh = append(fresh, saw)
			}
		}
		h.run(nightTwo)
		h.point = nil
		if diff := cmp.Diff([][]string{first, h.rows(whatReadersSee)}, fresh); diff != "" {
			t.Errorf("who opens the file sees in turn (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(first, readAll(t, r, whatReadersSee)); diff != "" {
			t.Errorf("after the night its old reader sees (-want +got):\n%s", diff)
		}
	})
	if left, err := os.ReadDir(filepath.Join(h.home, "tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestStaleLog lays the log of another writer beside the published file, as a
// program that was killed leaves it. DuckDB would replay it into whatever lies
// there.
func TestStaleLog(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	published := filepath.Join(h.home, "published.duckdb")
	log := foreignLog(t, published)

	c.secondNight()
	calm := h.copyHome(t)
	calm.run(nightTwo)

	if err := os.WriteFile(published+".wal", log, 0o600); err != nil {
		t.Fatal(err)
	}
	h.use(func(p *pipelines.Project) {
		if _, err := p.Warehouse.Published(t.Context()); connectors.CodeOf(err) != "stale_wal" {
			t.Errorf("reading beside a stale log: %v", err)
		}
	})
	h.run(nightTwo)
	sameTables(t, "a night with a stale log", h.digests(), calm.digests())
}

// foreignLog returns a log that, replayed into the file, renames all its
// customers. It checks that it would.
func foreignLog(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, log []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if log != nil {
			if err := os.WriteFile(path+".wal", log, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	one := write("one.duckdb", nil)
	exec(fmt.Sprintf("ATTACH '%s' AS one", one))
	exec("UPDATE one.customers SET name = 'mixed'")
	log, err := os.ReadFile(one + ".wal")
	if err != nil {
		t.Fatal(err)
	}
	exec(fmt.Sprintf("ATTACH '%s' AS two", write("two.duckdb", log)))
	var mixed int
	if err := db.QueryRow("SELECT COUNT(*) FROM two.customers WHERE name = 'mixed'").Scan(&mixed); err != nil || mixed == 0 {
		t.Fatalf("the log mixes nothing: %d %v", mixed, err)
	}
	return log
}
