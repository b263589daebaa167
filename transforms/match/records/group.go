package records

import (
	"slices"
	"strings"
)

// group is a set of fields and the columns that they feed. No other group feeds
// them, so groups work side by side.
type group struct {
	fields  []int
	columns []*columnBuilder
	parsers map[int]*parser
}

// parser normalises the values of one field and remembers the last ones.
type parser struct {
	field Field
	of    map[Role]*columnBuilder
	known map[string][]entry
}

type entry struct {
	column *columnBuilder
	id     uint32
}

// remembered bounds the raw values that a parser remembers.
const remembered = 1 << 16

func (g *group) bind(fields []Field) {
	g.parsers = map[int]*parser{}
	slices.Sort(g.fields)
	for _, f := range g.fields {
		p := &parser{field: fields[f], of: map[Role]*columnBuilder{}, known: map[string][]entry{}}
		for _, role := range fields[f].Kind.roles() {
			for _, c := range g.columns {
				if c.Role == role && (shared[role] || c.Field == f) {
					p.of[role] = c
				}
			}
		}
		g.parsers[f] = p
	}
}

func (g *group) add(f int, raw string) {
	if raw == "" {
		return
	}
	p := g.parsers[f]
	entries, ok := p.known[raw]
	if !ok {
		parse(p.field, raw, func(role Role, value string) {
			if c := p.of[role]; c != nil && value != "" {
				entries = append(entries, entry{c, c.id(value)})
			}
		})
		if len(p.known) >= remembered {
			clear(p.known)
		}
		p.known[strings.Clone(raw)] = entries
	}
	for _, e := range entries {
		e.column.add(e.id)
	}
}

func (g *group) close() {
	for _, c := range g.columns {
		c.close()
	}
}

// columnBuilder fills a column record by record.
type columnBuilder struct {
	*Column
	index map[string]uint32
}

func newColumnBuilder(c *Column) *columnBuilder {
	c.start = []uint32{0}
	return &columnBuilder{Column: c, index: map[string]uint32{}}
}

func (c *columnBuilder) id(value string) uint32 {
	id, ok := c.index[value]
	if !ok {
		value = strings.Clone(value)
		id = uint32(len(c.Values))
		c.index[value] = id
		c.Values = append(c.Values, value)
	}
	return id
}

func (c *columnBuilder) add(id uint32) {
	if !slices.Contains(c.ids[c.start[len(c.start)-1]:], id) {
		c.ids = append(c.ids, id)
	}
}

func (c *columnBuilder) close() { c.start = append(c.start, uint32(len(c.ids))) }
