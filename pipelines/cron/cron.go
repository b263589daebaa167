// Package cron says when a night is due: a cron expression, read in a time zone.
//
// Expressions have the five fields of a crontab, and only what cron, Kubernetes,
// Airflow and Cloud Scheduler all read alike; systemd's calendar is made of them.
package cron

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/adhocore/gronx"
)

// Expression is a cron expression as the values that each field allows, in
// order. The zero value is never due.
type Expression struct {
	Minutes, Hours, Days, Months []int
	Weekdays                     []int // 0 is Sunday

	text string
}

// The fields of an expression, by their position in package gronx, which counts
// from the second.
var fields = []struct {
	name    string
	lo, hi  int
	pattern *regexp.Regexp
	at      func(value int) time.Time // a time that has the value
}{
	{"minute", 0, 59, parts(""), func(v int) time.Time { return time.Date(2023, 1, 1, 0, v, 0, 0, time.UTC) }},
	{"hour", 0, 23, parts(""), func(v int) time.Time { return time.Date(2023, 1, 1, v, 0, 0, 0, time.UTC) }},
	{"day of the month", 1, 31, parts(""), func(v int) time.Time { return time.Date(2023, 1, v, 0, 0, 0, 0, time.UTC) }},
	{"month", 1, 12, parts(`JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC`), func(v int) time.Time { return time.Date(2023, time.Month(v), 1, 0, 0, 0, 0, time.UTC) }},
	{"day of the week", 0, 6, parts(`SUN|MON|TUE|WED|THU|FRI|SAT`), func(v int) time.Time { return time.Date(2023, 1, 1+v, 0, 0, 0, 0, time.UTC) }}, // 1 January 2023 is a Sunday
}

// parts matches one part of a field: a value, a range, a range or all in steps.
// names are words that stand for values.
func parts(names string) *regexp.Regexp {
	value := `[0-9]{1,2}`
	if names != "" {
		value = `([0-9]{1,2}|` + names + `)`
	}
	return regexp.MustCompile(`(?i)^(` + value + `|(\*|` + value + `-` + value + `)(/[1-9][0-9]?)?)$`)
}

// Parse reads an expression like "30 2 * * *".
func Parse(text string) (Expression, error) {
	e := Expression{text: strings.Join(strings.Fields(text), " ")}
	texts := strings.Fields(text)
	if len(texts) != len(fields) {
		return Expression{}, errors.New(`must have five fields, minute, hour, day, month and day of the week, like "30 2 * * *"`)
	}
	segments, err := gronx.Segments(e.text)
	if err != nil {
		return Expression{}, err
	}
	check := &gronx.SegmentChecker{}
	for i, into := range []*[]int{&e.Minutes, &e.Hours, &e.Days, &e.Months, &e.Weekdays} {
		f := fields[i]
		for part := range strings.SplitSeq(texts[i], ",") {
			if !f.pattern.MatchString(part) {
				return Expression{}, fmt.Errorf("can't have %q as %s: write numbers, ranges like 1-5, steps like */2, or *", part, f.name)
			}
		}
		for v := f.lo; v <= f.hi; v++ {
			check.SetRef(f.at(v))
			due, err := check.CheckDue(segments[i+1], i+1)
			if err != nil || i == 4 && strings.Contains(segments[i+1], "7") {
				return Expression{}, fmt.Errorf("can't have %q as %s: it goes from %d to %d", texts[i], f.name, f.lo, f.hi)
			}
			if due {
				*into = append(*into, v)
			}
		}
		if len(*into) == 0 {
			return Expression{}, fmt.Errorf("can't have %q as %s: no value fits it", texts[i], f.name)
		}
	}
	if len(e.Days) < 31 && len(e.Weekdays) < 7 {
		return Expression{}, errors.New("can't have both a day of the month and a day of the week: schedulers differ in what that means")
	}
	if e.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC).IsZero() {
		return Expression{}, errors.New("names a day that never comes")
	}
	return e, nil
}

// String returns the expression as it was written.
func (e Expression) String() string { return e.text }

// Next returns the first time after t at which the expression is due on the
// clocks of zone, the zero time if there is none.
//
// A time that a clock put forward skips is due at the moment when it is put
// forward; a time that a clock put back shows twice is due the first time only.
// So a night is worked once on those days too.
func (e Expression) Next(t time.Time, zone *time.Location) time.Time {
	for wall := e.after(clock(t, zone)); !wall.IsZero(); wall = e.after(wall) {
		if due := instant(wall, zone); due.After(t) {
			return due
		}
	}
	return time.Time{}
}

// Last returns the last time, t or before it, at which the expression was due on
// the clocks of zone, the zero time if there is none.
func (e Expression) Last(t time.Time, zone *time.Location) time.Time {
	// While a clock shows an hour again, that hour's later times have been.
	const longestFold = 3 * time.Hour
	for wall := e.before(clock(t, zone).Add(longestFold)); !wall.IsZero(); wall = e.before(wall) {
		if due := instant(wall, zone); !due.After(t) {
			return due
		}
	}
	return time.Time{}
}

// horizon is how many days are searched: two 29ths of February lie eight years
// apart around a century without one.
const horizon = 9 * 366

// after returns the first wall time after wall.
func (e Expression) after(wall time.Time) time.Time {
	day := wall.Truncate(24 * time.Hour)
	for range horizon {
		if e.on(day) {
			for _, h := range e.Hours {
				for _, m := range e.Minutes {
					if tick := day.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute); tick.After(wall) {
						return tick
					}
				}
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}
}

// before returns the last wall time before wall.
func (e Expression) before(wall time.Time) time.Time {
	day := wall.Truncate(24 * time.Hour)
	for range horizon {
		if e.on(day) {
			for i := len(e.Hours) - 1; i >= 0; i-- {
				for j := len(e.Minutes) - 1; j >= 0; j-- {
					tick := day.Add(time.Duration(e.Hours[i])*time.Hour + time.Duration(e.Minutes[j])*time.Minute)
					if tick.Before(wall) {
						return tick
					}
				}
			}
		}
		day = day.AddDate(0, 0, -1)
	}
	return time.Time{}
}

// on reports whether the expression is due on a day.
func (e Expression) on(day time.Time) bool {
	return slices.Contains(e.Months, int(day.Month())) && slices.Contains(e.Days, day.Day()) && slices.Contains(e.Weekdays, int(day.Weekday()))
}

// clock is what the clocks of zone show at t, as if it were UTC.
func clock(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).UTC()
}

// instant is when the clocks of zone show wall: the first time where they show it
// twice, and the moment of the change where they skip it.
func instant(wall time.Time, zone *time.Location) time.Time {
	y, m, d := wall.Date()
	t := time.Date(y, m, d, wall.Hour(), wall.Minute(), 0, 0, zone)
	start, end := t.ZoneBounds()
	shown := clock(t, zone)
	switch {
	case shown.After(wall): // t is reckoned from before the change, and lies behind it
		return start.In(zone)
	case shown.Before(wall):
		return end.In(zone)
	}
	if start.IsZero() {
		return t
	}
	// Before the zone of t began, another offset may have shown the same.
	_, offset := start.Add(-time.Second).Zone()
	if earlier := wall.Add(-time.Duration(offset) * time.Second); earlier.Before(start) {
		return earlier.In(zone)
	}
	return t
}
