package jsonfile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/localfiles"
	"clientele/connectors/textrows"
)

// rows streams one file.
type rows struct {
	name    string
	file    io.Closer
	records reader
	flat    *flattener
	batch   *textrows.Builder
	at      record // the record at hand
	// ordinal says that rows are numbered as they come, because one record may
	// give several; else each has the number of its record.
	ordinal bool
	row     int64
	err     error // what ended the rows
}

func newRows(file io.Closer, name string, records reader, set *columns, o Options, mem memory.Allocator) *rows {
	return &rows{name: name, file: file, records: records, ordinal: o.Explode != "",
		flat: newFlattener(set, o), batch: textrows.NewBuilder(mem, set.names())}
}

// Schema is that of every batch.
func (r *rows) Schema() *arrow.Schema { return r.batch.Schema() }

// Next returns the next batch, or io.EOF.
func (r *rows) Next(ctx context.Context) (arrow.Record, error) {
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
	return nil, localfiles.Failure(r.name, r.err)
}

// advance goes to the next row, of the record at hand or of the next one.
func (r *rows) advance() error {
	if r.at.json != nil && r.flat.row() {
		return nil
	}
	rec, err := r.records.next()
	if err != nil {
		return err
	}
	if rec.json != nil {
		if !utf8.Valid(rec.json) {
			rec.json, rec.fault = bytes.ToValidUTF8(rec.json, []byte("\uFFFD")), "undecodable: the record is not UTF-8"
		}
		r.flat.start(rec.json)
		r.flat.row()
	}
	r.at = rec
	return nil
}

func (r *rows) add() {
	r.row++
	if !r.ordinal {
		r.row = r.at.number
	}
	r.batch.Begin(r.row, "")
	if r.at.fault != "" {
		r.batch.Fault(r.at.fault)
	}
	if r.at.json == nil {
		return
	}
	if r.flat.fault != "" {
		r.batch.Fault(r.flat.fault)
	}
	for _, n := range r.flat.filled {
		r.batch.Set(n, r.flat.cells[n])
	}
}

// discover reads all records for their columns.
func (r *rows) discover(ctx context.Context) error {
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := r.advance(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := r.flat.set.check(r.name); err != nil {
			return err
		}
	}
}

// Close closes the file. It may be called more than once.
func (r *rows) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	r.batch.Release()
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "%s: read after it was closed", r.name)
	return err
}
