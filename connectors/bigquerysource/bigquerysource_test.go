package bigquerysource

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/connectors/connectortest"
	"clientele/schemas/option"
)

// place is a dataset of its own on BigQuery, or on what stands for it.
type place struct {
	project connectors.Project
	options Options // of a source
	dataset string
}

func newPlace(t testing.TB) *place {
	t.Helper()
	p := &place{dataset: fmt.Sprintf("clientele_test_%x", rand.Uint64())}
	p.options = Options{Project: os.Getenv("CLIENTELE_BIGQUERY_PROJECT"), Location: os.Getenv("CLIENTELE_BIGQUERY_LOCATION")}
	p.project.Outside = connectors.Outside{BigQueryEndpoint: os.Getenv("CLIENTELE_BIGQUERY_ENDPOINT"), BigQueryGRPCEndpoint: os.Getenv("CLIENTELE_BIGQUERY_GRPC_ENDPOINT")}
	switch {
	case p.options.Project != "":
	case p.project.Outside.BigQueryEndpoint == "":
		t.Skip("needs an emulator (CLIENTELE_BIGQUERY_ENDPOINT; `make test-bigquery` starts one) or a project (CLIENTELE_BIGQUERY_PROJECT)")
	default:
		p.options.Project = "test-project"
	}
	p.ask(t, func(ctx context.Context, c *bigqueryclient.Client) error {
		return c.API.Dataset(p.dataset).Create(ctx, &bigquery.DatasetMetadata{Location: p.options.Location})
	})
	t.Cleanup(func() { p.vanish(t) })
	return p
}

// ask calls f with a client, which leaves no connection behind.
func (p *place) ask(t testing.TB, f func(ctx context.Context, c *bigqueryclient.Client) error) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	c, err := (&Source{project: p.project, options: p.options}).client(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := f(ctx, c); err != nil {
		t.Fatal(err)
	}
}

func (p *place) vanish(t testing.TB) {
	p.ask(t, func(ctx context.Context, c *bigqueryclient.Client) error {
		if err := c.API.Dataset(p.dataset).DeleteWithContents(ctx); err != nil && bigqueryclient.Status(err) != http.StatusNotFound {
			return fmt.Errorf("dataset %s is left behind: %w", p.dataset, err)
		}
		return nil
	})
}

func (p *place) exec(t testing.TB, sql string) {
	t.Helper()
	p.ask(t, func(ctx context.Context, c *bigqueryclient.Client) error {
		job, err := c.Start(ctx, c.Query(ctx, "test", sql, p.dataset))
		if err != nil {
			return err
		}
		_, err = c.Wait(ctx, job)
		return err
	})
}

// source returns one with the options that a config would write; {d} stands for
// the dataset.
func (p *place) source(t testing.TB, options string) *Source {
	t.Helper()
	o := p.options
	if err := parse("project: "+p.options.Project+"\n"+strings.ReplaceAll(options, "{d}", p.dataset), &o); err != nil {
		t.Fatal(err)
	}
	s, err := New(p.project, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parse reads options as a config would write them.
func parse(text string, o *Options) error {
	doc, findings := option.Open("test.yaml", []byte(text), nil)
	return append(findings, doc.Parse(o.Spec())...).Err()
}

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{LargeRows: 300_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
		p := newPlace(t)
		s := p.source(t, "table: \"{d}.pull_*\"\nkey: id")
		s.Memory = mem
		return connectortest.Place{Source: s, Vanish: func() { p.vanish(t) }, Put: func(ordinal, rows int) {
			p.exec(t, fmt.Sprintf("CREATE TABLE pull_%d AS SELECT id, CONCAT('customer ', CAST(id AS STRING), REPEAT('.', 150)) AS name, NUMERIC '12.5' AS amount FROM UNNEST(GENERATE_ARRAY(1, %d)) AS id", ordinal, rows))
		}}
	}})
}

