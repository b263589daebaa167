package match

import (
	"clientele/transforms/match/cluster"
	"clientele/transforms/match/model"
)

// joined brings the matchings of pools together. Every party is in the pool of its kind, and
// may be in that of contacts as well. Parties are told apart by the pool of their kind and
// their place in it, so that nothing depends on the order in which they were read.
type joined struct {
	party []int32 // of each place
	place []int32 // of each party
	pools []matched
}

// matched is a pool and what was found in it.
type matched struct {
	*Matching
	at     []int32 // place of each record
	record []int32 // record of each place, −1 where it has none
}

func newJoined(parties int) *joined { return &joined{place: make([]int32, parties)} }

// add adds a pool; found is nil where it has no two records. That of contacts comes
// last.
func (j *joined) add(o *pool, found *Matching) {
	order := o.parties
	if found != nil {
		order = make([]int32, found.Records.Len())
		for i := range order {
			order[i] = o.parties[found.Records.Input(int32(i))]
		}
	}
	if !o.config.LinkOnly {
		for _, party := range order {
			j.place[party] = int32(len(j.party))
			j.party = append(j.party, party)
		}
	}
	if found == nil {
		return
	}
	m := matched{found, make([]int32, len(order)), make([]int32, len(j.place))}
	for at := range m.record {
		m.record[at] = -1
	}
	for i, party := range order {
		m.at[i] = j.place[party]
		m.record[m.at[i]] = int32(i)
	}
	j.pools = append(j.pools, m)
}

// clusters joins those of one kind with those of the other, and returns the first place of the
// cluster of each. What is joined within a kind stays, and people's decisions hold.
func (j *joined) clusters(places map[Record]int32, decided Decisions) []int32 {
	var rules cluster.Rules
	for _, l := range decided.Same {
		rules.Same = append(rules.Same, [2]int32{places[l.A], places[l.B]})
	}
	for _, l := range decided.Different {
		rules.Different = append(rules.Different, [2]int32{places[l.A], places[l.B]})
	}
	var edges []cluster.Edge
	for _, m := range j.pools {
		if m.links {
			rules.Accept = m.accept
			for _, p := range m.Pairs {
				if a, b := m.at[p.A], m.at[p.B]; float64(p.Bits) >= m.accept {
					edges = append(edges, cluster.Edge{A: min(a, b), B: max(a, b), Bits: p.Bits})
				}
			}
			continue
		}
		for i, root := range m.Cluster {
			if int32(i) != root {
				rules.Same = append(rules.Same, [2]int32{m.at[root], m.at[i]})
			}
		}
	}
	rules.Score = func(a, b int32) (float64, bool) {
		m, x, y := j.of(a, b)
		if m == nil {
			return 0, false
		}
		bits, levels := m.Scorer.Score(x, y)
		return bits, m.Scorer.Forbids(&levels)
	}
	rules.Most = func(a, b int32) float64 {
		m, x, y := j.of(a, b)
		if m == nil {
			return 0
		}
		return m.Scorer.Most(x, y)
	}
	return cluster.Build(len(j.party), edges, rules)
}

// of returns the matching by which two are compared, that of one kind or that of contacts,
// and their records in it; nil where there is none: a firm and a person who stands for
// none.
func (j *joined) of(a, b int32) (*Matching, int32, int32) {
	for _, m := range j.pools {
		if x, y := m.record[a], m.record[b]; x >= 0 && y >= 0 {
			return m.Matching, min(x, y), max(x, y)
		}
	}
	return nil, 0, 0
}

// tell writes down the clusters, and why each party is in its own: the pair that weighs
// most, or what people decided where no pair is a match.
func (j *joined) tell(c *Clusters, v *verdicts) {
	founder := make([]int32, len(j.party)) // by first place of a cluster, its first party
	var decided Decisions
	places, said := map[Record]int32{}, map[Record]bool{}
	if len(v.ids) > 0 {
		records := make([]Record, len(j.party))
		for at, party := range j.party {
			records[at] = Record{c.Parties[party].Source, c.Parties[party].Record}
			places[records[at]] = int32(at)
		}
		decided = v.within(records)
	}
	for _, l := range decided.Same {
		said[l.A], said[l.B] = true, true
	}
	clusters := j.clusters(places, decided)
	for at := range founder {
		founder[at] = int32(len(c.Parties))
	}
	for at, first := range clusters {
		founder[first] = min(founder[first], j.party[at])
	}
	for at, first := range clusters {
		c.Root[j.party[at]] = founder[first]
	}
	best, by := make([]*ScoredPair, len(c.Root)), make([]*Matching, len(c.Root))
	for _, m := range j.pools {
		for i := range m.Pairs {
			pair := &m.Pairs[i]
			a, b := j.party[m.at[pair.A]], j.party[m.at[pair.B]]
			if c.Root[a] != c.Root[b] {
				continue
			}
			for _, party := range []int32{a, b} {
				if best[party] == nil || pair.Bits > best[party].Bits {
					best[party], by[party] = pair, m.Matching
				}
			}
		}
	}
	for i, root := range c.Root {
		if root == int32(i) {
			continue
		}
		c.Rule[i] = likeness
		b := best[i]
		if said[Record{c.Parties[i].Source, c.Parties[i].Record}] && (b == nil || float64(b.Bits) < by[i].accept) {
			c.Rule[i] = RuleDecision
		} else if b != nil {
			c.Probability[i] = model.Probability(float64(b.Bits))
			if rule := by[i].Model.Plan.Rules[b.Rule].Rule; len(rule.Keys) > 0 {
				c.Rule[i] = rule.String()
			}
		}
	}
}
