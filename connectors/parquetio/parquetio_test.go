package parquetio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"pgregory.net/rapid"

	"clientele/connectors"
	"clientele/schemas"
)

var everyType = schemas.Table{Columns: []schemas.Column{
	{Name: "s", Type: schemas.String}, {Name: "i", Type: schemas.Int}, {Name: "m", Type: schemas.Decimal},
	{Name: "f", Type: schemas.Float}, {Name: "b", Type: schemas.Bool}, {Name: "d", Type: schemas.Date},
	{Name: "t", Type: schemas.Timestamp},
}}.Arrow()

// record builds rows first … first+n-1; every value follows from its row.
func record(first, n int, null func(row, column int) bool) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, everyType)
	defer b.Release()
	for row := first; row < first+n; row++ {
		for c := range everyType.NumFields() {
			if null(row, c) {
				b.Field(c).AppendNull()
				continue
			}
			switch f := b.Field(c).(type) {
			case *array.StringBuilder:
				f.Append(fmt.Sprint("naïve ", row))
			case *array.Int64Builder:
				f.Append(int64(row))
			case *array.Decimal128Builder:
				f.Append(decimal128.FromI64(int64(-row)))
			case *array.Float64Builder:
				f.Append(float64(row) / 3)
			case *array.BooleanBuilder:
				f.Append(row%2 == 0)
			case *array.Date32Builder:
				f.Append(arrow.Date32(row - 1000))
			case *array.TimestampBuilder:
				f.Append(arrow.Timestamp(row))
			}
		}
	}
	return b.NewRecord()
}

func everyThird(row, column int) bool { return (row+column)%3 == 0 }

func write(t testing.TB, path string, recs []arrow.Record, opts ...Option) {
	t.Helper()
	w, err := Create(path, everyType, opts...)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func readAll(t testing.TB, r *Reader) []arrow.Record {
	t.Helper()
	defer r.Close()
	var recs []arrow.Record
	for {
		rec, err := r.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return recs
		}
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, rec)
	}
}

func open1(t testing.TB, path string) *Reader {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// equal compares rows, not how they are cut into records.
func equal(a, b []arrow.Record) bool {
	ta, tb := array.NewTableFromRecords(everyType, a), array.NewTableFromRecords(everyType, b)
	return array.TableEqual(ta, tb)
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rows.parquet")
	rapid.Check(t, func(rt *rapid.T) {
		var recs []arrow.Record
		row := 0
		for _, n := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 7, 1023, 1024, 1025, 16_384, 60_000}), 0, 6).Draw(rt, "sizes") {
			recs = append(recs, record(row, n, everyThird))
			row += n
		}
		write(t, path, recs)
		r := open1(t, path)
		if r.Rows() != int64(row) {
			rt.Fatalf("%d rows, want %d", r.Rows(), row)
		}
		if !r.Schema().Equal(everyType) {
			rt.Fatalf("schema %s", r.Schema())
		}
		got := readAll(t, r)
		for _, rec := range got {
			if rec.NumRows() > batchRows {
				rt.Fatalf("a record of %d rows", rec.NumRows())
			}
		}
		if !equal(got, recs) {
			rt.Fatal("rows changed on the way")
		}
	})
}

