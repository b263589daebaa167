package blocking

import (
	"slices"
	"strings"

	"github.com/zeebo/xxh3"
)

// sortedWords returns the words of s in alphabetical order.
func sortedWords(s string) string {
	w := strings.Fields(s)
	slices.Sort(w)
	return strings.Join(w, " ")
}

// Bands and rows of the least-hash keys: two texts whose sets of q-grams have the
// Jaccard similarity s share a key with probability 1 − (1 − s^rows)^bands: .94 at
// .7, .35 at .4 (Broder 1997; Leskovec, Rajaraman and Ullman, chapter 3).
const (
	bands = 6
	rows  = 2
)

// leastGrams calls emit with the keys of s: for each band, the least hashes of its
// three-letter q-grams under as many hash functions as there are rows.
func leastGrams(s string, emit func(string)) {
	s = strings.ReplaceAll(s, " ", "")
	if len(s) < 5 {
		return
	}
	var least [bands * rows]uint64
	for i := range least {
		least[i] = 1<<64 - 1
	}
	for i := 0; i+3 <= len(s); i++ {
		h := xxh3.HashString(s[i : i+3])
		for j := range least {
			least[j] = min(least[j], mix(h, uint64(j)))
		}
	}
	for b := range bands {
		key := [9]byte{byte(b)}
		h := mix(least[b*rows], least[b*rows+1])
		for i := range 8 {
			key[i+1] = byte(h >> (8 * i))
		}
		emit(string(key[:]))
	}
}

// mix joins two hashes (the finaliser of splitmix64).
func mix(a, b uint64) uint64 {
	x := a ^ (b+0x9e3779b97f4a7c15)*0xbf58476d1ce4e5b9
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
