package savfile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math"
	"strings"
)

// byteOrder is what both of package binary's are.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// sav is a file to write: what the format has, and nothing of how it is read.
type sav struct {
	order  byteOrder
	packed int32
	// unknown leaves the number of cases out of the header.
	unknown    bool
	variables  []savVariable
	sets       []savLabels
	extensions []savExtension
	rows       [][]any // float64, nil for missing, string
}

type savVariable struct {
	name    string
	width   int // declared; beyond 255 in segments
	format  uint32
	label   string
	missing []any // values; ranged says that the first two are a range
	ranged  bool
}

type savLabels struct {
	values    []any
	labels    []string
	variables []int // their elements, from 1
}

type savExtension struct {
	kind uint32
	size uint32
	data []byte
}

// text is an extension of a text.
func textExtension(kind uint32, text string) savExtension {
	return savExtension{kind: kind, size: 1, data: []byte(text)}
}

// ints is one of numbers of 32 bits.
func (s *sav) ints(kind uint32, numbers ...uint32) savExtension {
	var b []byte
	for _, n := range numbers {
		b = s.order.AppendUint32(b, n)
	}
	return savExtension{kind: kind, size: 4, data: b}
}

// counted is a text behind its length.
func (s *sav) counted(text string) []byte {
	return append(s.order.AppendUint32(nil, uint32(len(text))), text...)
}

func (s *sav) element(v any) []byte {
	switch v := v.(type) {
	case nil:
		return s.order.AppendUint64(nil, math.Float64bits(-math.MaxFloat64))
	case float64:
		return s.order.AppendUint64(nil, math.Float64bits(v))
	case string:
		return []byte(pad(v, 8))
	}
	panic("a value is a number, a text or nil")
}

func pad(text string, n int) string { return text + strings.Repeat(" ", max(0, n-len(text))) }

// parts are the widths of the variables that a variable is written as.
func (v savVariable) parts() []int {
	if v.width <= 255 {
		return []int{v.width}
	}
	var out []int
	left := v.width
	for ; left > 255; left -= 252 {
		out = append(out, 255)
	}
	if len(out)*252 < v.width {
		return append(out, v.width-len(out)*252)
	}
	return out
}

func (s *sav) bytes() []byte {
	if s.order == nil {
		s.order = binary.LittleEndian
	}
	var b bytes.Buffer
	put := func(n uint32) { b.Write(s.order.AppendUint32(nil, n)) }
	if b.WriteString("$FL2"); s.packed == packedZlib {
		b.Truncate(0)
		b.WriteString("$FL3")
	}
	b.WriteString(pad("@(#) SPSS DATA FILE written by a test", 60))
	put(2)
	put(0)
	put(uint32(s.packed))
	put(0)
	if s.unknown {
		put(math.MaxUint32)
	} else {
		put(uint32(len(s.rows)))
	}
	b.Write(s.order.AppendUint64(nil, math.Float64bits(100)))
	b.WriteString(pad("22 Nov 2609:10:00", 17+64+3))
	for _, v := range s.variables {
		for n, width := range v.parts() {
			s.variable(&b, v, width, n)
		}
	}
	for _, set := range s.sets {
		put(3)
		put(uint32(len(set.values)))
		for i, value := range set.values {
			b.Write(s.element(value))
			b.WriteByte(byte(len(set.labels[i])))
			b.WriteString(pad(set.labels[i], (len(set.labels[i])+8)/8*8-1))
		}
		put(4)
		put(uint32(len(set.variables)))
		for _, at := range set.variables {
			put(uint32(at))
		}
	}
	for _, e := range s.extensions {
		put(7)
		put(e.kind)
		put(e.size)
		put(uint32(len(e.data)) / e.size)
		b.Write(e.data)
	}
	put(999)
	put(0)
	s.cases(&b)
	return b.Bytes()
}

func (s *sav) variable(b *bytes.Buffer, v savVariable, width, part int) {
	put := func(n uint32) { b.Write(s.order.AppendUint32(nil, n)) }
	record := func(width int32, label string, missing int, name string) {
		put(2)
		put(uint32(width))
		put(uint32(min(len(label), 1)))
		put(uint32(int32(missing)))
		put(v.format << 16)
		put(v.format << 16)
		b.WriteString(pad(name, 8))
		if label != "" {
			put(uint32(len(label)))
			b.WriteString(pad(label, (len(label)+3)/4*4))
		}
	}
	name, label, missing := v.name, v.label, len(v.missing)
	if v.ranged {
		missing = -missing
	}
	if part > 0 {
		name, label, missing = v.name[:min(5, len(v.name))]+string(rune('0'+part)), "", 0
	}
	record(int32(width), label, missing, name)
	if part == 0 {
		for _, m := range v.missing {
			b.Write(s.element(m))
		}
	}
	for n := 8; n < width; n += 8 {
		record(-1, "", 0, "")
	}
}

// elements are those of a case.
func (s *sav) elements(row []any) (out [][]byte) {
	for i, v := range s.variables {
		if v.width == 0 {
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

func (s *sav) cases(b *bytes.Buffer) {
	var body bytes.Buffer
	var codes, written []byte
	flush := func() {
		body.Write(append(codes, make([]byte, 8-len(codes))...))
		body.Write(written)
		codes, written = codes[:0], written[:0]
	}
	for _, row := range s.rows {
		for i, e := range s.elements(row) {
			if s.packed == packedNot {
				body.Write(e)
				continue
			}
			x := math.Float64frombits(s.order.Uint64(e))
			switch {
			case string(e) == "        ":
				codes = append(codes, codeBlanks)
			case i < len(row) && x == -math.MaxFloat64:
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
	if s.packed != packedNot {
		codes = append(codes, codeEnd)
		flush()
	}
	if s.packed != packedZlib {
		b.Write(body.Bytes())
		return
	}
	header := b.Len()
	var blocks bytes.Buffer
	for body.Len() > 0 {
		w := zlib.NewWriter(&blocks)
		w.Write(body.Next(100_000))
		w.Close()
	}
	for _, n := range []int{header, header + 24 + blocks.Len(), 24} {
		b.Write(s.order.AppendUint64(nil, uint64(n)))
	}
	b.Write(blocks.Bytes())
	b.WriteString("here the trailer repeats where blocks begin")
}
