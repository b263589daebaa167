package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/selection"
	"clientele/schemas"
	"clientele/schemas/option"
)

// server is a database that tests fill: each its own, gone when the test ends.
type server struct {
	url string
	db  *sql.DB
	// many is a query of so many numbers n, from 1.
	many func(n int) string
	// types are the columns of a table with a column of each type.
	types []typed
}

// typed is a column of some type with a value as it is inserted and as it is to
// come out.
type typed struct{ name, column, value, kind, want string }

// servers are those that this machine has. Each is named after what it takes to
// have it.
var servers = []struct {
	name string
	make func(t testing.TB) *server
}{
	{"SQLite", sqliteServer},
	{"PostgreSQL", postgresServer},
	{"MariaDB", mysqlServer},
	{"SQLServer", sqlserverServer},
}

func sqliteServer(t testing.TB) *server {
	file := filepath.Join(t.TempDir(), "shop of 100%.db")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	exec(t, db, "PRAGMA journal_mode = wal")
	return &server{url: "sqlite:" + file, db: db,
		many: func(n int) string {
			return fmt.Sprintf("WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < %d) SELECT n FROM many", n)
		},
		types: []typed{
			{"i", "INTEGER", "9223372036854775807", "int64", "9223372036854775807"},
			{"r", "REAL", "0.1", "float64", "0.1"},
			{"d", "DECIMAL(10,2)", "'12.50'", "utf8", "12.5"},
			{"at", "DATETIME", "'2026-05-01 10:00:00'", "utf8", "2026-05-01 10:00:00"},
			{"s", "VARCHAR(20)", "'Léa'", "utf8", "Léa"},
			{"b", "BLOB", "x'00ff'", "binary", "AP8="},
			{"z", "INTEGER", "NULL", "int64", "(null)"},
		}}
}

func postgresServer(t testing.TB) *server {
	address := os.Getenv("CLIENTELE_POSTGRES_URL")
	if address == "" {
		t.Skip("CLIENTELE_POSTGRES_URL names no server; make test-sqldb starts one")
	}
	db := open(t, Options{URL: address})
	schema := fmt.Sprintf("sqldb_%d_%d", os.Getpid(), count.next())
	exec(t, db, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { exec(t, db, "DROP SCHEMA "+schema+" CASCADE") })
	exec(t, db, "SET search_path = "+schema)
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return &server{url: address + separator + "search_path=" + schema, db: db,
		many: func(n int) string { return fmt.Sprintf("SELECT n FROM generate_series(1, %d) AS g(n)", n) },
		types: []typed{
			{"i", "bigint", "9223372036854775807", "int64", "9223372036854775807"},
			{"i2", "smallint", "-2", "int64", "-2"},
			{"n", "numeric(38, 6)", "12345678901234567890123456789012.123456", "decimal(38, 6)", "12345678901234567890123456789012.123456"},
			{"any_n", "numeric", "1.10000000000000000000000000000000000000000000000000001", "utf8", "1.10000000000000000000000000000000000000000000000000001"},
			{"m", "money", "'-12345.67'", "decimal(21, 4)", "-12345.6700"},
			{"r", "real", "0.1", "float64", "0.1"},
			{"x", "double precision", "0.1", "float64", "0.1"},
			{"b", "boolean", "true", "bool", "true"},
			{"d", "date", "'2026-05-01'", "date32", "2026-05-01"},
			{"t", "timestamp", "'2026-05-01 10:00:00.123456'", "timestamp[us]", "2026-05-01 10:00:00.123456Z"},
			{"tz", "timestamptz", "'2026-05-01 10:00:00.123456+02'", "timestamp[us, tz=UTC]", "2026-05-01 08:00:00.123456Z"},
			{"u", "uuid", "'0e37df36-f698-11e6-8dd4-cb9ced3df976'", "utf8", "0e37df36-f698-11e6-8dd4-cb9ced3df976"},
			{"j", "jsonb", `'{"a": [1]}'`, "utf8", `{"a": [1]}`},
			{"by", "bytea", `'\x00ff'`, "binary", "AP8="},
			{"bits", "bit(4)", "B'1010'", "utf8", "1010"},
			{"a", "text[]", "'{a,b}'", "utf8", "{a,b}"},
			{"iv", "interval", "'1 day 02:00'", "utf8", "1 day 02:00:00"},
			{"clock", "time", "'10:30'", "utf8", "10:30:00"},
			{"z", "numeric(9, 2)", "NULL", "decimal(9, 2)", "(null)"},
		}}
}

