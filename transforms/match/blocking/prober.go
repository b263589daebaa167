package blocking

import (
	"math/bits"
	"slices"
)

// prober derives the keys of records under many rules of one or two keys, some
// records at a time: each part's keys once, then those of each rule, so that what is read
// is near.
type prober struct {
	parts []*keyed
	only  []bitset  // by part, the values whose keys count; nil where all do
	rules [][2]int  // parts of each rule; the second is −1 for a rule of one
	own   []ownKeys // keys of the records, by part
}

// ownKeys are the keys of some records by one part.
type ownKeys struct {
	start []uint32
	hash  []uint32
}

func (o *ownKeys) of(n int) []uint32 { return o.hash[o.start[n]:o.start[n+1]] }

func newProber(ring *keyring, rules []Rule) *prober {
	p := &prober{}
	at := map[Key]int{}
	for _, r := range rules {
		parts := [2]int{-1, -1}
		for i, k := range r.Keys {
			known, ok := at[k]
			if !ok {
				known = len(p.parts)
				at[k] = known
				p.parts = append(p.parts, ring.get(k))
			}
			parts[i] = known
		}
		p.rules = append(p.rules, parts)
	}
	p.own = make([]ownKeys, len(p.parts))
	return p
}

// derive derives the keys of some records by part.
func (p *prober) derive(some []int32) {
	for i, part := range p.parts {
		own := &p.own[i]
		own.start, own.hash = append(own.start[:0], 0), own.hash[:0]
		for _, record := range some {
			of := part.column.Of(record)
			if p.only == nil || slices.ContainsFunc(of, func(v uint32) bool { return p.only[i].has(int(v)) }) {
				own.hash = part.append(own.hash, record)
			}
			own.start = append(own.start, uint32(len(own.hash)))
		}
	}
}

// keys calls do with the keys under a rule of those records whose keys were derived, by their
// places. Keys of two rules differ. Several rules may be asked for at once.
func (p *prober) keys(rule int, do func(n int, key uint64)) {
	a, b := &p.own[p.rules[rule][0]], (*ownKeys)(nil)
	if second := p.rules[rule][1]; second >= 0 {
		b = &p.own[second]
	}
	for n := range len(a.start) - 1 {
		if b == nil {
			for _, first := range a.of(n) {
				do(n, mix(uint64(first), uint64(rule)))
			}
			continue
		}
		for _, second := range b.of(n) {
			for _, first := range a.of(n) {
				do(n, mix(uint64(first)<<32|uint64(second), uint64(rule)))
			}
		}
	}
}

// shared returns, by part, the values of which a key is one of those of some records.
func (p *prober) shared(some []int32) []bitset {
	out := make([]bitset, len(p.parts))
	each(len(p.parts), func(i int) {
		part := p.parts[i]
		wanted := make(map[uint32]bool, len(some))
		near := make(bitset, 1<<(nearBits-6)) // by the upper bits of the keys: most are not wanted
		var buf []uint32
		for _, r := range some {
			for _, h := range part.append(buf[:0], r) {
				wanted[h] = true
				near.add(int(h >> (32 - nearBits)))
			}
		}
		out[i] = make(bitset, len(part.column.Values)/64+1)
		for v := range part.column.Values {
			for _, h := range part.of(uint32(v)) {
				if near.has(int(h>>(32-nearBits))) && wanted[h] {
					out[i].add(v)
					break
				}
			}
		}
	})
	return out
}

const nearBits = 20

// bloom is a set of keys that sometimes has one more (Bloom 1970, with one hash
// function).
type bloom struct {
	words []uint64
	shift int
}

// newBloom returns a set for n keys in which one of sixteen others is found.
func newBloom(n int) *bloom {
	size := bits.Len(uint(max(n, 1)*16 - 1))
	size = max(size, 6)
	return &bloom{words: make([]uint64, 1<<(size-6)), shift: 64 - size}
}

func (b *bloom) add(h uint64) {
	at := h >> b.shift
	b.words[at>>6] |= 1 << (at & 63)
}

func (b *bloom) has(h uint64) bool {
	at := h >> b.shift
	return b.words[at>>6]>>(at&63)&1 == 1
}
