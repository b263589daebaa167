package expr

import (
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/schemas"
)

// Env is what an expression's value depends on beside the rows.
type Env struct {
	// AsOf is the date of the night: what as_of() means.
	AsOf time.Time
	// Zone is the company's time zone, in which timestamps become dates; nil is
	// UTC.
	Zone *time.Location
}

// Program is an expression bound to the columns of an Arrow schema. It may be
// used by several goroutines.
type Program struct {
	expr    *Expr
	indices []int // of each slot's column in a record
}

// Evaluable returns an *Error where e calls a function that only a warehouse
// computes, so that a filter of rows can be refused before there are any.
func (e *Expr) Evaluable() error {
	if e.warehouse != nil {
		return e.warehouse
	}
	return nil
}

// Bind prepares e for records of schema. It fails where schema lacks a column
// of e or holds it in another type than its scope told (schemas.Type.Arrow), and
// where e is not Evaluable.
func (e *Expr) Bind(schema *arrow.Schema) (*Program, error) {
	if err := e.Evaluable(); err != nil {
		return nil, err
	}
	indices := make([]int, len(e.columns))
	for slot, name := range e.columns {
		found := schema.FieldIndices(name)
		if len(found) == 0 {
			return nil, fmt.Errorf("bind %s: the rows have no column %s", e, writeName(name))
		}
		have, want := schema.Field(found[0]).Type, e.types[slot].Arrow()
		if !arrow.TypeEqual(have, want) {
			return nil, fmt.Errorf("bind %s: column %s is %s, not %s", e, writeName(name), have, want)
		}
		indices[slot] = found[0]
	}
	return &Program{expr: e, indices: indices}, nil
}

// Eval computes the expression for each row of rec. The caller releases the
// array. It fails only where rec is not of the bound schema.
func (p *Program) Eval(rec arrow.Record, env Env, mem memory.Allocator) (arrow.Array, error) {
	out, err := p.run(rec, env)
	if err != nil {
		return nil, err
	}
	return out.array(p.expr.Type(), int(rec.NumRows()), mem), nil
}

// Filter tells which rows of rec to keep: those for which the boolean
// expression is true, neither false nor null. It fails where the expression is
// not boolean or rec is not of the bound schema.
func (p *Program) Filter(rec arrow.Record, env Env) ([]bool, error) {
	if p.expr.Type() != schemas.Bool {
		return nil, fmt.Errorf("filter %s: the expression is %s, not a boolean", p.expr, article(p.expr.Type()))
	}
	out, err := p.run(rec, env)
	if err != nil {
		return nil, err
	}
	keep := make([]bool, rec.NumRows())
	step := stride(out.bools, len(keep))
	for i := range keep {
		keep[i] = out.bools[i*step]
	}
	if out.null != nil {
		for i := range keep {
			keep[i] = keep[i] && !out.null[i*step]
		}
	}
	return keep, nil
}

func (p *Program) run(rec arrow.Record, env Env) (vector, error) {
	f := &frame{rows: int(rec.NumRows()), asOf: daysOf(env.AsOf), zone: env.Zone}
	if f.zone == nil {
		f.zone = time.UTC
	}
	for slot, i := range p.indices {
		if i >= int(rec.NumCols()) || !arrow.TypeEqual(rec.Column(i).DataType(), p.expr.types[slot].Arrow()) {
			return vector{}, fmt.Errorf("evaluate %s: the record is not of the schema it was bound to", p.expr)
		}
		f.columns = append(f.columns, load(rec.Column(i)))
	}
	return p.expr.term.eval(f), nil
}

// load reads an Arrow array. Numbers, dates and texts are not copied where
// their memory can be shared.
func load(a arrow.Array) vector {
	v := vector{}
	switch a := a.(type) {
	case *array.Int64:
		v.ints = a.Int64Values()
	case *array.Float64:
		v.floats = a.Float64Values()
	case *array.Decimal128:
		v.ints = map1(a.Len(), a.Values(), func(x decimal128.Num) int64 { return int64(x.LowBits()) })
	case *array.Date32:
		v.ints = map1(a.Len(), a.Date32Values(), func(x arrow.Date32) int64 { return int64(x) })
	case *array.Timestamp:
		v.ints = map1(a.Len(), a.TimestampValues(), func(x arrow.Timestamp) int64 { return int64(x) })
	case *array.Boolean:
		v.bools = make([]bool, a.Len())
		for i := range v.bools {
			v.bools[i] = a.Value(i)
		}
	case *array.String:
		v.texts = make([]string, a.Len())
		for i := range v.texts {
			v.texts[i] = a.Value(i)
		}
	}
	if a.NullN() > 0 {
		v.null = make([]bool, a.Len())
		for i := range v.null {
			v.null[i] = a.IsNull(i)
		}
	}
	return v
}

// array makes an Arrow array of n rows of v.
func (v vector) array(typ schemas.Type, n int, mem memory.Allocator) arrow.Array {
	if v.scalar {
		v = choose(classOf(typ), make([]int32, n), []vector{v})
	}
	var valid []bool
	if v.null != nil {
		valid = map1(n, v.null, func(null bool) bool { return !null })
	}
	switch typ {
	case schemas.Int:
		b := array.NewInt64Builder(mem)
		defer b.Release()
		b.AppendValues(v.ints, valid)
		return b.NewArray()
	case schemas.Decimal:
		b := array.NewDecimal128Builder(mem, typ.Arrow().(*arrow.Decimal128Type))
		defer b.Release()
		b.AppendValues(map1(n, v.ints, decimal128.FromI64), valid)
		return b.NewArray()
	case schemas.Float:
		b := array.NewFloat64Builder(mem)
		defer b.Release()
		b.AppendValues(v.floats, valid)
		return b.NewArray()
	case schemas.Bool:
		b := array.NewBooleanBuilder(mem)
		defer b.Release()
		b.AppendValues(v.bools, valid)
		return b.NewArray()
	case schemas.Date:
		b := array.NewDate32Builder(mem)
		defer b.Release()
		b.AppendValues(map1(n, v.ints, func(days int64) arrow.Date32 { return arrow.Date32(days) }), valid)
		return b.NewArray()
	case schemas.Timestamp:
		b := array.NewTimestampBuilder(mem, typ.Arrow().(*arrow.TimestampType))
		defer b.Release()
		b.AppendValues(map1(n, v.ints, func(micros int64) arrow.Timestamp { return arrow.Timestamp(micros) }), valid)
		return b.NewArray()
	default:
		b := array.NewStringBuilder(mem)
		defer b.Release()
		b.AppendValues(slices.Clip(v.texts), valid)
		return b.NewArray()
	}
}
