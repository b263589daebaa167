package model

import (
	"math"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/records"
)

// Version is that of the JSON form of models. A newer one is refused.
const Version = 2

// Model is all that a comparison of two records depends on besides their values.
type Model struct {
	Version int             `json:"version"`
	Fields  []records.Field `json:"fields"`
	// Lambda is the share of matches among all pairs of records.
	Lambda      float64      `json:"lambda"`
	Comparisons []Comparison `json:"comparisons"`
	// Words are the weights of words, by column.
	Words       map[string]Words `json:"words,omitempty"`
	Dependences []Dependence     `json:"dependences,omitempty"`
	Kin         []Kin            `json:"kin,omitempty"`
	Plan        *blocking.Plan   `json:"plan"`
	Report      Report           `json:"report"`
}

// Comparison is the comparison of one column.
type Comparison struct {
	Column string       `json:"column"`
	Role   records.Role `json:"role"`
	Levels []Level      `json:"levels"`
	// Frequency holds, for values that are more frequent than Rare, the probability
	// that a record that does not match has the value. All others have Rare. Where it
	// is empty, all values weigh the same.
	Frequency map[string]float64 `json:"frequency,omitempty"`
	Rare      float64            `json:"rare,omitempty"`
}

// Level is one level of agreement.
type Level struct {
	Label string  `json:"label"`
	M     float64 `json:"m"`
	U     float64 `json:"u"`
	// Bits is log2(M/U), evened out so that a better level never weighs less.
	Bits float64 `json:"bits"`
}

// Words weighs the words of a column by how rare they are.
type Words struct {
	Of map[string]float32 `json:"of"`
	// Rare is the weight of all others.
	Rare float32 `json:"rare"`
}

// Report tells how a model came about.
type Report struct {
	Records         int     `json:"records"`
	Pairs           float64 `json:"all_pairs"`
	SampledPairs    int     `json:"sampled_pairs"`
	RandomPairs     int     `json:"random_pairs"`
	Iterations      int     `json:"iterations"`
	Converged       bool    `json:"converged"`
	ExpectedMatches float64 `json:"expected_matches"`
}

// maxColumns is the number of columns that a pair can be compared on.
const maxColumns = 32

// Levels are the levels of a pair, by place of the comparison.
type Levels [maxColumns]uint8

// Probability of a weight in bits, in two branches so that neither overflows.
func Probability(bits float64) float64 {
	if bits > 0 {
		return 1 / (1 + math.Exp2(-bits))
	}
	e := math.Exp2(bits)
	return e / (1 + e)
}

// Bits is the weight of a probability.
func Bits(p float64) float64 { return math.Log2(p) - math.Log2(1-p) }

// PriorBits is the weight of a pair of which nothing is known.
func (m *Model) PriorBits() float64 { return Bits(m.Lambda) }

// Levels returns the levels of each comparison by its column; none of no model.
func (m *Model) Levels() map[string][]Level {
	out := map[string][]Level{}
	if m != nil {
		for _, c := range m.Comparisons {
			out[c.Column] = c.Levels
		}
	}
	return out
}
