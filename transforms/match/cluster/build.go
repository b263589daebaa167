package cluster

import (
	"cmp"
	"slices"
)

// Edge is a scored pair of records; A stands before B.
type Edge struct {
	A, B int32
	// Bits is the weight of the pair: 0 where a match is as likely as not.
	Bits float32
}

// Rules are what clusters must heed besides weights.
type Rules struct {
	// Accept is the least weight of a pair that joins clusters.
	Accept float64
	// Same and Different are pairs that people decided on. They win over all else,
	// Same over Different.
	Same, Different [][2]int32
	// Unique tells, per record, the source without duplicates that it is of, −1
	// for none: a cluster has at most one record of each.
	Unique func(int32) int32
	// Score gives the weight of any pair, and whether evidence forbids that the
	// two are one.
	Score func(a, b int32) (bits float64, forbidden bool)
	// Most gives the weight that a pair would have if all values that its records both
	// have were equal.
	Most func(a, b int32) float64
}

// Bounds of what one pair says in the sum between two clusters, in bits, and of the pairs
// that are looked at.
const (
	most  = 20
	least = -10
	shown = 8 // records of either cluster
)

// Build returns, per record, the first record of its cluster.
func Build(n int, edges []Edge, rules Rules) []int32 {
	f := newForest(n, rules)
	for _, p := range rules.Same {
		f.join(p[0], p[1])
	}
	edges = slices.DeleteFunc(slices.Clone(edges), func(e Edge) bool { return float64(e.Bits) < rules.Accept })
	slices.SortFunc(edges, func(x, y Edge) int {
		return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	// A pair that was refused is tried again when its clusters have grown.
	for range rounds {
		var refused []Edge
		joined := false
		for _, e := range edges {
			a, b := f.find(e.A), f.find(e.B)
			switch {
			case a == b:
			case f.forbidden(a, b):
			case f.agree(a, b, e):
				f.join(a, b)
				joined = true
			default:
				refused = append(refused, e)
			}
		}
		if edges = refused; !joined || len(edges) == 0 {
			break
		}
	}
	root := make([]int32, n)
	for i := range root {
		root[i] = f.find(int32(i))
	}
	return root
}

// rounds bounds how often refused pairs are tried again.
const rounds = 4

// agree reports whether the pairs between two clusters speak for one cluster.
func (f *forest) agree(a, b int32, e Edge) bool {
	of, other := f.some(a), f.some(b)
	if len(of) == 1 && len(other) == 1 {
		return true // a pair that evidence forbids is no edge
	}
	sum := 0.0
	for _, x := range of {
		for _, y := range other {
			bits, forbidden := f.rules.Score(min(x, y), max(x, y))
			if forbidden {
				return false
			}
			if bits < 0 { // what two records have no values for is not held against them
				bits = min(bits+max(f.rules.Accept-f.rules.Most(min(x, y), max(x, y)), 0), 0)
			}
			sum += min(max(bits, least), most)
		}
	}
	return sum > 0
}
