package sqldb

import (
	"context"
	"database/sql"
	"io"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/textrows"
)

// part reads a range of the key, page by page.
//
// A page begins with the last row of the page before, which is passed over: so
// every two neighbours are seen side by side, and a key that stands twice is
// found wherever pages begin.
type part struct {
	source  *Source
	view    *view
	rel     *relation
	name    string
	within  []condition
	batches chan batch
	builder *array.RecordBuilder
	bytes   int

	page  *sql.Rows // nil between pages
	left  int       // rows that the page may still have
	again bool      // the next row is the last of the page before
	last  []string  // key of the last row, nil before the first
	row   int64
	ended bool

	values []any
	into   []any // pointers to values
}

func newPart(s *Source, v *view, rel *relation, name string, within []condition, schema *arrow.Schema) *part {
	mem := s.Memory
	if mem == nil {
		mem = memory.DefaultAllocator
	}
	p := &part{source: s, view: v, rel: rel, name: name, within: within, batches: make(chan batch, 1), builder: array.NewRecordBuilder(mem, schema)}
	p.values = make([]any, len(rel.columns)+len(rel.key))
	for i := range p.values {
		p.into = append(p.into, &p.values[i])
	}
	return p
}

// run reads to the end, the first error, or until ctx ends.
func (p *part) run(ctx context.Context) {
	defer close(p.batches)
	defer p.closePage()
	for {
		rec, err := p.read(ctx)
		select {
		case p.batches <- batch{rec, err}:
		case <-ctx.Done():
			if rec != nil {
				rec.Release()
			}
			return
		}
		if err != nil {
			return
		}
	}
}

// read fills a batch.
func (p *part) read(ctx context.Context) (arrow.Record, error) {
	held := 0
	for !p.ended && held < textrows.MaxRows && p.bytes < textrows.MaxBytes {
		if p.page == nil {
			if err := p.turn(ctx); err != nil {
				return nil, err
			}
		}
		if !p.page.Next() {
			if err := p.page.Err(); err != nil {
				return nil, err
			}
			p.ended = p.left > 0 || len(p.rel.key) == 0
			p.closePage()
			continue
		}
		p.left--
		if err := p.page.Scan(p.into...); err != nil {
			return nil, err
		}
		fresh, err := p.step()
		if err != nil {
			return nil, err
		}
		if fresh {
			p.add()
			held++
		}
	}
	if held == 0 {
		return nil, io.EOF
	}
	p.bytes = 0
	return p.builder.NewRecord(), nil
}

// turn begins the next page.
func (p *part) turn(ctx context.Context) (err error) {
	s := p.source
	limit := s.options.Page
	st := statement{engine: s.engine}
	where := st.where(p.within)
	if p.last != nil {
		limit++
		p.again = true
		if where == "" {
			where = " WHERE "
		} else {
			where += " AND "
		}
		where += st.from(p.rel.key, p.last)
	}
	p.left = limit
	//nolint:rowserrcheck // read asks it where a page ends
	p.page, err = p.view.tx.QueryContext(ctx, s.engine.limit(limit, p.selected(), "FROM "+p.rel.from+where+p.ordered()), st.args...)
	return err
}

func (p *part) closePage() {
	if p.page != nil {
		_ = p.page.Close() // whose error Err told
		p.page = nil
	}
}

// selected are the expressions of a page's columns: those of the relation, then
// the key in text.
func (p *part) selected() string {
	var list []string
	for _, c := range p.rel.columns {
		list = append(list, expression(c.read, p.view.engine.ref(c)))
	}
	for _, c := range p.rel.key {
		list = append(list, expression(c.text, p.view.engine.ref(c)))
	}
	return strings.Join(list, ", ")
}

// ordered is the clause of the order, "" where there is none.
func (p *part) ordered() string {
	if len(p.rel.key) == 0 {
		return ""
	}
	return " ORDER BY " + p.order()
}

func (p *part) order() string {
	var list []string
	for _, c := range p.rel.key {
		list = append(list, p.view.engine.ref(c))
	}
	return strings.Join(list, ", ")
}

// step takes the key of the row at hand, and reports whether the row is a new
// one.
func (p *part) step() (fresh bool, err error) {
	if len(p.rel.key) == 0 {
		return true, nil
	}
	key := make([]string, len(p.rel.key))
	for i := range key {
		switch v := p.values[len(p.rel.columns)+i].(type) {
		case string:
			key[i] = v
		case []byte:
			key[i] = string(v)
		default:
			return false, connectors.Errorf(connectors.KindData, "null_key", "name columns that are never null by the option key", "the key %s is null in a row", p.rel.key[i].name)
		}
	}
	same := slices.Equal(key, p.last)
	again := p.again
	p.again = false
	switch {
	case again && same:
		return false, nil
	case same, again && p.view.consistent:
		return false, connectors.Errorf(connectors.KindData, "key_not_unique", "name more columns by the option key", "the key %s does not tell rows apart", p.order())
	}
	p.last = key
	return true, nil
}

// add appends the row at hand to the batch. A value that its column can't hold
// makes the row a faulty one.
func (p *part) add() {
	p.row++
	p.builder.Field(0).(*array.Int64Builder).Append(p.row)
	part := p.builder.Field(1).(*array.StringBuilder)
	if p.name == "" {
		part.AppendNull()
	} else {
		part.Append(p.name)
	}
	fault := ""
	for i, c := range p.rel.columns {
		field := p.builder.Field(3 + i)
		n, ok := put(field, p.values[i], c.single)
		if !ok {
			field.AppendNull()
			if fault == "" {
				fault = "unfit: " + c.name + " holds what its type can't: an infinity, no number, or another type"
			}
		}
		p.bytes += n
	}
	if fault == "" {
		p.builder.Field(2).AppendNull()
	} else {
		p.builder.Field(2).(*array.StringBuilder).Append(fault)
	}
}

// statement gathers the values that a statement binds.
type statement struct {
	engine *engine
	args   []any
}

func (s *statement) bind(c column, value string) string {
	s.args = append(s.args, value)
	return expression(c.bind, s.engine.place(len(s.args)))
}

// where is the clause of conditions that all hold, "" for none.
func (s *statement) where(conditions []condition) string {
	var list []string
	for _, c := range conditions {
		list = append(list, c.left+" "+c.operator+" "+s.bind(c.column, c.value))
	}
	if len(list) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(list, " AND ")
}

// from is true of the rows from a key on. Each column alone is compared with a
// value, which every server finds in an index.
func (s *statement) from(key []column, at []string) string {
	quoted := s.engine.ref(key[0])
	if len(key) == 1 {
		return quoted + " >= " + s.bind(key[0], at[0])
	}
	return quoted + " >= " + s.bind(key[0], at[0]) + " AND (" + quoted + " > " + s.bind(key[0], at[0]) + " OR " + s.from(key[1:], at[1:]) + ")"
}
