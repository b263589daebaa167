package compare

import (
	"testing"

	"pgregory.net/rapid"
)

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

func TestCommonTailDoesNotAllocate(t *testing.T) {
	noAllocation(t, "CommonTail", func() { _ = CommonTail("+32475123456", "0475/12.34.56") })
}
