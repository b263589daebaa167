package selection

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/schemas/option"
)

// Lookback is how far behind its cursor a source reads again, for rows that were
// committed late: a time, or a number.
type Lookback struct {
	Time   time.Duration
	Number int64
}

// Zero reports whether there is none.
func (l Lookback) Zero() bool { return l == Lookback{} }

// Spec adds the option lookback to a spec, bound to l.
func (l *Lookback) Spec(s *option.Spec) {
	o := s.Func("lookback", "duration | number", "how far behind the last value of the cursor reading begins again, for rows that were committed late", func(text string) (err error) {
		*l, err = Parse(text)
		return err
	})
	o.Example("2d").Example("1h").Example("1000")
}

// Parse reads 2d, 1h, 90m, or a whole number.
func Parse(text string) (Lookback, error) {
	bad := errors.New("must be a duration like 2d, 1h or 90m, or a whole number")
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
		return Lookback{Number: n}, nil
	}
	days, err := strconv.ParseInt(strings.TrimSuffix(text, "d"), 10, 32)
	if strings.HasSuffix(text, "d") && err == nil && days > 0 && days < 36_500 {
		return Lookback{Time: time.Duration(days) * 24 * time.Hour}, nil
	}
	t, err := time.ParseDuration(text)
	if err != nil || t <= 0 {
		return Lookback{}, bad
	}
	return Lookback{Time: t}, nil
}

// layouts are how servers write the times of cursors. Fractions of seconds are
// kept as they come.
var layouts = []string{
	"2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999-07:00", "2006-01-02 15:04", time.DateOnly,
}

// Before returns the value of a cursor that lies so far behind another. An error says that
// the cursor is of another kind.
func (l Lookback) Before(cursor string) (string, error) {
	if l.Number > 0 {
		if n, err := strconv.ParseInt(cursor, 10, 64); err == nil {
			return strconv.FormatInt(n-l.Number, 10), nil
		}
	} else {
		for _, layout := range layouts {
			if t, err := time.Parse(layout, cursor); err == nil {
				return t.Add(-l.Time).Format(layout), nil
			}
		}
	}
	return "", connectors.Errorf(connectors.KindConfig, "bad_lookback", "give a duration for a cursor of times, a number for one of whole numbers, and none for a rowversion", "the lookback does not fit the cursor")
}
