package compare

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/transforms/normalize"
)

func TestSameGiven(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Jan", "Johannes", true}, {"Hans", "Jean", true}, {"John", "JAN", true}, {"Piet", "Pierre", true}, {"Pieter", "Peter", true},
		{"Louis", "Lodewijk", true}, {"Ludwig", "Louis", true}, {"Mieke", "Maria", true}, {"Bob", "Robert", true}, {"Bill", "Guillaume", true},
		{"William", "Wim", true}, {"Liz", "Liesbeth", true}, {"Els", "Elisabeth", true}, {"Els", "Elsa", true}, {"Elsa", "Elisabeth", false},
		{"Jos", "Joseph", true}, {"Jacques", "Koos", true}, {"James", "Jim", true}, {"Koen", "Conrad", true}, {"Kees", "Cornelis", true},
		{"Thijs", "Mathieu", true}, {"Mathias", "Mathieu", false}, {"Étienne", "Stefaan", true}, {"Gauthier", "Wouter", true},
		{"Joris", "Georges", true}, {"Guy", "Guido", true}, {"Dirk", "Thierry", true}, {"Gilles", "Gillis", true}, {"Bert", "Albert", true},
		{"Bert", "Hubert", true}, {"Albert", "Hubert", false}, {"Jean-Pierre", "Jan Piet", true}, {"Annemie", "Anne-Marie", true},
		{"Jean-Pierre", "Jean", false}, {"Jan", "Piet", false}, {"Paul", "Paula", false}, {"Jan", "Jeanne", false}, {"Marc", "Marcel", false},
		{"Zyx", "zyx", true}, {"Zyx", "Zyxy", false}, {"", "", false}, {"Jan", "", false}, {"Jan ", "jan", true},
	} {
		if got := SameGiven(c.a, c.b); got != c.want || SameGiven(c.b, c.a) != c.want {
			t.Errorf("SameGiven(%s, %s) = %t, the other way %t", c.a, c.b, got, SameGiven(c.b, c.a))
		}
	}
	if !ShareGroup(GivenGroups("Bob"), GivenGroups("robert")) {
		t.Errorf("the groups of Bob are %d, those of Robert %d", GivenGroups("Bob"), GivenGroups("robert"))
	}
	if groups := GivenGroups("Zyx"); len(groups) > 0 {
		t.Errorf("the groups of an unknown name are %d", groups)
	}
}

// TestGivenNames holds the table to its form.
func TestGivenNames(t *testing.T) {
	lines := strings.Split(strings.Trim(givenNames, "\n"), "\n")
	if len(lines) < 250 {
		t.Errorf("%d groups", len(lines))
	}
	if !slices.IsSorted(lines) {
		t.Error("groups are not in alphabetical order")
	}
	seen := map[string]bool{}
	for _, line := range lines {
		names := strings.Fields(line)
		if len(names) < 2 {
			t.Errorf("%q is no group", line)
		}
		for i, name := range names {
			name = strings.ReplaceAll(name, "_", " ")
			if normalize.Fold(name) != name || slices.Contains(names[:i], names[i]) {
				t.Errorf("%q in %.20q is not folded, or stands twice", name, line)
			}
		}
		slices.Sort(names)
		if key := strings.Join(names, " "); seen[key] {
			t.Errorf("%.20q stands twice", line)
		} else {
			seen[key] = true
		}
	}
}

// TestGivenGroupsAreKept: every name of a line is the same as every other.
func TestGivenGroupsAreKept(t *testing.T) {
	lines := strings.Split(strings.Trim(strings.ReplaceAll(givenNames, "_", "-"), "\n"), "\n")
	rapid.Check(t, func(t *rapid.T) {
		names := strings.Fields(rapid.SampledFrom(lines).Draw(t, "group"))
		a, b := rapid.SampledFrom(names).Draw(t, "a"), rapid.SampledFrom(names).Draw(t, "b")
		if !SameGiven(a, strings.ToUpper(b)) {
			t.Fatalf("%s is not %s", a, b)
		}
	})
}

func TestGivenNamesDoNotAllocate(t *testing.T) {
	noAllocation(t, "SameGiven", func() { SameGiven("jean pierre", "jan piet") })
	noAllocation(t, "GivenGroups", func() { GivenGroups("liesbeth") })
}
