// Package waterfall draws how the weight of a pair comes about: what each column
// adds and takes off, one after the other, from what is known of no pair to the sum.
package waterfall

import (
	"clientele/transforms/match/model"
)

// Chart is a waterfall of weights in bits.
type Chart struct {
	Title string
	Steps []Step
	// Marks are weights that matter: from which a pair is accepted, or asked.
	Marks []Mark
}

// Step is a bar.
type Step struct {
	Label string
	Words string
	Bits  float64
	// Sum says that the bar stands for all before it.
	Sum bool
}

// Mark is a weight with a name.
type Mark struct {
	Label string
	Bits  float64
}

// Of returns the steps of an explanation: the prior, what each column that both
// records have adds, what is taken off because the two may be kin, and the sum.
func Of(e model.Explanation) []Step {
	steps := []Step{{Label: "before", Words: "of all pairs, few are one", Bits: e.Prior}}
	for _, c := range e.Columns {
		if c.Level != "" {
			steps = append(steps, Step{Label: c.Column, Words: c.Words(), Bits: c.Bits})
		}
	}
	if e.OfKin() {
		steps = append(steps, Step{Label: e.Whom, Words: e.KinWords(), Bits: e.Kin})
	}
	return append(steps, Step{Label: "in all", Words: e.Odds(), Bits: e.Bits, Sum: true})
}

// bar is where a step begins and ends.
type bar struct{ from, to float64 }

// bars returns the bars of the steps, and the least and the greatest weight that
// any of them, or a mark, reaches.
func (c Chart) bars() (bars []bar, least, most float64) {
	at := 0.0
	for _, s := range c.Steps {
		b := bar{at, at + s.Bits}
		if s.Sum {
			b = bar{0, s.Bits}
		}
		at = b.to
		bars = append(bars, b)
		least, most = min(least, b.from, b.to), max(most, b.from, b.to)
	}
	for _, m := range c.Marks {
		least, most = min(least, m.Bits), max(most, m.Bits)
	}
	return bars, least, most
}
