package records

import (
	"strings"

	"github.com/zeebo/xxh3"
)

// index finds the id of a value: a table with open addressing, half empty at
// least, of places in the values.
type index struct {
	slots  []uint32 // ids, 0 for none
	hashes []uint64 // by id
}

// id returns the id of a value, and the values with it added where it was new.
func (x *index) id(values []string, value string, texts *arena) (uint32, []string) {
	if 2*len(values) >= len(x.slots) {
		x.grow(len(values))
	}
	hash, mask := xxh3.HashString(value), uint64(len(x.slots)-1)
	at := hash & mask
	for ; x.slots[at] != 0; at = (at + 1) & mask {
		if id := x.slots[at]; x.hashes[id] == hash && values[id] == value {
			return id, values
		}
	}
	id := uint32(len(values))
	x.slots[at] = id
	x.hashes = append(x.hashes, hash)
	return id, append(values, texts.keep(value))
}

// grow makes room for twice as many values as there are.
func (x *index) grow(n int) {
	if x.hashes == nil {
		x.hashes = []uint64{0} // of no value
	}
	size := 64
	for size < 8*n {
		size *= 2
	}
	x.slots = make([]uint32, size)
	for id := 1; id < len(x.hashes); id++ {
		at := x.hashes[id] & uint64(size-1)
		for x.slots[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		x.slots[at] = uint32(id)
	}
}

// arena holds short texts side by side, so that a million of them are a few
// thousand pieces of memory.
type arena struct{ open strings.Builder }

// piece is the size of a piece of an arena.
const piece = 1 << 16

// keep returns a copy of a text.
func (a *arena) keep(text string) string {
	if len(text) > piece/16 {
		return strings.Clone(text)
	}
	if a.open.Cap()-a.open.Len() < len(text) {
		a.open = strings.Builder{}
		a.open.Grow(piece)
	}
	from := a.open.Len()
	a.open.WriteString(text)
	return a.open.String()[from:]
}
