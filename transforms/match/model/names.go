package model

import (
	"math"
	"strings"

	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// name is a given or a family name and what is held of it. Either may stand in the other's
// place.
type name struct {
	text string
	sketch
	groups   []uint16 // of given names that may be one person's
	initials bool     // whether it may have an initial
	blanks   uint8    // in a text of which the sketch says something
}

func nameOf(text string) name {
	n := name{text: text, sketch: sketchOf(text), groups: compare.GivenGroups(text), initials: compare.HasInitial(text)}
	if n.size > 0 {
		n.blanks = uint8(strings.Count(text, " "))
	}
	return n
}

func namesOf(values []string) []name {
	out := make([]name, len(values))
	for v, s := range values {
		out[v] = nameOf(s)
	}
	return out
}

// givenLevel is the level of two different names as given names.
func givenLevel(x, y *name) uint8 {
	switch {
	case x.typo(y.sketch, x.text, y.text):
		return 2
	case (x.initials || y.initials) && compare.AgreeByInitial(x.text, y.text):
		return 4
	case compare.ShareGroup(x.groups, y.groups), x.words() && y.words() && compare.SameGiven(x.text, y.text),
		x.jaroWinkler(y.sketch, x.text, y.text, .85), (x.words() || y.words()) && firstWord(x.text) == firstWord(y.text):
		return 3
	}
	return 7
}

// familyLevel is the level of two different names as family names.
func familyLevel(x, y *name) uint8 {
	switch {
	case nearlyFamily(x, y):
		return 2
	case x.jaroWinkler(y.sketch, x.text, y.text, .86):
		return 3
	case (x.words() || y.words()) && sharesWord(x.text, y.text):
		return 4
	}
	return 7
}

// nearlyFamily reports whether two different family names are likely meant to be one.
func nearlyFamily(x, y *name) bool {
	return x.typo(y.sketch, x.text, y.text) || (x.words() || y.words()) && compare.SameJoined(x.text, y.text)
}

// swap sees whether two names agree better when the given name of one is held
// against the family name of the other.
func (s *Scorer) swap(i, j int32, levels *Levels, own *[maxColumns]float32) {
	s.swapped(i, j, levels, own)
	s.swapped(j, i, levels, own)
	s.bothSwapped(i, j, levels, own)
	s.wholly(i, j, levels, own)
}

// bothSwapped takes both records to have their names in each other's place: Janssens M. and
// Janssens Marieke. It counts where the given names are one, written otherwise.
func (s *Scorer) bothSwapped(i, j int32, levels *Levels, own *[maxColumns]float32) {
	g, f := &s.parts[s.given], &s.parts[s.family]
	family := crossedFamily(g, i, g, j)
	if family == levelNull || family > 2 {
		return
	}
	given := crossed(f, i, f, j, givenLevel)
	if given < 3 || int(given) > scales[records.RoleGiven].chain {
		return
	}
	if g.bits[given]+f.bits[family] > own[s.given]+own[s.family] {
		levels[s.given], levels[s.family] = given, family
		own[s.given], own[s.family] = g.bits[given], f.bits[family]
	}
}

// swapped takes record i to have its names in each other's place: what stands for its
// given name is its family name. The family names must be the same, or nearly;
// given names then tell persons of one family apart.
func (s *Scorer) swapped(i, j int32, levels *Levels, own *[maxColumns]float32) {
	g, f := &s.parts[s.given], &s.parts[s.family]
	family := crossedFamily(g, i, f, j)
	if family == levelNull || family > 2 {
		return
	}
	family += levelSwapped - 1
	given := crossed(f, i, g, j, givenLevel)
	switch {
	case given == levelNull: // one record has a single name
	case given <= 2:
		given += levelSwapped - 1
	}
	if g.bits[given]+f.bits[family] > own[s.given]+own[s.family] {
		levels[s.given], levels[s.family] = given, family
		own[s.given], own[s.family] = g.bits[given], f.bits[family]
	}
}

// crossedFamily is crossed for family names that must be the same, or nearly.
func crossedFamily(n *part, i int32, o *part, j int32) uint8 {
	return crossed(n, i, o, j, func(x, y *name) uint8 {
		if nearlyFamily(x, y) {
			return 2
		}
		return math.MaxUint8
	})
}

// crossed is the best level of the names that one record has in one column against those of
// another record in another, levelNull where a side has none.
func crossed(n *part, i int32, o *part, j int32, level func(x, y *name) uint8) uint8 {
	names, others := n.column.Of(i), o.column.Of(j)
	if len(names) == 0 || len(others) == 0 {
		return levelNull
	}
	best := uint8(math.MaxUint8)
	for _, a := range names {
		for _, b := range others {
			x, y := &n.names[a], &o.names[b]
			if x.sketch == y.sketch && x.text == y.text {
				return levelExact
			}
			best = min(best, level(x, y))
		}
	}
	return best
}
