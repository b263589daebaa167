// Package calendar says which nights a range of time holds, and which stretch of
// time each of them adds. A night is a calendar date, midnight UTC, that stands
// for the first instant of that day in a time zone.
package calendar

import (
	"fmt"
	"time"
)

// Every is how far the nights of a range lie apart.
type Every string

// The distances: all nights, those of Mondays, those of the first of a month.
const (
	Day   Every = "day"
	Week  Every = "week"
	Month Every = "month"
)

// ParseEvery reads day, week or month.
func ParseEvery(text string) (Every, error) {
	switch e := Every(text); e {
	case Day, Week, Month:
		return e, nil
	}
	return "", fmt.Errorf("%q is not day, week or month", text)
}

// Midnight is the first instant of a date in a zone: where clocks skip midnight,
// when they go on.
func Midnight(date time.Time, zone *time.Location) time.Time {
	y, m, d := date.Date()
	at := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if at.Day() != d { // time.Date went back over the gap, into the day before
		_, end := at.ZoneBounds()
		at = end
	}
	return at
}

// ParseRange reads a half-open range of time as dates or instants: from is the
// first night of it, to the night after its last. A date alone stands for its
// whole day, so as the end of a range it belongs to it; an instant, such as
// 2026-03-29T00:00 or 2026-03-29T00:00:00+02:00, is the end.
func ParseRange(from, to string, zone *time.Location) (first, end time.Time, err error) {
	if first, err = parse(from, zone, 0); err != nil {
		return first, end, err
	}
	if end, err = parse(to, zone, 1); err != nil {
		return first, end, err
	}
	if !first.Before(end) {
		return first, end, fmt.Errorf("there is no night from %s to %s", from, to)
	}
	return first, end, nil
}

// parse returns the first night that does not begin before what a text says,
// where a date alone means so many days after it.
func parse(text string, zone *time.Location, days int) (time.Time, error) {
	if d, err := time.Parse(time.DateOnly, text); err == nil {
		return d.AddDate(0, 0, days), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if err != nil {
			at, err = time.ParseInLocation(layout, text, zone)
		}
	}
	if err != nil {
		return at, fmt.Errorf("%q is not a date like 2026-11-21, or an instant like 2026-11-21T00:00", text)
	}
	y, m, d := at.In(zone).Date()
	night := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if Midnight(night, zone).Before(at) {
		night = night.AddDate(0, 0, 1)
	}
	return night, nil
}

// Nights returns the nights n with from <= n < to that are aligned with the
// calendar, and the last night of the range, in order.
func Nights(from, to time.Time, every Every) []time.Time {
	var out []time.Time
	last := to.AddDate(0, 0, -1)
	for n := from; n.Before(to); n = n.AddDate(0, 0, 1) {
		if aligned(n, every) || n.Equal(last) {
			out = append(out, n)
		}
	}
	return out
}

func aligned(n time.Time, every Every) bool {
	return every == Day || every == Week && n.Weekday() == time.Monday || every == Month && n.Day() == 1
}

// Before returns the last night before n that is aligned with the calendar.
func Before(n time.Time, every Every) time.Time {
	for n = n.AddDate(0, 0, -1); !aligned(n, every); {
		n = n.AddDate(0, 0, -1)
	}
	return n
}

// Hours is how long it is from one night to another in a zone: 23 or 25 hours
// for a day on which the clocks change.
func Hours(from, to time.Time, zone *time.Location) float64 {
	return Midnight(to, zone).Sub(Midnight(from, zone)).Hours()
}
