package model

import (
	"strings"

	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// comparer gives the level of two different values of a column. Equal values are
// exact and never asked.
type comparer func(a, b uint32) uint8

// newComparer returns the comparer of a column, and its values where these are names.
func newComparer(c *records.Column, words Words) (comparer, []name) {
	switch c.Role {
	case records.RoleGiven:
		of := namesOf(c.Values)
		return func(a, b uint32) uint8 { return givenLevel(&of[a], &of[b]) }, of
	case records.RoleFamily:
		of := namesOf(c.Values)
		return func(a, b uint32) uint8 { return familyLevel(&of[a], &of[b]) }, of
	}
	return newPlain(c, words), nil
}

// newPlain returns the comparer of a column of other values.
func newPlain(c *records.Column, words Words) comparer {
	v := c.Values
	if c.Role.Levels() != "" {
		if own, err := parseCustom(c.Role.Base(), c.Role.Levels()); err == nil { // else Bind refuses the model
			return own.comparer(c)
		}
	}
	switch c.Role {
	case records.RoleFirm, records.RoleText:
		t := newTexts(c, words)
		return func(a, b uint32) uint8 { return t.nameLevel(a, b) }
	case records.RoleStreet:
		t := newTexts(c, words)
		return func(a, b uint32) uint8 { return graded(t.similarity(a, b), .88, .72, .5) }
	case records.RoleTown:
		of := sketchesOf(v)
		return func(a, b uint32) uint8 { return townLevel(v[a], v[b], of[a], of[b]) }
	case records.RoleEmail:
		return newMailboxes(v).level
	case records.RoleHouse:
		return newHouses(v).level
	case records.RolePostcode:
		return func(a, b uint32) uint8 { return postcodeLevel(v[a], v[b]) }
	case records.RoleBirthDate:
		return newDates(c).birthLevel
	case records.RoleDate:
		return newDates(c).level
	case records.RolePhone:
		return newPhones(v).level
	case records.RoleWebsite:
		return func(a, b uint32) uint8 { return hostLevel(v[a], v[b]) }
	case records.RoleIdentifier:
		return func(a, b uint32) uint8 { return identifierLevel(v[a], v[b]) }
	case records.RoleNumber:
		return func(a, b uint32) uint8 { return numberLevel(c.Number[a], c.Number[b]) }
	case records.RoleRegion:
		return func(a, b uint32) uint8 {
			if _, ok := compare.Within(v[a], v[b], 1); ok && min(len(v[a]), len(v[b])) > 3 {
				return 2
			}
			return 3
		}
	}
	last := uint8(len(scales[c.Role].labels))
	return func(a, b uint32) uint8 { return last }
}

// typo reports whether two texts differ by so few typing errors that they are
// likely meant to be one: one error from 3 characters, two from 7.
func typo(a, b string) bool {
	n := min(len(a), len(b))
	switch {
	case n < 3:
		return false
	case n < 7:
		_, ok := compare.Within(a, b, 1)
		return ok
	}
	_, ok := compare.Within(a, b, mostTypos)
	return ok
}

// mostTypos is the number of errors that typo allows in a long text.
const mostTypos = 2

func firstWord(s string) string {
	if i := strings.IndexByte(s, ' '); i > 0 {
		return s[:i]
	}
	return s
}

// sharesWord reports whether a word of at least three letters stands in both.
func sharesWord(a, b string) bool {
	for a != "" {
		var w string
		if w, a, _ = strings.Cut(a, " "); len(w) < 3 {
			continue
		}
		for rest := b; rest != ""; {
			var x string
			if x, rest, _ = strings.Cut(rest, " "); w == x {
				return true
			}
		}
	}
	return false
}

// graded is the level of a similarity that falls through thresholds, the first
// being that of level 2.
func graded(s float64, thresholds ...float64) uint8 {
	for i, t := range thresholds {
		if s >= t {
			return uint8(i + 2)
		}
	}
	return uint8(len(thresholds) + 2)
}

func postcodeLevel(a, b string) uint8 {
	if _, ok := compare.Within(a, b, 1); ok {
		return 2
	}
	if n := max(1, min(len(a), len(b))/2); a[:n] == b[:n] {
		return 3
	}
	return 4
}

// townLevel is the level of two towns, with their sketches.
func townLevel(a, b string, x, y sketch) uint8 {
	if x.typo(y, a, b) {
		return 2
	}
	if x.jaroWinkler(y, a, b, .85) || (x.words() || y.words()) && sharesWord(a, b) {
		return 3
	}
	return 4
}

// numbered reports whether two texts are the same but for the digits that they
// hold.
func numbered(a, b string) bool {
	i, j, differ := 0, 0, false
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && digit(a[i]):
			i, differ = i+1, true
		case j < len(b) && digit(b[j]):
			j, differ = j+1, true
		default:
			return false
		}
	}
	return differ
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func hostLevel(a, b string) uint8 {
	na, _, _ := strings.Cut(a, ".")
	nb, _, _ := strings.Cut(b, ".")
	if na == nb && len(na) >= 4 {
		return 2
	}
	if typo(a, b) || compare.JaroWinkler(na, nb) >= .92 {
		return 3
	}
	return 4
}

func identifierLevel(a, b string) uint8 {
	d, ok := compare.Within(a, b, 2)
	switch {
	case ok && d <= 1 && min(len(a), len(b)) >= 4:
		return 2
	case ok && min(len(a), len(b)) >= 6:
		return 3
	}
	return 4
}

func numberLevel(a, b float64) uint8 {
	size := max(a, b, -a, -b)
	diff := a - b
	if diff < 0 {
		diff = -diff
	}
	switch {
	case diff <= size*.01:
		return 2
	case diff <= size*.1:
		return 3
	}
	return 4
}
