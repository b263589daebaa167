package bigquerywarehouse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/schemas"
)

func ended(err error) bool { return errors.Is(err, io.EOF) }

// batches turns what the Storage Read interface sends into records.
type batches struct {
	head   []byte        // the schema as it was sent; each batch is decoded behind it
	schema *arrow.Schema // of the records
	types  []schemas.Type
}

var endOfStream = []byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}

func newBatches(serialized []byte) (*batches, error) {
	r, err := ipc.NewReader(bytes.NewReader(serialized))
	if err != nil {
		return nil, fmt.Errorf("bigquery: read the schema of a result: %w", err)
	}
	defer r.Release()
	// A mark of the end behind the schema, which one emulator sends, would hide
	// the batch that is put there.
	b := &batches{head: bytes.TrimSuffix(serialized, endOfStream)}
	fields := make([]arrow.Field, r.Schema().NumFields())
	for i, f := range r.Schema().Fields() {
		t := arrivesAs(f.Type)
		b.types = append(b.types, t)
		fields[i] = arrow.Field{Name: f.Name, Type: t.Arrow(), Nullable: true}
	}
	b.schema = arrow.NewSchema(fields, nil)
	return b, nil
}

// arrivesAs is the type that values of an Arrow type of BigQuery arrive as.
func arrivesAs(t arrow.DataType) schemas.Type {
	switch t.ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64:
		return schemas.Int
	case arrow.FLOAT32, arrow.FLOAT64:
		return schemas.Float
	case arrow.BOOL:
		return schemas.Bool
	case arrow.DATE32:
		return schemas.Date
	case arrow.TIMESTAMP:
		return schemas.Timestamp
	case arrow.DECIMAL128:
		return schemas.Decimal
	}
	return schemas.String
}

