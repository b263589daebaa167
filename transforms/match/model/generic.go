package model

import (
	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// manyHolders is the number of holders of a value beyond which they are not
// counted further.
const manyHolders = 12

// holdersOf counts, for the values of a column that three or more records hold,
// how many of these have names that resemble no other's: a telephone number of
// three holders is an accountant's, or nobody's.
func holdersOf(recs *records.Records, col *records.Column) map[uint32]int {
	out := map[uint32]int{}
	leaders := map[uint32][]int32{}
	names := []*records.Column{recs.Column(records.RoleFirm), recs.Column(records.RoleFamily), recs.Column(records.RoleGiven)}
	for i := range int32(recs.Len()) {
		for _, v := range col.Of(i) {
			if col.Count[v] < 3 || len(leaders[v]) >= manyHolders || !named(names, i) {
				continue
			}
			known := false
			for _, l := range leaders[v] {
				if known = resemble(names, i, l); known {
					break
				}
			}
			if !known {
				leaders[v] = append(leaders[v], i)
				out[v]++
			}
		}
	}
	return out
}

func named(names []*records.Column, i int32) bool {
	for _, c := range names {
		if c != nil && len(c.Of(i)) > 0 {
			return true
		}
	}
	return false
}

// resemble reports whether any name of one record is like any of another.
func resemble(names []*records.Column, i, j int32) bool {
	for _, c := range names {
		if c == nil {
			continue
		}
		for _, a := range c.Of(i) {
			for _, d := range names {
				if d == nil {
					continue
				}
				for _, b := range d.Of(j) {
					if compare.JaroWinkler(c.Values[a], d.Values[b]) >= .8 || sharesWord(c.Values[a], d.Values[b]) {
						return true
					}
				}
			}
		}
	}
	return false
}
