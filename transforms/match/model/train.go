package model

import (
	"cmp"
	"context"
	"math"
	"slices"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/records"
)

// Limits of training.
const (
	iterations = 50
	settled    = 1e-4 // largest change of m or u at which estimates have settled
	// priorPairs is the number of matches that the shipped prior weighs as much as.
	priorPairs = 20
	// chancePairs is the number of pairs that what is expected of chance weighs as
	// much as, and chanceRecords that of records.
	chancePairs   = 1000
	chanceRecords = 30
	leastM        = 0.003 // no level is impossible among matches
)

// Options of training.
type Options struct {
	// Pairing says which pairs count.
	Pairing blocking.Pairing
	// Unique, where sources without duplicates are linked, tells the one that a record
	// is of, −1 for none: matches are then expected one to one.
	Unique func(int32) int32
	// Labels are, per record, what it belongs to, as far as people know; "" where they
	// do not, nil for no labels.
	Labels []string
	// Shares are, by column, the share of matches at each level, where other records told
	// it: they stay as they are.
	Shares map[string][]float64
}

// Train estimates a model of the records from the pairs of a sample. It returns
// the model, without plan, and the probability of each pair of the sample, 0 for
// pairs below a half.
func Train(ctx context.Context, recs *records.Records, sample *blocking.Sample, options Options) (*Model, []float64, error) {
	m := prior(recs)
	m.Report = Report{Records: recs.Len(), Pairs: sample.Total, SampledPairs: len(sample.Pairs)}
	s, err := m.Bind(recs)
	if err != nil || sample.Total == 0 { // without pairs the prior is all there is
		return m, nil, err
	}
	random := sample.Pairs
	if !sample.Complete {
		random = blocking.Random(recs, randomPairs, options.Pairing)
	}
	m.Report.RandomPairs = len(random)
	of, counts, err := s.patterns(ctx, sample.Pairs)
	if err != nil {
		return nil, nil, err
	}
	rates, err := s.rates(ctx, random, sample)
	if err != nil {
		return nil, nil, err
	}
	em := &expectation{model: m, counts: counts, rates: rates, sample: sample, shares: options.Shares}
	em.learn(s, of, options.Labels)
	em.run(recs)
	if options.Unique != nil {
		em.oneToOne(recs, options.Unique, of)
	}
	m.frequencies(recs)
	s = s.with(m)
	probability := make([]float64, len(sample.Pairs))
	err = parallelPairs(ctx, len(sample.Pairs), func(from, to int) {
		var others []int32
		var found []Weighed
		for from < to {
			i := sample.Pairs[from].A
			others = others[:0]
			for _, p := range sample.Pairs[from:to] {
				if p.A != i {
					break
				}
				others = append(others, p.B)
			}
			found = s.Alike(found[:0], i, others, 0)
			rest := found
			for at, j := range others {
				if len(rest) > 0 && rest[0].Record == j {
					probability[from+at], rest = Probability(rest[0].Bits), rest[1:]
				}
			}
			from += len(others)
		}
	})
	return m, probability, err
}

// randomPairs is the number of random pairs on which levels are counted.
const randomPairs = 400_000

// prior returns the model before any data is seen.
func prior(recs *records.Records) *Model {
	n := float64(max(recs.Len(), 2))
	m := &Model{Version: Version, Fields: recs.Fields, Words: map[string]Words{}, Lambda: .2 * n / (n * (n - 1) / 2)}
	for _, c := range recs.Columns {
		if c.Tokens.Words != nil {
			m.Words[c.Name] = wordsOf(c)
		}
		scale, ok := scaleOf(c.Role)
		if !ok {
			continue
		}
		cmp := Comparison{Column: c.Name, Role: c.Role}
		for l, label := range scale.labels {
			u := scale.expected(l)
			cmp.Levels = append(cmp.Levels, Level{Label: label, M: scale.prior[l], U: u, Bits: math.Log2(scale.prior[l] / u)})
		}
		m.Comparisons = append(m.Comparisons, cmp)
	}
	return m
}

// pattern is a combination of levels and the number of pairs that have it.
type pattern struct {
	levels Levels
	count  float64
}

