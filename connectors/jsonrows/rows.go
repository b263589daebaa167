package jsonrows

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/textrows"
)

// Record is one JSON value of a delivery. Its bytes are valid until the next.
type Record struct {
	JSON   []byte // valid JSON, nil where there is none to be had
	Number int64  // where it stands: a line, an ordinal; from 1
	Fault  string // why it can't be used as a whole, "" for a good one
}

// Reader yields the records of a delivery, then io.EOF.
type Reader interface{ Next() (Record, error) }

// Discover reads all records of a delivery for their columns, unless the shape
// names them.
func Discover(ctx context.Context, delivery string, records Reader, shape Shape) (*Columns, error) {
	set := NewColumns(shape.Columns)
	finder := NewFinder(set, shape)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rec, err := records.Next()
		if errors.Is(err, io.EOF) {
			return set, nil
		}
		if err != nil {
			return nil, err
		}
		if rec.JSON != nil {
			finder.Add(rec.JSON)
		}
		if err := set.Check(delivery); err != nil {
			return nil, err
		}
	}
}

// Finder adds the columns of records to a set of columns.
type Finder struct{ flat *flattener }

// NewFinder returns the finder of a set of columns.
func NewFinder(set *Columns, shape Shape) *Finder { return &Finder{newFlattener(set, shape)} }

// Add adds the columns of a record, which is valid JSON.
func (f *Finder) Add(record []byte) {
	if !utf8.Valid(record) {
		record = bytes.ToValidUTF8(record, []byte("\uFFFD"))
	}
	f.flat.start(record)
	for f.flat.row() {
	}
}

// Rows streams the records of one delivery as rows of its columns. Where a shape
// explodes an array, a record gives several and rows are numbered as they come;
// else each has the number of its record.
type Rows struct {
	name    string
	file    io.Closer
	failure func(error) error
	records Reader
	flat    *flattener
	batch   *textrows.Builder
	at      Record // the record at hand
	ordinal bool
	row     int64
	err     error // what ended the rows
}

// NewRows returns the rows of records that are read from file, which is closed
// with them. failure says what an error of reading means; mem may be nil for Go's
// own.
func NewRows(delivery string, file io.Closer, records Reader, set *Columns, shape Shape, mem memory.Allocator, failure func(error) error) *Rows {
	flat := newFlattener(set, shape)
	flat.fill()
	return &Rows{name: delivery, file: file, records: records, ordinal: shape.Explode != "", failure: failure,
		flat: flat, batch: textrows.NewBuilder(mem, set.names())}
}

// Schema is that of every batch.
func (r *Rows) Schema() *arrow.Schema { return r.batch.Schema() }

// Next returns the next batch, or io.EOF.
func (r *Rows) Next(ctx context.Context) (arrow.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for r.err == nil && !r.batch.Full() {
		if r.err = r.advance(); r.err == nil {
			r.add()
		}
	}
	if r.batch.Len() > 0 && (r.err == nil || errors.Is(r.err, io.EOF)) {
		return r.batch.Flush(), nil
	}
	if errors.Is(r.err, io.EOF) {
		return nil, io.EOF
	}
	return nil, r.failure(r.err)
}

// advance goes to the next row, of the record at hand or of the next one.
func (r *Rows) advance() error {
	if r.at.JSON != nil && r.flat.row() {
		return nil
	}
	rec, err := r.records.Next()
	if err != nil {
		return err
	}
	if rec.JSON != nil {
		if !utf8.Valid(rec.JSON) {
			rec.JSON, rec.Fault = bytes.ToValidUTF8(rec.JSON, []byte("\uFFFD")), "undecodable: the record is not UTF-8"
		}
		r.flat.start(rec.JSON)
		r.flat.row()
	}
	r.at = rec
	return nil
}

func (r *Rows) add() {
	r.row++
	if !r.ordinal {
		r.row = r.at.Number
	}
	r.batch.Begin(r.row, "")
	if r.at.Fault != "" {
		r.batch.Fault(r.at.Fault)
	}
	if r.at.JSON == nil {
		return
	}
	if r.flat.fault != "" {
		r.batch.Fault(r.flat.fault)
	}
	for _, n := range r.flat.filled {
		r.batch.Set(n, r.flat.cells[n])
	}
}

// Close closes the file. It may be called more than once.
func (r *Rows) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	r.batch.Release()
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "%s: read after it was closed", r.name)
	return err
}
