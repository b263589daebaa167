package compare

import (
	"strings"

	"clientele/transforms/normalize"
)

// Phonetic is the sound of a name as Dutch, French, German and English write
// it, in capitals: names that are written differently and sound alike in one of
// them mostly share it. It is one key for four languages, as the language of a
// name is seldom known: Peeters is Peters, Meyer is Maier, Philippe is Filip,
// Schmidt is Smid, Van Dyck is Vandijk.
//
// A name is folded and its words are joined. Letters that stand twice count
// once. An e at the end is silent, and so is the s of a genitive behind l, m, n
// or r (Janssens, Peeters). Then the rules of phoneticRules apply from left to
// right. Vowels become one of five: A, E, I for i, ij, ei and y, O for all that
// is rounded (o, u, oe, ou, au, eau, eu), U for ui and oi. Consonants keep what
// the languages agree upon: ph is f, c is k or s, sch is s, z is s, dt and d at
// the end are t, h is heard at the start only. Characters other than Latin
// letters stay as they are.
func Phonetic(name string) string {
	var folded, spelled [64]byte
	letters := joinLetters(folded[:0], normalize.Fold(name))
	letters = dropSilentEnd(letters)
	key := spelled[:0]
	for i := 0; i < len(letters); {
		c := letters[i]
		if c < 'a' || c > 'z' {
			key = append(key, c)
			i++
			continue
		}
		sound, used := sound(letters, i)
		for j := range len(sound) {
			if len(key) == 0 || key[len(key)-1] != sound[j] {
				key = append(key, sound[j])
			}
		}
		i += used
	}
	return string(key)
}

