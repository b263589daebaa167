package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
)

// rows streams a delivery. Each part is read by a goroutine of its own, a batch
// ahead; batches come from the parts in turn, so that their order is always the
// same.
type rows struct {
	engine *engine
	name   string
	schema *arrow.Schema
	views  []*view
	parts  []*part
	turn   int
	stop   context.CancelFunc // ends the reading
	err    error              // what ended the rows
}

// batch is what reading a part came to.
type batch struct {
	rec arrow.Record
	err error
}

// begin starts the reading of a delivery.
func (s *Source) begin(ctx context.Context, d connectors.Delivery) (_ *rows, rel *relation, err error) {
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, stop)()
	r := &rows{engine: s.engine, name: d.Name, stop: stop}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	v, err := s.see(life)
	if err != nil {
		return nil, nil, err
	}
	r.views = append(r.views, v)
	table := d.Name
	if s.options.Cursor != "" { // which is part of the delivery's name
		table = s.options.Name()
	}
	rel, err = s.describe(life, v, table)
	if err != nil {
		return nil, nil, err
	}
	r.schema = schemaOf(rel)
	window := s.window(rel, d)
	ranges, err := s.ranges(life, v, rel, window)
	if err != nil {
		return nil, nil, err
	}
	if err := s.further(life, r, len(ranges)); err != nil {
		return nil, nil, err
	}
	for i, within := range ranges {
		name := ""
		if len(ranges) > 1 {
			name = strconv.Itoa(i + 1)
		}
		r.parts = append(r.parts, newPart(s, r.views[i], rel, name, append(window[:len(window):len(window)], within...), r.schema))
	}
	for _, p := range r.parts {
		go p.run(life)
	}
	return r, rel, nil
}

// further opens a view for each part beyond the first, of the same instant
// where the server can.
func (s *Source) further(ctx context.Context, r *rows, parts int) error {
	if parts == 1 {
		return nil
	}
	join := func(context.Context, *view) error { return nil }
	if s.engine.share != nil {
		shared, err := s.engine.share(ctx, r.views[0].tx)
		if err != nil {
			return err
		}
		join = func(ctx context.Context, v *view) error { return shared(ctx, v.tx) }
	}
	for range parts - 1 {
		v, err := s.see(ctx)
		if err != nil {
			return err
		}
		r.views = append(r.views, v)
		if err := join(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// condition is a comparison of an expression with a value, which is bound.
type condition struct {
	left, operator string
	column         column
	value          string
}

// window is what a cursor confines a delivery to.
func (s *Source) window(rel *relation, d connectors.Delivery) (out []condition) {
	if s.options.Cursor == "" {
		return nil
	}
	quoted := s.engine.ref(rel.cursor)
	if d.Since != "" {
		out = append(out, condition{quoted, ">", rel.cursor, d.Since})
	}
	return append(out, condition{quoted, "<=", rel.cursor, d.Cursor})
}

// ranges splits the first column of the key into as many ranges as there are
// partitions.
func (s *Source) ranges(ctx context.Context, v *view, rel *relation, window []condition) ([][]condition, error) {
	n := int64(s.options.Partitions)
	if n == 1 {
		return [][]condition{nil}, nil
	}
	key := rel.key[0]
	if key.kind.ID() != arrow.INT64 {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_partitions", "leave the option partitions out, or name a key that begins with a whole number", "the key %s can't be split into partitions", key.name)
	}
	quoted := s.engine.ref(key)
	st := statement{engine: s.engine}
	bounds, err := v.texts(ctx, fmt.Sprintf("SELECT %s FROM %s%s UNION ALL SELECT %s FROM %s%s",
		expression(key.text, "MIN("+quoted+")"), rel.from, st.where(window), expression(key.text, "MAX("+quoted+")"), rel.from, st.where(window)), st.args...)
	if err != nil {
		return nil, err
	}
	if len(bounds) < 2 { // there are no rows
		return [][]condition{nil}, nil
	}
	low, err := strconv.ParseInt(bounds[0], 10, 64)
	if err != nil {
		return nil, err
	}
	high, err := strconv.ParseInt(bounds[1], 10, 64)
	if err != nil {
		return nil, err
	}
	if low > high {
		low, high = high, low
	}
	width := (uint64(high)-uint64(low))/uint64(n) + 1
	var out [][]condition
	for at := low; ; {
		var within []condition
		if at > low {
			within = append(within, condition{quoted, ">=", key, strconv.FormatInt(at, 10)})
		}
		if uint64(high)-uint64(at) < width {
			return append(out, within), nil
		}
		at = int64(uint64(at) + width)
		out = append(out, append(within, condition{quoted, "<", key, strconv.FormatInt(at, 10)}))
	}
}

// Schema is that of every batch.
func (r *rows) Schema() *arrow.Schema { return r.schema }

// Next returns the next batch, or io.EOF.
func (r *rows) Next(ctx context.Context) (arrow.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, r.stop)()
	for r.err == nil {
		if len(r.parts) == 0 {
			r.err = io.EOF
			break
		}
		p := r.parts[r.turn]
		got, more := <-p.batches
		if !more { // told to stop
			got.err = context.Canceled
		}
		switch {
		case got.err == nil:
			r.turn = (r.turn + 1) % len(r.parts)
			return got.rec, nil
		case errors.Is(got.err, io.EOF):
			p.builder.Release()
			r.parts = append(r.parts[:r.turn:r.turn], r.parts[r.turn+1:]...)
			if r.turn == len(r.parts) {
				r.turn = 0
			}
		default:
			r.err = r.engine.fail(ctx, r.name, got.err)
		}
	}
	return nil, r.err
}

// Close ends the reading. It may be called more than once.
func (r *rows) Close() error {
	r.close()
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "%s: read after it was closed", r.name)
	return nil
}

func (r *rows) close() {
	r.stop()
	for _, p := range r.parts {
		for got := range p.batches { // closed when the goroutine ends
			if got.rec != nil {
				got.rec.Release()
			}
		}
		p.builder.Release()
	}
	for _, v := range r.views {
		v.close()
	}
	r.parts, r.views = nil, nil
}

// schemaOf is the schema of a relation's batches.
func schemaOf(rel *relation) *arrow.Schema {
	fields := connectors.LineageFields()
	for i, name := range columnNames(rel) {
		fields = append(fields, arrow.Field{Name: name, Type: rel.columns[i].kind, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}