// TestTypes shows that types come out without loss; those that an emulator does not
// hold as the service does are TestAnswers'.
func TestTypes(t *testing.T) {
	p := newPlace(t)
	columns := []struct{ name, value, kind, want string }{
		{"i", "-9223372036854775808", "int64", "-9223372036854775808"},
		{"f", "0.1", "float64", "0.1"},
		{"n", "NUMERIC '-12345678901.125'", "decimal(38, 9)", "-12345678901.125"},
		{"yes", "TRUE", "bool", "true"},
		{"day", "DATE '0001-01-01'", "date32", "0001-01-01"},
		{"clock", "TIME '12:34:56.123456'", "utf8", "12:34:56.123456"},
		{"plain", "DATETIME '2026-05-01 10:00:00.123456'", "timestamp[us]", "2026-05-01T10:00:00.123456"},
		{"instant", "TIMESTAMP '2026-05-01 10:00:00.123456+02'", "timestamp[us, tz=UTC]", "2026-05-01T08:00:00.123456Z"},
		{"s", "'Léa \"<&>\"'", "utf8", "Léa \"<&>\""},
		{"b", "FROM_BASE64('AP8=')", "binary", "AP8="},
		{"address.street", "", "utf8", "Kerkstraat"},
		{"address.at.lat", "", "float64", "51.05"},
		{"list", "['a', 'b<']", "utf8", `["a","b<"]`},
		{"lines", "[STRUCT('x' AS product, NUMERIC '1.50' AS price), STRUCT('y', NULL)]", "utf8", `[{"product":"x","price":1.5},{"product":"y","price":null}]`},
		{"z", "CAST(NULL AS INT64)", "int64", "<null>"},
	}
	var list []string
	for _, c := range columns {
		if c.value != "" {
			list = append(list, c.value+" AS "+c.name)
		}
		if c.name == "b" {
			list = append(list, "STRUCT('Kerkstraat' AS street, STRUCT(51.05 AS lat) AS at) AS address")
		}
	}
	source := p.source(t, "key: id\nquery: |\n  select 1 as id, "+strings.Join(list, ", "))
	rows, err := source.Open(t.Context(), only(t, source))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	rec, err := rows.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Release()
	if rec.NumRows() != 1 || int(rec.NumCols()) != 4+len(columns) {
		t.Fatalf("%d rows of %s", rec.NumRows(), rec.Schema())
	}
	for i, c := range columns {
		col, got := rec.Column(4+i), "<null>"
		if col.IsValid(0) {
			got = text(col, 0)
		}
		if name := rec.ColumnName(4 + i); name != c.name || col.DataType().String() != c.kind || got != c.want {
			t.Errorf("%s is %s, %s; want %s, %s, %s", name, col.DataType(), got, c.name, c.kind, c.want)
		}
	}
}

// TestStructs reads fields of structs that are null, and floats that no row can
// hold.
func TestStructs(t *testing.T) {
	p := newPlace(t)
	p.exec(t, `CREATE TABLE places AS SELECT 1 AS id, STRUCT('Gent' AS city, 51.05 AS lat) AS address UNION ALL
SELECT 2, NULL UNION ALL SELECT 3, STRUCT('Brugge', CAST('inf' AS FLOAT64)) UNION ALL SELECT 4, STRUCT('Ieper', NULL)`)
	source := p.source(t, "table: {d}.places\nkey: id")
	columns, got := connectortest.Rows(t, source, only(t, source))
	want := [][]string{
		{"1", "<null>", "<null>", "1", "Gent", "51.05"},
		{"2", "<null>", "<null>", "2", "<null>", "<null>"},
		{"3", "<null>", "unfit: address.lat holds an infinity, or what is no number", "3", "Brugge", "<null>"},
		{"4", "<null>", "<null>", "4", "Ieper", "<null>"},
	}
	if diff := cmp.Diff(want, got); diff != "" || columns[4] != "address.city" {
		t.Errorf("%v (-want +got):\n%s", columns, diff)
	}
}

