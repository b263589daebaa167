package bigquerywarehouse

import (
	"context"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Estimate asks BigQuery what queries of the base would be billed for.
func (w *Warehouse) Estimate(ctx context.Context, queries []string) (int64, error) {
	var total atomic.Int64
	err := each(ctx, queries, func(ctx context.Context, query string) error {
		s, err := w.bq.DryRun(ctx, query, w.staging())
		if err == nil {
			total.Add(s.TotalBytesProcessed)
		}
		return err
	})
	return total.Load(), err
}

// count returns the one number that a query yields.
func (w *Warehouse) count(ctx context.Context, sql, dataset string) (n int, err error) {
	err = w.read(ctx, sql, dataset, func(rec arrow.Record) error {
		if c, ok := rec.Column(0).(*array.Int64); ok && c.Len() == 1 {
			n = int(c.Value(0))
		}
		return nil
	})
	return n, err
}
