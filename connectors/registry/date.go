package registry

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a calendar date of ISO 8601, whole or as far as it is known:
// 2015-06-30, 2015-06, 2015; "" for none.
type Date string

// Year returns the year, 0 for no date.
func (d Date) Year() int {
	if len(d) < 4 {
		return 0
	}
	y, _ := strconv.Atoi(string(d[:4])) // a Date has one
	return y
}

// DateOf returns the date that text writes in one of the layouts of package
// time; "" for what is no date.
func DateOf(text string, layouts ...string) Date {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil && t.Year() > 0 {
			return Date(t.Format(time.DateOnly))
		}
	}
	return ""
}

// Instant returns the day, in UTC, of an instant of RFC 3339, and of a date or a
// local instant the day that it names.
func Instant(text string) Date {
	if t, err := time.Parse(time.RFC3339, text); err == nil && t.UTC().Year() > 0 {
		return Date(t.UTC().Format(time.DateOnly))
	}
	return DateOf(text, time.DateOnly, "2006-01-02T15:04:05")
}

// Compact reads a date of eight digits whose parts may be zero where they are not
// known: 20150600 is 2015-06, 00000000 is none.
func Compact(text string) Date {
	if len(text) != 8 {
		return ""
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return ""
	}
	year, month, day := int(n/10000), int(n/100%100), int(n%100)
	switch {
	case year == 0 || month > 12:
		return ""
	case month == 0:
		return Date(fmt.Sprintf("%04d", year))
	case day == 0:
		return Date(fmt.Sprintf("%04d-%02d", year, month))
	}
	return DateOf(text, "20060102")
}
