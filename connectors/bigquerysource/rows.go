package bigquerysource

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/connectors/textrows"
)

// rows streams the result of a query.
type rows struct {
	name   string
	client *bigqueryclient.Client
	result *bigqueryclient.Rows
	mem    memory.Allocator
	leaves []leaf
	schema *arrow.Schema
	row    int64
}

func (s *Source) open(ctx context.Context, d connectors.Delivery) (_ *rows, err error) {
	c, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = c.Close()
		}
	}()
	rel, err := s.describe(ctx, c, s.table(c, d))
	if err != nil {
		return nil, err
	}
	result, err := c.Result(ctx, c.Query(ctx, "read", s.selected(rel, d), ""))
	if err != nil {
		return nil, err
	}
	return s.stream(d.Name, c, result), nil
}

// stream makes rows of a result; they close the client behind them.
func (s *Source) stream(name string, c *bigqueryclient.Client, result *bigqueryclient.Rows) *rows {
	r := &rows{name: name, client: c, result: result, mem: s.Memory, leaves: leaves(result.Schema().Fields(), nil, "")}
	if r.mem == nil {
		r.mem = memory.DefaultAllocator
	}
	names, fields := make([]string, len(r.leaves)), connectors.LineageFields()
	for i, l := range r.leaves {
		names[i] = l.name
	}
	for i, name := range textrows.Columns(names) {
		r.leaves[i].name = name
		fields = append(fields, arrow.Field{Name: name, Type: r.leaves[i].kind, Nullable: true})
	}
	r.schema = arrow.NewSchema(fields, nil)
	return r
}

// Schema is that of every batch.
func (r *rows) Schema() *arrow.Schema { return r.schema }

// Next returns the next batch, or io.EOF.
func (r *rows) Next(ctx context.Context) (arrow.Record, error) {
	rec, err := r.result.Next(ctx)
	if err != nil {
		return nil, fail(ctx, r.name, err)
	}
	defer rec.Release()
	n := int(rec.NumRows())
	faults := make([]string, n)
	columns := make([]arrow.Array, 3, 3+len(r.leaves))
	for _, l := range r.leaves {
		columns = append(columns, l.column(r.mem, rec, faults))
	}
	columns[0], columns[1], columns[2] = r.lineage(faults)
	out := array.NewRecord(r.schema, columns, int64(n))
	for _, c := range columns {
		c.Release()
	}
	return out, nil
}

// lineage makes the columns that stand before a source's own.
func (r *rows) lineage(faults []string) (row, part, fault arrow.Array) {
	ordinals, absent, why := array.NewInt64Builder(r.mem), array.NewStringBuilder(r.mem), array.NewStringBuilder(r.mem)
	defer ordinals.Release()
	defer absent.Release()
	defer why.Release()
	for _, f := range faults {
		r.row++
		ordinals.Append(r.row)
		absent.AppendNull()
		if f == "" {
			why.AppendNull()
		} else {
			why.Append(f)
		}
	}
	return ordinals.NewArray(), absent.NewArray(), why.NewArray()
}

// Close ends the reading. It may be called more than once.
func (r *rows) Close() error {
	err := r.result.Close()
	if r.client != nil {
		_ = r.client.Close() // which was only read from
		r.client = nil
	}
	return err
}
