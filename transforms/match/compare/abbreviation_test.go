package compare

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/transforms/normalize"
)

type pairCase struct {
	a, b string
	want bool
}

func checkPairs(t *testing.T, name string, same func(a, b string) bool, cases []pairCase) {
	t.Helper()
	for _, c := range cases {
		if got, back := same(c.a, c.b), same(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%s(%q, %q) = %t, the other way %t, want %t", name, c.a, c.b, got, back, c.want)
		}
		noAllocation(t, name, func() { same(c.a, c.b) })
	}
}

func TestSameJoined(t *testing.T) {
	checkPairs(t, "SameJoined", SameJoined, []pairCase{
		{"de smet", "desmet", true}, {"van den berghe", "vandenberghe", true}, {"van den berghe", "vanden berghe", true}, {"de smet", "de smet", true},
		{"de smet", "desmets", false}, {"", "", false}, {"", "a", false}, {" ", "a", false}, {"é t", "ét", true},
	})
}

func TestAgreeByInitial(t *testing.T) {
	checkPairs(t, "AgreeByInitial", AgreeByInitial, []pairCase{
		{"j", "jan", true}, {"j", "jan pieter", true}, {"j p", "jan pieter", true}, {"jan p", "jan pieter", true}, {"jp", "jean pierre", true}, {"jp", "j p", true},
		{"jp", "jean", true}, {"j", "j", true}, {"é", "émile", true}, {"j m", "jan pieter", false}, {"j", "piet", false}, {"jan", "jan", false},
		{"jan", "johan", false}, {"", "j", false}, {"jp", "jan marie", false}, {"jan", "jan pieter", false}, {"jan j", "jan pieter", false},
	})
}

func TestAgreeByAcronym(t *testing.T) {
	checkPairs(t, "AgreeByAcronym", AgreeByAcronym, []pairCase{
		{"nmbs", "nationale maatschappij der belgische spoorwegen", true}, {"v u b", "vrije universiteit brussel", true},
		{"koninklijke vereniging voor dieren", "kvvd", true}, {"koninklijke vereniging voor dieren", "kvd", true}, {"b a m", "bouw en aanleg de maas", true},
		{"kvdd", "koninklijke vereniging voor dieren", false}, {"vub", "v u b", false}, {"vub", "vub", false}, {"b", "bakkerij", false}, {"ba", "bakkerij", false},
		{"", "de bakker", false}, {"", "", false}, {"de", "de", false}, {"vub gent", "vrije universiteit brussel", false},
	})
}

// TestAbbreviationsAgree: what is abbreviated by rule is recognised, whatever
// the name.
func TestAbbreviationsAgree(t *testing.T) {
	words := rapid.SliceOfN(rapid.StringMatching(`[a-zé]{2,9}`), 2, 8)
	rapid.Check(t, func(t *rapid.T) {
		name := words.Draw(t, "words")
		full := strings.Join(name, " ")
		var all, large []rune
		for _, w := range name {
			all = append(all, firstRune(w))
			if !smallWords[w] {
				large = append(large, firstRune(w))
			}
		}
		for _, short := range [][]rune{all, large} {
			if len(short) > 1 && !AgreeByAcronym(full, string(short)) {
				t.Fatalf("%q is not the acronym of %q", string(short), full)
			}
		}
		name[0] = string([]rune(name[0])[:1])
		if initial := strings.Join(name, " "); !AgreeByInitial(initial, full) || !AgreeByInitial(full, initial) {
			t.Fatalf("%q and %q do not agree", initial, full)
		}
		if joined := strings.Join(name, ""); !SameJoined(joined, strings.Join(name, " ")) {
			t.Fatalf("%q is not %v", joined, name)
		}
	})
}

// FuzzNames: whatever the names, the answers are the same both ways.
func FuzzNames(f *testing.F) {
	seedPairs(f)
	f.Add("jp", "jean pierre")
	f.Add("n m b s", "nationale maatschappij der belgische spoorwegen")
	f.Add("Anne-Marie", "annemie")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := normalize.Fold(a), normalize.Fold(b)
		for name, same := range map[string]func(a, b string) bool{
			"SameJoined": SameJoined, "AgreeByInitial": AgreeByInitial, "AgreeByAcronym": AgreeByAcronym, "SameGiven": SameGiven,
		} {
			if same(x, y) != same(y, x) || same(a, b) != same(b, a) {
				t.Fatalf("%s(%q, %q) depends on the order", name, a, b)
			}
		}
		if (SameGiven(a, b)) != SameGiven(x, y) {
			t.Fatalf("SameGiven(%q, %q) depends on case", a, b)
		}
	})
}
