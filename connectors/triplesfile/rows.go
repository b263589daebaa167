package triplesfile

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"clientele/connectors"
	"clientele/connectors/csvfile"
	"clientele/connectors/localfiles"
	"clientele/connectors/textrows"
)

// lines yields the answers of one respondent after the other, as they stand in the
// file, then io.EOF.
type lines interface {
	// next reads the next line. field is valid until the one after.
	next(ctx context.Context) (number int64, fault string, err error)
	// field returns what stands at a position, "" for nothing.
	field(start, finish int) string
	Close() error
}

// rows streams the answers of a survey.
type rows struct {
	name    string
	lines   lines
	columns []column
	batch   *textrows.Builder
	err     error // what ended the rows
	closed  bool
}

func (s *Source) open(ctx context.Context, survey *survey, data connectors.Delivery) (*rows, error) {
	name := s.options.Encoding
	if name == "" {
		name = survey.encoding
	}
	r := &rows{name: data.Name, columns: columnsOf(survey, s.options)}
	var err error
	if survey.Record.Format == "csv" {
		r.lines, err = s.openDelimited(ctx, survey, data, name)
	} else {
		r.lines, err = s.openFixed(ctx, survey, data, name)
	}
	if err != nil {
		return nil, err
	}
	titles := make([]string, len(r.columns))
	for i, c := range r.columns {
		titles[i] = c.title
	}
	r.batch = textrows.NewBuilder(s.Memory, textrows.Columns(titles))
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
		number, fault, err := r.lines.next(ctx)
		if err != nil {
			r.err = err
			break
		}
		r.batch.Begin(number, "")
		if fault != "" {
			r.batch.Fault(fault)
		}
		if r.err = r.add(number); r.err != nil {
			break
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

// add sets the columns of a row. Variables may share what stands in a line, so that
// a description can make much of little.
func (r *rows) add(number int64) error {
	size := 0
	for i := range r.columns {
		c := &r.columns[i]
		text := c.text(r.lines.field(c.Position.Start, c.Position.Finish))
		if size += len(text); size > maxRow {
			return connectors.Errorf(connectors.KindData, "malformed", "check that description and answers belong together", "%s: line %d gives more than %d MiB", r.name, number, maxRow>>20)
		}
		r.batch.Set(i, []byte(text))
	}
	return nil
}

// Close closes the file. It may be called more than once.
func (r *rows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	r.batch.Release()
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "%s: read after it was closed", r.name)
	return r.lines.Close()
}

// fixed are lines in which every variable has columns of its own.
type fixed struct {
	file    io.Closer
	scanner *bufio.Scanner
	decoder *encoding.Decoder // nil for UTF-8
	name    string            // of the encoding
	number  int64
	line    string
	runes   []rune // of line, where a character may be several bytes
}

func (s *Source) openFixed(ctx context.Context, survey *survey, data connectors.Delivery, charset string) (*fixed, error) {
	file, err := s.files.OpenText(ctx, data)
	if err != nil {
		return nil, err
	}
	f := &fixed{file: file, scanner: bufio.NewScanner(file), name: charset}
	f.scanner.Buffer(make([]byte, 0, 1<<16), 4*maxWidth)
	if f.decoder, err = decoderOf(charset); err != nil {
		_ = file.Close()
		return nil, connectors.Errorf(connectors.KindData, "unknown_encoding", "name the one that it is in by the option encoding", "%s: %w", data.Name, err)
	}
	for range survey.Record.Skip {
		f.number++
		if !f.scanner.Scan() {
			break
		}
	}
	return f, nil
}

// decoderOf returns the decoder of an encoding, nil for UTF-8.
func decoderOf(charset string) (*encoding.Decoder, error) {
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, fmt.Errorf("no encoding is called %q", charset)
	}
	if name, err := htmlindex.Name(e); err == nil && name == "utf-8" {
		return nil, nil
	}
	return e.NewDecoder(), nil
}

