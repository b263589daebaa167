package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// particle says how a particle of a family name is written when its bearer's
// own spelling is lost.
type particle uint8

const (
	noParticle particle = iota
	capital             // at the start of a family name: Van, De, Le
	small               // always: de la, von, 't
)

func particleKind(word string) particle {
	var buf [16]byte
	switch string(appendLower(buf[:0], word)) {
	case "van", "de", "den", "der", "ter", "ten", "te", "le", "la", "les", "du", "des", "el", "al", "ben", "ver", "vander", "vanden", "vande",
		"di", "del", "della", "da", "do", "dos", "das", "lo", "op", "aan", "in", "uit", "bin", "abu", "mac", "saint":
		return capital
	case "von", "vom", "zu", "zum", "zur", "'t", "’t", "'s", "’s", "van't", "y", "e", "d'", "d’", "af", "av":
		return small
	}
	return noParticle
}

// isParticle reports whether a word begins a family name. Words that are given
// names or parts of them as well (Ben, Al, Mac, Saint) do not.
func isParticle(word string) bool {
	var buf [16]byte
	switch string(appendLower(buf[:0], word)) {
	case "ben", "al", "mac", "saint", "y", "e", "in", "aan", "uit", "op", "ver", "lo", "abu", "do", "da":
		return false
	}
	if particleKind(word) != noParticle || isShortParticle(word) {
		return true
	}
	return len(word) > 3 && (word[0] == 'd' || word[0] == 'D') && (word[1] == '\'' || strings.HasPrefix(word[1:], "’"))
}

// isShortParticle reports whether a word is van de, van den or van der for short.
func isShortParticle(word string) bool {
	var buf [16]byte
	switch string(appendLower(buf[:0], word)) {
	case "v.d.", "v.d", "v/d", "vd", "vd.":
		return true
	}
	return false
}

// FamilyKey folds a family name to compare by. What is short for van de, van den and van der
// is written out as the first, of which the others are a letter off.
func FamilyKey(family string) string {
	key := Fold(family)
	for _, short := range []string{"v d ", "vd "} {
		if rest, ok := strings.CutPrefix(key, short); ok && rest != "" {
			return "van de " + rest
		}
	}
	return key
}

// recase gives capitals to a part of a name that is written in one case only,
// and returns one in mixed case as it is.
func recase(s string, family bool) string {
	lower, upper := false, false
	for _, r := range s {
		lower = lower || unicode.IsLower(r)
		upper = upper || unicode.IsUpper(r)
	}
	if lower == upper {
		return s
	}
	if !family && upper && (len(s) == 1 || !hasVowel(s) || strings.IndexByte(s, '.') >= 0 && isInitials(s)) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	afterParticle, french := false, false
	for i, rest := 0, s; rest != ""; i++ {
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		if i > 0 {
			b.WriteByte(' ')
		}
		low := strings.ToLower(word)
		kind := noParticle
		if family {
			kind = particleKind(low)
		}
		next, _, _ := strings.Cut(rest, " ")
		if i == 0 && low == "de" && strings.EqualFold(next, "la") {
			french = true
		}
		switch {
		case kind == noParticle || rest == "":
			writeCapitals(&b, low)
			afterParticle = false
			continue
		case kind == small, afterParticle, french:
			b.WriteString(low)
		default:
			writeCapitals(&b, low)
		}
		afterParticle = true
	}
	return Text(b.String())
}

// isInitials reports whether s is letters with a dot after each: J.P.
func isInitials(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case r == '.' || r == ' ' || r == '-':
			letters = 0
		default:
			if letters++; letters > 1 {
				return false
			}
		}
	}
	return true
}

// writeCapitals writes a word in lower case with a capital at its start, after
// a hyphen, a dot and the apostrophe of d' and O', after Mc, and for the Dutch
// IJ. A leading 't keeps its small letter.
func writeCapitals(b *strings.Builder, low string) {
	start := true
	for i := 0; i < len(low); {
		r, size := utf8.DecodeRuneInString(low[i:])
		switch {
		case i == 0 && (r == '\'' || r == '’') && len(low) <= size+1:
			b.WriteString(low)
			return
		case r == '-' || r == '.' || r == '/' || r == '(':
			b.WriteRune(r)
			start = true
		case (r == '\'' || r == '’') && i > 0:
			b.WriteRune(r)
			start = i == 1 // after d' and O', not inside D'hondt's own words
		case start && strings.HasPrefix(low[i:], "ij") && len(low) > i+2:
			b.WriteString("IJ")
			size = 2
			start = false
		case start && strings.HasPrefix(low[i:], "mc") && len(low) > i+3:
			b.WriteString("Mc")
			size = 2
		case start && unicode.IsLetter(r):
			b.WriteRune(unicode.ToUpper(r))
			start = false
		default:
			b.WriteRune(r)
		}
		i += size
	}
}
