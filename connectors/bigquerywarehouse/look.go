package bigquerywarehouse

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/schemas"
)

// Look opens the base for reading. It copies nothing, and a night may be under
// way: the tables that it makes, where a later version defines more than the
// base has, are empty. Before the first commit there is no base, and every query
// has no rows.
func (w *Warehouse) Look(ctx context.Context, tables []schemas.Table) (connectors.Reader, error) {
	h, err := w.loadHead(ctx)
	if err != nil {
		return nil, err
	}
	if h.generation == 0 {
		return nothing{}, nil
	}
	if err := w.ensureTables(ctx, w.slot(h.slot), tables, false); err != nil {
		return nil, err
	}
	return look{w}, nil
}

// look reads the base as the last commit left it.
type look struct{ w *Warehouse }

// Read streams the rows of a query; see Warehouse.read for their types.
func (l look) Read(ctx context.Context, query string, each func(arrow.Record) error) error {
	return l.w.readBase(ctx, query, each)
}

// Close frees nothing: the Warehouse holds what there is.
func (l look) Close() error { return nil }

// nothing is a base before its first commit.
type nothing struct{}

// Read finds no rows.
func (nothing) Read(ctx context.Context, _ string, _ func(arrow.Record) error) error {
	return ctx.Err()
}

// Close does nothing.
func (nothing) Close() error { return nil }
