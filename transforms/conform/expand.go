package conform

import "slices"

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

// Expand returns the mappings of a source with one more for each own field that
// a mapping of parties declares: attributes are rows of their own.
func Expand(mappings []*Mapping) []*Mapping {
	out := slices.Clone(mappings)
	for _, m := range mappings {
		for _, a := range m.Attributes {
			out = append(out, &Mapping{
				Name:     m.Name + ".attributes." + a.Name,
				Target:   "attributes",
				Key:      m.Key,
				Delivery: m.Delivery,
				Fields: []*Field{
					{Name: "party", Column: m.Key[0].Column, Type: m.Key[0].Type, At: a.At},
					{Name: "name", Value: a.Name, Constant: true, At: a.At},
					{Name: "value", Column: a.Column, At: a.At},
				},
				Filters: []Filter{{Name: codeEmpty, Where: "value is not null", At: a.At}},
				At:      a.At,
				suffix:  a.Name,
			})
		}
	}
	return out
}
