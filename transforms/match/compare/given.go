package compare

import (
	"strings"
	"sync"

	"clientele/transforms/normalize"
)

// GivenGroups are the numbers of the groups of equivalent given names that a
// name is in: its short forms, its forms in Dutch, French, German and English,
// and other ways to spell it. A name in several groups is short for several
// others: Els for Elisabeth and for Elsa. The slice is not to be changed. The
// numbers are those of this release only.
func GivenGroups(name string) []uint16 {
	return givenGroups()[normalize.Fold(name)]
}

// SameGiven reports whether two given names are the same or share a group: Jan
// and Johannes, Bob and Robert. Names of several words, such as Jan Pieter and
// Jean-Pierre, are the same when as many words are, one by one. Names that are
// folded already cost no memory.
func SameGiven(a, b string) bool {
	a, b = normalize.Fold(a), normalize.Fold(b)
	if a == b {
		return a != ""
	}
	groups := givenGroups()
	if ShareGroup(groups[a], groups[b]) {
		return true
	}
	for {
		x, restA, moreA := strings.Cut(a, " ")
		y, restB, moreB := strings.Cut(b, " ")
		if x == "" || x != y && !ShareGroup(groups[x], groups[y]) || moreA != moreB {
			return false
		}
		if !moreA {
			return true
		}
		a, b = restA, restB
	}
}

// ShareGroup reports whether two names of these groups share one.
func ShareGroup(a, b []uint16) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// givenGroups reads givenNames, when it is asked for the first time.
var givenGroups = sync.OnceValue(func() map[string][]uint16 {
	byName := make(map[string][]uint16, 4096)
	group := uint16(0)
	for line := range strings.Lines(givenNames) {
		names := strings.Fields(line)
		if len(names) == 0 {
			continue
		}
		for _, name := range names {
			name = strings.ReplaceAll(name, "_", " ")
			byName[name] = append(byName[name], group)
		}
		group++
	}
	return byName
})
