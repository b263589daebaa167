package blocking

import (
	"encoding/binary"
	"slices"
	"strings"

	"clientele/transforms/match/compare"
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

// leastGrams calls emit with the keys of s, one for each band of the least hashes of
// its trigrams.
func leastGrams(s string, emit func(string)) {
	if len(s) < 5 {
		return
	}
	var signature [bands * rows]uint32
	compare.MinHash(signature[:], compare.Trigrams(nil, strings.ReplaceAll(s, " ", "")))
	for _, k := range compare.BandKeys(nil, signature[:], rows) {
		var key [8]byte
		binary.LittleEndian.PutUint64(key[:], k)
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
