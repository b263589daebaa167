package compare

import (
	"math"
	"slices"
)

// Weights says by id how much a token tells: an id must be below its length,
// and no weight may be negative.
type Weights []float32

// IDF weighs every token by how rare it is: ln(1 + records/holders), holders
// being how many of the records have it. A token that none has weighs as one
// that a single record has; one that all have still weighs a little, so that
// values of common tokens only can be compared.
func IDF(holders []uint32, records int) Weights {
	w := make(Weights, len(holders))
	for id, n := range holders {
		w[id] = float32(math.Log1p(float64(records) / float64(max(n, 1))))
	}
	return w
}

// Jaccard is the part of the weight of two sets that both have. Sets that weigh
// nothing are alike when they are equal, also for the other measures.
func (w Weights) Jaccard(a, b []uint32) float64 {
	s := w.sums(a, b)
	if s.all == 0 {
		return equal(a, b)
	}
	return part(s.shared, s.all)
}

// Overlap is the part of the weight of the lighter set that is in the other.
func (w Weights) Overlap(a, b []uint32) float64 {
	s := w.sums(a, b)
	if s.all == 0 {
		return equal(a, b)
	}
	return part(s.shared, min(s.a, s.b))
}

// Cosine is the cosine of two sets as vectors of weights: with IDF, the TF-IDF
// similarity of texts that name each token once.
func (w Weights) Cosine(a, b []uint32) float64 {
	s := w.sums(a, b)
	if s.all == 0 {
		return equal(a, b)
	}
	return part(s.squareShared, math.Sqrt(s.squareA*s.squareB))
}

// sums are the weights of two sets, and the squares of those weights.
type sums struct {
	a, b, shared, all              float64
	squareA, squareB, squareShared float64
}

// sums adds in ascending order of ids, so that the sums are the same to the
// last bit whichever set comes first.
func (w Weights) sums(a, b []uint32) (s sums) {
	for len(a) > 0 || len(b) > 0 {
		inA := len(b) == 0 || len(a) > 0 && a[0] <= b[0]
		inB := len(a) == 0 || len(b) > 0 && b[0] <= a[0]
		var x float64
		if inA {
			x = float64(w[a[0]])
			a = a[1:]
			s.a += x
			s.squareA += x * x
		}
		if inB {
			x = float64(w[b[0]])
			b = b[1:]
			s.b += x
			s.squareB += x * x
		}
		if inA && inB {
			s.shared += x
			s.squareShared += x * x
		}
		s.all += x
	}
	return s
}

func equal(a, b []uint32) float64 {
	if slices.Equal(a, b) {
		return 1
	}
	return 0
}
