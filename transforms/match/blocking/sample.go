package blocking

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"

	"clientele/transforms/match/records"
)

// Pair is a pair of records, A before B.
type Pair struct{ A, B int32 }

// Sample holds the pairs of some records, the anchors, with all others under
// all candidate rules.
type Sample struct {
	Anchors int
	Pairs   []Pair
	// Complete says that all pairs of all records were taken.
	Complete bool
	// Total is the number of pairs of all records.
	Total float64
	// Weight is the number of pairs of records that one pair of the sample
	// stands for.
	Weight float64

	rules   []ruleCost
	ring    *keyring
	pairing Pairing
}

// ruleCost is a candidate rule and what it would cost.
type ruleCost struct {
	rule  Rule
	pairs float64 // estimated, when large blocks are split
	large int     // records in its largest block, estimated
}

// Limits of a sample.
const (
	anchorCount = 5000
	surveyed    = 20_000 // records on which the cost of rules is estimated
	shownBlock  = 25     // larger blocks of an anchor do not add pairs to the sample
	cheap       = 5      // pairs per record of the rules that do
	few         = 0.5    // pairs per record that a key finds which tells enough by itself
)

// everything is the number of pairs up to which all pairs are compared.
const everything = 2_000_000

// NewSample draws a sample of the pairs that count.
func NewSample(recs *records.Records, pairing Pairing, budget float64) *Sample {
	s := &Sample{ring: newKeyring(recs), pairing: pairing, Total: pairing.total(recs), Weight: 1}
	if s.Total <= everything {
		s.Complete = true
		s.Anchors = recs.Len()
		for a := range int32(recs.Len()) {
			for b := a + 1; b < int32(recs.Len()); b++ {
				if pairing.Counts(recs, a, b) {
					s.Pairs = append(s.Pairs, Pair{a, b})
				}
			}
		}
		return s
	}
	s.survey(recs, budget)
	s.draw(recs)
	return s
}

// hashOf is a record's place in samples: that of its id, so that a sample stays
// when records come and go.
func hashOf(recs *records.Records, i int32, salt uint64) uint64 {
	return mix(xxh3.HashString(recs.ID(i)), salt+uint64(recs.Source(i)))
}

// byHash returns the n records that come first by hash, in the order of hashes.
func byHash(recs *records.Records, n int, salt uint64) []int32 {
	all := make([]int32, recs.Len())
	for i := range all {
		all[i] = int32(i)
	}
	return byHashOf(recs, all, n, salt)
}

// byHashOf is byHash of some of the records.
func byHashOf(recs *records.Records, some []int32, n int, salt uint64) []int32 {
	type at struct {
		hash uint64
		i    int32
	}
	// Few records lie beyond a threshold that leaves room for chance.
	threshold := uint64(math.MaxUint64)
	if share := (1.2*float64(n) + 200) / float64(len(some)+1); share < 1 {
		threshold = uint64(share * math.MaxUint64)
	}
	var all []at
	for _, i := range some {
		if h := hashOf(recs, i, salt); h <= threshold {
			all = append(all, at{h, i})
		}
	}
	slices.SortFunc(all, func(a, b at) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.i, b.i)) })
	out := make([]int32, min(n, len(all)))
	for i := range out {
		out[i] = all[i].i
	}
	return out
}

// leastBy returns about n records, those that come first by hash, in their order.
func leastBy(recs *records.Records, n int, salt uint64) []int32 {
	out := byHash(recs, n, salt)
	slices.Sort(out)
	return out
}

// survey estimates what each candidate rule costs and keeps those that a budget
// could pay. Keys that find few pairs by themselves need no second one.
func (s *Sample) survey(recs *records.Records, budget float64) {
	some := s.surveyed(recs)
	keys := candidateKeys(recs)
	each(len(keys), func(i int) { s.ring.get(keys[i]) })
	var single, double []Rule
	for _, k := range keys {
		single = append(single, Rule{[]Key{k}})
	}
	costs := s.costs(recs, single, some)
	selective := map[Key]bool{}
	for _, c := range costs {
		selective[c.rule.Keys[0]] = c.pairs <= few*float64(recs.Len())
	}
	for i, a := range keys {
		for _, b := range keys[i+1:] {
			if a.Column != b.Column && !selective[a] && !selective[b] {
				double = append(double, Rule{[]Key{a, b}})
			}
		}
	}
	for _, c := range append(costs, s.costs(recs, double, some)...) {
		if c.pairs > 0 && c.pairs <= budget {
			s.rules = append(s.rules, c)
		}
	}
}

