package pipelines

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors/parquetio"
	"clientele/schemas"
)

// rowsFile writes rows of a table as a Parquet file, for staging.
type rowsFile struct {
	table   schemas.Table
	writer  *parquetio.Writer
	builder *array.RecordBuilder
	held    int
}

func createRows(path string, t schemas.Table) (*rowsFile, error) {
	w, err := parquetio.Create(path, t.Arrow())
	if err != nil {
		return nil, err
	}
	return &rowsFile{table: t, writer: w, builder: array.NewRecordBuilder(memory.DefaultAllocator, t.Arrow())}, nil
}

// add appends a row: a value per column, which is a string, int64, float64, a
// decimal, bool, time.Time (of a date or an instant) or nil; "" and the zero time are
// null.
func (f *rowsFile) add(values ...any) error {
	if len(values) != len(f.table.Columns) {
		return fmt.Errorf("%s has %d columns, got %d values", f.table.Name, len(f.table.Columns), len(values))
	}
	for i, v := range values {
		if err := appendValue(f.builder.Field(i), v); err != nil {
			return fmt.Errorf("%s.%s: %w", f.table.Name, f.table.Columns[i].Name, err)
		}
	}
	if f.held++; f.held == 8192 {
		return f.flush()
	}
	return nil
}

func (f *rowsFile) flush() error {
	rec := f.builder.NewRecord()
	defer rec.Release()
	f.held = 0
	return f.writer.Write(rec)
}

// close finishes the file.
func (f *rowsFile) close() error {
	if err := f.flush(); err != nil {
		return err
	}
	f.builder.Release()
	return f.writer.Close()
}

// abort throws the file away. After close it does nothing.
func (f *rowsFile) abort() { _ = f.writer.Abort() }

// writeRows writes the rows that a function adds.
func writeRows(path string, t schemas.Table, rows func(add func(values ...any) error) error) error {
	f, err := createRows(path, t)
	if err != nil {
		return err
	}
	defer f.abort()
	if err := rows(f.add); err != nil {
		return fmt.Errorf("write rows of %s: %w", t.Name, err)
	}
	return f.close()
}

func appendValue(to array.Builder, value any) error {
	switch v := value.(type) {
	case nil:
		to.AppendNull()
		return nil
	case string:
		if b, ok := to.(*array.StringBuilder); ok {
			if v == "" {
				b.AppendNull()
			} else {
				b.Append(v)
			}
			return nil
		}
	case int64:
		if b, ok := to.(*array.Int64Builder); ok {
			b.Append(v)
			return nil
		}
	case float64:
		if b, ok := to.(*array.Float64Builder); ok {
			b.Append(v)
			return nil
		}
	case decimal128.Num:
		if b, ok := to.(*array.Decimal128Builder); ok {
			b.Append(v)
			return nil
		}
	case bool:
		if b, ok := to.(*array.BooleanBuilder); ok {
			b.Append(v)
			return nil
		}
	case time.Time:
		if v.IsZero() {
			to.AppendNull()
			return nil
		}
		switch b := to.(type) {
		case *array.Date32Builder:
			b.Append(arrow.Date32FromTime(v))
			return nil
		case *array.TimestampBuilder:
			b.Append(arrow.Timestamp(v.UnixMicro()))
			return nil
		}
	}
	return fmt.Errorf("a %T is no value of a column of type %s", value, to.Type())
}
