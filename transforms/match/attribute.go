package match

// Attribute says of each event what brought it about: the decision by which
// customers became one or two, or else the rule that joined them. A split that
// nobody decided has no reason: evidence holds its parties together no more.
func (i *Issued) Attribute(c *Clusters, before []Assignment, d Decisions) {
	a := attribution{verdicts: d.verdicts(), had: map[Record]string{}, has: map[Record]string{}, members: map[int32][]Record{}, rule: map[string]string{}}
	merged := map[string]bool{}
	for _, e := range i.Events {
		if e.Why == WhyMerge {
			merged[e.From] = true
		}
	}
	was := map[Record]string{} // merged customer of each of its parties
	for _, p := range before {
		r := Record{p.Source, p.Record}
		if _, decided := a.verdicts.ids[r]; decided {
			a.had[r] = p.ID
		}
		if merged[p.ID] {
			was[r] = p.ID
		}
	}
	for at, p := range c.Parties {
		r := Record{p.Source, p.Record}
		if id, ok := was[r]; ok && a.rule[id] == "" {
			a.rule[id] = c.Rule[at]
		}
		if set := a.verdicts.of(r); set >= 0 {
			a.has[r] = i.Customers[at]
			a.members[set] = append(a.members[set], r)
		}
	}
	for at := range i.Events {
		e := &i.Events[at]
		if e.Why == WhyMerge {
			if l, ok := a.decided(d.Same, func(x, y Record) bool {
				return a.verdicts.of(x) == a.verdicts.of(y) && a.had[x] == e.From && a.had[y] != e.From && a.has[x] == e.To && a.has[y] == e.To
			}); ok {
				e.Reason, e.Decided = RuleDecision, l
			} else {
				e.Reason = a.rule[e.From]
			}
			continue
		}
		if l, ok := a.decided(d.Different, func(x, y Record) bool {
			return a.had[x] == e.From && a.had[y] == e.From && a.has[x] == e.To && a.has[y] != e.To
		}); ok {
			e.Reason, e.Decided = RuleDecision, l
		}
	}
}

// attribution is what decides why customers merge and split.
type attribution struct {
	*verdicts
	had, has map[Record]string  // customer of the records that people decided on
	members  map[int32][]Record // of sets of verdicts, those that are there
	rule     map[string]string  // by a merged customer, the rule that joined its first party
}

// decided returns the decision that did it: one of which the records themselves fit,
// or else one of which records do that are the same as these.
func (a *attribution) decided(links []Link, fits func(x, y Record) bool) (Link, bool) {
	for _, l := range links {
		if fits(l.A, l.B) || fits(l.B, l.A) {
			return l, true
		}
	}
	for _, l := range links {
		for _, x := range a.members[a.of(l.A)] {
			for _, y := range a.members[a.of(l.B)] {
				if x != y && (fits(x, y) || fits(y, x)) {
					return l, true
				}
			}
		}
	}
	return Link{}, false
}
