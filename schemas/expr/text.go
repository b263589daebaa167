package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// blanks are what trim removes.
const blanks = " \t\r\n\u00a0"

func onTexts(f *frame, a vector, fn func(string) string) vector {
	out, n := f.result(a)
	out.texts = map1(n, a.texts, fn)
	return out
}

func testTexts(f *frame, a, b vector, fn func(a, b string) bool) vector {
	out, n := f.result(a, b)
	out.bools = map2(n, a.texts, b.texts, fn)
	return out
}

func concatenate(f *frame, a, b vector) vector {
	out, n := f.result(a, b)
	out.texts = map2(n, a.texts, b.texts, func(a, b string) string { return a + b })
	return out
}

// toUpper maps letters one to one; ß has a capital of its own.
func toUpper(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 'ß' {
			return 'ẞ'
		}
		return unicode.ToUpper(r)
	}, s)
}

func toLower(s string) string { return strings.Map(unicode.ToLower, s) }

func trimBlanks(s string) string { return strings.Trim(s, blanks) }

// substring returns up to length characters of s from the start-th, counted
// from 1.
func substring(s string, start, length int64) string {
	s = s[runeOffset(s, start-1):]
	return s[:runeOffset(s, length)]
}

// runeOffset returns the byte offset of the n-th character, or s's end.
func runeOffset(s string, n int64) int {
	if n >= int64(len(s)) { // no text has more characters than bytes
		return len(s)
	}
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// likeMatcher returns the test for a LIKE pattern: % stands for any characters,
// _ for one, everything else for itself; nothing escapes them.
func likeMatcher(pattern string) func(string) bool {
	inner := strings.Trim(pattern, "%")
	open, close := strings.HasPrefix(pattern, "%"), strings.HasSuffix(pattern, "%")
	if strings.ContainsAny(inner, "%_") {
		return func(s string) bool { return likeMatch(s, pattern) }
	}
	switch {
	case open && close:
		return func(s string) bool { return strings.Contains(s, inner) }
	case open:
		return func(s string) bool { return strings.HasSuffix(s, inner) }
	case close:
		return func(s string) bool { return strings.HasPrefix(s, inner) }
	default:
		return func(s string) bool { return s == inner }
	}
}

// likeMatch walks both strings; on a mismatch it lets the last % take one
// character more. Earlier ones need never be tried again.
func likeMatch(s, pattern string) bool {
	retryS, retryPattern := 0, -1
	i, j := 0, 0
	for i < len(s) {
		_, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case j < len(pattern) && pattern[j] == '%':
			j++
			retryS, retryPattern = i, j
		case j < len(pattern) && pattern[j] == '_':
			i, j = i+width, j+1
		case strings.HasPrefix(pattern[j:], s[i:i+width]):
			i, j = i+width, j+width
		case retryPattern >= 0:
			_, width := utf8.DecodeRuneInString(s[retryS:])
			retryS += width
			i, j = retryS, retryPattern
		default:
			return false
		}
	}
	return strings.Trim(pattern[j:], "%") == ""
}
