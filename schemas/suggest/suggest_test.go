package suggest

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSuggest(t *testing.T) {
	known := []string{"quantity", "unit_price", "email", "phone", "id", "Klant"}
	for _, c := range []struct{ name, word, want string }{
		{"a letter dropped", "quantty", "quantity"},
		{"a letter added", "emaail", "email"},
		{"a letter replaced", "phome", "phone"},
		{"two neighbours swapped", "uint_price", "unit_price"},
		{"other case", "klant", "Klant"},
		{"two letters of six are a third", "phomme", "phone"},
		{"too far", "salary", ""},
		{"a short word allows no edit", "ip", ""},
		{"nothing written", "", ""},
	} {
		if got := Suggest(c.word, known); got != c.want {
			t.Errorf("%s: Suggest(%q) = %q, want %q", c.name, c.word, got, c.want)
		}
	}
}

func TestSuggestPrefersTheNearestThenTheFirst(t *testing.T) {
	for _, c := range []struct {
		word  string
		known []string
		want  string
	}{
		{"amounts", []string{"amendt", "amount"}, "amount"},
		{"colour", []string{"dolour", "bolour"}, "bolour"},
		{"Amount", []string{"amounts", "amount"}, "amount"},
	} {
		if got := Suggest(c.word, c.known); got != c.want {
			t.Errorf("Suggest(%q, %v) = %q, want %q", c.word, c.known, got, c.want)
		}
	}
}

func TestDistanceIsAMeasure(t *testing.T) {
	word := rapid.SliceOfN(rapid.RuneFrom([]rune("abc")), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b, 8)
		if back := distance(b, a, 8); d != back {
			t.Fatalf("there %d, back %d", d, back)
		}
		if (d == 0) != slices.Equal(a, b) {
			t.Fatalf("distance %d between %q and %q", d, string(a), string(b))
		}
		if d > max(len(a), len(b)) {
			t.Fatalf("distance %d exceeds replacing everything", d)
		}
	})
}
