package demo

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// sheet writes a CSV file as the order system exports it: semicolons, decimal
// commas, Windows-1252, CRLF. A write error shows when the sheet is closed.
type sheet struct {
	path   string
	file   *os.File
	out    *bufio.Writer
	line   []byte
	rows   int
	prefix bool // the line already holds a field
}

// newSheet creates the file at path below dir and writes its header.
func newSheet(dir, path string, columns ...string) (*sheet, error) {
	file, err := create(dir, path)
	if err != nil {
		return nil, err
	}
	s := &sheet{path: path, file: file, out: bufio.NewWriterSize(file, 1<<15)}
	for _, column := range columns {
		s.text(column)
	}
	s.end()
	s.rows = 0
	return s, nil
}

// create makes the file and the folders it lies in.
func create(dir, path string) (*os.File, error) {
	full := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return nil, fmt.Errorf("create folder of %s: %w", path, err)
	}
	file, err := os.Create(full)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	return file, nil
}

func (s *sheet) separate() {
	if s.prefix {
		s.line = append(s.line, ';')
	}
	s.prefix = true
}

// text adds a field, quoted where it must be.
func (s *sheet) text(value string) {
	s.separate()
	if !strings.ContainsAny(value, ";\"\r\n") {
		s.line = append1252(s.line, value)
		return
	}
	s.line = append(s.line, '"')
	s.line = append1252(s.line, strings.ReplaceAll(value, `"`, `""`))
	s.line = append(s.line, '"')
}

// raw adds bytes that are encoded already: one field or several.
func (s *sheet) raw(fields []byte) {
	s.separate()
	s.line = append(s.line, fields...)
}

func (s *sheet) int(value int) {
	s.separate()
	s.line = strconv.AppendInt(s.line, int64(value), 10)
}

// cents adds an amount with a decimal comma.
func (s *sheet) cents(value int) {
	s.separate()
	if value < 0 {
		s.line = append(s.line, '-')
		value = -value
	}
	s.line = strconv.AppendInt(s.line, int64(value/100), 10)
	s.line = append(s.line, ',', byte('0'+value/10%10), byte('0'+value%10))
}

// end finishes the row.
func (s *sheet) end() {
	s.line = append(s.line, '\r', '\n')
	_, _ = s.out.Write(s.line) // bufio keeps the error for close
	s.line, s.prefix = s.line[:0], false
	s.rows++
}

// close flushes the file and reports the first error that writing met.
func (s *sheet) close() error {
	err := s.out.Flush()
	if closeErr := s.file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", s.path, err)
	}
	return nil
}

// append1252 encodes text in Windows-1252; what it lacks becomes a question mark.
func append1252(line []byte, text string) []byte {
	for _, r := range text {
		if r < 0x80 {
			line = append(line, byte(r))
			continue
		}
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			b = '?'
		}
		line = append(line, b)
	}
	return line
}
