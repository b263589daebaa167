package csvfile

import (
	"bytes"
	"errors"
	"io"
)

// maxRecord is the longest record in bytes. A quote that is not closed within
// it, or a line that does not end within it, is a fault of that row.
const maxRecord = 1 << 20

// readAtOnce is how many bytes are read at once.
const readAtOnce = 256 << 10

// Faults of a record's form.
const (
	faultUnclosed = "unclosed_quote: a quoted field is not closed; the row was taken to end with its line"
	faultStray    = "stray_quote: text stands after a closing quote"
	faultTooLong  = "too_long: the row is longer than 1 MiB and was cut"
)

// record is one row of the file. Its slices are valid until the next is read.
type record struct {
	line   int64    // on which it begins, from 1
	raw    []byte   // as it stands in the file, without its line end
	fields [][]byte // without quoting
	fault  string
}

// tokenizer splits delimited text into records. Each pass over a record starts
// at the record's beginning: when what was read ends before the record does,
// more is read and the pass is made anew, so that no state outlives a read.
// What is held grows to maxRecord and a window at most.
//
// Quoting is that of RFC 4180, read leniently: a quote inside an unquoted field
// is text, blanks after a closing quote are dropped. Lines end in LF or CRLF;
// where the first line ends in a lone CR, every lone CR ends one.
type tokenizer struct {
	r      io.Reader
	window int    // how many bytes are read at once
	buf    []byte // what was read; the next record begins at start
	start  int
	atEnd  bool  // r has no more
	line   int64 // at start, from 1
	loneCR bool  // a lone CR ends a line
	cut    bool  // the rest of the line at start is to be passed over

	delim   byte
	quote   byte // 0 for none
	comment byte // 0 for none
	stops   [256]bool

	spans   []span
	fields  [][]byte
	scratch []byte
}

// span is where a field's text stands, from the start of its record.
type span struct {
	from, to int
	rest     int  // where text after the closing quote ends, 0 for none
	doubled  bool // it holds doubled quotes
}

func newTokenizer(r io.Reader, o Options, window int) (*tokenizer, error) {
	t := &tokenizer{r: r, window: window, line: 1, delim: byte(o.Delimiter), quote: byte(o.Quote), comment: byte(o.Comment)}
	if err := t.fill(); err != nil {
		return nil, err
	}
	t.loneCR = t.firstLineEndsInCR()
	t.stops[t.delim], t.stops['\n'], t.stops['\r'] = true, true, t.loneCR
	return t, nil
}

// firstLineEndsInCR looks for the first line end outside quotes.
func (t *tokenizer) firstLineEndsInCR() bool {
	quoted := false
	for i, c := range t.buf {
		switch {
		case t.quote != 0 && c == t.quote:
			quoted = !quoted
		case quoted:
		case c == '\n':
			return false
		case c == '\r':
			return i+1 < len(t.buf) && t.buf[i+1] != '\n' || i+1 == len(t.buf) && t.atEnd
		}
	}
	return false
}

