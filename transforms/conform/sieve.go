package conform

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/compute"

	"clientele/schemas"
	"clientele/schemas/expr"
	"clientele/transforms"
)

// Sieve applies the filters of a source, which hold for all its tables. They
// read columns of the input tables as any mapping of the source fills them, and
// columns of the source by their quoted names.
type Sieve struct {
	night    transforms.Night
	filters  []boundFilter
	schema   *arrow.Schema
	fields   []*boundField
	computed computed
}

// NewSieve returns the sieve of a source, nil when it has no filters.
func NewSieve(source Source, filters []Filter, mappings []*Mapping, night transforms.Night, raw *arrow.Schema) (*Sieve, error) {
	if len(filters) == 0 {
		return nil, nil
	}
	s := &Sieve{night: night}
	scope, origin := sieveScope(mappings, rawColumns(raw))
	var fields []arrow.Field
	exprs := make([]*expr.Expr, len(filters))
	for i, f := range filters {
		e, err := expr.Compile(f.Where, expr.NewScope(scope), schemas.Bool)
		if err != nil {
			return nil, fmt.Errorf("filter %q: %w", f.Where, err)
		}
		exprs[i] = e
		for _, name := range e.Columns() {
			if slices.ContainsFunc(fields, func(f arrow.Field) bool { return f.Name == name }) {
				continue
			}
			fields = append(fields, arrow.Field{Name: name, Type: scope[name].Arrow(), Nullable: true})
			b := &boundField{Field: &Field{Name: name, Column: name}, raw: -1, column: schemas.Column{Name: name, Type: scope[name]}, source: &source, zone: night.Zone}
			if o, ok := origin[name]; ok {
				b.Field = o.field
				b.prepare(o.target, "")
			}
			if b.Expr != "" {
				if _, err := s.computed.add(b.Expr, raw); err != nil {
					return nil, err
				}
				b.raw = len(raw.Fields()) + len(s.computed.programs) - 1
			} else if i := raw.FieldIndices(b.Column); len(i) > 0 {
				b.raw = i[0]
				if raw.Field(b.raw).Type.ID() != arrow.STRING {
					b.typedColumn()
				}
			}
			s.fields = append(s.fields, b)
		}
	}
	s.schema = arrow.NewSchema(fields, nil)
	for i, f := range filters {
		p, err := exprs[i].Bind(s.schema)
		if err != nil {
			return nil, fmt.Errorf("filter %q: %w", f.Where, err)
		}
		s.filters = append(s.filters, boundFilter{name: f.Name, program: p})
	}
	return s, nil
}

// mapped is a field with the input table that it is mapped for.
type mapped struct {
	field  *Field
	target string
}

// sieveScope returns the columns that a source's filters can read and the field
// that fills each.
func sieveScope(mappings []*Mapping, raw []string) (map[string]schemas.Type, map[string]mapped) {
	scope, origin := map[string]schemas.Type{}, map[string]mapped{}
	for _, name := range raw {
		scope[name] = schemas.String
	}
	for _, m := range mappings {
		for _, f := range m.Fields {
			if _, ok := origin[f.Name]; ok {
				continue
			}
			if col, ok := column(m.Target, f.Name); ok {
				scope[f.Name] = col.Type
				origin[f.Name] = mapped{f, m.Target}
			}
		}
	}
	return scope, origin
}

// Apply returns, per row of a batch as read, the name of the filter that takes
// it out, "" for a row that stays. A filter that reads a value which can't be
// read lets the row pass: the table that the value is for deals with it.
func (s *Sieve) Apply(rec arrow.Record) ([]string, error) {
	rec, err := s.computed.extend(rec, expr.Env{AsOf: s.night.AsOf, Zone: s.night.Zone})
	if err != nil {
		return nil, err
	}
	defer rec.Release()
	n := int(rec.NumRows())
	bad := make([]bool, n)
	cols := make([]arrow.Array, len(s.fields))
	for k, f := range s.fields {
		values := make([]slot, n)
		for i := range n {
			if err := f.read(rec, i, f.source.Country, &values[i]); err != nil {
				values[i], bad[i] = slot{}, true
			}
		}
		b := array.NewRecordBuilder(allocator, arrow.NewSchema([]arrow.Field{s.schema.Field(k)}, nil))
		for i := range values {
			appendSlot(b.Field(0), &values[i])
		}
		one := b.NewRecord()
		b.Release()
		defer one.Release()
		cols[k] = one.Column(0)
	}
	scratch := array.NewRecord(s.schema, cols, int64(n))
	defer scratch.Release()
	out := make([]string, n)
	for _, f := range s.filters {
		keep, err := f.program.Filter(scratch, expr.Env{AsOf: s.night.AsOf, Zone: s.night.Zone})
		if err != nil {
			return nil, fmt.Errorf("filter %q: %w", f.name, err)
		}
		for i := range n {
			if out[i] == "" && !keep[i] && !bad[i] {
				out[i] = f.name
			}
		}
	}
	return out, nil
}

// selectRows returns the rows for which kept is true.
func selectRows(rows arrow.Record, kept arrow.Array) (arrow.Record, error) {
	return compute.FilterRecordBatch(context.Background(), rows, kept, compute.DefaultFilterOptions())
}

// openScope takes every name that can't be a column of Clientele for a text
// column of the source.
type openScope struct{ expr.Columns }

// Column returns the type of a column; one of the source is text.
func (s openScope) Column(name string) (schemas.Type, bool) {
	if t, ok := s.Columns.Column(name); ok {
		return t, true
	}
	for _, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return schemas.String, true
		}
	}
	return 0, false
}

// CheckFilters reports what is wrong with the filters of a source and its
// tables as far as can be seen without its files: names in lower case must be
// columns of the input tables, quoted ones are the source's own.
func CheckFilters(filters []Filter, mappings []*Mapping, report func(f Filter, err error)) {
	var raw []string // columns of the source that the mappings name
	for _, m := range mappings {
		for _, k := range m.Key {
			raw = append(raw, k.Column)
		}
		for _, f := range m.Fields {
			raw = append(raw, f.Column)
		}
	}
	scope, _ := sieveScope(mappings, raw)
	check := func(f Filter, cols map[string]schemas.Type) {
		if _, err := expr.Compile(f.Where, openScope{expr.NewScope(cols)}, schemas.Bool); err != nil {
			report(f, err)
		}
	}
	for _, f := range filters {
		check(f, scope)
	}
	for _, m := range mappings {
		cols := map[string]schemas.Type{}
		for _, name := range raw {
			cols[name] = schemas.String
		}
		t, _ := schemas.Input(m.Target)
		for _, c := range slices.Concat(t.Columns, pseudo[m.Target]) {
			cols[c.Name] = c.Type
		}
		for _, f := range m.Filters {
			check(f, cols)
		}
	}
}
