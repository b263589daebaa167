package expr

import (
	"math"
	"time"
)

const (
	secondsPerDay = 86_400
	microsPerDay  = secondsPerDay * 1_000_000
)

// The calendar reaches from year 1 to year 9999, as BigQuery's does: a date
// beyond is null.
var (
	firstDay = daysOf(time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC))
	lastDay  = daysOf(time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC))
)

// maxShift is more days than the calendar has.
const maxShift = 4_000_000

// daysOf returns the calendar date of t, in t's own zone, in days since 1970.
func daysOf(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
}

// dateOf returns midnight UTC of a date.
func dateOf(days int64) time.Time { return time.Unix(days*secondsPerDay, 0).UTC() }

// shiftDays computes date ± days; a date outside the calendar is null.
func shiftDays(f *frame, operator string, date, days vector) vector {
	out, n := f.result(date, days)
	out.ints, out.null = tryMap2(n, date.ints, days.ints, out.null, func(date, days int64) (int64, bool) {
		if days < -maxShift || days > maxShift {
			return 0, false
		}
		if operator == "-" {
			days = -days
		}
		return date + days, firstDay <= date+days && date+days <= lastDay
	})
	return out
}

// daysBetween computes the days from date earlier to date later.
func daysBetween(f *frame, later, earlier vector) vector {
	out, n := f.result(later, earlier)
	out.ints = map2(n, later.ints, earlier.ints, func(a, b int64) int64 { return a - b })
	return out
}

// localDates computes the dates of instants in the company's zone.
func localDates(f *frame, instants vector) vector {
	out, n := f.result(instants)
	offsets := zoneOffsets{zone: f.zone}
	out.ints = map1(n, instants.ints, func(micros int64) int64 {
		return floorDivide(micros+offsets.at(micros)*1_000_000, microsPerDay)
	})
	return out
}

// zoneOffsets looks up a zone's offset and remembers for how long it holds:
// neighbouring instants mostly share it.
type zoneOffsets struct {
	zone     *time.Location
	from, to int64 // microseconds, half-open
	offset   int64 // seconds east of UTC
}

func (z *zoneOffsets) at(micros int64) int64 {
	if z.from <= micros && micros < z.to {
		return z.offset
	}
	t := time.UnixMicro(micros).In(z.zone)
	start, end := t.ZoneBounds()
	z.from, z.to = math.MinInt64, math.MaxInt64
	if !start.IsZero() {
		z.from = start.UnixMicro()
	}
	if !end.IsZero() {
		z.to = end.UnixMicro()
	}
	_, seconds := t.Zone()
	z.offset = int64(seconds)
	return z.offset
}

func floorDivide(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// dateParts maps the function that takes a date apart to the part.
var dateParts = map[string]func(time.Time) int64{
	"year":  func(t time.Time) int64 { return int64(t.Year()) },
	"month": func(t time.Time) int64 { return int64(t.Month()) },
	"day":   func(t time.Time) int64 { return int64(t.Day()) },
}

func datePart(f *frame, dates vector, part func(time.Time) int64) vector {
	out, n := f.result(dates)
	out.ints = map1(n, dates.ints, func(days int64) int64 { return part(dateOf(days)) })
	return out
}
