package csvfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

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
	tokens  *tokenizer
	decoder *decoder
	null    []string
	warned  bool // fields may have a warning before them
	batch   *textrows.Builder
	width   int     // fields of a whole row
	first   *record // read for its width, not yet yielded
	err     error   // what ended the rows
}

// open reads as far as the header, or the first row where there is none.
func open(file io.ReadCloser, name string, o Options, mem memory.Allocator) (*rows, error) {
	text, decoder, err := decode(file, o.Encoding)
	if err != nil {
		return nil, err
	}
	tokens, err := newTokenizer(text, o, readAtOnce)
	if err != nil {
		return nil, err
	}
	r := &rows{name: name, file: file, tokens: tokens, decoder: decoder, null: o.Null, warned: o.Variant == variantFlamingo}
	for range o.SkipRows + max(0, o.Header-1) {
		if err := tokens.skipLine(); err != nil {
			return nil, err
		}
	}
	head, err := tokens.next()
	if errors.Is(err, io.EOF) {
		return nil, connectors.Errorf(connectors.KindData, "empty_file", "ask for the file again; a file without rows still has a header",
			"%s has no rows and no header", name)
	}
	if err != nil {
		return nil, err
	}
	decoder.record(&head)
	if err := r.checkHead(head, o); err != nil {
		return nil, err
	}
	columns := o.Columns
	switch {
	case o.Header == 0:
		r.first = &head
		if columns == nil {
			columns = textrows.Columns(make([]string, len(head.fields)))
		}
	case columns == nil:
		columns = textrows.Columns(texts(head.fields))
	}
	r.width = len(columns)
	r.batch = textrows.NewBuilder(mem, textrows.Columns(columns))
	return r, nil
}

// checkHead refuses a header that says that the options are wrong.
func (r *rows) checkHead(head record, o Options) error {
	if likely := likelyDelimiter(head.raw, byte(o.Delimiter)); len(head.fields) == 1 && likely != 0 {
		return connectors.Errorf(connectors.KindConfig, "wrong_delimiter", fmt.Sprintf("set the option delimiter to %q", likely),
			"%s: line %d has no delimiter %q but several %q", r.name, head.line, o.Delimiter, likely)
	}
	if o.Header > 0 && head.fault != "" && o.Columns == nil {
		return connectors.Errorf(connectors.KindData, "broken_header", "correct the options quote and encoding, or name the columns by the option columns",
			"%s: line %d, the header: %s", r.name, head.line, head.fault)
	}
	return nil
}

// likelyDelimiter returns the usual delimiter, other than the given one, that
// a line holds most often, 0 when it holds none twice.
func likelyDelimiter(line []byte, given byte) byte {
	likely, most := byte(0), 1
	for _, c := range []byte(";,\t|") {
		if n := strings.Count(string(line), string(c)); c != given && n > most {
			likely, most = c, n
		}
	}
	return likely
}

func texts(fields [][]byte) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = string(f)
	}
	return list
}

// Schema is that of every batch.
func (r *rows) Schema() *arrow.Schema { return r.batch.Schema() }

// Next returns the next batch, or io.EOF.
func (r *rows) Next(ctx context.Context) (arrow.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for r.err == nil && !r.batch.Full() {
		rec, err := r.read()
		if err != nil {
			r.err = err
			break
		}
		r.add(rec)
	}
	if r.batch.Len() > 0 && (r.err == nil || errors.Is(r.err, io.EOF)) {
		return r.batch.Flush(), nil
	}
	if errors.Is(r.err, io.EOF) {
		return nil, io.EOF
	}
	return nil, localfiles.Failure(r.name, r.err)
}

func (r *rows) read() (record, error) {
	if r.first != nil {
		rec := *r.first
		r.first = nil
		return rec, nil
	}
	rec, err := r.tokens.next()
	if err == nil {
		r.decoder.record(&rec)
	}
	return rec, err
}

func (r *rows) add(rec record) {
	r.batch.Begin(rec.line, "")
	if rec.fault != "" {
		r.batch.Fault(rec.fault)
	}
	if len(rec.fields) != r.width {
		r.batch.Fault(fmt.Sprintf("ragged: %d fields, the header has %d", len(rec.fields), r.width))
		rec.fields = rec.fields[:min(len(rec.fields), r.width)]
	}
	for i, field := range rec.fields {
		if r.warned {
			field = unwarned(field)
		}
		if !r.absent(field) {
			r.batch.Set(i, field)
		}
	}
}

func (r *rows) absent(field []byte) bool {
	for _, null := range r.null {
		if string(field) == null {
			return true
		}
	}
	return false
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
