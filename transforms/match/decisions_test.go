package match_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/transforms/match"
)

func erp(id string) match.Record         { return match.Record{Source: "erp", ID: id} }
func between(a, b string) match.Link     { return match.Link{A: erp(a), B: erp(b)} }
func links(l ...match.Link) []match.Link { return l }

func TestDecisionsSpeakAgainstOthers(t *testing.T) {
	d := match.Decisions{Same: links(between("a", "b"), between("b", "c"), between("c", "d")), Different: links(between("d", "e"))}
	for _, c := range []struct {
		name string
		link match.Link
		same bool
		want []match.Link
	}{
		{"nothing known of one", between("a", "z"), false, nil},
		{"the same, and the other way round", between("b", "a"), false, links(between("a", "b"))},
		{"by way of others", between("a", "c"), false, links(between("a", "b"), between("b", "c"))},
		{"the same as one that differs", between("e", "a"), true, links(between("d", "e"))},
		{"once more", between("a", "b"), true, nil},
		{"different as well", between("b", "e"), false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, d.Against(c.link, c.same)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// consistent draws decisions on records that contradict no other.
func consistent(r *rapid.T, record *rapid.Generator[match.Record]) match.Decisions {
	var d match.Decisions
	for range rapid.IntRange(0, 8).Draw(r, "decisions") {
		l := match.Link{A: record.Draw(r, "a"), B: record.Draw(r, "b")}
		same := rapid.Bool().Draw(r, "same")
		switch {
		case l.A == l.B || len(d.Against(l, same)) > 0:
		case same:
			d.Same = append(d.Same, l)
		default:
			d.Different = append(d.Different, l)
		}
	}
	return d
}

// heeded fails where clusters do not heed decisions.
func heeded(r *rapid.T, c *match.Clusters, d match.Decisions) {
	root := map[match.Record]int32{}
	for i, p := range c.Parties {
		root[match.Record{Source: p.Source, ID: p.Record}] = c.Root[i]
		if (c.Root[i] == int32(i)) != (c.Rule[i] == "") || c.Root[c.Root[i]] != c.Root[i] {
			r.Fatalf("party %d has the root %d and the rule %q", i, c.Root[i], c.Rule[i])
		}
	}
	both := func(l match.Link) (a, b int32, ok bool) {
		a, ok = root[l.A]
		b, has := root[l.B]
		return a, b, ok && has
	}
	for _, l := range d.Same {
		if a, b, ok := both(l); ok && a != b {
			r.Fatalf("%v are the same, by decision, and lie in two clusters", l)
		}
	}
	for _, l := range d.Different {
		if a, b, ok := both(l); ok && a == b {
			r.Fatalf("%v differ, by decision, and lie in one cluster", l)
		}
	}
}

// Whatever keys parties share, and whichever of them are not there tonight, the
// exact engine joins and parts them as people decided, and a crosswalk does not
// undo it. The order in which people decided changes nothing.
func TestExactHeedsDecisions(t *testing.T) {
	record := rapid.Custom(func(r *rapid.T) match.Record { return erp(fmt.Sprint(rapid.IntRange(0, 13).Draw(r, "record"))) })
	rapid.Check(t, func(r *rapid.T) {
		var parties []map[string]string
		for i := range rapid.IntRange(0, 12).Draw(r, "parties") {
			parties = append(parties, map[string]string{"source": "erp", "record_id": fmt.Sprint(i), "kind": "organisation",
				"vat_number": fmt.Sprint(rapid.IntRange(0, 3).Draw(r, "vat")), "enterprise_number": fmt.Sprint(rapid.IntRange(0, 5).Draw(r, "number"))})
		}
		d := consistent(r, record)
		c := joined(r, match.Exact{Decided: d}, parties, 3)
		heeded(r, c, d)
		if len(d.Different) == 0 { // nothing else keeps apart whom a key joins
			first := map[string]int{}
			for i, p := range parties {
				if at, ok := first[p["vat_number"]]; ok && c.Root[at] != c.Root[i] {
					r.Fatalf("parties %d and %d share a number", at, i)
				}
				first[p["vat_number"]] = i
			}
		}
		again := match.Decisions{Same: rapid.Permutation(d.Same).Draw(r, "same"), Different: rapid.Permutation(d.Different).Draw(r, "different")}
		if diff := cmp.Diff(c, joined(r, match.Exact{Decided: again}, parties, 100)); diff != "" {
			r.Fatalf("decided in another order (-want +got):\n%s", diff)
		}
		c.Link("crosswalk", []match.Link{{A: record.Draw(r, "old"), B: record.Draw(r, "new")}}, d)
		heeded(r, c, d)
	})
}

// The probabilistic engine does, too, and where people said that a firm and a person
// are one they are.
func TestProbabilisticHeedsDecisions(t *testing.T) {
	parties := neighbourhood(3, 60)
	record := rapid.Custom(func(r *rapid.T) match.Record {
		p := parties[rapid.IntRange(0, len(parties)-1).Draw(r, "party")]
		return match.Record{Source: p["source"], ID: p["record_id"]}
	})
	models := joined(t, &match.Probabilistic{}, parties, 100).Models
	rapid.Check(t, func(r *rapid.T) {
		d := consistent(r, record)
		heeded(r, joined(r, &match.Probabilistic{Models: models, Decided: d}, parties, 100), d)
	})
}

func TestSharersOfAKeyThatPeopleKeepApart(t *testing.T) {
	var parties []map[string]string
	for _, id := range []string{"a", "b", "c", "d"} {
		parties = append(parties, map[string]string{"source": "erp", "record_id": id, "kind": "organisation", "vat_number": "BE0403019261"})
	}
	c := joined(t, match.Exact{Decided: match.Decisions{Different: links(between("a", "b"), between("a", "c"))}}, parties, 100)
	if diff := cmp.Diff([]int32{0, 1, 1, 0}, c.Root); diff != "" {
		t.Errorf("clusters (-want +got):\n%s", diff)
	}
}

func TestEventsTellWhoDecided(t *testing.T) {
	c := clusters([]member{{"a", 1, 1}, {"b", 2, 1}, {"c", 3, 3}, {"d", 4, 3}, {"e", 5, 5}, {"f", 6, 5}})
	c.Rule = []string{"", match.RuleDecision, "", "VAT number", "", "VAT number"}
	assigned := func(record, founder string) match.Assignment {
		return match.Assignment{Source: "erp", Record: record, ID: match.ID("erp", founder)}
	}
	before := []match.Assignment{assigned("a", "a"), assigned("b", "b"), assigned("c", "c"), assigned("d", "d"), assigned("e", "e"), assigned("f", "a")}
	var known []match.Identity
	for i, record := range []string{"a", "b", "c", "d", "e"} {
		id := match.ID("erp", record)
		known = append(known, match.Identity{ID: id, Source: "erp", Record: record, FoundedOn: int32(i), Current: id, State: match.Current})
	}
	d := match.Decisions{Same: links(between("a", "b")), Different: links(between("f", "a"))}
	issued := match.Issue(c, known, before)
	issued.Attribute(c, before, d)
	got := map[string]string{}
	for _, e := range issued.Events {
		got[e.Why+" "+e.From] = e.Reason + " " + e.Decided.A.ID + e.Decided.B.ID
	}
	want := map[string]string{
		"merge " + match.ID("erp", "b"): "decision ab",
		"merge " + match.ID("erp", "d"): "VAT number ",
		"split " + match.ID("erp", "a"): "decision fa",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
