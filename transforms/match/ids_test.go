package match_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/transforms/match"
)

// member is a party and the entity that it is of tonight.
type member struct {
	record string
	day    int32
	entity int
}

// clusters makes clusters of members, which stand in the order of their
// founding: by date, then record.
func clusters(members []member) *match.Clusters {
	members = slices.Clone(members)
	slices.SortFunc(members, func(a, b member) int {
		if a.day != b.day {
			return int(a.day - b.day)
		}
		return int(a.record[0]) - int(b.record[0])
	})
	c := &match.Clusters{}
	first := map[int]int32{}
	for i, m := range members {
		if _, ok := first[m.entity]; !ok {
			first[m.entity] = int32(i)
		}
		c.Parties = append(c.Parties, match.Party{Source: "erp", Record: m.record, FirstSeen: m.day})
		c.Root = append(c.Root, first[m.entity])
	}
	return c
}

// night is what is known after a night.
type night struct {
	known  []match.Identity
	before []match.Assignment
}

func (n night) issue(c *match.Clusters) (match.Issued, night) {
	out := match.Issue(c, slices.Clone(n.known), n.before)
	next := night{known: out.Identities}
	for i, p := range c.Parties {
		next.before = append(next.before, match.Assignment{Source: p.Source, Record: p.Record, ID: out.Customers[i]})
	}
	return out, next
}

// customers names the customer of each record by the record that founded it.
func customers(c *match.Clusters, out match.Issued) map[string]string {
	founder := map[string]string{}
	for _, id := range out.Identities {
		founder[id.ID] = id.Record
	}
	got := map[string]string{}
	for i, p := range c.Parties {
		got[p.Record] = founder[out.Customers[i]]
	}
	return got
}

