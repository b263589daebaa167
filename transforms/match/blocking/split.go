package blocking

import (
	"cmp"
	"slices"
	"strings"

	"clientele/transforms/match/records"
)

// How far a block is split, by how many keys at a time, and how many records stand
// in one window at last.
const (
	depth  = 3
	ways   = 3
	window = 32
)

// ID tells a block from all others, whatever the records are. From the upper bits it holds its
// rule, a hash of what its records share, whether it is a window, how often it was
// split, and the first key that may split it further. What a block is thus depends on
// the values of its records alone; whether it is split depends on how many they are.
type ID uint64

// Where an ID holds what.
const (
	ruleShift   = 59
	hashShift   = 9
	windowShift = 8
	levelShift  = 6
	nextMask    = 1<<levelShift - 1
)

func newID(rule uint8, hash uint64, level, next int) ID {
	return ID(rule)<<ruleShift | ID(hash)>>(64-ruleShift)&^(1<<hashShift-1) | ID(level)<<levelShift | ID(next)
}

// Rule is the place in the plan of the rule that made the block. Blocks of earlier rules
// have lower IDs.
func (b ID) Rule() uint8 { return uint8(b >> ruleShift) }

// Window reports whether the block is a window over the sorted records of a larger one.
func (b ID) Window() bool { return b>>windowShift&1 == 1 }

func (b ID) level() int { return int(b >> levelShift & depth) }
func (b ID) next() int  { return int(b & nextMask) }

// Part is a record in a block.
type Part struct {
	Block ID
	// Of is the block that was too large and of which this is a part, 0 for none.
	Of     ID
	Record int32
}

// splits are the keys that split: values of columns, those first that tell records
// apart best, of those that have them.
func splits(recs *records.Records, ring *keyring) []Key {
	type rated struct {
		key  Key
		rate float64
	}
	some := leastBy(recs, surveyed, 1)
	var all []rated
	for _, c := range recs.Columns {
		if len(waysOf(c.Role)) == 0 || c.Distinct() < 2 {
			continue
		}
		by := exact
		if c.Role == records.RoleGiven || c.Role == records.RoleFamily || c.Role == records.RoleStreet {
			by = sound
		}
		k := Key{c.Name, by}
		all = append(all, rated{k, tells(ring.get(k), some)})
	}
	slices.SortStableFunc(all, func(a, b rated) int {
		return cmp.Or(cmp.Compare(b.rate, a.rate), strings.Compare(a.key.Column, b.key.Column))
	})
	var keys []Key
	for _, r := range all[:min(len(all), maxSplits)] {
		keys = append(keys, r.key)
	}
	return keys
}

// maxSplits is the number of keys that an ID can count.
const maxSplits = nextMask

// tells is the share of records that have a key, less the share of pairs that have the
// same.
func tells(part *keyed, some []int32) float64 {
	sizes := map[uint32]int{}
	filled := 0
	var buf []uint32
	for _, r := range some {
		buf = part.append(buf[:0], r)
		if len(buf) > 0 {
			filled++
		}
		for _, h := range buf {
			sizes[h]++
		}
	}
	pairs := 0
	for _, n := range sizes {
		pairs += n * n
	}
	n := float64(max(len(some), 1))
	return float64(filled)/n - float64(pairs)/(n*n)
}

// splitter tells the parts of blocks that are too large.
type splitter struct {
	recs    *records.Records
	plan    *Plan
	pairing Pairing
	parts   []*keyed // of the keys that split
}

// newSplitter returns a splitter by the keys of a plan. A key that the records lack has no
// values, and keeps its place.
func newSplitter(recs *records.Records, ring *keyring, plan *Plan, pairing Pairing) *splitter {
	s := &splitter{recs: recs, plan: plan, pairing: pairing}
	for _, k := range plan.Splits {
		s.parts = append(s.parts, ring.get(k))
	}
	return s
}

// tooLarge reports whether a block of n records is split. That of a rule without keys holds
// all pairs, however many.
func (s *splitter) tooLarge(b ID, n int) bool {
	return n > s.plan.largest() && len(s.plan.Rules[b.Rule()].Keys) > 0
}

// ways returns the places of the keys that split a block: the next ones of columns that its
// rule does not use. There are none where its records are sorted, and meet in windows.
func (s *splitter) ways(b ID) []int {
	if b.level() == depth {
		return nil
	}
	var out []int
	for at := b.next(); at < len(s.parts) && len(out) < ways; at++ {
		if !slices.ContainsFunc(s.plan.Rules[b.Rule()].Keys, func(k Key) bool { return k.Column == s.plan.Splits[at].Column }) {
			out = append(out, at)
		}
	}
	return out
}

// of calls emit with the parts of a block that a record is in: one for each value of the keys
// that split it. Parts of a key are split by keys behind it alone: those who also share
// one before it meet there. A record that has none of the keys is in the rest, which
// is split by the keys behind all of them.
func (s *splitter) of(b ID, ways []int, record int32, emit func(ID)) {
	var buf [8]uint32
	none := true
	for _, at := range ways {
		if s.parts[at] == nil {
			continue
		}
		for _, h := range s.parts[at].append(buf[:0], record) {
			none = false
			emit(newID(b.Rule(), mix(mix(uint64(b), uint64(at)+1), uint64(h)), b.level()+1, at+1))
		}
	}
	if none {
		emit(newID(b.Rule(), mix(uint64(b), 0), b.level()+1, ways[len(ways)-1]+1))
	}
}

// split emits the blocks that a block, which is too large, is split into: each part, of which
// those that are still too large are split further.
func (s *splitter) split(b ID, members []int32, emit func(b, of ID, members []int32)) {
	ways := s.ways(b)
	if len(ways) == 0 {
		s.slide(b, members, emit)
		return
	}
	var entries []keyEntry
	for _, m := range members {
		s.of(b, ways, m, func(part ID) { entries = append(entries, keyEntry{uint64(part), m}) })
	}
	sortRun(entries)
	for from := 0; from < len(entries); {
		to := from + 1
		for to < len(entries) && entries[to].hash == entries[from].hash {
			to++
		}
		own := make([]int32, 0, to-from)
		for _, e := range entries[from:to] {
			own = append(own, e.record)
		}
		part := ID(entries[from].hash)
		emit(part, b, own)
		if s.tooLarge(part, s.pairing.size(s.recs, own)) {
			s.split(part, own, emit)
		}
		from = to
	}
}

// slide emits overlapping windows over members in the order of their values, so
// that likes meet.
func (s *splitter) slide(b ID, members []int32, emit func(b, of ID, members []int32)) {
	keys := make([]string, len(members))
	order := make([]int, len(members))
	for i, m := range members {
		order[i] = i
		var key strings.Builder
		for _, p := range s.parts {
			if p != nil {
				for _, v := range p.column.Of(m) {
					key.WriteString(p.column.Values[v])
				}
			}
			key.WriteByte(0)
		}
		keys[i] = key.String()
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(keys[a], keys[b]), cmp.Compare(members[a], members[b]))
	})
	size := min(window, s.plan.largest())
	for from := 0; ; from += size / 2 {
		to := min(from+size, len(order))
		own := make([]int32, 0, size)
		for _, at := range order[from:to] {
			own = append(own, members[at])
		}
		slices.Sort(own)
		emit(newID(b.Rule(), mix(uint64(b), uint64(from)), depth, nextMask)|1<<windowShift, b, own)
		if to == len(order) {
			return
		}
	}
}