func mysqlServer(t testing.TB) *server {
	address := os.Getenv("CLIENTELE_MARIADB_URL")
	if address == "" {
		t.Skip("CLIENTELE_MARIADB_URL names no server; make test-sqldb starts one")
	}
	schema := fmt.Sprintf("sqldb_%d_%d", os.Getpid(), count.next())
	admin := open(t, Options{URL: address})
	exec(t, admin, "CREATE DATABASE "+schema+" CHARACTER SET utf8mb4")
	t.Cleanup(func() { exec(t, admin, "DROP DATABASE "+schema) })
	address = strings.Replace(address, "/mysql?", "/"+schema+"?", 1)
	db := open(t, Options{URL: address})
	exec(t, db, "SELECT 1") // it is connected before a test counts goroutines
	return &server{url: address, db: db,
		many: func(n int) string { return fmt.Sprintf("SELECT seq AS n FROM seq_1_to_%d", n) },
		types: []typed{
			{"i", "BIGINT", "-9223372036854775808", "int64", "-9223372036854775808"},
			{"u", "BIGINT UNSIGNED", "18446744073709551615", "decimal(20, 0)", "18446744073709551615"},
			{"n", "DECIMAL(38, 6)", "12345678901234567890123456789012.123456", "decimal(38, 6)", "12345678901234567890123456789012.123456"},
			{"huge", "DECIMAL(65, 2)", "123456789012345678901234567890123456789012345678901234567890123.45", "utf8", "123456789012345678901234567890123456789012345678901234567890123.45"},
			{"f", "FLOAT", "16777215", "float64", "1.6777215e+07"},
			{"f2", "FLOAT", "0.1", "float64", "0.1"},
			{"x", "DOUBLE", "0.1", "float64", "0.1"},
			{"bit1", "BIT(1)", "b'1'", "decimal(20, 0)", "1"},
			{"flag", "BOOLEAN", "true", "int64", "1"},
			{"d", "DATE", "'2026-05-01'", "date32", "2026-05-01"},
			{"t", "DATETIME(6)", "'2026-05-01 10:00:00.123456'", "timestamp[us]", "2026-05-01 10:00:00.123456Z"},
			{"tz", "TIMESTAMP(3) NULL", "'2026-05-01 10:00:00.123'", "timestamp[us, tz=UTC]", "2026-05-01 10:00:00.123Z"},
			{"y", "YEAR", "2026", "int64", "2026"},
			{"s", "VARCHAR(20)", "'Léa'", "utf8", "Léa"},
			{"e", "ENUM('a', 'b')", "'b'", "utf8", "b"},
			{"j", "JSON", `'{"a": [1]}'`, "utf8", `{"a": [1]}`},
			{"bytes", "VARBINARY(4)", "x'00ff'", "binary", "AP8="},
			{"clock", "TIME", "'-100:30:00'", "utf8", "-100:30:00"},
			{"z", "DATE", "NULL", "date32", "(null)"},
		}}
}

