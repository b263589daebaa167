package bigquerysource

import (
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// leaf is a column that rows are landed with: one of the result, or a field of a
// STRUCT, whose name has a point between.
type leaf struct {
	name string
	kind arrow.DataType
	path []int // places of the column and of the fields within
}

// leaves are the columns that have no fields of their own.
func leaves(fields []arrow.Field, path []int, prefix string) (out []leaf) {
	for i, f := range fields {
		at := append(slices.Clone(path), i)
		if s, ok := f.Type.(*arrow.StructType); ok {
			out = append(out, leaves(s.Fields(), at, prefix+f.Name+".")...)
			continue
		}
		out = append(out, leaf{name: prefix + f.Name, kind: landed(f.Type), path: at})
	}
	return out
}

// maxDigits is how many digits a decimal number of 128 bits has.
const maxDigits = 38

// landed is the type that values of a column are landed as: their own where the
// steps that follow know it, else text that loses nothing.
func landed(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.Int64Type, *arrow.Float64Type, *arrow.BooleanType, *arrow.Date32Type, *arrow.TimestampType, *arrow.Decimal128Type, *arrow.StringType, *arrow.BinaryType:
		return t
	case *arrow.Decimal256Type:
		if t.Precision <= maxDigits {
			return &arrow.Decimal128Type{Precision: t.Precision, Scale: t.Scale}
		}
	}
	return arrow.BinaryTypes.String
}

// column returns the values of the leaf, null where a STRUCT around it is. A value
// that no later step could hold makes its row a faulty one.
func (l leaf) column(mem memory.Allocator, rec arrow.Record, faults []string) arrow.Array {
	col := rec.Column(l.path[0])
	col.Retain()
	for _, i := range l.path[1:] {
		within := col.(*array.Struct)
		field := masked(mem, within.Field(i), within)
		col.Release()
		col = field
	}
	defer col.Release()
	if floats, ok := col.(*array.Float64); ok && slices.ContainsFunc(floats.Float64Values(), unfit) {
		return l.fit(mem, floats, faults)
	}
	if arrow.TypeEqual(col.DataType(), l.kind) {
		col.Retain()
		return col
	}
	b := array.NewBuilder(mem, l.kind)
	defer b.Release()
	for i := range col.Len() {
		if col.IsNull(i) {
			b.AppendNull()
			continue
		}
		switch b := b.(type) {
		case *array.Decimal128Builder:
			b.Append(decimal128.FromBigInt(col.(*array.Decimal256).Value(i).BigInt()))
		case *array.StringBuilder:
			b.Append(text(col, i))
		}
	}
	return b.NewArray()
}

// masked returns a field of a struct, null where the struct is.
func masked(mem memory.Allocator, field, within arrow.Array) arrow.Array {
	if within.NullN() == 0 {
		field.Retain()
		return field
	}
	d := field.Data()
	bitmap := memory.NewResizableBuffer(mem)
	defer bitmap.Release()
	bitmap.Resize(int(bitutil.BytesForBits(int64(d.Offset() + d.Len()))))
	memory.Set(bitmap.Bytes(), 0)
	nulls := 0
	for i := range d.Len() {
		if field.IsValid(i) && within.IsValid(i) {
			bitutil.SetBit(bitmap.Bytes(), d.Offset()+i)
		} else {
			nulls++
		}
	}
	buffers := slices.Clone(d.Buffers())
	buffers[0] = bitmap
	data := array.NewData(d.DataType(), d.Len(), buffers, d.Children(), nulls, d.Offset())
	defer data.Release()
	return array.MakeFromData(data)
}

func unfit(x float64) bool { return math.IsInf(x, 0) || math.IsNaN(x) }

// fit puts null in place of what is no number, and faults its row.
func (l leaf) fit(mem memory.Allocator, col *array.Float64, faults []string) arrow.Array {
	b := array.NewFloat64Builder(mem)
	defer b.Release()
	for i := range col.Len() {
		switch {
		case col.IsNull(i):
			b.AppendNull()
		case unfit(col.Value(i)):
			b.AppendNull()
			if faults[i] == "" {
				faults[i] = "unfit: " + l.name + " holds an infinity, or what is no number"
			}
		default:
			b.Append(col.Value(i))
		}
	}
	return b.NewArray()
}
