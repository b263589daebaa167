package match

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
)

// Identity is a customer id ever issued and the record that founded it.
type Identity struct {
	ID        string
	Source    string
	Record    string
	FoundedOn int32 // days since 1970, NoDate for none
	Current   string
	State     string
}

// The states of an id.
const (
	Current = "current" // a customer of tonight
	Merged  = "merged"  // leads to another customer
	Gone    = "gone"    // no party of it is left
)

// Event is a merge or a split.
type Event struct {
	From, To string
	Why      string // WhyMerge or WhySplit
	// Reason is what brought it about, as Attribute found; with RuleDecision,
	// Decided is the decision.
	Reason  string
	Decided Link
}

// What events are.
const (
	WhyMerge = "merge"
	WhySplit = "split"
)

// Issued is the outcome of Issue.
type Issued struct {
	// Customers is the customer id per party of the clusters.
	Customers []string
	// Identities are all ids ever issued, ordered by id.
	Identities []Identity
	Events     []Event
}

// Assignment is the customer id that a party had the night before.
type Assignment struct{ Source, Record, ID string }

// Issue gives every cluster its customer id. A cluster keeps the id that its
// parties had; of several the oldest stays and the others lead to it. When the
// parties of an id part, the cluster with the founding record keeps it, or the
// one with the earliest party where that record is gone. What has no id yet is
// founded by its first record.
func Issue(c *Clusters, known []Identity, before []Assignment) Issued {
	type record struct{ source, id string }
	index := make(map[record]int32, len(c.Parties))
	for i, p := range c.Parties {
		index[record{p.Source, p.Record}] = int32(i)
	}
	identities := slices.Clone(known)
	// holder is the earliest party that had an id the night before.
	holder := map[string]int32{}
	had := map[int32]string{}
	for _, a := range before {
		if i, ok := index[record{a.Source, a.Record}]; ok {
			had[i] = a.ID
			if h, ok := holder[a.ID]; !ok || i < h {
				holder[a.ID] = i
			}
		}
	}
	// claims lists, per cluster, the ids that stay with it.
	claims := map[int32][]*Identity{}
	for i := range identities {
		id := &identities[i]
		at, ok := index[record{id.Source, id.Record}]
		if !ok {
			at, ok = holder[id.ID]
		}
		if ok {
			claims[c.Root[at]] = append(claims[c.Root[at]], id)
		}
	}
	out := Issued{Customers: make([]string, len(c.Parties))}
	current := map[int32]string{}
	var founded []Identity
	for i, p := range c.Parties {
		if c.Root[i] != int32(i) {
			continue
		}
		held := claims[int32(i)]
		if len(held) == 0 {
			id := ID(p.Source, p.Record)
			founded = append(founded, Identity{ID: id, Source: p.Source, Record: p.Record, FoundedOn: p.FirstSeen})
			current[int32(i)] = id
			continue
		}
		oldest := slices.MinFunc(held, func(a, b *Identity) int {
			return cmp.Or(cmp.Compare(a.FoundedOn, b.FoundedOn), strings.Compare(a.ID, b.ID))
		})
		current[int32(i)] = oldest.ID
	}
	alive := make(map[string]bool, len(current))
	for _, id := range current {
		alive[id] = true
	}
	leads := map[string]string{}
	for root, held := range claims {
		for _, id := range held {
			leads[id.ID] = current[root]
		}
	}
	identities = append(identities, founded...)
	for i := range identities {
		id := &identities[i]
		was := id.Current
		to, ok := leads[id.ID]
		if !ok { // nothing is left of it, but it may have been merged
			to, ok = leads[was]
		}
		switch {
		case alive[id.ID]:
			id.Current, id.State = id.ID, Current
		case ok:
			id.Current, id.State = to, Merged
			if was == id.ID {
				out.Events = append(out.Events, Event{From: id.ID, To: to, Why: WhyMerge})
			}
		default:
			id.State = Gone
		}
	}
	split := map[Event]bool{}
	for i := range c.Parties {
		id := current[c.Root[i]]
		out.Customers[i] = id
		e := Event{From: had[int32(i)], To: id, Why: WhySplit}
		if to, ok := leads[e.From]; ok && to != id && !split[e] {
			split[e] = true
			out.Events = append(out.Events, e)
		}
	}
	slices.SortFunc(identities, func(a, b Identity) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Events, func(a, b Event) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.Why, b.Why))
	})
	out.Identities = identities
	return out
}

// ID returns the customer id that a record founds: 80 bits of the SHA-256 of its
// source and key, so that it can be computed anywhere and says nothing.
func ID(source, record string) string {
	sum := sha256.Sum256([]byte(source + "\x00" + record))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}