// surveyed returns the records on which the cost of rules is estimated: of looked up
// ones and of the register as many each.
func (s *Sample) surveyed(recs *records.Records) []int32 {
	if !s.pairing.Lookup() {
		return leastBy(recs, surveyed, 1)
	}
	some, register := s.pairing.lookedUp(recs)
	return slices.Concat(byHashOf(recs, some, surveyed, 1), byHashOf(recs, register, surveyed, 1))
}

// costs estimates what rules cost from some records.
func (s *Sample) costs(recs *records.Records, rules []Rule, some []int32) []ruleCost {
	if s.pairing.Lookup() {
		return s.lookupCosts(recs, rules, some)
	}
	scale := float64(recs.Len()) / float64(len(some))
	costs := make([]ruleCost, len(rules))
	p := newProber(s.ring, rules)
	p.derive(some)
	each(len(rules), func(i int) {
		costs[i] = ruleCost{rule: rules[i]}
		hashes := make([]uint64, 0, len(some))
		last, own := -1, 0
		p.keys(i, func(n int, key uint64) {
			if n != last {
				last, own = n, 0
			}
			if own++; own <= keysPerRecord {
				hashes = append(hashes, key)
			}
		})
		sortNumbers(hashes)
		for from := 0; from < len(hashes); {
			to := from + 1
			for to < len(hashes) && hashes[to] == hashes[from] {
				to++
			}
			// The others of a record's block in the sample stand for scale times as many.
			n, mates := float64(to-from), float64(to-from-1)*scale
			costs[i].large = max(costs[i].large, int(mates)+1)
			costs[i].pairs += n * scale * min(mates, float64(maxBlock)) / 2
			from = to
		}
	})
	return costs
}

// draw finds the pairs of the anchors under the rules that cost little.
func (s *Sample) draw(recs *records.Records) {
	anchors := s.anchors(recs)
	isAnchor := make([]bool, recs.Len())
	for _, a := range anchors {
		isAnchor[a] = true
	}
	var rules []Rule
	for _, r := range s.rules {
		if r.pairs <= cheap*float64(recs.Len()) {
			rules = append(rules, r.rule)
		}
	}
	wanted := newBloom(len(anchors) * len(rules))
	p := newProber(s.ring, rules)
	p.derive(anchors)
	for r := range rules {
		p.keys(r, func(_ int, key uint64) { wanted.add(key) })
	}
	only := p.shared(anchors) // a key of two parts is an anchor's only when both parts are
	const span = 1 << 13
	hits := make([][]keyEntry, (recs.Len()+span-1)/span)
	probers := sync.Pool{New: func() any {
		p := newProber(s.ring, rules)
		p.only = only
		return p
	}}
	each(len(hits), func(at int) {
		p := probers.Get().(*prober)
		defer probers.Put(p)
		some := make([]int32, min(span, recs.Len()-at*span))
		for n := range some {
			some[n] = int32(at*span + n)
		}
		p.derive(some)
		for r := range rules {
			p.keys(r, func(n int, key uint64) {
				if wanted.has(key) {
					hits[at] = append(hits[at], keyEntry{key, some[n]})
				}
			})
		}
	})
	entries := slices.Concat(hits...)
	sortKeys(entries)
	var found []uint64 // pairs, the first record in the upper half
	for from := 0; from < len(entries); {
		to := from + 1
		for to < len(entries) && entries[to].hash == entries[from].hash {
			to++
		}
		if to-from > 1 && to-from <= shownBlock {
			for x, one := range entries[from:to] {
				for _, two := range entries[from+x+1 : to] {
					a, b := one.record, two.record
					if (isAnchor[a] || isAnchor[b]) && a != b && s.pairing.Counts(recs, a, b) {
						found = append(found, uint64(a)<<32|uint64(b))
					}
				}
			}
		}
		from = to
	}
	sortNumbers(found)
	found = slices.Compact(found)
	s.Pairs = make([]Pair, len(found))
	for i, p := range found {
		s.Pairs[i] = Pair{A: int32(p >> 32), B: int32(p)}
	}
}

