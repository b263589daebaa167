package blocking

import (
	"math/bits"
	"slices"
)

// prober derives the keys of a record under many rules of one or two keys. It
// derives each column's keys once. It is for one goroutine.
type prober struct {
	parts []*keyed
	own   [][]uint32 // keys of the record, by part
	only  []bitset   // by part, the values whose keys count; nil where all do
	rules [][2]int   // parts of each rule; the second is −1 for a rule of one
}

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
	p.own = make([][]uint32, len(p.parts))
	return p
}

// keys calls do with each key of a record. Keys of two rules differ.
func (p *prober) keys(record int32, do func(uint64)) {
	for i, part := range p.parts {
		p.own[i] = p.own[i][:0]
		if p.only == nil || slices.ContainsFunc(part.column.Of(record), func(v uint32) bool { return p.only[i].has(int(v)) }) {
			p.own[i] = part.append(p.own[i], record)
		}
	}
	for at, r := range p.rules {
		for _, a := range p.own[r[0]] {
			first := mix(uint64(a), uint64(at))
			if r[1] < 0 {
				do(first)
				continue
			}
			for _, b := range p.own[r[1]] {
				do(mix(first, uint64(b)))
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
