package savfile

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// withoutName is the encoding of files that don't name theirs: before SPSS 15
// they had none, and most come from Western Europe.
const withoutName = "windows-1252"

// decoder turns texts into UTF-8.
type decoder struct {
	name string
	// text is nil for UTF-8.
	text *encoding.Decoder
}

// newDecoder returns the decoder of an encoding by one of its usual names.
func newDecoder(name string) (*decoder, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		if e, err = ianaindex.IANA.Encoding(name); err != nil || e == nil {
			return nil, fmt.Errorf("no encoding is called %q", name)
		}
	}
	if canonical, err := htmlindex.Name(e); err == nil && canonical == "utf-8" {
		return &decoder{name: canonical}, nil
	}
	return &decoder{name: strings.ToLower(name), text: e.NewDecoder()}, nil
}

// codePage returns the name of the encoding that record 7/3 gives by number, ""
// for one that says nothing.
func codePage(n int) string {
	switch {
	case n == 65001:
		return "utf-8"
	case n == 2 || n == 3: // seven or eight bits, of whatever
		return ""
	case 1250 <= n && n <= 1258:
		return "windows-" + strconv.Itoa(n)
	case 28591 <= n && n <= 28606:
		return "iso-8859-" + strconv.Itoa(n-28590)
	case n == 437 || n == 850 || n == 852 || n == 858 || n == 866:
		return "IBM" + strconv.Itoa(n)
	case n == 932:
		return "shift_jis"
	case n == 936:
		return "gbk"
	case n == 949:
		return "euc-kr"
	case n == 950:
		return "big5"
	}
	return ""
}

// decode returns a text in UTF-8, without the blanks that pad it, and whether all
// of it could be decoded. What can't becomes a replacement character.
func (d *decoder) decode(b []byte) (text []byte, ok bool) {
	b = trim(b)
	if isASCII(b) {
		return b, true
	}
	if d.text == nil {
		if utf8.Valid(b) {
			return b, true
		}
		return bytes.ToValidUTF8(b, []byte("\uFFFD")), false
	}
	text, err := d.text.Bytes(b)
	if err != nil || bytes.Contains(text, []byte("\uFFFD")) {
		return bytes.ToValidUTF8(text, []byte("\uFFFD")), false
	}
	return text, true
}

// string is decode for names and labels, where a bad character is no reason to
// refuse a file.
func (d *decoder) string(b []byte) string {
	text, _ := d.decode(b)
	return string(text)
}

// trim takes the blanks off that pad a text, and zeros, which some writers pad
// with.
func trim(b []byte) []byte { return bytes.TrimRight(b, " \x00") }

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
