package records

import "slices"

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
	// asked and hit count how often a value was looked for and known.
	asked, hit int
	raw        arena   // of known
	entries    []entry // of known, many in one piece
}

type entry struct {
	column *columnBuilder
	id     uint32
}

// remembered bounds the raw values that a parser remembers. A parser that was asked for
// trial or more, and knew fewer than one in worthwhile of them, stops remembering.
const (
	remembered = 1 << 18
	trial      = 1 << 17
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
	for _, e := range g.parsers[f].apart(raw) {
		e.column.add(e.id)
	}
}

// apart returns what a value is taken apart into. It is valid until the next call.
func (p *parser) apart(raw string) []entry {
	if p.known == nil {
		p.entries = p.parse(p.entries[:0], raw)
		return p.entries
	}
	p.asked++
	if known, ok := p.known[raw]; ok {
		p.hit++
		return known
	}
	if p.asked >= trial && p.hit < p.asked/worthwhile {
		p.known = nil
		return p.apart(raw)
	}
	if len(p.known) >= remembered {
		clear(p.known)
	}
	if cap(p.entries)-len(p.entries) < mostEntries {
		p.entries = make([]entry, 0, piece/16)
	}
	from := len(p.entries)
	p.entries = p.parse(p.entries, raw)
	known := p.entries[from:len(p.entries):len(p.entries)]
	p.known[p.raw.keep(raw)] = known
	return known
}

// mostEntries is the number of entries that hardly any value is taken apart into.
const mostEntries = 8

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