func (f *fixed) next(context.Context) (number int64, fault string, err error) {
	for {
		if !f.scanner.Scan() {
			switch err := f.scanner.Err(); {
			case errors.Is(err, bufio.ErrTooLong):
				return 0, "", connectors.Errorf(connectors.KindData, "malformed", "check that it is the file of the answers", "line %d has more than %d characters", f.number+1, maxWidth)
			case err != nil:
				return 0, "", err
			}
			return 0, "", io.EOF
		}
		f.number++
		line := f.scanner.Bytes()
		if f.number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		if len(bytes.Trim(line, " \x1a")) == 0 { // DOS ended files with a control character
			continue
		}
		return f.number, f.set(line), nil
	}
}

// set decodes a line and returns its fault.
func (f *fixed) set(line []byte) (fault string) {
	f.runes = f.runes[:0]
	if f.decoder != nil {
		decoded, err := f.decoder.Bytes(line)
		if err != nil {
			fault = "undecodable: the line is not " + f.name
		}
		line = decoded
	} else if !utf8.Valid(line) {
		fault = "undecodable: the line is not UTF-8"
	}
	f.line = strings.ToValidUTF8(string(line), "\uFFFD")
	if utf8.RuneCountInString(f.line) != len(f.line) {
		f.runes = append(f.runes, []rune(f.line)...)
	}
	return fault
}

func (f *fixed) field(start, finish int) string {
	if len(f.runes) == 0 {
		return f.line[min(start-1, len(f.line)):min(finish, len(f.line))]
	}
	return string(f.runes[min(start-1, len(f.runes)):min(finish, len(f.runes))])
}

// Close closes the file.
func (f *fixed) Close() error { return f.file.Close() }

// delimited are lines in which every variable has a field of its own.
type delimited struct {
	rows  connectors.Rows
	batch arrow.Record // nil before the first and behind the last
	at    int
}

func (s *Source) openDelimited(ctx context.Context, survey *survey, data connectors.Delivery, charset string) (*delimited, error) {
	var o csvfile.Options
	o.Spec()
	o.Header, o.SkipRows, o.Store = 0, survey.Record.Skip, s.options.Store
	switch charset = strings.ToLower(charset); charset {
	case "utf-8", "utf8", "us-ascii":
	case "windows-1252", "iso-8859-1", "iso-8859-15":
		o.Encoding = charset
	default:
		return nil, connectors.Errorf(connectors.KindData, "unknown_encoding", "name utf-8, windows-1252, iso-8859-1 or iso-8859-15 by the option encoding", "%s: delimited answers can't be read in %s", data.Name, charset)
	}
	source, err := csvfile.New(s.project, s.paths, o)
	if err != nil {
		return nil, err
	}
	source.Memory = s.Memory
	rows, err := source.Open(ctx, data)
	if connectors.CodeOf(err) == "empty_file" { // nobody answered yet
		return &delimited{}, nil
	}
	if err != nil {
		return nil, err
	}
	return &delimited{rows: rows}, nil
}

func (d *delimited) next(ctx context.Context) (number int64, fault string, err error) {
	if d.rows == nil {
		return 0, "", io.EOF
	}
	for d.at++; d.batch == nil || d.at >= int(d.batch.NumRows()); d.at = 0 {
		if d.batch != nil {
			d.batch.Release()
			d.batch = nil
		}
		if d.batch, err = d.rows.Next(ctx); err != nil {
			return 0, "", err
		}
	}
	if faults := d.batch.Column(2).(*array.String); faults.IsValid(d.at) {
		fault = faults.Value(d.at)
	}
	return d.batch.Column(0).(*array.Int64).Value(d.at), fault, nil
}

func (d *delimited) field(start, _ int) string {
	at := len(connectors.LineageFields()) + start - 1
	if at >= int(d.batch.NumCols()) {
		return ""
	}
	if values := d.batch.Column(at).(*array.String); values.IsValid(d.at) {
		return values.Value(d.at)
	}
	return ""
}

// Close closes the file.
func (d *delimited) Close() error {
	if d.batch != nil {
		d.batch.Release()
		d.batch = nil
	}
	if d.rows == nil {
		return nil
	}
	return d.rows.Close()
}
