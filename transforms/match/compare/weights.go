package compare

import "math"

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

// squares are the sums of the squared weights of two sets and of what they share.
type squares struct{ a, b, shared float64 }

// squares adds in ascending order of ids, so that the sums are the same to the
// last bit whichever set comes first.
func (w Weights) squares(a, b []uint32) (s squares) {
	for len(a) > 0 || len(b) > 0 {
		inA := len(b) == 0 || len(a) > 0 && a[0] <= b[0]
		inB := len(a) == 0 || len(b) > 0 && b[0] <= a[0]
		var x float64
		if inA {
			x = float64(w[a[0]])
			a = a[1:]
			s.a += x * x
		}
		if inB {
			x = float64(w[b[0]])
			b = b[1:]
			s.b += x * x
		}
		if inA && inB {
			s.shared += x * x
		}
	}
	return s
}
