// Package match finds which parties are the same firm or person. Engines read
// parties as Arrow batches and yield clusters; ids are then issued so that a
// customer keeps its id from night to night.
package match

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/zeebo/xxh3"
)

// Engine joins parties into clusters. It is pure: the same parties in the same
// order give the same clusters, whatever the number of cores.
type Engine interface {
	// Name is the engine's name in run reports.
	Name() string
	// Columns are those of the input table of parties that the engine reads.
	Columns() []string
	// Cluster reads all parties, in the order in which they found clusters, and
	// returns them with their clusters.
	Cluster(ctx context.Context, parties Reader) (*Clusters, error)
	// Shared are columns of parties by which a set of them can be closed: two
	// parties that Cluster joins with nothing between them have one value in at
	// least one of these columns. None where it joins what has no value in common.
	Shared() []string
}

// Reader streams batches of parties that have the columns of the engine, ordered
// by first_observed_on, source and record_id: the first party of a cluster founds
// it.
type Reader func(each func(arrow.Record) error) error

// Party is one record of one firm or person as one source knows it.
type Party struct {
	Source string
	Record string
	// FirstSeen is its first date in days since 1970; NoDate where it has none.
	FirstSeen int32
	// Number is what the base calls it in what it keeps of a matching, 0 where it keeps
	// nothing.
	Number int32
}

// NoDate stands for an unknown first date; it sorts after all others.
const NoDate = int32(1<<31 - 1)

// Clusters are parties and the cluster of each.
type Clusters struct {
	Parties []Party
	// Root is, per party, the index of the first party of its cluster.
	Root []int32
	// Rule is, per party, the rule that joined it to those before it: "" for the
	// first of a cluster.
	Rule []string
	// Probability is, per party, that of its being in its cluster.
	Probability []float64
	// Grey are the pairs that a person should judge.
	Grey []GreyPair
	// Models are those by which parties were joined, by kind of party, where the
	// engine has any.
	Models Models
}

// GreyPair is a pair of parties that are too alike to be two, and not enough to be
// one.
type GreyPair struct {
	Kind string // by whose model
	A, B Record
	Bits float64 // what the pair weighs
}

// Of returns the clusters of which some party is wanted: all of their parties are,
// as wanted tells the first of them.
func (c *Clusters) Of(wanted func(Party) bool) *Clusters {
	out := &Clusters{Grey: c.Grey, Models: c.Models}
	at := map[int32]int32{} // place of each first party among those that stay
	for i, p := range c.Parties {
		root := c.Root[i]
		if root == int32(i) && wanted(p) {
			at[root] = int32(len(out.Parties))
		}
		first, ok := at[root]
		if !ok {
			continue
		}
		out.Parties, out.Root = append(out.Parties, p), append(out.Root, first)
		out.Rule, out.Probability = append(out.Rule, c.Rule[i]), append(out.Probability, c.Probability[i])
	}
	return out
}

// Exact joins parties that share a deterministic key: a valid enterprise or VAT
// number, one e-mail address under one name, or one name at one place. It knows
// no similarity: it is the floor that other engines are measured against.
type Exact struct {
	// Decided is what people decided.
	Decided Decisions
}

// Name returns "exact".
func (Exact) Name() string { return "exact" }

// Shared returns the columns of which every key has one.
func (Exact) Shared() []string { return []string{"enterprise_number", "vat_number", "name_key"} }

// Columns returns what keys are made of.
func (Exact) Columns() []string { return exactColumns }

// Cluster joins the parties that share a key. Of parties that people keep apart,
// each further holder of their key joins the first that it may.
func (e Exact) Cluster(ctx context.Context, parties Reader) (*Clusters, error) {
	c := &Clusters{}
	set := newHeedful(e.Decided.verdicts())
	seen := map[xxh3.Uint128]int32{}
	others := map[xxh3.Uint128][]int32{} // holders of a key that are kept apart from its first
	sources := map[string]string{}
	var key []byte
	err := parties(func(rec arrow.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := newRow(rec, exactColumns)
		if err != nil {
			return err
		}
		for i := range int(rec.NumRows()) {
			at := int32(len(c.Parties))
			c.Parties = append(c.Parties, r.party(i, sources))
			c.Rule = append(c.Rule, "")
			set.add()
			if set.decide(at, Record{c.Parties[at].Source, c.Parties[at].Record}) {
				c.Rule[at] = RuleDecision
			}
			for _, k := range keys {
				key = k.append(key[:0], r, i)
				if len(key) == 0 {
					continue
				}
				hash := xxh3.Hash128(key)
				first, known := seen[hash]
				if !known {
					seen[hash] = at
					continue
				}
				if set.apart(first, at) {
					i := slices.IndexFunc(others[hash], func(other int32) bool { return !set.apart(other, at) })
					if i < 0 {
						others[hash] = append(others[hash], at)
						continue
					}
					first = others[hash][i]
				}
				if set.join(first, at) && c.Rule[at] == "" {
					c.Rule[at] = k.rule
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("match parties: %w", err)
	}
	c.Root = make([]int32, len(c.Parties))
	c.Probability = make([]float64, len(c.Parties))
	for i := range c.Parties {
		c.Root[i] = set.find(int32(i))
		c.Probability[i] = 1
		if c.Root[i] == int32(i) {
			c.Rule[i] = ""
		} else if c.Rule[i] == "" { // joined from the other side
			c.Rule[i] = "shared key"
		}
	}
	return c, nil
}

// exactKey is a deterministic key. append adds the key of a row to b, nothing
// where the row lacks a part of it.
type exactKey struct {
	rule   string
	append func(b []byte, r *row, i int) []byte
}

var keys = []exactKey{
	{"enterprise number", func(b []byte, r *row, i int) []byte { return compose(b, "e", r.kind(i), r.text(enterprise, i)) }},
	{"VAT number", func(b []byte, r *row, i int) []byte { return compose(b, "v", r.kind(i), r.text(vat, i)) }},
	{"e-mail and name", func(b []byte, r *row, i int) []byte {
		return compose(b, "m", r.kind(i), r.text(email, i), r.text(nameKey, i))
	}},
	{"name and postcode", func(b []byte, r *row, i int) []byte {
		return compose(b, "p", r.kind(i), r.text(nameKey, i), r.text(postcode, i))
	}},
	{"name and town", func(b []byte, r *row, i int) []byte {
		return compose(b, "t", r.kind(i), r.text(nameKey, i), r.text(townKey, i))
	}},
	{"name and firm", func(b []byte, r *row, i int) []byte {
		return compose(b, "c", r.text(nameKey, i), r.text(sourceCol, i), r.text(organisation, i))
	}},
}

// compose appends the parts with separators; it gives an empty key when a part
// is empty.
func compose(b []byte, parts ...string) []byte {
	for _, p := range parts {
		if p == "" {
			return b[:0]
		}
		b = append(append(b, p...), 0)
	}
	return b
}

// exactColumns are the columns that Exact reads, at the places below.
var exactColumns = append(slices.Clone(partyColumns), "name_key", "postcode", "town_key", "enterprise_number", "vat_number", "email", "organisation")

const (
	nameKey = kindCol + 1 + iota
	postcode
	townKey
	enterprise
	vat
	email
	organisation
)
