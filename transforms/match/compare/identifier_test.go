package compare

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRelativeDifference(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ a, b, want float64 }{
		{0, 0, 0}, {100, 100, 0}, {100, 90, 0.1}, {-100, -90, 0.1}, {0, 5, 1}, {-1, 1, 1}, {inf, inf, 0}, {inf, 1, 1}, {-inf, inf, 1},
		{math.MaxFloat64, -math.MaxFloat64, 1}, {math.NaN(), 1, math.NaN()}, {math.NaN(), math.NaN(), math.NaN()}, {0, math.Copysign(0, -1), 0},
	} {
		if got := RelativeDifference(c.a, c.b); math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("RelativeDifference(%v, %v) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64().Draw(t, "a"), rapid.Float64().Draw(t, "b")
		got := RelativeDifference(a, b)
		if got != RelativeDifference(b, a) || !(got >= 0 && got <= 1) {
			t.Fatalf("%v, and %v the other way", got, RelativeDifference(b, a))
		}
	})
}

func TestCompareIdentifiers(t *testing.T) {
	valid := func(s string) Identifier { return Identifier{Value: s, Checked: true} }
	plain := func(s string) Identifier { return Identifier{Value: s} }
	for _, c := range []struct {
		a, b Identifier
		want IdentifierLevel
	}{
		{plain(""), valid("0403019261"), IdentifierMissing},
		{valid("0403019261"), plain("0403019261"), IdentifierEqual},
		{plain("0012345"), plain("12345"), IdentifierEqual},
		{valid("0403019261"), plain("403019261"), IdentifierTyped},
		{valid("0403019261"), plain("0403019216"), IdentifierTyped},
		{plain("0403019261"), plain("0403018261"), IdentifierTyped},
		{plain("12345"), plain("12346"), IdentifierElse},
		{valid("0403019261"), plain("0417497106"), IdentifierElse},
		{valid("0403019261"), valid("0417497106"), IdentifierVeto},
	} {
		got := CompareIdentifiers(c.a, c.b)
		if got != c.want || CompareIdentifiers(c.b, c.a) != got {
			t.Errorf("%v and %v are %s, want %s", c.a, c.b, got, c.want)
		}
	}
	if got := IdentifierValue(" k 12-34é\xff"); got != "K1234" {
		t.Errorf("IdentifierValue = %q", got)
	}
}

func TestCommonTail(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"+32475123456", "0475/12.34.56", 9}, {"+3232312345", "032312345", 8}, {"+32475123456", "+32475123457", 0}, {"56", "3456", 2}, {"+", "-", 0},
	} {
		if got := CommonTail(c.a, c.b); got != c.want || CommonTail(c.b, c.a) != got {
			t.Errorf("CommonTail(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		head, other, tail := rapid.StringMatching(`[0-9 +/]{0,6}`), rapid.StringMatching(`[0-9.]{0,6}`), rapid.StringMatching(`[0-9]{0,9}`).Draw(t, "tail")
		a, b := head.Draw(t, "head")+tail, other.Draw(t, "other")+tail
		if got := CommonTail(a, b); got < len(tail) || got != CommonTail(b, a) {
			t.Fatalf("CommonTail(%q, %q) = %d", a, b, got)
		}
	})
}

func TestValuesDoNotAllocate(t *testing.T) {
	noAllocation(t, "CompareDates", func() { CompareDates(19850312, 19580312) })
	noAllocation(t, "DaysApart", func() { DaysApart(19850312, 19580312) })
	noAllocation(t, "RelativeDifference", func() { RelativeDifference(100, 90) })
	noAllocation(t, "CompareIdentifiers", func() {
		CompareIdentifiers(Identifier{Value: "0403019261"}, Identifier{Value: "0403019216"})
	})
	noAllocation(t, "CommonTail", func() { _ = CommonTail("+32475123456", "0475/12.34.56") })
}

// TestLevelsHaveNames: every level is named, and no two alike.
func TestLevelsHaveNames(t *testing.T) {
	names := map[string]bool{}
	for l := DateMissing; l <= DateElse; l++ {
		names["date "+l.String()] = true
	}
	for l := IdentifierMissing; l <= IdentifierVeto; l++ {
		names["identifier "+l.String()] = true
	}
	if len(names) != int(DateElse)+int(IdentifierVeto)+2 {
		t.Errorf("names: %s", strings.Join(slices.Sorted(maps.Keys(names)), ", "))
	}
}
