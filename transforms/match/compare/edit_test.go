package compare

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// word draws short texts over few letters, so that pairs have much in common;
// some are long, some not ASCII, some not UTF-8.
func word() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[abc]{0,8}`),
		rapid.StringMatching(`[a-e ]{0,20}`),
		rapid.StringMatching(`[ab]{60,70}`),
		rapid.StringMatching(`[abé]{120,200}`),
		rapid.StringMatching(`[aé語😀]{0,9}`),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "bytes")) }),
	)
}

// naiveJaroWinkler is the definition, row by row.
func naiveJaroWinkler(s, t string) float64 {
	a, b := []rune(s), []rune(t)
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	reach := max(0, max(len(a), len(b))/2-1)
	inA, inB := make([]bool, len(a)), make([]bool, len(b))
	m := 0
	for i := range a {
		for j := max(0, i-reach); j < min(len(b), i+reach+1); j++ {
			if !inB[j] && a[i] == b[j] {
				inA[i], inB[j] = true, true
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0
	}
	var x, y []rune
	for i, in := range inA {
		if in {
			x = append(x, a[i])
		}
	}
	for j, in := range inB {
		if in {
			y = append(y, b[j])
		}
	}
	disordered := 0
	for i := range x {
		if x[i] != y[i] {
			disordered++
		}
	}
	f := float64(m)
	jaro := (f/float64(len(a)) + f/float64(len(b)) + (f-float64(disordered/2))/f) / 3
	prefix := 0
	for prefix < min(len(a), len(b), 4) && a[prefix] == b[prefix] {
		prefix++
	}
	if jaro > 0.7 {
		jaro += float64(prefix) * 0.1 * (1 - jaro)
	}
	return jaro
}

// naiveDamerauLevenshtein is the definition, as a table.
func naiveDamerauLevenshtein(s, t string) int {
	a, b := []rune(s), []rune(t)
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func checkJaroWinkler(t fataler, a, b string) {
	t.Helper()
	got, want := JaroWinkler(a, b), naiveJaroWinkler(a, b)
	if math.Abs(got-want) > 1e-12 {
		t.Fatalf("JaroWinkler(%q, %q) = %v, want %v", a, b, got, want)
	}
	if back := JaroWinkler(b, a); back != got {
		t.Fatalf("JaroWinkler(%q, %q) = %v, the other way %v", a, b, got, back)
	}
	if got < 0 || got > 1 {
		t.Fatalf("JaroWinkler(%q, %q) = %v is out of range", a, b, got)
	}
}

func checkWithin(t fataler, a, b string) {
	t.Helper()
	want := naiveDamerauLevenshtein(a, b)
	for _, limit := range []int{-1, 0, 1, 2, want - 1, want, want + 1, math.MaxInt - 1} {
		d, ok := Within(a, b, limit)
		if ok != (want <= limit) || d != min(want, limit+1) {
			t.Fatalf("Within(%q, %q, %d) = %d, %t where the distance is %d", a, b, limit, d, ok, want)
		}
		if back, _ := Within(b, a, limit); back != d {
			t.Fatalf("Within(%q, %q, %d) = %d, the other way %d", a, b, limit, d, back)
		}
	}
}

func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"", "", 1},
		{"a", "", 0},
		{"a", "a", 1},
		{"a", "b", 0},
		{"martha", "marhta", 0.961111},
		{"dwayne", "duane", 0.84},
		{"dixon", "dicksonx", 0.813333},
		{"jones", "johnson", 0.832381},
		{"müller", "mueller", 0.804286},
		{"møller", "müller", 0.9},
		{"\xff", "\ufffd", 1},
		{strings.Repeat("ab", 40), strings.Repeat("ab", 40) + "c", 0.997531},
	} {
		if got := JaroWinkler(c.a, c.b); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("JaroWinkler(%q, %q) = %f, want %f", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b, alike := word().Draw(t, "a"), word().Draw(t, "b"), word().Draw(t, "alike")
		checkJaroWinkler(t, a, b)
		checkJaroWinkler(t, alike+a, alike+b)
	})
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"ca", "abc", 3},
		{"janssen", "jansen", 1},
		{"peeters", "peetres", 1},
		{"vermeulen", "vermuelen", 1},
		{"dupont", "dumont", 1},
		{"josé", "jose", 1},
		{"éa", "aé", 1},
		{"\xff\xfe", "\ufffd", 1},
		{strings.Repeat("x", 63) + "ab", strings.Repeat("y", 63) + "ba", 64}, // a swap over the edge of a strip
		{strings.Repeat("x", 64) + "ab", strings.Repeat("y", 64) + "ba", 65},
	} {
		if got, ok := Within(c.a, c.b, 200); got != c.want || !ok {
			t.Errorf("Within(%q, %q, 200) = %d, %t, want %d", c.a, c.b, got, ok, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b, head, tail := word().Draw(t, "a"), word().Draw(t, "b"), word().Draw(t, "head"), word().Draw(t, "tail")
		checkWithin(t, a, b)
		checkWithin(t, head+a+tail, head+b+tail)
	})
}

// TestEditsBoundDistance: a text with n errors typed into it is at most n away.
func TestEditsBoundDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := []rune(word().Draw(t, "a"))
		b := append([]rune(nil), a...)
		n := rapid.IntRange(0, 4).Draw(t, "errors")
		for range n {
			i := rapid.IntRange(0, len(b)).Draw(t, "place")
			b = append(b[:i], append([]rune{rapid.RuneFrom([]rune("abé語")).Draw(t, "rune")}, b[i:]...)...)
		}
		if d, ok := Within(string(a), string(b), n); !ok {
			t.Fatalf("%d errors between %q and %q, distance %d", n, string(a), string(b), d)
		}
	})
}

func FuzzJaroWinkler(f *testing.F) {
	seedPairs(f)
	f.Fuzz(func(t *testing.T, a, b string) { checkJaroWinkler(t, a, b) })
}

func FuzzWithin(f *testing.F) {
	seedPairs(f)
	f.Fuzz(func(t *testing.T, a, b string) { checkWithin(t, a, b) })
}

func seedPairs(f *testing.F) {
	f.Add("janssen", "jansens")
	f.Add("é\xff", "e\xfe")
	f.Add(strings.Repeat("abcd", 40), strings.Repeat("abdc", 39))
	f.Add(strings.Repeat("aé", 40), strings.Repeat("éa", 40))
}

// noAllocation fails when compare allocates. It runs compare once before, as
// the first call may fill a table or a pool.
func noAllocation(t *testing.T, name string, compare func()) {
	t.Helper()
	compare()
	if n := testing.AllocsPerRun(100, compare); n != 0 && !raceEnabled {
		t.Errorf("%s allocates %v times", name, n)
	}
}

func TestEditsDoNotAllocate(t *testing.T) {
	long := strings.Repeat("vandenberghe ", 12)
	for _, pair := range [][2]string{{"vandenberghe", "vandenbergh"}, {"müller", "mueller"}, {long, long + "x"}, {"y" + long, "é" + long}} {
		noAllocation(t, fmt.Sprintf("JaroWinkler(%.12q)", pair), func() { JaroWinkler(pair[0], pair[1]) })
		for _, limit := range []int{2, 200} {
			noAllocation(t, fmt.Sprintf("Within(%.12q, %d)", pair, limit), func() { Within(pair[0], pair[1], limit) })
		}
	}
}
