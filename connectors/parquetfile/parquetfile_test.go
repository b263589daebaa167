package parquetfile

import (
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/connectortest"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{LargeRows: 700_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
		dir := t.TempDir()
		s, err := New(connectors.Project{Dir: dir}, []string{"part-*.parquet"}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		s.Memory = mem
		name := func(n int) string { return filepath.Join(dir, fmt.Sprintf("part-%d.parquet", n)) }
		return connectortest.Place{Source: s,
			Put:    func(n, rows int) { write(t, name(n), sampleSchema, rows, sample) },
			Vanish: func() { os.Remove(name(1)) }}
	}})
}

// TestLarge reads a file whose rows are one group, so that nothing but its pages
// divides it. Half of it are texts that don't shrink.
func TestLarge(t *testing.T) {
	const rows = 7_500_000
	schema := arrow.NewSchema(append(sampleSchema.Fields(), arrow.Field{Name: "note", Type: arrow.BinaryTypes.String}), nil)
	add := func(b *array.RecordBuilder, row int) {
		sample(b, row)
		b.Field(5).(*array.StringBuilder).Append(fmt.Sprintf("%x", sha512.Sum512([]byte(strconv.Itoa(row)))))
	}
	connectortest.Large{Bytes: 1 << 30, Rows: rows, Resident: 320 << 20,
		Make: func(t testing.TB) string {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "large.parquet"), schema, rows, add)
			return dir
		},
		Source: func(t testing.TB, dir string) connectors.Source {
			s, err := New(connectors.Project{Dir: dir}, []string{"large.parquet"}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}}.Run(t)
}

var sampleSchema = arrow.NewSchema([]arrow.Field{
	{Name: "id", Type: arrow.PrimitiveTypes.Int64},
	{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "email", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "amount", Type: &arrow.Decimal128Type{Precision: 12, Scale: 2}, Nullable: true},
	{Name: "ordered_at", Type: arrow.FixedWidthTypes.Timestamp_us, Nullable: true},
}, nil)

func sample(b *array.RecordBuilder, row int) {
	b.Field(0).(*array.Int64Builder).Append(int64(row))
	b.Field(1).(*array.StringBuilder).Append(fmt.Sprint("Janssens, Janssens en Janssens ", row))
	b.Field(2).(*array.StringBuilder).Append(fmt.Sprintf("klant%d@example.com", row))
	b.Field(3).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(row)))
	b.Field(4).(*array.TimestampBuilder).Append(arrow.Timestamp(row))
}

// write makes a file of one row group.
func write(t testing.TB, name string, schema *arrow.Schema, rows int, add func(b *array.RecordBuilder, row int)) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(schema, f, parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy), parquet.WithMaxRowGroupLength(1<<30)), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		t.Fatal(err)
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for row := range rows {
		add(b, row)
		if (row+1)%10_000 == 0 || row == rows-1 {
			rec := b.NewRecord()
			if err := w.WriteBuffered(rec); err != nil {
				t.Fatal(err)
			}
			rec.Release()
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// source returns a source of one file and its delivery.
func source(t testing.TB, name string, o Options) (*Source, connectors.Delivery) {
	t.Helper()
	s, err := New(connectors.Project{Dir: filepath.Dir(name)}, []string{filepath.Base(name)}, o)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Deliveries(t.Context(), "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return s, list[0]
}

func TestTypes(t *testing.T) {
	category := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "small", Type: arrow.PrimitiveTypes.Int16, Nullable: true},
		{Name: "large", Type: arrow.PrimitiveTypes.Uint64, Nullable: true},
		{Name: "day", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "clock", Type: arrow.FixedWidthTypes.Time64us, Nullable: true},
		{Name: "category", Type: category, Nullable: true},
		{Name: "bytes", Type: arrow.BinaryTypes.Binary, Nullable: true},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Nanosecond}, Nullable: true},
	}, nil)
	name := filepath.Join(t.TempDir(), "types.parquet")
	write(t, name, schema, 2, func(b *array.RecordBuilder, row int) {
		if row == 1 {
			for _, f := range b.Fields() {
				f.AppendNull()
			}
			return
		}
		b.Field(0).(*array.Int16Builder).Append(-7)
		b.Field(1).(*array.Uint64Builder).Append(1<<64 - 1)
		b.Field(2).(*array.Date32Builder).Append(20574)
		b.Field(3).(*array.Time64Builder).Append(37_800_000_000)
		if err := b.Field(4).(*array.BinaryDictionaryBuilder).AppendString("retail"); err != nil {
			t.Fatal(err)
		}
		b.Field(5).(*array.BinaryBuilder).Append([]byte{0, 255})
		b.Field(6).(*array.TimestampBuilder).Append(1_777_629_600_123_456_789)
	})
	s, d := source(t, name, Options{})
	columns, rows := connectortest.Rows(t, s, d)
	if diff := cmp.Diff([]string{"_row", "_part", "_fault", "small", "large", "day", "clock", "category", "bytes", "at"}, columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	null := "<null>"
	if diff := cmp.Diff([][]string{
		{"1", null, null, "-7", "18446744073709551615", "2026-05-01", "10:30:00.000000", "retail", "AP8=", "2026-05-01 10:00:00.123456789Z"},
		{"2", null, null, null, null, null, null, null, null, null},
	}, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestNested(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "tags", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "place", Type: arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64}, arrow.Field{Name: "y", Type: arrow.PrimitiveTypes.Int64}), Nullable: true},
		{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	name := filepath.Join(t.TempDir(), "nested.parquet")
	write(t, name, schema, 1, func(b *array.RecordBuilder, _ int) {
		b.Field(0).(*array.Int64Builder).Append(1)
		b.Field(1).AppendNull()
		b.Field(2).AppendNull()
		b.Field(3).(*array.StringBuilder).Append("Peeters")
	})
	s, d := source(t, name, Options{})
	if _, err := s.Open(t.Context(), d); connectors.CodeOf(err) != "nested_column" {
		t.Errorf("a list: %v", err)
	}
	s, d = source(t, name, Options{Columns: []string{"id", "name"}})
	if _, rows := connectortest.Rows(t, s, d); !cmp.Equal(rows, [][]string{{"1", "<null>", "<null>", "1", "Peeters"}}) {
		t.Errorf("got %v", rows)
	}
	s, d = source(t, name, Options{Columns: []string{"nothing"}})
	if _, err := s.Open(t.Context(), d); connectors.CodeOf(err) != "missing_column" {
		t.Errorf("a column that is not there: %v", err)
	}
}

// TestDamaged reads files that were cut or changed at every place: each is an
// error with a code, or rows.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.parquet")
	write(t, whole, sampleSchema, 50, sample)
	content, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "damaged.parquet")
	try := func(bytes []byte) error {
		if err := os.WriteFile(name, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		s, d := source(t, name, Options{})
		rows, err := s.Open(t.Context(), d)
		if err != nil {
			return err
		}
		defer rows.Close()
		for {
			rec, err := rows.Next(t.Context())
			if err != nil {
				return err
			}
			rec.Release()
		}
	}
	for at := 0; at < len(content); at += 7 {
		if err := try(content[:at]); connectors.CodeOf(err) == "" {
			t.Errorf("cut at %d: %v", at, err)
		}
		changed := append([]byte(nil), content...)
		changed[at] ^= 0xff
		if err := try(changed); !errors.Is(err, io.EOF) && connectors.CodeOf(err) == "" {
			t.Errorf("changed at %d: %v", at, err)
		}
	}
}
