package compare

import (
	"strings"
	"testing"
)

// textPairs are pairs as a matcher meets them: near duplicates and strangers
// that fell into one block.
var textPairs = [][2]string{
	{"vandenberghe", "vandenbergh"}, {"van de velde", "vandevelde"}, {"vermeulen", "vermuelen"}, {"christiaens", "christianes"},
	{"de backer jan", "de bakker jan"}, {"verstraeten", "verstrepen"}, {"mertens els", "martens eva"}, {"goossens", "vandamme"},
}

var sink float64

func benchPairs(b *testing.B, compare func(x, y string) float64) {
	b.ReportAllocs()
	total := 0.0
	for i := range b.N {
		p := &textPairs[i&7]
		total += compare(p[0], p[1])
	}
	sink = total
}

func BenchmarkJaroWinkler(b *testing.B) {
	b.Run("names", func(b *testing.B) { benchPairs(b, JaroWinkler) })
	b.Run("accents", func(b *testing.B) {
		benchPairs(b, func(string, string) float64 { return JaroWinkler("müller-lüdenscheidt", "mueller lüdenscheid") })
	})
	b.Run("long", func(b *testing.B) {
		x := strings.Repeat("koninklijke harmonie ", 8)
		benchPairs(b, func(string, string) float64 { return JaroWinkler(x, x[3:]) })
	})
}

func BenchmarkDamerauLevenshtein(b *testing.B) {
	b.Run("names", func(b *testing.B) {
		benchPairs(b, func(x, y string) float64 { return float64(DamerauLevenshtein(x, y)) })
	})
	b.Run("within 2", func(b *testing.B) {
		benchPairs(b, func(x, y string) float64 { d, _ := Within(x, y, 2); return float64(d) })
	})
	b.Run("accents", func(b *testing.B) {
		benchPairs(b, func(string, string) float64 {
			return float64(DamerauLevenshtein("müller-lüdenscheidt", "mueller lüdenscheid"))
		})
	})
	b.Run("long", func(b *testing.B) {
		x := strings.Repeat("koninklijke harmonie ", 8)
		y := x[3:] + "q"
		benchPairs(b, func(string, string) float64 { return float64(DamerauLevenshtein(x, y)) })
	})
}
