package match_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/transforms/match"
)

// alone are parties of which no two are known to be one: records of an old
// system, then of a new one.
func alone(old, fresh int) *match.Clusters {
	c := &match.Clusters{}
	for i := range old + fresh {
		p := match.Party{Source: "old", Record: fmt.Sprint(i)}
		if i >= old {
			p = match.Party{Source: "new", Record: fmt.Sprint(i - old)}
		}
		c.Parties = append(c.Parties, p)
		c.Root, c.Rule, c.Probability = append(c.Root, int32(i)), append(c.Rule, ""), append(c.Probability, 1)
	}
	return c
}

func became(old, fresh string) match.Link {
	return match.Link{A: match.Record{Source: "old", ID: old}, B: match.Record{Source: "new", ID: fresh}}
}

func TestLink(t *testing.T) {
	c := alone(3, 3)
	c.Root[1], c.Rule[1] = 0, "VAT number" // old 0 and 1 are one
	ends := c.Link("crosswalk", []match.Link{became("1", "0"), became("2", "1"), became("2", "9"), became("8", "9")}, match.Decisions{})
	if diff := cmp.Diff([]int{2, 2, 1, 0}, ends); diff != "" {
		t.Errorf("known ends (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{0, 0, 2, 0, 2, 5}, c.Root); diff != "" {
		t.Errorf("clusters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"", "VAT number", "", "crosswalk", "crosswalk", ""}, c.Rule); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// Whatever the order of the links: linked records are in one cluster, each root
// is the first of its cluster, only roots have no rule, and linking again changes
// nothing.
func TestLinkKeepsItsLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var links []match.Link
		for range rapid.IntRange(0, 12).Draw(r, "links") {
			links = append(links, became(fmt.Sprint(rapid.IntRange(0, 6).Draw(r, "old")), fmt.Sprint(rapid.IntRange(0, 6).Draw(r, "new"))))
		}
		c, other := alone(6, 6), alone(6, 6)
		ends := c.Link("crosswalk", links, match.Decisions{})
		other.Link("crosswalk", rapid.Permutation(links).Draw(r, "order"), match.Decisions{})
		if diff := cmp.Diff(c, other); diff != "" {
			r.Fatalf("the order of the links matters:\n%s", diff)
		}
		place := func(record match.Record) int {
			return slices.IndexFunc(c.Parties, func(p match.Party) bool { return p.Source == record.Source && p.Record == record.ID })
		}
		for i, l := range links {
			if ends[i] == 2 && c.Root[place(l.A)] != c.Root[place(l.B)] {
				r.Fatalf("%v are two", l)
			}
		}
		for i, root := range c.Root {
			if root > int32(i) || c.Root[root] != root || (root == int32(i)) != (c.Rule[i] == "") {
				r.Fatalf("party %d has root %d and rule %q", i, root, c.Rule[i])
			}
		}
		again := slices.Clone(c.Root)
		c.Link("crosswalk", links, match.Decisions{})
		if !slices.Equal(again, c.Root) {
			r.Fatalf("linking again changes %v to %v", again, c.Root)
		}
	})
}