// joinLetters appends a folded name without blanks, and with a letter that
// stands twice or more only once.
func joinLetters(dst []byte, folded string) []byte {
	for i := 0; i < len(folded); i++ {
		c := folded[i]
		if c == ' ' || len(dst) > 0 && dst[len(dst)-1] == c && c >= 'a' && c <= 'z' {
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// dropSilentEnd takes off an e, or the s of a genitive, that is not heard.
func dropSilentEnd(letters []byte) []byte {
	n := len(letters)
	if n < 3 {
		return letters
	}
	last, before := letters[n-1], letters[n-2]
	switch {
	case last == 'e' && (!isVowel(before) || before == 'u' && strings.IndexByte("gq", letters[n-3]) >= 0) && syllables(letters) > 1:
		return letters[:n-1]
	case last == 's' && strings.IndexByte("lmnr", before) >= 0 && syllables(letters) > 1:
		return letters[:n-1]
	}
	return letters
}

// syllables counts the runs of vowels.
func syllables(letters []byte) (n int) {
	for i, c := range letters {
		if isVowel(c) && (i == 0 || !isVowel(letters[i-1])) {
			n++
		}
	}
	return n
}

func isVowel(c byte) bool { return strings.IndexByte(vowels, c) >= 0 }

// sound is what the letters from i on sound like by the first rule that fits,
// and how many letters it takes.
func sound(letters []byte, i int) (key string, used int) {
	for _, r := range rulesByLetter[letters[i]-'a'] {
		if r.fits(letters, i) {
			return r.key, len(r.letters)
		}
	}
	return "", 1
}

// phoneticRule turns letters into a key where they stand behind one of the
// letters of after and before one of the letters of before; "^" is the start of
// the name, "$" its end, and "" asks nothing.
type phoneticRule struct {
	after, letters, before, key string
}

func (r *phoneticRule) fits(letters []byte, i int) bool {
	end := i + len(r.letters)
	if end > len(letters) || string(letters[i:end]) != r.letters {
		return false
	}
	if r.after != "" {
		c := byte('^')
		if i > 0 {
			c = letters[i-1]
		}
		if strings.IndexByte(r.after, c) < 0 {
			return false
		}
	}
	if r.before != "" {
		c := byte('$')
		if end < len(letters) {
			c = letters[end]
		}
		if strings.IndexByte(r.before, c) < 0 {
			return false
		}
	}
	return true
}

const (
	vowels     = "aeiouy"
	front      = "eiy" // vowels that soften what stands before them
	consonants = "bcdfghjklmnpqrstvwxz"
)

// phoneticRules are tried from top to bottom: of those that begin with one
// letter, the longer and the stricter come first.
var phoneticRules = []phoneticRule{
	// Vowels. A w behind one sounds when another follows.
	{"", "ault", "", "OT"}, {"", "auld", "", "OT"}, // Thibault, Renauld
	{"", "aei", "", "I"}, {"", "aey", "", "I"}, {"", "aij", "", "I"}, {"", "ai", "", "I"}, {"", "ay", "", "I"},
	{"", "auw", consonants + "$", "O"}, {"", "aw", consonants + "$", "O"}, {"", "au", "", "O"},
	{"", "ae", "", "A"}, {"", "a", "", "A"},
	{"", "eau", "", "O"}, {"", "eij", "", "I"}, {"", "ei", "", "I"}, {"", "ey", "", "I"},
	{"", "eu", "", "O"}, {"", "ew", consonants + "$", "O"}, {"", "ea", "", "E"}, {"", "e", "", "E"},
	{"", "ij", "", "I"}, {"", "ie", "", "I"}, {"", "i", "", "I"},
	{"", "oij", "", "U"}, {"", "oi", "", "U"}, {"", "oy", "", "U"},
	{"", "ouw", consonants + "$", "O"}, {"", "ow", consonants + "$", "O"},
	{"", "ou", "", "O"}, {"", "oe", "", "O"}, {"", "o", "", "O"},
	{"", "uij", "", "U"}, {"", "ui", "", "U"}, {"", "uy", "", "U"}, {"", "ue", "", "O"}, {"", "u", "", "O"},
	{"^", "y", vowels, "J"}, {"", "y", "", "I"},
	// Consonants.
	{"", "bv", "", "V"}, {"", "b", "$", "P"}, {"", "b", "", "B"}, // Lefebvre
	{"", "ch", consonants + "$", "K"}, {"", "ch", "", "S"},
	{"", "cqu", front + "$", "K"}, {"", "ck", "", "K"}, {"", "cq", "", "K"}, {"", "cz", "", "S"}, {"", "c", front, "S"}, {"", "c", "", "K"},
	{"", "dt", "", "T"}, {"", "d", "sz$", "T"}, {"", "d", "", "D"},
	{"", "f", "", "F"},
	{"", "gh", "t", "K"}, {"", "gh", "", "G"}, {"", "gn", "", "N"}, {"", "gu", front + "$", "G"}, {"n", "g", "s$", "K"}, {"", "g", "t", "K"}, {"", "g", "", "G"},
	{"^", "h", "", "H"}, {"", "h", "", ""},
	{consonants, "j", "", "I"}, {"", "j", "", "J"}, // Tanja
	{"", "k", "", "K"},
	{"", "l", "", "L"},
	{"", "m", "", "M"},
	{"", "n", "bp", "M"}, {"", "n", "", "N"},
	{"", "ph", "", "F"}, {"", "pf", "", "F"}, {"m", "p", "st", ""}, {"", "p", "", "P"}, // Thompson
	{"", "qu", front + "$", "K"}, {"", "q", "", "K"},
	{"", "r", "", "R"},
	{"", "sch", "", "S"}, {"", "sh", "", "S"}, {"", "sj", "", "S"}, {"", "s", "", "S"},
	{"", "tsch", "", "S"}, {"", "tch", "", "S"}, {"", "tz", "", "S"}, {"", "t", "", "T"},
	{"", "v", "$", "F"}, {"", "v", "", "V"},
	{"", "w", "", "W"},
	{"^", "x", "", "S"}, {"u", "x", "$", ""}, {"", "x", "", "KS"}, // Leroux
	{"", "z", "", "S"},
}

// rulesByLetter are the rules by the first of their letters.
var rulesByLetter = func() (by [26][]phoneticRule) {
	for _, r := range phoneticRules {
		i := r.letters[0] - 'a'
		by[i] = append(by[i], r)
	}
	return by
}()
