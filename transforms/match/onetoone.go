package match

import (
	"math"
	"slices"

	"clientele/transforms/match/model"
)

// competition is where pairs of two sources without duplicates compete: a record
// matches one record of the other source at most, so what speaks for one
// pair speaks against the others of its records, and where nearly all records have
// a match, the best one needs little evidence. (A pair's probability is that of
// its record choosing it among all candidates and none: Sadinle 2017, in its
// marginal form.)
type competition struct {
	small, large float64 // records of the two sources
	left, right  map[int32]float64
	matched      float64 // share of records of the smaller source that have a match
}

// choices bounds how often the share of matched records is estimated anew.
const choices = 20

// oneToOne gives the pairs of sources without duplicates the weights that they
// have in competition. prior is the weight of a pair of which nothing is known.
func (m *Matching) oneToOne(unique func(int32) int32, prior float64) {
	sizes := make([]float64, len(m.Records.Sources))
	for i := range int32(m.Records.Len()) {
		sizes[m.Records.Source(i)]++
	}
	fields := map[[2]int32]*competition{}
	of := func(p ScoredPair) *competition {
		a, b := unique(p.A), unique(p.B)
		if a < 0 || b < 0 || a == b {
			return nil
		}
		key := [2]int32{min(a, b), max(a, b)}
		c, ok := fields[key]
		if !ok {
			c = &competition{small: min(sizes[a], sizes[b]), large: max(sizes[a], sizes[b]), left: map[int32]float64{}, right: map[int32]float64{}}
			c.matched = 0.5
			fields[key] = c
		}
		return c
	}
	ratio := func(p ScoredPair) float64 { return math.Exp2(float64(p.Bits) - prior) }
	for _, p := range m.Pairs { // records stand in the order of sources: A is of the first
		if c := of(p); c != nil {
			c.left[p.A] += ratio(p)
			c.right[p.B] += ratio(p)
		}
	}
	odds := func(c *competition, p ScoredPair) float64 {
		r := ratio(p)
		return c.matched * r / (c.matched*(c.left[p.A]+c.right[p.B]-2*r) + (1-c.matched)*c.large)
	}
	for range choices {
		found := map[*competition]float64{}
		for _, p := range m.Pairs {
			if c := of(p); c != nil {
				o := odds(c, p)
				found[c] += o / (1 + o)
			}
		}
		for c, n := range found {
			c.matched = min(n/c.small, 1-1/c.small)
		}
	}
	for i, p := range m.Pairs {
		if c := of(p); c != nil {
			m.Pairs[i].Bits = float32(math.Log2(odds(c, p)))
		}
	}
}

// keep drops the pairs below a probability.
func (m *Matching) keep(probability float64) {
	least := float32(model.Bits(probability))
	m.Pairs = slices.DeleteFunc(m.Pairs, func(p ScoredPair) bool { return p.Bits < least })
}
