package conform

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/schemas"
	"clientele/schemas/option"
)

// Contract says what becomes of a delivery whose columns or values are not what
// was agreed on.
type Contract struct {
	// Columns is what a column does that no delivery before had and no table
	// reads.
	Columns Clause
	// Types is what a value does that does not fit its column, "" for the rule
	// of each column. What a column says with on_bad goes before it.
	Types Clause
}

// Clause is one answer of a contract.
type Clause string

// The clauses of a contract.
const (
	Evolve       Clause = "evolve"        // it is said, and remembered
	Freeze       Clause = "freeze"        // the source is held back
	DiscardRow   Clause = "discard_row"   // the row goes to quarantine
	DiscardValue Clause = "discard_value" // the value is left out, and counted as an issue
)

func (c *Contract) spec(s *option.Spec) {
	s.Enum((*string)(&c.Columns), "columns", string(Evolve), []string{string(Evolve), string(Freeze), string(DiscardRow), string(DiscardValue)},
		"a new column that nothing reads. evolve: it is said and remembered; freeze: the source is held back, also when an optional column is gone; "+
			"discard_row: rows with a value in it go to quarantine; discard_value: its values count as issues")
	s.Enum((*string)(&c.Types), "types", "", []string{string(Freeze), string(DiscardRow), string(DiscardValue)},
		"a value that does not fit its column; a column's on_bad goes before it. Left out, keys, parties, amounts and dates of facts take their row to quarantine, and other values become null")
}

// Misfit is a value that did not fit its column.
type Misfit struct {
	Row    int64
	Column string
	Code   string
}

// stray is a new column of a delivery.
type stray struct {
	raw  int
	name string
}

// straysOf finds the new columns that a mapping does something about.
func (c *Conformer) straysOf(raw *arrow.Schema) (out []stray) {
	if c.mapping.Contract.Columns != DiscardRow && c.mapping.Contract.Columns != DiscardValue {
		return nil
	}
	for _, name := range c.source.NewColumns {
		if i := raw.FieldIndices(name); len(i) > 0 {
			out = append(out, stray{i[0], name})
		}
	}
	return out
}

// Reads reports whether mappings or filters of a source read one of its columns.
func Reads(mappings []*Mapping, filters []Filter, column string) bool {
	var texts []string
	for _, f := range filters {
		texts = append(texts, f.Where)
	}
	for _, m := range mappings {
		if m.field(column) != nil || slices.ContainsFunc(m.Key, func(k KeyPart) bool { return k.Column == column }) ||
			slices.ContainsFunc(m.Attributes, func(a Attribute) bool { return a.Column == column }) ||
			m.Unpivot != nil && m.Unpivot.reads(column) {
			return true
		}
		for _, f := range m.Fields {
			texts = append(texts, f.Expr)
		}
		for _, f := range m.Filters {
			texts = append(texts, f.Where)
		}
	}
	return slices.ContainsFunc(texts, func(text string) bool { return names(text, column) })
}

// reads reports whether a column can make rows, or hold the texts of one that does.
func (u *Unpivot) reads(column string) bool {
	if matches(u.Columns, column) || slices.ContainsFunc(u.Choices, func(c Choices) bool { return c.choice(column) != "" }) {
		return true
	}
	before, after, ok := strings.Cut(u.Label, "*")
	return ok && strings.HasPrefix(column, before) && strings.HasSuffix(column, after) && len(column) >= len(before)+len(after) &&
		matches(u.Columns, column[len(before):len(column)-len(after)])
}

// names reports whether an expression may name a column: quoted, or as a word.
func names(expression, column string) bool {
	apart := func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	for i, part := range strings.Split(expression, `"`) {
		quoted := i%2 == 1
		if quoted && part == column || !quoted && slices.Contains(strings.FieldsFunc(part, apart), column) {
			return true
		}
	}
	return false
}

// field returns a field that a column of the source fills, nil where there is
// none.
func (m *Mapping) field(column string) *Field {
	for _, f := range m.Fields {
		if f.Column == column {
			return f
		}
	}
	return nil
}

// Optional reports whether a mapping can do without a column of the source.
func (m *Mapping) Optional(column string) bool {
	if slices.ContainsFunc(m.Key, func(k KeyPart) bool { return k.Column == column }) {
		return false
	}
	for _, f := range m.Fields {
		if f.Column == column && !f.Optional {
			return false
		}
	}
	return m.field(column) != nil
}

// TypesOf returns the types that a mapping reads a column of the source as.
func (m *Mapping) TypesOf(from string) (types []schemas.Type) {
	for _, k := range m.Key {
		if k.Column == from {
			types = append(types, cmp.Or(k.Type, schemas.String))
		}
	}
	for _, f := range m.Fields {
		if col, ok := column(m.Target, f.Name); ok && f.Column == from {
			if f.Values != nil {
				col.Type = schemas.String
			}
			types = append(types, cmp.Or(f.Type, col.Type))
		}
	}
	return types
}