// patterns counts the combinations of levels among pairs, in a fixed order, and
// returns the combination of each pair.
func (s *Scorer) patterns(ctx context.Context, pairs []blocking.Pair) (of []int32, counts []pattern, err error) {
	levels := make([]Levels, len(pairs))
	err = parallelPairs(ctx, len(pairs), func(from, to int) {
		for i := from; i < to; i++ {
			_, levels[i] = s.Score(pairs[i].A, pairs[i].B)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	at := map[Levels]int32{}
	of = make([]int32, len(pairs))
	for i, l := range levels {
		known, ok := at[l]
		if !ok {
			known = int32(len(counts))
			at[l] = known
			counts = append(counts, pattern{levels: l})
		}
		counts[known].count++
		of[i] = known
	}
	return of, counts, nil
}

// rates returns, per comparison and level, its share of random pairs of which both have a
// value; at place 0 the share that has. The share of equal values is that of all pairs where
// it can be counted.
func (s *Scorer) rates(ctx context.Context, random []blocking.Pair, sample *blocking.Sample) ([][16]float64, error) {
	_, counts, err := s.patterns(ctx, random)
	if err != nil {
		return nil, err
	}
	out := make([][16]float64, len(s.parts))
	equal, counted := make([]float64, len(s.parts)), make([]bool, len(s.parts))
	parallelItems(len(s.parts), func(at int) { equal[at], counted[at] = sample.Equal(s.recs, s.parts[at].column) })
	for at := range s.parts {
		r := &out[at]
		both := 0.0
		for _, p := range counts {
			if l := p.levels[at]; l != levelNull {
				r[l] += p.count
				both += p.count
			}
		}
		for l := 1; l < len(r); l++ {
			r[l] = (r[l] + .5/float64(len(r))) / (both + 1)
		}
		r[0] = (both + 1) / float64(len(random)+1)
		if counted[at] {
			rest := (1 - equal[at]) / max(1-r[levelExact], 1e-9)
			for l := 2; l < len(r); l++ {
				r[l] *= rest
			}
			r[levelExact] = equal[at]
		}
	}
	return out, nil
}

// expectation is a run of expectation maximisation.
type expectation struct {
	model   *Model
	counts  []pattern
	rates   [][16]float64
	sample  *blocking.Sample
	couples []couple
	shares  map[string][]float64 // those of Options
	// known are patterns of pairs that labels say are matches, the first of them of the
	// sample.
	known   []pattern
	sampled int
	marks   []int       // per sort of kin, the column that makes them kin
	against [][]float64 // per sort of kin, the weight of each pattern against it
}

func (e *expectation) run(recs *records.Records) {
	m := e.model
	for at := range m.Comparisons {
		e.maximiseColumn(at, &[16]float64{})
	}
	if at, one := m.oneName(); one && len(e.known) == 0 {
		e.expect(at)
		return
	}
	m.Kin, e.marks = m.kin(e.sample.Lookup())
	e.couples = m.couples(recs, e.sample)
	e.depend(make([]float64, len(e.couples)))
	for m.Report.Iterations < iterations && !m.Report.Converged {
		m.Report.Iterations++
		weights := e.weights()
		expected := make([]float64, len(weights))
		for i, bits := range weights {
			expected[i] = Probability(bits) * e.counts[i].count
		}
		e.kin(weights)
		m.Report.Converged = e.maximise(expected) < settled
	}
}

// oneToOne goes on from what run settled on, and expects matches where pairs win
// against those that they compete with.
func (e *expectation) oneToOne(recs *records.Records, unique func(int32) int32, of []int32) {
	for range contests {
		weights := e.weights()
		bits := make([]float64, len(of))
		for i, at := range of {
			if at != labelled {
				bits[i] = weights[at]
			}
		}
		Compete(recs, unique, e.sample.Pairs, bits, e.model.PriorBits())
		expected := make([]float64, len(e.counts))
		for i, at := range of {
			if at != labelled {
				expected[at] += Probability(bits[i])
			}
		}
		e.maximise(expected)
	}
}

// contests is the number of times that matches are expected one to one.
const contests = 5

// kin sets how many pairs are kin, and what they share, given the weight of each
// pattern. It counts those alone that agree on what makes them kin: others could be any that
// live in one town.
func (e *expectation) kin(weights []float64) {
	m := e.model
	for k := range m.Kin {
		kin, mark := &m.Kin[k], e.marks[k]
		sum, at := 0.0, make([][16]float64, len(m.Comparisons))
		for i, p := range e.counts {
			if l := int(p.levels[mark]); l == levelNull || l == len(m.Comparisons[mark].Levels) {
				continue
			}
			q := p.count * math.Exp2(weights[i]-e.against[k][i]) * Probability(-weights[i])
			sum += q
			for c := range m.Comparisons {
				at[c][p.levels[c]] += q
			}
		}
		agree := 1 - m.Comparisons[mark].Levels[len(m.Comparisons[mark].Levels)-1].M
		kin.Lambda = max(sum*e.sample.Weight/(e.sample.Total*e.rates[mark][0]*agree), m.Lambda/rarestKin)
		for i := range kin.Often {
			o := &kin.Often[i]
			c := m.at(o.Column)
			o.learn(&m.Comparisons[c], at[c][1:], kin.Only != "")
		}
	}
}

// weights returns the weight of each pattern, and keeps that against each sort of kin.
func (e *expectation) weights() []float64 {
	out := make([]float64, len(e.counts))
	e.against = make([][]float64, len(e.model.Kin))
	for k := range e.against {
		e.against[k] = make([]float64, len(e.counts))
	}
	prior, follows, kin := e.model.PriorBits(), e.model.bindDependences(), e.model.bindKin()
	for i, p := range e.counts {
		bits := prior
		var own [maxColumns]float32
		for at, c := range e.model.Comparisons {
			if l := p.levels[at]; l != levelNull {
				own[at] = float32(c.Levels[l-1].Bits)
				bits += c.Levels[l-1].Bits
			}
		}
		out[i] = amongAll(bits-float64(discount(follows, &p.levels, &own)), kin, len(e.model.Comparisons), &p.levels, &own)
		for k := range kin {
			e.against[k][i] = kin[k].bits(len(e.model.Comparisons), &p.levels, &own)
		}
	}
	return out
}

// maximise sets λ, m, u and dependences from the matches expected of each pattern and
// returns the largest change of m.
func (e *expectation) maximise(expected []float64) float64 {
	m := e.model
	matched := make([][16]float64, len(m.Comparisons))
	both := make([]float64, len(e.couples))
	sum := float64(e.sampled)
	add := func(p pattern, q float64) {
		for at := range m.Comparisons {
			matched[at][p.levels[at]] += q
		}
		for k, c := range e.couples {
			if p.levels[c.given] == levelExact && p.levels[c.column] == levelExact {
				both[k] += q
			}
		}
	}
	for i, p := range e.counts {
		sum += expected[i]
		add(p, expected[i])
	}
	for _, p := range e.known {
		add(p, p.count)
	}
	change := 0.0
	for at := range m.Comparisons {
		change = max(change, e.maximiseColumn(at, &matched[at]))
	}
	e.depend(both)
	m.Report.ExpectedMatches = sum * e.sample.Weight
	m.Lambda = min(max(m.Report.ExpectedMatches, 1)/e.sample.Total, .5)
	return change
}

// maximiseColumn sets m and u of a comparison from the matches expected at each of
// its levels, and returns the largest change.
func (e *expectation) maximiseColumn(at int, matched *[16]float64) float64 {
	c := &e.model.Comparisons[at]
	scale, _ := scaleOf(c.Role)
	n := 0.0
	for l := range c.Levels {
		n += matched[l+1]
	}
	change := 0.0
	both := e.sample.Total * e.rates[at][0] // pairs of which both have a value
	last := len(c.Levels) - 1
	differ := (matched[last+1] + priorPairs*scale.prior[last]) / (n + priorPairs)
	excess := (1 - min(differ, scale.mostDiffer())) / (1 - differ) // what the other levels grow by
	for l := range c.Levels {
		level := &c.Levels[l]
		share := max((matched[l+1]+priorPairs*scale.prior[l])/(n+priorPairs)*excess, leastM)
		if l == last {
			share = min(max(differ, leastM), scale.mostDiffer())
		}
		if told := e.shares[c.Column]; told != nil {
			share = told[l]
		}
		change = max(change, math.Abs(share-level.M))
		level.M = share
		// Matches are among the pairs on which the level was counted.
		rate := e.rates[at][l+1]
		u := max(rate-matched[l+1]*e.sample.Weight/both, scale.shared*rate, .5/both)
		level.U = (u*both + chancePairs*scale.expected(l)) / (both + chancePairs)
	}
	c.weigh()
	return change
}

// weigh sets the bits of the levels.
func (c *Comparison) weigh() {
	scale, _ := scaleOf(c.Role)
	for l, bits := range fallingBits(&scale, func(l int) (m, u float64) { return c.Levels[l].M, c.Levels[l].U }) {
		c.Levels[l].Bits = bits
	}
}

// fallingBits is log2(m/u) of the levels of a scale, made to fall along their chain by
// pooling neighbours that do not (pool adjacent violators), so that better
// agreement never weighs less.
func fallingBits(scale *scale, share func(level int) (m, u float64)) []float64 {
	type pool struct {
		m, u   float64
		levels []int
	}
	var pools []pool
	last := len(scale.labels) - 1
	chain := make([]int, 0, last+1)
	for l := range scale.chain {
		if l != last {
			chain = append(chain, l)
		}
	}
	chain = append(chain, last)
	for _, l := range chain {
		m, u := share(l)
		pools = append(pools, pool{m, u, []int{l}})
		for n := len(pools); n > 1 && pools[n-2].m*pools[n-1].u < pools[n-1].m*pools[n-2].u; n = len(pools) {
			a, b := pools[n-2], pools[n-1]
			pools = append(pools[:n-2], pool{a.m + b.m, a.u + b.u, append(a.levels, b.levels...)})
		}
	}
	bits := make([]float64, last+1)
	for _, p := range pools {
		for _, l := range p.levels {
			bits[l] = math.Log2(p.m / p.u)
		}
	}
	for l := scale.chain; l < last; l++ { // beside the chain
		m, u := share(l)
		bits[l] = min(max(math.Log2(m/u), bits[last]), bits[0])
	}
	return bits
}

// frequent is the number of values of a column whose frequencies a model keeps.
const frequent = 10_000

// frequencies sets what the frequency of values says, where a comparison uses it.
func (m *Model) frequencies(recs *records.Records) {
	for at := range m.Comparisons {
		c := &m.Comparisons[at]
		col := recs.Named(c.Column, c.Role)
		switch scale, _ := scaleOf(c.Role); scale.frequency {
		case rarity:
			// The share of others that have a record's value. Pairs can only agree on a value
			// that two records hold: over the records of such values, the mean is u.
			share := func(v int) float64 {
				return (float64(col.Count[v]) - 1 + chanceRecords*scale.chance) / (float64(col.Filled) - 1 + chanceRecords)
			}
			sum, n := 0.0, 0.0
			for v := 1; v < len(col.Values); v++ {
				if count := float64(col.Count[v]); count > 1 {
					sum += count * share(v)
					n += count
				}
			}
			c.keep(col, c.Levels[0].U*n/max(sum, 1e-12), share)
		case generic:
			holders := holdersOf(recs, col)
			c.keep(col, 1, func(v int) float64 {
				if holders[uint32(v)] < 3 {
					return 0
				}
				h := float64(holders[uint32(v)])
				return float64(col.Count[v]) / float64(col.Filled) * (h - 1) / h
			})
		}
	}
}

// keep keeps the greatest frequencies.
func (c *Comparison) keep(col *records.Column, factor float64, frequency func(value int) float64) {
	type rated struct {
		value     string
		frequency float64
	}
	var all []rated
	rare := c.Levels[0].U
	least := math.Inf(1)
	for v := 1; v < len(col.Values); v++ {
		if col.Count[v] < 2 {
			continue // no pair has it
		}
		f := factor * frequency(v)
		if scales[c.Role.Base()].frequency == generic && f <= c.Levels[0].U {
			continue
		}
		least = min(least, f)
		all = append(all, rated{col.Values[v], f})
	}
	if scales[c.Role.Base()].frequency == rarity && !math.IsInf(least, 1) {
		rare = least
	}
	slices.SortFunc(all, func(a, b rated) int {
		return cmp.Or(cmp.Compare(b.frequency, a.frequency), cmp.Compare(a.value, b.value))
	})
	if len(all) > frequent {
		if scales[c.Role.Base()].frequency == rarity {
			rare = all[frequent].frequency
		}
		all = all[:frequent]
	}
	c.Frequency = map[string]float64{}
	for _, r := range all {
		if r.frequency > rare {
			c.Frequency[r.value] = r.frequency
		}
	}
	c.Rare = rare
}
