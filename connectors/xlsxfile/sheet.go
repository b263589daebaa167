package xlsxfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
)

// maxColumn is XFD, the last column of a sheet, from 0.
const maxColumn = 16383

// cell is a cell that holds something. Its text is valid until the next row.
type cell struct {
	column int // from 0
	text   []byte
}

// sheet streams the rows of one worksheet that hold something.
type sheet struct {
	book  *workbook
	part  io.ReadCloser
	xml   *xml.Decoder
	row   int64 // number of the row at hand
	cells []cell
	text  []byte
}

func (w *workbook) openSheet(p sheetPart) (*sheet, error) {
	part, ok := w.parts[p.path]
	if !ok {
		return nil, w.broken(errors.New("a sheet is missing"))
	}
	in, err := part.Open()
	if err != nil {
		return nil, w.broken(err)
	}
	return &sheet{book: w, part: in, xml: xml.NewDecoder(in)}, nil
}

func (s *sheet) close() error { return s.part.Close() }

// next goes to the next row that holds something, or returns io.EOF.
func (s *sheet) next() error {
	for {
		token, err := s.token()
		if err != nil {
			return err
		}
		switch el := token.(type) {
		case xml.StartElement:
			if el.Name.Local != "row" {
				continue
			}
			if err := s.readRow(el); err != nil {
				return err
			}
			if len(s.cells) > 0 {
				return nil
			}
		case xml.EndElement:
			if el.Name.Local == "sheetData" || el.Name.Local == "worksheet" {
				return s.drain()
			}
		}
	}
}

// drain reads the rest of the part, so that package zip checks its sum, and
// returns io.EOF.
func (s *sheet) drain() error {
	if _, err := io.Copy(io.Discard, s.part); err != nil {
		return s.damaged()
	}
	return io.EOF
}

func (s *sheet) damaged() error {
	return s.book.broken(errors.New("a sheet is damaged behind row " + strconv.FormatInt(s.row, 10)))
}

// token returns the next token; the end of the text is an error here.
func (s *sheet) token() (xml.Token, error) {
	token, err := s.xml.RawToken()
	if err != nil {
		return nil, s.damaged()
	}
	return token, nil
}

func (s *sheet) readRow(row xml.StartElement) error {
	s.cells, s.text = s.cells[:0], s.text[:0]
	number := s.row + 1
	if r := attribute(row, "r"); r != "" {
		n, err := strconv.ParseInt(r, 10, 64)
		if err != nil || n < number {
			return s.damaged()
		}
		number = n
	}
	s.row = number
	column := 0
	for {
		token, err := s.token()
		if err != nil {
			return err
		}
		switch el := token.(type) {
		case xml.StartElement:
			switch el.Name.Local {
			case "row":
				return s.damaged()
			case "c":
				if r := attribute(el, "r"); r != "" {
					if at := columnOf(r); at >= column {
						column = at
					} else {
						return s.damaged()
					}
				}
				if column > maxColumn {
					return s.damaged()
				}
				if err := s.readCell(el, column); err != nil {
					return err
				}
				column++
			}
		case xml.EndElement:
			switch el.Name.Local {
			case "row":
				return nil
			case "sheetData":
				return s.damaged()
			}
		}
	}
}

// columnOf returns the column of a reference like AB12, from 0, or -1.
func columnOf(reference string) int {
	n := 0
	for i := 0; i < len(reference); i++ {
		c := reference[i]
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > maxColumn+1 {
			return -1
		}
	}
	return n - 1
}

// readCell reads a cell up to its end, and keeps it when it holds something.
func (s *sheet) readCell(c xml.StartElement, column int) error {
	begin := len(s.text)
	inValue := false
	for {
		token, err := s.token()
		if err != nil {
			return err
		}
		switch el := token.(type) {
		case xml.StartElement:
			switch el.Name.Local {
			case "c", "row":
				return s.damaged()
			case "v":
				inValue = true
			case "is":
				if s.text, err = appendRich(s.text, s.xml, "is"); err != nil {
					return s.damaged()
				}
			}
		case xml.CharData:
			if inValue {
				s.text = append(s.text, el...)
			}
		case xml.EndElement:
			switch el.Name.Local {
			case "v":
				inValue = false
			case "c":
				text, err := s.render(c, s.text[begin:])
				if err == nil && len(text) > 0 {
					s.cells = append(s.cells, cell{column, text})
				}
				return err
			}
		}
	}
}

// render returns the text of a cell whose element is c and whose value is raw.
func (s *sheet) render(c xml.StartElement, raw []byte) ([]byte, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	switch attribute(c, "t") {
	case "s":
		n, err := strconv.Atoi(string(bytes.TrimSpace(raw)))
		text, ok := s.book.texts.at(n)
		if err != nil || !ok {
			return nil, s.damaged()
		}
		return text, nil
	case "str":
		return appendUnescaped(nil, raw), nil
	case "inlineStr":
		return raw, nil
	case "b":
		if string(raw) == "1" {
			return []byte("true"), nil
		}
		return []byte("false"), nil
	case "e":
		return nil, nil
	case "d": // ISO 8601, as strict workbooks have it
		text, _, _ := bytes.Cut(raw, []byte("."))
		return bytes.Replace(bytes.TrimSuffix(text, []byte("Z")), []byte("T"), []byte(" "), 1), nil
	}
	style, _ := strconv.Atoi(attribute(c, "s")) // none is 0
	f := formatNumber
	if 0 <= style && style < len(s.book.formats) {
		f = s.book.formats[style]
	}
	begin := len(s.text)
	s.text = appendNumber(s.text, bytes.TrimSpace(raw), f, s.book.epoch)
	return s.text[begin:], nil
}

func attribute(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
