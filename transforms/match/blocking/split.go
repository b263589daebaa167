package blocking

import (
	"cmp"
	"slices"
	"strings"

	"clientele/transforms/match/records"
)

// splitter cuts blocks that are too large.
type splitter struct {
	recs  *records.Records
	keys  []Key
	parts []*keyed
}

// How far a block is split, by how many keys at a time, and how many records stand
// in one window at last.
const (
	depth  = 3
	ways   = 3
	window = 32
)

// splits are the keys that split: values of columns, those first that tell
// records apart best.
func splits(recs *records.Records) []Key {
	columns := slices.DeleteFunc(slices.Clone(recs.Columns), func(c *records.Column) bool { return len(waysOf(c.Role)) == 0 || c.Distinct() < 2 })
	slices.SortStableFunc(columns, func(a, b *records.Column) int {
		return cmp.Or(cmp.Compare(b.Distinct(), a.Distinct()), strings.Compare(a.Name, b.Name))
	})
	var keys []Key
	for _, c := range columns {
		by := exact
		if c.Role == records.RoleGiven || c.Role == records.RoleFamily || c.Role == records.RoleStreet {
			by = sound
		}
		keys = append(keys, Key{c.Name, by})
	}
	return keys
}

// newSplitter returns a splitter by the keys of a plan that the records have.
func newSplitter(recs *records.Records, ring *keyring, plan *Plan) *splitter {
	s := &splitter{recs: recs}
	for _, k := range plan.Splits {
		if part := ring.get(k); part != nil {
			s.keys, s.parts = append(s.keys, k), append(s.parts, part)
		}
	}
	return s
}

// split emits blocks that together hold the members of one that is too large: those
// that also share one of the columns that tell them apart best, and a window
// over the rest.
func (s *splitter) split(members []int32, used []Key, level int, emit func([]int32)) {
	covered := make(map[int32]bool)
	if level < depth {
		for _, at := range s.best(members, used) {
			s.cut(members, at, used, level, covered, emit)
		}
	}
	rest := make([]int32, 0, len(members)-len(covered))
	for _, m := range members {
		if !covered[m] {
			rest = append(rest, m)
		}
	}
	s.slide(rest, emit)
}

// best returns the places of the keys that cut members into the fewest pairs and leave out the
// fewest records.
func (s *splitter) best(members []int32, used []Key) []int {
	type rated struct {
		at   int
		rate float64
	}
	var all []rated
	some := members
	if step := len(members) / 1000; step > 1 {
		some = nil
		for i := 0; i < len(members); i += step {
			some = append(some, members[i])
		}
	}
	var buf []uint32
	for at, k := range s.keys {
		if slices.ContainsFunc(used, func(u Key) bool { return u.Column == k.Column }) {
			continue
		}
		sizes := map[uint32]int{}
		filled := 0
		for _, m := range some {
			buf = s.parts[at].append(buf[:0], m)
			if len(buf) > 0 {
				filled++
			}
			for _, h := range buf {
				sizes[h]++
			}
		}
		pairs := 0.0
		for _, n := range sizes {
			pairs += float64(n) * float64(n)
		}
		whole := float64(len(some)) * float64(len(some))
		if filled == 0 || pairs > whole/2 {
			continue
		}
		all = append(all, rated{at, float64(filled)/float64(len(some)) - pairs/whole})
	}
	slices.SortStableFunc(all, func(a, b rated) int { return cmp.Compare(b.rate, a.rate) })
	var out []int
	for _, r := range all[:min(ways, len(all))] {
		out = append(out, r.at)
	}
	return out
}

// cut emits the blocks of members that share a key.
func (s *splitter) cut(members []int32, at int, used []Key, level int, covered map[int32]bool, emit func([]int32)) {
	var entries []keyEntry
	var buf []uint32
	for _, m := range members {
		buf = s.parts[at].append(buf[:0], m)
		for _, h := range buf {
			entries = append(entries, keyEntry{uint64(h), m})
			covered[m] = true
		}
	}
	sortRun(entries) // hashes of 32 bits
	for from := 0; from < len(entries); {
		to := from + 1
		for to < len(entries) && entries[to].hash == entries[from].hash {
			to++
		}
		own := make([]int32, 0, to-from)
		for _, e := range entries[from:to] {
			own = append(own, e.record)
		}
		switch {
		case len(own) > maxBlock:
			s.split(own, append(slices.Clone(used), s.keys[at]), level+1, emit)
		case len(own) > 1:
			emit(own)
		}
		from = to
	}
}

// slide emits overlapping windows over members in the order of their values, so
// that likes meet.
func (s *splitter) slide(members []int32, emit func([]int32)) {
	if len(members) < 2 {
		return
	}
	keys := make([]string, len(members))
	order := make([]int, len(members))
	for i, m := range members {
		order[i] = i
		var key strings.Builder
		for _, p := range s.parts {
			for _, v := range p.column.Of(m) {
				key.WriteString(p.column.Values[v])
			}
			key.WriteByte(0)
		}
		keys[i] = key.String()
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(keys[a], keys[b]), cmp.Compare(members[a], members[b]))
	})
	for from := 0; ; from += window / 2 {
		to := min(from+window, len(order))
		own := make([]int32, 0, window)
		for _, at := range order[from:to] {
			own = append(own, members[at])
		}
		slices.Sort(own)
		emit(own)
		if to == len(order) {
			return
		}
	}
}
