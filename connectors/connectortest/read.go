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

// Drain reads a delivery to its end, or to the error that ends it, and returns how
// many rows came.
func Drain(t testing.TB, s connectors.Source, d connectors.Delivery) (n int64, err error) {
	rows, err := s.Open(t.Context(), d)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for {
		batch, err := rows.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n += batch.NumRows()
		batch.Release()
	}
}

// DrainAll drains all deliveries of a source, to the first error.
func DrainAll(t testing.TB, s connectors.Source) error {
	list, err := s.Deliveries(t.Context(), "")
	for i := 0; i < len(list) && err == nil; i++ {
		_, err = Drain(t, s, list[i])
	}
	return err
}

// Pull reads the delivery that a source has after a cursor, if it has one, as Rows
// does. It returns the source's first column, and the cursor that it then stands at.
func Pull(t testing.TB, s connectors.Source, after string) (first []string, cursor string) {
	t.Helper()
	list, err := s.Deliveries(t.Context(), after)
	if err != nil || len(list) > 1 {
		t.Fatal(list, err)
	}
	if len(list) == 0 {
		return nil, after
	}
	_, table := Rows(t, s, list[0])
	for _, row := range table {
		first = append(first, row[len(connectors.LineageFields())])
	}
	return first, list[0].Cursor
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
