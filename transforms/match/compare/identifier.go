package compare

import "strings"

// Identifier is a number or code that something is registered under, as
// package normalize gives it.
type Identifier struct {
	Value   string // normalised; "" when not known
	Checked bool   // its check digit is right, so that a typing error in it is all but impossible
}

// IdentifierLevel is how two identifiers of one kind agree.
type IdentifierLevel uint8

const (
	IdentifierMissing IdentifierLevel = iota // one of the two is not known
	IdentifierEqual                          // the same, apart from leading zeros when neither is checked
	IdentifierTyped                          // one character differs, is missing, or is swapped with its neighbour, and one of the two is not checked
	IdentifierElse                           // different
	IdentifierVeto                           // different, and the check digits of both are right: not the same
)

// String names the level, for explanations.
func (l IdentifierLevel) String() string {
	return [...]string{"missing", "equal", "one character mistyped", "different", "different, both valid"}[l]
}

// minTyped is how long the shorter of two identifiers must be before one
// character counts as mistyped: of short numbers nearly all are neighbours.
const minTyped = 6

// CompareIdentifiers tells how two identifiers agree.
func CompareIdentifiers(a, b Identifier) IdentifierLevel {
	switch {
	case a.Value == "" || b.Value == "":
		return IdentifierMissing
	case a.Value == b.Value:
		return IdentifierEqual
	case a.Checked && b.Checked:
		return IdentifierVeto
	case !a.Checked && !b.Checked && strings.TrimLeft(a.Value, "0") == strings.TrimLeft(b.Value, "0"):
		return IdentifierEqual
	case min(len(a.Value), len(b.Value)) < minTyped:
		return IdentifierElse
	}
	if _, ok := Within(a.Value, b.Value, 1); ok {
		return IdentifierTyped
	}
	return IdentifierElse
}

// IdentifierValue is the form in which identifiers of no known kind compare:
// the ASCII letters, in capitals, and digits of s. "k 12-34" is K1234.
func IdentifierValue(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, s)
}

// CommonTail is the number of digits that two phone numbers end with alike;
// what is no digit does not count. Numbers written with another prefix, or with
// none, share eight digits or nine; those of one exchange can share a few by
// chance, or end in the same extension.
func CommonTail(a, b string) int {
	n := 0
	for i, j := lastDigit(a, len(a)), lastDigit(b, len(b)); i >= 0 && j >= 0 && a[i] == b[j]; n++ {
		i, j = lastDigit(a, i), lastDigit(b, j)
	}
	return n
}

// lastDigit is the place of the last digit of s before end, -1 if there is none.
func lastDigit(s string, end int) int {
	for i := end - 1; i >= 0; i-- {
		if s[i] >= '0' && s[i] <= '9' {
			return i
		}
	}
	return -1
}
