package conform

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"clientele/schemas"
)

var (
	point   = schemas.Format{}
	comma   = schemas.Format{Decimal: ','}
	belgian = schemas.Format{Decimal: ',', Thousands: '.'}
	swiss   = schemas.Format{Decimal: '.', Thousands: '’'}
)

func TestReadDecimal(t *testing.T) {
	for _, c := range []struct {
		text   string
		format schemas.Format
		want   int64
		err    error
	}{
		{"0", point, 0, nil},
		{"1.5", point, 15000, nil},
		{"1,5", comma, 15000, nil},
		{".5", point, 5000, nil},
		{"5.", point, 50000, nil},
		{"-0", point, 0, nil},
		{"+3", point, 30000, nil},
		{"-12,34", comma, -123400, nil},
		{"12,34-", comma, -123400, nil},
		{"− 12", point, -120000, nil},
		{"€ 1.234,56", belgian, 12345600, nil},
		{"1.234.567,8 €", belgian, 12345678000, nil},
		{"1’234.5", swiss, 12345000, nil},
		{"1 234,5", comma, 12345000, nil},
		{"1\u202f234,5", comma, 12345000, nil},
		{"1.50", belgian, 0, errBadNumber},
		{"1.5000,1", belgian, 0, errBadNumber},
		{"1..000", belgian, 0, errBadNumber},
		{"1.000.", belgian, 0, errBadNumber},
		{"1.234", comma, 0, errBadNumber},
		{"1,2,3", comma, 0, errBadNumber},
		{"0.00005", point, 1, nil},
		{"-0.00005", point, -1, nil},
		{"0.00004999", point, 0, nil},
		{"0.99995", point, 10000, nil},
		{"1.00005", point, 10001, nil},
		{"99999999999999.9999", point, maxScaled, nil},
		{"99999999999999.99995", point, 0, errTooLarge},
		{"100000000000000", point, 0, errTooLarge},
		{"-99999999999999.9999", point, -maxScaled, nil},
		{"00000000000000000000000001", point, 10000, nil},
		{"1e+05", point, 1_000_000_000, nil},
		{"1,5E3", comma, 15_000_000, nil},
		{"1.00005e0", point, 10001, nil},
		{"-2.5e-4", point, -3, nil},
		{"1e14", point, 0, errTooLarge},
		{"1e999999999", point, 0, errTooLarge},
		{"1e", point, 0, errBadNumber},
		{"1e5e5", point, 0, errBadNumber},
		{"1e0x5", point, 0, errBadNumber},
		{"", point, 0, errBadNumber},
		{"-", point, 0, errBadNumber},
		{".", point, 0, errBadNumber},
		{"--1", point, 0, errBadNumber},
		{"1-2", point, 0, errBadNumber},
		{"12 EUR", point, 0, errBadNumber},
		{"0x1F", point, 0, errBadNumber},
		{"NaN", point, 0, errBadNumber},
		{"١", point, 0, errBadNumber},
	} {
		got, err := readDecimal(c.text, c.format)
		if !errors.Is(err, c.err) || err == nil && got != c.want {
			t.Errorf("readDecimal(%q, %+v) = %d, %v; want %d, %v", c.text, c.format, got, err, c.want, c.err)
		}
	}
}

// roundHalfAway is the reference: a rational scaled by unit.
func roundHalfAway(v *big.Rat) *big.Int {
	twice := new(big.Rat).Mul(v, big.NewRat(2*unit, 1))
	n := new(big.Int).Quo(twice.Num(), twice.Denom()) // towards zero, of the double
	n.Add(n, big.NewInt(int64(twice.Sign())))
	return n.Quo(n, big.NewInt(2))
}

func TestReadDecimalIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		format := rapid.SampledFrom([]schemas.Format{point, comma, belgian, swiss}).Draw(r, "format")
		whole := rapid.Uint64Range(0, 20_000_000_000_000).Draw(r, "whole")
		fraction := rapid.StringMatching(`[0-9]{0,8}`).Draw(r, "fraction")
		negative := rapid.Bool().Draw(r, "negative")
		plain := fmt.Sprint(whole)
		if fraction != "" {
			plain += "." + fraction
		}
		value, _ := new(big.Rat).SetString(plain)
		decimal := format.Decimal
		if decimal == 0 {
			decimal = '.'
		}
		text := fmt.Sprint(whole)
		if format.Thousands != 0 && rapid.Bool().Draw(r, "grouped") {
			for i := len(text) - 3; i > 0; i -= 3 {
				text = text[:i] + string(format.Thousands) + text[i:]
			}
		}
		if fraction != "" {
			text += string(decimal) + fraction
		}
		exponent := rapid.IntRange(-6, 3).Draw(r, "exponent")
		if rapid.Bool().Draw(r, "scientific") {
			text += "e" + strconv.Itoa(exponent)
			power, _ := new(big.Rat).SetString("1e" + strconv.Itoa(exponent))
			value.Mul(value, power)
		}
		if negative {
			value.Neg(value)
			if strings.Contains(text, "e") || rapid.Bool().Draw(r, "before") {
				text = "-" + text
			} else {
				text += "-"
			}
		}
		want := roundHalfAway(value)
		got, err := readDecimal(text, format)
		if new(big.Int).Abs(want).Cmp(big.NewInt(maxScaled)) > 0 {
			if !errors.Is(err, errTooLarge) {
				r.Fatalf("%q gives %d, %v; want it to be too large", text, got, err)
			}
			return
		}
		if err != nil || got != want.Int64() {
			r.Fatalf("%q gives %d, %v; want %v", text, got, err, want)
		}
	})
}