func sqlserverServer(t testing.TB) *server {
	address := os.Getenv("CLIENTELE_SQLSERVER_URL")
	if address == "" {
		t.Skip("CLIENTELE_SQLSERVER_URL names no server: no package to install has one")
	}
	db := open(t, Options{URL: address})
	schema := fmt.Sprintf("sqldb_%d_%d", os.Getpid(), count.next())
	exec(t, db, "CREATE DATABASE "+schema)
	t.Cleanup(func() {
		exec(t, db, "USE master")
		exec(t, db, "ALTER DATABASE "+schema+" SET SINGLE_USER WITH ROLLBACK IMMEDIATE")
		exec(t, db, "DROP DATABASE "+schema)
	})
	exec(t, db, "ALTER DATABASE "+schema+" SET ALLOW_SNAPSHOT_ISOLATION ON")
	exec(t, db, "USE "+schema)
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return &server{url: address + separator + "database=" + schema, db: db,
		many: func(n int) string {
			return fmt.Sprintf("SELECT TOP (%d) ROW_NUMBER() OVER (ORDER BY (SELECT 1)) AS n FROM sys.all_columns a CROSS JOIN sys.all_columns b", n)
		},
		types: []typed{
			{"i", "bigint", "9223372036854775807", "int64", "9223372036854775807"},
			{"b", "bit", "1", "bool", "true"},
			{"n", "decimal(38, 6)", "12345678901234567890123456789012.123456", "decimal(38, 6)", "12345678901234567890123456789012.123456"},
			{"m", "money", "-12345.6789", "decimal(19, 4)", "-12345.6789"},
			{"r", "real", "0.1", "float64", "0.1"},
			{"x", "float", "0.1", "float64", "0.1"},
			{"d", "date", "'2026-05-01'", "date32", "2026-05-01"},
			{"t", "datetime2(6)", "'2026-05-01T10:00:00.123456'", "timestamp[us]", "2026-05-01 10:00:00.123456Z"},
			{"tz", "datetimeoffset(3)", "'2026-05-01T10:00:00.123+02:00'", "timestamp[us, tz=UTC]", "2026-05-01 08:00:00.123Z"},
			{"u", "uniqueidentifier", "'0E37DF36-F698-11E6-8DD4-CB9CED3DF976'", "utf8", "0E37DF36-F698-11E6-8DD4-CB9CED3DF976"},
			{"s", "nvarchar(20)", "N'Léa'", "utf8", "Léa"},
			{"by", "varbinary(4)", "0x00ff", "binary", "AP8="},
			{"z", "money", "NULL", "decimal(19, 4)", "(null)"},
		}}
}

// counter tells the databases of one process apart.
type counter int

func (c *counter) next() int { *c++; return int(*c) }

var count counter

// open opens a database as a source does, to fill it.
func open(t testing.TB, o Options) *sql.DB {
	t.Helper()
	e, err := engineOf(connectors.Project{}, o)
	if err != nil {
		t.Fatal(err)
	}
	db, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // what a statement sets stays
	return db
}

func exec(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// source makes a source of a server, with options as a config gives them.
func (s *server) source(t testing.TB, options string) *Source {
	t.Helper()
	var o Options
	doc, findings := option.Open("test.yaml", []byte("url: \""+s.url+"\"\n"+options), nil)
	if err := append(findings, doc.Parse(o.Spec())...).Err(); err != nil {
		t.Fatal(err)
	}
	source, err := New(connectors.Project{Dir: t.TempDir()}, o)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// each runs a test on every server.
func each(t *testing.T, test func(t *testing.T, s *server)) {
	for _, at := range servers {
		t.Run(at.name, func(t *testing.T) { test(t, at.make(t)) })
	}
}

func TestConformance(t *testing.T) {
	for _, at := range servers {
		for _, options := range []string{"page: 3000", "partitions: 3\npage: 1000"} {
			t.Run(at.name+"/"+strings.ReplaceAll(options, "\n", " "), func(t *testing.T) {
				s := at.make(t)
				made := map[string]bool{}
				connectortest.Run(t, connectortest.Harness{LargeRows: 500_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
					for table := range made {
						exec(t, s.db, "DROP TABLE "+table)
					}
					clear(made)
					source := s.source(t, "table: part_*\n"+options)
					source.Memory = mem
					return connectortest.Place{Source: source,
						Put: func(n, rows int) {
							made[fmt.Sprint("part_", n)] = true
							exec(t, s.db, fmt.Sprintf("CREATE TABLE part_%d (id INT NOT NULL PRIMARY KEY, name VARCHAR(100), email VARCHAR(100), note VARCHAR(100))", n))
							exec(t, s.db, fmt.Sprintf("INSERT INTO part_%d SELECT n, 'Janssens, Janssens en Janssens Groothandel', 'klant@example.com', 'een lange nota over een klant en zijn bestellingen' FROM (%s) q", n, s.many(rows)))
						},
						Vanish: func() {
							delete(made, "part_1")
							exec(t, s.db, "DROP TABLE part_1")
						}}
				}})
			})
		}
	}
}

// TestLarge reads a table of a file.
func TestLarge(t *testing.T) {
	const rows = 8_000_000
	connectortest.Large{Rows: rows, Resident: 80 << 20,
		Make: func(t testing.TB) string {
			s := sqliteServer(t)
			exec(t, s.db, "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, name VARCHAR(100), email VARCHAR(100), note VARCHAR(100))")
			exec(t, s.db, "INSERT INTO orders SELECT n, 'Janssens, Janssens en Janssens Groothandel', 'klant@example.com', 'een lange nota over een klant en zijn bestellingen' FROM ("+s.many(rows)+") q")
			exec(t, s.db, "PRAGMA wal_checkpoint(TRUNCATE)")
			info, err := os.Stat(strings.TrimPrefix(s.url, "sqlite:"))
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() < 1<<30 {
				t.Fatalf("the file has %d bytes, want a GB", info.Size())
			}
			return s.url
		},
		Source: func(t testing.TB, url string) connectors.Source {
			return (&server{url: url}).source(t, "table: orders")
		},
	}.Run(t)
}

// TestTypes shows that every type comes out without loss, on any page.
func TestTypes(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		columns, values := []string{"id INT NOT NULL PRIMARY KEY"}, []string{"1"}
		for _, c := range s.types {
			columns = append(columns, c.name+" "+c.column)
			values = append(values, c.value)
		}
		exec(t, s.db, "CREATE TABLE everything ("+strings.Join(columns, ", ")+")")
		exec(t, s.db, "INSERT INTO everything VALUES ("+strings.Join(values, ", ")+")")
		values[0] = "2"
		exec(t, s.db, "INSERT INTO everything VALUES ("+strings.Join(values, ", ")+")")
		source := s.source(t, "table: everything\npage: 1")
		rows, err := source.Open(t.Context(), connectors.Delivery{Name: "everything"})
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		rec, err := rows.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Release()
		if rec.NumRows() != 2 || rec.Column(2).IsValid(0) {
			t.Fatalf("got %d rows, fault %s", rec.NumRows(), rec.Column(2).ValueStr(0))
		}
		for i, c := range s.types {
			col := rec.Column(4 + i)
			if got := col.DataType().String(); got != c.kind {
				t.Errorf("%s has the type %s, want %s", c.column, got, c.kind)
			}
			for row := range 2 {
				got := col.ValueStr(row)
				if d, ok := col.(*array.Decimal128); ok && d.IsValid(row) {
					got = schemas.DecimalText(d.Value(row), d.DataType().(*arrow.Decimal128Type).Scale)
				}
				if got != c.want {
					t.Errorf("%s in row %d is %s, want %s", c.column, row, got, c.want)
				}
			}
		}
	})
}

