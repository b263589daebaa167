package expr

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"clientele/schemas"
)

// A decimal is an int64 that counts units of 1/10000: eighteen digits fit.
const (
	decimalUnit  = 10_000                    // 1.0
	decimalLimit = 1_000_000_000_000_000_000 // the first magnitude that does not fit
)

// parseDecimal reads digits with a point. It reports whether the value has at
// most 14 digits before the point and 4 after it.
func parseDecimal(text string, negative bool) (int64, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > schemas.DecimalScale {
		return 0, false
	}
	v, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", schemas.DecimalScale-len(fraction)), 10, 64)
	if err != nil || v >= decimalLimit {
		return 0, false
	}
	if negative {
		v = -v
	}
	return v, true
}

// decimalText writes v without trailing zeros.
func decimalText(v int64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	text := sign + strconv.FormatInt(v/decimalUnit, 10)
	if rest := v % decimalUnit; rest != 0 {
		digits := strconv.FormatInt(decimalUnit+rest, 10)[1:]
		text += "." + strings.TrimRight(digits, "0")
	}
	return text
}

func fitsDecimal(v int64) bool { return -decimalLimit < v && v < decimalLimit }

// saturated is beyond every decimal and far enough from the ends of int64 that
// a decimal can be added to it.
const saturated = 4 * decimalLimit

// decimalOfInt returns i as a decimal, or ±saturated where it does not fit. A
// saturated value compares like i itself, and adding a decimal to it gives what
// does not fit.
func decimalOfInt(i int64) int64 {
	switch {
	case i > saturated/decimalUnit:
		return saturated
	case i < -saturated/decimalUnit:
		return -saturated
	default:
		return i * decimalUnit
	}
}

// multiplyDecimal returns a·b/divisor rounded half away from zero, and whether
// it fits. The divisor is decimalUnit for two decimals and 1 for a decimal and
// an integer.
func multiplyDecimal(a, b int64, divisor uint64) (int64, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high >= divisor {
		return 0, false
	}
	q, rest := bits.Div64(high, low, divisor)
	if rest >= divisor-rest {
		q++
	}
	if q >= decimalLimit {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(q), true
	}
	return int64(q), true
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// roundDecimal rounds v half away from zero to places decimals.
func roundDecimal(v int64, places int) (int64, bool) {
	step := int64(1)
	for range schemas.DecimalScale - places {
		step *= 10
	}
	rest := v % step
	v -= rest
	switch {
	case 2*rest >= step && rest > 0:
		v += step
	case -2*rest >= step && rest < 0:
		v -= step
	}
	return v, fitsDecimal(v)
}

// floatOfDecimal returns the float nearest to v. Above 2^53 units the whole and
// the broken part are converted each for itself, as DuckDB does.
func floatOfDecimal(v int64) float64 {
	const exact = 1 << 53
	if -exact <= v && v <= exact {
		return float64(v) / decimalUnit
	}
	return float64(v/decimalUnit) + float64(v%decimalUnit)/decimalUnit
}

// roundFloat rounds x half away from zero to places decimals, in binary: 1.005
// lies below its decimal spelling and rounds down.
func roundFloat(x float64, places int) float64 {
	power := math.Pow(10, float64(places))
	if rounded := math.Round(x*power) / power; !math.IsInf(rounded, 0) && !math.IsNaN(rounded) {
		return rounded
	}
	return x
}

// decimalOfFloat returns x, already rounded to at most four decimals, as a
// decimal, and whether it fits.
func decimalOfFloat(x float64) (int64, bool) {
	scaled := math.Round(x * decimalUnit)
	if !(math.Abs(scaled) < decimalLimit) {
		return 0, false
	}
	return int64(scaled), true
}
