package savfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"

	"clientele/connectors"
)

// Bounds of a dictionary.
const (
	maxVariables = 50_000
	maxElements  = 1 << 20 // of eight bytes: a case of 8 MiB
)

// The ways in which cases are packed.
const (
	packedNot   = 0
	packedCodes = 1 // a byte of code per element
	packedZlib  = 2 // that, in blocks of zlib
)

// dictionary is what a file says of itself before its cases.
type dictionary struct {
	packed    int32
	bias      float64
	cases     int64 // -1 where the file does not say
	sysmis    uint64
	variables []*variable
	at        []*variable         // by element, nil for those that continue a string
	charset   string              // record 7/20
	codePage  int                 // record 7/3
	names     []byte              // record 7/13
	widths    []byte              // record 7/14
	labels    []byte              // record 7/21
	missing   []byte              // record 7/22
	sets      []map[string]string // of labels, which variables share
}

// variable is one variable of a file: a column.
type variable struct {
	short   string // of eight bytes, by which records of the dictionary call it
	name    string
	title   string // its label, often the text of the question
	width   int    // in bytes; 0 for a number
	element int    // with which it begins
	format  byte
	missing missing
	labels  map[string]string // by the bytes of the number, or of the trimmed text
}

// A text longer than 255 bytes is kept as several variables of 255 bytes, except
// the last. Such a variable takes 32 elements, for 252 bytes of the width that is
// declared.
const (
	segmentWidth    = 255
	segmentDeclared = 252
	segmentElements = 32
)

// segmentsOf returns how many segments a text has, and the width of the last.
func segmentsOf(width int) (segments, last int) {
	if width <= segmentWidth {
		return 1, width
	}
	segments = (width + segmentDeclared - 1) / segmentDeclared
	return segments, width - (segments-1)*segmentDeclared
}

