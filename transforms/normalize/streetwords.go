package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// boxKind says what a word tells about a box.
type boxKind uint8

const (
	notBox       boxKind = iota
	boxWord              // "bus": the box follows
	boxWithValue         // "b2", "bte4": the box is glued on
)

// boxMarker looks at a word for one of the words that announce a box.
func boxMarker(word string) boxKind {
	end := 0
	for end < len(word) && !isDigit(word[end]) {
		end++
	}
	if end == 0 || end > 12 {
		return notBox
	}
	var buf [32]byte
	switch string(appendFold(buf[:0], word[:end])) {
	case "bus", "bte", "boite", "box", "b", "bt", "bs", "app", "apt", "appt", "appartement", "apartment", "flat", "unit", "suite", "apartement":
	default:
		return notBox
	}
	if end == len(word) {
		return boxWord
	}
	if isBox(word[end:]) {
		return boxWithValue
	}
	return notBox
}

// bareBox reports whether word can be a box without being announced as one: a
// number in Belgium, any of the usual additions in the Netherlands.
func bareBox(word, country string) bool {
	switch {
	case country != "BE" && country != "NL" || len(word) > 4:
		return false
	case allDigits(word):
		return true
	case country == "BE":
		return false
	}
	switch lowerASCII(word) {
	case "hs", "huis", "bg", "bo", "i", "ii", "iii", "iv", "v", "vi":
		return true
	}
	return isBox(word) && strings.ContainsAny(word, "0123456789") && !ordinal(strings.TrimLeft(word, "0123456789"))
}

// numberMarker reports whether word only announces a house number.
func numberMarker(word string) bool {
	switch lowerASCII(strings.Trim(word, ".:")) {
	case "nr", "no", "n°", "nº", "num", "numero", "numéro", "nummer", "№":
		return true
	}
	return false
}

// repeated reports whether word repeats a house number the French way.
func repeated(word string) bool {
	switch lowerASCII(word) {
	case "bis", "ter", "quater":
		return true
	}
	return false
}

// ordinal reports whether the letters after digits make them a rank, as in
// "2de Lansierslaan".
func ordinal(letters string) bool {
	switch lowerASCII(letters) {
	case "e", "de", "ste", "er", "re", "ere", "ère", "eme", "ème", "me", "nd", "rd", "th", "st":
		return true
	}
	return false
}

// monthDate reports whether word makes the number before it a date, as in
// "11 Novemberlaan" and "4 Septembre".
func monthDate(word string) bool {
	var buf [48]byte
	folded := string(appendFold(buf[:0], word))
	for _, month := range [...]string{
		"januar", "janvier", "februar", "fevrier", "maart", "mars", "marz", "april", "avril", "mei", "mai", "juni", "juin",
		"juli", "juillet", "august", "aout", "septemb", "oktob", "octob", "novemb", "decemb", "dezemb",
	} {
		if strings.HasPrefix(folded, month) {
			return true
		}
	}
	return false
}

// isStreetStart reports whether a street can begin with word after its number.
func isStreetStart(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return len(word) > 1 && (unicode.IsLetter(r) || r == '\'' || r == '’')
}

// isBox is isAlnum that lets dots, dashes and slashes stand between.
func isBox(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && !isASCIILetter(s[i]) && (i == 0 || i == len(s)-1 || strings.IndexByte(".-/", s[i]) < 0) {
			return false
		}
	}
	return s != ""
}

// streetText is the part of a line that names the street.
func streetText(s string) string { return strings.Trim(s, " ,;-/") }

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
