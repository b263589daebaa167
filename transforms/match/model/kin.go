package model

import (
	"math"
	"slices"

	"clientele/transforms/match/records"
)

// Kin is a sort of pairs that share much without being one: housemates, namesakes. A
// match is weighed against them as against strangers. What they share says
// little then; what each record has for itself decides.
type Kin struct {
	Name string `json:"name"`
	// Lambda is the share of such pairs among all pairs of records.
	Lambda float64 `json:"lambda"`
	// Same are the columns in which they agree as matches do.
	Same []string `json:"same"`
	// Often are those that they may share or not. In all others they agree by chance.
	Often []Often `json:"often,omitempty"`

	// Only is a column on which a pair must agree for such kin to be thought of, "" for none.
	Only string `json:"only,omitempty"`
}

// Often is a column that kin may share, with its levels.
type Often struct {
	Column string `json:"column"`
	// K is the share of kin at each level.
	K []float64 `json:"k"`
	// Bits is log2(m/K), evened out so that a better level never weighs less, and within
	// what the level weighs against strangers.
	Bits []float64 `json:"bits"`
}

// place are the roles of an address.
var place = []records.Role{records.RoleStreet, records.RoleHouse, records.RoleBox, records.RolePostcode, records.RoleTown, records.RoleRegion, records.RoleCountry}

// kind is a sort of kin: the role by which they are told, the roles that they share, and those
// that they may share.
type kind struct {
	name        string
	mark        records.Role
	same, often []records.Role
	// only says that pairs are thought to be such kin where they agree on the mark alone, and that
	// in often they agree by chance before more is known; else as matches do.
	only bool
}

// ofPersons are the sorts of persons that are kin.
var ofPersons = []kind{
	{name: "housemates", mark: records.RoleStreet, same: place, often: []records.Role{records.RoleFamily, records.RolePhone}},
	{name: "namesakes", mark: records.RoleFamily, same: []records.Role{records.RoleGiven, records.RoleFamily, records.RolePostcode, records.RoleTown, records.RoleRegion,
		records.RoleCountry}},
}

const (
	// mostKin is the number of sorts of kin that a model may have.
	mostKin = 4
	// firstKin is the number of matches per pair of kin that training begins with.
	firstKin = 8
	// rarestKin is the most matches per pair of kin, where none are met.
	rarestKin = 1000
)

// ofRegister are those of firms that are looked up in a register, which has all that are at an
// address: they share it, perhaps a switchboard, and nothing else.
var ofRegister = []kind{
	{name: "neighbours", mark: records.RoleStreet, same: place, often: []records.Role{records.RolePhone}, only: true},
}

// kin are the sorts of pairs that columns can tell from matches, and the places of the
// columns by which they are told: of persons with names and streets. Without streets, that a
// name is shared and little else agrees may as well be a damaged record. Kin agree as
// matches do until more is known.
func (m *Model) kin(lookup bool) (out []Kin, marks []int) {
	kinds, told := ofPersons, []records.Role{records.RoleGiven, records.RoleFamily, records.RoleStreet}
	if lookup {
		kinds, told = ofRegister, []records.Role{records.RoleFirm, records.RoleStreet}
	}
	for _, role := range told {
		if !slices.ContainsFunc(m.Comparisons, func(c Comparison) bool { return c.Role == role }) {
			return nil, nil
		}
	}
	for _, k := range kinds {
		kin, mark := Kin{Name: k.name, Lambda: m.Lambda / firstKin}, 0
		for at := range m.Comparisons {
			c := &m.Comparisons[at]
			if c.Role == k.mark {
				if mark = at; k.only {
					kin.Only = c.Column
				}
			}
			switch {
			case slices.Contains(k.same, c.Role):
				kin.Same = append(kin.Same, c.Column)
			case slices.Contains(k.often, c.Role):
				o := Often{Column: c.Column, K: make([]float64, len(c.Levels)), Bits: make([]float64, len(c.Levels))}
				o.learn(c, make([]float64, len(c.Levels)), k.only)
				kin.Often = append(kin.Often, o)
			}
		}
		out, marks = append(out, kin), append(marks, mark)
	}
	return out, marks
}