// TestPreview looks at a table and at a view, which has no key.
func TestPreview(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		exec(t, s.db, "CREATE TABLE visits (id INT NOT NULL PRIMARY KEY, spent FLOAT, name VARCHAR(20))")
		exec(t, s.db, "CREATE VIEW visits_of_today AS SELECT name FROM visits")
		t.Cleanup(func() { exec(t, s.db, "DROP VIEW visits_of_today") })
		exec(t, s.db, "INSERT INTO visits SELECT n, 0.5, 'An' FROM ("+s.many(30)+") q")
		source := s.source(t, "table: visits*")
		list, err := source.Deliveries(t.Context(), "")
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		for i, want := range []struct {
			keyed    bool
			rows     int
			sortable []string
		}{{true, 30, []string{"id", "name"}}, {false, 10, []string{"name"}}} {
			seen, err := source.Preview(t.Context(), list[i], 10)
			if err != nil {
				t.Fatal(list[i].Name, err)
			}
			rows := 0
			for err == nil {
				rec, next := seen.Next(t.Context())
				if err = next; err == nil {
					rows += int(rec.NumRows())
					rec.Release()
				}
			}
			if !errors.Is(err, io.EOF) || rows != want.rows || seen.Keyed != want.keyed || !cmp.Equal(seen.Sortable, want.sortable) {
				t.Errorf("%s has %d rows, keyed %t, sortable by %v, and ends with %v; want %+v", list[i].Name, rows, seen.Keyed, seen.Sortable, err, want)
			}
			if err := seen.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestPaging reads by keys of several columns, whatever the pages.
func TestPaging(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		exec(t, s.db, "CREATE TABLE order_lines (order_id VARCHAR(20) NOT NULL, line INT NOT NULL, sub INT NOT NULL, PRIMARY KEY (order_id, line, sub))")
		var want [][]string
		for i, order := range []string{"A", "B'x", "C"} {
			for line := range 3 + i {
				for sub := range 2 {
					exec(t, s.db, fmt.Sprintf("INSERT INTO order_lines VALUES ('%s', %d, %d)", strings.ReplaceAll(order, "'", "''"), line, sub))
					want = append(want, []string{fmt.Sprint(len(want) + 1), "<null>", "<null>", order, fmt.Sprint(line), fmt.Sprint(sub)})
				}
			}
		}
		for page := 1; page <= len(want)+1; page++ {
			for _, what := range []string{"table: order_lines", "query: select * from order_lines where line >= 0\nkey: [order_id, line, sub]"} {
				source := s.source(t, fmt.Sprintf("%s\npage: %d", what, page))
				list, err := source.Deliveries(t.Context(), "")
				if err != nil || len(list) != 1 {
					t.Fatal(list, err)
				}
				if _, got := connectortest.Rows(t, source, list[0]); !cmp.Equal(want, got) {
					t.Errorf("pages of %d (-want +got):\n%s", page, cmp.Diff(want, got))
				}
			}
		}
	})
}

