package compare

import (
	"math"
	"slices"
)

// Set sorts ids and takes out what stands twice, in place. Sets of tokens and
// of q-grams are compared in this form. How often a token stands in one value
// does not count.
func Set(ids []uint32) []uint32 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Shared is the number of ids that two sets have in common.
func Shared(a, b []uint32) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		x, y := a[0], b[0]
		if x == y {
			n++
		}
		if x <= y {
			a = a[1:]
		}
		if y <= x {
			b = b[1:]
		}
	}
	return n
}

// Jaccard is the part of all ids of two sets that both have. Two empty sets are
// equal: 1. An empty set and another have nothing in common: 0. The same holds
// for the other measures of sets.
func Jaccard(a, b []uint32) float64 {
	n := Shared(a, b)
	return ratio(float64(n), float64(len(a)+len(b)-n))
}

// Dice is twice what two sets share over the sum of their sizes.
func Dice(a, b []uint32) float64 {
	return ratio(float64(2*Shared(a, b)), float64(len(a)+len(b)))
}

// Cosine is what two sets share over the geometric mean of their sizes.
func Cosine(a, b []uint32) float64 {
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	return part(float64(Shared(a, b)), math.Sqrt(float64(len(a))*float64(len(b))))
}

// Overlap is the part of the smaller set that the larger one contains: 1 when a
// short form of a name is contained in the long one.
func Overlap(a, b []uint32) float64 {
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	return part(float64(Shared(a, b)), float64(min(len(a), len(b))))
}

// ratio is n of total, and 1 where there is nothing at all.
func ratio(n, total float64) float64 {
	if total == 0 {
		return 1
	}
	return min(n/total, 1)
}

// part is n of total, and 0 where there is nothing to be part of.
func part(n, total float64) float64 {
	if total == 0 {
		return 0
	}
	return min(n/total, 1)
}
