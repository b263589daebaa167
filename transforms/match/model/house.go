package model

import "clientele/transforms/match/compare"

// houses compares house numbers such as 12, 12A, 12-14 and 12bis.
type houses struct {
	values   []string
	from, to []int
}

func newHouses(values []string) *houses {
	h := &houses{values: values, from: make([]int, len(values)), to: make([]int, len(values))}
	for v, s := range values {
		h.from[v], h.to[v] = numbers(s)
	}
	return h
}

func (h *houses) level(a, b uint32) uint8 {
	if h.from[a] > 0 && h.from[b] > 0 && h.from[a] <= h.to[b] && h.from[b] <= h.to[a] {
		return 2
	}
	x, y := h.values[a], h.values[b]
	if _, ok := compare.Within(x, y, 1); ok && min(len(x), len(y)) >= 2 {
		return 3
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
