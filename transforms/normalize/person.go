package normalize

import (
	"slices"
	"strings"
)

// PersonName is the name of a person, taken apart.
type PersonName struct {
	Given      string // given names and initials
	Family     string // family name with its particles; all of the name where it has one word
	Salutation string // mr, mrs or mx as the name was addressed; "" when it was not, or as a couple
	Core       string // the key to compare by: the folded words in alphabetical order, so that order does not matter
}

// Person takes the full name of a person apart: "Dhr. Jan Van den Berg",
// "Dupont, Marie", "DUPONT Marie", "ir. J.P. de Vries". Titles and salutations
// in Dutch, French, German and English are taken off. The family name begins
// at the first particle, after the given names, or is what stands in capitals
// or before a comma. A part in one case only gets capitals where they belong;
// a part in mixed case is kept as its bearer writes it.
func Person(full string) PersonName {
	text := Text(full)
	if family, given, ok := strings.Cut(text, ","); ok {
		if g := strings.Trim(given, " ,"); g != "" && !onlyTitles(g) {
			return personParts(g, strings.TrimSpace(family))
		}
		text = strings.TrimSpace(family) + " " + strings.ReplaceAll(given, ",", " ")
	}
	var buf [12]string
	words, salutation := stripTitles(splitWords(buf[:0], text))
	n := familyStart(words)
	if n < 0 { // the family name comes first
		n = -n
		p := personParts(strings.Join(words[n:], " "), strings.Join(words[:n], " "))
		p.Salutation = firstOf(salutation, p.Salutation)
		return p
	}
	p := personParts(strings.Join(words[:n], " "), strings.Join(words[n:], " "))
	p.Salutation = firstOf(salutation, p.Salutation)
	return p
}

// PersonParts cleans a name that comes in two fields, in the way of Person.
// When one of them is empty, or both hold the same full name, the other is
// read as a full name.
func PersonParts(given, family string) PersonName {
	given, family = Text(given), Text(family)
	if given == "" || family == "" || given == family && strings.IndexByte(given, ' ') > 0 {
		return Person(firstOf(family, given))
	}
	return personParts(given, family)
}

// personParts cleans two parts that have gone through Text.
func personParts(given, family string) PersonName {
	var gbuf, fbuf [12]string
	g, salutation := stripTitles(splitWords(gbuf[:0], given))
	f, other := stripTitles(splitWords(fbuf[:0], family))
	p := PersonName{
		Given:      recase(strings.Join(g, " "), false),
		Family:     recase(strings.Join(f, " "), true),
		Salutation: firstOf(salutation, other),
	}
	if p.Family == "" {
		p.Given, p.Family = "", recase(strings.Join(g, " "), true)
	}
	p.Core = personCore(p.Given, p.Family)
	return p
}

// personCore is the order-free key of a name.
func personCore(given, family string) string {
	var buf [96]byte
	folded := appendFold(buf[:0], given)
	if len(folded) > 0 {
		folded = append(folded, ' ')
	}
	folded = appendFold(folded, family)
	key := string(folded)
	var wbuf [12]string
	words := splitWords(wbuf[:0], key)
	if slices.IsSorted(words) {
		return strings.TrimSpace(key)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// familyStart returns the index of the word that begins the family name; when
// the family name comes first, minus the index of the first given name.
func familyStart(words []string) int {
	n := len(words)
	if n < 2 {
		return 0
	}
	if i := capitalsEnd(words); i != 0 {
		return i
	}
	if isParticle(words[0]) && (n > 2 || !isShortParticle(words[0])) { // V.D. before one name are initials
		i := 1
		for i < n && isParticle(words[i]) {
			i++
		}
		if i+1 < n {
			return -(i + 1)
		}
		return 0
	}
	for i := 1; i < n-1; i++ {
		if isParticle(words[i]) {
			return i
		}
	}
	return n - 1
}

// capitalsEnd finds the family name by its capitals, in a name that has both
// (DUPONT Marie, Marie DUPONT): the start, or minus the end of those words; 0
// when capitals tell nothing.
func capitalsEnd(words []string) int {
	n := len(words)
	front, back := 0, 0
	if !slices.ContainsFunc(words, func(w string) bool { return strings.ToUpper(w) != w }) {
		return 0
	}
	for front < n && isCapitals(words[front]) {
		front++
	}
	for back < n && isCapitals(words[n-1-back]) {
		back++
	}
	switch {
	case front == n:
		return 0
	case front > 0 && back == 0:
		return -front
	case back > 0 && front == 0:
		return n - back
	}
	return 0
}

// isCapitals reports whether a word is written in capitals on purpose: two
// letters or more, no initials.
func isCapitals(w string) bool {
	letters := 0
	for i := 0; i < len(w); i++ {
		switch c := w[i]; {
		case c >= 'a' && c <= 'z', c == '.':
			return false
		case c >= 'A' && c <= 'Z', c >= 0x80:
			letters++
		}
	}
	return letters > 2 && strings.ToUpper(w) == w || letters == 2 && hasVowel(w) || letters == 1 && w[0] == '\''
}

func hasVowel(w string) bool { return strings.ContainsAny(w, "AEIOUYaeiouy") }

// splitWords appends the words of a text, without commas at their ends.
func splitWords(dst []string, text string) []string {
	for text != "" {
		word, rest, _ := strings.Cut(text, " ")
		if word = strings.Trim(word, ",;"); word != "" {
			dst = append(dst, word)
		}
		text = rest
	}
	return dst
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
