package blocking

import (
	"cmp"
	"maps"
	"slices"

	"clientele/transforms/match/records"
)

// Kept is what is kept of the blocks of an earlier matching under the same plan. Records go
// by their numbers.
type Kept interface {
	// Sizes returns the number of records of blocks.
	Sizes(blocks []ID) (map[ID]int32, error)
	// Members returns who is in blocks.
	Members(blocks []ID) ([]Part, error)
	// Parts returns the blocks of records.
	Parts(records []int32) ([]Part, error)
}

// Everyone is no block of a plan: it is kept with every record, and counts them.
const Everyone = ID(maxRules) << ruleShift

// Changed is what some records that changed make of the blocks of an earlier matching.
//
// Most blocks keep their shape: who is new in one meets those who are there. A block is
// reshaped when it has become too large, or is so no more, and when one of its windows changed:
// who was in it is in other parts now, and is called moved.
type Changed struct {
	plan *Plan
	kept Kept

	sizes    map[ID]int32   // of blocks that changed records touch, as they are now
	plain    []ID           // blocks of changed records that keep their shape
	reshaped []ID           // ascending
	own      map[ID][]int32 // changed records, by block
	others   map[ID][]int32 // those that did not change
	moved    []int32        // records of reshaped blocks that did not change, ascending
	isMoved  map[int32]bool
	parts    []Part // of changed and moved records, as they are now
}

// NewChanged finds the blocks that changed records touch. recs are these as they are now, with
// the number of each, and left the parts that they were in, also those of who is gone.
func NewChanged(recs *records.Records, numbers []int32, left []Part, plan *Plan, kept Kept) (*Changed, error) {
	c := &Changed{plan: plan, kept: kept, sizes: map[ID]int32{}, own: map[ID][]int32{}, others: map[ID][]int32{}, isMoved: map[int32]bool{}}
	if err := c.walk(recs, numbers, left); err != nil {
		return nil, err
	}
	return c, c.mates(left)
}

// walk goes down from the blocks of rules to the parts that changed records came to, and that
// they left.
func (c *Changed) walk(recs *records.Records, numbers []int32, left []Part) error {
	ring := newKeyring(recs)
	sp := newSplitter(recs, ring, c.plan, Pairing{})
	of, gone, came := map[ID]ID{}, map[ID]int32{}, map[ID][]int32{}
	var levels [depth + 1][]ID
	touch := func(b, parent ID) {
		if _, known := of[b]; !known && !b.Window() { // windows are told by what they are parts of
			of[b] = parent
			levels[b.level()] = append(levels[b.level()], b)
		}
	}
	for _, p := range left {
		if p.Block != Everyone {
			gone[p.Block]++
			touch(p.Block, p.Of)
		}
	}
	come := func(b, parent ID, i int32) {
		if own := came[b]; len(own) == 0 || own[len(own)-1] != i {
			touch(b, parent)
			came[b] = append(own, i)
		}
	}
	var buf []ID
	for r, rule := range c.plan.Rules {
		if derive := ring.ids(rule.Rule, uint8(r)); derive != nil {
			for i := range int32(recs.Len()) {
				buf = derive.append(buf[:0], i)
				for _, b := range buf {
					come(b, 0, i)
				}
			}
		}
	}
	under := map[ID]bool{} // blocks that are reshaped, and what they were split into
	for level := range levels {
		slices.Sort(levels[level])
		sizes, err := c.kept.Sizes(levels[level])
		if err != nil {
			return err
		}
		for _, b := range levels[level] {
			if under[of[b]] {
				under[b] = true
				continue
			}
			was := int(sizes[b])
			is := was - int(gone[b]) + len(came[b])
			c.sizes[b] = int32(is)
			for _, i := range came[b] {
				c.own[b] = append(c.own[b], numbers[i])
				c.parts = append(c.parts, Part{b, of[b], numbers[i]})
			}
			wasSplit, isSplit, ways := sp.tooLarge(b, was), sp.tooLarge(b, is), sp.ways(b)
			switch {
			case wasSplit && isSplit && len(ways) > 0:
				for _, i := range came[b] {
					sp.of(b, ways, i, func(part ID) { come(part, b, i) })
				}
			case wasSplit || isSplit:
				under[b] = true
				c.reshaped = append(c.reshaped, b)
			case len(came[b]) > 0 && is > 1:
				c.plain = append(c.plain, b)
			}
		}
	}
	slices.Sort(c.reshaped)
	return nil
}

