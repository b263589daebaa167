// Package merge builds the golden record of each customer: per field the best
// value of its parties, and where it came from. It composes SQL that runs where
// the data lies.
package merge

import (
	"fmt"
	"slices"
	"strings"

	"clientele/schemas/option"
)

// Policy says which value wins, per group of fields. The zero value takes the
// default order for all.
type Policy struct {
	// Rules maps a group of fields to the order of criteria that decide.
	Rules map[string][]string
}

// Register stands for what official registers say, in the groups that they tell: before
// what parties say where it comes first, which it does where the policy names no order,
// and behind it otherwise.
const Register = "register"

// registered are the groups that registers tell officially.
var registered = []string{"legal_name", "legal_form_code", "natural_person", "sector_code", "headcount", "revenue"}

// The criteria that decide between values, each against all of the group.
const (
	Trust     = "trust"     // rank of the source's origin
	Recency   = "recency"   // latest observed
	Frequency = "frequency" // said by most parties
	Length    = "length"    // longest text
)

var criteria = []string{Trust, Recency, Frequency, Length}

// defaultOrder decides where the policy names no other: trust first, recency
// within a rank.
var defaultOrder = []string{Trust, Recency, Frequency, Length}

// Spec adds the options of a policy to s, bound to p.
func (p *Policy) Spec(s *option.Spec) {
	for _, g := range groups {
		name := g.name
		known := criteria
		if slices.Contains(registered, name) {
			known = slices.Insert(slices.Clone(criteria), 0, Register)
		}
		doc := "order of criteria for " + strings.Join(g.fields, ", ") + "; " + strings.Join(known, ", ") + " where it is left out"
		s.Words(name, doc, func(words []string) error {
			for _, w := range words {
				if !slices.Contains(known, w) {
					return fmt.Errorf("can't be %q: criteria are %s", w, strings.Join(known, ", "))
				}
			}
			if p.Rules == nil {
				p.Rules = map[string][]string{}
			}
			p.Rules[name] = words
			return nil
		})
	}
}

// order returns the criteria that decide about a group, all of them, the
// policy's first.
func (p *Policy) order(group string) []string {
	order := slices.DeleteFunc(slices.Clone(p.Rules[group]), func(c string) bool { return c == Register })
	for _, c := range defaultOrder {
		if !slices.Contains(order, c) {
			order = append(order, c)
		}
	}
	return order
}

// PartiesFirst reports whether what parties say of a group stands before what
// registers say.
func (p *Policy) PartiesFirst(group string) bool {
	return len(p.Rules[group]) > 0 && p.Rules[group][0] != Register
}
