package model

import "clientele/transforms/match/compare"

// houses compares house numbers such as 12, 12A, 12-14 and 12bis.
type houses struct {
	values []string
	of     []house
}

// house is what is held of a house number: its first and last number, 0 for none.
type house struct {
	sketch
	from, to int
}

func newHouses(values []string) *houses {
	h := &houses{values: values, of: make([]house, len(values))}
	for v, s := range values {
		h.of[v].sketch = sketchOf(s)
		h.of[v].from, h.of[v].to = numbers(s)
	}
	return h
}

func (h *houses) level(a, b uint32) uint8 {
	x, y := &h.of[a], &h.of[b]
	if x.from > 0 && y.from > 0 && x.from <= y.to && y.from <= x.to {
		return 2
	}
	if x.within(y.sketch, 1) {
		s, t := h.values[a], h.values[b]
		if _, ok := compare.Within(s, t, 1); ok && min(len(s), len(t)) >= 2 {
			return 3
		}
	}
	return 4
}

// numbers returns the first and the last number of a house number, 0 where it has
// none. Where the last is written short, as in 7954-58, it is completed.
func numbers(s string) (from, to int) {
	n, has, width := 0, false, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			n, has, width = (n*10+int(s[i]-'0'))%1_000_000_000, true, width+1
			continue
		}
		if has {
			if from == 0 {
				from = n
			} else if to == 0 {
				if n < from {
					power := 1
					for range width {
						power *= 10
					}
					n += from / power * power
				}
				to = n
			}
		}
		n, has, width = 0, false, 0
	}
	if to < from {
		to = from
	}
	return from, to
}
