package model

import (
	"cmp"
	"math"
	"slices"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/records"
)

// Dependence says how far the agreement of one column follows from that of
// another among pairs that do not match: who shares a postcode shares the town.
// What follows from other agreement is no further evidence.
type Dependence struct {
	Column string `json:"column"`
	Given  string `json:"given"`
	// U is the probability that a pair that does not match agrees on Column when it
	// agrees on Given.
	U float64 `json:"u"`
}

// dependent lists sets of roles of which one tells of another.
var dependent = [][]records.Role{
	{records.RoleStreet, records.RoleHouse, records.RoleBox, records.RolePostcode, records.RoleTown, records.RoleRegion, records.RoleCountry},
	{records.RoleFirm, records.RoleWebsite, records.RoleLegalForm},
}

// couple is two columns of which the second, which more pairs share by chance, may
// follow from the first.
type couple struct {
	given, column int     // places of the comparisons
	both          float64 // share of pairs that agree on both, of those that could
	filled        float64 // number of pairs that have both columns
}

// couples finds the columns that may depend on one another, in the order of the
// model's comparisons.
func (m *Model) couples(recs *records.Records, sample *blocking.Sample) []couple {
	var out []couple
	for a := range m.Comparisons {
		for b := range m.Comparisons {
			if a == b || !slices.ContainsFunc(dependent, func(set []records.Role) bool {
				return slices.Contains(set, m.Comparisons[a].Role) && slices.Contains(set, m.Comparisons[b].Role)
			}) {
				continue
			}
			ua, ub := m.Comparisons[a].Levels[0].U, m.Comparisons[b].Levels[0].U
			if ua > ub || ua == ub && a > b {
				continue
			}
			out = append(out, couple{given: a, column: b})
		}
	}
	column := func(at int) *records.Column { return recs.Named(m.Comparisons[at].Column, m.Comparisons[at].Role) }
	parallelItems(len(out), func(i int) {
		out[i].both, out[i].filled, _ = sample.EqualBoth(recs, column(out[i].given), column(out[i].column))
	})
	return slices.DeleteFunc(out, func(c couple) bool { return c.both == 0 })
}

// doubt is the share of expected matches that sampling may have missed. What it
// could explain is not held against a pair.
const doubt = 0.03

// depend sets the model's dependences: the pairs that agree on two columns, less
// the matches among them, against what chance would give.
func (e *expectation) depend(matchedBoth []float64) {
	e.model.Dependences = e.model.Dependences[:0]
	for i, c := range e.couples {
		given, column := &e.model.Comparisons[c.given], &e.model.Comparisons[c.column]
		joint := max(c.both*(1-doubt)-matchedBoth[i]*e.sample.Weight/c.filled, c.both*max(scales[given.Role].shared, scales[column.Role].shared))
		chance := given.Levels[0].U * column.Levels[0].U
		if joint <= 2*chance {
			continue
		}
		u := min(joint/given.Levels[0].U, 1)
		if u > 2*column.Levels[0].U {
			e.model.Dependences = append(e.model.Dependences, Dependence{Column: column.Column, Given: given.Column, U: u})
		}
	}
}

// follows is a dependence bound to the places of comparisons.
type follows struct {
	column, given int
	most          float32 // bits that agreement on column weighs when given agrees
	differs       float32 // bits of disagreement on given
}

// bindDependences returns the dependences with the rarest agreement first.
func (m *Model) bindDependences() []follows {
	at := map[string]int{}
	for i, c := range m.Comparisons {
		at[c.Column] = i
	}
	var out []follows
	for _, d := range m.Dependences {
		column, ok := at[d.Column]
		given, has := at[d.Given]
		if ok && has {
			out = append(out, follows{column, given, float32(max(0, math.Log2(m.Comparisons[column].Levels[0].M/d.U))), float32(m.Comparisons[given].differs())})
		}
	}
	slices.SortStableFunc(out, func(a, b follows) int {
		return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.most, b.most))
	})
	return out
}

// differs is the weight of disagreement.
func (c *Comparison) differs() float64 { return c.Levels[len(c.Levels)-1].Bits }

// agreed is the last level that counts as agreement when one column follows from
// another.
const agreed = 2

// discount returns the bits that a pair must give back for agreement that
// follows from other agreement. Columns give back no more than what agreement on the
// one that they follow from won over disagreement, so that better agreement never
// weighs less.
func discount(all []follows, levels *Levels, bits *[maxColumns]float32) float32 {
	back := float32(0)
	if len(all) > 0 {
		discountBy(all, levels, bits, func(_, _ int, give float32) { back += give })
	}
	return back
}

// discountBy calls take with each column that gives back bits, and the one that it
// follows from.
func discountBy(all []follows, levels *Levels, bits *[maxColumns]float32, take func(column, given int, give float32)) {
	var left [maxColumns]float32
	var known, done uint64
	for _, f := range all {
		if done>>f.column&1 == 1 || bits[f.column] <= f.most || bits[f.given] <= 0 {
			continue
		}
		if l := levels[f.given]; l == levelNull || l > agreed {
			continue
		}
		if known>>f.given&1 == 0 {
			known |= 1 << f.given
			left[f.given] = bits[f.given] - f.differs
		}
		give := min(bits[f.column]-f.most, left[f.given])
		left[f.given] -= give
		done |= 1 << f.column
		take(f.column, f.given, give)
	}
}
