package blocking

import (
	"maps"
	"slices"

	"clientele/transforms/match/records"
)

// maxBlock is the number of records above which a block is split.
const maxBlock = 200

// Blocks are the sets of records whose pairs are compared, in the order of their
// rules.
type Blocks struct {
	// Rule is, per block, the place of its rule in the plan.
	Rule []uint8
	// Split is the number of blocks that were too large and were split, per rule.
	Split []int
	// Largest is, per rule, the number of records of its largest block before it
	// was split.
	Largest []int

	// Splits are the blocks that were too large.
	Splits Splits

	news        []news  // per block
	members     []int32 // of all blocks
	start       []uint64
	ofRecord    []uint32 // blocks of all records, ascending
	recordStart []uint64
}

// Len is the number of blocks.
func (b *Blocks) Len() int { return len(b.Rule) }

// Members returns the records of a block, ascending.
func (b *Blocks) Members(block int) []int32 { return b.members[b.start[block]:b.start[block+1]] }

// Splits are the blocks of a matching that were too large, by the hash of their rule and
// keys, and of how many records each was.
type Splits map[uint64]int32

// news is what a block holds that an earlier matching did not know.
type news uint8

const (
	knowsAll  news = iota // all its pairs are known
	knowsOld              // the pairs of records that changed are not
	knowsNone             // no pair need be known: others shared a part of it then
)

// Known reports whether an earlier matching knows all pairs of a block.
func (b *Blocks) Known(block int) bool { return b.news[block] == knowsAll }

// KnownUnchanged reports whether an earlier matching knows the pairs of a block whose
// records did not change.
func (b *Blocks) KnownUnchanged(block int) bool { return b.news[block] != knowsNone }

// Of returns the blocks of a record, ascending.
func (b *Blocks) Of(record int32) []uint32 {
	return b.ofRecord[b.recordStart[record]:b.recordStart[record+1]]
}

// First reports whether block is the first of those that x and y share.
func (b *Blocks) First(block uint32, x, y int32) bool {
	of, other := b.Of(x), b.Of(y)
	for i, j := 0, 0; ; {
		switch {
		case of[i] >= block || other[j] >= block:
			return true
		case of[i] < other[j]:
			i++
		case of[i] > other[j]:
			j++
		default:
			return false
		}
	}
}

// Earlier is what Build is told of an earlier matching of most of the records under the
// same plan.
type Earlier struct {
	Splits Splits
	// Changed tells whether a record is new since, or has other values.
	Changed func(int32) bool
}

// newsOf tells what is new of a block. When no record of it changed and as many are in it as
// there were, they are the same ones, and a block that is split has the same parts.
// Else its records may have moved to other parts.
func (e *Earlier) newsOf(hash uint64, members []int32) news {
	if e == nil {
		return knowsNone
	}
	changed := slices.ContainsFunc(members, e.Changed)
	was, split := e.Splits[hash]
	switch {
	case split && !changed && int(was) == len(members):
		return knowsAll
	case split || len(members) > maxBlock:
		return knowsNone
	case changed:
		return knowsOld
	}
	return knowsAll
}

// Build makes the blocks of a plan. earlier, where it is not nil, tells what is known of
// their pairs.
func Build(recs *records.Records, plan *Plan, earlier *Earlier) *Blocks {
	return build(recs, plan, earlier, func([]int32) bool { return true })
}

// Around makes those blocks of a plan that hold one of some records.
func Around(recs *records.Records, plan *Plan, some ...int32) *Blocks {
	return build(recs, plan, nil, func(members []int32) bool {
		return slices.ContainsFunc(some, func(i int32) bool { return slices.Contains(members, i) })
	})
}

