package model

import (
	"encoding/binary"
	"math/bits"

	"clientele/transforms/match/records"
)

// dates compares dates of eight digits.
type dates []date

// date is what is held of a date: its digits, a byte each and the year first, 0 where it
// has not eight; and its day, records.NoDay where no calendar has it.
type date struct {
	digits uint64
	day    int32
}

func newDates(c *records.Column) dates {
	out := make(dates, len(c.Values))
	for v, s := range c.Values {
		out[v].day = c.Day[v]
		if len(s) == 8 {
			out[v].digits = binary.BigEndian.Uint64([]byte(s))
		}
	}
	return out
}

// The parts of a date, a byte per digit.
func (d date) year() uint32       { return uint32(d.digits >> 32) }
func (d date) monthDay() uint32   { return uint32(d.digits) }
func (d date) month() uint16      { return uint16(d.digits >> 16) }
func (d date) dayOfMonth() uint16 { return uint16(d.digits) }

// mistyped reports whether two dates differ by one typing error, or by day and month in
// each other's place.
func (d date) mistyped(e date) bool {
	if d.digits == 0 || e.digits == 0 {
		return false
	}
	differ := d.digits ^ e.digits
	last := bits.TrailingZeros64(differ) &^ 7 // where the last digit that differs begins
	if differ>>last <= 0xff {
		return true // one digit
	}
	if differ>>last <= 0xffff { // two neighbours: in each other's place?
		return bits.ReverseBytes16(uint16(d.digits>>last)) == uint16(e.digits>>last)
	}
	return d.year() == e.year() && bits.RotateLeft32(d.monthDay(), 16) == e.monthDay()
}

// apart is the number of days between two dates, false where one is not a date.
func (d date) apart(e date) (int32, bool) {
	if d.day == records.NoDay || e.day == records.NoDay {
		return 0, false
	}
	return max(d.day, e.day) - min(d.day, e.day), true
}

func (d dates) birthLevel(a, b uint32) uint8 {
	x, y := d[a], d[b]
	if x.mistyped(y) {
		return 2
	}
	if x.digits == 0 || y.digits == 0 {
		return 6
	}
	year, month, day := x.year() == y.year(), x.month() == y.month(), x.dayOfMonth() == y.dayOfMonth()
	if year && month || year && day || month && day {
		return 3
	}
	if days, ok := x.apart(y); ok {
		switch {
		case days <= 366:
			return 4
		case days <= 3653:
			return 5
		}
	}
	return 6
}

func (d dates) level(a, b uint32) uint8 {
	x, y := d[a], d[b]
	if x.mistyped(y) {
		return 2
	}
	if days, ok := x.apart(y); ok {
		switch {
		case days <= 31:
			return 3
		case days <= 366:
			return 4
		}
	}
	return 5
}
