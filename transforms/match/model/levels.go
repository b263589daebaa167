package model

import "clientele/transforms/match/records"

// scale is the ordered levels of agreement of a role, the best first, each with
// the share of matches that is expected at it before any data is seen.
type scale struct {
	labels []string
	prior  []float64
	// chain is the number of levels, from the first, whose weights may not rise;
	// levels after it, such as swapped names, only outweigh disagreement.
	chain int
	// chance is the share of pairs that do not match that is expected to be equal
	// before any data is seen.
	chance float64
	// shared is the least share that pairs which do not match are taken to have among
	// those with equal values, where data does not show more: families and
	// business centres share addresses.
	shared float64
	// frequency says how the rarity of the shared value counts.
	frequency frequency
}

type frequency uint8

const (
	alike   frequency = iota // all values weigh the same
	rarity                   // rare values weigh more: names, towns
	generic                  // values that many different names share weigh less: phones, e-mails
)

// Levels that all scales have.
const (
	levelNull  = 0 // a side has no value: no evidence
	levelExact = 1
)

// levelSwapped is, of names, that of equal ones that stand in each other's place.
const levelSwapped = 5

var scales = map[records.Role]scale{
	records.RoleGiven: {
		labels: []string{"exact", "one or two typing errors", "short form, or similar", "initial", "given and family name swapped", "swapped, nearly", "differs"},
		prior:  []float64{.72, .10, .04, .03, .02, .01, .08}, chain: 4, chance: .01, shared: .03, frequency: rarity},
	records.RoleFamily: {
		labels: []string{"exact", "one or two typing errors", "similar", "shares a word", "given and family name swapped", "swapped, nearly", "differs"},
		prior:  []float64{.76, .10, .03, .02, .02, .01, .06}, chain: 4, chance: .002, shared: .03, frequency: rarity},
	records.RoleFirm: {
		labels: []string{"exact", "same words", "nearly the same", "similar", "alike", "acronym", "differs"},
		prior:  []float64{.50, .07, .15, .11, .06, .03, .08}, chain: 5, chance: .0005, shared: .03, frequency: rarity},
	records.RoleText: {
		labels: []string{"exact", "same words", "nearly the same", "similar", "alike", "acronym", "differs"},
		prior:  []float64{.45, .05, .20, .12, .08, .01, .09}, chain: 5, chance: .0005, shared: .03, frequency: alike},
	records.RoleStreet: {
		labels: []string{"exact", "nearly the same", "similar", "alike", "differs"},
		prior:  []float64{.68, .12, .07, .03, .10}, chain: 5, chance: .005, shared: .2, frequency: rarity},
	records.RoleHouse: {
		labels: []string{"exact", "ranges overlap, or a letter more", "one typing error", "differs"},
		prior:  []float64{.82, .05, .05, .08}, chain: 4, chance: .01, shared: .2, frequency: rarity},
	records.RolePostcode: {
		labels: []string{"exact", "one typing error", "same region", "differs"},
		prior:  []float64{.80, .06, .04, .10}, chain: 4, chance: .005, shared: .2, frequency: rarity},
	records.RoleTown: {
		labels: []string{"exact", "one or two typing errors", "similar", "differs"},
		prior:  []float64{.78, .09, .04, .09}, chain: 4, chance: .01, shared: .2, frequency: rarity},
	records.RoleBirthDate: {
		labels: []string{"exact", "one typing error, or swapped", "two of day, month and year", "within a year", "within ten years", "differs"},
		prior:  []float64{.80, .09, .04, .02, .02, .03}, chain: 6, chance: .0001, shared: .03, frequency: rarity},
	records.RoleDate: {
		labels: []string{"exact", "one typing error, or swapped", "within a month", "within a year", "differs"},
		prior:  []float64{.65, .07, .08, .08, .12}, chain: 5, chance: .001, shared: .03, frequency: rarity},
	records.RoleEmail: {
		labels: []string{"exact", "one or two typing errors", "same before the @", "similar, or with the same number", "same domain of a firm", "differs"},
		prior:  []float64{.66, .09, .07, .04, .04, .10}, chain: 6, chance: 1e-05, shared: .03, frequency: generic},
	records.RolePhone: {
		labels: []string{"exact", "same last digits", "one typing error", "differs"},
		prior:  []float64{.66, .05, .05, .24}, chain: 4, chance: 1e-05, shared: .1, frequency: generic},
	records.RoleWebsite: {
		labels: []string{"exact", "same name, other domain", "similar", "differs"},
		prior:  []float64{.72, .07, .06, .15}, chain: 4, chance: .0001, shared: .1, frequency: generic},
	records.RoleIdentifier: {
		labels: []string{"exact", "one typing error", "two typing errors", "differs"},
		prior:  []float64{.85, .06, .03, .06}, chain: 4, chance: 1e-05, shared: .01, frequency: generic},
	records.RoleEnterprise: {labels: []string{"exact", "differs"}, prior: []float64{.97, .03}, chain: 2, chance: 1e-06, shared: .001, frequency: generic},
	records.RoleIBAN:       {labels: []string{"exact", "differs"}, prior: []float64{.80, .20}, chain: 2, chance: 1e-06, shared: .02, frequency: generic},
	records.RoleNumber: {
		labels: []string{"exact", "within 1 %", "within 10 %", "differs"},
		prior:  []float64{.70, .08, .07, .15}, chain: 4, chance: .01, shared: .05, frequency: rarity},
	records.RoleCategory:  {labels: []string{"exact", "differs"}, prior: []float64{.88, .12}, chain: 2, chance: .2, shared: .1, frequency: rarity},
	records.RoleRegion:    {labels: []string{"exact", "one typing error", "differs"}, prior: []float64{.90, .02, .08}, chain: 3, chance: .1, shared: .2, frequency: rarity},
	records.RoleCountry:   {labels: []string{"exact", "differs"}, prior: []float64{.96, .04}, chain: 2, chance: .5, shared: .2, frequency: rarity},
	records.RoleLegalForm: {labels: []string{"exact", "differs"}, prior: []float64{.75, .25}, chain: 2, chance: .3, shared: .2, frequency: alike},
	records.RoleBox:       {labels: []string{"exact", "differs"}, prior: []float64{.75, .25}, chain: 2, chance: .1, shared: .2, frequency: alike},
}

// expected is the share of pairs that do not match that is expected at a level
// before any data is seen: looser levels are met more often by chance.
func (s *scale) expected(level int) float64 {
	rest := 1.0
	for l := range s.labels[:len(s.labels)-1] {
		u := min(s.chance*float64(int(1)<<l), .1)
		if l == level {
			return u
		}
		rest -= u
	}
	return rest
}

// mostDiffer is the largest share of matches that is taken to differ: four times what
// is expected before any data is seen, and a half at most. Without it, where matches
// are few, what is taken for matches can drift to what is more frequent and as far from
// chance: neighbours, of which hardly any share a name.
func (s *scale) mostDiffer() float64 { return min(4*s.prior[len(s.prior)-1], .5) }
