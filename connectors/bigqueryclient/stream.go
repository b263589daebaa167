package bigqueryclient

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"cloud.google.com/go/bigquery"
	storage "cloud.google.com/go/bigquery/storage/apiv1"
	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

// errNoArrow says that a table can't be read by the Storage Read interface: of
// an emulator that has none, or does not know the results of queries there.
var errNoArrow = errors.New("no Storage Read interface")

// Table opens a table by the Storage Read interface. One stream keeps the rows in
// the order of the query whose result it is.
func (c *Client) Table(ctx context.Context, table *bigquery.Table) (_ *Rows, err error) {
	client, err := c.arrowClient(ctx)
	if err != nil || client == nil {
		return nil, cmp.Or(err, errNoArrow)
	}
	r := c.rows(ctx)
	defer func() {
		if err != nil {
			r.stop()
		}
	}()
	defer context.AfterFunc(ctx, r.stop)()
	session, err := client.CreateReadSession(r.life, &storagepb.CreateReadSessionRequest{
		Parent: "projects/" + c.opts.Project,
		ReadSession: &storagepb.ReadSession{
			Table:      "projects/" + table.ProjectID + "/datasets/" + table.DatasetID + "/tables/" + table.TableID,
			DataFormat: storagepb.DataFormat_ARROW,
		},
		MaxStreamCount: 1,
	})
	if code := grpcstatus.Code(err); c.opts.Endpoint != "" && (code == codes.NotFound || code == codes.Unimplemented) {
		return nil, errNoArrow
	}
	if err != nil {
		return nil, Failure(err)
	}
	s := &stream{client: client}
	for _, one := range session.GetStreams() {
		s.names = append(s.names, one.GetName())
	}
	if r.schema, err = s.schema(session.GetArrowSchema().GetSerializedSchema()); err != nil {
		return nil, err
	}
	r.next = s.next
	return r, nil
}

// stream reads what the Storage Read interface sends. One that breaks is taken up
// where it broke.
type stream struct {
	client *storage.BigQueryReadClient
	head   []byte   // the schema as it was sent; each batch is decoded behind it
	names  []string // streams that are not read to their end
	offset int64    // in the first of them
	tried  int      // how often it broke
	open   storagepb.BigQueryRead_ReadRowsClient
}

var endOfStream = []byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}

// schema reads the schema as it was sent.
func (s *stream) schema(serialized []byte) (*arrow.Schema, error) {
	r, err := ipc.NewReader(bytes.NewReader(serialized))
	if err != nil {
		return nil, fmt.Errorf("bigquery: read the schema of a result: %w", err)
	}
	defer r.Release()
	// A mark of the end behind the schema, which one emulator sends, would hide
	// the batch that is put there.
	s.head = bytes.TrimSuffix(serialized, endOfStream)
	return r.Schema(), nil
}

// next returns the next batch, or io.EOF.
func (s *stream) next(ctx context.Context) (arrow.Record, error) {
	for len(s.names) > 0 {
		response, err := s.receive(ctx)
		switch {
		case errors.Is(err, io.EOF):
			s.names, s.offset, s.tried, s.open = s.names[1:], 0, 0, nil
		case err != nil:
			if s.open = nil; ctx.Err() != nil || s.tried == attempts {
				return nil, Failure(err)
			}
			s.tried++
		case response.GetRowCount() > 0:
			s.offset += response.GetRowCount()
			return s.decode(response.GetArrowRecordBatch().GetSerializedRecordBatch(), response.GetRowCount())
		}
	}
	return nil, io.EOF
}

func (s *stream) receive(ctx context.Context) (_ *storagepb.ReadRowsResponse, err error) {
	if s.open == nil {
		if s.open, err = s.client.ReadRows(ctx, &storagepb.ReadRowsRequest{ReadStream: s.names[0], Offset: s.offset}); err != nil {
			return nil, err
		}
	}
	return s.open.Recv()
}

// decode reads one batch, which has so many rows.
func (s *stream) decode(data []byte, rows int64) (arrow.Record, error) {
	r, err := ipc.NewReader(bytes.NewReader(slices.Concat(s.head, data)))
	if err != nil {
		return nil, fmt.Errorf("bigquery: read a result: %w", err)
	}
	defer r.Release()
	if !r.Next() {
		return nil, fmt.Errorf("bigquery: read a result: %w", cmp.Or(r.Err(), io.ErrUnexpectedEOF))
	}
	rec := r.Record()
	if rec.NumRows() != rows {
		return nil, fmt.Errorf("bigquery: read a result: a batch has %d rows instead of %d", rec.NumRows(), rows)
	}
	rec.Retain()
	return rec, nil
}
