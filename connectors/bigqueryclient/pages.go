package bigqueryclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"google.golang.org/api/iterator"
)

// pages opens a result over REST, page by page.
func (c *Client) pages(ctx context.Context, job *bigquery.Job) (*Rows, error) {
	r := c.rows(ctx)
	defer context.AfterFunc(ctx, r.stop)()
	rows, err := job.Read(r.life)
	if err != nil {
		r.stop()
		return nil, Failure(err)
	}
	return r.paged(rows, rows.Schema), nil
}

// Head opens the rows of a table of that schema, in no order. It is for who wants
// the first of them: they come over REST, page by page, at no cost. A view has none
// of its own.
func (c *Client) Head(ctx context.Context, table *bigquery.Table, schema bigquery.Schema) *Rows {
	r := c.rows(ctx)
	return r.paged(table.Read(r.life), schema)
}

func (r *Rows) paged(rows *bigquery.RowIterator, schema bigquery.Schema) *Rows {
	rows.PageInfo().MaxSize = batchRows
	r.schema = arrow.NewSchema(fields(schema), nil)
	r.next = func(context.Context) (arrow.Record, error) { return page(rows, r.schema) }
	return r
}

// page reads a batch of rows, or io.EOF.
func page(rows *bigquery.RowIterator, schema *arrow.Schema) (arrow.Record, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	n := 0
	for ; n < batchRows; n++ {
		var row []bigquery.Value
		err := rows.Next(&row)
		if errors.Is(err, iterator.Done) {
			break
		}
		if err != nil {
			return nil, Failure(err)
		}
		for i, v := range row {
			if err := put(b.Field(i), v); err != nil {
				return nil, err
			}
		}
	}
	if n == 0 {
		return nil, io.EOF
	}
	return b.NewRecord(), nil
}

// fields are the columns of a result.
func fields(s bigquery.Schema) []arrow.Field {
	out := make([]arrow.Field, len(s))
	for i, f := range s {
		typ := typeOf(f)
		if f.Repeated {
			typ = arrow.ListOf(typ)
		}
		out[i] = arrow.Field{Name: f.Name, Type: typ, Nullable: true}
	}
	return out
}

// Digits and decimals of BigQuery's decimal numbers. BIGNUMERIC has half a digit
// more, which no type of Arrow has.
const (
	numericDigits, numericDecimals       = 38, 9
	bigNumericDigits, bigNumericDecimals = 76, 38
)

func typeOf(f *bigquery.FieldSchema) arrow.DataType {
	switch f.Type {
	case bigquery.IntegerFieldType:
		return arrow.PrimitiveTypes.Int64
	case bigquery.FloatFieldType:
		return arrow.PrimitiveTypes.Float64
	case bigquery.BooleanFieldType:
		return arrow.FixedWidthTypes.Boolean
	case bigquery.BytesFieldType:
		return arrow.BinaryTypes.Binary
	case bigquery.DateFieldType:
		return arrow.FixedWidthTypes.Date32
	case bigquery.TimeFieldType:
		return arrow.FixedWidthTypes.Time64us
	case bigquery.TimestampFieldType:
		return arrow.FixedWidthTypes.Timestamp_us
	case bigquery.DateTimeFieldType:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case bigquery.NumericFieldType:
		if f.Precision > 0 {
			return &arrow.Decimal128Type{Precision: int32(f.Precision), Scale: int32(f.Scale)}
		}
		return &arrow.Decimal128Type{Precision: numericDigits, Scale: numericDecimals}
	case bigquery.BigNumericFieldType:
		if f.Precision > 0 {
			return &arrow.Decimal256Type{Precision: int32(f.Precision), Scale: int32(f.Scale)}
		}
		return &arrow.Decimal256Type{Precision: bigNumericDigits, Scale: bigNumericDecimals}
	case bigquery.RecordFieldType:
		return arrow.StructOf(fields(f.Schema)...)
	}
	return arrow.BinaryTypes.String
}

// put appends a value as the client gives it.
func put(to array.Builder, value bigquery.Value) error {
	if value == nil {
		to.AppendNull()
		return nil
	}
	switch b := to.(type) {
	case *array.Int64Builder:
		return appended(b.Append, value)
	case *array.Float64Builder:
		return appended(b.Append, value)
	case *array.BooleanBuilder:
		return appended(b.Append, value)
	case *array.BinaryBuilder:
		return appended(b.Append, value)
	case *array.Date32Builder:
		return appended(func(v civil.Date) { b.Append(arrow.Date32FromTime(v.In(time.UTC))) }, value)
	case *array.Time64Builder:
		return appended(func(v civil.Time) {
			b.Append(arrow.Time64(((int64(v.Hour)*60+int64(v.Minute))*60+int64(v.Second))*1e6 + int64(v.Nanosecond)/1e3))
		}, value)
	case *array.TimestampBuilder:
		if v, ok := value.(civil.DateTime); ok {
			value = v.In(time.UTC)
		}
		return appended(func(v time.Time) { b.Append(arrow.Timestamp(v.UnixMicro())) }, value)
	case *array.Decimal128Builder:
		n, err := scaled(value, b.Type().(*arrow.Decimal128Type).Scale, 127)
		if err == nil {
			b.Append(decimal128.FromBigInt(n))
		}
		return err
	case *array.Decimal256Builder:
		n, err := scaled(value, b.Type().(*arrow.Decimal256Type).Scale, 255)
		if err == nil {
			b.Append(decimal256.FromBigInt(n))
		}
		return err
	case *array.StructBuilder:
		b.Append(true)
		return each(value, func(i int, v bigquery.Value) error { return put(b.FieldBuilder(i), v) })
	case *array.ListBuilder:
		b.Append(true)
		return each(value, func(_ int, v bigquery.Value) error { return put(b.ValueBuilder(), v) })
	case *array.StringBuilder:
		b.Append(fmt.Sprint(value))
		return nil
	}
	return unexpected(value)
}

func appended[T any](add func(T), value bigquery.Value) error {
	v, ok := value.(T)
	if !ok {
		return unexpected(value)
	}
	add(v)
	return nil
}

func each(value bigquery.Value, f func(i int, v bigquery.Value) error) error {
	list, ok := value.([]bigquery.Value)
	if !ok {
		return unexpected(value)
	}
	for i, v := range list {
		if err := f(i, v); err != nil {
			return err
		}
	}
	return nil
}

// scaled is a decimal number as a whole number of its last decimals, which must
// take no more than so many bits.
func scaled(value bigquery.Value, decimals int32, bits int) (*big.Int, error) {
	r, ok := value.(*big.Rat)
	if !ok {
		return nil, unexpected(value)
	}
	tens := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	n := new(big.Rat).Mul(r, new(big.Rat).SetInt(tens))
	if !n.IsInt() || n.Num().BitLen() > bits {
		return nil, fmt.Errorf("bigquery: a decimal number came with more digits than its type has")
	}
	return n.Num(), nil
}

func unexpected(value bigquery.Value) error {
	return fmt.Errorf("bigquery: a %T came for a column of another type", value)
}
