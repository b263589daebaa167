package match_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/transforms/match"
)

// neighbourhood returns firms and persons of two sources, a third of them in both:
// the second time with a slip in the name.
func neighbourhood(seed uint64, n int) []map[string]string {
	dice := rand.New(rand.NewPCG(seed, 4))
	var out []map[string]string
	for i := range n {
		family := letters(dice)
		p := map[string]string{"source": "erp", "record_id": fmt.Sprint(i), "kind": "person", "given_name": letters(dice), "family_name": family,
			"street": letters(dice) + "straat", "house_number": fmt.Sprint(1 + dice.IntN(90)), "postcode": fmt.Sprint(1000 + dice.IntN(20)),
			"phone": fmt.Sprintf("+3247%07d", dice.IntN(1e7)), "email": fmt.Sprintf("%s%d@mail.example", family, i)}
		if i%2 == 1 {
			p["kind"], p["name"] = "organisation", family+" Trading"
			delete(p, "given_name")
			delete(p, "family_name")
		}
		out = append(out, p)
		if i%6 < 2 {
			again := maps.Clone(p)
			again["source"] = "shop"
			for _, name := range []string{"name", "family_name"} {
				again[name] = strings.Replace(again[name], "a", "o", 1)
			}
			delete(again, []string{"street", "email", "postcode"}[dice.IntN(3)])
			out = append(out, again)
		}
	}
	return out
}

func joined(t rapid.TB, e match.Engine, parties []map[string]string, perBatch int) *match.Clusters {
	t.Helper()
	c, err := e.Cluster(context.Background(), readFor(e, parties, perBatch))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestProbabilisticJoinsWhatIsAlike(t *testing.T) {
	parties := neighbourhood(1, 240)
	c := joined(t, &match.Probabilistic{}, parties, 100)
	right, wrong := 0, 0
	for i, p := range c.Parties {
		root := c.Root[i]
		if root > int32(i) || c.Root[root] != root || (root == int32(i)) != (c.Rule[i] == "") {
			t.Fatalf("party %d has root %d and rule %q", i, root, c.Rule[i])
		}
		if parties[i]["kind"] != parties[root]["kind"] {
			t.Errorf("party %d, a %s, is one with a %s", i, parties[i]["kind"], parties[root]["kind"])
		}
		if c.Probability[i] < match.AcceptAbove {
			t.Errorf("party %d is in its cluster with probability %v", i, c.Probability[i])
		}
		switch {
		case p.Record != c.Parties[root].Record:
			wrong++
		case root != int32(i):
			right++
		}
	}
	if right < 76 || wrong > 0 { // of 80
		t.Errorf("%d parties are joined rightly and %d wrongly", right, wrong)
	}
	if diff := cmp.Diff([]string{match.KindContact, match.KindOrganisation, match.KindPerson}, c.Models.Kinds()); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	if exact := joined(t, match.Exact{}, parties, 100); slices.ContainsFunc(exact.Rule, func(rule string) bool { return rule != "" }) {
		t.Error("the exact engine joins them too, and this proves nothing")
	}
}

// A person who may stand for a firm is one with it when they are reached alike. Who is
// known to work for a firm is not.
func TestProbabilisticJoinsFirmsWithTheirContacts(t *testing.T) {
	for _, known := range []string{"", "organisation"} {
		parties := neighbourhood(2, 120)
		for _, p := range parties {
			if p["kind"] == "person" && known != "" {
				p[known] = "0"
			}
		}
		firm := map[string]string{"source": "x", "record_id": "firm", "kind": "organisation", "name": "Zandhoven Verwarming", "postcode": "2240", "municipality": "Zandhoven",
			"street": "Berkenlaan", "house_number": "48", "phone": "+3233017898", "email": "els@zandhovenverwarming.example"}
		person := map[string]string{"source": "y", "record_id": "person", "kind": "person", "name": "Els Claes", "given_name": "Els", "family_name": "Claes", "postcode": "2240",
			"municipality": "Zandhoven", "phone": "+3233017898", "email": "els@zandhovenverwarming.example"}
		if known != "" {
			person[known] = "0"
		}
		parties = append(parties, firm, person)
		c := joined(t, &match.Probabilistic{}, parties, 7)
		if one := c.Root[len(parties)-1] == c.Root[len(parties)-2]; one != (known == "") {
			t.Errorf("with %q known of the person, firm and person are one: %v", known, one)
		}
	}
}

// What is joined depends neither on batches nor on cores; which of a cluster is
// its founder is told by the order alone.
func TestProbabilisticIsFreeOfCores(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		parties := neighbourhood(rapid.Uint64().Draw(r, "seed"), rapid.IntRange(0, 80).Draw(r, "parties"))
		one := joined(t, &match.Probabilistic{}, parties, 1000)
		cores := runtime.GOMAXPROCS(1)
		defer runtime.GOMAXPROCS(cores)
		other := joined(t, &match.Probabilistic{}, parties, rapid.IntRange(1, 50).Draw(r, "batch"))
		if diff := cmp.Diff(one, other); diff != "" {
			r.Fatalf("on one core, in other batches:\n%s", diff)
		}
		slices.Reverse(parties)
		back := joined(t, &match.Probabilistic{}, parties, 1000)
		for i, p := range back.Parties {
			at := len(parties) - 1 - i
			if same := one.Parties[at]; same.Record != p.Record || same.Source != p.Source {
				r.Fatalf("party %d is %v, want %v", i, p, same)
			}
			mate := len(parties) - 1 - int(back.Root[i])
			if one.Root[at] != one.Root[mate] {
				r.Fatalf("parties %d and %d are one in the other order alone", at, mate)
			}
		}
		if len(one.Grey) != len(back.Grey) {
			r.Fatalf("%d pairs are grey, in another order %d", len(one.Grey), len(back.Grey))
		}
	})
}

// A model that is kept is used as it is, until there are many more parties.
func TestProbabilisticKeepsItsModels(t *testing.T) {
	parties := neighbourhood(3, 120)
	first := joined(t, &match.Probabilistic{}, parties, 1000)
	kept := &match.Probabilistic{Models: first.Models}
	if again := joined(t, kept, parties, 1000); !cmp.Equal(first, again) {
		t.Error("under the model that they were trained on, parties are joined otherwise")
	}
	more := joined(t, kept, neighbourhood(3, 300), 1000)
	many := joined(t, kept, neighbourhood(3, 900), 1000)
	none := joined(t, kept, nil, 1000)
	for _, kind := range first.Models.Kinds() {
		if more.Models[kind] != first.Models[kind] || none.Models[kind] != first.Models[kind] {
			t.Errorf("%s: the model is trained anew", kind)
		}
		if many.Models[kind] == first.Models[kind] {
			t.Errorf("%s: with eight times as many parties the model is the same", kind)
		}
	}
	cautious := joined(t, &match.Probabilistic{AcceptAbove: .999999, ReviewAbove: 1e-12, Models: first.Models}, parties, 1000)
	if len(cautious.Grey) <= len(first.Grey) {
		t.Errorf("%d pairs are grey, and %d when nearly all must be asked about", len(first.Grey), len(cautious.Grey))
	}
	if n, before := match.Distinct(cautious.Root), match.Distinct(first.Root); n < before {
		t.Errorf("accepting less makes %d clusters of %d", n, before)
	}
}

func TestProbabilisticStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e := &match.Probabilistic{}
	if _, err := e.Cluster(ctx, readFor(e, neighbourhood(1, 4), 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}
