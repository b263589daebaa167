package match

import "slices"

// Record is the key of a party within its source.
type Record struct{ Source, ID string }

// Link says that two records are one firm or person, whatever their values say.
type Link struct{ A, B Record }

// RuleDecision is the rule of parties that people said are one.
const RuleDecision = "decision"

// Link joins the parties of the links into one cluster each, under a rule, and
// returns per link how many of its two records are parties. What people decided is
// different stays apart.
func (c *Clusters) Link(rule string, links []Link, decided Decisions) (ends []int) {
	wanted := map[Record]int32{} // places of the linked parties
	for _, l := range links {
		wanted[l.A], wanted[l.B] = -1, -1
	}
	for i, p := range c.Parties {
		r := Record{p.Source, p.Record}
		if _, ok := wanted[r]; ok {
			wanted[r] = int32(i)
		}
	}
	set := c.heedful(decided.verdicts())
	ends = make([]int, len(links))
	for i, l := range links {
		a, b := wanted[l.A], wanted[l.B]
		if a >= 0 {
			ends[i]++
		}
		if b >= 0 {
			ends[i]++
		}
		if ends[i] == 2 && set.join(a, b) && c.Rule[max(a, b)] == "" {
			c.Rule[max(a, b)] = rule
		}
	}
	c.join(set, rule)
	return ends
}

// heedful returns the clusters as sets that can be joined further.
func (c *Clusters) heedful(v *verdicts) *heedful {
	set := newHeedful(v)
	set.parent = slices.Clone(c.Root)
	if len(v.ids) > 0 {
		for i, p := range c.Parties {
			set.decide(int32(i), Record{p.Source, p.Record})
		}
	}
	return set
}

// join takes over the clusters that sets make, under a rule.
func (c *Clusters) join(set *heedful, rule string) {
	for i := range c.Root {
		c.Root[i] = set.find(int32(i))
		if c.Root[i] != int32(i) && c.Rule[i] == "" { // it was the first of its cluster
			c.Rule[i] = rule
		}
	}
}
