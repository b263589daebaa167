package savfile

import (
	"encoding/binary"
	"math"
	"slices"
)

// missing are the values that a file declares missing for a variable: up to three,
// or a range and one more.
type missing struct {
	values []string // as the file writes them
	ranged bool     // the first two are the ends of a range
}

// numbers returns what says whether a number is missing, nil for none.
func (m missing) numbers(order binary.ByteOrder) func(float64) bool {
	var values []float64
	for _, v := range m.values {
		values = append(values, math.Float64frombits(order.Uint64([]byte(v))))
	}
	switch {
	case len(values) == 0:
		return nil
	case m.ranged:
		return func(x float64) bool { return values[0] <= x && x <= values[1] || slices.Contains(values[2:], x) }
	}
	return func(x float64) bool { return slices.Contains(values, x) }
}

// texts returns what says whether a trimmed text is missing, nil for none.
func (m missing) texts() func([]byte) bool {
	if len(m.values) == 0 {
		return nil
	}
	values := make([]string, len(m.values))
	for i, v := range m.values {
		values[i] = string(trim([]byte(v)))
	}
	return func(b []byte) bool { return slices.Contains(values, string(b)) }
}
