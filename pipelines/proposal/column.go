// Package proposal looks at files that nobody has described yet and proposes how
// to read them: what their columns hold, which input tables they can fill, and
// the config that says so. What it can't know it marks as a guess; the order of
// day and month it never guesses at all.
package proposal

import (
	"strings"
	"time"

	"clientele/transforms/normalize"
)

// The types that a column's values can have.
const (
	Empty    = "empty"
	Integer  = "integer"
	Number   = "number"
	Date     = "date"
	DateTime = "date and time"
	Boolean  = "boolean"
	Email    = "e-mail"
	Text     = "text"
)

// Column learns what the values of one column are. Its zero value has seen none.
type Column struct {
	Name   string
	Values int64 // that are there
	Nulls  int64

	not      [kinds]bool // kinds that some value is not
	read     []int64     // per layout, how many values it reads
	alone    []int64     // those of them that its counterpart does not read
	comma    int64       // numbers with a decimal comma
	point    int64       // numbers with a decimal point
	distinct map[string]struct{}
	doubled  bool
}

const (
	kindInteger = iota
	kindNumber
	kindBoolean
	kindEmail
	kinds
)

// maxDistinct bounds the memory that telling values apart takes.
const maxDistinct = 1 << 17

// Add learns from one value; "" is an absent one.
func (c *Column) Add(text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		c.Nulls++
		return
	}
	c.Values++
	c.tell(text)
	n := shapeOf(text)
	c.not[kindInteger] = c.not[kindInteger] || n != whole
	c.not[kindNumber] = c.not[kindNumber] || n == none
	switch n {
	case withComma:
		c.comma++
	case withPoint:
		c.point++
	}
	c.not[kindBoolean] = c.not[kindBoolean] || !booleanWords[strings.ToLower(text)]
	if !c.not[kindEmail] {
		_, ok := normalize.Email(text)
		c.not[kindEmail] = !ok
	}
	c.date(text)
}

// date learns in which layouts a value is a date.
func (c *Column) date(text string) {
	if len(text) < 8 || len(text) > 25 || text[0] < '0' || text[0] > '9' {
		return
	}
	if c.read == nil {
		c.read, c.alone = make([]int64, len(layouts)), make([]int64, len(layouts))
	}
	for i, l := range layouts {
		if c.Values > settled && c.read[i] == 0 || !l.reads(text) {
			continue
		}
		c.read[i]++
		if l.counterpart < 0 || !layouts[l.counterpart].reads(text) {
			c.alone[i]++
		}
	}
}

// settled is after how many values layouts that read none are given up.
const settled = 200

// mostly is the share of values that a layout reads, for the column to hold
// dates: some are typed wrongly in any file.
const mostly = 0.9

// tell remembers whether a value came twice.
func (c *Column) tell(text string) {
	if c.doubled || len(c.distinct) >= maxDistinct {
		return
	}
	if c.distinct == nil {
		c.distinct = map[string]struct{}{}
	}
	if _, ok := c.distinct[text]; ok {
		c.doubled, c.distinct = true, nil
		return
	}
	c.distinct[text] = struct{}{}
}

// Unique reports whether no value came twice, as far as was looked.
func (c *Column) Unique() bool { return c.Values > 0 && !c.doubled }

// Layouts returns the layouts, as package time has them, in which nearly all
// values can be read as dates. Where the day can stand first as well as the month,
// both are among them, unless only one of them reads some of the values.
func (c *Column) Layouts() []string {
	var out []string
	for i, l := range layouts {
		switch {
		case c.read == nil, float64(c.read[i]) < mostly*float64(c.Values):
		case l.padded >= 0 && c.read[l.padded] == c.read[i]:
		case l.counterpart >= 0 && c.alone[i] == 0 && c.alone[l.counterpart] > 0:
		default:
			out = append(out, l.text)
		}
	}
	return out
}

// DecimalComma reports whether the numbers have a decimal comma; ok is false
// where none of them has decimals.
func (c *Column) DecimalComma() (comma, ok bool) {
	return c.comma > c.point, !c.not[kindNumber] && c.comma+c.point > 0
}

// Type names what the values are: all of them, or of dates nearly all.
func (c *Column) Type() string {
	dates := c.Layouts()
	switch {
	case c.Values == 0:
		return Empty
	case len(dates) > 0 && strings.Contains(dates[0], "15"):
		return DateTime
	case len(dates) > 0:
		return Date
	case !c.not[kindInteger]:
		return Integer
	case !c.not[kindNumber]:
		return Number
	case !c.not[kindBoolean]:
		return Boolean
	case !c.not[kindEmail]:
		return Email
	}
	return Text
}

// booleanWords are those that leave no doubt; 0 and 1 are integers.
var booleanWords = map[string]bool{"true": true, "false": true, "yes": true, "no": true, "ja": true, "nee": true, "nein": true, "oui": true, "non": true, "waar": true, "onwaar": true, "vrai": true, "faux": true}

// shape is how a number is written.
type shape uint8

const (
	none shape = iota
	whole
	withComma
	withPoint
)

// shapeOf returns how text writes a number. The last of comma and point is the
// decimal separator; one of them alone before exactly three digits could also
// separate thousands, and says nothing about which it is.
func shapeOf(text string) shape {
	text = strings.TrimSpace(strings.Trim(text, "€$£ \u00a0"))
	text = strings.TrimSuffix(strings.TrimPrefix(text, "-"), "-")
	if text == "" {
		return none
	}
	last, seps, digits := -1, 0, 0
	for i := range len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			digits++
		case b == ',' || b == '.':
			seps++
			last = i
		case b == ' ' && i > 0:
		default:
			return none
		}
	}
	switch {
	case digits == 0 || last == 0:
		return none
	case last < 0:
		if text[0] == '0' && len(text) > 1 {
			return none // a code: 0012
		}
		return whole
	case seps > 1 && strings.Count(text, text[last:last+1]) == seps:
		return whole // 1.234.567: of one separator several stand between thousands
	case text[last] == ',':
		return withComma
	}
	return withPoint
}

// layout is a way to write dates.
type layout struct {
	text string
	// padded is the layout that differs by leading zeros alone, counterpart the
	// one that has day and month the other way round; -1 for none.
	padded, counterpart int
}

func (l layout) reads(text string) bool {
	t, err := time.Parse(l.text, text)
	return err == nil && t.Year() > 1900 && t.Year() < 2100
}

// layouts are those in which dates are looked for.
var layouts = func() []layout {
	var out []layout
	for _, text := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02T15:04", time.RFC3339, "2006/01/02", "20060102"} {
		out = append(out, layout{text, -1, -1})
	}
	for _, sep := range []string{"/", "-", "."} {
		for _, year := range []string{"2006", "06"} {
			for _, clock := range []string{"", " 15:04", " 15:04:05"} {
				at, rest := len(out), sep+year+clock
				out = append(out, layout{"02" + sep + "01" + rest, -1, at + 1}, layout{"01" + sep + "02" + rest, -1, at},
					layout{"2" + sep + "1" + rest, at, at + 3}, layout{"1" + sep + "2" + rest, at + 1, at + 2})
			}
		}
	}
	return out
}()
