package dialect_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the engine that statements run on here
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

func engine(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// value returns the text of an expression's value, "null" for none.
func value(t testing.TB, db *sql.DB, expression string) string {
	t.Helper()
	var text sql.NullString
	if err := db.QueryRow("SELECT CAST((" + expression + ") AS VARCHAR)").Scan(&text); err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	if !text.Valid {
		return "null"
	}
	return text.String
}

func TestFunctionsOnDuckDB(t *testing.T) {
	db := engine(t)
	d := dialect.DuckDB
	for expression, want := range map[string]string{
		d.Money("1.00499999999999989e0", 2):         "1.0100", // what a float makes of 1.005
		d.Money(d.Divide("2.01", "2"), 2):           "1.0100",
		d.Money("CAST(-2.345 AS DECIMAL(18,4))", 2): "-2.3500",
		d.Money("2.344999", 2):                      "2.3400",
		d.Money("7", 4):                             "7.0000",
		d.Times("CAST(0.0001 AS DECIMAL(18,4))", "CAST(0.5 AS DECIMAL(18,4))"):           "0.0001",
		d.Times("CAST(-0.0001 AS DECIMAL(18,4))", "CAST(0.5 AS DECIMAL(18,4))"):          "-0.0001",
		d.Times("CAST(0.0001 AS DECIMAL(18,4))", "CAST(0.4999 AS DECIMAL(18,4))"):        "0.0000",
		d.Times("CAST(9999999.9999 AS DECIMAL(18,4))", "CAST(1000000 AS DECIMAL(18,4))"): "9999999999900.0000",
		d.Divide("1", "0"):                                       "null",
		d.Divide("1", "4"):                                       "0.25",
		d.Clamp("1.5", "0", "1"):                                 "1.0",
		d.Clamp("-1.5", "0", "1"):                                "0.0",
		d.Clamp("0.25", "0", "1"):                                "0.25",
		d.Clamp("CAST(NULL AS DOUBLE)", "0", "1"):                "null",
		d.DaysBetween("DATE '2026-03-01'", "DATE '2026-02-27'"):  "2",
		d.DaysBetween("CAST(NULL AS DATE)", "DATE '2026-02-27'"): "null",
		d.AddDays("DATE '2026-02-27'", "2"):                      "2026-03-01",
		d.LocalDate("TIMESTAMPTZ '2026-01-31 23:30:00+00'", d.String("Europe/Brussels")): "2026-02-01",
		d.SHA256("'a'"): "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
		d.Text("CAST(5 AS DECIMAL(18,4))", schemas.Decimal):  "5.0000",
		d.Text("CAST(1 AS DOUBLE) / 3", schemas.Float):       "0.3333",
		d.Text("CAST(NULL AS DOUBLE)", schemas.Float):        "null",
		d.Text("42", schemas.Int):                            "42",
		d.Text("'x'", schemas.String):                        "x",
		d.Text("TRUE", schemas.Bool):                         "true",
		d.String(`it's a \'`):                                `it's a \'`,
		d.Null(schemas.Decimal):                              "null",
		d.Date(time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC)): "2026-03-01",
	} {
		if got := value(t, db, expression); got != want {
			t.Errorf("%s is %s, want %s", expression, got, want)
		}
	}
	var joined string
	var any bool
	query := fmt.Sprintf("SELECT %s, %s FROM (VALUES ('b', FALSE), ('a', NULL), (NULL, TRUE)) v(x, y)", d.StringAgg("x", " ", "x ASC"), d.BoolOr("y"))
	if err := db.QueryRow(query).Scan(&joined, &any); err != nil || joined != "a b" || !any {
		t.Errorf("%s gives %q, %v, %v", query, joined, any, err)
	}
}

