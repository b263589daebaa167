package savfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"

	"clientele/connectors"
)

// finish brings together what the records of a dictionary say of each variable,
// once it is known how they write texts. given is the encoding that the options
// name, "" for none.
func (d *dictionary) finish(in *input, given string) (*decoder, error) {
	if err := d.check(in); err != nil {
		return nil, err
	}
	if err := d.join(in); err != nil {
		return nil, err
	}
	text, err := d.decoder(in.name, given)
	if err != nil {
		return nil, err
	}
	for _, set := range d.sets {
		for value, label := range set {
			set[value] = text.string([]byte(label))
		}
	}
	long := pairs(d.names)
	for _, v := range d.variables {
		v.name, v.title = text.string(v.nameIn(long)), text.string([]byte(v.title))
	}
	d.longLabels(in.order, text)
	d.longMissing(in.order, text)
	return text, nil
}

// decoder returns that of the file's texts.
func (d *dictionary) decoder(file, given string) (*decoder, error) {
	text, err := newDecoder(cmp.Or(given, d.charset, codePage(d.codePage), withoutName))
	if err != nil {
		return nil, connectors.Errorf(connectors.KindData, "unknown_encoding", "name the one that it is in by the option encoding", "%s: %w", file, err)
	}
	return text, nil
}

// pairs reads a record of NAME=text, separated by tabs.
func pairs(b []byte) map[string][]byte {
	out := map[string][]byte{}
	for pair := range bytes.SplitSeq(b, []byte{'\t'}) {
		if name, text, ok := bytes.Cut(pair, []byte{'='}); ok {
			out[string(name)] = trim(text)
		}
	}
	return out
}

// nameIn returns the long name of a variable, or its short one.
func (v *variable) nameIn(long map[string][]byte) []byte {
	if name := long[v.short]; len(name) > 0 {
		return name
	}
	return []byte(v.short)
}

// check holds every variable to as many elements as its width takes.
func (d *dictionary) check(in *input) error {
	next := 0
	for i, v := range d.variables {
		if v.element != next {
			return in.malformed(in.at, "variable %d does not begin where the one before it ends", i+1)
		}
		next += max(1, (v.width+7)/8)
	}
	if next != len(d.at) {
		return in.malformed(in.at, "the last variable ends at element %d of %d", next, len(d.at))
	}
	return nil
}

// join makes one variable of those that a very long text is kept as.
func (d *dictionary) join(in *input) error {
	widths := pairs(d.widths)
	if len(widths) == 0 {
		return nil
	}
	var joined []*variable
	for i := 0; i < len(d.variables); i++ {
		v := d.variables[i]
		joined = append(joined, v)
		declared, ok := widths[v.short]
		if !ok {
			continue
		}
		width, err := strconv.Atoi(string(declared))
		if err != nil || width <= segmentWidth || width > 32767 {
			return in.malformed(in.at, "variable %d is declared a text of %q bytes", i+1, declared)
		}
		segments, last := segmentsOf(width)
		if i+segments > len(d.variables) {
			return in.malformed(in.at, "variable %d is declared a text of %d bytes, of which parts are missing", i+1, width)
		}
		for n, part := range d.variables[i : i+segments] {
			if want := segmentWidth; n < segments-1 && part.width != want || n == segments-1 && (part.width+7)/8 != (last+7)/8 {
				return in.malformed(in.at, "variable %d is declared a text of %d bytes, and its part %d has %d", i+1, width, n+1, part.width)
			}
		}
		v.width = width
		i += segments - 1
	}
	d.variables = joined
	return nil
}

// named returns the variable that record 7/21 or 7/22 calls so, nil for none.
func (d *dictionary) named(name []byte, text *decoder) *variable {
	i := slices.IndexFunc(d.variables, func(v *variable) bool { return v.short == string(name) || v.name == text.string(name) })
	if i < 0 {
		return nil
	}
	return d.variables[i]
}

// longLabels reads the labels of texts of more than eight bytes.
func (d *dictionary) longLabels(order binary.ByteOrder, text *decoder) {
	f := fields{b: d.labels, order: order}
	for f.more() {
		v := d.named(f.text(), text)
		f.take(4) // the width, which the variable has too
		set := map[string]string{}
		for range f.int32() {
			value, label := f.text(), f.text()
			if f.bad {
				break
			}
			set[string(trim(value))] = text.string(label)
		}
		if v != nil && v.width > 0 && !f.bad {
			v.labels = set
		}
	}
}

// longMissing reads the missing values of texts of more than eight bytes.
func (d *dictionary) longMissing(order binary.ByteOrder, text *decoder) {
	f := fields{b: d.missing, order: order}
	for f.more() {
		v := d.named(f.text(), text)
		count, length := f.take(1), f.int32()
		var values []string
		for i := 0; len(count) > 0 && i < int(count[0]); i++ {
			values = append(values, string(f.take(length)))
		}
		if v != nil && v.width > 0 && !f.bad {
			v.missing = missing{values: values}
		}
	}
}
