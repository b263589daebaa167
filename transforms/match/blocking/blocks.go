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

	members     []int32 // of all blocks
	start       []uint64
	ofRecord    []uint32 // blocks of all records, ascending
	recordStart []uint64
}

// Len is the number of blocks.
func (b *Blocks) Len() int { return len(b.Rule) }

// Members returns the records of a block, ascending.
func (b *Blocks) Members(block int) []int32 { return b.members[b.start[block]:b.start[block+1]] }

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

// Build makes the blocks of a plan. keep, where it is not nil, is called with all that a later
// matching must know of them: who is in which block, also those of one record and those
// that are split. It is called once a rule, for several rules at once, and may keep what it
// is given.
func Build(recs *records.Records, plan *Plan, pairing Pairing, keep func([]Part)) *Blocks {
	return build(recs, plan, pairing, keep, func([]int32) bool { return true })
}

// Around makes those blocks of a plan that hold one of some records.
func Around(recs *records.Records, plan *Plan, some ...int32) *Blocks {
	return build(recs, plan, Pairing{}, nil, func(members []int32) bool {
		return slices.ContainsFunc(some, func(i int32) bool { return slices.Contains(members, i) })
	})
}

// ruleBlocks are the blocks of one rule.
type ruleBlocks struct {
	members        []int32
	sizes          []int
	split, largest int
}

func build(recs *records.Records, plan *Plan, pairing Pairing, keep func([]Part), wanted func([]int32) bool) *Blocks {
	b := &Blocks{start: []uint64{0}, Split: make([]int, len(plan.Rules)), Largest: make([]int, len(plan.Rules))}
	ring := newKeyring(recs)
	sp := newSplitter(recs, ring, plan, pairing)
	for _, r := range plan.Rules {
		for _, k := range r.Keys {
			ring.get(k)
		}
	}
	rules := make([]ruleBlocks, len(plan.Rules))
	each(len(plan.Rules), func(r int) {
		derive := ring.ids(plan.Rules[r].Rule, uint8(r))
		if derive == nil {
			return
		}
		own := &rules[r]
		var parts []Part
		emit := func(b, of ID, members []int32) {
			if pairing.pairs(recs, members) > 0 && !sp.tooLarge(b, pairing.size(recs, members)) {
				own.members = append(own.members, members...)
				own.sizes = append(own.sizes, len(members))
			}
			if keep != nil {
				for _, m := range members {
					parts = append(parts, Part{b, of, m})
				}
			}
		}
		var members []int32
		var entries []keyEntry
		if pairing.Lookup() {
			entries = derive.lookedUp(recs, pairing)
		} else {
			entries = derive.sorted(recs)
		}
		for from := 0; from < len(entries); {
			to := from + 1
			for to < len(entries) && entries[to].hash == entries[from].hash {
				to++
			}
			members = members[:0]
			for _, e := range entries[from:to] {
				members = append(members, e.record)
			}
			members = slices.Compact(members)
			if id := ID(entries[from].hash); wanted(members) {
				own.largest = max(own.largest, len(members))
				emit(id, 0, members)
				if sp.tooLarge(id, pairing.size(recs, members)) {
					own.split++
					sp.split(id, members, emit)
				}
			}
			from = to
		}
		if keep != nil {
			keep(parts)
		}
	})
	for r, own := range rules {
		b.Split[r], b.Largest[r] = own.split, own.largest
		b.members = append(b.members, own.members...)
		for _, n := range own.sizes {
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
