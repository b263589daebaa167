package bigquerywarehouse

import (
	"cmp"
	"context"
	"errors"

	"cloud.google.com/go/bigquery"
	storage "cloud.google.com/go/bigquery/storage/apiv1"
	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"github.com/apache/arrow/go/v15/arrow"
	"google.golang.org/api/iterator"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"

	"clientele/connectors"
)

// batchRows is how many rows a record has at most.
const batchRows = 16_384

// read streams the rows of a query that is run in a dataset. The columns of the
// batches have the Arrow types of schemas.Type, whatever BigQuery computes with:
//
//   - NUMERIC, which always has nine decimals, arrives as Decimal, rounded half
//     away from zero to its four, with an error for a value beyond its 18 digits;
//   - a DATETIME is taken as UTC;
//   - any other type arrives as text.
func (w *Warehouse) read(ctx context.Context, sql, dataset string, each func(arrow.Record) error) error {
	q := w.query(ctx, "read", sql, dataset)
	if w.opts.KMSKey != "" { // the result is kept for a day, where no dataset's key is on it
		q.DestinationEncryptionConfig = &bigquery.EncryptionConfig{KMSKeyName: w.opts.KMSKey}
	}
	return w.result(ctx, q, each)
}

// readBase streams the rows of a query of the base. Its result lies in the
// staging dataset meanwhile: of any size, and gone when it is read.
func (w *Warehouse) readBase(ctx context.Context, sql string, each func(arrow.Record) error) (err error) {
	q := w.query(ctx, "read", sql, w.staging())
	q.Dst = w.client.Dataset(w.staging()).Table(q.JobID)
	defer func() {
		err = errors.Join(err, w.drop(context.WithoutCancel(ctx), w.staging(), q.Dst.TableID))
	}()
	return w.result(ctx, q, each)
}

// result runs a query and streams its rows.
func (w *Warehouse) result(ctx context.Context, q *bigquery.Query, each func(arrow.Record) error) error {
	job, err := w.start(ctx, q)
	if err != nil {
		return err
	}
	if _, err := w.wait(ctx, job); err != nil {
		return err
	}
	table, err := resultTable(job)
	if err == nil && table == nil { // an emulator may name it only now that the job is done
		if job, err = w.job(ctx, job.ID()); err == nil {
			table, err = resultTable(job)
		}
	}
	if err != nil {
		return err
	}
	if table == nil {
		return errNotQuery()
	}
	err = w.readTable(ctx, table, each)
	if errors.Is(err, errNoArrow) {
		return w.readPages(ctx, job, each)
	}
	return err
}

// readPages reads a result page by page over REST.
func (w *Warehouse) readPages(ctx context.Context, job *bigquery.Job, each func(arrow.Record) error) error {
	ctx, cancel := context.WithTimeout(ctx, w.opts.JobTime)
	defer cancel()
	rows, err := job.Read(ctx)
	if err != nil {
		return failure(err)
	}
	rows.PageInfo().MaxSize = batchRows
	page := newPage(rows.Schema)
	defer page.release()
	for {
		var row []bigquery.Value
		err := rows.Next(&row)
		if errors.Is(err, iterator.Done) {
			return page.flush(each)
		}
		if err != nil {
			return failure(err)
		}
		if err := page.add(row); err != nil {
			return err
		}
		if page.rows == batchRows {
			if err := page.flush(each); err != nil {
				return err
			}
		}
	}
}

// errNoArrow says that a table can't be read by the Storage Read interface: of
// an emulator that has none, or does not know the results of queries there.
var errNoArrow = errors.New("no Storage Read interface")

// readTable reads a table by the Storage Read interface. One stream keeps the
// rows in the order of the query whose result it is.
func (w *Warehouse) readTable(ctx context.Context, table *bigquery.Table, each func(arrow.Record) error) error {
	client, err := w.arrowClient(ctx)
	if err != nil || client == nil {
		return cmp.Or(err, errNoArrow)
	}
	ctx, cancel := context.WithTimeout(ctx, w.opts.JobTime)
	defer cancel() // also ends the stream when each has had enough
	session, err := client.CreateReadSession(ctx, &storagepb.CreateReadSessionRequest{
		Parent: "projects/" + w.opts.Project,
		ReadSession: &storagepb.ReadSession{
			Table:      "projects/" + table.ProjectID + "/datasets/" + table.DatasetID + "/tables/" + table.TableID,
			DataFormat: storagepb.DataFormat_ARROW,
		},
		MaxStreamCount: 1,
	})
	if code := grpcstatus.Code(err); w.opts.Endpoint != "" && (code == codes.NotFound || code == codes.Unimplemented) {
		return errNoArrow
	}
	if err != nil {
		return failure(err)
	}
	batches, err := newBatches(session.GetArrowSchema().GetSerializedSchema())
	if err != nil {
		return err
	}
	for _, stream := range session.GetStreams() {
		if err := w.readStream(ctx, client, stream.GetName(), batches, each); err != nil {
			return err
		}
	}
	return nil
}

// resultTable is the table that BigQuery keeps a query's result in; nil where the
// job names none.
func resultTable(job *bigquery.Job) (*bigquery.Table, error) {
	config, err := job.Config()
	if err != nil {
		return nil, failure(err)
	}
	if q, ok := config.(*bigquery.QueryConfig); ok && q.Dst != nil {
		return q.Dst, nil
	}
	return nil, nil
}

func errNotQuery() error {
	return connectors.Errorf(connectors.KindConfig, "not_a_query", "write one SELECT", "this is not one statement that reads")
}

// readStream reads a stream to its end. A stream that breaks is taken up where
// it broke.
func (w *Warehouse) readStream(ctx context.Context, client *storage.BigQueryReadClient, name string, b *batches, each func(arrow.Record) error) error {
	var offset int64
	for attempt := 0; ; attempt++ {
		broke, err := w.readFrom(ctx, client, name, &offset, b, each)
		if err == nil || !broke || attempt == attempts || ctx.Err() != nil {
			return err
		}
	}
}

// readFrom reads a stream from an offset on, which it moves. broke says that the
// stream, not who reads it, has failed.
func (w *Warehouse) readFrom(ctx context.Context, client *storage.BigQueryReadClient, name string, offset *int64, b *batches, each func(arrow.Record) error) (broke bool, err error) {
	stream, err := client.ReadRows(ctx, &storagepb.ReadRowsRequest{ReadStream: name, Offset: *offset})
	if err != nil {
		return true, failure(err)
	}
	for {
		response, err := stream.Recv()
		if ended(err) {
			return false, nil
		}
		if err != nil {
			return true, failure(err)
		}
		*offset += response.GetRowCount()
		if err := b.decode(response.GetArrowRecordBatch().GetSerializedRecordBatch(), response.GetRowCount(), each); err != nil {
			return false, err
		}
	}
}
