package blocking

import (
	"cmp"
	"math"
	"slices"

	"clientele/transforms/match/records"
)

// lookupCosts is costs where records are looked up in a register: a block of some of
// these with others of that one costs their product.
func (s *Sample) lookupCosts(recs *records.Records, rules []Rule, some []int32) []ruleCost {
	sizes := s.pairing.sizes(recs)
	drawn := make([]float64, len(sizes))
	for _, i := range some {
		drawn[s.pairing.side(recs, i)]++
	}
	for side := range sizes {
		sizes[side] /= max(drawn[side], 1) // records that one of some stands for
	}
	costs := make([]ruleCost, len(rules))
	p := newProber(s.ring, rules)
	p.derive(some)
	each(len(rules), func(i int) {
		costs[i] = ruleCost{rule: rules[i]}
		var entries []keyEntry
		last, own := -1, 0
		p.keys(i, func(n int, key uint64) {
			if n != last {
				last, own = n, 0
			}
			if own++; own <= keysPerRecord {
				entries = append(entries, keyEntry{key, s.pairing.side(recs, some[n])})
			}
		})
		sortKeys(entries)
		for from := 0; from < len(entries); {
			to, of := from, [2]float64{}
			for ; to < len(entries) && entries[to].hash == entries[from].hash; to++ {
				side := entries[to].record
				of[side] += sizes[side]
			}
			if cross := of[0] * of[1]; cross > 0 {
				costs[i].large = max(costs[i].large, int(of[0]+of[1]))
				// One that is too large is split.
				costs[i].pairs += min(cross, max(of[0], of[1])*maxBlock/2)
			}
			from = to
		}
	})
	return costs
}

// lookedUp returns the blocks of a rule that records are looked up in, in the order of
// IDs and records. Of the register those records alone have a part in them that share a
// block with another, but for a few.
func (b *blockIDs) lookedUp(recs *records.Records, pairing Pairing) []keyEntry {
	some, register := pairing.lookedUp(recs)
	var buf []ID
	derive := func(list []int32, wanted *bloom) (out []keyEntry) {
		for _, i := range list {
			buf = b.append(buf[:0], i)
			for _, id := range buf {
				if wanted == nil || wanted.has(uint64(id)<<(64-ruleShift)) {
					out = append(out, keyEntry{uint64(id), i})
				}
			}
		}
		return out
	}
	own := derive(some, nil)
	wanted := newBloom(len(own))
	for _, e := range own {
		wanted.add(e.hash << (64 - ruleShift)) // without the rule, which is that of all
	}
	found := derive(register, wanted)
	at := 0 // of the register's among the own ones, in the order of records
	if len(register) > 0 {
		at, _ = slices.BinarySearchFunc(own, register[0], func(e keyEntry, first int32) int { return cmp.Compare(e.record, first) })
	}
	out := slices.Concat(own[:at], found, own[at:])
	sortKeys(out)
	return out
}

// pairs is the number of pairs of members, which are in their order, that count.
func (p Pairing) pairs(recs *records.Records, members []int32) int {
	if p.Lookup() {
		register := len(p.Register(recs, members))
		return register * (len(members) - register)
	}
	return len(members) * (len(members) - 1) / 2
}

// Register returns those of some records, in their order, that are of the register. They
// stand together, as records are in the order of sources.
func (p Pairing) Register(recs *records.Records, members []int32) []int32 {
	source := p.register - 1 // none where it is −1
	from, _ := slices.BinarySearchFunc(members, source, func(i, s int32) int { return int(recs.Source(i) - s) })
	to, _ := slices.BinarySearchFunc(members, source+1, func(i, s int32) int { return int(recs.Source(i) - s) })
	return members[from:to]
}

// size is the number of records whose pairs are as many as those of members that count.
func (p Pairing) size(recs *records.Records, members []int32) int {
	if !p.Lookup() {
		return len(members)
	}
	return int(math.Ceil((1 + math.Sqrt(1+8*float64(p.pairs(recs, members)))) / 2))
}

// Lookup reports whether records are looked up in a register.
func (s *Sample) Lookup() bool { return s.pairing.Lookup() }
