package xlsxfile

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/textrows"
)

// rows streams the chosen sheets of a workbook, one after the other.
type rows struct {
	file    io.Closer
	book    *workbook
	sheets  []sheetPart
	headers []*header
	places  [][]int // by sheet and column: the column of the batch
	several bool
	next    int    // the sheet to open next
	sheet   *sheet // the sheet at hand, the one before next
	batch   *textrows.Builder
	err     error // what ended the rows
}

func newRows(file io.Closer, book *workbook, o Options, mem memory.Allocator) (*rows, error) {
	chosen, several, err := book.choose(o.Sheet)
	if err != nil {
		return nil, err
	}
	r := &rows{file: file, book: book, several: several}
	for _, s := range chosen {
		h, err := book.readHeader(s, o)
		if err != nil {
			return nil, err
		}
		if h == nil {
			continue
		}
		h.given(o.Columns)
		r.sheets = append(r.sheets, s)
		r.headers = append(r.headers, h)
	}
	if len(r.sheets) == 0 {
		return nil, connectors.Errorf(connectors.KindData, "empty_file", "ask for the file again; a sheet without rows still has a header",
			"%s has no rows and no header", book.name)
	}
	var names []string
	names, r.places = union(r.headers)
	r.batch = textrows.NewBuilder(mem, names)
	return r, nil
}

// Schema is that of every batch.
func (r *rows) Schema() *arrow.Schema { return r.batch.Schema() }

// Next returns the next batch, or io.EOF.
func (r *rows) Next(ctx context.Context) (arrow.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for r.err == nil && !r.batch.Full() {
		if r.err = r.advance(); r.err == nil && r.sheet.row > r.headers[r.next-1].last {
			r.add()
		}
	}
	if r.batch.Len() > 0 && (r.err == nil || errors.Is(r.err, io.EOF)) {
		return r.batch.Flush(), nil
	}
	return nil, r.err
}

// advance goes to the next row, of the sheet at hand or of the next one.
func (r *rows) advance() error {
	for {
		if r.sheet != nil {
			err := r.sheet.next()
			if !errors.Is(err, io.EOF) {
				return err
			}
			_ = r.sheet.close()
			r.sheet = nil
		}
		if r.next == len(r.sheets) {
			return io.EOF
		}
		s, err := r.book.openSheet(r.sheets[r.next])
		if err != nil {
			return err
		}
		r.sheet = s
		r.next++
	}
}

func (r *rows) add() {
	part := ""
	if r.several {
		part = r.sheets[r.next-1].name
	}
	places := r.places[r.next-1]
	r.batch.Begin(r.sheet.row, part)
	for _, c := range r.sheet.cells {
		if c.column >= len(places) {
			last := r.sheet.cells[len(r.sheet.cells)-1].column
			r.batch.Fault(ragged(last, len(places)))
			return
		}
		r.batch.Set(places[c.column], c.text)
	}
}

// Close closes the file. It may be called more than once.
func (r *rows) Close() error {
	if r.file == nil {
		return nil
	}
	if r.sheet != nil {
		_ = r.sheet.close()
	}
	err := r.file.Close()
	r.file = nil
	r.batch.Release()
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "%s: read after it was closed", r.book.name)
	return err
}
