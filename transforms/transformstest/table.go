package transformstest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors/parquetio"
	"clientele/schemas"
)

// parse reads a table written by hand.
func parse(text string) (header []string, rows [][]string) {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if header == nil {
			header = cells
			continue
		}
		rows = append(rows, cells)
	}
	return header, rows
}

// write writes rows, whose cells are texts in the order of t's columns, as a
// Parquet file.
func write(path string, t schemas.Table, rows [][]string) error {
	builder := array.NewRecordBuilder(memory.DefaultAllocator, t.Arrow())
	defer builder.Release()
	for _, row := range rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("%s has %d columns, the row %q has %d", t.Name, len(t.Columns), row, len(row))
		}
		for i, text := range row {
			if err := appendText(builder.Field(i), text); err != nil {
				return fmt.Errorf("%s.%s: %w", t.Name, t.Columns[i].Name, err)
			}
		}
	}
	w, err := parquetio.Create(path, t.Arrow())
	if err != nil {
		return err
	}
	rec := builder.NewRecord()
	defer rec.Release()
	if err := w.Write(rec); err != nil {
		return err
	}
	return w.Close()
}

func appendText(to array.Builder, text string) (err error) {
	if text == "" {
		to.AppendNull()
		return nil
	}
	switch to := to.(type) {
	case *array.StringBuilder:
		to.Append(text)
	case *array.Int64Builder:
		var n int64
		n, err = strconv.ParseInt(text, 10, 64)
		to.Append(n)
	case *array.Float64Builder:
		var f float64
		f, err = strconv.ParseFloat(text, 64)
		to.Append(f)
	case *array.BooleanBuilder:
		to.Append(text == "true")
	case *array.Decimal128Builder:
		var n decimal128.Num
		n, err = decimal128.FromString(text, schemas.DecimalPrecision, schemas.DecimalScale)
		to.Append(n)
	case *array.Date32Builder:
		var day time.Time
		day, err = time.Parse(time.DateOnly, text)
		to.Append(arrow.Date32FromTime(day))
	case *array.TimestampBuilder:
		var at time.Time
		at, err = time.Parse(time.RFC3339, text)
		to.Append(arrow.Timestamp(at.UnixMicro()))
	default:
		err = fmt.Errorf("no text of a %T", to)
	}
	return err
}

// format returns the text of a value: a decimal without its closing zeros.
func format(col arrow.Array, i int) string {
	if col.IsNull(i) {
		return ""
	}
	switch col := col.(type) {
	case *array.Decimal128:
		text := col.Value(i).ToString(schemas.DecimalScale)
		return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	case *array.Float64:
		return strconv.FormatFloat(col.Value(i), 'g', 6, 64)
	case *array.Timestamp:
		return col.Value(i).ToTime(arrow.Microsecond).UTC().Format(time.RFC3339)
	}
	return col.ValueStr(i)
}
