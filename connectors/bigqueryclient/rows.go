package bigqueryclient

import (
	"context"
	"errors"
	"io"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
)

// Rows streams a table or a result as record batches whose columns have the types
// that BigQuery's Storage Read interface has for them:
//
//   - INT64, FLOAT64, BOOL, STRING, BYTES, DATE, TIME as their like in Arrow;
//   - TIMESTAMP in microseconds, UTC, and DATETIME in microseconds without a zone;
//   - NUMERIC as a decimal of 128 bits, with nine decimals where its type says
//     nothing else, BIGNUMERIC as one of 256 with 38;
//   - STRUCT as a struct and ARRAY as a list;
//   - GEOGRAPHY, JSON and INTERVAL as text.
type Rows struct {
	schema *arrow.Schema
	life   context.Context
	stop   context.CancelFunc
	next   func(ctx context.Context) (arrow.Record, error)
	err    error          // what ended the rows
	rest   []arrow.Record // of the batch at hand
}

// batchRows is how many rows a batch has at most.
const batchRows = 8192

// rows returns Rows that live no longer than a job may take.
func (c *Client) rows(ctx context.Context) *Rows {
	r := &Rows{}
	r.life, r.stop = context.WithTimeout(context.WithoutCancel(ctx), c.JobTime)
	return r
}

// Result runs a query and opens its result, in the order that the query says.
func (c *Client) Result(ctx context.Context, q *bigquery.Query) (*Rows, error) {
	job, err := c.Start(ctx, q)
	if err != nil {
		return nil, err
	}
	if _, err := c.Wait(ctx, job); err != nil {
		return nil, err
	}
	table, err := resultTable(job)
	if err == nil && table == nil { // an emulator may name it only now that the job is done
		if job, err = c.job(ctx, job.ID()); err == nil {
			table, err = resultTable(job)
		}
	}
	if err != nil {
		return nil, err
	}
	if table == nil {
		return nil, NotQuery()
	}
	rows, err := c.Table(ctx, table)
	if errors.Is(err, errNoArrow) {
		return c.pages(ctx, job)
	}
	return rows, err
}

// resultTable is the table that BigQuery keeps a query's result in; nil where the
// job names none.
func resultTable(job *bigquery.Job) (*bigquery.Table, error) {
	config, err := job.Config()
	if err != nil {
		return nil, Failure(err)
	}
	if q, ok := config.(*bigquery.QueryConfig); ok && q.Dst != nil {
		return q.Dst, nil
	}
	return nil, nil
}

// NotQuery is the error of SQL that is not one statement that reads.
func NotQuery() error {
	return connectors.Errorf(connectors.KindConfig, "not_a_query", "write one SELECT", "this is not one statement that reads")
}

// Schema is that of every batch.
func (r *Rows) Schema() *arrow.Schema { return r.schema }

// Next returns the next batch, which the caller releases, or io.EOF.
func (r *Rows) Next(ctx context.Context) (arrow.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, r.stop)()
	for len(r.rest) == 0 && r.err == nil {
		rec, err := r.next(r.life)
		if err != nil {
			r.err = err
			break
		}
		for from := int64(0); from < rec.NumRows(); from += batchRows {
			r.rest = append(r.rest, rec.NewSlice(from, min(from+batchRows, rec.NumRows())))
		}
		rec.Release()
	}
	if len(r.rest) == 0 {
		if err := ctx.Err(); err != nil && !errors.Is(r.err, io.EOF) {
			return nil, err
		}
		return nil, r.err
	}
	rec := r.rest[0]
	r.rest = r.rest[1:]
	return rec, nil
}

// Close ends the reading. It may be called more than once.
func (r *Rows) Close() error {
	r.stop()
	for _, rec := range r.rest {
		rec.Release()
	}
	r.rest = nil
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "bigquery: read after it was closed")
	return nil
}
