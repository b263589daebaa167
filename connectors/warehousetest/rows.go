package warehousetest

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors/parquetio"
	"clientele/schemas"
)

// parquet writes records to a file of its own.
func parquet(t *testing.T, table schemas.Table, recs ...arrow.Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), table.Name+".parquet")
	w, err := parquetio.Create(path, table.Arrow())
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
	return path
}

// record builds rows of a table; a nil is a null. Values have the Go types
// int64, string, decimal128.Num, float64, bool, arrow.Date32 and
// arrow.Timestamp.
func record(table schemas.Table, rows ...[]any) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	for _, row := range rows {
		for i, v := range row {
			switch f := b.Field(i).(type) {
			case *array.Int64Builder:
				put(f, f.Append, v)
			case *array.StringBuilder:
				put(f, f.Append, v)
			case *array.Decimal128Builder:
				put(f, f.Append, v)
			case *array.Float64Builder:
				put(f, f.Append, v)
			case *array.BooleanBuilder:
				put(f, f.Append, v)
			case *array.Date32Builder:
				put(f, f.Append, v)
			case *array.TimestampBuilder:
				put(f, f.Append, v)
			}
		}
	}
	return b.NewRecord()
}

func put[T any](b array.Builder, add func(T), v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	add(v.(T))
}

// extremes are rows with nulls and with the least and greatest values that a
// column can hold.
func extremes() arrow.Record {
	const digits = 999_999_999_999_999_999 // as many as a Decimal has
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	odd := "it's \"naïve\", `quoted`; \\n is no line end,\r\n\tthis was one. 日本 \u200b🙂 -- SELECT"
	return record(facts,
		[]any{int64(math.MinInt64), "", decimal128.FromI64(-digits), -math.MaxFloat64, false, arrow.Date32FromTime(first), arrow.Timestamp(first.UnixMicro())},
		[]any{int64(-1), nil, nil, nil, nil, nil, nil},
		[]any{int64(0), odd, decimal128.FromI64(1), math.SmallestNonzeroFloat64, true, arrow.Date32(0), arrow.Timestamp(1)},
		[]any{int64(1), strings.Repeat("é", 50_000), decimal128.FromI64(-1), 0.1, nil, arrow.Date32(-1), arrow.Timestamp(-1)},
		[]any{int64(math.MaxInt64), "NULL", decimal128.FromI64(digits), math.MaxFloat64, true, arrow.Date32FromTime(last), arrow.Timestamp(last.UnixMicro())},
	)
}

// numbered are n rows of notes with the ids from first on, not in their order.
func numbered(first, n int) arrow.Record {
	rows := make([][]any, n)
	for i := range rows {
		id := first + (i*7919)%n // 7919 is prime, so that every id comes once
		rows[i] = []any{int64(id), []string{"ann", "bob"}[id%2]}
	}
	return record(notes, rows...)
}
