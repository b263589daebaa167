package compare

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// scratch is the memory of comparisons that need some: of texts that are long,
// or not ASCII, and of tokens that are paired.
type scratch struct {
	a, b         []rune
	aKeys, bKeys []uint64
	marks        []byte
	pairs        []softPair
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// appendRunes appends the runes of s to dst.
func appendRunes(dst []rune, s string) []rune {
	for _, r := range s {
		dst = append(dst, r)
	}
	return dst
}

// zeroed is buf with n bytes, all zero, in the same memory where it suffices.
func zeroed(buf []byte, n int) []byte {
	buf = slices.Grow(buf[:0], n)[:n]
	clear(buf)
	return buf
}

// isASCII reports whether all bytes of s are ASCII.
func isASCII(s string) bool {
	var or byte
	for i := 0; i < len(s); i++ {
		or |= s[i]
	}
	return or < utf8.RuneSelf
}
