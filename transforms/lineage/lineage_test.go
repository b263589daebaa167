package lineage_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors/duckdbwarehouse"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/lineage"
	"clientele/transforms/transformstest"
)

func parser(t *testing.T) lineage.Parser {
	t.Helper()
	p, err := duckdbwarehouse.OpenParser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func table(name string, columns ...string) schemas.Table {
	t := schemas.Table{Name: name}
	for _, c := range columns {
		t.Columns = append(t.Columns, schemas.Column{Name: c, Type: schemas.String})
	}
	return t
}

// of returns, of the table out, what each column is made of.
func of(t *testing.T, statements ...string) (map[string]string, error) {
	t.Helper()
	ss := make([]dialect.Statement, len(statements))
	for i, sql := range statements {
		ss[i] = dialect.Statement{Name: fmt.Sprint("step ", i+1), SQL: sql}
	}
	g, err := lineage.Of(t.Context(), parser(t), []schemas.Table{table("t", "a", "b", "c"), table("u", "a", "k", "x"), table("log", "a", "b")}, ss)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	columns, _ := g.Columns("out")
	for _, c := range append(columns, lineage.Rows) {
		var from []string
		for _, step := range g.Made(lineage.Column{Table: "out", Name: c}) {
			for _, s := range step.From {
				text := s.String()
				if s.Before {
					text += " before"
				}
				from = append(from, text)
			}
		}
		out[c] = strings.Join(from, ", ")
	}
	return out, nil
}

func TestWhatColumnsAreMadeOf(t *testing.T) {
	for _, c := range []struct {
		sql  string
		want map[string]string
	}{
		{"SELECT a, t.b AS \"B\", 'x' AS said FROM t WHERE c = 1 ORDER BY c", map[string]string{"a": "t.a", "B": "t.b", "said": "", "*": "rows of t"}},
		{"SELECT CASE WHEN a = 'x' THEN b ELSE CAST(c AS VARCHAR) || 'y' END AS z FROM t", map[string]string{"z": "t.a, t.b, t.c", "*": "rows of t"}},
		{"SELECT v.*, u.x FROM t v JOIN u ON u.k = v.a", map[string]string{"a": "t.a", "b": "t.b", "c": "t.c", "x": "u.x", "*": "rows of t, rows of u"}},
		{"SELECT t.a, COUNT(*) AS n, SUM(u.x) AS s FROM t LEFT JOIN u ON u.k = t.a GROUP BY t.a", map[string]string{"a": "t.a", "n": "rows of t", "s": "u.x", "*": "rows of t"}},
		{"SELECT a FROM t UNION ALL SELECT k FROM u UNION ALL SELECT 'z'", map[string]string{"a": "t.a, u.k", "*": "rows of t, rows of u"}},
		{"WITH w AS (SELECT a AS y, b FROM t), w2 AS (SELECT y || b AS z FROM w) SELECT p.z, q.y FROM w2 p CROSS JOIN w q", map[string]string{"z": "t.a, t.b", "y": "t.a", "*": "rows of t"}},
		{"WITH t AS (SELECT x AS a FROM u) SELECT a FROM t", map[string]string{"a": "u.x", "*": "rows of u"}},
		{"SELECT z FROM (SELECT a AS z, ROW_NUMBER() OVER (PARTITION BY b ORDER BY c DESC) AS nth FROM t) s WHERE nth = 1", map[string]string{"z": "t.a", "*": "rows of t"}},
		{"SELECT ROW_NUMBER() OVER (PARTITION BY b ORDER BY c DESC) AS nth, FIRST_VALUE(a) OVER (PARTITION BY b ORDER BY c) AS first FROM t",
			map[string]string{"nth": "rows of t, t.b, t.c", "first": "t.a", "*": "rows of t"}},
		{"SELECT (SELECT MAX(u.x) FROM u WHERE u.k = t.a) AS m, b IN (SELECT k FROM u) AS inside, EXISTS (SELECT 1 FROM u) AS some FROM t",
			map[string]string{"m": "u.x", "inside": "t.b, u.k", "some": "rows of u", "*": "rows of t"}},
		{"SELECT (SELECT MAX(u.x || t.b) FROM u) AS m FROM t", map[string]string{"m": "t.b, u.x", "*": "rows of t"}},
		{"SELECT string_agg(a, ' ' ORDER BY b ASC) AS joined, COUNT(DISTINCT c) AS n FROM t", map[string]string{"joined": "t.a", "n": "t.c", "*": "rows of t"}},
		{"SELECT s.y FROM (VALUES ('p', 'q')) s(x, y)", map[string]string{"y": "", "*": ""}},
		{"SELECT DATE '2026-01-01' AS day", map[string]string{"day": "", "*": ""}},
	} {
		got, err := of(t, "CREATE OR REPLACE TABLE \"out\" AS\n"+c.sql)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.sql, diff)
		}
	}
}

