package csvfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const replacement = "\uFFFD" // stands for what can't be decoded

// decoder turns fields into UTF-8. The encodings of one byte per character
// share their first half with ASCII, so delimiters are found before decoding,
// and only fields beyond ASCII cost anything.
type decoder struct {
	encoding string
	table    *charmap.Charmap // nil for UTF-8
	// converted says that the text comes from UTF-16, where what could not be
	// decoded is a replacement character already.
	converted bool
	text      []byte
}

// decode reads the byte order mark and returns the text behind it, in UTF-8
// where the mark says UTF-16, else as it stands.
func decode(r io.Reader, encoding string) (io.Reader, *decoder, error) {
	mark := make([]byte, 3)
	n, err := io.ReadFull(r, mark)
	if err != nil && !errors.Is(err, io.EOF) && (!errors.Is(err, io.ErrUnexpectedEOF) || n == 0) {
		return nil, nil, err
	}
	mark = mark[:n]
	d := &decoder{encoding: encoding}
	switch {
	case bytes.HasPrefix(mark, []byte("\xEF\xBB\xBF")):
		d.encoding = encodingUTF8
		return r, d, nil
	case bytes.HasPrefix(mark, []byte("\xFF\xFE")), bytes.HasPrefix(mark, []byte("\xFE\xFF")):
		d.encoding, d.converted = "utf-16", true
		utf16 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		return transform.NewReader(io.MultiReader(bytes.NewReader(mark), r), utf16), d, nil
	}
	switch encoding {
	case encoding1252:
		d.table = charmap.Windows1252
	case encodingLatin1:
		d.table = charmap.ISO8859_1
	case encodingLatin9:
		d.table = charmap.ISO8859_15
	}
	return io.MultiReader(bytes.NewReader(mark), r), d, nil
}

// record decodes the fields of a record in place and says what can't be decoded.
func (d *decoder) record(rec *record) {
	valid := utf8.Valid(rec.raw)
	if d.table == nil && valid && !(d.converted && bytes.Contains(rec.raw, []byte(replacement))) {
		return
	}
	d.text = d.text[:0]
	for i, field := range rec.fields {
		text, ok := d.field(field)
		rec.fields[i] = text
		if !ok && rec.fault == "" {
			rec.fault = fmt.Sprintf("undecodable: field %d is not %s%s", i+1, d.encoding, d.hint())
		}
	}
}

func (d *decoder) hint() string {
	if d.encoding == encodingUTF8 {
		return "; the file may be windows-1252"
	}
	return ""
}

// field returns a field in UTF-8, valid until the next record, and whether all
// of it could be decoded.
func (d *decoder) field(b []byte) ([]byte, bool) {
	if isASCII(b) {
		return b, true
	}
	begin, ok := len(d.text), true
	if d.table == nil {
		if ok = utf8.Valid(b) && !(d.converted && bytes.Contains(b, []byte(replacement))); ok {
			return b, true
		}
		for len(b) > 0 {
			r, size := utf8.DecodeRune(b)
			d.text = utf8.AppendRune(d.text, r)
			b = b[size:]
		}
		return d.text[begin:], false
	}
	for _, c := range b {
		r := d.table.DecodeByte(c)
		// Windows-1252 leaves five bytes undefined; the table has control
		// characters there.
		if r == utf8.RuneError || d.table == charmap.Windows1252 && 0x80 <= r && r < 0xa0 {
			r, ok = utf8.RuneError, false
		}
		d.text = utf8.AppendRune(d.text, r)
	}
	return d.text[begin:], ok
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
