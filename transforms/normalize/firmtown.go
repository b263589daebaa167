package normalize

import "strings"

// mostTownWords is the number of words of the longest names of towns.
const mostTownWords = 4

// WithoutTown takes a town off the end of a firm's name, as often as it stands there: the
// name of a branch is mostly that of its firm and a town. core is that of FirmName, town a
// key of TownKey. ok is false where the name does not end so, or is nothing but the
// town.
func WithoutTown(core, town string) (rest string, ok bool) {
	rest = core
	for {
		at := townAtEnd(rest, town)
		if at <= 0 {
			return rest, ok
		}
		rest, ok = rest[:at], true
	}
}

// townAtEnd is the place of the blank before the town that a name ends with, −1 where there
// is none.
func townAtEnd(name, town string) int {
	at := len(name)
	for range mostTownWords {
		if at = strings.LastIndexByte(name[:at], ' '); at <= 0 {
			return -1
		}
		if TownKey(name[at+1:]) == town {
			return at
		}
	}
	return -1
}
