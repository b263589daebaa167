// Package suggest finds the name that someone probably meant.
package suggest

import (
	"slices"
	"strings"
)

// Suggest returns the known name that is nearest to word, or "" when none is
// near. Near means equal but for case, or within a third of word's length in
// Damerau-Levenshtein edits (one letter added, dropped or replaced, or two
// neighbours swapped; no letter is edited twice). Of equally near names the
// alphabetically first is returned, so that a message is always the same.
func Suggest(word string, known []string) string {
	best, limit := "", len([]rune(word))/3
	lower := []rune(strings.ToLower(word))
	for _, name := range slices.Sorted(slices.Values(known)) {
		d := distance(lower, []rune(strings.ToLower(name)), limit)
		if d > limit || best != "" && d == limit {
			continue
		}
		if d == 0 {
			return name
		}
		best, limit = name, d
	}
	return best
}

// distance counts the edits between a and b in the optimal string alignment
// form of Damerau-Levenshtein: three rolling rows of the edit matrix. Beyond
// limit it may return any number greater than limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := above[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
