package conform

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/schemas"
	"clientele/schemas/expr"
	"clientele/schemas/suggest"
	"clientele/transforms"
)

// Source is what conforming must know of a source.
type Source struct {
	Name     string
	Country  string // of phones and numbers that don't say theirs
	Currency string // of amounts that don't say theirs
	Zone     *time.Location
	Format   schemas.Format
	VATRate  float64 // percent that amounts include; 0 for amounts without VAT
	// From is the first day of a source that replaces another: its facts of
	// before are the other's to tell. Until is the day from which another source
	// replaces it. Zero for none.
	From, Until time.Time
	// NewColumns are those of the delivery that no delivery before had and
	// nothing reads.
	NewColumns []string
}

// Conformer conforms the rows of one delivery to one input table. It is used by
// one goroutine.
type Conformer struct {
	source   Source
	mapping  *Mapping
	delivery string
	target   schemas.Table
	asOf     int64 // days since 1970
	zone     *time.Location
	span     span
	strays   []stray

	keys    []boundKey
	fields  []*boundField // country first
	extra   []schemas.Column
	columns map[string]int // of target and extra, by name
	scope   int            // column that scopes are made of, -1 for none
	date    int            // column that dates a fact, -1 for none
	derive  func(c *Conformer, row []slot) error
	unpivot []cell // nil for none
	named   int    // column that an unpivoted column's name fills
	valued  *boundField
	label   int   // column that an unpivoted value's text fills
	virtual int64 // rows made of unpivoted cells so far

	filters  []boundFilter
	computed computed
	rawNames []string // raw columns that filters read
	compare  []int    // raw columns whose values decide a row, nil when rows are never repeats
	ordinals map[string]int64
	ordinal  int

	slots  []slot
	absent []string
	tally  Tally
	due    int64 // earliest future date seen, in days; 0 for none
}

type boundKey struct {
	raw int
	typ schemas.Type
	col string
}

// cell is a column that is unpivoted.
type cell struct {
	value    int // its place
	label    int // of the column that holds the text of its value, -1 for none
	question string
	choice   string // that it says whether it was chosen, "" for a value
}

type boundFilter struct {
	name    string
	program *expr.Program
}

// MissingColumnError says that a delivery lacks a column that its mapping needs.
type MissingColumnError struct {
	Table, Column string
	// Likely is the column that it may have been renamed to, "" for none.
	Likely string
	Has    []string
}

// Error names the column, the one that is most like it, and what there is.
func (e *MissingColumnError) Error() string {
	s := fmt.Sprintf("it has no column %q, which tables.%s needs", e.Column, e.Table)
	if e.Likely != "" {
		s += fmt.Sprintf("; did %q take its place?", e.Likely)
	} else {
		s += "."
	}
	return s + " It has: " + strings.Join(e.Has, ", ")
}

// New returns a conformer of a delivery whose rows, as read, have schema raw. A
// column that the mapping needs and raw lacks is a *MissingColumnError; a filter
// that does not compile is an *expr.Error.
func New(source Source, mapping *Mapping, night transforms.Night, delivery string, raw *arrow.Schema) (*Conformer, error) {
	target, ok := schemas.Input(mapping.Target)
	if !ok {
		return nil, fmt.Errorf("no input table is called %q", mapping.Target)
	}
	c := &Conformer{source: source, mapping: mapping, delivery: delivery, target: target, asOf: days(night.AsOf), zone: night.Zone,
		extra: pseudo[mapping.Target], columns: map[string]int{}, scope: -1, date: -1, ordinal: -1, named: -1}
	for i, col := range slices.Concat(target.Columns, c.extra) {
		c.columns[col.Name] = i
	}
	c.span = newSpan(source, mapping.Target)
	c.slots = make([]slot, len(target.Columns)+len(c.extra))
	c.derive = derivations[mapping.Target]
	if name := schemas.FactDate(mapping.Target); name != "" {
		c.date = c.columns[name]
	}
	if mapping.Scope.Of != "" {
		i, ok := c.columns[mapping.Scope.Of]
		if !ok {
			return nil, fmt.Errorf("scope: %s has no column %q", mapping.Target, mapping.Scope.Of)
		}
		c.scope = i
	}
	if mapping.Ordinal != "" {
		i, ok := c.columns[mapping.Ordinal]
		if !ok {
			return nil, fmt.Errorf("ordinal: %s has no column %q", mapping.Target, mapping.Ordinal)
		}
		c.ordinal, c.ordinals = i, map[string]int64{}
	}
	if err := c.bind(raw); err != nil {
		return nil, err
	}
	return c, nil
}