// readDictionary reads the dictionary and leaves in where the cases begin.
func readDictionary(name string, r *bufio.Reader) (*input, *dictionary, error) {
	in := &input{name: name, r: r, order: binary.LittleEndian}
	d := &dictionary{sysmis: math.Float64bits(-math.MaxFloat64)}
	if err := d.header(in); err != nil {
		return nil, nil, err
	}
	for {
		at := in.at
		kind, err := in.int32()
		if err != nil {
			return nil, nil, err
		}
		switch kind {
		case 2:
			err = d.variable(in, at)
		case 3:
			err = d.valueLabels(in, at)
		case 6:
			var lines int32
			if lines, err = in.int32(); err == nil {
				err = in.skip(80 * int64(lines))
			}
		case 7:
			err = d.extension(in, at)
		case 999:
			if err = in.skip(4); err == nil && len(d.variables) == 0 {
				err = in.malformed(at, "it has no variables")
			}
			return in, d, err
		default:
			err = in.malformed(at, "no record has the type %d", kind)
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

// header reads the record that begins a file, which tells the byte order.
func (d *dictionary) header(in *input) error {
	var head [176]byte
	n, err := io.ReadFull(in.r, head[:])
	in.at = int64(n)
	switch magic := string(head[:min(n, 4)]); {
	case errors.Is(err, io.EOF):
		return connectors.Errorf(connectors.KindData, "empty_file", "ask for the file again; a file without cases still has its variables", "%s is empty", in.name)
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return in.failure(err)
	case !strings.HasPrefix("$FL2", magic) && magic != "$FL3":
		return connectors.Errorf(connectors.KindData, "not_sav", "name another connector, or export it as .sav: portable files (.por) and SAS and Stata files are others",
			"%s is no data file of SPSS", in.name)
	}
	if err != nil {
		return in.failure(err)
	}
	if layout := in.order.Uint32(head[64:]); layout != 2 && layout != 3 {
		in.order = binary.BigEndian
		if layout = in.order.Uint32(head[64:]); layout != 2 && layout != 3 {
			return in.malformed(64, "neither byte order makes its layout 2 or 3")
		}
	}
	d.packed = int32(in.order.Uint32(head[72:]))
	d.cases = int64(int32(in.order.Uint32(head[80:])))
	d.bias = math.Float64frombits(in.order.Uint64(head[84:]))
	if d.packed < packedNot || d.packed > packedZlib {
		return in.malformed(72, "cases are not packed in a way %d", d.packed)
	}
	return nil
}

// variable reads a record of a variable, or of eight more bytes of a string.
func (d *dictionary) variable(in *input, at int64) error {
	b, err := in.bytes(28)
	if err != nil {
		return err
	}
	width := int(int32(in.order.Uint32(b[0:])))
	labelled := in.order.Uint32(b[4:]) != 0
	values := int32(in.order.Uint32(b[8:]))
	if width < -1 || width > segmentWidth || values < -3 || values > 3 || values == -1 {
		return in.malformed(at, "a variable of width %d with %d missing values can't be", width, values)
	}
	v := &variable{width: width, element: len(d.at), format: byte(in.order.Uint32(b[12:]) >> 16), short: string(trim(b[20:28]))}
	if labelled {
		n, err := in.int32()
		if err != nil {
			return err
		}
		title, err := in.bytes(int64(n))
		if err != nil {
			return err
		}
		if err := in.skip(int64(-n & 3)); err != nil { // to a multiple of four bytes
			return err
		}
		v.title = string(title) // decoded when the encoding is known
	}
	v.missing.ranged = values < -1
	for range max(values, -values) {
		value, err := in.bytes(8)
		if err != nil {
			return err
		}
		v.missing.values = append(v.missing.values, string(value))
	}
	if width < 0 {
		d.at = append(d.at, nil)
	} else {
		d.at = append(d.at, v)
		d.variables = append(d.variables, v)
	}
	if len(d.variables) > maxVariables || len(d.at) > maxElements {
		return connectors.Errorf(connectors.KindData, "too_many_columns", "export fewer of them", "%s has more than %d variables, or cases of more than %d bytes", in.name, maxVariables, 8*maxElements)
	}
	return nil
}

// valueLabels reads a set of labels, and the record behind it that says which
// variables have it.
func (d *dictionary) valueLabels(in *input, at int64) error {
	count, err := in.int32()
	if err != nil {
		return err
	}
	if count < 0 {
		return in.malformed(at, "%d labels can't be", count)
	}
	var values, labels [][]byte
	for range count {
		b, err := in.bytes(9)
		if err != nil {
			return err
		}
		n := int64(b[8])
		label, err := in.bytes((n+8)/8*8 - 1) // the length and the text fill eight bytes, or several times that
		if err != nil {
			return err
		}
		values, labels = append(values, b[:8]), append(labels, label[:n])
	}
	at = in.at
	kind, err := in.int32()
	if err != nil {
		return err
	}
	if kind != 4 {
		return in.malformed(at, "labels are followed by a record of type %d", kind)
	}
	if count, err = in.int32(); err != nil {
		return err
	}
	byKind := map[bool]map[string]string{} // by whether the variable is a text
	for range count {
		element, err := in.int32()
		if err != nil {
			return err
		}
		if element < 1 || int(element) > len(d.at) || d.at[element-1] == nil {
			return in.malformed(in.at-4, "labels of element %d, which begins no variable", element)
		}
		v := d.at[element-1]
		text := v.width > 0
		if byKind[text] == nil {
			byKind[text] = make(map[string]string, len(values))
			for i, value := range values {
				if text {
					value = trim(value)
				}
				byKind[text][string(value)] = string(labels[i])
			}
			d.sets = append(d.sets, byKind[text])
		}
		v.labels = byKind[text]
	}
	return nil
}

// extension reads a record of the kinds that came later; those that nothing here
// needs are passed over.
func (d *dictionary) extension(in *input, at int64) error {
	var b [12]byte
	if err := in.fill(b[:]); err != nil {
		return err
	}
	kind, size, count := in.order.Uint32(b[0:]), int64(in.order.Uint32(b[4:])), int64(in.order.Uint32(b[8:]))
	length := size * count
	switch kind {
	case 3, 4, 13, 14, 16, 20, 21, 22:
	default:
		return in.skip(length)
	}
	data, err := in.bytes(length)
	if err != nil {
		return err
	}
	switch kind {
	case 3: // what the machine was like
		f := fields{b: data, order: in.order}
		f.take(16)
		if floats := f.int32(); floats > 1 && !f.bad {
			return in.malformed(at, "its numbers are not those of IEEE 754")
		}
		f.take(8)
		d.codePage = f.int32()
	case 4: // what a missing number is written as
		if len(data) >= 8 {
			d.sysmis = in.order.Uint64(data)
		}
	case 13:
		d.names = data
	case 14:
		d.widths = data
	case 16: // the number of cases, where 32 bits may not hold it
		if len(data) >= 16 {
			d.cases = int64(in.order.Uint64(data[8:]))
		}
	case 20:
		d.charset = string(trim(data))
	case 21:
		d.labels = data
	case 22:
		d.missing = data
	}
	return nil
}
