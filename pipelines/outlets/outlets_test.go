package outlets

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/schemas"
)

var (
	people = schemas.Table{Name: "people", Key: []string{"postcode"}, Columns: []schemas.Column{
		{Name: "postcode", Type: schemas.String, Personal: schemas.Location},
		{Name: "phone", Type: schemas.String, Personal: schemas.Contact},
		{Name: "visits", Type: schemas.Int},
		{Name: "spent", Type: schemas.Decimal},
		{Name: "score", Type: schemas.Float},
		{Name: "objected", Type: schemas.Bool},
		{Name: "born", Type: schemas.Date},
		{Name: "seen_at", Type: schemas.Timestamp},
	}}
	notes = schemas.Table{Name: "notes", Columns: []schemas.Column{{Name: "text", Type: schemas.String}}}
	empty = schemas.Table{Name: "empty", Columns: people.Columns}

	born = time.Date(1979, 12, 31, 0, 0, 0, 0, time.UTC)
	seen = time.Date(2024, 2, 29, 23, 59, 58, 500_000_000, time.UTC)
)

// everyone are the rows of people.
var everyone = [][]any{
	{"0123", "+32475123456", 3, 12345, 0.1, true, born, seen},
	{nil, nil, nil, nil, nil, nil, nil, nil},
	{"=1+1", "+1+1", -7, -50_000, -2.5, false, time.Date(1899, 5, 4, 0, 0, 0, 0, time.UTC), time.Date(1900, 2, 28, 23, 0, 0, 0, time.UTC)},
	{`a,"b"`, "@x", 1_000_000_000_000_000, 1_000_000_000_000_001, 0.0, true, time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)},
}

// memoryReader is a connectors.Reader of rows in memory; queries are names of
// tables. Rows come in batches of two.
type memoryReader struct {
	tables map[string]schemas.Table
	rows   map[string][][]any
	fail   error // after the first batch
}

func reader() *memoryReader {
	return &memoryReader{
		tables: map[string]schemas.Table{"people": people, "notes": notes, "empty": empty},
		rows:   map[string][][]any{"people": everyone},
	}
}

func byName(t schemas.Table) string { return t.Name }

func (r *memoryReader) Close() error { return nil }

func (r *memoryReader) Read(ctx context.Context, sql string, each func(arrow.Record) error) error {
	rows := r.rows[sql]
	for len(rows) > 0 {
		n := min(2, len(rows))
		rec := record(r.tables[sql], rows[:n])
		err := each(rec)
		rec.Release()
		if err = errors.Join(err, r.fail, ctx.Err()); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func record(t schemas.Table, rows [][]any) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.Arrow())
	defer b.Release()
	for _, row := range rows {
		for i, value := range row {
			switch to := b.Field(i).(type) {
			case *array.StringBuilder:
				if v, ok := value.(string); ok {
					to.Append(v)
					continue
				}
			case *array.Int64Builder:
				if v, ok := value.(int); ok {
					to.Append(int64(v))
					continue
				}
			case *array.Decimal128Builder:
				if v, ok := value.(int); ok {
					to.Append(decimal128.FromI64(int64(v)))
					continue
				}
			case *array.Float64Builder:
				if v, ok := value.(float64); ok {
					to.Append(v)
					continue
				}
			case *array.BooleanBuilder:
				if v, ok := value.(bool); ok {
					to.Append(v)
					continue
				}
			case *array.Date32Builder:
				if v, ok := value.(time.Time); ok {
					to.Append(arrow.Date32FromTime(v))
					continue
				}
			case *array.TimestampBuilder:
				if v, ok := value.(time.Time); ok {
					to.Append(arrow.Timestamp(v.UnixMicro()))
					continue
				}
			}
			b.Field(i).AppendNull()
		}
	}
	return b.NewRecord()
}

// outlet is one of the three ways out, under a path in a folder.
type outlet struct {
	name  string
	place string
	file  string // within the place, of the first table
	write func(context.Context, connectors.Reader, Query, []schemas.Table, string) error
}

var all = []outlet{
	{"xlsx", "base.xlsx", ".", XLSX},
	{"csv", "csv", "people.csv", CSV},
	{"parquet", "parquet", "people.parquet", Parquet},
}

func TestSameInputSameBytes(t *testing.T) {
	for _, o := range all {
		t.Run(o.name, func(t *testing.T) {
			var first []byte
			for range 5 {
				path := filepath.Join(t.TempDir(), o.place)
				if err := o.write(t.Context(), reader(), byName, []schemas.Table{people, notes, empty}, path); err != nil {
					t.Fatal(err)
				}
				got := readFile(t, filepath.Join(path, o.file))
				if first == nil {
					first = got
				}
				if string(got) != string(first) {
					t.Fatal("files differ")
				}
			}
		})
	}
}

func TestFailureLeavesWhatWas(t *testing.T) {
	broken := errors.New("the warehouse is gone")
	for _, o := range all {
		t.Run(o.name, func(t *testing.T) {
			parent := t.TempDir()
			path := filepath.Join(parent, o.place)
			failing := reader()
			failing.fail = broken
			if err := o.write(t.Context(), failing, byName, []schemas.Table{people}, path); !errors.Is(err, broken) {
				t.Fatalf("error %v", err)
			}
			if left := list(t, parent); left != "" {
				t.Fatalf("a first write that failed left %s", left)
			}
			if err := o.write(t.Context(), reader(), byName, []schemas.Table{people}, path); err != nil {
				t.Fatal(err)
			}
			before := readFile(t, filepath.Join(path, o.file))
			if err := o.write(t.Context(), failing, byName, []schemas.Table{people}, path); !errors.Is(err, broken) {
				t.Fatalf("error %v", err)
			}
			if got := readFile(t, filepath.Join(path, o.file)); string(got) != string(before) {
				t.Error("a write that failed changed the file")
			}
			if left := list(t, parent); left != o.place {
				t.Errorf("left %s", left)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := o.write(ctx, reader(), byName, []schemas.Table{people}, path); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		})
	}
}

func TestQueryMustFitTable(t *testing.T) {
	other := people
	other.Columns = append([]schemas.Column{{Name: "postcode", Type: schemas.Int}}, people.Columns[1:]...)
	for _, o := range all {
		for name, table := range map[string]schemas.Table{
			"other type":   other,
			"less columns": {Name: "people", Columns: people.Columns[1:]},
		} {
			path := filepath.Join(t.TempDir(), o.place)
			if err := o.write(t.Context(), reader(), byName, []schemas.Table{table}, path); err == nil {
				t.Errorf("%s: %s was taken", o.name, name)
			}
		}
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// list returns the names in a folder, joined by spaces.
func list(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return strings.Join(names, " ")
}
