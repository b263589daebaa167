package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Explanation tells how the weight of a pair came about.
type Explanation struct {
	// Prior is the weight of a pair of which nothing is known.
	Prior   float64     `json:"prior_bits"`
	Columns []Explained `json:"columns"`
	// Kin are the bits taken off because the two may be near without being one, such as Whom:
	// housemates, namesakes.
	Kin         float64 `json:"kin_bits,omitempty"`
	Whom        string  `json:"kin,omitempty"`
	Bits        float64 `json:"bits"`
	Probability float64 `json:"probability"`
}

// Explained is what one column says of a pair.
type Explained struct {
	Column string   `json:"column"`
	A      []string `json:"a"` // values in normal form
	B      []string `json:"b"`
	Level  string   `json:"level"` // "" where a side has no value
	// Bits is what the column adds; of it, Rarity is for the frequency of the value,
	// and Given is what was taken off because it follows from Follows.
	Bits    float64 `json:"bits"`
	Rarity  float64 `json:"rarity_bits,omitempty"`
	Given   float64 `json:"given_bits,omitempty"`
	Follows string  `json:"follows,omitempty"`
}

// Explain tells how the weight of a pair comes about.
func (s *Scorer) Explain(i, j int32) Explanation {
	var levels Levels
	var own [maxColumns]float32
	strangers := float64(s.weights(i, j, &levels, &own))
	bits := amongAll(strangers, s.kin, len(s.parts), &levels, &own)
	e := Explanation{Prior: s.prior, Bits: bits, Probability: Probability(bits), Kin: bits - strangers}
	for k, least := 0, math.Inf(1); k < len(s.kin); k++ {
		if b := s.kin[k].bits(len(s.parts), &levels, &own); b < least {
			least, e.Whom = b, s.Model.Kin[k].Name
		}
	}
	var back [maxColumns]float32
	var because [maxColumns]int
	discountBy(s.follows, &levels, &own, func(column, given int, give float32) { back[column], because[column] = give, given })
	for at := range s.parts {
		p := &s.parts[at]
		if p.column == nil {
			continue
		}
		x := Explained{Column: s.Model.Comparisons[at].Column, Bits: float64(own[at] - back[at]), Given: float64(-back[at])}
		for _, v := range p.column.Of(i) {
			x.A = append(x.A, p.column.Values[v])
		}
		for _, v := range p.column.Of(j) {
			x.B = append(x.B, p.column.Values[v])
		}
		if l := levels[at]; l != levelNull {
			x.Level = s.Model.Comparisons[at].Levels[l-1].Label
			x.Rarity = float64(own[at] - p.bits[l])
		}
		if back[at] > 0 {
			x.Follows = s.Model.Comparisons[because[at]].Column
		}
		e.Columns = append(e.Columns, x)
	}
	return e
}

// String tells it in words, a line per column that says anything.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+7.1f  before anything is known\n", e.Prior)
	for _, c := range e.Columns {
		if c.Level == "" {
			continue
		}
		fmt.Fprintf(&b, "%+7.1f  %s: %s\n", c.Bits, c.Column, c.Words())
	}
	if e.OfKin() {
		fmt.Fprintf(&b, "%+7.1f  %s\n", e.Kin, e.KinWords())
	}
	fmt.Fprintf(&b, "%+7.1f  in all: %s\n", e.Bits, e.Odds())
	return b.String()
}

// OfKin reports whether it matters that the two may be kin.
func (e Explanation) OfKin() bool { return e.Kin <= -.05 }

// KinWords tells what is taken off because the two may be kin.
func (e Explanation) KinWords() string { return "what they share, " + e.Whom + " share too" }

// Words tells what the column says of the pair.
func (c Explained) Words() string {
	var b strings.Builder
	switch {
	case c.Level == "":
		b.WriteString("unknown of one or both: says nothing")
	case len(c.A)+len(c.B) == 0:
		b.WriteString(c.Level)
	case slices.Equal(c.A, c.B):
		fmt.Fprintf(&b, "%s (%s)", c.Level, strings.Join(c.A, ", "))
	default:
		fmt.Fprintf(&b, "%s (%s | %s)", c.Level, strings.Join(c.A, ", "), strings.Join(c.B, ", "))
	}
	switch {
	case c.Rarity >= .5:
		b.WriteString(", a rare value")
	case c.Rarity <= -.5:
		b.WriteString(", a frequent value")
	}
	if c.Follows != "" {
		fmt.Fprintf(&b, ", which mostly follows from %s", c.Follows)
	}
	return b.String()
}

// Says tells what the column adds, in bits and in words, without the values.
func (c Explained) Says() string {
	c.A, c.B = nil, nil
	return fmt.Sprintf("%+.1f bits: %s", c.Bits, c.Words())
}

// Odds tells how likely the two are one.
func (e Explanation) Odds() string { return verdict(e.Probability, e.Bits) }

func verdict(p, bits float64) string {
	odds := math.Exp2(math.Abs(bits))
	switch {
	case odds > 1e6 && bits > 0:
		return "the same, beyond a million to one"
	case odds > 1e6:
		return "not the same, beyond a million to one"
	case bits >= 0:
		return fmt.Sprintf("the same with probability %.4f, %.0f to 1", p, odds)
	}
	return fmt.Sprintf("the same with probability %.4f, 1 to %.0f", p, odds)
}
