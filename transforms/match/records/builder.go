package records

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// A Builder makes Records of rows as they stream by. What it keeps of a value is
// its normal form, once.
type Builder struct {
	fields  []Field
	columns []*Column
	groups  []*group

	sources map[string]int32
	names   []string
	source  []int32
	ids     []string
	texts   arena // of ids
	pending [][][]string
}

// NewBuilder returns a builder of records with the given fields.
func NewBuilder(fields []Field) (*Builder, error) {
	if len(fields) == 0 {
		return nil, fmt.Errorf("records have no fields: name at least one")
	}
	b := &Builder{fields: fields, sources: map[string]int32{}}
	seen := map[string]bool{}
	byColumn := map[*Column]*group{}
	for f, field := range fields {
		if !field.Kind.Valid() {
			return nil, fmt.Errorf("field %q has the unknown kind %q: the kinds are %v", field.Name, field.Kind, Kinds())
		}
		if seen[field.Name] {
			return nil, fmt.Errorf("field %q stands twice", field.Name)
		}
		seen[field.Name] = true
		own := map[Role]*Column{}
		var g *group
		for _, role := range field.roles() {
			c := b.column(f, role)
			own[role] = c
			if known := byColumn[c]; known != nil && known != g {
				g = b.unite(g, known, byColumn)
			}
		}
		if g == nil {
			g = &group{}
			b.groups = append(b.groups, g)
		}
		for _, role := range field.roles() {
			if byColumn[own[role]] == nil {
				byColumn[own[role]] = g
				g.columns = append(g.columns, newColumnBuilder(own[role]))
			}
		}
		g.fields = append(g.fields, f)
	}
	for _, g := range b.groups {
		g.bind(b.fields)
	}
	return b, nil
}

// column returns the column of a field's role, a new one where none is shared.
func (b *Builder) column(f int, role Role) *Column {
	field := b.fields[f]
	if shared[role] {
		for _, c := range b.columns {
			if c.Role == role {
				return c
			}
		}
	}
	name := field.Name
	if len(field.roles()) > 1 && role.Base() != Role(field.Kind) {
		name += "." + string(role)
	}
	c := &Column{Name: name, Role: role, Field: f, Values: []string{""}}
	b.columns = append(b.columns, c)
	return c
}

// unite makes two groups of fields that feed one column one group.
func (b *Builder) unite(g, known *group, byColumn map[*Column]*group) *group {
	if g == nil {
		return known
	}
	known.fields = append(known.fields, g.fields...)
	known.columns = append(known.columns, g.columns...)
	for _, c := range g.columns {
		byColumn[c.Column] = known
	}
	b.groups = slices.DeleteFunc(b.groups, func(x *group) bool { return x == g })
	return known
}

// batch is the number of rows whose values are normalised together.
const batch = 8192

// Add adds a record: values holds, per field, none or several values. The
// strings must not change until Records is called.
func (b *Builder) Add(source, id string, values [][]string) {
	b.named(source, id)
	b.pending = append(b.pending, values)
	if len(b.pending) >= batch {
		b.flush()
	}
}

func (b *Builder) named(source, id string) {
	s, ok := b.sources[source]
	if !ok {
		s = int32(len(b.names))
		source = strings.Clone(source)
		b.sources[source] = s
		b.names = append(b.names, source)
	}
	b.source = append(b.source, s)
	b.ids = append(b.ids, b.texts.keep(id))
}

func (b *Builder) flush() {
	rows := b.pending
	b.each(func(g *group) {
		for _, row := range rows {
			for _, f := range g.fields {
				for _, v := range row[f] {
					g.add(f, v)
				}
			}
			g.close()
		}
	})
	b.pending = b.pending[:0]
}

// each runs the groups, which share no column, on all cores.
func (b *Builder) each(do func(*group)) {
	parallel(len(b.groups), func(i int) { do(b.groups[i]) })
}

func parallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() { do(i); <-slots })
	}
	wait.Wait()
}

// DuplicateError says that two records of one source have one id.
type DuplicateError struct {
	Source string
	// Rows are the places of the two in the order of adding.
	Rows [2]int32
}

// Error names the source and the rows, not the id.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("source %q has one record id twice, in records %d and %d: ids must be unique within a source", e.Source, e.Rows[0]+1, e.Rows[1]+1)
}

// inOrder returns the rows in the order of source and id. The first letters of the ids
// decide most comparisons without a look at the texts.
func (b *Builder) inOrder(rank []int32) []int32 {
	type key struct {
		letters     uint64
		source, row int32
	}
	keys := make([]key, len(b.ids))
	for i, id := range b.ids {
		var letters [8]byte
		copy(letters[:], id)
		keys[i] = key{binary.BigEndian.Uint64(letters[:]), rank[b.source[i]], int32(i)}
	}
	slices.SortFunc(keys, func(x, y key) int {
		if x.source != y.source {
			return cmp.Compare(x.source, y.source)
		}
		if x.letters != y.letters {
			return cmp.Compare(x.letters, y.letters)
		}
		return strings.Compare(b.ids[x.row], b.ids[y.row])
	})
	rows := make([]int32, len(keys))
	for i, k := range keys {
		rows[i] = k.row
	}
	return rows
}

// Records returns what was added. Two records of one source with one id are a
// DuplicateError: nothing would tell their decisions apart.
func (b *Builder) Records() (*Records, error) {
	b.flush()
	b.nameBranches()
	order := make([]int32, len(b.names)) // by name
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int { return strings.Compare(b.names[x], b.names[y]) })
	r := &Records{Fields: b.fields, Columns: b.columns}
	rank := make([]int32, len(order))
	for at, s := range order {
		rank[s] = int32(at)
		r.Sources = append(r.Sources, b.names[s])
	}
	rows := b.inOrder(rank)
	r.source, r.ids, r.input = make([]int32, len(rows)), make([]string, len(rows)), rows
	for i, row := range rows {
		r.source[i], r.ids[i] = rank[b.source[row]], b.ids[row]
		if i > 0 && r.source[i] == r.source[i-1] && r.ids[i] == r.ids[i-1] {
			return nil, &DuplicateError{Source: r.Sources[r.source[i]], Rows: [2]int32{min(rows[i-1], row), max(rows[i-1], row)}}
		}
	}
	b.groups = nil
	parallel(len(r.Columns), func(i int) { r.Columns[i].reorder(rows) })
	return r, nil
}
