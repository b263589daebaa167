package compare

import (
	"math"
	"slices"
)

// maxSoft is how many tokens of a value, beside those that both values have,
// look for a similar one: the heaviest ones.
const maxSoft = 16

// SoftTFIDF is the TF-IDF similarity of two sets of tokens in which a token
// that is spelled a little differently counts by how similar it is (Cohen,
// Ravikumar and Fienberg 2003, "A Comparison of String Distance Metrics for
// Name-Matching Tasks"). Unlike there, a token has one partner at most, and the
// pairs that weigh most are taken first: so the measure is symmetric, is 1 for
// equal sets only, and a name cannot be matched twice by one that repeats it.
type SoftTFIDF struct {
	Weights   Weights
	Similar   func(x, y uint32) float64 // of two tokens, 0 to 1, symmetric: such as JaroWinkler of their spellings
	Threshold float64                   // less similar tokens have nothing in common; 0.9 in the paper
}

// Compare is the similarity of two sets of ids, 0 to 1. Sets that weigh nothing
// are alike when they are equal.
func (c *SoftTFIDF) Compare(a, b []uint32) float64 {
	s := c.Weights.squares(a, b)
	if s.a == 0 || s.b == 0 {
		if slices.Equal(a, b) {
			return 1
		}
		return 0
	}
	var restA, restB rest
	restA.without(c.Weights, a, b)
	restB.without(c.Weights, b, a)
	alike := s.shared + c.soft(&restA, &restB)
	return min(alike/math.Sqrt(s.a*s.b), 1)
}

// soft pairs what two sets do not share, best pair first, and adds up what the
// pairs weigh. Of pairs that weigh the same, the one with the lowest id, and
// then with the lowest other id, comes first, whichever set they are of.
func (c *SoftTFIDF) soft(a, b *rest) float64 {
	if a.n == 0 || b.n == 0 {
		return 0
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	pairs := s.pairs[:0]
	for _, x := range a.ids[:a.n] {
		for _, y := range b.ids[:b.n] {
			similar := c.Similar(min(x, y), max(x, y))
			if similar < c.Threshold {
				continue
			}
			weight := float64(c.Weights[x]) * float64(c.Weights[y]) * min(similar, 1)
			if weight > 0 {
				pairs = append(pairs, softPair{weight, x, y})
			}
		}
	}
	s.pairs = pairs
	total := 0.0
	for len(pairs) > 0 {
		best := pairs[0]
		for _, p := range pairs[1:] {
			if p.before(best) {
				best = p
			}
		}
		total += best.weight
		left := pairs[:0]
		for _, p := range pairs {
			if p.x != best.x && p.y != best.y {
				left = append(left, p)
			}
		}
		pairs = left
	}
	return total
}

// softPair is a token of either value, and what their likeness weighs.
type softPair struct {
	weight float64
	x, y   uint32
}

func (p softPair) before(q softPair) bool {
	if p.weight != q.weight {
		return p.weight > q.weight
	}
	if low, other := min(p.x, p.y), min(q.x, q.y); low != other {
		return low < other
	}
	return max(p.x, p.y) < max(q.x, q.y)
}

// rest is what one set has and another has not, up to the maxSoft heaviest.
type rest struct {
	ids [maxSoft]uint32
	n   int
}

// without collects the ids of a that b has not.
func (r *rest) without(w Weights, a, b []uint32) {
	for _, x := range a {
		for len(b) > 0 && b[0] < x {
			b = b[1:]
		}
		if len(b) > 0 && b[0] == x {
			continue
		}
		if r.n < maxSoft {
			r.ids[r.n] = x
			r.n++
			continue
		}
		lightest := 0
		for i, id := range r.ids {
			if w[id] <= w[r.ids[lightest]] {
				lightest = i
			}
		}
		if w[x] > w[r.ids[lightest]] {
			r.ids[lightest] = x
		}
	}
}
