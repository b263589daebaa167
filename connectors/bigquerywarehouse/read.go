package bigquerywarehouse

import (
	"context"
	"errors"
	"io"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors/bigqueryclient"
)

// read streams the rows of a query that is run in a dataset. The columns of the
// batches have the Arrow types of schemas.Type, whatever BigQuery computes with:
//
//   - NUMERIC, which always has nine decimals, arrives as Decimal, rounded half
//     away from zero to its four, with an error for a value beyond its 18 digits;
//   - a DATETIME is taken as UTC;
//   - any other type arrives as text.
func (w *Warehouse) read(ctx context.Context, sql, dataset string, each func(arrow.Record) error) error {
	q := w.bq.Query(ctx, "read", sql, dataset)
	if w.opts.KMSKey != "" { // the result is kept for a day, where no dataset's key is on it
		q.DestinationEncryptionConfig = &bigquery.EncryptionConfig{KMSKeyName: w.opts.KMSKey}
	}
	return w.result(ctx, q, each)
}

// readBase streams the rows of a query of the base. Its result lies in the
// staging dataset meanwhile: of any size, and gone when it is read.
func (w *Warehouse) readBase(ctx context.Context, sql string, each func(arrow.Record) error) (err error) {
	q := w.bq.Query(ctx, "read", sql, w.staging())
	q.Dst = w.bq.API.Dataset(w.staging()).Table(q.JobID)
	defer func() {
		err = errors.Join(err, w.drop(context.WithoutCancel(ctx), w.staging(), q.Dst.TableID))
	}()
	return w.result(ctx, q, each)
}

// result runs a query and streams its rows.
func (w *Warehouse) result(ctx context.Context, q *bigquery.Query, each func(arrow.Record) error) error {
	rows, err := w.bq.Result(ctx, q)
	if err != nil {
		return err
	}
	return stream(ctx, rows, each)
}

// stream calls each with the rows of a result, in the types of schemas.
func stream(ctx context.Context, rows *bigqueryclient.Rows, each func(arrow.Record) error) error {
	defer rows.Close()
	as := arrivalOf(rows.Schema())
	for {
		raw, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		rec, err := as.convert(raw)
		raw.Release()
		if err != nil {
			return err
		}
		err = each(rec)
		rec.Release()
		if err != nil {
			return err
		}
	}
}

// run runs one statement, or a script, to its end.
func (w *Warehouse) run(ctx context.Context, sql string) (*bigquery.JobStatus, error) {
	job, err := w.bq.Start(ctx, w.bq.Query(ctx, "statement", sql, w.staging()))
	if err != nil {
		return nil, err
	}
	return w.bq.Wait(ctx, job)
}

// changed returns how many rows a statement changed.
func changed(s *bigquery.JobStatus) int64 {
	if s.Statistics == nil {
		return 0
	}
	if q, ok := s.Statistics.Details.(*bigquery.QueryStatistics); ok {
		return q.NumDMLAffectedRows
	}
	return 0
}