// fill reads a window more behind the record that begins at start.
func (t *tokenizer) fill() error {
	if t.start > 0 {
		t.buf = t.buf[:copy(t.buf, t.buf[t.start:])]
		t.start = 0
	}
	want := len(t.buf) + t.window
	if cap(t.buf) < want {
		t.buf = append(make([]byte, 0, 2*want), t.buf...)
	}
	for len(t.buf) < want {
		n, err := t.r.Read(t.buf[len(t.buf):want])
		t.buf = t.buf[:len(t.buf)+n]
		if errors.Is(err, io.EOF) {
			t.atEnd = true
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// next returns the next record, or io.EOF. Empty lines and comments are passed
// over.
func (t *tokenizer) next() (record, error) {
	for {
		if t.cut {
			t.cut = false
			if err := t.skipLine(); err != nil {
				return record{}, err
			}
		}
		b := t.buf[t.start:]
		last := t.atEnd && len(b) <= maxRecord
		b = b[:min(len(b), maxRecord)]
		if len(b) == 0 && t.atEnd {
			return record{}, io.EOF
		}
		if t.comment != 0 && len(b) > 0 && b[0] == t.comment {
			t.cut = true
			continue
		}
		rec := record{line: t.line}
		end, after, how := t.scan(b, last)
		switch {
		case how == whole:
			t.advance(after, b)
		case len(b) < maxRecord && !t.atEnd:
			if err := t.fill(); err != nil {
				return record{}, err
			}
			continue
		default:
			end, rec.fault = t.recover(b, how)
		}
		rec.raw = b[:end]
		if len(rec.raw) == 0 || string(rec.raw) == "\x1a" { // DOS programs end files so
			continue
		}
		t.unquote(b, &rec)
		return rec, nil
	}
}

// recover marks the fields of a record whose end is not found: with an open
// quote it is taken to end with its first line, else it is cut.
func (t *tokenizer) recover(b []byte, how ending) (end int, fault string) {
	if how == unclosed {
		end, after, ok := t.lineEnd(b)
		if !ok && t.atEnd && len(b) < maxRecord {
			end, after, ok = trimCR(b, len(b)), len(b), true
		}
		if ok {
			t.scan(b[:end], true)
			t.advance(after, b)
			return end, faultUnclosed
		}
	}
	t.scan(b, true)
	t.advance(len(b), b)
	t.cut = true
	return len(b), faultTooLong
}

// unquote sets the fields of rec from what scan marked.
func (t *tokenizer) unquote(b []byte, rec *record) {
	t.fields, t.scratch = t.fields[:0], t.scratch[:0]
	for _, f := range t.spans {
		text := b[f.from:f.to]
		if f.doubled || f.rest > 0 {
			begin := len(t.scratch)
			for i := 0; i < len(text); i++ {
				t.scratch = append(t.scratch, text[i])
				if f.doubled && text[i] == t.quote {
					i++
				}
			}
			if f.rest > 0 {
				t.scratch = append(t.scratch, b[f.to+1:f.rest]...)
				if rec.fault == "" {
					rec.fault = faultStray
				}
			}
			text = t.scratch[begin:]
		}
		t.fields = append(t.fields, text)
	}
	rec.fields = t.fields
}

// skipLine passes over one physical line, whatever quotes it holds; at the end
// of the file it does nothing.
func (t *tokenizer) skipLine() error {
	for {
		b := t.buf[t.start:]
		if _, after, ok := t.lineEnd(b); ok {
			t.advance(after, b)
			return nil
		}
		t.start = len(t.buf)
		if t.atEnd {
			return nil
		}
		if len(b) > 0 && b[len(b)-1] == '\r' {
			t.start-- // its LF may come with the next window
		}
		if err := t.fill(); err != nil {
			return err
		}
	}
}

// advance moves behind the first n bytes of b, which begins at start.
func (t *tokenizer) advance(n int, b []byte) {
	t.start += n
	if !t.loneCR {
		t.line += int64(bytes.Count(b[:n], []byte{'\n'}))
		return
	}
	for i, c := range b[:n] {
		if c == '\r' || c == '\n' && (i == 0 || b[i-1] != '\r') {
			t.line++
		}
	}
}

// lineEnd finds the first line end of b: where the line's text ends and where
// the next line begins. A CR at the very end of b is none yet, unless the file
// ends there too: it may be the first half of a CRLF.
func (t *tokenizer) lineEnd(b []byte) (end, after int, ok bool) {
	if !t.loneCR {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return 0, 0, false
		}
		return trimCR(b, i), i + 1, true
	}
	i := bytes.IndexAny(b, "\r\n")
	if i < 0 || b[i] == '\r' && i+1 == len(b) && !t.atEnd {
		return 0, 0, false
	}
	return i, t.afterLineEnd(b, i), true
}

// afterLineEnd returns where the line after the line end at i begins.
func (t *tokenizer) afterLineEnd(b []byte, i int) int {
	if b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n' {
		return i + 2
	}
	return i + 1
}

func trimCR(b []byte, end int) int {
	if end > 0 && b[end-1] == '\r' {
		return end - 1
	}
	return end
}

// ending says how a pass over a record ended.
type ending uint8

const (
	whole    ending = iota
	short           // b ends before the record
	unclosed        // b ends within quotes
)

// scan marks the fields of the record at the beginning of b. end is where its
// text ends, after where the next record begins. last says that nothing follows
// b, whose end is then a line end.
func (t *tokenizer) scan(b []byte, last bool) (end, after int, how ending) {
	t.spans = t.spans[:0]
	for i := 0; ; i++ {
		f := span{from: i}
		tail := -1 // where text after a closing quote begins
		if t.quote != 0 && i < len(b) && b[i] == t.quote {
			var closed bool
			if f, tail, closed = t.quoted(b, i); !closed {
				t.spans = append(t.spans, f)
				return len(b), len(b), unclosed
			}
			i = tail
		}
		for i < len(b) && !t.stops[b[i]] {
			i++
		}
		if i < len(b) && b[i] == t.delim {
			t.spans = append(t.spans, f.until(b, tail, i))
			continue
		}
		if !last && (i == len(b) || b[i] == '\r' && i+1 == len(b)) {
			return i, i, short
		}
		end, after = i, i
		if i < len(b) {
			after = t.afterLineEnd(b, i)
		}
		if i == len(b) || b[i] == '\n' {
			end = trimCR(b, i)
		}
		t.spans = append(t.spans, f.until(b, tail, end))
		return end, after, whole
	}
}

// until ends a field at end; tail is where text after its closing quote begins,
// -1 without quotes.
func (f span) until(b []byte, tail, end int) span {
	if tail < 0 {
		f.to = end
	} else if len(bytes.TrimLeft(b[tail:end], " \t")) > 0 {
		f.rest = end
	}
	return f
}

// quoted marks the quoted field that begins at i and returns where it ends,
// behind its closing quote.
func (t *tokenizer) quoted(b []byte, i int) (f span, after int, closed bool) {
	f.from = i + 1
	for i++; ; {
		n := bytes.IndexByte(b[i:], t.quote)
		if n < 0 {
			f.to = len(b)
			return f, len(b), false
		}
		i += n + 1
		if i == len(b) || b[i] != t.quote {
			f.to = i - 1
			return f, i, true
		}
		f.doubled = true
		i++
	}
}
