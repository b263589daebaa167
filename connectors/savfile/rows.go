package savfile

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/textrows"
)

// rows streams the cases of one file.
type rows struct {
	file    io.Closer
	in      *input
	cases   cases
	left    int64 // cases that the file says are still to come, below 0 where it does not say
	columns []*column
	schema  *arrow.Schema
	batch   *array.RecordBuilder
	row     []byte
	number  int64
	count   int // rows in the batch
	size    int // bytes in the batch
	err     error
}

func open(file io.ReadCloser, name string, o Options, mem memory.Allocator) (*rows, error) {
	in, d, err := readDictionary(name, bufio.NewReaderSize(file, 1<<16))
	if err != nil {
		return nil, err
	}
	text, err := d.finish(in, o.Encoding)
	if err != nil {
		return nil, err
	}
	r := &rows{file: file, in: in, left: d.cases, row: make([]byte, 8*len(d.at))}
	if r.cases, err = newCases(in, d); err != nil {
		return nil, err
	}
	var titles []string
	for _, v := range d.variables {
		for _, c := range columnsOf(v, in, d, text, o) {
			r.columns = append(r.columns, c)
			titles = append(titles, c.title(o))
		}
	}
	fields := connectors.LineageFields()
	for i, title := range textrows.Columns(titles) {
		fields = append(fields, arrow.Field{Name: title, Type: r.columns[i].typ, Nullable: true})
	}
	r.schema = arrow.NewSchema(fields, nil)
	if mem == nil {
		mem = memory.DefaultAllocator
	}
	r.batch = array.NewRecordBuilder(mem, r.schema)
	return r, nil
}

// Schema is that of every batch.
func (r *rows) Schema() *arrow.Schema { return r.schema }

// Next returns the next batch, or io.EOF.
func (r *rows) Next(ctx context.Context) (arrow.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for r.err == nil && r.count < textrows.MaxRows && r.size < textrows.MaxBytes {
		if r.err = r.advance(); r.err == nil {
			r.add()
		}
	}
	if r.count > 0 && (r.err == nil || errors.Is(r.err, io.EOF)) {
		r.count, r.size = 0, 0
		return r.batch.NewRecord(), nil
	}
	return nil, r.err
}

// advance reads the next case.
func (r *rows) advance() error {
	if r.left == 0 {
		return io.EOF
	}
	err := r.cases.next(r.row)
	if errors.Is(err, io.EOF) && r.left > 0 {
		return r.in.failure(io.ErrUnexpectedEOF)
	}
	r.left--
	return err
}

func (r *rows) add() {
	r.number++
	r.count++
	r.batch.Field(0).(*array.Int64Builder).Append(r.number)
	r.batch.Field(1).AppendNull()
	why := ""
	for i, c := range r.columns {
		size, fault := c.append(r.batch.Field(len(connectors.LineageFields())+i), r.row)
		r.size += size
		if why == "" {
			why = fault
		}
	}
	appendString(r.batch.Field(2).(*array.StringBuilder), why)
}

// Close closes the file. It may be called more than once.
func (r *rows) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	r.batch.Release()
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "%s: read after it was closed", r.in.name)
	return err
}
