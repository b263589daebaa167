package records

import (
	"strconv"
	"strings"

	"clientele/transforms/match/compare"
)

// Column is one attribute of all records. Value ids are places in Values; 0 is
// no value.
type Column struct {
	Name  string // the field's name, and the role where a field has several
	Role  Role
	Field int // the first field that feeds it

	// Values are the distinct values by id, in normal form, and Count the number
	// of records that hold each.
	Values []string
	Count  []uint32
	// Filled is the number of records with a value.
	Filled int

	// Day is, by value id and for dates alone, the days since 1970, NoDay for a
	// date that no calendar has. Number is that of quantities.
	Day    []int32
	Number []float64
	// Tokens are the words of the values.
	Tokens Tokens

	start []uint32 // per record, where its ids start; nil when every record has at most one
	ids   []uint32
}

// Tokens are the words of a column's values. A word's id is a place in Words.
type Tokens struct {
	Words []string
	// Count is the number of records that hold each word.
	Count []uint32
	start []uint32
	ids   []uint32
}

// Of returns the set of the words of a value, as package compare takes sets.
func (t *Tokens) Of(value uint32) []uint32 { return t.ids[t.start[value]:t.start[value+1]] }

// Of returns the value ids of a record, none where it has no value.
func (c *Column) Of(record int32) []uint32 {
	if c.start != nil {
		return c.ids[c.start[record]:c.start[record+1]]
	}
	if c.ids[record] == 0 {
		return nil
	}
	return c.ids[record : record+1]
}

// Single reports whether no record has more than one value.
func (c *Column) Single() bool { return c.start == nil }

// Distinct is the number of distinct values.
func (c *Column) Distinct() int { return len(c.Values) - 1 }

// reorder puts the records in the order of rows, drops what belongs to none and
// derives what depends on values.
func (c *Column) reorder(rows []int32) {
	c.Count = make([]uint32, len(c.Values))
	for _, v := range c.ids {
		c.Count[v]++
	}
	single := true
	for r := range rows {
		own := c.start[r+1] - c.start[r]
		single = single && own <= 1
		if own > 0 {
			c.Filled++
		}
	}
	if single {
		c.ids, c.start = c.flat(rows), nil
	} else {
		ids, start := make([]uint32, 0, len(c.ids)), make([]uint32, 1, len(rows)+1)
		for _, r := range rows {
			ids = append(ids, c.ids[c.start[r]:c.start[r+1]]...)
			start = append(start, uint32(len(ids)))
		}
		c.ids, c.start = ids, start
	}
	c.derive()
}

// flat returns the value ids of rows that have at most one each, 0 for none.
func (c *Column) flat(rows []int32) []uint32 {
	out := make([]uint32, len(rows))
	for i, r := range rows {
		if from := c.start[r]; from < c.start[r+1] {
			out[i] = c.ids[from]
		}
	}
	return out
}

func (c *Column) derive() {
	switch c.Role.Base() {
	case RoleBirthDate, RoleDate:
		c.Day = make([]int32, len(c.Values))
		for v, s := range c.Values {
			c.Day[v] = day(s)
		}
	case RoleNumber:
		c.Number = make([]float64, len(c.Values))
		for v, s := range c.Values {
			c.Number[v], _ = strconv.ParseFloat(s, 64) // "" is 0 and never compared
		}
	case RoleFirm, RoleWritten, RoleStreet, RoleTown, RoleText, RoleGiven, RoleFamily:
		c.tokenise()
	}
}

func (c *Column) tokenise() {
	t := &c.Tokens
	t.start = make([]uint32, 1, len(c.Values)+1)
	index := map[string]uint32{}
	for v, s := range c.Values {
		from := len(t.ids)
		for word := range strings.FieldsSeq(s) {
			id, ok := index[word]
			if !ok {
				id = uint32(len(t.Words))
				index[word] = id
				t.Words = append(t.Words, word)
				t.Count = append(t.Count, 0)
			}
			t.ids = append(t.ids, id)
		}
		t.ids = t.ids[:from+len(compare.Set(t.ids[from:]))]
		for _, id := range t.ids[from:] {
			t.Count[id] += c.Count[v]
		}
		t.start = append(t.start, uint32(len(t.ids)))
	}
}