// bind finds the columns of the mapping in the schema of the rows as read.
func (c *Conformer) bind(raw *arrow.Schema) error {
	names := rawColumns(raw)
	find := func(name string) (int, error) {
		if i := raw.FieldIndices(name); len(i) > 0 {
			return i[0], nil
		}
		return 0, &MissingColumnError{Table: c.mapping.Name, Column: name, Likely: suggest.Suggest(name, names), Has: names}
	}
	reads := map[int]bool{}
	for _, k := range c.mapping.Key {
		i, err := find(k.Column)
		if err != nil {
			return err
		}
		c.keys = append(c.keys, boundKey{raw: i, typ: k.Type, col: k.Column})
		reads[i] = true
	}
	sums := false
	for _, f := range c.mapping.Fields {
		b := &boundField{Field: f, raw: -1, slot: c.columns[f.Name], column: c.columnAt(c.columns[f.Name]), source: &c.source, zone: c.zone}
		var typ arrow.DataType = arrow.BinaryTypes.String
		switch {
		case f.Constant:
		case f.Expr != "":
			inputs, err := c.computed.add(f.Expr, raw)
			if err != nil {
				return err
			}
			b.raw = len(raw.Fields()) + len(c.computed.programs) - 1
			typ = c.computed.types[len(c.computed.types)-1]
			for _, i := range inputs {
				reads[i] = true
			}
		default:
			i, err := find(f.Column)
			switch {
			case err == nil:
				b.raw, typ = i, raw.Field(i).Type
				reads[i] = true
			case f.Optional:
				c.absent = append(c.absent, f.Name)
				continue
			default:
				return err
			}
		}
		b.prepare(c.mapping.Target, c.mapping.Contract.Types)
		if typ.ID() != arrow.STRING {
			b.typedColumn()
		}
		sums = sums || f.Pick == "sum"
		c.fields = append(c.fields, b)
	}
	// Others are read in the light of the country, and the postcode may give it.
	slices.SortStableFunc(c.fields, func(a, b *boundField) int { return cmp.Compare(precedence(a.Name), precedence(b.Name)) })
	if u := c.mapping.Unpivot; u != nil {
		c.unpivot = u.cells(names)
		for i := range c.unpivot {
			c.unpivot[i].value += len(schemas.RawLineage())
			if c.unpivot[i].label >= 0 {
				c.unpivot[i].label += len(schemas.RawLineage())
			}
		}
		for _, q := range u.Choices {
			if !slices.ContainsFunc(names, func(name string) bool { return q.choice(name) != "" }) {
				return &MissingColumnError{Table: c.mapping.Name, Column: q.Columns, Has: names}
			}
		}
		if len(c.unpivot) == 0 {
			return &MissingColumnError{Table: c.mapping.Name, Column: strings.Join(u.Columns, ", "), Has: names}
		}
		slot, ok := c.columns[u.Value]
		name, ok2 := c.columns[u.Name]
		if !ok || !ok2 {
			return fmt.Errorf("unpivot: %s has no column %q or %q", c.mapping.Target, u.Name, u.Value)
		}
		if c.label, ok = c.columns["label"]; !ok && u.Label != "" {
			return fmt.Errorf("unpivot: %s has no column for labels", c.mapping.Target)
		}
		c.named = name
		c.valued = &boundField{Field: &Field{Name: u.Value}, slot: slot, column: c.columnAt(slot), source: &c.source, zone: c.zone}
		c.valued.prepare(c.mapping.Target, c.mapping.Contract.Types)
	}
	c.strays = c.straysOf(raw)
	for _, s := range c.strays {
		reads[s.raw] = true
	}
	exprs := make([]*expr.Expr, len(c.mapping.Filters))
	for i, f := range c.mapping.Filters {
		e, err := expr.Compile(f.Where, c.Scope(raw), schemas.Bool)
		if err != nil {
			return fmt.Errorf("filter %q: %w", f.Where, err)
		}
		exprs[i] = e
		for _, name := range e.Columns() {
			if _, canonical := c.columns[name]; !canonical {
				i, _ := find(name)
				reads[i] = true
				if !slices.Contains(c.rawNames, name) {
					c.rawNames = append(c.rawNames, name)
				}
			}
		}
	}
	scratch := c.scratchSchema()
	for i, f := range c.mapping.Filters {
		program, err := exprs[i].Bind(scratch)
		if err != nil {
			return fmt.Errorf("filter %q: %w", f.Where, err)
		}
		c.filters = append(c.filters, boundFilter{name: f.Name, program: program})
	}
	if c.ordinal < 0 && c.unpivot == nil && !sums {
		for i := range raw.Fields() {
			if reads[i] {
				c.compare = append(c.compare, i)
			}
		}
	}
	return nil
}

// precedence says in which order the fields of a row are read.
func precedence(field string) int {
	switch field {
	case "country":
		return 0
	case "postcode":
		return 1
	}
	return 2
}

// Scope returns the columns that filters of the mapping can read: those of the
// input table, and those of the source by their quoted names.
func (c *Conformer) Scope(raw *arrow.Schema) expr.Scope {
	cols := map[string]schemas.Type{}
	for _, name := range rawColumns(raw) {
		cols[name] = schemas.String
	}
	for name, i := range c.columns {
		cols[name] = c.columnAt(i).Type
	}
	return expr.NewScope(cols)
}

func (c *Conformer) columnAt(i int) schemas.Column {
	if i < len(c.target.Columns) {
		return c.target.Columns[i]
	}
	return c.extra[i-len(c.target.Columns)]
}

// scratchSchema is that of the record which filters see.
func (c *Conformer) scratchSchema() *arrow.Schema {
	fields := slices.Clone(c.target.Arrow().Fields())
	for _, name := range c.rawNames {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

// Schema is that of the conformed rows.
func (c *Conformer) Schema() *arrow.Schema { return c.target.Arrow() }

// Tally returns what became of the rows so far.
func (c *Conformer) Tally() *Tally { return &c.tally }

// Absent returns the columns of the input table that are mapped, and that the
// delivery has no column for.
func (c *Conformer) Absent() []string { return c.absent }

// DueOn returns the earliest date among the rows that were filtered as future;
// ok is false when there were none.
func (c *Conformer) DueOn() (date time.Time, ok bool) {
	if c.due == 0 {
		return time.Time{}, false
	}
	return time.Unix(c.due*86400, 0).UTC(), true
}

func rawColumns(raw *arrow.Schema) []string {
	var names []string
	for _, f := range raw.Fields()[len(schemas.RawLineage()):] {
		names = append(names, f.Name)
	}
	return names
}

// matches reports whether name is one of the patterns, in which * stands for
// any text.
func matches(patterns []string, name string) bool {
	for _, p := range patterns {
		if p == name {
			return true
		}
		if ok, err := path.Match(p, strings.ReplaceAll(name, "/", "_")); err == nil && ok {
			return true
		}
	}
	return false
}