// decode calls each with the rows of one batch, of which there are so many.
func (b *batches) decode(data []byte, rows int64, each func(arrow.Record) error) error {
	r, err := ipc.NewReader(bytes.NewReader(slices.Concat(b.head, data)))
	if err != nil {
		return fmt.Errorf("bigquery: read a result: %w", err)
	}
	defer r.Release()
	for r.Next() {
		rows -= r.Record().NumRows()
		rec, err := b.convert(r.Record())
		if err != nil {
			return err
		}
		err = parts(rec, each)
		rec.Release()
		if err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil && !ended(err) {
		return fmt.Errorf("bigquery: read a result: %w", err)
	}
	if rows != 0 {
		return fmt.Errorf("bigquery: read a result: %d rows of a batch are missing", rows)
	}
	return nil
}

// parts calls each with a record in parts of bounded size.
func parts(rec arrow.Record, each func(arrow.Record) error) error {
	for from := int64(0); from < rec.NumRows(); from += batchRows {
		part := rec.NewSlice(from, min(from+batchRows, rec.NumRows()))
		err := each(part)
		part.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

// convert gives the columns of a record the types of schemas.
func (b *batches) convert(rec arrow.Record) (arrow.Record, error) {
	columns := make([]arrow.Array, rec.NumCols())
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	for i, col := range rec.Columns() {
		var err error
		if columns[i], err = convert(col, b.types[i]); err != nil {
			return nil, fmt.Errorf("column %s: %w", rec.ColumnName(i), err)
		}
	}
	return array.NewRecord(b.schema, columns, rec.NumRows()), nil
}

func convert(col arrow.Array, as schemas.Type) (arrow.Array, error) {
	if arrow.TypeEqual(col.DataType(), as.Arrow()) {
		col.Retain()
		return col, nil
	}
	builder := array.NewBuilder(memory.DefaultAllocator, as.Arrow())
	defer builder.Release()
	builder.Reserve(col.Len())
	for i := range col.Len() {
		if col.IsNull(i) {
			builder.AppendNull()
			continue
		}
		if err := appendArrow(builder, col, i); err != nil {
			return nil, err
		}
	}
	return builder.NewArray(), nil
}

func appendArrow(to array.Builder, col arrow.Array, i int) error {
	switch b := to.(type) {
	case *array.Int64Builder:
		switch c := col.(type) {
		case *array.Int8:
			b.Append(int64(c.Value(i)))
		case *array.Int16:
			b.Append(int64(c.Value(i)))
		case *array.Int32:
			b.Append(int64(c.Value(i)))
		}
	case *array.Float64Builder:
		b.Append(float64(col.(*array.Float32).Value(i)))
	case *array.TimestampBuilder:
		unit := col.DataType().(*arrow.TimestampType).Unit
		b.Append(arrow.Timestamp(col.(*array.Timestamp).Value(i).ToTime(unit).UnixMicro()))
	case *array.Decimal128Builder:
		scale := col.DataType().(*arrow.Decimal128Type).Scale
		n := new(big.Rat).SetInt(col.(*array.Decimal128).Value(i).BigInt())
		return appendDecimal(b, n.Quo(n, new(big.Rat).SetInt(tenTo(scale))))
	default:
		to.(*array.StringBuilder).Append(col.ValueStr(i))
	}
	return nil
}

func tenTo(n int32) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// appendDecimal rounds half away from zero.
func appendDecimal(b *array.Decimal128Builder, n *big.Rat) error {
	scaled := new(big.Rat).Mul(n, new(big.Rat).SetInt(tenTo(schemas.DecimalScale)))
	num, denom := new(big.Int).Abs(scaled.Num()), scaled.Denom()
	// ⌊|x| + 1/2⌋ = ⌊(2·num + denom) / (2·denom)⌋
	num.Lsh(num, 1).Add(num, denom).Quo(num, new(big.Int).Lsh(denom, 1))
	if num.CmpAbs(tenTo(schemas.DecimalPrecision)) >= 0 {
		return connectors.Errorf(connectors.KindData, "bad_value", "", "bigquery: a decimal number has more than %d digits", schemas.DecimalPrecision)
	}
	if scaled.Sign() < 0 {
		num.Neg(num)
	}
	b.Append(decimal128.FromBigInt(num))
	return nil
}

// page gathers rows that came over REST.
type page struct {
	builder *array.RecordBuilder
	rows    int
}

func newPage(s bigquery.Schema) *page {
	fields := make([]arrow.Field, len(s))
	for i, f := range s {
		fields[i] = arrow.Field{Name: f.Name, Type: fieldArrivesAs(f).Arrow(), Nullable: true}
	}
	return &page{builder: array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))}
}

func fieldArrivesAs(f *bigquery.FieldSchema) schemas.Type {
	if f.Repeated {
		return schemas.String
	}
	for t, field := range fieldTypes {
		if f.Type == field {
			return t
		}
	}
	if f.Type == bigquery.DateTimeFieldType {
		return schemas.Timestamp
	}
	return schemas.String
}

func (p *page) release() { p.builder.Release() }

// add appends a row.
func (p *page) add(row []bigquery.Value) error {
	for i, v := range row {
		if err := appendValue(p.builder.Field(i), v); err != nil {
			return err
		}
	}
	p.rows++
	return nil
}

// flush calls each with the rows gathered so far, if there are any.
func (p *page) flush(each func(arrow.Record) error) error {
	if p.rows == 0 {
		return nil
	}
	rec := p.builder.NewRecord()
	defer rec.Release()
	p.rows = 0
	return each(rec)
}

func appendValue(to array.Builder, value bigquery.Value) error {
	if value == nil {
		to.AppendNull()
		return nil
	}
	switch b := to.(type) {
	case *array.Int64Builder:
		if v, ok := value.(int64); ok {
			b.Append(v)
			return nil
		}
	case *array.Float64Builder:
		if v, ok := value.(float64); ok {
			b.Append(v)
			return nil
		}
	case *array.BooleanBuilder:
		if v, ok := value.(bool); ok {
			b.Append(v)
			return nil
		}
	case *array.Date32Builder:
		if v, ok := value.(civil.Date); ok {
			b.Append(arrow.Date32FromTime(v.In(time.UTC)))
			return nil
		}
	case *array.TimestampBuilder:
		switch v := value.(type) {
		case time.Time:
			b.Append(arrow.Timestamp(v.UnixMicro()))
			return nil
		case civil.DateTime:
			b.Append(arrow.Timestamp(v.In(time.UTC).UnixMicro()))
			return nil
		}
	case *array.Decimal128Builder:
		if v, ok := value.(*big.Rat); ok {
			return appendDecimal(b, v)
		}
	case *array.StringBuilder:
		b.Append(fmt.Sprint(value))
		return nil
	}
	return fmt.Errorf("bigquery: a %T came for a column of type %s", value, to.Type())
}