// at is the place of the comparison of a column.
func (m *Model) at(column string) int {
	return slices.IndexFunc(m.Comparisons, func(c Comparison) bool { return c.Column == column })
}

// learn sets the levels from the pairs of kin that are expected at each.
func (o *Often) learn(c *Comparison, expected []float64, chance bool) {
	scale, _ := scaleOf(c.Role)
	n := 0.0
	for _, e := range expected {
		n += e
	}
	for l := range o.K {
		prior, least := scale.prior[l], leastM
		if chance {
			prior, least = c.Levels[l].U, c.Levels[l].U
		}
		o.K[l] = max((expected[l]+priorPairs*prior)/(n+priorPairs), least)
	}
	bits := fallingBits(&scale, func(l int) (m, u float64) { return c.Levels[l].M, o.K[l] })
	for l := range bits {
		o.Bits[l] = min(max(bits[l], min(c.Levels[l].Bits, 0)), max(c.Levels[l].Bits, 0))
	}
}

// against is a sort of kin bound to the places of comparisons.
type against struct {
	prior  float64                  // weight of a match against kin, before anything is known
	shared [maxColumns]*[16]float32 // bits by level, nil for a column that each has for itself
	// given and family are names of which they share one: the other tells them apart. −1
	// where they share both or none.
	given, family int
	// only is the column on which kin must agree, −1 for none; differ is the level on which
	// they do not.
	only   int
	differ uint8
}

func (m *Model) bindKin() []against {
	out := make([]against, len(m.Kin))
	for i, k := range m.Kin {
		a := &out[i]
		*a = against{prior: math.Log2(m.Lambda) - math.Log2(k.Lambda), given: -1, family: -1, only: -1}
		for at, c := range m.Comparisons {
			if slices.Contains(k.Same, c.Column) {
				a.shared[at] = &[16]float32{}
			}
			if c.Column == k.Only {
				a.only, a.differ = at, uint8(len(c.Levels))
			}
			for _, o := range k.Often {
				if o.Column == c.Column {
					a.shared[at] = &[16]float32{}
					for l, bits := range o.Bits {
						a.shared[at][l+1] = float32(bits)
					}
				}
			}
			switch {
			case c.Role == records.RoleGiven && a.shared[at] == nil:
				a.given = at
			case c.Role == records.RoleFamily && a.shared[at] != nil:
				a.family = at
			}
		}
		if a.given < 0 || a.family < 0 {
			a.given, a.family = -1, -1
		}
	}
	return out
}

// bits is the weight of a match against kin, by the levels and bits of n columns.
func (a *against) bits(n int, levels *Levels, own *[maxColumns]float32) float64 {
	if a.only >= 0 && (levels[a.only] == levelNull || levels[a.only] == a.differ) {
		return noKin
	}
	bits := a.prior
	for at := range n {
		if shared := a.shared[at]; shared != nil {
			bits += float64(shared[levels[at]])
		} else {
			bits += float64(own[at])
		}
	}
	// Which of the two names is the family's is not sure.
	if a.family >= 0 && levels[a.family] != levelNull && own[a.family] < own[a.given] {
		bits += float64(own[a.family] - own[a.given])
	}
	return bits
}

// noKin is the weight of a match against kin that a pair can't be.
const noKin = 1000

// negligible is the number of bits by which one sort of pairs must be less likely than
// another not to count beside it.
const negligible = 14

// amongAll is the weight of a match against strangers and all kin together: odds
// against add up.
func amongAll(strangers float64, kin []against, n int, levels *Levels, own *[maxColumns]float32) float64 {
	if len(kin) == 0 {
		return strangers
	}
	least := strangers
	var all [mostKin]float64
	for k := range kin {
		all[k] = kin[k].bits(n, levels, own)
		least = min(least, all[k])
	}
	odds := 0.0
	if strangers-least < negligible {
		odds += math.Exp2(least - strangers)
	}
	for k := range kin {
		if all[k]-least < negligible {
			odds += math.Exp2(least - all[k])
		}
	}
	return least - math.Log2(odds)
}
