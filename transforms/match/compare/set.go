package compare

import "slices"

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
// equal: 1. An empty set and another have nothing in common: 0.
func Jaccard(a, b []uint32) float64 {
	shared := Shared(a, b)
	all := len(a) + len(b) - shared
	if all == 0 {
		return 1
	}
	return float64(shared) / float64(all)
}
