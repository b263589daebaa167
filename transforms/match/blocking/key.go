package blocking

import (
	"strings"

	"github.com/zeebo/xxh3"

	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// Key is one way to derive blocking keys from the values of a column.
type Key struct {
	Column string `json:"column"`
	By     string `json:"by"`
}

func (k Key) String() string {
	if k.By == exact {
		return k.Column
	}
	return k.Column + " " + k.By
}

// The ways to derive keys.
const (
	exact   = "exact"
	sound   = "sound"        // as it is spoken
	initial = "initial"      // first letter
	prefix  = "prefix"       // first three letters, or half of a postcode
	suffix  = "suffix"       // last four letters, or digits
	word    = "word"         // each word
	words   = "sorted words" // all words, in alphabetical order
	grams   = "q-grams"      // least hashes of the q-grams, in bands
	year    = "year"
	day     = "month and day"
	month   = "year and month"
	local   = "local part" // of an e-mail address
	front   = "first half" // of an identifier
	back    = "last half"
)

// waysOf lists the keys that make sense for a role, the most exact first.
func waysOf(role records.Role) []string {
	switch role.Base() {
	case records.RoleGiven:
		return []string{exact, sound, initial, prefix}
	case records.RoleFamily:
		return []string{exact, sound, prefix, suffix}
	case records.RoleFirm, records.RoleText:
		return []string{exact, words, word, prefix, suffix, grams}
	case records.RoleStreet:
		return []string{exact, sound, prefix, word}
	case records.RoleTown:
		return []string{exact, sound, prefix}
	case records.RolePostcode:
		return []string{exact, prefix}
	case records.RoleBirthDate, records.RoleDate:
		return []string{exact, month, day, year}
	case records.RoleEmail:
		return []string{exact, local, prefix}
	case records.RolePhone:
		return []string{exact, suffix, front}
	case records.RoleWebsite:
		return []string{exact, prefix}
	case records.RoleIdentifier, records.RoleEnterprise, records.RoleIBAN:
		return []string{exact, front, back}
	case records.RoleHouse, records.RoleNumber, records.RoleCategory:
		return []string{exact}
	}
	return nil // legal form, box, region, country: too few values to block on
}

// keysOf calls emit with the keys of a value.
func keysOf(c *records.Column, by string, value uint32, emit func(string)) {
	s := c.Values[value]
	switch by {
	case exact:
		emit(s)
	case sound:
		emit(compare.Phonetic(s))
	case initial:
		emit(firstRunes(s, 1))
	case prefix:
		emit(firstRunes(strings.ReplaceAll(s, " ", ""), prefixLength(c.Role, s)))
	case suffix:
		if joined := strings.ReplaceAll(s, " ", ""); len(joined) > 4 {
			n := 4
			if c.Role == records.RolePhone {
				n = 7
			}
			emit(joined[max(0, len(joined)-n):])
		}
	case word:
		for _, t := range c.Tokens.Of(value) {
			if w := c.Tokens.Words[t]; len(w) > 2 {
				emit(w)
			}
		}
	case words:
		emit(sortedWords(s))
	case grams:
		leastGrams(s, emit)
	case year, day, month:
		if len(s) == 8 {
			emit(map[string]string{year: s[:4], day: s[4:], month: s[:6]}[by])
		}
	case local:
		if at := strings.LastIndexByte(s, '@'); at > 2 {
			emit(s[:at])
		}
	case front:
		if len(s) >= 6 {
			emit(s[:len(s)/2])
		}
	case back:
		if len(s) >= 6 {
			emit(s[len(s)/2:])
		}
	}
}

func prefixLength(role records.Role, s string) int {
	switch role {
	case records.RolePostcode:
		return max(1, len(s)/2)
	case records.RoleFirm, records.RoleText, records.RoleEmail, records.RoleWebsite:
		return 5
	}
	return 3
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// keyed holds the keys of all values of a column by one way.
type keyed struct {
	column *records.Column
	start  []uint32 // per value; nil when each has at most one
	hash   []uint32 // 0 is no key
}

func newKeyed(c *records.Column, by string) *keyed {
	k := &keyed{column: c, start: make([]uint32, 2, len(c.Values)+1), hash: nil}
	single := true
	for v := 1; v < len(c.Values); v++ {
		from := len(k.hash)
		keysOf(c, by, uint32(v), func(s string) {
			if s == "" {
				return
			}
			h := uint32(xxh3.HashString(s))
			for _, known := range k.hash[from:] {
				if known == h {
					return
				}
			}
			k.hash = append(k.hash, max(h, 1))
		})
		single = single && len(k.hash)-from <= 1
		k.start = append(k.start, uint32(len(k.hash)))
	}
	if single {
		flat := make([]uint32, len(c.Values))
		for v := 1; v < len(c.Values); v++ {
			if k.start[v] < k.start[v+1] {
				flat[v] = k.hash[k.start[v]]
			}
		}
		k.hash, k.start = flat, nil
	}
	return k
}

// append appends the keys of a record, each once.
func (k *keyed) append(dst []uint32, record int32) []uint32 {
	from := len(dst)
	for _, v := range k.column.Of(record) {
		for _, h := range k.of(v) {
			dst = appendOnce(dst, from, h)
		}
	}
	return dst
}

// of returns the keys of a value.
func (k *keyed) of(value uint32) []uint32 {
	switch {
	case k.start != nil:
		return k.hash[k.start[value]:k.start[value+1]]
	case k.hash[value] != 0:
		return k.hash[value : value+1]
	}
	return nil
}

func appendOnce(dst []uint32, from int, h uint32) []uint32 {
	for _, known := range dst[from:] {
		if known == h {
			return dst
		}
	}
	return append(dst, h)
}
