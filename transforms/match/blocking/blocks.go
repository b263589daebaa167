package blocking

import (
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

	split       []bool  // per block, whether it is a part of one that was split
	members     []int32 // of all blocks
	start       []uint64
	ofRecord    []uint32 // blocks of all records, ascending
	recordStart []uint64
}

// Len is the number of blocks.
func (b *Blocks) Len() int { return len(b.Rule) }

// Members returns the records of a block, ascending.
func (b *Blocks) Members(block int) []int32 { return b.members[b.start[block]:b.start[block+1]] }

// Part reports whether a block is a part of one that was split.
func (b *Blocks) Part(block int) bool { return b.split[block] }

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

// Build makes the blocks of a plan. touched, where it is not nil, tells records that
// changed: blocks without any are left out. Of a block that is split, all parts are
// kept when one of its records changed, as the others may have moved to
// another part.
func Build(recs *records.Records, plan *Plan, touched func(int32) bool) *Blocks {
	b := &Blocks{start: []uint64{0}, Split: make([]int, len(plan.Rules)), Largest: make([]int, len(plan.Rules))}
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
		split   int
		largest int
		parts   [][2]int // ranges of blocks that are parts of one
	}
	rules := make([]built, len(plan.Rules))
	each(len(plan.Rules), func(r int) {
		rule := plan.Rules[r]
		emit := func(members []int32) {
			rules[r].members = append(rules[r].members, members...)
			rules[r].sizes = append(rules[r].sizes, len(members))
		}
		if len(rule.Keys) == 0 {
			all := make([]int32, recs.Len())
			for i := range all {
				all[i] = int32(i)
			}
			rules[r].largest = len(all)
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
				if touched != nil && !slices.ContainsFunc(members, touched) {
					from = to
					continue
				}
				rules[r].largest = max(rules[r].largest, len(members))
				before := len(rules[r].sizes)
				switch {
				case len(members) > maxBlock:
					rules[r].split++
					sp.split(members, rule.Keys, 0, emit)
					rules[r].parts = append(rules[r].parts, [2]int{before, len(rules[r].sizes)})
				case len(members) > 1:
					emit(members)
				}
			}
			from = to
		}
	})
	for r, built := range rules {
		b.Split[r], b.Largest[r] = built.split, built.largest
		b.members = append(b.members, built.members...)
		for _, n := range built.sizes {
			b.start = append(b.start, b.start[len(b.start)-1]+uint64(n))
			b.Rule = append(b.Rule, uint8(r))
			b.split = append(b.split, false)
		}
		for _, p := range built.parts {
			for at := p[0]; at < p[1]; at++ {
				b.split[len(b.split)-len(built.sizes)+at] = true
			}
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

// SharePart reports whether two records share a part of a block that was split.
func (b *Blocks) SharePart(x, y int32) bool {
	return b.share(x, y, func(block uint32) bool { return b.split[block] })
}

// Share reports whether two records share a block.
func (b *Blocks) Share(x, y int32) bool {
	return b.share(x, y, func(uint32) bool { return true })
}

func (b *Blocks) share(x, y int32, counts func(uint32) bool) bool {
	of, other := b.Of(x), b.Of(y)
	for i, j := 0, 0; i < len(of) && j < len(other); {
		switch {
		case of[i] < other[j]:
			i++
		case of[i] > other[j]:
			j++
		case counts(of[i]):
			return true
		default:
			i, j = i+1, j+1
		}
	}
	return false
}