func only(t *testing.T, source *Source) connectors.Delivery {
	t.Helper()
	list, err := source.Deliveries(t.Context(), "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0]
}

// TestDelivery shows that a table that has not changed is known without being
// read, and that one of which BigQuery does not tell is not.
func TestDelivery(t *testing.T) {
	at := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	table := bigquery.TableMetadata{Type: bigquery.RegularTable, FullID: "p:d.t", NumRows: 1, NumBytes: 8, LastModifiedTime: at}
	first := delivery("d.t", &table)
	if again := delivery("d.t", &table); !cmp.Equal(first, again) || len(first.Hash) != 64 || first.Size != 8 || !first.Modified.Equal(at) {
		t.Errorf("the table is known as %+v, then %+v", first, again)
	}
	changed := table
	changed.LastModifiedTime = at.Add(time.Millisecond)
	if delivery("d.t", &changed).Hash == first.Hash {
		t.Error("a table that changed is known by the same hash")
	}
	streamed := table
	streamed.StreamingBuffer = &bigquery.StreamingBuffer{}
	view := table
	view.Type = bigquery.ViewTable
	for _, md := range []*bigquery.TableMetadata{&streamed, &view} {
		if d := delivery("d.t", md); d.Hash != "" {
			t.Errorf("what only reading tells is known as %+v", d)
		}
	}
}

func TestCursor(t *testing.T) {
	for kind, at := range map[string]func(hour, minute int) string{
		"TIMESTAMP": func(h, m int) string { return fmt.Sprintf("TIMESTAMP '2026-05-01 %02d:%02d:00.5+00'", h, m) },
		"DATETIME":  func(h, m int) string { return fmt.Sprintf("DATETIME '2026-05-01 %02d:%02d:00'", h, m) },
	} {
		t.Run(kind, func(t *testing.T) {
			p := newPlace(t)
			p.exec(t, "CREATE TABLE customers (id INT64, updated_at "+kind+")")
			set := func(id int, at string) {
				t.Helper()
				p.exec(t, fmt.Sprintf("DELETE FROM customers WHERE id = %d", id))
				p.exec(t, fmt.Sprintf("INSERT INTO customers (id, updated_at) VALUES (%d, %s)", id, at))
			}
			wide := p.source(t, "table: {d}.customers\nkey: id\ncursor: updated_at\nlookback: 1h")
			plain := p.source(t, "query: select * from {d}.customers\nkey: id\ncursor: updated_at")
			if ids, cursor := connectortest.Pull(t, plain, ""); ids != nil || cursor != "" {
				t.Fatalf("an empty table gives %v, %q", ids, cursor)
			}
			for i := range 3 {
				set(i+1, at(10, i))
			}
			ids, first := connectortest.Pull(t, plain, "")
			if !cmp.Equal(ids, []string{"1", "2", "3"}) {
				t.Fatalf("the first pull brings %v", ids)
			}
			if ids, cursor := connectortest.Pull(t, plain, first); ids != nil || cursor != first {
				t.Errorf("without news there is a pull of %v to %q", ids, cursor)
			}
			set(1, at(12, 0)) // changed
			set(4, at(10, 1)) // committed late
			if ids, _ := connectortest.Pull(t, plain, first); !cmp.Equal(ids, []string{"1"}) {
				t.Errorf("the next pull brings %v", ids)
			}
			ids, second := connectortest.Pull(t, wide, first)
			if !cmp.Equal(ids, []string{"1", "2", "3", "4"}) {
				t.Errorf("with a lookback the next pull brings %v", ids)
			}
			p.exec(t, "DELETE FROM customers WHERE id = 1")
			if ids, cursor := connectortest.Pull(t, plain, second); ids != nil || cursor != second {
				t.Errorf("after the newest row was deleted there is a pull of %v to %q", ids, cursor)
			}
			p.exec(t, "INSERT INTO customers (id) VALUES (5)")
			if _, err := plain.Deliveries(t.Context(), second); connectors.CodeOf(err) != "null_cursor" {
				t.Errorf("a cursor that is null: %v", err)
			}
		})
	}
}

// TestPreview looks at tables, which need no key for it, and at a view.
func TestPreview(t *testing.T) {
	p := newPlace(t)
	p.exec(t, "CREATE TABLE visits AS SELECT 1 AS id, STRUCT('Gent' AS city) AS address, ['a'] AS tags UNION ALL SELECT 2, NULL, ['b']")
	p.exec(t, "CREATE VIEW visits_of_today AS SELECT id FROM visits WHERE id = 2")
	source := p.source(t, "table: \"{d}.visits*\"")
	list, err := source.Deliveries(t.Context(), "")
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	for i, want := range []struct {
		columns string
		rows    int64
	}{{"id address.city tags", 2}, {"id", 1}} {
		seen, err := source.Preview(t.Context(), list[i], 10)
		if err != nil {
			t.Fatal(list[i].Name, err)
		}
		rec, err := seen.Next(t.Context())
		if err != nil {
			t.Fatal(list[i].Name, err)
		}
		var names []string
		for _, f := range rec.Schema().Fields()[3:] {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != want.columns || rec.NumRows() != want.rows || seen.Keyed || !cmp.Equal(seen.Sortable, []string{"id"}) {
			t.Errorf("%s has %d rows of %s, sortable by %v; want %d of %s, by id", list[i].Name, rec.NumRows(), got, seen.Sortable, want.rows, want.columns)
		}
		rec.Release()
		if err := seen.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := p.source(t, "table: {d}.nothing").Preview(t.Context(), connectors.Delivery{Name: "nothing"}, 10); connectors.CodeOf(err) != "not_found" {
		t.Errorf("a table that is not there: %v", err)
	}
}

func TestMistakes(t *testing.T) {
	p := newPlace(t)
	p.exec(t, "CREATE TABLE visits AS SELECT 1 AS id, [1] AS list")
	for _, c := range []struct{ options, code string }{
		{"table: {d}.visits", "no_key"},
		{"table: {d}.visits\nkey: nothing", "no_column"},
		{"table: {d}.visits\nkey: list", "bad_key"},
		{"table: {d}.visits\nkey: id\ncursor: list", "bad_cursor"},
		{"table: {d}.nothing\nkey: id", "not_found"},
		{"query: select * fom {d}.visits\nkey: id", "bad_sql"},
	} {
		if code := connectors.CodeOf(connectortest.DrainAll(t, p.source(t, c.options))); code != c.code {
			t.Errorf("%s: the code is %q, want %q", c.options, code, c.code)
		}
	}
}

func TestOptions(t *testing.T) {
	for options, want := range map[string]string{
		"project: p":                "name a table or a query",
		"project: p\ntable: orders": "dataset.table",
		"project: p\ntable: shop.orders\ncursor: at\nlookback: x": "duration",
		"table: shop.orders":                            "project",
		"project: p\ntable: other.shop.orders\nkey: id": "",
	} {
		var o Options
		err := parse(options, &o)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", options, err, want)
		}
	}
}

// TestText writes values that no table of an emulator holds.
func TestText(t *testing.T) {
	b := array.NewDecimal256Builder(memory.DefaultAllocator, &arrow.Decimal256Type{Precision: 76, Scale: 38})
	for in, want := range map[string]string{"0": "0", "1.50": "1.5", "-0.001": "-0.001", "1200": "1200"} {
		if err := b.AppendValueFromString(in); err != nil {
			t.Fatal(err)
		}
		if col := b.NewArray(); text(col, 0) != want {
			t.Errorf("%s is written as %s, want %s", in, text(col, 0), want)
		}
	}
}