func build(recs *records.Records, plan *Plan, earlier *Earlier, wanted func([]int32) bool) *Blocks {
	b := &Blocks{start: []uint64{0}, Split: make([]int, len(plan.Rules)), Largest: make([]int, len(plan.Rules)), Splits: Splits{}}
	ring := newKeyring(recs)
	sp := newSplitter(recs, ring, plan)
	for _, r := range plan.Rules {
		for _, k := range r.Keys {
			ring.get(k)
		}
	}
	type built struct {
		members []int32
		sizes   []int
		news    []news
		splits  Splits
		largest int
	}
	rules := make([]built, len(plan.Rules))
	each(len(plan.Rules), func(r int) {
		rule := plan.Rules[r]
		rules[r].splits = Splits{}
		var fresh news
		emit := func(members []int32) {
			rules[r].members = append(rules[r].members, members...)
			rules[r].sizes = append(rules[r].sizes, len(members))
			rules[r].news = append(rules[r].news, fresh)
		}
		if len(rule.Keys) == 0 {
			all := make([]int32, recs.Len())
			for i := range all {
				all[i] = int32(i)
			}
			rules[r].largest = len(all)
			if fresh = knowsOld; earlier == nil {
				fresh = knowsNone
			}
			emit(all)
			return
		}
		derive := ring.rule(rule.Rule, uint64(r)+1)
		if derive == nil {
			return
		}
		entries := derive.sorted(recs)
		var members []int32
		for from := 0; from < len(entries); {
			to := from + 1
			for to < len(entries) && entries[to].hash == entries[from].hash {
				to++
			}
			if to-from > 1 {
				members = members[:0]
				for _, e := range entries[from:to] {
					members = append(members, e.record)
				}
				members = slices.Compact(members)
				if !wanted(members) {
					from = to
					continue
				}
				rules[r].largest = max(rules[r].largest, len(members))
				fresh = earlier.newsOf(entries[from].hash, members)
				switch {
				case len(members) > maxBlock:
					rules[r].splits[entries[from].hash] = int32(len(members))
					sp.split(members, rule.Keys, 0, emit)
				case len(members) > 1:
					emit(members)
				}
			}
			from = to
		}
	})
	for r, built := range rules {
		b.Split[r], b.Largest[r] = len(built.splits), built.largest
		maps.Copy(b.Splits, built.splits)
		b.members = append(b.members, built.members...)
		b.news = append(b.news, built.news...)
		for _, n := range built.sizes {
			b.start = append(b.start, b.start[len(b.start)-1]+uint64(n))
			b.Rule = append(b.Rule, uint8(r))
		}
		rules[r].members = nil
	}
	b.index(recs.Len())
	return b
}

// index lists the blocks of each record.
func (b *Blocks) index(n int) {
	b.recordStart = make([]uint64, n+1)
	for _, m := range b.members {
		b.recordStart[m+1]++
	}
	for i := range n {
		b.recordStart[i+1] += b.recordStart[i]
	}
	b.ofRecord = make([]uint32, len(b.members))
	at := slices.Clone(b.recordStart[:n])
	for block := range b.Rule {
		for _, m := range b.Members(block) {
			b.ofRecord[at[m]] = uint32(block)
			at[m]++
		}
	}
}

// sorted returns the keys of all records under a rule in the order of keys and
// records.
func (r *ruleKeys) sorted(recs *records.Records) []keyEntry {
	out := make([]keyEntry, 0, recs.Len())
	var buf []uint64
	for i := range int32(recs.Len()) {
		buf = r.append(buf[:0], i)
		for _, h := range buf {
			out = append(out, keyEntry{h, i})
		}
	}
	sortKeys(out)
	return out
}

// Share reports whether two records share a block.
func (b *Blocks) Share(x, y int32) bool {
	_, ok := b.FirstShared(x, y)
	return ok
}

// FirstShared returns the first block that two records share.
func (b *Blocks) FirstShared(x, y int32) (block int, ok bool) {
	of, other := b.Of(x), b.Of(y)
	for i, j := 0, 0; i < len(of) && j < len(other); {
		switch {
		case of[i] < other[j]:
			i++
		case of[i] > other[j]:
			j++
		default:
			return int(of[i]), true
		}
	}
	return 0, false
}
