package compare

import (
	"strings"
	"unicode/utf8"
)

// The functions of this file take names that have gone through normalize.Fold,
// or a key such as normalize.FirmName.Core: words in lower case, a blank between
// two of them.

// SameJoined reports whether two names are the same but for the blanks between
// their words: de smet and desmet, van den berghe and vandenberghe.
func SameJoined(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && a[i] == ' ' {
			i++
		}
		for j < len(b) && b[j] == ' ' {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b) && i > 0 && j > 0
		}
		if a[i] != b[j] {
			return false
		}
		i++
		j++
	}
}

// AgreeByInitial reports whether given names agree where one of the two has an
// initial only: j and jan, j p and jan pieter, jan p and jan pieter, jp and jean
// pierre. One may have more names than the other. Names that are written out in
// both do not agree by initial unless another name of theirs does.
func AgreeByInitial(a, b string) bool {
	return agreeByInitial(a, b, false) || agreeByInitial(a, b, true)
}

// HasInitial reports whether a given name has an initial, or what may be initials without
// blanks. Two names of which neither has one do not agree by initial.
func HasInitial(name string) bool {
	for word := range strings.FieldsSeq(name) {
		if isInitial(word) || areInitials(word) {
			return true
		}
	}
	return false
}

// agreeByInitial compares word by word. With apart, a word of two or three
// consonants is initials without blanks.
func agreeByInitial(a, b string, apart bool) bool {
	found := false
	for a != "" && b != "" {
		var x, y string
		x, a = nextName(a, apart)
		y, b = nextName(b, apart)
		switch {
		case x == y && !isInitial(x):
		case x == "" || y == "" || firstRune(x) != firstRune(y) || !isInitial(x) && !isInitial(y):
			return false
		default:
			found = true
		}
	}
	return found
}

func nextName(names string, apart bool) (name, rest string) {
	name, rest, _ = strings.Cut(names, " ")
	if apart && areInitials(name) {
		return names[:1], names[1:]
	}
	return name, rest
}

func isInitial(word string) bool {
	_, size := utf8.DecodeRuneInString(word)
	return word != "" && size == len(word)
}

func firstRune(word string) rune {
	r, _ := utf8.DecodeRuneInString(word)
	return r
}

func areInitials(word string) bool {
	if len(word) < 2 || len(word) > 3 {
		return false
	}
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' || isVowel(c) {
			return false
		}
	}
	return true
}

// smallWords are words that acronyms leave out as often as not.
var smallWords = map[string]bool{
	"and": true, "de": true, "het": true, "een": true, "en": true, "van": true, "voor": true, "der": true, "den": true, "des": true, "du": true, "la": true,
	"le": true, "les": true, "l": true, "d": true, "et": true, "pour": true, "a": true, "aux": true, "of": true, "the": true, "for": true, "in": true,
	"und": true, "die": true, "das": true, "fur": true, "te": true, "ter": true, "ten": true, "op": true, "tot": true, "au": true, "sur": true, "s": true, "t": true,
}

// AgreeByAcronym reports whether one of two names of firms is the acronym of
// the other, with or without its small words: vub and vrije universiteit
// brussel, v u b also. An acronym has two letters or more.
func AgreeByAcronym(a, b string) bool {
	return isAcronym(a, b) || isAcronym(b, a)
}

// maxAcronym is how many letters an acronym can have.
const maxAcronym = 16

func isAcronym(acronym, name string) bool {
	if strings.IndexByte(name, ' ') < 0 || allInitials(name) || strings.IndexByte(acronym, ' ') >= 0 && !allInitials(acronym) {
		return false
	}
	var letters [maxAcronym]rune
	n := 0
	for _, r := range acronym {
		if r == ' ' {
			continue
		}
		if n == maxAcronym {
			return false
		}
		letters[n] = r
		n++
	}
	return n >= 2 && spells(letters[:n], name)
}

// allInitials reports whether all words of a name are letters.
func allInitials(name string) bool {
	for name != "" {
		var word string
		if word, name, _ = strings.Cut(name, " "); !isInitial(word) {
			return false
		}
	}
	return true
}

// spells reports whether the letters are the first ones of the words of name,
// of which small ones may be left out. Bit i of spelled tells that the words so
// far can spell the first i letters.
func spells(letters []rune, name string) bool {
	spelled := uint32(1)
	for word := range strings.FieldsSeq(name) {
		first, next := firstRune(word), uint32(0)
		for i, r := range letters {
			if r == first {
				next |= spelled & (1 << i) << 1
			}
		}
		if smallWords[word] {
			next |= spelled
		}
		spelled = next
	}
	return spelled>>len(letters)&1 == 1
}
