package compare

import "math"

// RelativeDifference is how far two numbers are apart, as a part of the larger
// one: 0 for equal numbers, 1 where they differ in sign or only one is zero. It
// is NaN, and so on no side of any limit, when one of them is.
func RelativeDifference(a, b float64) float64 {
	switch {
	case a == b:
		return 0
	case math.IsNaN(a) || math.IsNaN(b):
		return math.NaN()
	case math.Signbit(a) != math.Signbit(b):
		return 1
	case math.IsInf(a, 0) || math.IsInf(b, 0):
		return 1
	}
	a, b = math.Abs(a), math.Abs(b)
	return math.Abs(a-b) / max(a, b)
}