// mates finds who shares the blocks that changed records touch.
func (c *Changed) mates(left []Part) error {
	changed := map[int32]bool{}
	for _, p := range left {
		changed[p.Record] = true
	}
	members, err := c.kept.Members(slices.Concat(c.plain, c.reshaped))
	if err != nil {
		return err
	}
	for _, m := range members {
		if !changed[m.Record] {
			c.others[m.Block] = append(c.others[m.Block], m.Record)
		}
	}
	for _, b := range c.reshaped {
		for _, number := range c.others[b] {
			c.isMoved[number] = true
		}
	}
	c.moved = slices.Sorted(maps.Keys(c.isMoved))
	were, err := c.kept.Parts(c.moved)
	if err != nil {
		return err
	}
	of := map[ID]ID{}
	for _, p := range were {
		of[p.Block] = p.Of
	}
	for _, p := range were {
		anew := false
		for b := p.Of; b != 0 && !anew; b = of[b] {
			_, anew = slices.BinarySearch(c.reshaped, b)
		}
		if !anew {
			c.parts = append(c.parts, p)
		}
	}
	return nil
}

// Others are the records that did not change and share a block with one that did, or are
// moved.
func (c *Changed) Others() []int32 {
	var all []int32
	for _, of := range c.others {
		all = append(all, of...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Moved are the records that did not change and are in other parts of a block than before.
func (c *Changed) Moved() []int32 { return c.moved }

// Meeting is a pair of records that share a block which a record that changed touches.
type Meeting struct {
	A, B int32
	Rule uint8 // of the first block that they share, where one of them changed
}

// Meetings returns the pairs of which a record changed, and those of moved records that share
// a part of a reshaped block, each once. recs are the changed records and the others,
// with their numbers. It completes Parts.
func (c *Changed) Meetings(recs *records.Records, numbers []int32) []Meeting {
	at := make(map[int32]int32, len(numbers))
	for i, number := range numbers {
		at[number] = int32(i)
	}
	places := func(b ID) (own, all []int32) {
		for _, number := range c.own[b] {
			own = append(own, at[number])
		}
		all = slices.Clone(own)
		for _, number := range c.others[b] {
			all = append(all, at[number])
		}
		slices.Sort(all)
		return own, all
	}
	var out []Meeting
	for _, b := range c.plain {
		own, all := places(b)
		for _, x := range own {
			for _, y := range all {
				if x != y {
					out = append(out, Meeting{min(x, y), max(x, y), b.Rule()})
				}
			}
		}
	}
	sp := newSplitter(recs, newKeyring(recs), c.plan, Pairing{})
	meet := func(b ID, members []int32) {
		if c.sizes[b] = int32(len(members)); sp.tooLarge(b, len(members)) {
			return
		}
		for i, x := range members {
			for _, y := range members[i+1:] {
				out = append(out, Meeting{x, y, b.Rule()})
			}
		}
	}
	for _, b := range c.reshaped {
		_, all := places(b)
		meet(b, all)
		if sp.tooLarge(b, len(all)) {
			sp.split(b, all, func(part, of ID, members []int32) {
				for _, m := range members {
					c.parts = append(c.parts, Part{part, of, numbers[m]})
				}
				meet(part, members)
			})
		}
	}
	slices.SortFunc(out, func(x, y Meeting) int {
		return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B), cmp.Compare(x.Rule, y.Rule))
	})
	return slices.CompactFunc(out, func(x, y Meeting) bool { return x.A == y.A && x.B == y.B })
}

// Parts are the blocks of changed and moved records as they are now.
func (c *Changed) Parts() []Part { return c.parts }

// First returns, per pair of moved records, the rule of the first block that the two share,
// −1 where they share none any more.
func (c *Changed) First(pairs [][2]int32) ([]int, error) {
	blocks := map[int32][]ID{}
	for _, p := range c.parts {
		if c.isMoved[p.Record] && p.Block != Everyone {
			blocks[p.Record] = append(blocks[p.Record], p.Block)
		}
	}
	shared := make([][]ID, len(pairs))
	unknown := map[ID]bool{}
	for i, pair := range pairs {
		other := blocks[pair[1]]
		for _, b := range blocks[pair[0]] {
			if !slices.Contains(other, b) {
				continue
			}
			shared[i] = append(shared[i], b)
			if _, known := c.sizes[b]; !known {
				unknown[b] = true
			}
		}
		slices.Sort(shared[i])
	}
	sizes, err := c.kept.Sizes(slices.Sorted(maps.Keys(unknown)))
	if err != nil {
		return nil, err
	}
	maps.Copy(c.sizes, sizes)
	sp := splitter{plan: c.plan}
	out := make([]int, len(pairs))
	for i := range pairs {
		out[i] = -1
		if at := slices.IndexFunc(shared[i], func(b ID) bool { return !sp.tooLarge(b, int(c.sizes[b])) }); at >= 0 {
			out[i] = int(shared[i][at].Rule())
		}
	}
	return out, nil
}
