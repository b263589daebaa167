// Package savtest writes data files of SPSS, for tests and examples: what the format
// has, and nothing of how it is read.
package savtest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"math"
	"strings"
)

// ByteOrder is what both of package binary's are.
type ByteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// How the cases of a file are packed.
const (
	Plain int32 = iota
	Codes       // .sav as SPSS writes it
	Zlib        // .zsav
)

// Codes of packed cases.
const (
	codeEnd     = 252
	codeWritten = 253
	codeBlanks  = 254
	codeMissing = 255
)

// File is a file to write.
type File struct {
	Order  ByteOrder // nil for the little end first
	Packed int32
	// Unknown leaves the number of cases out of the header.
	Unknown    bool
	Variables  []Variable
	Sets       []Labels
	Extensions []Extension
	Rows       [][]any // float64, nil for missing, string
}

// Variable is a column of numbers, or of texts of a width.
type Variable struct {
	Name    string // at most eight letters
	Width   int    // declared, 0 for numbers; beyond 255 in segments
	Format  uint32
	Label   string
	Missing []any // values; Ranged says that the first two are a range
	Ranged  bool
}

// Formats of numbers.
const (
	Number uint32 = 5
	Date   uint32 = 20 // in seconds since 14 October 1582
)

// Labels are texts for values of some variables.
type Labels struct {
	Values    []any
	Labels    []string
	Variables []int // their elements, from 1
}

// Extension is a record of which there are many kinds.
type Extension struct {
	Kind uint32
	Size uint32
	Data []byte
}

// Text is an extension of a text.
func Text(kind uint32, text string) Extension {
	return Extension{Kind: kind, Size: 1, Data: []byte(text)}
}

// Ints is one of numbers of 32 bits.
func (s *File) Ints(kind uint32, numbers ...uint32) Extension {
	var b []byte
	for _, n := range numbers {
		b = s.Order.AppendUint32(b, n)
	}
	return Extension{Kind: kind, Size: 4, Data: b}
}

// Counted is a text behind its length.
func (s *File) Counted(text string) []byte {
	return append(s.Order.AppendUint32(nil, uint32(len(text))), text...)
}

func (s *File) element(v any) []byte {
	switch v := v.(type) {
	case nil:
		return s.Order.AppendUint64(nil, math.Float64bits(-math.MaxFloat64))
	case float64:
		return s.Order.AppendUint64(nil, math.Float64bits(v))
	case string:
		return []byte(pad(v, 8))
	}
	panic("a value is a number, a text or nil")
}

func pad(text string, n int) string { return text + strings.Repeat(" ", max(0, n-len(text))) }

// parts are the widths of the variables that a variable is written as.
func (v Variable) parts() []int {
	if v.Width <= 255 {
		return []int{v.Width}
	}
	var out []int
	left := v.Width
	for ; left > 255; left -= 252 {
		out = append(out, 255)
	}
	if len(out)*252 < v.Width {
		return append(out, v.Width-len(out)*252)
	}
	return out
}

// Bytes writes the file.
func (s *File) Bytes() []byte {
	var b bytes.Buffer
	s.Write(&b, len(s.Rows), func(i int) []any { return s.Rows[i] })
	return b.Bytes()
}

// Write writes the file with so many rows in place of its own, of which it holds one
// at a time. What w has to say of errors it keeps, as a bufio.Writer does.
func (s *File) Write(w io.Writer, rows int, row func(i int) []any) {
	if s.Order == nil {
		s.Order = binary.LittleEndian
	}
	head := s.head(rows)
	_, _ = w.Write(head)
	if s.Packed != Zlib {
		s.cases(w, rows, row)
		return
	}
	var blocks blockWriter
	s.cases(&blocks, rows, row)
	blocks.end()
	for _, n := range []int{len(head), len(head) + 24 + blocks.packed.Len(), 24} {
		_, _ = w.Write(s.Order.AppendUint64(nil, uint64(n)))
	}
	_, _ = blocks.packed.WriteTo(w)
	_, _ = io.WriteString(w, "here the trailer repeats where blocks begin")
}

