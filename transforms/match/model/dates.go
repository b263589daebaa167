package model

import (
	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// mistyped reports whether two dates of eight digits differ by one typing error,
// or by day and month in each other's place.
func mistyped(a, b string) bool {
	if len(a) != 8 || len(b) != 8 {
		return false
	}
	if _, ok := compare.Within(a, b, 1); ok {
		return true
	}
	return a[:4] == b[:4] && a[4:6] == b[6:] && a[6:] == b[4:6]
}

// apart is the number of days between two dates, false where one is not a date.
func apart(a, b int32) (int32, bool) {
	if a == records.NoDay || b == records.NoDay {
		return 0, false
	}
	if a > b {
		a, b = b, a
	}
	return b - a, true
}

func birthLevel(a, b string, dayA, dayB int32) uint8 {
	if mistyped(a, b) {
		return 2
	}
	if len(a) != 8 || len(b) != 8 {
		return 6
	}
	same := 0
	for _, part := range [][2]int{{0, 4}, {4, 6}, {6, 8}} {
		if a[part[0]:part[1]] == b[part[0]:part[1]] {
			same++
		}
	}
	if same == 2 {
		return 3
	}
	if days, ok := apart(dayA, dayB); ok {
		switch {
		case days <= 366:
			return 4
		case days <= 3653:
			return 5
		}
	}
	return 6
}

func dateLevel(a, b string, dayA, dayB int32) uint8 {
	if mistyped(a, b) {
		return 2
	}
	if days, ok := apart(dayA, dayB); ok {
		switch {
		case days <= 31:
			return 3
		case days <= 366:
			return 4
		}
	}
	return 5
}
