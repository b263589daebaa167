package proposal

import (
	"testing"

	"clientele/transforms/conform"
)

func TestNoWordMeansTwoThings(t *testing.T) {
	seen := map[string]meaning{}
	for m, known := range words {
		for _, w := range known {
			if other, ok := seen[w]; ok {
				t.Errorf("%q means %s and %s", w, m, other)
			}
			seen[w] = m
			if got := meaningOf(w); got != m {
				t.Errorf("%q is taken for %q, want %q", w, got, m)
			}
		}
	}
}

func TestPartyFactsAreColumns(t *testing.T) {
	columns := map[string]bool{}
	for _, c := range conform.Columns("parties") {
		columns[c.Name] = true
	}
	for _, m := range partyFacts {
		if !columns[string(m)] {
			t.Errorf("parties have no column %s", m)
		}
	}
}

func FuzzDialect(f *testing.F) {
	f.Add("a;b\n1;2\n", "x,y")
	f.Add("\"", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, delimiter := range []rune{';', ','} {
			lines := linesOf(a + "\n" + b)
			if l := columnsOf(lines, delimiter); l.width < 0 || l.first < 0 || l.first > len(lines) {
				t.Errorf("%d fields from line %d", l.width, l.first)
			}
		}
		if w := whole8([]byte(a)); len(w) > len(a) || len(a)-len(w) > 3 {
			t.Errorf("%d bytes are left of %d", len(w), len(a))
		}
		if s := scalar(a); s == "" {
			t.Error("a text is written as nothing")
		}
	})
}
