package duckdbwarehouse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/schemas/dialect"
)

func TestPublishedIsHarmless(t *testing.T) {
	o := options(t)
	w := night(t, open(t, o), "ann")
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("secret\n42\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	lit := dialect.DuckDB.String
	for _, query := range []string{
		"COPY customers TO " + lit(out),
		"COPY (SELECT 1) TO " + lit(out),
		"EXPORT DATABASE " + lit(out),
		"IMPORT DATABASE " + lit(out),
		"ATTACH " + lit(out) + " AS out",
		"ATTACH " + lit(o.Base) + " AS base (READ_ONLY)",
		"SELECT * FROM read_text(" + lit(secret) + ")",
		"SELECT * FROM read_blob(" + lit(secret) + ")",
		"SELECT * FROM read_csv(" + lit(secret) + ")",
		"SELECT * FROM read_csv('/etc/passwd')",
		"SELECT * FROM " + lit(secret),
		"SELECT * FROM glob('/etc/*')",
		"SELECT * FROM parquet_metadata(" + lit(secret) + ")",
		"SELECT * FROM query('COPY customers TO " + strings.ReplaceAll(lit(out), "'", "''") + "')",
		"SELECT * FROM read_csv('https://example.org/a.csv')",
		"INSTALL httpfs", "LOAD httpfs",
		"SET enable_external_access = true",
		"SET GLOBAL lock_configuration = false",
		"RESET enable_external_access",
		"SET memory_limit = '1TB'",
		"PRAGMA enable_profiling",
		"PRAGMA database_list",
		"INSERT INTO customers VALUES (2, 'x')",
		"UPDATE customers SET name = 'x'",
		"DELETE FROM customers",
		"CREATE TABLE t (a INTEGER)",
		"CREATE TEMP TABLE t (a INTEGER)",
		"CREATE TABLE memory.main.t (a INTEGER)",
		"CREATE SECRET s (TYPE s3)",
		"DROP TABLE customers",
		"DETACH published", "USE memory", "CHECKPOINT", "CALL pragma_version()",
		"PREPARE p AS SELECT 1",
		"SELECT getenv('HOME')",
		"SELECT 1; COPY customers TO " + lit(out),
		"COPY customers TO " + lit(out) + "; SELECT 1",
		"SELECT 1) AS q(c0)) TO " + lit(out) + "; --",
		"SELECT 1 /*", "SELECT 1 --\n) TO 'x'; SELECT (1",
		"SELECT ?", "", ";", "-- nothing",
	} {
		if got, err := texts(w, query); err == nil {
			t.Errorf("%s: yielded %q", query, got)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written")
	}
	if got := names(t, w); got != "ann" {
		t.Errorf("published: %s", got)
	}
}

// The engine alone refuses them too, should a statement ever slip through.
func TestPublishedEngineIsLocked(t *testing.T) {
	o := options(t)
	night(t, open(t, o), "ann")
	r, err := openPublished(t.Context(), o, o.Published)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	conn, err := r.conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	out := dialect.DuckDB.String(filepath.Join(t.TempDir(), "out"))
	for _, statement := range []string{
		"COPY customers TO " + out, "ATTACH " + out, "EXPORT DATABASE " + out, "SELECT * FROM read_text('/etc/hostname')",
		"COPY customers TO " + dialect.DuckDB.String(r.temp+"/../out"),
		"INSTALL httpfs", "SET enable_external_access = true", "SET lock_configuration = false",
		"SET allowed_directories = ['/']", "RESET allowed_directories", "DELETE FROM customers", "CREATE TABLE t (a INTEGER)",
	} {
		if err := run(t.Context(), conn, statement); err == nil {
			t.Errorf("%s: went through", statement)
		}
	}
}

func TestPublishedQueries(t *testing.T) {
	w := night(t, open(t, options(t)), "ann", "bob")
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"SELECT name FROM customers ORDER BY name DESC;", []string{"bob", "ann"}},
		{"FROM customers", []string{"0", "ann", "1", "bob"}},
		{"WITH c AS (SELECT name AS a FROM customers) SELECT a, a FROM c ORDER BY a -- twice", []string{"ann", "ann", "bob", "bob"}},
		{"VALUES (1, 'x')", []string{"1", "x"}},
		{"SHOW TABLES", []string{"customers"}},
		{"SELECT column_name, column_type FROM (DESCRIBE customers)", []string{"customer_id", "BIGINT", "name", "VARCHAR"}},
		{"SELECT sum(customer_id), avg(customer_id), min(name) FROM customers", []string{"1", "0.5", "ann"}},
		{"SELECT 0.5, 0.12345, 1.50::DECIMAL(38,2)", []string{"0.5", "0.12345", "1.5"}},
		{"SELECT 5::UTINYINT, 5::HUGEINT, true, NULL, 1.5::FLOAT", []string{"5", "5", "true", "(null)", "1.5"}},
		{"SELECT DATE '2024-02-29', TIMESTAMP '2024-02-29 12:00:00', TIMESTAMPTZ '2024-02-29 12:00:00+02'",
			[]string{"2024-02-29", "2024-02-29 12:00:00Z", "2024-02-29 10:00:00Z"}},
		{"SELECT [1, 2], {'a': 'x'}, INTERVAL 2 DAY, TIME '12:30:00', '\\x41'::BLOB, MAP {'k': 1}, '550e8400-e29b-41d4-a716-446655440000'::UUID",
			[]string{"[1, 2]", "{'a': x}", "2 days", "12:30:00", "A", "{k=1}", "550e8400-e29b-41d4-a716-446655440000"}},
		{"SELECT current_setting('TimeZone')", []string{"UTC"}},
	} {
		got, err := texts(w, test.query)
		if err != nil {
			t.Errorf("%s: %v", test.query, err)
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.query, diff)
		}
	}
}

