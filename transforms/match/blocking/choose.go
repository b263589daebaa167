package blocking

import (
	"cmp"
	"math/bits"
	"slices"
)

// Plan is the rules of a run and what is expected of them.
type Plan struct {
	Rules []PlannedRule `json:"rules"`
	// Splits are the keys by which blocks that are too large are split, those first
	// that tell records apart best.
	Splits []Key `json:"splits"`
	// LargestBlock is the number of records above which a block is split, 0 for the
	// usual one.
	LargestBlock int `json:"largest_block,omitempty"`
	// Pairs is the estimated number of pairs, before pairs of two rules are counted
	// once, and Budget what it had to stay below.
	Pairs  float64 `json:"estimated_pairs"`
	Budget float64 `json:"pair_budget"`
	// Recall is the estimated share of true pairs that the rules find. It is an
	// upper bound: what no candidate rule finds is estimated from what few find.
	Recall float64 `json:"estimated_recall"`
}

// largest is the number of records above which a block is split.
func (p *Plan) largest() int {
	if p.LargestBlock > 1 {
		return p.LargestBlock
	}
	return maxBlock
}

// PlannedRule is a rule of a plan.
type PlannedRule struct {
	Rule
	Name    string  `json:"name"`
	Pairs   float64 `json:"estimated_pairs"`
	Largest int     `json:"estimated_largest_block"`
	// Found is the share of the likely matches that share the rule's keys, and
	// Added the share for which it was chosen: that no rule chosen before it found, or
	// one alone.
	Found float64 `json:"found"`
	Added float64 `json:"added"`
}

// maxRules bounds a plan: each rule costs a key per record, and an ID counts them.
const maxRules = 24

// needless is the share of likely matches below which one more rule is not worth
// its keys.
const needless = 1e-4

// Choose picks rules by the matches that they find for their pairs, where
// probability holds that of each pair of the sample (greedy maximum coverage
// under a budget: Khuller, Moss and Naor 1999).
func (s *Sample) Choose(probability []float64, budget float64) *Plan {
	p := &Plan{Budget: budget, Recall: 1, Splits: splits(s.ring.recs, s.ring)}
	if s.Complete {
		p.Pairs = float64(len(s.Pairs))
		p.Rules = []PlannedRule{{Name: Rule{}.String(), Pairs: p.Pairs, Largest: s.Anchors, Found: 1, Added: 1}}
		return p
	}
	var likely []int
	var sum float64
	for i, q := range probability {
		if q >= 0.5 {
			likely = append(likely, i)
			sum += q
		}
	}
	found := s.coverage(likely)
	g := &greedy{sample: s, plan: p, likely: likely, probability: probability, found: found, sum: sum,
		chosen: make([]bool, len(s.rules)), left: make([]float64, len(likely)), times: make([]int, len(likely))}
	for i, at := range likely {
		g.left[i] = probability[at]
	}
	g.cover(budget)
	missed := 0.0
	for _, l := range g.left {
		missed += l
	}
	// What one rule alone finds hangs on one key being right. While there is room,
	// rules are added that find it again.
	for i, at := range likely {
		if g.left[i] = 0; g.times[i] == 1 {
			g.left[i] = probability[at]
		}
	}
	g.cover(budget / 2)
	if len(p.Rules) == 0 {
		p.fallback(s, budget)
	}
	if sum > 0 {
		p.Recall = (sum - missed) / (sum + unseen(found, len(likely)))
	}
	slices.SortStableFunc(p.Rules, func(a, b PlannedRule) int { return cmp.Compare(a.Pairs, b.Pairs) })
	return p
}

// greedy is a choice of rules under way.
type greedy struct {
	sample      *Sample
	plan        *Plan
	likely      []int // likely matches, by place in the sample
	probability []float64
	found       []bitset // likely matches, by rule
	sum         float64  // of the probabilities of the likely matches
	chosen      []bool
	left        []float64 // what finding each likely match is worth
	times       []int     // rules that find it
}

// cover takes rules until none finds enough of what is left for what it costs.
func (g *greedy) cover(budget float64) {
	records := float64(g.sample.ring.recs.Len())
	for len(g.plan.Rules) < maxRules {
		best, bestRate, bestGain := -1, 0.0, 0.0
		for r, c := range g.sample.rules {
			if g.chosen[r] || g.plan.Pairs+c.pairs > budget {
				continue
			}
			gain := 0.0
			g.found[r].each(func(i int) { gain += g.left[i] })
			// Pairs per record are weighed against one key per record.
			rate := gain / (c.pairs + keyCost*records)
			if gain > needless*g.sum && rate > bestRate {
				best, bestRate, bestGain = r, rate, gain
			}
		}
		if best < 0 {
			return
		}
		g.chosen[best] = true
		own := 0.0
		g.found[best].each(func(i int) {
			own += g.probability[g.likely[i]]
			g.left[i] = 0
			g.times[i]++
		})
		c := g.sample.rules[best]
		g.plan.Pairs += c.pairs
		g.plan.Rules = append(g.plan.Rules, PlannedRule{Rule: c.rule, Name: c.rule.String(), Pairs: c.pairs, Largest: c.large,
			Found: own / g.sum, Added: bestGain / g.sum})
	}
}

// keyCost is what a rule's key per record costs, in pairs compared.
const keyCost = 0.5

// fallback takes the cheapest rule per column: nothing is known of matches.
func (p *Plan) fallback(s *Sample, budget float64) {
	byPairs := slices.Clone(s.rules)
	slices.SortStableFunc(byPairs, func(a, b ruleCost) int { return cmp.Compare(a.pairs, b.pairs) })
	for _, c := range byPairs {
		if len(c.rule.Keys) == 1 && p.Pairs+c.pairs <= budget && len(p.Rules) < maxRules/2 {
			p.Pairs += c.pairs
			p.Rules = append(p.Rules, PlannedRule{Rule: c.rule, Name: c.rule.String(), Pairs: c.pairs, Largest: c.large})
		}
	}
}

// unseen estimates how many matches no candidate rule finds, from those that
// one rule and those that two rules find (Chao 1987, the lower bound for
// unequal catchability).
func unseen(found []bitset, n int) float64 {
	once, twice := 0.0, 0.0
	for i := range n {
		times := 0
		for _, f := range found {
			if f.has(i) {
				times++
			}
		}
		switch times {
		case 1:
			once++
		case 2:
			twice++
		}
	}
	return once * (once - 1) / (2 * (twice + 1))
}

// coverage tells, per rule, which of some pairs share its keys.
func (s *Sample) coverage(pairs []int) []bitset {
	out := make([]bitset, len(s.rules))
	each(len(s.rules), func(r int) {
		derive := s.ring.rule(s.rules[r].rule, 0)
		out[r] = make(bitset, (len(pairs)+63)/64)
		var a, b []uint64
		for i, at := range pairs {
			a, b = derive.append(a[:0], s.Pairs[at].A), derive.append(b[:0], s.Pairs[at].B)
			if slices.ContainsFunc(a, func(h uint64) bool { return slices.Contains(b, h) }) {
				out[r].add(i)
			}
		}
	})
	return out
}

type bitset []uint64

func (b bitset) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }
func (b bitset) each(do func(i int)) {
	for w, x := range b {
		for ; x != 0; x &= x - 1 {
			do(w*64 + bits.TrailingZeros64(x))
		}
	}
}