// TestKeys shows that what does not tell rows apart is found on any page, and
// that no row is left out in silence.
func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		exec(t, s.db, "CREATE TABLE visits (id INT, day VARCHAR(10))")
		for i := range 6 {
			exec(t, s.db, fmt.Sprintf("INSERT INTO visits VALUES (%d, 'd%d')", i, i/2))
		}
		exec(t, s.db, "INSERT INTO visits VALUES (NULL, 'd9')")
		for _, c := range []struct{ options, code string }{
			{"table: visits", "no_key"},
			{"table: visits\nkey: nothing", "no_column"},
			{"table: visits\nkey: day\npage: 1", "key_not_unique"},
			{"table: visits\nkey: day\npage: 2", "key_not_unique"},
			{"table: visits\nkey: day\npage: 3", "key_not_unique"},
			{"table: nothing\nkey: id", "no_table"},
			{"query: \"select * fom visits\"\nkey: id", "bad_query"},
			{"query: select id, nope from visits\nkey: id", "no_column"},
			{"query: select * from visits\nkey: [day, id]\npage: 2", "null_key"},
			{"table: visits\nkey: day\npartitions: 2", "bad_partitions"},
		} {
			if code := connectors.CodeOf(connectortest.DrainAll(t, s.source(t, c.options))); code != c.code {
				t.Errorf("%s: the code is %q, want %q", c.options, code, c.code)
			}
		}
	})
}

// TestCursor pulls a table as it grows and changes.
func TestCursor(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		kind := "TIMESTAMP"
		if s.source(t, "table: x").engine.name == "SQL Server" {
			kind = "DATETIME2(0)"
		}
		exec(t, s.db, "CREATE TABLE customers (id INT NOT NULL PRIMARY KEY, updated_at "+kind+" NOT NULL)")
		source := s.source(t, "table: customers\ncursor: updated_at\nlookback: 1h\npage: 2")
		plain := s.source(t, "table: customers\ncursor: updated_at")
		set := func(id int, at string) {
			t.Helper()
			exec(t, s.db, fmt.Sprintf("DELETE FROM customers WHERE id = %d", id))
			exec(t, s.db, fmt.Sprintf("INSERT INTO customers VALUES (%d, '%s')", id, at))
		}
		if ids, cursor := connectortest.Pull(t, source, ""); ids != nil || cursor != "" {
			t.Fatalf("an empty table gives %v, %q", ids, cursor)
		}
		for i := range 3 {
			set(i+1, fmt.Sprintf("2026-05-01 10:0%d:00", i))
		}
		ids, first := connectortest.Pull(t, source, "")
		if !cmp.Equal(ids, []string{"1", "2", "3"}) {
			t.Fatalf("the first pull brings %v", ids)
		}
		if ids, cursor := connectortest.Pull(t, plain, first); ids != nil || cursor != first {
			t.Errorf("without news there is a pull of %v to %q", ids, cursor)
		}
		set(1, "2026-05-01 12:00:00") // changed
		set(4, "2026-05-01 10:01:30") // committed late
		if ids, _ := connectortest.Pull(t, plain, first); !cmp.Equal(ids, []string{"1"}) {
			t.Errorf("the next pull brings %v", ids)
		}
		ids, second := connectortest.Pull(t, source, first)
		if !cmp.Equal(ids, []string{"1", "2", "3", "4"}) {
			t.Errorf("with a lookback the next pull brings %v", ids)
		}
		exec(t, s.db, "DELETE FROM customers WHERE id = 1")
		if ids, cursor := connectortest.Pull(t, plain, second); ids != nil || cursor != second {
			t.Errorf("after the newest row was deleted there is a pull of %v to %q", ids, cursor)
		}
		exec(t, s.db, "CREATE TABLE gaps (id INT NOT NULL PRIMARY KEY, updated_at "+kind+" NULL)")
		exec(t, s.db, "INSERT INTO gaps VALUES (1, NULL)")
		if code := connectors.CodeOf(connectortest.DrainAll(t, s.source(t, "table: gaps\ncursor: updated_at"))); code != "null_cursor" {
			t.Errorf("a cursor that is null: %q", code)
		}
	})
}

