package config

import (
	"errors"
	"fmt"
	"time"

	"clientele/connectors"
)

// Dated says what dates the deliveries of a source: a date in their names, or
// when they were last changed. The zero value says that nothing does.
type Dated struct {
	layout   string // as package time has them
	modified bool
}

// ParseDated reads a layout like "2006-01-02", or "modified".
func ParseDated(text string) (Dated, error) {
	if text == "modified" {
		return Dated{modified: true}, nil
	}
	bad := errors.New(`must be a layout of year, month and day like "2006-01-02" or "20060102", or modified`)
	// A layout that leaves out a part of the date, or changes its width, does not
	// bring a date back; one that holds more writes each hour in another way.
	const evening = 19*time.Hour + 31*time.Minute + 47*time.Second
	for _, day := range []string{"1987-11-23", "2026-03-05"} {
		want, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return Dated{}, err
		}
		written := want.Format(text)
		if got, err := time.Parse(text, written); err != nil || !got.Equal(want) || len(written) != len(text) || want.Add(evening).Format(text) != written {
			return Dated{}, bad
		}
	}
	return Dated{layout: text}, nil
}

// Zero reports whether nothing dates the deliveries.
func (d Dated) Zero() bool { return d == Dated{} }

// Date returns the date of a delivery; zone is that of the company. ok is false
// where nothing dates the deliveries of the source.
func (d Dated) Date(delivery connectors.Delivery, zone *time.Location) (date time.Time, ok bool, err error) {
	switch {
	case d.Zero():
		return time.Time{}, false, nil
	case d.modified:
		if delivery.Modified.IsZero() {
			return time.Time{}, false, connectors.Errorf(connectors.KindData, "undated", "give `dated` a layout, or leave it out", "%s does not say when it was changed", delivery.Name)
		}
		y, m, day := delivery.Modified.In(zone).Date()
		return time.Date(y, m, day, 0, 0, 0, 0, time.UTC), true, nil
	}
	if date, ok = inName(delivery.Name, d.layout); !ok {
		err = connectors.Errorf(connectors.KindData, "undated", fmt.Sprintf("rename it, or correct `dated: %q` of its source", d.layout), "%s has no date in its name", delivery.Name)
	}
	return date, ok, err
}

// inName returns the last date in a name that is written in a layout and stands
// alone: digits beside it would make it part of a longer number.
func inName(name, layout string) (time.Time, bool) {
	digit := func(i int) bool { return i >= 0 && i < len(name) && '0' <= name[i] && name[i] <= '9' }
	for at := len(name) - len(layout); at >= 0; at-- {
		end := at + len(layout)
		if digit(at) && digit(at-1) || digit(end-1) && digit(end) {
			continue
		}
		if date, err := time.Parse(layout, name[at:end]); err == nil {
			return date, true
		}
	}
	return time.Time{}, false
}
