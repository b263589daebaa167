package model

import (
	"cmp"
	"slices"
	"strings"

	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// texts compares values of several words, each word weighed by its rarity.
type texts struct {
	column  *records.Column
	soft    compare.SoftTFIDF
	spelled []spelled // per value
	words   sketches  // of the words
}

func newTexts(c *records.Column, words Words) *texts {
	t := &texts{column: c, spelled: make([]spelled, len(c.Values)), words: sketchesOf(c.Tokens.Words)}
	weights := make(compare.Weights, len(c.Tokens.Words))
	for w, word := range c.Tokens.Words {
		weights[w] = words.Rare
		if known, ok := words.Of[word]; ok {
			weights[w] = known
		}
	}
	t.soft = compare.SoftTFIDF{Weights: weights, Similar: t.word, Threshold: .88}
	t.spell()
	return t
}

// wordsOf weighs the words of a column.
func wordsOf(c *records.Column) Words {
	type counted struct {
		word   string
		weight float32
	}
	weights := compare.IDF(c.Tokens.Count, c.Filled)
	var all []counted
	for w, word := range c.Tokens.Words {
		if c.Tokens.Count[w] > 1 {
			all = append(all, counted{word, weights[w]})
		}
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.word, b.word)) })
	out := Words{Of: map[string]float32{}, Rare: compare.IDF([]uint32{1}, c.Filled)[0]}
	for _, w := range all[:min(len(all), frequent)] {
		out.Of[w.word] = w.weight
	}
	return out
}

// nameLevel is the level of two names or titles.
func (t *texts) nameLevel(a, b uint32) uint8 {
	if t.spelled[a].letters == t.spelled[b].letters {
		return 2
	}
	s := t.similarity(a, b)
	if s >= .999 {
		return 2
	}
	if l := graded(s, .9, .75, .55); l < 5 {
		return l + 1
	}
	if compare.AgreeByAcronym(t.column.Values[a], t.column.Values[b]) {
		return 6
	}
	return 7
}

// similarity is the greater of the words' (soft TF-IDF, Cohen, Ravikumar and
// Fienberg 2003) and the letters'.
func (t *texts) similarity(a, b uint32) float64 {
	words := t.soft.Compare(t.column.Tokens.Of(a), t.column.Tokens.Of(b))
	if words >= .9 {
		return words
	}
	return max(words, t.letters(a, b))
}

// writtenLevel compares the names of two firms with their legal forms, for names
// of which a typing error hid where the form begins: at best they are similar.
func (t *texts) writtenLevel(i, j int32) uint8 {
	best := 0.0
	for _, a := range t.column.Of(i) {
		for _, b := range t.column.Of(j) {
			if a == b {
				return 4
			}
			best = max(best, t.similarity(a, b))
		}
	}
	switch {
	case best >= .8:
		return 4
	case best >= .6:
		return 5
	}
	return 7
}

// word is the similarity of two words: 1 for equal ones, that of Jaro and Winkler
// from .88, and .9 for an abbreviation.
func (t *texts) word(w, x uint32) float64 {
	if w == x {
		return 1
	}
	a, b := t.column.Tokens.Words[w], t.column.Tokens.Words[x]
	if t.words[w].alike(t.words[x], .88) {
		if s := compare.JaroWinkler(a, b); s >= .88 {
			return s
		}
	}
	if abbreviates(a, b) || abbreviates(b, a) {
		return .9
	}
	return 0
}

// abbreviates reports whether short is an abbreviation of long: it begins with
// the same letter, has the letters of long in their order, at most half as many,
// and either the first of them or all consonants.
func abbreviates(short, long string) bool {
	if len(short) < 2 || len(long) < 5 || len(short)*3 > len(long)*2 || short[0] != long[0] {
		return false
	}
	if strings.HasPrefix(long, short) {
		return len(short) >= 3
	}
	at := 0
	for i := 0; i < len(long) && at < len(short); i++ {
		if long[i] == short[at] {
			at++
		}
	}
	return at == len(short) && len(short) >= 3 && !strings.ContainsAny(short[1:], "aeiou")
}
