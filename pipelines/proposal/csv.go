package proposal

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"clientele/connectors/csvfile"
)

// head is how much of a file is looked at to see how it is written.
const head = 256 << 10

// dialectOf finds how a delimited text file is written: its delimiter, its
// encoding and the line of its header.
func dialectOf(path string) (csvfile.Options, error) {
	var o csvfile.Options
	o.Spec()
	text, err := headOf(path)
	if err != nil {
		return o, err
	}
	if !bytes.HasPrefix(text, []byte("\xFF\xFE")) && !bytes.HasPrefix(text, []byte("\xFE\xFF")) && !utf8.Valid(whole8(text)) {
		o.Encoding = "windows-1252"
	}
	if bytes.IndexByte(text, 0) >= 0 {
		text = bytes.ReplaceAll(text, []byte{0}, nil) // UTF-16, near enough to count delimiters
	}
	lines := linesOf(string(text))
	best := columns{}
	for _, delimiter := range []rune{';', ',', '\t', '|'} {
		if l := columnsOf(lines, delimiter); l.better(best) {
			best, o.Delimiter, o.Header = l, delimiter, l.first+1
		}
	}
	return o, nil
}

// whole8 cuts off a character that the end of the head cuts in two.
func whole8(text []byte) []byte {
	for i := range min(utf8.UTFMax, len(text)) {
		if last := len(text) - 1 - i; utf8.RuneStart(text[last]) {
			if !utf8.FullRune(text[last:]) {
				return text[:last]
			}
			break
		}
	}
	return text
}

func headOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	magic := make([]byte, 2)
	n, err := io.ReadFull(f, magic)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if string(magic[:n]) == "\x1f\x8b" {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	text, err := io.ReadAll(io.LimitReader(r, head))
	return bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")), err
}

// linesOf returns the first lines of a text; the last may be cut and is left out
// where there are others.
func linesOf(text string) []string {
	lines := strings.FieldsFunc(strings.ReplaceAll(text, "\r\n", "\n"), func(r rune) bool { return r == '\r' })
	lines = strings.Split(strings.Join(lines, "\n"), "\n")
	if len(lines) > 1 {
		lines = lines[:len(lines)-1]
	}
	return lines[:min(len(lines), 200)]
}

// columns is how the lines of a file come apart by a delimiter.
type columns struct {
	// width is the number of fields that most lines have of those that have several.
	width int
	// most says whether that is more than half of all lines, and first is the first of
	// them: titles above the header have fewer fields.
	most  bool
	first int
}

// better reports whether a delimiter is more likely than another: one that most lines
// have; one that the header has too, as the comma of decimal numbers has not; one that
// makes more fields.
func (l columns) better(than columns) bool {
	switch {
	case l.width == 0 || than.width == 0:
		return l.width > 0
	case l.most != than.most:
		return l.most
	case l.first != than.first && l.most:
		return l.first < than.first
	}
	return l.width > than.width
}

// columnsOf is that of lines by a delimiter. Delimiters within quotes do not count.
func columnsOf(lines []string, delimiter rune) (l columns) {
	count := map[int]int{}
	widths := make([]int, len(lines))
	for i, line := range lines {
		quoted := false
		widths[i] = 1
		for _, r := range line {
			switch {
			case r == '"':
				quoted = !quoted
			case r == delimiter && !quoted:
				widths[i]++
			}
		}
		count[widths[i]]++
	}
	for i, w := range widths { // in the order of the file, so that the answer is always one
		if w > 1 && (l.width == 0 || count[w] > count[l.width] || count[w] == count[l.width] && w > l.width) {
			l.width, l.first = w, i
		}
	}
	l.most = 2*count[l.width] > len(lines)
	return l
}
