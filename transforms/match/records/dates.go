package records

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// date returns a date as eight digits, year first, from any notation whose order
// shows: 1971-06-24, 24/06/1971, 19710624, 24.6.71 has no century and yields
// nothing. A date that no calendar has is kept: a mistyped one still resembles
// the right one.
func date(raw string) string {
	raw = strings.TrimSpace(raw)
	if i := strings.IndexAny(raw, "T "); i >= 8 {
		raw = raw[:i] // a time of day follows
	}
	parts := strings.FieldsFunc(raw, func(r rune) bool { return r < '0' || r > '9' })
	switch {
	case len(parts) == 1 && len(parts[0]) == 8:
		d := parts[0]
		if !plausibleYear(d[:4]) && plausibleYear(d[4:]) {
			return d[4:] + d[2:4] + d[:2]
		}
		return d
	case len(parts) == 1 && len(parts[0]) == 4 && plausibleYear(parts[0]):
		return parts[0] + "0000"
	case len(parts) == 3 && len(parts[0]) == 4 && len(parts[1]) <= 2 && len(parts[2]) <= 2:
		return parts[0] + two(parts[1]) + two(parts[2])
	case len(parts) == 3 && len(parts[2]) == 4 && len(parts[0]) <= 2 && len(parts[1]) <= 2:
		return parts[2] + two(parts[1]) + two(parts[0])
	}
	return ""
}

func plausibleYear(s string) bool { return s >= "1700" && s <= "2199" }

func two(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// NoDay stands for a date that no calendar has.
const NoDay = math.MinInt32

// day returns the days since 1970 of eight digits, NoDay where they are no date.
func day(s string) int32 {
	if len(s) != 8 {
		return NoDay
	}
	t, err := time.Parse("20060102", s)
	if err != nil {
		return NoDay
	}
	return int32(t.Unix() / 86400)
}

// number returns a quantity in one spelling, "" where s is none. The last of
// two kinds of separators is the decimal one.
func number(s string) string {
	s = strings.TrimSpace(strings.NewReplacer(" ", "", "€", "", "$", "", "£", "", "%", "").Replace(s))
	dot, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case comma > dot && dot >= 0, comma >= 0 && dot < 0 && len(s)-comma != 4:
		s = strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	default:
		s = strings.ReplaceAll(s, ",", "")
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
