package jsonrows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// flattener turns a record into rows of numbered columns. The same walk finds
// the columns, on the first pass, and fills them, on the second.
type flattener struct {
	set     *Columns
	explode string
	pivotAt string
	prefix  string
	key     []string
	values  [][]string
	tuples  []string
	falsity bool // false stands for no value

	path     []byte   // of the value being walked
	cells    [][]byte // of the row at hand, by column; nil while columns are being found
	filled   []int    // columns of cells that are not nil
	parent   int      // how many of filled belong to all rows of the record
	exploded []byte   // the array at explode, nil when there is none
	next     int      // where its next element is looked for
	rows     int      // of the record at hand so far
	fault    string   // of the record
}

func newFlattener(set *Columns, o Shape) *flattener {
	f := &flattener{set: set, explode: o.Explode, pivotAt: o.Pivot.At, prefix: pivoted + o.Pivot.Prefix,
		tuples: o.Tuples, falsity: o.FalseIsNull, key: strings.Split(o.Pivot.Key, ".")}
	for _, v := range o.Pivot.Value {
		f.values = append(f.values, strings.Split(v, "."))
	}
	return f
}

// fill makes f fill cells from now on, rather than find columns.
func (f *flattener) fill() { f.cells = make([][]byte, len(f.set.texts)) }

// start takes up a record. The rows it gives come from row.
func (f *flattener) start(record []byte) {
	f.clear(0)
	f.fault, f.exploded, f.path, f.rows, f.next = "", nil, f.path[:0], 0, 1
	if record[0] == '{' {
		f.object(record)
	} else {
		f.fault = "malformed: the record is not an object"
	}
	f.parent = len(f.filled)
}

// row fills the cells with the next row of the record: one, or one per element
// of the exploded array. It returns false when there is none left.
func (f *flattener) row() bool {
	f.clear(f.parent)
	f.rows++
	if f.exploded != nil {
		value, next := element(f.exploded, f.next)
		if f.next = next; value != nil {
			f.path = append(f.path[:0], f.explode...)
			f.value(value)
			return true
		}
	}
	return f.rows == 1
}

// clear empties the cells that were filled after the first keep.
func (f *flattener) clear(keep int) {
	for _, n := range f.filled[keep:] {
		f.cells[n] = nil
	}
	f.filled = f.filled[:keep]
}

// object walks the members of an object at f.path.
func (f *flattener) object(v []byte) {
	base := len(f.path)
	members(v, func(key, value []byte) bool {
		if base > 0 {
			f.path = append(f.path, '.')
		}
		f.path = append(f.path, text(key)...)
		f.value(value)
		f.path = f.path[:base]
		return true
	})
}

// value walks a value at f.path.
func (f *flattener) value(v []byte) {
	switch v[0] {
	case 'n':
	case 'f':
		if !f.falsity {
			f.put(f.path, v, text)
		}
	case '{':
		f.object(v)
	case '[':
		switch {
		case slices.ContainsFunc(f.tuples, func(t string) bool { return t == string(f.path) }):
			f.tuple(v)
		case f.explode != "" && f.exploded == nil && string(f.path) == f.explode:
			f.exploded = v
		case f.pivotAt != "" && string(f.path) == f.pivotAt:
			f.pivot(v)
		default:
			f.put(f.path, v, text)
		}
	default:
		f.put(f.path, v, text)
	}
}

// tuple walks the elements of an array as if it were an object whose keys are
// their numbers.
func (f *flattener) tuple(v []byte) {
	base, n := len(f.path), 0
	for e, i := element(v, 1); e != nil; e, i = element(v, i) {
		f.path = strconv.AppendInt(append(f.path, '.'), int64(n), 10)
		f.value(e)
		f.path = f.path[:base]
		n++
	}
}

// pivot turns the elements of an array into columns.
func (f *flattener) pivot(v []byte) {
	n := 0
	for e, i := element(v, 1); e != nil; e, i = element(v, i) {
		n++
		key := at(e, f.key)
		if key == nil {
			if f.fault == "" {
				f.fault = fmt.Sprintf("unkeyed: element %d of %s has no %s", n, f.pivotAt, strings.Join(f.key, "."))
			}
			continue
		}
		column := append([]byte(f.prefix), text(key)...)
		f.answer(column, f.valueOf(e))
	}
}

// valueOf returns the first value of an element that is there, nil for none.
func (f *flattener) valueOf(element []byte) []byte {
	for _, path := range f.values {
		if value := at(element, path); value != nil {
			return value
		}
	}
	return nil
}

// answer fills a pivoted column, behind what the same key had before.
func (f *flattener) answer(column, value []byte) {
	earlier := []byte(nil)
	if n, ok := f.set.number(column); ok && f.cells != nil {
		earlier = f.cells[n]
	}
	f.put(column, value, func(v []byte) []byte {
		if len(earlier) == 0 {
			return joined(v)
		}
		return append(append(append([]byte(nil), earlier...), ';'), joined(v)...)
	})
}

// put fills a column; while columns are being found it numbers it instead. Of
// equal names in one record the last counts.
func (f *flattener) put(column, value []byte, render func([]byte) []byte) {
	if f.cells == nil {
		f.set.add(column)
		return
	}
	n, ok := f.set.number(column)
	if !ok || value == nil {
		return
	}
	if f.cells[n] == nil {
		f.filled = append(f.filled, n)
	}
	if f.cells[n] = render(value); f.cells[n] == nil {
		f.cells[n] = []byte{}
	}
}
