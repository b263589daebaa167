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

// parser normalises the values of one field and remembers the last ones, unless values
// hardly ever come again.
type parser struct {
	field Field
	of    map[Role]*columnBuilder
	known map[string][]entry
	// asked and hit count how often a value was looked for and known since known was
	// last cleared.
	asked, hit int
	buf        []entry
}

type entry struct {
	column *columnBuilder
	id     uint32
}

// remembered bounds the raw values that a parser remembers. A parser that knew fewer
// than one in worthwhile of as many that it was asked for stops remembering.
const (
	remembered = 1 << 16
	worthwhile = 8
)

func (g *group) bind(fields []Field) {
	g.parsers = map[int]*parser{}
	slices.Sort(g.fields)
	for _, f := range g.fields {
		p := &parser{field: fields[f], of: map[Role]*columnBuilder{}, known: map[string][]entry{}}
		for _, role := range fields[f].roles() {
			for _, c := range g.columns {
				if c.Role == role && (shared[role] || c.Field == f) {
					p.of[role.Base()] = c
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
	for _, e := range g.parsers[f].entries(raw) {
		e.column.add(e.id)
	}
}

// entries are what a value is taken apart into. They are valid until the next call.
func (p *parser) entries(raw string) []entry {
	if p.known == nil {
		p.buf = p.parse(p.buf[:0], raw)
		return p.buf
	}
	p.asked++
	if known, ok := p.known[raw]; ok {
		p.hit++
		return known
	}
	entries := p.parse(nil, raw)
	if len(p.known) >= remembered {
		if p.hit < p.asked/worthwhile {
			p.known = nil
			return entries
		}
		clear(p.known)
		p.asked, p.hit = 0, 0
	}
	p.known[strings.Clone(raw)] = entries
	return entries
}

func (p *parser) parse(dst []entry, raw string) []entry {
	parse(p.field, raw, func(role Role, value string) {
		if c := p.of[role]; c != nil && value != "" {
			dst = append(dst, entry{c, c.id(value)})
		}
	})
	return dst
}

func (g *group) close() {
	for _, c := range g.columns {
		c.close()
	}
}

// columnBuilder fills a column record by record.
type columnBuilder struct {
	*Column
	index index
	texts arena
}

func newColumnBuilder(c *Column) *columnBuilder {
	c.start = []uint32{0}
	return &columnBuilder{Column: c}
}

func (c *columnBuilder) id(value string) (id uint32) {
	id, c.Values = c.index.id(c.Values, value, &c.texts)
	return id
}

func (c *columnBuilder) add(id uint32) {
	if !slices.Contains(c.ids[c.start[len(c.start)-1]:], id) {
		c.ids = append(c.ids, id)
	}
}

func (c *columnBuilder) close() { c.start = append(c.start, uint32(len(c.ids))) }