// TestBytes holds the files to those of pqarrow's own writer.
func TestBytes(t *testing.T) {
	required := arrow.NewSchema([]arrow.Field{
		{Name: "s", Type: arrow.BinaryTypes.String}, {Name: "i", Type: arrow.PrimitiveTypes.Int64},
		{Name: "x", Type: arrow.BinaryTypes.Binary, Nullable: true},
	}, nil)
	none := func(int, int) bool { return false }
	all := func(int, int) bool { return true }
	var sparse []arrow.Record
	for i, null := range []func(row, column int) bool{everyThird, none, all, everyThird} {
		rec := record(50_000*i, 50_000, null)
		sparse = append(sparse, rec.NewSlice(0, 7), rec.NewSlice(7, 50_000), rec.NewSlice(3, 3))
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, required)
	for i := range 3000 {
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprint(i))
		b.Field(1).(*array.Int64Builder).Append(int64(i))
		b.Field(2).(*array.BinaryBuilder).AppendNull()
	}
	for _, test := range []struct {
		name   string
		schema *arrow.Schema
		recs   []arrow.Record
	}{
		{"no rows", everyType, nil},
		{"every type", everyType, sparse},
		{"required columns", required, []arrow.Record{b.NewRecord()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var theirs, ours bytes.Buffer
			pq, err := pqarrow.NewFileWriter(test.schema, &theirs, parquet.NewWriterProperties(properties()...), pqarrow.DefaultWriterProps())
			if err != nil {
				t.Fatal(err)
			}
			groups, err := newRowGroups(test.schema, &ours, parquet.NewWriterProperties(properties()...))
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range test.recs {
				if err := errors.Join(pq.WriteBuffered(rec), groups.write(rec)); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(pq.Close(), groups.close()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(theirs.Bytes(), ours.Bytes()) {
				t.Errorf("%d bytes differ from the %d of pqarrow", ours.Len(), theirs.Len())
			}
		})
	}
}

func TestRowGroupsAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.parquet")
	write(t, path, []arrow.Record{record(0, 300_000, everyThird)})
	pq, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer pq.Close()
	if pq.NumRowGroups() != 3 {
		t.Errorf("%d row groups, want 3", pq.NumRowGroups())
	}
	if rep := pq.MetaData().Schema.Root().RepetitionType(); rep != parquet.Repetitions.Required {
		t.Errorf("root is %s", rep)
	}

	wide := filepath.Join(t.TempDir(), "wide.parquet")
	schema := arrow.NewSchema([]arrow.Field{{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	w, err := Create(wide, schema)
	if err != nil {
		t.Fatal(err)
	}
	b := array.NewStringBuilder(memory.DefaultAllocator)
	text := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{1}).Read(text) // nothing that compresses
	for i := range text {
		text[i] = ' ' + text[i]%95
	}
	for range 40 {
		b.Append(string(text))
	}
	rec := array.NewRecord(schema, []arrow.Array{b.NewArray()}, 40)
	for range 4 {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	pw, err := file.OpenParquetFile(wide, false)
	if err != nil {
		t.Fatal(err)
	}
	defer pw.Close()
	if pw.NumRowGroups() < 2 {
		t.Errorf("%d row groups of 160 MB", pw.NumRowGroups())
	}
}

func TestNothingUntilClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.parquet")
	write(t, path, []arrow.Record{record(0, 3, everyThird)})
	w, err := Create(path, everyType)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record(0, 10, everyThird)); err != nil {
		t.Fatal(err)
	}
	if n := open1(t, path).Rows(); n != 3 {
		t.Errorf("%d rows before Close, want the 3 of before", n)
	}
	if w.Rows() != 10 {
		t.Errorf("Rows() = %d", w.Rows())
	}
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Errorf("Close after Abort: %v", err)
	}
	if n := open1(t, path).Rows(); n != 3 {
		t.Errorf("%d rows after Abort", n)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	write(t, path, []arrow.Record{record(0, 10, everyThird)})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if n := open1(t, path).Rows(); n != 10 {
		t.Errorf("%d rows after Close", n)
	}
}

func TestEncrypted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.parquet")
	key := "0123456789abcdef"
	recs := []arrow.Record{record(0, 2000, everyThird)}
	write(t, path, recs, Encrypted(parquet.NewFileEncryptionProperties(key)))
	if _, err := Open(path); err == nil {
		t.Error("opened without a key")
	}
	r, err := OpenEncrypted(path, parquet.NewFileDecryptionProperties(parquet.WithFooterKey(key)))
	if err != nil {
		t.Fatal(err)
	}
	if !equal(readAll(t, r), recs) {
		t.Error("rows changed on the way")
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := Create(filepath.Join(dir, "no", "such.parquet"), everyType); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder: %v", err)
	}
	broken := filepath.Join(dir, "broken.parquet")
	if err := os.WriteFile(broken, []byte("PAR1 this is none PAR1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(broken); err == nil {
		t.Error("a broken file opened")
	}
	w, err := Create(filepath.Join(dir, "rows.parquet"), everyType)
	if err != nil {
		t.Fatal(err)
	}
	list := arrow.NewSchema([]arrow.Field{{Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int64)}}, nil)
	if _, err := Create(filepath.Join(dir, "lists.parquet"), list); err == nil {
		t.Error("a file of lists was begun")
	}
	other := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, other)
	b.Field(0).(*array.Int64Builder).Append(1)
	if err := w.Write(b.NewRecord()); err == nil {
		t.Error("a record of another schema was taken")
	}
	if err := w.Close(); err == nil {
		t.Error("Close made a file of a failed write")
	}
	if _, err := os.Stat(filepath.Join(dir, "rows.parquet")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("file is there: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	good := filepath.Join(dir, "good.parquet")
	write(t, good, []arrow.Record{record(0, 3, everyThird)})
	if _, err := open1(t, good).Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestDiskFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here: ", err)
	}
	defer full.Close()
	_, err = full.Write([]byte("x"))
	if err = connectors.SystemError(fmt.Errorf("write: %w", err)); connectors.CodeOf(err) != "disk_full" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("%v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	rec := record(0, batchRows, everyThird)
	path := filepath.Join(b.TempDir(), "rows.parquet")
	for b.Loop() {
		write(b, path, []arrow.Record{rec, rec, rec, rec})
	}
}
