package model

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"clientele/transforms/match/compare"
	"clientele/transforms/normalize"
)

// letters are, per value, the set of its ASCII characters. An edit takes one of them at
// most out of the set and puts one in: texts whose sets differ by more are more edits
// apart, which is seen without a look at the texts.
type letters []uint64

func lettersOf(values []string) letters {
	out := make(letters, len(values))
	for v, s := range values {
		out[v] = setOf(s)
	}
	return out
}

// setOf keeps letters apart from digits and signs, and takes a few signs for one
// another, which makes sets more alike.
func setOf(s string) (set uint64) {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < utf8.RuneSelf {
			set |= 1 << (c&31 | ^c>>1&32)
		}
	}
	return set
}

// within reports whether the sets of two values allow them to be so many edits apart.
func (l letters) within(a, b uint32, edits int) bool {
	x, y := l[a], l[b]
	return bits.OnesCount64(x&^y) <= edits && bits.OnesCount64(y&^x) <= edits
}

// typo is the function of that name, of two values.
func (l letters) typo(values []string, a, b uint32) bool {
	return l.within(a, b, mostTypos) && typo(values[a], values[b])
}

// givens compares given names.
type givens struct {
	values  []string
	letters letters
	groups  [][]uint16 // of the whole names
	blank   []bool     // whether a name has several words
}

func newGivens(values []string) *givens {
	g := &givens{values: values, letters: lettersOf(values), groups: make([][]uint16, len(values)), blank: make([]bool, len(values))}
	for v, s := range values {
		g.groups[v], g.blank[v] = compare.GivenGroups(s), strings.Contains(s, " ")
	}
	return g
}

func (g *givens) level(a, b uint32) uint8 {
	x, y := g.values[a], g.values[b]
	switch {
	case g.letters.typo(g.values, a, b):
		return 2
	case compare.AgreeByInitial(x, y):
		return 4
	case g.same(a, b) || compare.JaroWinkler(x, y) >= .85 || firstWord(x) == firstWord(y):
		return 3
	}
	return 7
}

// same is compare.SameGiven, which looks at the words of names where both have several.
func (g *givens) same(a, b uint32) bool {
	if g.blank[a] && g.blank[b] {
		return compare.SameGiven(g.values[a], g.values[b])
	}
	return compare.ShareGroup(g.groups[a], g.groups[b])
}

// mailboxes compares e-mail addresses.
type mailboxes struct {
	values  []string
	letters letters
	local   []uint16 // the length of what stands before the @
}

func newMailboxes(values []string) *mailboxes {
	m := &mailboxes{values: values, letters: lettersOf(values), local: make([]uint16, len(values))}
	for v, s := range values {
		local, _, _ := strings.Cut(s, "@")
		m.local[v] = uint16(min(len(local), 1<<16-1))
	}
	return m
}

func (m *mailboxes) level(a, b uint32) uint8 {
	x, y := m.values[a], m.values[b]
	localX, localY := x[:m.local[a]], y[:m.local[b]]
	hostX, hostY := strings.TrimPrefix(x[len(localX):], "@"), strings.TrimPrefix(y[len(localY):], "@")
	few := m.letters.within(a, b, mostTypos)
	if few {
		_, few = compare.Within(x, y, mostTypos)
	}
	switch {
	case numbered(localX, localY): // jan.peeters7 and jan.peeters12 chose so not to be confused
	case few:
		return 2
	case localX == localY && len(localX) >= 4:
		return 3
	case typo(localX, localY) && compare.JaroWinkler(x, y) >= .92:
		return 4
	}
	if hostX == hostY && hostX != "" && !normalize.IsPublicMailHost(hostX) {
		return 5
	}
	return 6
}
