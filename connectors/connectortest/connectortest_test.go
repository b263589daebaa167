package connectortest

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
)

// counted is a source that holds nothing but numbers of rows.
type counted struct {
	mem        memory.Allocator
	deliveries map[int]int
}

func (c *counted) Format() connectors.Format { return connectors.Format{} }

func (c *counted) Deliveries(ctx context.Context, _ string) ([]connectors.Delivery, error) {
	var list []connectors.Delivery
	for n := range 100 {
		if rows, ok := c.deliveries[n]; ok {
			list = append(list, connectors.Delivery{Name: fmt.Sprint(n), Size: int64(rows)})
		}
	}
	return list, ctx.Err()
}

func (c *counted) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	var n int
	fmt.Sscan(d.Name, &n)
	rows, ok := c.deliveries[n]
	if !ok {
		return nil, connectors.Errorf(connectors.KindEnvironment, "file_vanished", "", "%s is gone", d.Name)
	}
	return &countedRows{mem: c.mem, left: rows}, ctx.Err()
}

type countedRows struct {
	mem       memory.Allocator
	row, left int
	wasClosed bool
}

func (r *countedRows) Schema() *arrow.Schema { return connectors.TextSchema(nil) }
func (r *countedRows) Close() error          { r.wasClosed = true; return nil }

func (r *countedRows) Next(ctx context.Context) (arrow.Record, error) {
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case r.wasClosed:
		return nil, io.ErrClosedPipe
	case r.left == 0:
		return nil, io.EOF
	}
	b := array.NewRecordBuilder(r.mem, r.Schema())
	defer b.Release()
	for range min(r.left, maxRows) {
		r.row++
		r.left--
		b.Field(0).(*array.Int64Builder).Append(int64(r.row))
		b.Field(1).AppendNull()
		b.Field(2).AppendNull()
	}
	return b.NewRecord(), nil
}

// TestRun shows that a source that keeps to the rules passes.
func TestRun(t *testing.T) {
	Run(t, Harness{LargeRows: 1_000_000, New: func(t testing.TB, mem memory.Allocator) Place {
		c := &counted{mem: mem, deliveries: map[int]int{}}
		return Place{Source: c, Put: func(n, rows int) { c.deliveries[n] = rows }, Vanish: func() { clear(c.deliveries) }}
	}})
}
