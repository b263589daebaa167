package xlsxfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
)

// sharedTexts are the texts that cells refer to by number, one behind the other.
type sharedTexts struct {
	bytes []byte
	ends  []int
}

// at returns text n.
func (s *sharedTexts) at(n int) ([]byte, bool) {
	if n < 0 || n >= len(s.ends) {
		return nil, false
	}
	from := 0
	if n > 0 {
		from = s.ends[n-1]
	}
	return s.bytes[from:s.ends[n]], true
}

// readTexts reads the part of shared texts; a workbook may have none.
func (w *workbook) readTexts() (*sharedTexts, error) {
	s := &sharedTexts{}
	part, ok := w.parts["xl/sharedstrings.xml"]
	if !ok {
		return s, nil
	}
	in, err := part.Open()
	if err != nil {
		return nil, w.broken(err)
	}
	defer in.Close()
	d := xml.NewDecoder(in)
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, w.broken(errors.New("its texts are cut off"))
		}
		if err != nil {
			return nil, w.broken(errors.New("its texts can't be read"))
		}
		switch el := token.(type) {
		case xml.StartElement:
			if el.Name.Local == "si" {
				if s.bytes, err = appendRich(s.bytes, d, "si"); err != nil {
					return nil, w.broken(errors.New("its texts can't be read"))
				}
				s.ends = append(s.ends, len(s.bytes))
			}
		case xml.EndElement:
			if el.Name.Local == "sst" {
				return s, nil
			}
		}
	}
}

// appendRich reads a text up to the end of its element: all runs of it, without
// the phonetic ones.
func appendRich(dst []byte, d *xml.Decoder, element string) ([]byte, error) {
	inText, phonetic := false, false
	for {
		token, err := d.RawToken()
		if err != nil {
			return dst, err
		}
		switch el := token.(type) {
		case xml.StartElement:
			switch el.Name.Local {
			case "t":
				inText = !phonetic
			case "rPh":
				phonetic = true
			}
		case xml.EndElement:
			switch el.Name.Local {
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			case element:
				return dst, nil
			}
		case xml.CharData:
			if inText {
				dst = appendUnescaped(dst, el)
			}
		}
	}
}

// appendUnescaped appends a text in which characters that XML can't hold stand
// as _x000D_ (ECMA-376 part 1, 22.9.2.19).
func appendUnescaped(dst, text []byte) []byte {
	for {
		i := bytes.Index(text, []byte("_x"))
		if i < 0 || i+7 > len(text) {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		n, err := strconv.ParseUint(string(text[i+2:i+6]), 16, 16)
		if err != nil || text[i+6] != '_' {
			dst = append(dst, "_x"...)
			text = text[i+2:]
			continue
		}
		dst = append(dst, string(rune(n))...)
		text = text[i+7:]
	}
}
