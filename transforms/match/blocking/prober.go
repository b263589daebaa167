package blocking

import "math/bits"

// prober derives the keys of a record under many rules of one or two keys. It
// derives each column's keys once. It is for one goroutine.
type prober struct {
	parts []*keyed
	own   [][]uint32 // keys of the record, by part
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
		p.own[i] = part.append(p.own[i][:0], record)
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