// A product that fits into 64 bits and one that does not stand side by side, so
// that neither is computed for the other's row.
func TestTimesOfRows(t *testing.T) {
	db := engine(t)
	rows := "(SELECT CAST(a AS DECIMAL(18,4)) AS a, CAST(b AS DECIMAL(18,4)) AS b FROM (VALUES (1.5, 2.25), (9999999.9999, 1000000), (NULL, 1), (-20000.0001, 999999.5)) v(a, b))"
	got := value(t, db, "SELECT string_agg(COALESCE(CAST("+dialect.DuckDB.Times("a", "b")+" AS VARCHAR), 'null'), ' ') FROM "+rows+" r")
	if want := "3.3750 9999999999900.0000 null -19999990100.0000"; got != want {
		t.Errorf("products are %s, want %s", got, want)
	}
}

func TestMoneyRoundsHalfAwayFromZero(t *testing.T) {
	db := engine(t)
	rapid.Check(t, func(r *rapid.T) {
		cents := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(r, "cents")
		count := rapid.Int64Range(1, 400).Draw(r, "count")
		half := count // twice the remainder is compared with it
		q, rest := cents/count, cents%count
		if 2*max(rest, -rest) >= half {
			q += map[bool]int64{true: 1, false: -1}[cents > 0]
		}
		want := fmt.Sprintf("%d.%02d00", max(q, -q)/100, max(q, -q)%100)
		if q < 0 {
			want = "-" + want
		}
		amount := fmt.Sprintf("CAST(%d AS DECIMAL(18,4)) * 0.01", cents)
		if got := value(t, db, dialect.DuckDB.Money(dialect.DuckDB.Divide(amount, fmt.Sprint(count)), 2)); got != want {
			r.Fatalf("%d cents ÷ %d is %s, want %s", cents, count, got, want)
		}
	})
}

func TestStatements(t *testing.T) {
	for _, c := range []struct {
		d    *dialect.Dialect
		sql  string
		want []string
	}{
		{dialect.DuckDB, "SELECT 1;\nSELECT 2;\n", []string{"SELECT 1", "SELECT 2"}},
		{dialect.DuckDB, "SELECT 1; SELECT 2;", []string{"SELECT 1; SELECT 2"}},
		{dialect.DuckDB, "\n;\n;\n", nil},
		{dialect.DuckDB, "SELECT ';\n';\nSELECT 2", []string{"SELECT ';\n'", "SELECT 2"}},
		{dialect.DuckDB, "SELECT 'it''s;\n';\nSELECT 2", []string{"SELECT 'it''s;\n'", "SELECT 2"}},
		{dialect.DuckDB, "SELECT 'a\\';\nSELECT 2", []string{"SELECT 'a\\'", "SELECT 2"}},
		{dialect.BigQuery, "SELECT 'a\\';\n';\nSELECT 2", []string{"SELECT 'a\\';\n'", "SELECT 2"}},
		{dialect.BigQuery, "SELECT '\\\\';\nSELECT 2", []string{"SELECT '\\\\'", "SELECT 2"}},
		{dialect.DuckDB, "SELECT \"a;\n'b\";\nSELECT 2", []string{"SELECT \"a;\n'b\"", "SELECT 2"}},
		{dialect.BigQuery, "SELECT `a;\n'b`;\nSELECT 2", []string{"SELECT `a;\n'b`", "SELECT 2"}},
		{dialect.DuckDB, "-- it's one;\nSELECT 1;\n-- two\nSELECT 2 - -2;\n-- end", []string{"-- it's one;\nSELECT 1", "-- two\nSELECT 2 - -2", "-- end"}},
		{dialect.DuckDB, "SELECT 'open;\n", []string{"SELECT 'open;"}},
	} {
		if diff := cmp.Diff(c.want, c.d.Statements(c.sql)); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", c.d.Name(), c.sql, diff)
		}
	}
}

// Whatever text a literal holds, a script is cut between its statements only.
func TestStatementsAreNotCutInLiterals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := rapid.SampledFrom(dialect.All()).Draw(r, "dialect")
		text := rapid.StringOf(rapid.SampledFrom([]rune(";\n'\\\"`- ax"))).Draw(r, "text")
		one := "SELECT " + d.String(text) + " AS " + d.Ident(text+"x")
		want := []string{one, "SELECT 2"}
		if got := d.Statements(strings.Join(want, ";\n") + ";\n"); !slices.Equal(got, want) {
			r.Fatalf("cut into %q", got)
		}
	})
}

