package bigquerywarehouse

import (
	"context"
	"fmt"
	"sync/atomic"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Estimate asks BigQuery what queries of the base would be billed for.
func (w *Warehouse) Estimate(ctx context.Context, queries []string) (int64, error) {
	var total atomic.Int64
	err := each(ctx, queries, func(ctx context.Context, query string) error {
		s, err := w.dryRun(ctx, query, w.staging())
		if err == nil {
			total.Add(s.TotalBytesProcessed)
		}
		return err
	})
	return total.Load(), err
}

// dryRun asks what a statement would do, without running it.
func (w *Warehouse) dryRun(ctx context.Context, sql, dataset string) (*bigquery.QueryStatistics, error) {
	q := w.query(ctx, "dry", sql, dataset)
	q.JobID, q.DryRun = "", true
	job, err := w.start(ctx, q)
	if err != nil {
		return nil, err
	}
	s := job.LastStatus()
	if err := s.Err(); err != nil {
		return nil, failure(err)
	}
	if s.Statistics != nil {
		if details, ok := s.Statistics.Details.(*bigquery.QueryStatistics); ok {
			return details, nil
		}
	}
	return nil, fmt.Errorf("bigquery: a dry run came without statistics")
}

// metadata returns what there is to know of a table.
func (w *Warehouse) metadata(ctx context.Context, dataset, table string) (md *bigquery.TableMetadata, err error) {
	err = w.call(ctx, func(ctx context.Context) (err error) {
		md, err = w.client.Dataset(dataset).Table(table).Metadata(ctx)
		return err
	})
	return md, err
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
