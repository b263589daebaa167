package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text returns s as it should be kept and shown: in Unicode NFC, without
// control and invisible formatting characters (zero-width spaces, soft hyphens,
// byte-order marks, direction marks), with every run of white space, no-break
// space included, as one blank, and none at the ends. A byte that is not UTF-8
// becomes U+FFFD, so that the damage stays visible.
func Text(s string) string {
	switch classify(s) {
	case clean:
		return s
	case plain:
		return squeeze(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			blank = b.Len() > 0
			continue
		case invisible(r):
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// invisible reports whether r is a control or formatting character.
func invisible(r rune) bool {
	if r < 0x300 {
		return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xad
	}
	return unicode.Is(unicode.Cf, r)
}

// class tells how much work a string needs.
type class uint8

const (
	clean class = iota // printable, with single inner blanks: nothing to do
	plain              // to be squeezed, byte by byte
	mixed              // anything else
)

// classify looks at s as far as it must. Printable characters below U+0300, the
// first combining mark, are in NFC whatever stands beside them.
func classify(s string) class {
	c := clean
	last := byte(' ')
	for i := 0; i < len(s); {
		b := s[i]
		if b >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r <= 0xa0 || r == 0xad || r >= 0x300 {
				return mixed
			}
			last = b
			i += size
			continue
		}
		if b < ' ' || b == 0x7f || (b == ' ' && last == ' ') {
			c = plain
		}
		last = b
		i++
	}
	if last == ' ' && s != "" {
		c = plain
	}
	return c
}

// squeeze does the work of Text for strings that are plain.
func squeeze(s string) string {
	b := make([]byte, 0, len(s))
	blank := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || (c >= '\t' && c <= '\r'):
			blank = len(b) > 0
		case c < ' ' || c == 0x7f:
		default:
			if blank {
				b = append(b, ' ')
				blank = false
			}
			b = append(b, c)
		}
	}
	return string(b)
}
