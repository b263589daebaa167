package match

import "slices"

// Decisions are what people decided on pairs of records. They win over all
// evidence, and Same over Different.
type Decisions struct{ Same, Different []Link }

// Among returns what the decisions, and all that follows from them, say of records.
func (d Decisions) Among(records []Record) Decisions { return d.verdicts().within(records) }

// Against returns the decisions that speak against one more, none where it fits
// them: who is the same as two records says that these are the same, and who is
// the same as one is different from whom that one is different from.
func (d Decisions) Against(l Link, same bool) []Link {
	v := d.verdicts()
	a, knownA := v.ids[l.A]
	b, knownB := v.ids[l.B]
	if !knownA || !knownB {
		return nil
	}
	if !same {
		return d.way(l.A, l.B)
	}
	for _, other := range d.Different {
		x, y := v.find(v.ids[other.A]), v.find(v.ids[other.B])
		if p, q := v.find(a), v.find(b); x == p && y == q || x == q && y == p {
			return []Link{other}
		}
	}
	return nil
}

// way returns the shortest chain of decisions by which two records are the same,
// nil where there is none.
func (d Decisions) way(from, to Record) []Link {
	next := map[Record][]int{}
	for i, l := range d.Same {
		next[l.A], next[l.B] = append(next[l.A], i), append(next[l.B], i)
	}
	type step struct {
		from Record
		by   int
	}
	came := map[Record]step{from: {}}
	for queue := []Record{from}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at == to {
			var out []Link
			for at != from {
				out = append(out, d.Same[came[at].by])
				at = came[at].from
			}
			slices.Reverse(out)
			return out
		}
		for _, i := range next[at] {
			other := d.Same[i].A
			if other == at {
				other = d.Same[i].B
			}
			if _, seen := came[other]; !seen {
				came[other] = step{at, i}
				queue = append(queue, other)
			}
		}
	}
	return nil
}

// verdicts are decisions with all that follows from them, also of records that are
// not there tonight: if b is the same as a and as c, then a and c are the same.
type verdicts struct {
	ids map[Record]int32 // of the records that people decided on
	// disjoint are the sets of ids that are one.
	disjoint
	apart map[int32][]int32 // per set, ids that are not of it
}

func (d Decisions) verdicts() *verdicts {
	v := &verdicts{ids: map[Record]int32{}, apart: map[int32][]int32{}}
	id := func(r Record) int32 {
		i, ok := v.ids[r]
		if !ok {
			i = int32(len(v.ids))
			v.ids[r] = i
			v.add()
		}
		return i
	}
	for _, l := range d.Same {
		v.join(id(l.A), id(l.B))
	}
	for _, l := range d.Different {
		a, b := id(l.A), id(l.B)
		if a, b = v.find(a), v.find(b); a != b {
			v.apart[a], v.apart[b] = append(v.apart[a], b), append(v.apart[b], a)
		}
	}
	return v
}

// of returns the set of a record, −1 where nobody decided anything on it.
func (v *verdicts) of(r Record) int32 {
	if i, ok := v.ids[r]; ok {
		return v.find(i)
	}
	return -1
}

// differ reports whether people said of two sets that they are not one.
func (v *verdicts) differ(a, b int32) bool {
	a, b = v.find(a), v.find(b)
	return a != b && slices.ContainsFunc(v.apart[a], func(x int32) bool { return v.find(x) == b })
}

// unite makes two sets one, as evidence joined records of them.
func (v *verdicts) unite(a, b int32) {
	a, b = v.find(a), v.find(b)
	if a == b {
		return
	}
	v.join(a, b)
	apart := slices.Concat(v.apart[a], v.apart[b])
	delete(v.apart, a)
	delete(v.apart, b)
	v.apart[v.find(a)] = apart
}

// within returns the decisions on the records that find knows: of each set its
// members with the first of them, of sets that differ their first members.
func (v *verdicts) within(records []Record) Decisions {
	var d Decisions
	var sets []int32
	first := map[int32]Record{}
	for _, r := range records {
		set := v.of(r)
		if set < 0 {
			continue
		}
		if head, ok := first[set]; ok {
			d.Same = append(d.Same, Link{head, r})
			continue
		}
		first[set] = r
		for _, other := range sets {
			if v.differ(set, other) {
				d.Different = append(d.Different, Link{first[other], r})
			}
		}
		sets = append(sets, set)
	}
	return d
}

// heedful joins parties into clusters, and keeps those apart of which people said
// that they are two.
type heedful struct {
	disjoint
	verdicts *verdicts
	set      map[int32]int32 // per cluster, the set of verdicts that it has
	first    map[int32]int32 // per set of verdicts, its first party
}

func newHeedful(v *verdicts) *heedful {
	return &heedful{verdicts: v, set: map[int32]int32{}, first: map[int32]int32{}}
}

// decide joins a party with those that people said it is one with, and reports
// whether there are any.
func (h *heedful) decide(at int32, r Record) bool {
	set := h.verdicts.of(r)
	if set < 0 {
		return false
	}
	first, ok := h.first[set]
	if !ok {
		h.first[set] = at
	}
	if has, ok := h.set[h.find(at)]; ok {
		h.unite(has, set)
	}
	h.set[h.find(at)] = set
	return ok && h.join(first, at)
}

// unite makes two sets of verdicts one.
func (h *heedful) unite(a, b int32) {
	a, b = h.verdicts.find(a), h.verdicts.find(b)
	first, ok := h.first[a]
	if other, has := h.first[b]; has && (!ok || other < first) {
		first, ok = other, true
	}
	h.verdicts.unite(a, b)
	if ok {
		h.first[h.verdicts.find(a)] = first
	}
}

// apart reports whether people said that the clusters of two parties are two.
func (h *heedful) apart(a, b int32) bool {
	if len(h.set) == 0 {
		return false
	}
	x, ok := h.set[h.find(a)]
	y, has := h.set[h.find(b)]
	return ok && has && h.verdicts.differ(x, y)
}

// join makes the clusters of two parties one, and reports whether they were two that
// nobody keeps apart.
func (h *heedful) join(a, b int32) bool {
	a, b = h.find(a), h.find(b)
	if a == b || h.apart(a, b) {
		return false
	}
	x, ok := h.set[a]
	y, has := h.set[b]
	h.disjoint.join(a, b)
	switch root := h.find(a); {
	case ok && has:
		h.unite(x, y)
		h.set[root] = x
	case ok:
		h.set[root] = x
	case has:
		h.set[root] = y
	}
	return true
}
