package dialecttest

import (
	"fmt"
	"strings"
	"testing"

	"clientele/schemas"
)

var sales = schemas.Table{Columns: []schemas.Column{
	{Name: "id", Type: schemas.String}, {Name: "n", Type: schemas.Int}, {Name: "amount", Type: schemas.Decimal},
	{Name: "weight", Type: schemas.Float}, {Name: "paid", Type: schemas.Bool}, {Name: "due_on", Type: schemas.Date}, {Name: "at", Type: schemas.Timestamp},
}}

// The analyser refuses what BigQuery refuses. A test that all statements pass
// would say nothing if it took everything.
func TestAnalyserRefusesWhatIsWrong(t *testing.T) {
	a := New(t)
	a.Table("sales", sales)
	for _, sql := range []string{
		"SELECT n::STRING FROM sales",
		"SELECT CAST(n AS VARCHAR) FROM sales",
		"SELECT CAST(n AS BIGINTEGER) FROM sales",
		"SELECT CAST(n AS DOUBLE) FROM sales",
		"SELECT TRY_CAST(id AS INT64) FROM sales",
		"SELECT id FROM sales WHERE id ILIKE 'a%'",
		`SELECT "id" AS "a b" FROM sales`,
		"SELECT no_such_column FROM sales",
		"SELECT id FROM no_such_table",
		"SELECT id FROM sales WHERE id > 1",
		"SELECT id FROM sales WHERE n",
		"SELECT COALESCE(amount, 'none') FROM sales",
		"SELECT CASE WHEN paid THEN n ELSE id END FROM sales",
		"SELECT due_on - at FROM sales",
		"SELECT date_diff('day', due_on, due_on) FROM sales",
		"SELECT bool_or(paid) FROM sales",
		"SELECT SHA256(id) || id FROM sales",
		"SELECT id, SUM(amount) FROM sales",
		"SELECT id FROM sales UNION SELECT id FROM sales",
		"SELECT id FROM sales UNION ALL SELECT n FROM sales",
		"SELECT SUM(n) FILTER (WHERE paid) FROM sales",
		"SELECT amount, FROM sales WHERE",
		"SELECT hash FROM (SELECT id AS hash FROM sales)",
		"SELECT rows FROM (SELECT n AS `rows` FROM sales)",
		"DELETE FROM sales",
		"UPDATE sales SET paid = TRUE",
		"UPDATE sales SET paid = 1 WHERE TRUE",
		"INSERT INTO sales (id, n) SELECT id, weight FROM sales",
		"INSERT INTO sales (id) SELECT n FROM sales",
		"INSERT INTO sales (id, nothing) SELECT id, n FROM sales",
		"CREATE TABLE twice AS SELECT id, n AS id FROM sales",
		"CREATE TABLE made (id VARCHAR)",
		"DROP TABLE no_such_table",
		"SELECT 1; SELECT no_such_column FROM sales",
	} {
		if _, err := a.Analyse(sql); err == nil {
			t.Errorf("%s: is right", sql)
		}
	}
}

// What the service takes and a known emulator does not, or runs wrongly, is
// refused by the name of what it is.
func TestAnalyserKeepsToTheSubset(t *testing.T) {
	a := New(t)
	a.Table("sales", sales)
	a.Table("fresh", sales)
	for sql, want := range map[string]string{
		"CREATE OR REPLACE TABLE made AS SELECT id FROM sales":                                                   "CREATE OR REPLACE",
		"CREATE OR REPLACE TABLE made (id STRING)":                                                               "CREATE OR REPLACE",
		"CREATE OR REPLACE VIEW made AS SELECT id FROM sales":                                                    "CREATE OR REPLACE",
		"UPDATE sales s SET n = f.n FROM fresh f WHERE f.id = s.id":                                              "UPDATE FROM",
		"MERGE INTO sales s USING (SELECT id FROM fresh) f ON f.id = s.id WHEN MATCHED THEN DELETE":              "MERGE from a query",
		"DELETE FROM sales s WHERE EXISTS (SELECT 1 FROM fresh f WHERE f.id = s.id)":                             "correlated",
		"DELETE FROM sales s WHERE n > (SELECT MAX(f.n) FROM fresh f WHERE f.id = s.id)":                         "correlated",
		"UPDATE sales s SET n = (SELECT MAX(f.n) FROM fresh f WHERE f.id = s.id) WHERE TRUE":                     "correlated",
		"UPDATE sales s SET n = 1 WHERE id IN (SELECT f.id FROM fresh f WHERE f.n = s.n)":                        "correlated",
		"DELETE FROM sales WHERE id IN (SELECT id FROM fresh WHERE n > 1)":                                       "",
		"UPDATE sales SET n = 1 WHERE id NOT IN (SELECT id FROM fresh) AND n < (SELECT MAX(n) FROM fresh)":       "",
		"MERGE INTO sales s USING fresh f ON f.id = s.id WHEN MATCHED THEN UPDATE SET n = f.n":                   "",
		"SELECT id FROM sales s WHERE NOT EXISTS (SELECT 1 FROM fresh f WHERE f.id = s.id AND f.n > s.n)":        "",
		"INSERT INTO sales (id) SELECT f.id FROM fresh f WHERE EXISTS (SELECT 1 FROM sales s WHERE s.id = f.id)": "",
	} {
		_, err := a.Analyse(sql)
		if got := fmt.Sprint(err); (err == nil) != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %v, want %q", sql, err, want)
		}
	}
}

// What statements make is known to those after them.
func TestAnalyserKnowsWhatStatementsMake(t *testing.T) {
	a := New(t)
	a.Table("sales", sales)
	for _, sql := range []string{
		"CREATE TABLE totals AS SELECT id, SUM(amount) AS total FROM sales GROUP BY id",
		"CREATE VIEW large AS SELECT id, total FROM totals WHERE total > 10",
		"CREATE TABLE `project.set.copy` AS SELECT l.total * 2 AS twice FROM large l",
		"DROP TABLE IF EXISTS totals",
		"CREATE TABLE totals AS SELECT id FROM sales",
		"CREATE TABLE IF NOT EXISTS plain (`rows` INT64)",
		"INSERT INTO plain (`rows`) SELECT COUNT(*) FROM `project.set.copy`",
		"BEGIN TRANSACTION; DELETE FROM plain WHERE TRUE; COMMIT TRANSACTION;",
	} {
		if _, err := a.Analyse(sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if columns, err := a.Analyse("SELECT twice, DATE '2026-01-01' AS day FROM `project.set.copy`"); err != nil || len(columns) != 2 ||
		columns[0] != (Column{"twice", "NUMERIC"}) || columns[1] != (Column{"day", "DATE"}) {
		t.Errorf("got %v, %v", columns, err)
	}
	if _, err := a.Analyse("SELECT total FROM totals"); err == nil {
		t.Error("a column of the table before is still there")
	}
	if _, err := a.Analyse("DROP TABLE totals"); err != nil {
		t.Error(err)
	}
	if _, err := a.Analyse("SELECT id FROM totals"); err == nil {
		t.Error("a dropped table is still there")
	}
}
