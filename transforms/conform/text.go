package conform

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"clientele/schemas"
)

// The faults of a value. Their texts are the codes that issues and quarantine
// carry.
var (
	errBadNumber   = errors.New("bad_number")
	errBadDate     = errors.New("bad_date")
	errBadBool     = errors.New("bad_boolean")
	errTooLarge    = errors.New("number_too_large")
	errUnknownCode = errors.New("unknown_code")
)

// unit is one in the scaled integers that hold decimals.
const unit = 10000

// maxScaled is the largest scaled integer that a Decimal column holds.
const maxScaled = 999_999_999_999_999_999

// readDecimal reads a number as format writes it, as an integer scaled by unit,
// rounded half away from zero where it has more decimals than that. A sign may
// stand before or after; blanks and a currency sign are passed over. Separators
// of thousands must stand before three digits each: in 1.50 the point is none.
func readDecimal(s string, f schemas.Format) (int64, error) {
	point := f.Decimal
	if point == 0 {
		point = '.'
	}
	var value, decimals int64
	var digits, fraction int
	group := 3 // digits since the last separator of thousands
	negative, afterPoint, grouped, roundUp := false, false, false, false
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
			if grouped && !afterPoint {
				group++
			}
			switch {
			case !afterPoint || fraction < 4:
				if value > maxScaled/10 {
					return 0, errTooLarge
				}
				value = value*10 + int64(r-'0')
				if afterPoint {
					fraction++
				}
			case decimals == 0: // the fifth decimal decides the rounding
				roundUp = r >= '5'
				decimals++
			}
		case r == point && !afterPoint:
			afterPoint = true
		case r == f.Thousands && f.Thousands != 0 && !afterPoint && digits > 0 && group == 3:
			grouped, group = true, 0
		case r == '-' || r == '−':
			if negative || (digits > 0 && strings.TrimSpace(s[i+len(string(r)):]) != "") {
				return 0, errBadNumber
			}
			negative = true
		case r == '+' && digits == 0:
		case r == ' ' || r == '\u00a0' || r == '\u202f' || r == '€':
		case (r == 'e' || r == 'E') && digits > 0:
			return readExponent(s, f)
		default:
			return 0, errBadNumber
		}
	}
	if digits == 0 || group != 3 {
		return 0, errBadNumber
	}
	for ; fraction < 4; fraction++ {
		if value > maxScaled/10 {
			return 0, errTooLarge
		}
		value *= 10
	}
	if roundUp {
		if value == maxScaled {
			return 0, errTooLarge
		}
		value++
	}
	if negative {
		value = -value
	}
	return value, nil
}

// maxExponent is that of the largest number that is looked at: what has more
// zeros is too large, or nothing.
const maxExponent = 40

// readExponent reads what statistics programs write for round numbers: 1e+05.
func readExponent(s string, f schemas.Format) (int64, error) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(plainNumber(s, f)), "e")
	n, err := strconv.Atoi(exponent)
	if err != nil || strings.Trim(mantissa, "+-.0123456789") != "" {
		return 0, errBadNumber
	}
	if n > maxExponent || n < -maxExponent || len(mantissa) > maxExponent {
		return 0, errTooLarge
	}
	v, ok := new(big.Rat).SetString(mantissa + "e" + exponent)
	if !ok {
		return 0, errBadNumber
	}
	// FloatString rounds half away from zero.
	scaled, err := strconv.ParseInt(v.Mul(v, big.NewRat(unit, 1)).FloatString(0), 10, 64)
	if err != nil || scaled > maxScaled || scaled < -maxScaled {
		return 0, errTooLarge
	}
	return scaled, nil
}

// plainNumber returns a number with a point and no separators of thousands.
func plainNumber(s string, f schemas.Format) string {
	if f.Thousands != 0 {
		s = strings.ReplaceAll(s, string(f.Thousands), "")
	}
	if f.Decimal != 0 {
		s = strings.ReplaceAll(s, string(f.Decimal), ".")
	}
	return strings.TrimSpace(s)
}

// readInt reads a whole number; decimals that are all zero are passed over.
func readInt(s string, f schemas.Format) (int64, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	n, err := readDecimal(s, f)
	if err != nil {
		return 0, err
	}
	if n%unit != 0 {
		return 0, errBadNumber
	}
	return n / unit, nil
}

// readFloat reads a number as format writes it.
func readFloat(s string, f schemas.Format) (float64, error) {
	v, err := strconv.ParseFloat(plainNumber(s, f), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, errBadNumber
	}
	return v, nil
}

var booleans = map[string]bool{
	"true": true, "1": true, "yes": true, "y": true, "ja": true, "j": true, "oui": true, "o": true, "x": true, "on": true, "waar": true, "vrai": true, "wahr": true,
	"false": false, "0": false, "no": false, "n": false, "nee": false, "nein": false, "non": false, "off": false, "onwaar": false, "faux": false, "falsch": false,
}

// readBool reads yes or no in the languages of sources.
func readBool(s string) (bool, error) {
	b, ok := booleans[strings.ToLower(s)]
	if !ok {
		return false, errBadBool
	}
	return b, nil
}

// isoLayouts are ways to write a date that can be read in one way only.
var isoLayouts = []string{
	time.DateOnly, time.DateTime, "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04Z07:00",
	"2006-01-02 15:04:05Z07:00", "2006-01-02T15:04",
}

// readTime reads a date or an instant in one of the layouts; an instant without
// a zone is one of zone's.
func readTime(s string, layouts []string, zone *time.Location) (t time.Time, clock bool, err error) {
	for _, layout := range layouts {
		t, err := time.ParseInLocation(layout, s, zone)
		if err == nil && strings.Contains(layout, "MST") {
			t, err = named(t)
		}
		if err == nil && t.Year() >= 1 && t.Year() <= 9999 {
			return t, strings.Contains(layout, ":04"), nil
		}
	}
	return time.Time{}, false, errBadDate
}

// named puts right what package time makes of a zone that the text names and the
// source's own does not know: it takes the clock for UTC's. GMT+2, which web tools
// write, says its offset; what else such a name means nobody can tell.
func named(t time.Time) (time.Time, error) {
	name, offset := t.Zone()
	switch {
	case t.Location().String() != name, name == "UTC", name == "GMT": // known
		return t, nil
	case strings.HasPrefix(name, "GMT"):
		return t.Add(-time.Duration(offset) * time.Second), nil
	}
	return time.Time{}, errBadDate
}

// days returns the calendar date of t, as t writes it, in days since 1970.
func days(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}
