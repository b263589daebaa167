package objects

import "testing"

// Shelf makes a server of a kind, and returns the address of its root, how it is
// reached, and what fills and empties it.
func Shelf(t testing.TB, kind string) (root string, o Options, put func(key, content string), remove func(key string)) {
	s := shelves[kind](t)
	return s.root, s.options, s.put, s.remove
}
