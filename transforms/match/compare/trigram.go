package compare

import "unicode/utf8"

// Trigrams appends the set of runs of three characters of text to dst, with two
// blank characters of their own kind at each end, so that first and last
// characters count. A run of ASCII characters is its own number; others are
// hashes. An empty text has none.
func Trigrams(dst []uint32, text string) []uint32 {
	if text == "" {
		return dst
	}
	start := len(dst)
	var first, second rune
	shift := func(third rune) {
		dst = append(dst, trigram(first, second, third))
		first, second = second, third
	}
	for _, r := range text {
		if r == 0 {
			r = utf8.RuneError // 0 is the blank at the ends
		}
		shift(r)
	}
	shift(0)
	shift(0)
	return append(dst[:start], Set(dst[start:])...)
}

// hashed marks a trigram that is a hash.
const hashed = 1 << 31

func trigram(first, second, third rune) uint32 {
	if first|second|third < utf8.RuneSelf {
		return uint32(first)<<14 | uint32(second)<<7 | uint32(third)
	}
	h := uint64(first)<<42 | uint64(second)<<21 | uint64(third)
	return hashed | uint32(mix(h)>>32)
}

// mix is the finalizer of splitmix64 (Steele, Lea and Flood 2014).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
