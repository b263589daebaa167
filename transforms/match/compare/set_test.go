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

func TestJaccard(t *testing.T) {
	for _, c := range []struct {
		a, b   []uint32
		shared int
		want   float64
	}{
		{[]uint32{1, 2, 3, 4}, []uint32{3, 4, 9}, 2, 2. / 5},
		{[]uint32{1, 2}, []uint32{3}, 0, 0},
		{[]uint32{1}, nil, 0, 0},
		{nil, nil, 0, 1},
	} {
		if got, shared := Jaccard(c.a, c.b), Shared(c.a, c.b); got != c.want || shared != c.shared {
			t.Errorf("%v and %v share %d, Jaccard %v; want %d, %v", c.a, c.b, shared, got, c.shared, c.want)
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

// setMeasures are the measures of sets, SoftTFIDF at weights that differ by token.
func setMeasures() map[string]func(a, b []uint32) float64 {
	return map[string]func(a, b []uint32) float64{"Jaccard": Jaccard, "SoftTFIDF": softNeighbours().Compare}
}

func softNeighbours() *SoftTFIDF {
	w := make(Weights, 40)
	for i := range w {
		w[i] = float32(i%7) + 0.1
	}
	return &SoftTFIDF{Weights: w, Similar: neighbours, Threshold: 0.8}
}

// cosine is the definition of the TF-IDF similarity without similar tokens.
func cosine(w Weights, a, b []uint32) float64 {
	if slices.Equal(a, b) {
		return 1
	}
	square := func(ids []uint32, in []uint32) (sum float64) {
		for _, id := range ids {
			if slices.Contains(in, id) {
				sum += float64(w[id]) * float64(w[id])
			}
		}
		return sum
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	return square(a, b) / math.Sqrt(square(a, a)*square(b, b))
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

// TestJaccardIsAMetric: 1 − Jaccard is.
func TestJaccardIsAMetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := tokens(40).Draw(t, "a"), tokens(40).Draw(t, "b"), tokens(40).Draw(t, "c")
		d := func(x, y []uint32) float64 { return 1 - Jaccard(x, y) }
		if d(a, c) > d(a, b)+d(b, c)+1e-9 {
			t.Fatalf("Jaccard breaks the triangle: %v > %v + %v", d(a, c), d(a, b), d(b, c))
		}
	})
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

// TestSoftIsNoLessThanCosine: similar tokens only add, and where none are similar it is
// the cosine.
func TestSoftIsNoLessThanCosine(t *testing.T) {
	soft := softNeighbours()
	hard := &SoftTFIDF{Weights: soft.Weights, Similar: neighbours, Threshold: 2}
	rapid.Check(t, func(t *rapid.T) {
		a, b := tokens(40).Draw(t, "a"), tokens(40).Draw(t, "b")
		want := cosine(soft.Weights, a, b)
		if got := soft.Compare(a, b); got < want-1e-12 {
			t.Fatalf("soft %v, cosine %v", got, want)
		}
		if got := hard.Compare(a, b); math.Abs(got-want) > 1e-12 {
			t.Fatalf("%v without similar tokens, cosine %v", got, want)
		}
	})
}

// TestSoftOfNoWeight: sets that weigh nothing are alike when they are equal.
func TestSoftOfNoWeight(t *testing.T) {
	c := &SoftTFIDF{Weights: Weights{0, 0, 1}, Similar: neighbours, Threshold: 0.8}
	for _, tc := range []struct {
		a, b []uint32
		want float64
	}{
		{[]uint32{0}, []uint32{0}, 1}, {[]uint32{0}, []uint32{1}, 0}, {[]uint32{0}, []uint32{0, 2}, 0}, {nil, nil, 1},
	} {
		if got := c.Compare(tc.a, tc.b); got != tc.want || c.Compare(tc.b, tc.a) != got {
			t.Errorf("%v and %v: %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
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
