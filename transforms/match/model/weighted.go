package model

import (
	"strings"

	"clientele/transforms/match/compare"
)

// longestText bounds the letters of a text that are compared one by one.
const longestText = 128

// spelled is the letters of a text without blanks, each with its part of what its
// word tells.
type spelled struct {
	letters string
	weights []float32 // per letter
	total   float32
}

// spell weighs the letters of all values.
func (t *texts) spell() {
	words := make(map[string]float32, len(t.column.Tokens.Words))
	for w, word := range t.column.Tokens.Words {
		words[word] = t.soft.Weights[w]
	}
	for v, text := range t.column.Values {
		s := &t.spelled[v]
		letters := make([]byte, 0, len(text))
		s.weights = make([]float32, 0, len(text))
		for word := range strings.FieldsSeq(text) {
			w := words[word] / float32(len(word))
			for i := 0; i < len(word) && len(letters) < longestText; i++ {
				letters = append(letters, word[i])
				s.weights = append(s.weights, w)
				s.total += w
			}
		}
		s.letters = string(letters)
	}
}

// letters is how alike two texts are letter by letter, blanks aside: 1 less the
// weighed edits between them over their mean weight. An edit in a rare word costs
// more than one in a word that many values have, so that names do not resemble
// one another by "and sons". It is 0 for texts of which more than half the
// letters differ.
func (t *texts) letters(a, b uint32) float64 {
	x, y := &t.spelled[a], &t.spelled[b]
	if len(x.letters) > len(y.letters) {
		x, y = y, x
	}
	if len(x.letters) == 0 {
		return 0
	}
	if _, ok := compare.Within(x.letters, y.letters, len(y.letters)/2); !ok {
		return 0
	}
	var one, two, three [longestText + 1]float32
	before, last, row := one[:len(x.letters)+1], two[:len(x.letters)+1], three[:len(x.letters)+1]
	for i, w := range x.weights {
		last[i+1] = last[i] + w
	}
	for j, w := range y.weights {
		row[0] = last[0] + w
		for i, v := range x.weights {
			cost := min(v, w)
			if x.letters[i] == y.letters[j] {
				cost = 0
			}
			row[i+1] = min(last[i]+cost, last[i+1]+w, row[i]+v)
			if i > 0 && j > 0 && x.letters[i] == y.letters[j-1] && x.letters[i-1] == y.letters[j] {
				row[i+1] = min(row[i+1], before[i-1]+min(v, w))
			}
		}
		before, last, row = last, row, before
	}
	return max(0, 1-float64(last[len(x.letters)])*2/float64(x.total+y.total))
}