func TestIssueOverNights(t *testing.T) {
	a, b, c := member{"a", 1, 1}, member{"b", 2, 2}, member{"c", 3, 3}
	with := func(m member, entity int) member { m.entity = entity; return m }
	id := func(record string) string { return match.ID("erp", record) }
	type want struct {
		customers map[string]string
		leads     map[string]string // of ids that are not current
		events    []match.Event
	}
	for _, story := range []struct {
		name   string
		nights [][]member
		want   want // after the last
	}{
		{"nothing changes", [][]member{{a, b}, {a, b}}, want{customers: map[string]string{"a": "a", "b": "b"}}},
		{"a merge keeps the older id", [][]member{{a, b}, {a, with(b, 1)}},
			want{map[string]string{"a": "a", "b": "a"}, map[string]string{"b": "merged a"}, []match.Event{{From: id("b"), To: id("a"), Why: "merge"}}}},
		{"a split leaves the id with the founding record", [][]member{{a, with(b, 1)}, {a, b}},
			want{map[string]string{"a": "a", "b": "b"}, nil, []match.Event{{From: id("a"), To: id("b"), Why: "split"}}}},
		{"what was merged comes apart again", [][]member{{a, b}, {a, with(b, 1)}, {a, b}},
			want{map[string]string{"a": "a", "b": "b"}, nil, []match.Event{{From: id("a"), To: id("b"), Why: "split"}}}},
		{"the founding record goes, its customer stays", [][]member{{a, with(b, 1)}, {with(b, 1), c}},
			want{customers: map[string]string{"b": "a", "c": "c"}}},
		{"the founding record goes and the others part", [][]member{{a, with(b, 1), with(c, 1)}, {b, c}},
			want{map[string]string{"b": "a", "c": "c"}, nil, []match.Event{{From: id("a"), To: id("c"), Why: "split"}}}},
		{"all records go", [][]member{{a, b}, {a}}, want{customers: map[string]string{"a": "a"}, leads: map[string]string{"b": "gone b"}}},
		{"a record comes back", [][]member{{a, b}, {a}, {a, b}}, want{customers: map[string]string{"a": "a", "b": "b"}}},
		{"an earlier record founds nothing anew", [][]member{{b}, {with(a, 2), b}}, want{customers: map[string]string{"a": "b", "b": "b"}}},
		{"one part moves to an older customer, the other stands alone", [][]member{{a, b, with(c, 2)}, {a, with(b, 1), c}},
			want{map[string]string{"a": "a", "b": "a", "c": "c"}, map[string]string{"b": "merged a"},
				[]match.Event{{From: id("b"), To: id("a"), Why: "merge"}, {From: id("b"), To: id("c"), Why: "split"}}}},
		{"what was merged leads on, though its record is gone", [][]member{{a, b, c}, {a, b, with(c, 2)}, {a, b}, {a, with(b, 1)}},
			want{map[string]string{"a": "a", "b": "a"}, map[string]string{"b": "merged a", "c": "merged a"}, []match.Event{{From: id("b"), To: id("a"), Why: "merge"}}}},
	} {
		t.Run(story.name, func(t *testing.T) {
			var n night
			var out match.Issued
			var cs *match.Clusters
			for _, members := range story.nights {
				cs = clusters(members)
				out, n = n.issue(cs)
			}
			if diff := cmp.Diff(story.want.customers, customers(cs, out)); diff != "" {
				t.Errorf("customers (-want +got):\n%s", diff)
			}
			leads := map[string]string{}
			for _, i := range out.Identities {
				if i.State != match.Current {
					leads[i.Record] = i.State + " " + founder(out, i.Current)
				}
			}
			if len(leads)+len(story.want.leads) > 0 {
				if diff := cmp.Diff(story.want.leads, leads); diff != "" {
					t.Errorf("ids that are not current (-want +got):\n%s", diff)
				}
			}
			slices.SortFunc(story.want.events, func(a, b match.Event) int { return cmpText(a.From+a.To, b.From+b.To) })
			if diff := cmp.Diff(story.want.events, out.Events); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func cmpText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func founder(out match.Issued, id string) string {
	for _, i := range out.Identities {
		if i.ID == id {
			return i.Record
		}
	}
	return "?"
}

// Whatever becomes of the records in some nights: ids are functions of the
// record that founded them, one customer has one id and one id one customer,
// every id ever issued leads to a customer of tonight or to one that is gone,
// and issuing again changes nothing.
func TestIssueKeepsItsLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var n night
		issued := map[string]string{} // ids ever issued, by founding record
		for night := range rapid.IntRange(1, 6).Draw(r, "nights") {
			var members []member
			for record := range 8 {
				if rapid.IntRange(0, 4).Draw(r, "there") > 0 {
					members = append(members, member{fmt.Sprintf("%c", 'a'+record), int32(record / 2), rapid.IntRange(0, 4).Draw(r, "entity")})
				}
			}
			c := clusters(members)
			known := n.known
			out, next := n.issue(c)
			byID := map[string]match.Identity{}
			for _, i := range out.Identities {
				byID[i.ID] = i
				if i.ID != match.ID(i.Source, i.Record) {
					r.Fatalf("night %d: %s is not the id of %s", night, i.ID, i.Record)
				}
				issued[i.Record] = i.ID
			}
			if len(byID) != len(issued) {
				r.Fatalf("night %d: %d ids of the %d ever issued are known", night, len(byID), len(issued))
			}
			roots := map[string]int32{}
			for i, id := range out.Customers {
				if root, ok := roots[id]; ok && root != c.Root[i] {
					r.Fatalf("night %d: two customers have the id %s", night, id)
				}
				roots[id] = c.Root[i]
				if out.Customers[c.Root[i]] != id {
					r.Fatalf("night %d: one customer has two ids", night)
				}
			}
			for _, i := range out.Identities {
				to := byID[i.Current]
				_, alive := roots[i.Current]
				switch {
				case to.Current != i.Current:
					r.Fatalf("night %d: %s leads to %s, which leads on to %s", night, i.Record, to.Record, to.Current)
				case (i.State == match.Gone) == alive, (i.State == match.Current) != (alive && i.Current == i.ID):
					r.Fatalf("night %d: %s is %s and leads to %s; is that a customer: %v", night, i.Record, i.State, to.Record, alive)
				}
			}
			keepsOlder(r, out, known)
			again, after := next.issue(c)
			if len(again.Events) > 0 {
				r.Fatalf("night %d: issuing again gives %v", night, again.Events)
			}
			if diff := cmp.Diff(next.known, after.known); diff != "" {
				r.Fatalf("night %d: issuing again changes ids:\n%s", night, diff)
			}
			if diff := cmp.Diff(next.before, after.before); diff != "" {
				r.Fatalf("night %d: issuing again changes customers:\n%s", night, diff)
			}
			// The order in which what was known is told changes nothing.
			shuffled := n
			shuffled.known = rapid.Permutation(n.known).Draw(r, "known")
			shuffled.before = rapid.Permutation(n.before).Draw(r, "before")
			if other, _ := shuffled.issue(c); cmp.Diff(out, other) != "" {
				r.Fatalf("night %d: the order of what was known matters:\n%s", night, cmp.Diff(out, other))
			}
			n = next
		}
	})
}

// keepsOlder checks that every merge leads to an id that is older.
func keepsOlder(r *rapid.T, out match.Issued, known []match.Identity) {
	founded := map[string]int32{}
	for _, i := range known {
		founded[i.ID] = i.FoundedOn
	}
	for _, e := range out.Events {
		if e.Why == "merge" && founded[e.To] > founded[e.From] {
			r.Fatalf("%s of day %d was merged into %s of day %d", e.From, founded[e.From], e.To, founded[e.To])
		}
	}
}
