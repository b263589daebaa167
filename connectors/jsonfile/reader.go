package jsonfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"clientele/connectors"
	"clientele/connectors/jsonrows"
)

// maxRecord is the longest record in bytes. What is read ahead comes on top.
const maxRecord = 16 << 20

// newReader finds out how the file is written and returns its reader. A record has
// the number of its line in an NDJSON file, its ordinal in a document.
func newReader(file io.Reader, name string, o Options) (jsonrows.Reader, error) {
	b := bufio.NewReaderSize(file, 256<<10)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\xEF\xBB\xBF" {
		_, _ = b.Discard(3) // it is there: Peek saw it
	}
	head, err := b.Peek(b.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	blank := len(head) - len(bytes.TrimLeft(head, " \t\r\n"))
	empty := blank == len(head) && errors.Is(err, io.EOF)
	if empty && !(o.Format == formatNDJSON && len(o.Columns) > 0) { // a file of no lines has no records, where its columns are known
		return nil, connectors.Errorf(connectors.KindData, "empty_file", "ask for the file again; a file without records still has its brackets", "%s is empty", name)
	}
	if o.Format == formatNDJSON || o.Format == formatAuto && o.Records == "" && isLines(head[blank:]) {
		return &lines{r: b}, nil
	}
	return newDocument(b, name, o.Records, head[blank:]), nil
}

// isLines reports whether the first line is a whole object.
func isLines(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	return len(line) > 0 && line[0] == '{' && json.Valid(line)
}

// lines reads NDJSON. A line that is no JSON is a row with a fault.
type lines struct {
	r      *bufio.Reader
	number int64
	long   []byte // a line longer than the reader's buffer
}

func (l *lines) Next() (jsonrows.Record, error) {
	for {
		line, tooLong, err := l.read()
		if err != nil {
			return jsonrows.Record{}, err
		}
		l.number++
		line = bytes.TrimSpace(line)
		switch {
		case tooLong:
			return jsonrows.Record{Number: l.number, Fault: "malformed: the line is longer than 16 MiB"}, nil
		case len(line) == 0:
		case !json.Valid(line):
			return jsonrows.Record{Number: l.number, Fault: "malformed: the line is not valid JSON"}, nil
		default:
			return jsonrows.Record{JSON: line, Number: l.number}, nil
		}
	}
}

// read returns the next line, or io.EOF when nothing is left.
func (l *lines) read() (line []byte, tooLong bool, err error) {
	line, err = l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		if errors.Is(err, io.EOF) && len(line) > 0 {
			err = nil
		}
		return line, false, err
	}
	l.long = append(l.long[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.r.ReadSlice('\n')
		if len(l.long)+len(line) > maxRecord {
			tooLong = true
			l.long = l.long[:0]
		}
		l.long = append(l.long, line...)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return l.long, tooLong, err
}
