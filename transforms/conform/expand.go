package conform

import "slices"

// orderDate returns the field that dates rows as their orders are, nil where the
// mappings have no orders.
func orderDate(mappings []*Mapping) *Field {
	for _, m := range mappings {
		for _, f := range m.Fields {
			if m.Target == "orders" && f.Name == "ordered_at" {
				return &Field{Name: "observed_on", Column: f.Column, Expr: f.Expr, Value: f.Value, Constant: f.Constant,
					Layouts: f.Layouts, Optional: f.Optional, OnBad: "quarantine", Pick: "last", At: f.At}
			}
		}
	}
	return nil
}

// Fills reports whether a mapping fills a column of the input table.
func (m *Mapping) Fills(column string) bool {
	return slices.ContainsFunc(m.Fields, func(f *Field) bool { return f.Name == column })
}

// SameKey reports whether two mappings of one source give their rows the same
// keys in the same input table.
func (m *Mapping) SameKey(o *Mapping) bool {
	columns := func(keys []KeyPart) (out []string) {
		for _, k := range keys {
			out = append(out, k.Column)
		}
		return out
	}
	return m.Target == o.Target && m.suffix == o.suffix && m.Ordinal == o.Ordinal && (m.Unpivot == nil) == (o.Unpivot == nil) &&
		slices.Equal(columns(m.Key), columns(o.Key))
}

// Expand returns the mappings of a source as they are conformed. Order lines are
// dated as the orders of the same rows are, so that both wait for their night and
// both are quarantined where the date is bad. And each own field that a mapping of
// parties declares has a mapping more: attributes are rows of their own.
func Expand(mappings []*Mapping) []*Mapping {
	out := slices.Clone(mappings)
	for i, m := range out {
		if date := orderDate(mappings); date != nil && m.Target == "order_lines" && !m.Fills("observed_on") {
			dated := *m
			dated.Fields = append(slices.Clone(m.Fields), date)
			out[i] = &dated
		}
	}
	for _, m := range mappings {
		for _, a := range m.Attributes {
			out = append(out, &Mapping{
				Name:     m.Name + ".attributes." + a.Name,
				Target:   "attributes",
				Key:      m.Key,
				Delivery: m.Delivery,
				Contract: m.Contract,
				Fields: []*Field{
					{Name: "name", Value: a.Name, Constant: true, At: a.At},
					{Name: "value", Column: a.Column, At: a.At},
				},
				Filters: []Filter{{Name: codeEmpty, Where: "value is not null", At: a.At}},
				At:      a.At,
				suffix:  a.Name,
				parties: m,
			})
		}
	}
	return out
}