func TestReadInt(t *testing.T) {
	for text, want := range map[string]int64{"17850": 17850, "17850.0": 17850, "017850": 17850, "-3": -3, "+3": 3, "1e+05": 100000, "9223372036854775807": 1<<63 - 1} {
		if got, err := readInt(text, point); err != nil || got != want {
			t.Errorf("readInt(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"1.5", "C17850", "", "9223372036854775808"} {
		if got, err := readInt(text, point); err == nil {
			t.Errorf("readInt(%q) = %d, want an error", text, got)
		}
	}
}

func TestReadBool(t *testing.T) {
	for text, want := range map[string]bool{"true": true, "JA": true, "Oui": true, "x": true, "1": true, "false": false, "Nee": false, "non": false, "0": false, "N": false} {
		if got, err := readBool(text); err != nil || got != want {
			t.Errorf("readBool(%q) = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "2", "maybe", "tru"} {
		if _, err := readBool(text); !errors.Is(err, errBadBool) {
			t.Errorf("readBool(%q): %v, want bad_boolean", text, err)
		}
	}
}

func TestReadTime(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	google := []string{"2006/01/02 3:04:05 PM MST"}
	day := append([]string{"02/01/2006", "2/1/2006 15:04"}, isoLayouts...)
	for _, c := range []struct {
		text    string
		layouts []string
		want    string
	}{
		{"03/04/2026", day, "2026-04-03T00:00:00+02:00"},
		{"3/4/2026 9:30", day, "2026-04-03T09:30:00+02:00"},
		{"2026-01-31", isoLayouts, "2026-01-31T00:00:00+01:00"},
		{"2026-01-31 10:11:12", isoLayouts, "2026-01-31T10:11:12+01:00"},
		{"2026-01-31T10:11:12Z", isoLayouts, "2026-01-31T10:11:12Z"},
		{"2026-01-31T10:11:12-05:00", isoLayouts, "2026-01-31T10:11:12-05:00"},
		{"2026-01-31T10:11:12.25", isoLayouts, "2026-01-31T10:11:12+01:00"},
		{"2026/05/19 11:15:28 PM GMT+2", google, "2026-05-19T23:15:28+02:00"},
		{"2026/05/19 11:15:28 PM GMT-5", google, "2026-05-19T23:15:28-05:00"},
		{"2026/05/19 11:15:28 PM GMT", google, "2026-05-19T23:15:28Z"},
		{"2026/05/19 11:15:28 PM UTC", google, "2026-05-19T23:15:28Z"},
		{"2026/05/19 11:15:28 PM CEST", google, "2026-05-19T23:15:28+02:00"},
	} {
		got, _, err := readTime(c.text, c.layouts, brussels)
		if err != nil || got.Format(time.RFC3339) != c.want {
			t.Errorf("readTime(%q) = %v, %v; want %s", c.text, got, err, c.want)
		}
	}
	if got, _, err := readTime("2026/05/19 11:15:28 PM PST", google, brussels); !errors.Is(err, errBadDate) {
		t.Errorf("a zone that the source's own does not know is read as %v, %v", got, err)
	}
	for _, text := range []string{"31/02/2026", "02/31/2026", "2026-02-30", "29/02/2025", "0000-01-01", "10000-01-01", "today", "", "2026", "2026-1-1"} {
		if got, _, err := readTime(text, day, brussels); !errors.Is(err, errBadDate) {
			t.Errorf("readTime(%q) = %v, %v; want bad_date", text, got, err)
		}
	}
	// Without a layout nobody guesses whether a day or a month stands first.
	if _, _, err := readTime("03/04/2026", isoLayouts, brussels); !errors.Is(err, errBadDate) {
		t.Errorf("03/04/2026 is read without a layout: %v", err)
	}
}

func TestWithoutVAT(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rate := rapid.SampledFrom([]float64{6, 9, 12, 19, 20, 21, 25, 5.5, 60, 100}).Draw(r, "rate")
		n := rapid.Int64Range(-10_000_000_000_000, 10_000_000_000_000).Draw(r, "amount")
		exact, _ := new(big.Rat).SetString(strconv.FormatFloat(rate, 'f', -1, 64))
		divisor := new(big.Rat).Add(big.NewRat(1, 1), exact.Mul(exact, big.NewRat(1, 100)))
		want := roundHalfAway(new(big.Rat).Quo(big.NewRat(n, unit), divisor))
		if got := withoutVAT(n, rate); got != want.Int64() {
			r.Fatalf("withoutVAT(%d, %v) = %d, want %v", n, rate, got, want)
		}
	})
}

// FuzzReaders tries that no text makes a reader panic, and that a number which
// is read is one that a Decimal column holds.
func FuzzReaders(f *testing.F) {
	for _, s := range []string{"", "1.234,56-", "1e+05", "−5", "€", "31/02/2026", "ja", "1e-400", "9999999999999999999999", "\xff"} {
		f.Add(s, ',', '.')
	}
	f.Fuzz(func(t *testing.T, s string, decimal, thousands rune) {
		if !utf8.ValidRune(decimal) || !utf8.ValidRune(thousands) {
			return
		}
		format := schemas.Format{Decimal: decimal, Thousands: thousands}
		if n, err := readDecimal(s, format); err == nil && (n > maxScaled || n < -maxScaled) {
			t.Errorf("readDecimal(%q) = %d", s, n)
		}
		if n, err := readInt(s, format); err == nil {
			if again, err := readInt(strconv.FormatInt(n, 10), format); err != nil || again != n {
				t.Errorf("readInt(%q) = %d, which is read as %d, %v", s, n, again, err)
			}
		}
		if _, err := readFloat(s, format); err != nil && !errors.Is(err, errBadNumber) {
			t.Error(err)
		}
		if at, _, err := readTime(s, isoLayouts, time.UTC); err == nil && (at.Year() < 1 || at.Year() > 9999) {
			t.Errorf("readTime(%q) = %v", s, at)
		}
		_, _ = readBool(s)
	})
}
