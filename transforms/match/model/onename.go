package model

import (
	"math"

	"clientele/transforms/match/records"
)

// oneName returns the place of the column by which alone records can be told, and whether
// there is such a one: a file of nothing but names.
func (m *Model) oneName() (at int, one bool) {
	n := 0
	for i, c := range m.Comparisons {
		switch c.Role.Base() {
		case records.RoleLegalForm, records.RoleBox, records.RoleRegion, records.RoleCountry, records.RoleCategory:
		default:
			at, n = i, n+1
		}
	}
	return at, n == 1
}

// expect sets λ, m and u of a model that compares one column. Nothing tells matches from
// chance there: any share of the pairs that agree may be matches. So those with equal values
// are taken to be, but for the share that is expected not to, and of other levels as many as
// are expected for them.
func (e *expectation) expect(at int) {
	m, c := e.model, &e.model.Comparisons[at]
	scale, _ := scaleOf(c.Role)
	all := e.sample.Total * e.rates[at][0] / e.sample.Weight // pairs of the sample of which both have a value
	pairs := func(l int) float64 { return e.rates[at][l+1] * all * (1 - scale.shared) }
	matches := pairs(0) / scale.prior[0]
	var matched [16]float64
	for l := range c.Levels {
		matched[l+1] = math.Min(matches*scale.prior[l], pairs(l))
	}
	e.maximiseColumn(at, &matched)
	m.Report.ExpectedMatches = matches * e.sample.Weight
	m.Lambda = min(max(m.Report.ExpectedMatches, 1)/e.sample.Total, .5)
	m.Report.Converged = true
}
