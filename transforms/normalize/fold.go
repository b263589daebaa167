package normalize

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of s that comparisons use: lower case, without accents
// (Unicode NFKD without marks; ß is ss, æ ae, œ oe, ø o), and with every run of
// characters that are neither letters nor digits as one blank, none at the ends.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var buf [96]byte
	return string(appendFold(buf[:0], s))
}

// isFolded reports whether s is ASCII and already folded.
func isFolded(s string) bool {
	last := byte(0)
	for i := 0; i < len(s); i++ {
		b := s[i]
		if foldASCII[b] != b || b == 0 || (b == ' ' && (last == ' ' || i == 0)) {
			return false
		}
		last = b
	}
	return last != ' '
}

// foldASCII maps an ASCII byte to its folded form, a blank for what separates
// words, and bytes of other characters to 0.
var foldASCII = func() (t [256]byte) {
	for b := range utf8.RuneSelf {
		switch {
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9':
			t[b] = byte(b)
		case b >= 'A' && b <= 'Z':
			t[b] = byte(b) + 'a' - 'A'
		default:
			t[b] = ' '
		}
	}
	return t
}()

// appendFold appends the folded s to dst, which is a word of its own.
func appendFold(dst []byte, s string) []byte {
	start := len(dst)
	for i := 0; i < len(s); {
		if c := foldASCII[s[i]]; c != 0 {
			if c != ' ' || (len(dst) > start && dst[len(dst)-1] != ' ') {
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		dst = appendFoldRune(dst, start, r)
		i += size
	}
	if len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// foldLatin and foldMarks hold the folded forms of Latin letters below U+0250
// and of general punctuation, which nearly all characters outside ASCII are.
var (
	foldLatin = foldTable[[0x250]string](0)
	foldMarks = foldTable[[0x70]string](firstMark)
)

const firstMark = 0x2000

func foldTable[T [0x250]string | [0x70]string](first rune) (t T) {
	for i := range len(t) {
		t[i] = string(decomposeFold(nil, first+rune(i)))
	}
	return t
}

// appendFoldRune appends the folded form of a character outside ASCII.
func appendFoldRune(dst []byte, start int, r rune) []byte {
	switch {
	case r < rune(len(foldLatin)):
		return appendFolded(dst, start, foldLatin[r])
	case r >= firstMark && r < firstMark+rune(len(foldMarks)):
		return appendFolded(dst, start, foldMarks[r-firstMark])
	}
	return appendFolded(dst, start, string(decomposeFold(nil, r)))
}

// appendFolded appends a folded character, of which a blank may be a part.
func appendFolded(dst []byte, start int, folded string) []byte {
	for i := 0; i < len(folded); i++ {
		if folded[i] != ' ' || (len(dst) > start && dst[len(dst)-1] != ' ') {
			dst = append(dst, folded[i])
		}
	}
	return dst
}

// decomposeFold appends the folded form of one character as Unicode has it.
func decomposeFold(dst []byte, r rune) []byte {
	for _, d := range norm.NFKD.String(string(r)) {
		d = unicode.ToLower(d)
		special := foldSpecial(d)
		switch {
		case special != "":
			dst = append(dst, special...)
		case unicode.Is(unicode.M, d), unicode.Is(unicode.Cf, d):
		case unicode.IsLetter(d), unicode.IsNumber(d):
			dst = utf8.AppendRune(dst, d)
		default:
			dst = append(dst, ' ')
		}
	}
	return dst
}

// foldSpecial spells the letters that Unicode does not decompose.
func foldSpecial(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ł':
		return "l"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ŋ':
		return "n"
	}
	return ""
}
