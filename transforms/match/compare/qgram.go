package compare

import (
	"unicode/utf8"
)

// Bigrams appends the set of pairs of neighbouring characters of text to dst,
// with one blank character of its own kind at each end, so that first and last
// characters count. A pair of ASCII characters is its own number; others are
// hashes. Sets of bigrams are compared by Jaccard, Dice, Cosine and Overlap.
// An empty text has none.
func Bigrams(dst []uint32, text string) []uint32 { return grams(dst, text, 2) }

// Trigrams appends the set of runs of three characters of text to dst, with two
// blank characters of their own kind at each end.
func Trigrams(dst []uint32, text string) []uint32 { return grams(dst, text, 3) }

// grams appends the set of q-grams of text; q is 2 or 3. The gram under way is
// held as three places of a window, the last q of which count.
func grams(dst []uint32, text string, q int) []uint32 {
	if text == "" {
		return dst
	}
	start := len(dst)
	window := [3]rune{}
	shift := func(r rune) {
		window[0], window[1], window[2] = window[1], window[2], r
		dst = append(dst, gram(window, q))
	}
	for _, r := range text {
		if r == 0 {
			r = utf8.RuneError // 0 is the blank at the ends
		}
		shift(r)
	}
	for range q - 1 {
		shift(0)
	}
	return append(dst[:start], Set(dst[start:])...)
}

// hashed marks a gram that is a hash.
const hashed = 1 << 31

func gram(window [3]rune, q int) uint32 {
	if q == 2 {
		window[0] = 0
	}
	if window[0]|window[1]|window[2] < utf8.RuneSelf {
		return uint32(window[0])<<14 | uint32(window[1])<<7 | uint32(window[2])
	}
	h := uint64(window[0])<<42 | uint64(window[1])<<21 | uint64(window[2])
	return hashed | uint32(mix(h)>>32)
}

// mix is the finalizer of splitmix64 (Steele, Lea and Flood 2014).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
