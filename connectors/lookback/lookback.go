// Package lookback is how far behind its cursor a source reads again, for rows that
// were committed late.
package lookback

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/schemas/option"
)

// Distance is one between two values of a cursor: a time, or a number.
type Distance struct {
	Time   time.Duration
	Number int64
}

// Zero reports whether it is no distance.
func (d Distance) Zero() bool { return d == Distance{} }

// Option adds the option lookback to a spec, bound to p.
func Option(s *option.Spec, p *Distance) {
	o := s.Func("lookback", "duration | number", "how far behind the last value of the cursor reading begins again, for rows that were committed late", func(text string) (err error) {
		*p, err = Parse(text)
		return err
	})
	o.Example("2d").Example("1h").Example("1000")
}

// Parse reads 2d, 1h, 90m, or a whole number.
func Parse(text string) (Distance, error) {
	bad := errors.New("must be a duration like 2d, 1h or 90m, or a whole number")
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
		return Distance{Number: n}, nil
	}
	days, err := strconv.ParseInt(strings.TrimSuffix(text, "d"), 10, 32)
	if strings.HasSuffix(text, "d") && err == nil && days > 0 && days < 36_500 {
		return Distance{Time: time.Duration(days) * 24 * time.Hour}, nil
	}
	t, err := time.ParseDuration(text)
	if err != nil || t <= 0 {
		return Distance{}, bad
	}
	return Distance{Time: t}, nil
}

// layouts are how servers write the times of cursors. Fractions of seconds are
// kept as they come.
var layouts = []string{
	"2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999-07:00", "2006-01-02 15:04", time.DateOnly,
}

// Before returns the value of a cursor that lies so far behind another. An error says that
// the cursor is of another kind.
func (d Distance) Before(cursor string) (string, error) {
	if d.Number > 0 {
		if n, err := strconv.ParseInt(cursor, 10, 64); err == nil {
			return strconv.FormatInt(n-d.Number, 10), nil
		}
	} else {
		for _, layout := range layouts {
			if t, err := time.Parse(layout, cursor); err == nil {
				return t.Add(-d.Time).Format(layout), nil
			}
		}
	}
	return "", connectors.Errorf(connectors.KindConfig, "bad_lookback", "give a duration for a cursor of times, a number for one of whole numbers, and none for a rowversion", "the lookback does not fit the cursor")
}
