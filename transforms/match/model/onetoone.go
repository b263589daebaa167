package model

import (
	"math"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/records"
)

// messages bounds the rounds in which records tell one another what they can
// have elsewhere.
const messages = 20

// Compete gives pairs between sources without duplicates the weights that they
// have when a record matches one record of the other source at most: what speaks
// for one pair speaks against the others of its records, less so where those
// have better matches of their own, and where nearly all records have a match, the
// best one needs little evidence. It is belief propagation on matchings: the odds of a
// pair, seen from a record, are those of its weight against all that the other record could
// have besides (Huang and Jebara 2009). unique tells the source without
// duplicates of a record, −1 for none; prior is the weight of a pair of which nothing
// is known. Pairs that weigh less than it are not candidates and weigh nothing.
func Compete(recs *records.Records, unique func(int32) int32, pairs []blocking.Pair, bits []float64, prior float64) {
	sizes := make([]float64, len(recs.Sources))
	for i := range int32(recs.Len()) {
		sizes[recs.Source(i)]++
	}
	fields := map[[2]int32]*field{}
	var order []*field
	for i, p := range pairs {
		a, b := unique(p.A), unique(p.B)
		if a < 0 || b < 0 || a == b {
			continue
		}
		if bits[i] < prior {
			bits[i] = nothing
			continue
		}
		f, ok := fields[[2]int32{a, b}]
		if !ok {
			f = &field{small: min(sizes[a], sizes[b]), large: max(sizes[a], sizes[b]), matched: .5, places: map[int32]int32{}}
			fields[[2]int32{a, b}] = f
			order = append(order, f)
		}
		f.candidates = append(f.candidates, candidate{
			pair: i, a: f.place(p.A), b: f.place(p.B), ratio: math.Exp2(min(bits[i]-prior, 200)),
		})
	}
	for _, f := range order {
		f.settle(bits)
	}
}

// nothing is the weight of a pair that is no candidate.
const nothing = -100

// field is where the pairs of two sources compete.
type field struct {
	small, large float64 // records of the two sources
	matched      float64 // share of records of the smaller source that have a match
	candidates   []candidate
	places       map[int32]int32 // of records
}

// candidate is a pair that competes.
type candidate struct {
	pair  int
	a, b  int32
	ratio float64 // likelihood of a match over that of none
	fromA float64 // odds of the pair against all else that a could have
	fromB float64
}

func (f *field) place(record int32) int32 {
	at, ok := f.places[record]
	if !ok {
		at = int32(len(f.places))
		f.places[record] = at
	}
	return at
}

// offers sums what a record is offered, the greatest offer apart so that the sum
// of the others is exact.
type offers struct{ most, rest float64 }

func (o *offers) add(v float64) {
	if v > o.most {
		v, o.most = o.most, v
	}
	o.rest += v
}

// without is the sum less one of the offers.
func (o *offers) without(v float64) float64 {
	if v == o.most {
		return o.rest
	}
	return max(0, o.rest-v) + o.most
}

// settle sets the weights of the candidates.
func (f *field) settle(bits []float64) {
	for i := range f.candidates {
		f.candidates[i].fromA, f.candidates[i].fromB = f.candidates[i].ratio, f.candidates[i].ratio
	}
	for range messages {
		alone := f.matched / ((1 - f.matched) * f.large)
		to := make([]offers, len(f.places))
		for _, c := range f.candidates {
			to[c.a].add(c.fromB)
			to[c.b].add(c.fromA)
		}
		found := 0.0
		for i := range f.candidates {
			c := &f.candidates[i]
			odds := c.ratio * alone
			fromA, fromB := odds/(1+to[c.a].without(c.fromB)), odds/(1+to[c.b].without(c.fromA))
			c.fromA, c.fromB = fromA, fromB
			won := fromA / odds * fromB
			found += won / (1 + won)
		}
		f.matched = min(max(found, .5)/f.small, 1-1/f.small)
	}
	alone := f.matched / ((1 - f.matched) * f.large)
	for _, c := range f.candidates {
		bits[c.pair] = math.Log2(c.fromA) + math.Log2(c.fromB) - math.Log2(c.ratio*alone)
	}
}
