package bigquerywarehouse

import (
	"fmt"
	"math/big"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/schemas"
)

// arrival is how the columns of a result arrive.
type arrival struct {
	schema *arrow.Schema // of the records
	types  []schemas.Type
}

func arrivalOf(sent *arrow.Schema) *arrival {
	a := &arrival{}
	fields := make([]arrow.Field, sent.NumFields())
	for i, f := range sent.Fields() {
		t := arrivesAs(f.Type)
		a.types = append(a.types, t)
		fields[i] = arrow.Field{Name: f.Name, Type: t.Arrow(), Nullable: true}
	}
	a.schema = arrow.NewSchema(fields, nil)
	return a
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

// convert gives the columns of a record the types of schemas.
func (a *arrival) convert(rec arrow.Record) (arrow.Record, error) {
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
		if columns[i], err = convert(col, a.types[i]); err != nil {
			return nil, fmt.Errorf("column %s: %w", rec.ColumnName(i), err)
		}
	}
	return array.NewRecord(a.schema, columns, rec.NumRows()), nil
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
