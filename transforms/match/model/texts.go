package model

import (
	"math"
	"strings"

	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// texts compares values of several words, each word weighed by its rarity.
type texts struct {
	column *records.Column
	weight []float64 // per word: log2 of records per record that holds it
	norm   []float64 // per value: length of the vector of its words' weights
	joined []string  // per value: its letters without blanks
}

func newTexts(c *records.Column) *texts {
	t := &texts{column: c, weight: make([]float64, len(c.Tokens.Words)), norm: make([]float64, len(c.Values)), joined: make([]string, len(c.Values))}
	for w, n := range c.Tokens.Count {
		t.weight[w] = math.Log2(1 + float64(c.Filled)/float64(max(n, 1)))
	}
	for v, s := range c.Values {
		sum := 0.0
		for _, w := range c.Tokens.Of(uint32(v)) {
			sum += t.weight[w] * t.weight[w]
		}
		t.norm[v] = math.Sqrt(sum)
		t.joined[v] = strings.ReplaceAll(s, " ", "")
	}
	return t
}

// nameLevel is the level of two names or titles.
func (t *texts) nameLevel(a, b uint32) uint8 {
	if t.joined[a] == t.joined[b] {
		return 2
	}
	s := t.similarity(a, b)
	if s >= .999 {
		return 2
	}
	if l := graded(s, .9, .75, .55); l < 5 {
		return l + 1
	}
	if acronymOf(t.column.Values[a], t.column.Values[b]) || acronymOf(t.column.Values[b], t.column.Values[a]) {
		return 6
	}
	return 7
}

// similarity is the greater of the words' (soft TF-IDF, Cohen, Ravikumar and
// Fienberg 2003) and the letters'.
func (t *texts) similarity(a, b uint32) float64 {
	words := t.words(a, b)
	ja, jb := t.joined[a], t.joined[b]
	longest := max(len(ja), len(jb))
	if longest == 0 || words >= .9 {
		return words
	}
	limit := longest / 3
	if d, ok := compare.Within(ja, jb, limit); ok {
		return max(words, 1-float64(d)/float64(longest))
	}
	return words
}

func (t *texts) words(a, b uint32) float64 {
	of, other := t.column.Tokens.Of(a), t.column.Tokens.Of(b)
	if len(of) > len(other) || len(of) == len(other) && t.column.Values[a] > t.column.Values[b] {
		of, other = other, of
	}
	if len(of) == 0 || t.norm[a] == 0 || t.norm[b] == 0 {
		return 0
	}
	var taken uint64
	sum := 0.0
	for _, w := range of {
		best, at, bestWeight := 0.0, -1, 0.0
		for i, x := range other[:min(len(other), 64)] {
			if taken>>i&1 == 1 {
				continue
			}
			s := t.word(w, x)
			if s > best || s == best && s > 0 && t.weight[x] > bestWeight {
				best, at, bestWeight = s, i, t.weight[x]
			}
		}
		if at >= 0 {
			taken |= 1 << at
			sum += best * t.weight[w] * bestWeight
		}
	}
	return sum / (t.norm[a] * t.norm[b])
}

// word is the similarity of two words: 1 for equal ones, that of Jaro and Winkler
// from .88, and .9 for an abbreviation.
func (t *texts) word(w, x uint32) float64 {
	if w == x {
		return 1
	}
	a, b := t.column.Tokens.Words[w], t.column.Tokens.Words[x]
	if s := compare.JaroWinkler(a, b); s >= .88 {
		return s
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

// acronymOf reports whether short is made of the first letters of the words of
// long.
func acronymOf(short, long string) bool {
	if len(short) < 2 || len(short) > 8 || strings.IndexByte(short, ' ') >= 0 {
		return false
	}
	at := 0
	for w := range strings.FieldsSeq(long) {
		if at < len(short) && w[0] == short[at] {
			at++
			continue
		}
		switch w {
		case "and", "of", "the", "de", "du", "des", "van", "voor", "pour", "la", "le", "les", "het", "en", "et", "und", "der", "die", "das", "for":
		default:
			return false
		}
	}
	return at == len(short)
}
