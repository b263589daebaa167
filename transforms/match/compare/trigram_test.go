package compare

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// naiveTrigrams is the set of trigrams of s, as texts.
func naiveTrigrams(s string) map[string]bool {
	runes := []rune(s)
	for i, r := range runes {
		if r == 0 {
			runes[i] = '\ufffd'
		}
	}
	padded := slices.Concat(make([]rune, 2), runes, make([]rune, 2))
	set := map[string]bool{}
	for i := 0; len(runes) > 0 && i+3 <= len(padded); i++ {
		set[string(padded[i:i+3])] = true
	}
	return set
}

func checkTrigrams(t fataler, a, b string) {
	t.Helper()
	x, y := Trigrams(nil, a), Trigrams([]uint32{7}, b)[1:]
	want, other := naiveTrigrams(a), naiveTrigrams(b)
	shared := 0
	for g := range want {
		if other[g] {
			shared++
		}
	}
	if !slices.IsSorted(x) || len(x) != len(want) || len(y) != len(other) || Shared(x, y) != shared {
		t.Fatalf("trigrams of %q and %q: %d, %d and %d shared; want %d, %d, %d", a, b, len(x), len(y), Shared(x, y), len(want), len(other), shared)
	}
}

func TestTrigrams(t *testing.T) {
	if got := Jaccard(Trigrams(nil, "night"), Trigrams(nil, "nacht")); got != 3./11 {
		t.Errorf("Jaccard of night and nacht = %v", got)
	}
	if got := Trigrams([]uint32{1}, ""); !slices.Equal(got, []uint32{1}) {
		t.Errorf("trigrams of nothing: %v", got)
	}
	rapid.Check(t, func(t *rapid.T) { checkTrigrams(t, word().Draw(t, "a"), word().Draw(t, "b")) })
}

func FuzzTrigrams(f *testing.F) {
	seedPairs(f)
	f.Add("a\x00b", "\x00")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 200 {
			t.Skip("hashes of very many trigrams collide")
		}
		checkTrigrams(t, a, b)
	})
}

// TestMinHash: signatures agree as often as sets are alike.
func TestMinHash(t *testing.T) {
	signature := func(from, to uint32) []uint32 {
		var set []uint32
		for id := from; id < to; id++ {
			set = append(set, id)
		}
		s := make([]uint32, 1024)
		MinHash(s, set)
		return s
	}
	for _, c := range []struct {
		from uint32
		want float64
	}{{0, 1}, {10, 90. / 110}, {50, 50. / 150}, {100, 0}} {
		agree := 0
		other := signature(c.from, c.from+100)
		for i, least := range signature(0, 100) {
			if least == other[i] {
				agree++
			}
		}
		// The share of places is off Jaccard by a standard error of at most 0.5/√1024.
		if got := float64(agree) / 1024; math.Abs(got-c.want) > 4*0.5/32 {
			t.Errorf("sets that share from %d on agree at %v, want %v", c.from, got, c.want)
		}
	}
}

// TestMinHashNeverChanges holds the hash functions: stored keys depend on them.
func TestMinHashNeverChanges(t *testing.T) {
	signature := make([]uint32, 4)
	MinHash(signature, Trigrams(nil, "peeters"))
	keys := BandKeys(nil, signature, 2)
	if want := []uint32{0x22d53d3f, 0x1a3552b6, 0xdad815d, 0x2ad00b5}; !slices.Equal(signature, want) {
		t.Errorf("signature %#v, want %#v", signature, want)
	}
	if want := []uint64{0x5bb0b60566210f48, 0xf3a106bd4da1d7d1}; !slices.Equal(keys, want) {
		t.Errorf("keys %#v, want %#v", keys, want)
	}
}

func TestBandKeys(t *testing.T) {
	signature := make([]uint32, 10)
	MinHash(signature, nil)
	if keys := BandKeys(nil, signature, 2); len(keys) != 0 {
		t.Errorf("an empty set has keys: %v", keys)
	}
	MinHash(signature, []uint32{1})
	if keys := BandKeys(nil, signature, 3); len(keys) != 3 {
		t.Errorf("ten places in bands of three: %d keys", len(keys))
	}
	if keys := BandKeys(nil, signature, 0); len(keys) != 0 {
		t.Errorf("bands of no rows: %d keys", len(keys))
	}
	same := []uint32{3, 3, 3, 3}
	if keys := BandKeys(nil, same, 2); keys[0] == keys[1] {
		t.Error("bands with the same places share a key")
	}
	near, other := slices.Clone(signature), make([]uint32, 10)
	near[0]++
	MinHash(other, []uint32{2})
	if a, b := BandKeys(nil, signature, 5), BandKeys(nil, near, 5); a[0] == b[0] || a[1] != b[1] {
		t.Error("a band with another place keeps its key, or one without loses it")
	}
}