// A table that a night changes is, until it is made anew, that of the night
// before.
func TestWhatWasBefore(t *testing.T) {
	got, err := of(t,
		`CREATE OR REPLACE VIEW v AS SELECT a, b FROM log`,
		`UPDATE "log" SET a = CAST(NULL AS VARCHAR), "b" = replace(a, ',', '=') WHERE a = 'WHERE'`,
		`DELETE FROM log WHERE TRUE`,
		`INSERT INTO log ("b", a) SELECT a, b FROM t`,
		`CREATE OR REPLACE TABLE out AS SELECT v.a, l.b FROM v JOIN log l ON l.a = v.a`,
		`CREATE OR REPLACE TABLE log AS SELECT a, b FROM t`,
		`INSERT INTO out (a, b) SELECT a, b FROM log`,
		`DROP TABLE IF EXISTS v`,
	)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a": "v.a, log.a", "b": "log.b before, log.b", "*": "rows of log before, rows of v, rows of log"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatLineageRefuses(t *testing.T) {
	for sql, want := range map[string]string{
		"MERGE INTO t USING u ON t.a = u.a":                            "no statement that lineage can read",
		"CREATE TABLE out AS SELECT nothing FROM t":                    "it names nothing, which no table that it reads has",
		"CREATE TABLE out AS SELECT t.x FROM t, u":                     "it names t.x",
		"CREATE TABLE out AS SELECT a FROM nowhere":                    "it reads nowhere, which nothing makes before it",
		"CREATE TABLE out AS SELECT a FRM t":                           "it can't be parsed",
		"CREATE TABLE out AS SELECT a FROM read_csv('x')":              "lineage knows no TABLE_FUNCTION behind FROM",
		"INSERT INTO t (a, z) SELECT a, b FROM t":                      "t has no column z",
		"INSERT INTO t (a, b) SELECT a FROM t":                         "it fills 2 columns of t with 1",
		"CREATE TABLE out AS SELECT a FROM t UNION SELECT a, b FROM t": "a union of 1 columns with 2",
	} {
		if _, err := of(t, sql); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "step 1") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// What every column of a published table is made of can be followed to columns
// that sources fill, to what the night writes down itself, or to constants.
func TestEveryPublishedColumnHasLineage(t *testing.T) {
	statements, err := transformstest.Statements(dialect.DuckDB)
	if err != nil {
		t.Fatal(err)
	}
	tables := transformstest.Defined()
	g, err := lineage.Of(t.Context(), parser(t), slices.Collect(maps.Values(tables)), statements)
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for _, table := range schemas.Published() {
		for _, name := range append(table.ColumnNames(), lineage.Rows) {
			c := lineage.Column{Table: table.Name, Name: name}
			if len(g.Made(lineage.Column{Table: table.Name, Name: lineage.Rows})) == 0 {
				continue // what the night writes down itself, or nothing fills yet
			}
			made++
			steps := g.Trace(c)
			if len(steps) == 0 {
				t.Errorf("no statement makes %s", c)
			}
			for _, s := range steps {
				for _, from := range s.From {
					_, defined := tables[from.Table]
					if len(g.Made(from.Column)) == 0 && !defined {
						t.Errorf("%s ends in %s, which is nothing", c, from)
					}
				}
			}
		}
	}
	if made < 200 {
		t.Errorf("only %d columns are made by statements", made)
	}
	for column, want := range map[string]string{
		"customers.email":              "in_parties.email",
		"customers.customer_id":        "base_members.customer_id",
		"customers.may_email":          "in_consents.status",
		"customer_metrics.order_count": "rows of in_orders",
		"orders.amount_base":           "in_rates.rate",
		"scores.value":                 "in_orders.amount",
		"scores.class_since":           "scores.class",
		"campaigns.cost_per_order":     "in_campaigns.cost",
		"contacts.role":                "in_parties.role",
	} {
		table, name, _ := strings.Cut(column, ".")
		var found []string
		for _, s := range g.Trace(lineage.Column{Table: table, Name: name}) {
			for _, from := range s.From {
				found = append(found, from.String())
			}
		}
		if !slices.Contains(found, want) {
			t.Errorf("%s: %s is not among %v", column, want, found)
		}
	}
	if slices.ContainsFunc(g.Trace(lineage.Column{Table: "customers", Name: "email"}), func(s lineage.Step) bool { return s.Table == "orders" }) {
		t.Error("customers.email is said to be made of orders")
	}
}