// TestSnapshot shows that a table is read as it was at one instant, though it
// changes while it is read, by one reader or several.
func TestSnapshot(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		const n = 40_000 // more than a reader has read ahead
		for _, options := range []string{"page: 100", "page: 100\npartitions: 2"} {
			source := s.source(t, "table: stock\n"+options)
			if source.engine.share == nil && source.options.Partitions > 1 {
				continue // each partition has an instant of its own
			}
			exec(t, s.db, "CREATE TABLE stock (id INT NOT NULL PRIMARY KEY, n INT)")
			exec(t, s.db, "INSERT INTO stock SELECT n, 0 FROM ("+s.many(n)+") q")
			rows, err := source.Open(t.Context(), connectors.Delivery{Name: "stock"})
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			rec, err := rows.Next(t.Context())
			total := int64(0)
			exec(t, s.db, "UPDATE stock SET n = 1 WHERE id > 30000")
			exec(t, s.db, "DELETE FROM stock WHERE id BETWEEN 20000 AND 30000")
			for ; err == nil; rec, err = rows.Next(t.Context()) {
				total += rec.NumRows()
				for i := range int(rec.NumRows()) {
					if got := rec.Column(4).ValueStr(i); got != "0" {
						t.Fatalf("row %s holds what was written later", rec.Column(3).ValueStr(i))
					}
				}
				rec.Release()
			}
			if !errors.Is(err, io.EOF) || total != n {
				t.Errorf("read %d rows, want %d: %v", total, n, err)
			}
			rows.Close()
			exec(t, s.db, "DROP TABLE stock")
		}
	})
}

// TestSecrets shows that no error holds a password.
func TestSecrets(t *testing.T) {
	const password = "Sesam open@u/%"
	for _, address := range []string{
		"postgres://nobody@127.0.0.1:1/shop?connect_timeout=2", "mysql://nobody@127.0.0.1:1/shop", "sqlserver://nobody@127.0.0.1:1?database=shop&dial+timeout=2",
		"postgres://nobody:" + password + "@127.0.0.1:1/shop", "oracle://nobody:" + password + "@127.0.0.1/shop", "mysql://nobody:" + password + "@127.0.0.1:1/shop",
	} {
		source, err := New(connectors.Project{}, Options{URL: address, Password: password, Selection: selection.Selection{Table: "orders"}, Partitions: 1, Page: 10})
		if err == nil {
			_, err = source.Open(t.Context(), connectors.Delivery{Name: "orders"})
		}
		if connectors.KindOf(err) == 0 || strings.Contains(err.Error(), "Sesam") {
			t.Errorf("%s: %v", address[:9], err)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"table: a", ""},
		{"query: select 1\nkey: a", ""},
		{"table: a\ncursor: b\nlookback: 2d", ""},
		{"table: a\ncursor: b\nlookback: 100", ""},
		{"{}", "name a table or a query"},
		{"table: a\ncursor: b\nlookback: soon", "must be a duration"},
	} {
		var o Options
		doc, findings := option.Open("test.yaml", []byte("url: x\n"+strings.TrimPrefix(c.text, "{}")), nil)
		err := append(findings, doc.Parse(o.Spec())...).Err()
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := &arrow.Decimal128Type{Precision: 38, Scale: rapid.Int32Range(0, 38).Draw(t, "scale")}
		n := rapid.Int64().Draw(t, "n")
		want := decimal128.FromI64(n)
		got, ok := exact(schemas.DecimalText(want, typ.Scale), typ)
		if !ok || got != want {
			t.Fatalf("%d with scale %d comes back as %v", n, typ.Scale, got.BigInt())
		}
	})
	cents := &arrow.Decimal128Type{Precision: 4, Scale: 2}
	for _, bad := range []string{"", "NaN", "Infinity", "1.234", "1e3", "12345678901234567890.00"} {
		if _, ok := exact(bad, cents); ok {
			t.Errorf("%q is taken for a number of hundredths", bad)
		}
	}
}
