package conform

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/schemas"
	"clientele/schemas/expr"
)

// computed are the columns that mappings make of a source's own by expressions.
type computed struct {
	programs []*expr.Program
	types    []arrow.DataType
	schema   *arrow.Schema // of the text columns of the rows as read
	columns  []int         // their places
}

// add compiles an expression and returns the columns that it reads.
func (c *computed) add(text string, raw *arrow.Schema) (inputs []int, err error) {
	if c.schema == nil {
		var fields []arrow.Field
		for i, f := range raw.Fields() {
			if i >= len(schemas.RawLineage()) && f.Type.ID() == arrow.STRING {
				fields = append(fields, f)
				c.columns = append(c.columns, i)
			}
		}
		c.schema = arrow.NewSchema(fields, nil)
	}
	types := map[string]schemas.Type{}
	for _, f := range c.schema.Fields() {
		types[f.Name] = schemas.String
	}
	e, err := expr.Compile(text, expr.NewScope(types), 0)
	if err != nil {
		return nil, fmt.Errorf("expr %q: %w", text, err)
	}
	p, err := e.Bind(c.schema)
	if err != nil {
		return nil, fmt.Errorf("expr %q: %w", text, err)
	}
	c.programs = append(c.programs, p)
	c.types = append(c.types, e.Type().Arrow())
	for _, name := range e.Columns() {
		inputs = append(inputs, raw.FieldIndices(name)...)
	}
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
		texts[i] = rec.Column(at)
	}
	in := array.NewRecord(c.schema, texts, rec.NumRows())
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