func TestScriptNamesStatements(t *testing.T) {
	data := map[string]any{"Text": ";\n-- not a name"}
	for _, d := range dialect.All() {
		got, err := d.Script("things", "-- first things\nSELECT {{ str .Text }} FROM {{ table \"t\" }};\n\nSELECT {{ cast \"x\" \"integer\" }};\n", d.Plain(), data)
		if err != nil {
			t.Fatal(err)
		}
		want := []dialect.Statement{{Name: "first things", SQL: "SELECT " + d.String(data["Text"].(string)) + " FROM " + d.Ident("t")},
			{Name: "first things", SQL: "SELECT " + d.Cast("x", schemas.Int)}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", d.Name(), diff)
		}
		for _, bad := range []string{"{{ .Nothing }}", "{{ nothing }}", "{{ cast \"x\" \"money\" }}", "{{"} {
			if _, err := d.Script("bad", bad, d.Plain(), data); err == nil || !strings.Contains(err.Error(), "bad") {
				t.Errorf("%s: %s gives %v", d.Name(), bad, err)
			}
		}
	}
}

// A table or view that is made anew is one step: of two statements where the
// engine drops it first.
func TestReplace(t *testing.T) {
	for _, c := range []struct {
		d    *dialect.Dialect
		want []string
	}{
		{dialect.DuckDB, []string{"CREATE OR REPLACE TABLE \"t\" AS\nSELECT 1 AS x", "CREATE OR REPLACE VIEW \"t\" AS\nSELECT 1 AS x"}},
		{dialect.BigQuery, []string{"DROP TABLE IF EXISTS `t`", "CREATE TABLE `t` AS\nSELECT 1 AS x", "DROP VIEW IF EXISTS `t`", "CREATE VIEW `t` AS\nSELECT 1 AS x"}},
	} {
		script, err := c.d.Script("steps", "-- things\n{{ replace \"t\" }}\nSELECT 1 AS x;\n\n-- things\n{{ replace_view \"t\" }}\nSELECT 1 AS x;\n", c.d.Plain(), nil)
		if err != nil {
			t.Fatal(err)
		}
		composed := append(c.d.ReplaceAs("things", c.d.Ident("t"), "SELECT 1 AS x"), c.d.ReplaceView("things", c.d.Ident("t"), "SELECT 1 AS x")...)
		var want []dialect.Statement
		for _, sql := range c.want {
			want = append(want, dialect.Statement{Name: "things", SQL: sql})
		}
		for _, got := range [][]dialect.Statement{script, composed} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.d.Name(), diff)
			}
		}
	}
	name := dialect.DuckDB.Ident("temp") + "." + dialect.DuckDB.Ident("t")
	if got, want := dialect.DuckDB.ReplaceAs("things", name, "SELECT 1")[0].SQL, "CREATE OR REPLACE TEMP TABLE "+name+" AS\nSELECT 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestQuoting(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{dialect.DuckDB.Ident(`a"b\c`), `"abc"`},
		{dialect.BigQuery.Ident("a`b\\c"), "`abc`"},
		{dialect.DuckDB.String("it's\n\\"), "'it''s\n\\'"},
		{dialect.BigQuery.String("it's\n\\"), `'it\'s\n\\'`},
		{dialect.BigQuery.Idents([]string{"a", "b"}), "`a`, `b`"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// Every table of schemas can be made on DuckDB, and has a type for each column
// in every dialect.
func TestCreateTables(t *testing.T) {
	db := engine(t)
	for _, table := range schemas.All() {
		if _, err := db.Exec(dialect.DuckDB.CreateTable(table, dialect.DuckDB.Ident(table.Name))); err != nil {
			t.Errorf("%s: %v", table.Name, err)
		}
		for _, d := range dialect.All() {
			for _, c := range table.Columns {
				if d.Type(c.Type) == "" {
					t.Errorf("%s has no type for %s.%s", d.Name(), table.Name, c.Name)
				}
			}
		}
	}
}
