package connectortest

import (
	"errors"
	"io"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
)

// Rows reads all of a delivery's rows as texts, the lineage columns first, with
// null as "<null>"; for tests of small deliveries of texts.
func Rows(t testing.TB, s connectors.Source, d connectors.Delivery) (columns []string, table [][]string) {
	t.Helper()
	rows, err := s.Open(t.Context(), d)
	if err != nil {
		t.Fatalf("open %s: %v", d.Name, err)
	}
	defer rows.Close()
	for _, f := range rows.Schema().Fields() {
		columns = append(columns, f.Name)
	}
	for {
		batch, err := rows.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return columns, table
		}
		if err != nil {
			t.Fatalf("read %s: %v", d.Name, err)
		}
		for i := range int(batch.NumRows()) {
			row := make([]string, batch.NumCols())
			for c := range row {
				row[c] = "<null>"
				if column := batch.Column(c); column.IsValid(i) {
					row[c] = column.ValueStr(i)
				}
			}
			table = append(table, row)
		}
		batch.Release()
	}
}

func list(t testing.TB, p Place) []connectors.Delivery {
	t.Helper()
	found, err := p.Source.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatalf("Deliveries: %v", err)
	}
	if len(found) == 0 {
		t.Fatal("Deliveries lists nothing of what was put")
	}
	return found
}

func open(t testing.TB, p Place, d connectors.Delivery) connectors.Rows {
	t.Helper()
	rows, err := p.Source.Open(t.Context(), d)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return rows
}

func read(t testing.TB, p Place, d connectors.Delivery) (batches []arrow.Record) {
	t.Helper()
	rows := open(t, p, d)
	defer rows.Close()
	for {
		batch, err := rows.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return batches
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		batches = append(batches, batch)
	}
}

func count(t testing.TB, p Place, d connectors.Delivery) (n int64) {
	t.Helper()
	batches := read(t, p, d)
	defer release(batches)
	for _, b := range batches {
		n += b.NumRows()
	}
	return n
}

func release(batches []arrow.Record) {
	for _, b := range batches {
		b.Release()
	}
}

// size is how many bytes of buffers a batch holds.
func size(batch arrow.Record) (n int) {
	for _, column := range batch.Columns() {
		for _, buffer := range column.Data().(*array.Data).Buffers() {
			if buffer != nil {
				n += buffer.Len()
			}
		}
	}
	return n
}
