package jsonfile

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"clientele/connectors"
	"clientele/connectors/jsonrows"
)

// document reads the records of a JSON document: the elements of the array at
// path, or of the document itself; or else the objects that the file holds one
// after another.
type document struct {
	name    string
	source  *limited
	decoder *json.Decoder
	path    []string
	objects bool // objects one after another
	entered bool // the decoder stands within the array
	ended   bool // the decoder stands behind the document
	number  int64
	json    json.RawMessage
}

// newDocument returns the reader of a document that begins with head.
func newDocument(r io.Reader, name, path string, head []byte) *document {
	source := &limited{r: r, name: name, left: maxRecord}
	d := &document{name: name, source: source, decoder: json.NewDecoder(source)}
	if path != "" {
		d.path = strings.Split(path, ".")
	}
	d.objects = path == "" && !strings.HasPrefix(string(head), "[")
	return d
}

func (d *document) Next() (jsonrows.Record, error) {
	more, err := d.more()
	if err == nil && more {
		d.source.left = maxRecord
		err = d.decoder.Decode(&d.json)
	}
	switch {
	case err != nil:
		return jsonrows.Record{}, d.failure(err)
	case !more:
		return jsonrows.Record{}, io.EOF
	}
	d.number++
	return jsonrows.Record{JSON: d.json, Number: d.number}, nil
}

// more goes to the next record and reports whether there is one. Behind the
// last it reads the document to its end, so that one that was cut off is found.
func (d *document) more() (bool, error) {
	switch {
	case d.ended:
		return false, nil
	case d.objects:
		return true, nil // Decode finds the end
	}
	if !d.entered {
		if err := d.enter(); err != nil {
			return false, err
		}
		d.entered = true
	}
	if d.decoder.More() {
		return true, nil
	}
	if _, err := d.decoder.Token(); err != nil {
		return false, err
	}
	for range d.path {
		for d.decoder.More() {
			if err := d.skipMember(); err != nil {
				return false, err
			}
		}
		if _, err := d.decoder.Token(); err != nil {
			return false, err
		}
	}
	if _, err := d.decoder.Token(); err == nil {
		return false, errTrailing
	} else if !errors.Is(err, io.EOF) {
		return false, err
	}
	d.ended = true
	return false, nil
}

var errTrailing = errors.New("text follows the document")

// enter goes to the first element of the records' array.
func (d *document) enter() error {
	for n, name := range d.path {
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		if token != json.Delim('{') {
			return d.missing(n, "an object")
		}
		for {
			if !d.decoder.More() {
				if _, err := d.decoder.Token(); err != nil {
					return err
				}
				return d.missing(n+1, "there")
			}
			key, err := d.decoder.Token()
			if err != nil {
				return err
			}
			if key == name {
				break
			}
			if err := d.skip(); err != nil {
				return err
			}
		}
	}
	token, err := d.decoder.Token()
	if err == nil && token != json.Delim('[') {
		return d.missing(len(d.path), "an array")
	}
	return err
}

func (d *document) missing(depth int, what string) error {
	place := "the document"
	if depth > 0 {
		place = strings.Join(d.path[:depth], ".")
	}
	return connectors.Errorf(connectors.KindData, "missing_records", "set the option records to the path of the array of records",
		"%s: %s is not %s", d.name, place, what)
}

func (d *document) skipMember() error {
	if _, err := d.decoder.Token(); err != nil {
		return err
	}
	return d.skip()
}

// skip passes over a value of any size, token by token.
func (d *document) skip() error {
	for depth := 0; ; {
		d.source.left = maxRecord
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// failure tells errors of reading from those of the text read. Messages of
// package json quote the text, so they are left out.
func (d *document) failure(err error) error {
	var coded *connectors.Error
	switch {
	case errors.As(err, &coded):
		return err
	case d.source.err != nil && !errors.Is(d.source.err, io.EOF):
		return d.source.err
	case errors.Is(err, io.EOF) && d.objects:
		return io.EOF
	}
	what := "is not valid JSON"
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		what = "ends in the middle of its JSON"
	} else if errors.Is(err, errTrailing) {
		what = "goes on after the end of its JSON"
	}
	return connectors.Errorf(connectors.KindData, "malformed", "ask for the file again, or set the option format to ndjson if it has one object per line",
		"%s %s, after byte %d", d.name, what, d.decoder.InputOffset())
}

// limited keeps the decoder from gathering a record without bounds: it fails
// when left bytes were read, and is given new ones for each record.
type limited struct {
	r    io.Reader
	name string
	left int64
	err  error // of r, or of the limit
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left <= 0 {
		l.err = connectors.Errorf(connectors.KindData, "record_too_long", "set the option records to the path of the array of records",
			"%s has a record longer than %d MiB", l.name, maxRecord>>20)
		return 0, l.err
	}
	n, err := l.r.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	l.err = err
	return n, err
}
