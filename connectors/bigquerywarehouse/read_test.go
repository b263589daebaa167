package bigquerywarehouse

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/schemas"
)

// TestReadTableAsArrow reads a table by the Storage Read interface and by REST:
// both give the same records. (An emulator may read no results of queries there,
// so that the suite goes by REST.)
func TestReadTableAsArrow(t *testing.T) {
	o := fresh(t)
	if o.GRPCEndpoint == "" {
		t.Skip("needs the Storage Read interface of the emulator (CLIENTELE_BIGQUERY_GRPC_ENDPOINT)")
	}
	ctx, w := t.Context(), open(t, o)
	table := schemas.Table{Name: "every_type"}
	for _, typ := range []schemas.Type{schemas.String, schemas.Int, schemas.Decimal, schemas.Float, schemas.Bool, schemas.Date, schemas.Timestamp} {
		table.Columns = append(table.Columns, schemas.Column{Name: typ.String() + "s", Type: typ})
	}
	tx, err := w.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Close()
	if err := tx.Create(ctx, []schemas.Table{table}); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "INSERT INTO "+w.Base(table.Name)+`
SELECT "it's", -9223372036854775808, NUMERIC '-1234.567', 0.1, TRUE, DATE '0001-01-01', TIMESTAMP '9999-12-31 23:59:59.999999+00'`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "INSERT INTO "+w.Base(table.Name)+" VALUES (NULL, NULL, NULL, NULL, NULL, NULL, NULL)"); err != nil {
		t.Fatal(err)
	}
	var records []arrow.Record
	keep := func(rec arrow.Record) error {
		rec.Retain()
		records = append(records, rec)
		return nil
	}
	direct, err := w.bq.Table(ctx, w.bq.API.Dataset(w.slot(0)).Table(table.Name))
	if err != nil {
		t.Fatal(err)
	}
	if err := stream(ctx, direct, keep); err != nil {
		t.Fatal(err)
	}
	n := len(records)
	byREST := o
	byREST.GRPCEndpoint = ""
	if err := open(t, byREST).read(ctx, "SELECT * FROM "+w.Base(table.Name), o.Dataset, keep); err != nil {
		t.Fatal(err)
	}
	for i, recs := range [][]arrow.Record{records[:n], records[n:]} {
		got := array.NewTableFromRecords(table.Arrow(), recs)
		if got.NumRows() != 2 || !slices.ContainsFunc(recs, func(r arrow.Record) bool { return r.Schema().Equal(table.Arrow()) }) {
			t.Fatalf("reading %d: %v", i, got)
		}
		if i > 0 && rows(got) != rows(array.NewTableFromRecords(table.Arrow(), records[:n])) {
			t.Errorf("by Storage Read\n%s\nby REST\n%s", rows(array.NewTableFromRecords(table.Arrow(), records[:n])), rows(got))
		}
	}
}

// rows returns the rows of a table as text, in an order of their own.
func rows(table arrow.Table) string {
	r := array.NewTableReader(table, 0)
	defer r.Release()
	var out []string
	for r.Next() {
		rec := r.Record()
		for i := range int(rec.NumRows()) {
			row := ""
			for _, c := range rec.Columns() {
				row += c.ValueStr(i) + "|"
			}
			out = append(out, row)
		}
	}
	slices.Sort(out)
	text := ""
	for _, row := range out {
		text += row + "\n"
	}
	return text
}