// head writes all that stands before the cases.
func (s *File) head(rows int) []byte {
	var b bytes.Buffer
	put := func(n uint32) { b.Write(s.Order.AppendUint32(nil, n)) }
	if b.WriteString("$FL2"); s.Packed == Zlib {
		b.Truncate(0)
		b.WriteString("$FL3")
	}
	b.WriteString(pad("@(#) SPSS DATA FILE written by savtest", 60))
	put(2)
	put(0)
	put(uint32(s.Packed))
	put(0)
	if s.Unknown {
		put(math.MaxUint32)
	} else {
		put(uint32(rows))
	}
	b.Write(s.Order.AppendUint64(nil, math.Float64bits(100)))
	b.WriteString(pad("22 Nov 2609:10:00", 17+64+3))
	for _, v := range s.Variables {
		for n, width := range v.parts() {
			s.variable(&b, v, width, n)
		}
	}
	for _, set := range s.Sets {
		put(3)
		put(uint32(len(set.Values)))
		for i, value := range set.Values {
			b.Write(s.element(value))
			b.WriteByte(byte(len(set.Labels[i])))
			b.WriteString(pad(set.Labels[i], (len(set.Labels[i])+8)/8*8-1))
		}
		put(4)
		put(uint32(len(set.Variables)))
		for _, at := range set.Variables {
			put(uint32(at))
		}
	}
	for _, e := range s.Extensions {
		put(7)
		put(e.Kind)
		put(e.Size)
		put(uint32(len(e.Data)) / e.Size)
		b.Write(e.Data)
	}
	put(999)
	put(0)
	return b.Bytes()
}

func (s *File) variable(b *bytes.Buffer, v Variable, width, part int) {
	put := func(n uint32) { b.Write(s.Order.AppendUint32(nil, n)) }
	record := func(width int32, label string, missing int, name string) {
		put(2)
		put(uint32(width))
		put(uint32(min(len(label), 1)))
		put(uint32(int32(missing)))
		put(v.Format << 16)
		put(v.Format << 16)
		b.WriteString(pad(name, 8))
		if label != "" {
			put(uint32(len(label)))
			b.WriteString(pad(label, (len(label)+3)/4*4))
		}
	}
	name, label, missing := v.Name, v.Label, len(v.Missing)
	if v.Ranged {
		missing = -missing
	}
	if part > 0 {
		name, label, missing = v.Name[:min(5, len(v.Name))]+string(rune('0'+part)), "", 0
	}
	record(int32(width), label, missing, name)
	if part == 0 {
		for _, m := range v.Missing {
			b.Write(s.element(m))
		}
	}
	for n := 8; n < width; n += 8 {
		record(-1, "", 0, "")
	}
}

// elements are those of a case.
func (s *File) elements(row []any) (out [][]byte) {
	for i, v := range s.Variables {
		if v.Width == 0 {
			out = append(out, s.element(row[i]))
			continue
		}
		text := row[i].(string)
		for _, width := range v.parts() {
			own := text[:min(len(text), width)]
			text = text[len(own):]
			own = pad(own, (width+7)/8*8)
			for ; own != ""; own = own[8:] {
				out = append(out, []byte(own[:8]))
			}
		}
	}
	return out
}

// cases writes the rows, in groups of eight elements behind their codes where they
// are packed.
func (s *File) cases(w io.Writer, rows int, row func(i int) []any) {
	var codes, written []byte
	flush := func() {
		_, _ = w.Write(append(codes, make([]byte, 8-len(codes))...))
		_, _ = w.Write(written)
		codes, written = codes[:0], written[:0]
	}
	for n := range rows {
		values := row(n)
		for i, e := range s.elements(values) {
			if s.Packed == Plain {
				_, _ = w.Write(e)
				continue
			}
			x := math.Float64frombits(s.Order.Uint64(e))
			switch {
			case string(e) == "        ":
				codes = append(codes, codeBlanks)
			case i < len(values) && x == -math.MaxFloat64:
				codes = append(codes, codeMissing)
			case x == math.Trunc(x) && -99 <= x && x <= 151:
				codes = append(codes, byte(x+100))
			default:
				codes, written = append(codes, codeWritten), append(written, e...)
			}
			if len(codes) == 8 {
				flush()
			}
		}
	}
	if s.Packed != Plain {
		codes = append(codes, codeEnd)
		flush()
	}
}

// blockWriter compresses what it gets in blocks.
type blockWriter struct {
	plain, packed bytes.Buffer
}

// blockBytes is how much a block holds.
const blockBytes = 100_000

func (b *blockWriter) Write(p []byte) (int, error) {
	b.plain.Write(p)
	for b.plain.Len() >= blockBytes {
		b.end()
	}
	return len(p), nil
}

// end ends a block, unless it would be empty.
func (b *blockWriter) end() {
	if b.plain.Len() == 0 {
		return
	}
	w := zlib.NewWriter(&b.packed)
	_, _ = w.Write(b.plain.Next(blockBytes)) // into memory
	_ = w.Close()
}
