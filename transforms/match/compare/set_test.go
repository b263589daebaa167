package compare

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// tokens draws a set of token ids below universe.
func tokens(universe uint32) *rapid.Generator[[]uint32] {
	return rapid.Custom(func(t *rapid.T) []uint32 {
		return Set(rapid.SliceOfN(rapid.Uint32Range(0, universe-1), 0, 24).Draw(t, "ids"))
	})
}

func TestSet(t *testing.T) {
	if got := Set([]uint32{5, 1, 5, 3, 1}); !slices.Equal(got, []uint32{1, 3, 5}) {
		t.Errorf("Set = %v", got)
	}
}

func TestMeasuresOfSets(t *testing.T) {
	a, b := []uint32{1, 2, 3, 4}, []uint32{3, 4, 9}
	w := make(Weights, 10)
	for i := range w {
		w[i] = 1
	}
	w[3] = 3
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Shared", float64(Shared(a, b)), 2},
		{"Jaccard", Jaccard(a, b), 2. / 5},
		{"Dice", Dice(a, b), 4. / 7},
		{"Cosine", Cosine(a, b), 2 / math.Sqrt(12)},
		{"Overlap", Overlap(a, b), 2. / 3},
		{"weighted Jaccard", w.Jaccard(a, b), 4. / 7},
		{"weighted Overlap", w.Overlap(a, b), 4. / 5},
		{"weighted Cosine", w.Cosine(a, b), 10 / math.Sqrt(12*11)},
		{"weighted, nothing weighs", make(Weights, 10).Jaccard(a, b), 0},
		{"weighted, nothing weighs, equal", make(Weights, 10).Cosine(a, a), 1},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestIDF: the rarer, the heavier.
func TestIDF(t *testing.T) {
	w := IDF([]uint32{0, 1, 10, 100}, 100)
	if w[0] != w[1] || w[1] <= w[2] || w[2] <= w[3] || w[3] <= 0 {
		t.Errorf("IDF = %v", w)
	}
}

// setMeasures are all measures of sets, at weights that differ by token.
func setMeasures() map[string]func(a, b []uint32) float64 {
	w := make(Weights, 40)
	for i := range w {
		w[i] = float32(i%7) + 0.1
	}
	soft := &SoftTFIDF{Weights: w, Similar: neighbours, Threshold: 0.8}
	return map[string]func(a, b []uint32) float64{
		"Jaccard": Jaccard, "Dice": Dice, "Cosine": Cosine, "Overlap": Overlap,
		"weighted Jaccard": w.Jaccard, "weighted Overlap": w.Overlap, "weighted Cosine": w.Cosine, "SoftTFIDF": soft.Compare,
	}
}

// neighbours makes tokens similar when their ids are close.
func neighbours(x, y uint32) float64 {
	return 1 - 0.1*math.Abs(float64(x)-float64(y))
}

// TestLawsOfSets: symmetric to the last bit, between 0 and 1, and 1 for equal
// sets, 0 where one is empty.
func TestLawsOfSets(t *testing.T) {
	for name, compare := range setMeasures() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a, b := tokens(40).Draw(t, "a"), tokens(40).Draw(t, "b")
				got := compare(a, b)
				if got != compare(b, a) {
					t.Fatalf("%v, and %v the other way", got, compare(b, a))
				}
				if !(got >= 0 && got <= 1) {
					t.Fatalf("%v is out of range", got)
				}
				if same := compare(a, a); math.Abs(same-1) > 1e-12 {
					t.Fatalf("%v for equal sets", same)
				}
				if len(a) > 0 && compare(a, nil) != 0 {
					t.Fatalf("%v beside an empty set", compare(a, nil))
				}
			})
		})
	}
}

// TestMetricsOfSets: 1 − Jaccard is a metric, with and without weights.
func TestMetricsOfSets(t *testing.T) {
	all := setMeasures()
	for _, name := range []string{"Jaccard", "weighted Jaccard"} {
		rapid.Check(t, func(t *rapid.T) {
			a, b, c := tokens(40).Draw(t, "a"), tokens(40).Draw(t, "b"), tokens(40).Draw(t, "c")
			d := func(x, y []uint32) float64 { return 1 - all[name](x, y) }
			if d(a, c) > d(a, b)+d(b, c)+1e-9 {
				t.Fatalf("%s breaks the triangle: %v > %v + %v", name, d(a, c), d(a, b), d(b, c))
			}
		})
	}
}

func TestSoftTFIDF(t *testing.T) {
	words := []string{"bakkerij", "peeters", "peters", "zonen", "janssens", "peetters"}
	c := &SoftTFIDF{
		Weights:   Weights{1, 4, 4, 1, 4, 4},
		Similar:   func(x, y uint32) float64 { return JaroWinkler(words[x], words[y]) },
		Threshold: 0.9,
	}
	similar := JaroWinkler("peeters", "peters")
	for _, tc := range []struct {
		name string
		a, b []uint32
		want float64
	}{
		{"equal", []uint32{0, 1}, []uint32{0, 1}, 1},
		{"a token spelled otherwise", []uint32{0, 1}, []uint32{0, 2}, (1 + 16*similar) / 17},
		{"only a light token shared", []uint32{0, 1}, []uint32{0, 4}, 1. / 17},
		{"one partner each", []uint32{1, 5}, []uint32{2}, 16 * max(similar, JaroWinkler("peetters", "peters")) / math.Sqrt(32*16)},
		{"nothing", []uint32{0}, []uint32{4}, 0},
	} {
		if got := c.Compare(tc.a, tc.b); math.Abs(got-tc.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// TestSoftIsNoLessThanCosine: similar tokens only add.
func TestSoftIsNoLessThanCosine(t *testing.T) {
	all := setMeasures()
	rapid.Check(t, func(t *rapid.T) {
		a, b := tokens(40).Draw(t, "a"), tokens(40).Draw(t, "b")
		if soft, hard := all["SoftTFIDF"](a, b), all["weighted Cosine"](a, b); soft < hard-1e-12 {
			t.Fatalf("soft %v, hard %v", soft, hard)
		}
	})
}

func TestSoftTakesTheHeaviest(t *testing.T) {
	w := make(Weights, 100)
	var a, b []uint32
	for i := range uint32(30) {
		a = append(a, i)
		w[i] = float32(i + 1)
		b = append(b, i+50)
		w[i+50] = float32(i + 1)
	}
	c := &SoftTFIDF{Weights: w, Threshold: 0.5, Similar: func(x, y uint32) float64 {
		if y == x+50 {
			return 1
		}
		return 0
	}}
	heaviest, all := 0.0, 0.0
	for i := 1.0; i <= 30; i++ {
		all += i * i
		if i > 30-maxSoft {
			heaviest += i * i
		}
	}
	if got := c.Compare(a, b); math.Abs(got-heaviest/all) > 1e-9 {
		t.Errorf("%v, want %v", got, heaviest/all)
	}
}

func TestSetsDoNotAllocate(t *testing.T) {
	a, b := []uint32{1, 2, 5, 8, 13, 21, 34}, []uint32{1, 3, 5, 9, 14, 22, 35}
	for name, compare := range setMeasures() {
		noAllocation(t, name, func() { compare(a, b) })
	}
	grams, signature, keys := make([]uint32, 0, 64), make([]uint32, 32), make([]uint64, 0, 8)
	noAllocation(t, "Trigrams", func() { grams = Trigrams(grams[:0], "bakkerij peeters é") })
	noAllocation(t, "MinHash", func() { MinHash(signature, grams) })
	noAllocation(t, "BandKeys", func() { keys = BandKeys(keys[:0], signature, 4) })
}
