package conform

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/schemas"
	"clientele/schemas/expr"
)

// computed are the columns that mappings make of a source's own by expressions, to
// which all of these are texts.
type computed struct {
	programs []*expr.Program
	types    []arrow.DataType
	fields   []arrow.Field // of the columns that programs read
	columns  []int         // their places among the rows as read
}

// add compiles an expression and returns the columns that it reads.
func (c *computed) add(text string, raw *arrow.Schema) (inputs []int, err error) {
	types := map[string]schemas.Type{}
	for _, name := range rawColumns(raw) {
		types[name] = schemas.String
	}
	e, err := expr.Compile(text, expr.NewScope(types), 0)
	if err != nil {
		return nil, fmt.Errorf("expr %q: %w", text, err)
	}
	for _, name := range e.Columns() {
		at := raw.FieldIndices(name)[0]
		inputs = append(inputs, at)
		if !slices.Contains(c.columns, at) {
			c.fields = append(c.fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
			c.columns = append(c.columns, at)
		}
	}
	p, err := e.Bind(arrow.NewSchema(c.fields, nil))
	if err != nil {
		return nil, fmt.Errorf("expr %q: %w", text, err)
	}
	c.programs = append(c.programs, p)
	c.types = append(c.types, e.Type().Arrow())
	return inputs, nil
}

// extend returns the batch with the computed columns behind its own. The caller
// releases it.
func (c *computed) extend(rec arrow.Record, env expr.Env) (arrow.Record, error) {
	if len(c.programs) == 0 {
		rec.Retain()
		return rec, nil
	}
	texts := make([]arrow.Array, len(c.columns))
	for i, at := range c.columns {
		texts[i] = asTexts(rec.Column(at))
		defer texts[i].Release()
	}
	in := array.NewRecord(arrow.NewSchema(c.fields, nil), texts, rec.NumRows())
	defer in.Release()
	fields := rec.Schema().Fields()
	cols := append([]arrow.Array(nil), rec.Columns()...)
	for i, p := range c.programs {
		out, err := p.Eval(in, env, allocator)
		if err != nil {
			return nil, err
		}
		defer out.Release()
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("_computed%d", i), Type: c.types[i], Nullable: true})
		cols = append(cols, out)
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), cols, rec.NumRows()), nil
}

// asTexts returns the values of a column as texts. The caller releases them.
func asTexts(col arrow.Array) arrow.Array {
	if col.DataType().ID() == arrow.STRING {
		col.Retain()
		return col
	}
	b := array.NewStringBuilder(allocator)
	defer b.Release()
	for i := range col.Len() {
		if col.IsNull(i) {
			b.AppendNull()
		} else {
			b.Append(cellText(col, i))
		}
	}
	return b.NewArray()
}