// anchors draws the records whose pairs are found, and sets what a pair stands for. Of a
// register none is drawn.
func (s *Sample) anchors(recs *records.Records) []int32 {
	if s.pairing.Lookup() {
		some, _ := s.pairing.lookedUp(recs)
		anchors := byHashOf(recs, some, anchorCount, 2)
		slices.Sort(anchors)
		s.Anchors, s.Weight = len(anchors), float64(len(some))/float64(len(anchors))
		return anchors
	}
	anchors := leastBy(recs, anchorCount, 2)
	s.Anchors = len(anchors)
	a, n := float64(len(anchors)), float64(recs.Len())
	s.Weight = n * (n - 1) / (a*(n-1) + a*(n-a)) // pairs with an anchor are a·(n−1) − a·(a−1)/2
	return anchors
}

// mixed is the number of records of which random pairs are made.
const mixed = 200_000

// Random returns about n pairs of records drawn at random, the same ones whatever
// the order of records.
func Random(recs *records.Records, n int, pairing Pairing) []Pair {
	var out []Pair
	if pairing.Lookup() {
		some, register := pairing.lookedUp(recs)
		some, register = byHashOf(recs, some, mixed, 3), byHashOf(recs, register, mixed, 3)
		for at := 0; at < len(register) && len(out) < n; at++ {
			for step := 0; step < len(some) && step < 1+n/len(register) && len(out) < n; step++ {
				a, b := some[(at+step)%len(some)], register[at]
				out = append(out, Pair{min(a, b), max(a, b)})
			}
		}
		return out
	}
	order := byHash(recs, mixed, 3)
	for step := 1; step < len(order) && len(out) < n; step++ {
		for at := 0; at+step < len(order) && len(out) < n; at++ {
			a, b := order[at], order[at+step]
			if pairing.Counts(recs, a, b) {
				out = append(out, Pair{min(a, b), max(a, b)})
			}
		}
	}
	return out
}

// EqualBoth returns the share of pairs that have equal values of two columns, of
// those that have both, and the number of the latter. It answers for columns with
// one value a record; where records are looked up in a register, which has names in several
// languages, of the records with one value of each.
func (s *Sample) EqualBoth(recs *records.Records, a, b *records.Column) (share, pairs float64, ok bool) {
	if !s.pairing.Lookup() && (!a.Single() || !b.Single()) {
		return 0, 0, false
	}
	if a == b && s.pairing == (Pairing{}) { // every record's value is counted already
		return equalCounted(a)
	}
	sides := make([][]uint64, max(2, len(recs.Sources)))
	for i := range int32(recs.Len()) {
		if of, other := a.Of(i), b.Of(i); len(of) == 1 && len(other) == 1 {
			side := s.pairing.side(recs, i)
			sides[side] = append(sides[side], uint64(of[0])<<32|uint64(other[0]))
		}
	}
	values := slices.Concat(sides...)
	n := float64(len(values))
	same := equalPairs(values)
	pairs = n * (n - 1) / 2
	if s.pairing != (Pairing{}) { // pairs of one side do not count
		for _, own := range sides {
			n := float64(len(own))
			same, pairs = same-equalPairs(own), pairs-n*(n-1)/2
		}
	}
	if pairs <= 0 {
		return 0, 0, false
	}
	return same / pairs, pairs, true
}

// equalCounted is the share of pairs of the records with a value that have the same, and
// the number of these pairs.
func equalCounted(c *records.Column) (share, pairs float64, ok bool) {
	same := 0.0
	for _, count := range c.Count[1:] {
		n := float64(count)
		same += n * (n - 1) / 2
	}
	n := float64(c.Filled)
	if pairs = n * (n - 1) / 2; pairs <= 0 {
		return 0, 0, false
	}
	return same / pairs, pairs, true
}

// equalPairs is the number of pairs of equal values, which it puts in order. Sums of whole
// numbers are exact in any order.
func equalPairs(values []uint64) float64 {
	sortNumbers(values)
	same := 0.0
	for from := 0; from < len(values); {
		to := from + 1
		for to < len(values) && values[to] == values[from] {
			to++
		}
		n := float64(to - from)
		same += n * (n - 1) / 2
		from = to
	}
	return same
}

// Equal is EqualBoth of one column.
func (s *Sample) Equal(recs *records.Records, c *records.Column) (share float64, ok bool) {
	share, _, ok = s.EqualBoth(recs, c, c)
	return share, ok
}

// each runs do for 0 … n−1 on all cores.
func each(n int, do func(i int)) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() { do(i); <-slots })
	}
	wait.Wait()
}
