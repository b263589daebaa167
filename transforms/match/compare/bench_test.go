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

func BenchmarkWithin(b *testing.B) {
	b.Run("names", func(b *testing.B) {
		benchPairs(b, func(x, y string) float64 { d, _ := Within(x, y, len(x)+len(y)); return float64(d) })
	})
	b.Run("names, up to 2", func(b *testing.B) {
		benchPairs(b, func(x, y string) float64 { d, _ := Within(x, y, 2); return float64(d) })
	})
	b.Run("accents", func(b *testing.B) {
		benchPairs(b, func(string, string) float64 {
			d, _ := Within("müller-lüdenscheidt", "mueller lüdenscheid", 20)
			return float64(d)
		})
	})
	b.Run("long", func(b *testing.B) {
		x := strings.Repeat("koninklijke harmonie ", 8)
		y := x[3:] + "q"
		benchPairs(b, func(string, string) float64 { d, _ := Within(x, y, len(x)); return float64(d) })
	})
}

func BenchmarkSets(b *testing.B) {
	w := make(Weights, 64)
	for i := range w {
		w[i] = float32(i%9) + 0.5
	}
	soft := &SoftTFIDF{Weights: w, Similar: neighbours, Threshold: 0.85}
	x, y := []uint32{1, 5, 9, 22}, []uint32{1, 6, 9, 40}
	long, other := Trigrams(nil, "bakkerij peeters en zonen"), Trigrams(nil, "bakkery peters & zonen")
	signature, keys := make([]uint32, 32), make([]uint64, 0, 8)
	for _, bench := range []struct {
		name    string
		compare func()
	}{
		{"jaccard of 4", func() { sink = Jaccard(x, y) }},
		{"soft tf-idf of 4", func() { sink = soft.Compare(x, y) }},
		{"jaccard of 27 trigrams", func() { sink = Jaccard(long, other) }},
		{"trigrams of 25 characters", func() { long = Trigrams(long[:0], "bakkerij peeters en zonen") }},
		{"minhash 32 of 27", func() { MinHash(signature, long) }},
		{"8 band keys", func() { keys = BandKeys(keys[:0], signature, 4) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				bench.compare()
			}
		})
	}
}

func BenchmarkNames(b *testing.B) {
	for _, bench := range []struct {
		name string
		same func() bool
	}{
		{"phonetic key", func() bool { return Phonetic("van den berghe") == "" }},
		{"same given", func() bool { return SameGiven("liesbeth", "elisabeth") }},
		{"strange given", func() bool { return SameGiven("liesbeth", "johannes") }},
		{"initial", func() bool { return AgreeByInitial("j p", "jan pieter") }},
		{"joined", func() bool { return SameJoined("van den berghe", "vandenberghe") }},
		{"acronym", func() bool { return AgreeByAcronym("nmbs", "nationale maatschappij der belgische spoorwegen") }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if bench.same() {
					sink++
				}
			}
		})
	}
}