func TestPublishedErrors(t *testing.T) {
	w := night(t, open(t, options(t)), "ann")
	for query, code := range map[string]string{
		"SELECT nam FROM customers":                       "bad_sql",
		"SELECT name FROM customer":                       "bad_sql",
		"SELEC name":                                      "bad_sql",
		"SELECT CAST(name AS BIGINT) AS n FROM customers": "bad_value",
		"SELECT 9223372036854775807::HUGEINT * 2":         "bad_value",
		"SELECT 99999999999999999.0::DECIMAL(38,1)":       "bad_value",
		"DELETE FROM customers":                           "not_a_query",
		"SELECT 1; SELECT 2":                              "not_a_query",
	} {
		if _, err := texts(w, query); connectors.CodeOf(err) != code {
			t.Errorf("%s: %v (code %q, want %q)", query, err, connectors.CodeOf(err), code)
		}
	}
	o := w.opts
	o.MemoryLimit = "50MB"
	_, err := texts(open(t, o), "SELECT string_agg(repeat('x', 1000000) || range, '' ORDER BY range) FROM range(1000)")
	if connectors.CodeOf(err) != "out_of_memory" {
		t.Errorf("a query that needs a gigabyte, with 50 MB: %v", err)
	}
}

func TestSweepLeavesReadersAtWork(t *testing.T) {
	dir := t.TempDir()
	temp, inUse, err := readerTemp(dir)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, readerPrefix+"of-a-killed-reader")
	for _, path := range []string{left, filepath.Join(dir, "stage")} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (out []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	if err := Sweep(dir); err != nil {
		t.Fatal(err)
	}
	if got := names(); len(got) != 1 || got[0] != filepath.Base(temp) {
		t.Errorf("after the sweep there is %v, want only the folder in use", got)
	}
	if err := inUse.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(dir); err != nil {
		t.Fatal(err)
	}
	if got := names(); len(got) != 0 {
		t.Errorf("after the reader is gone there is %v, want nothing", got)
	}
}
