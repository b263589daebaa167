package cluster_test

import (
	"slices"
	"testing"

	"clientele/transforms/match/cluster"
)

// weights scores pairs from a table, and all others with rest.
type weights struct {
	of   map[[2]int32]float64
	rest float64
	veto map[[2]int32]bool
}

func (w weights) score(a, b int32) (float64, bool) {
	bits, ok := w.of[[2]int32{a, b}]
	if !ok {
		bits = w.rest
	}
	return bits, w.veto[[2]int32{a, b}]
}

func (w weights) edges() []cluster.Edge {
	var out []cluster.Edge
	for p, bits := range w.of {
		if bits > 0 && !w.veto[p] {
			out = append(out, cluster.Edge{A: p[0], B: p[1], Bits: float32(bits)})
		}
	}
	return out // in any order
}

func TestBuild(t *testing.T) {
	pair := func(a, b int32) [2]int32 { return [2]int32{a, b} }
	for _, c := range []struct {
		name  string
		n     int
		w     weights
		rules cluster.Rules
		want  []int32
	}{
		{name: "a pair", n: 3, w: weights{of: map[[2]int32]float64{{0, 2}: 5}, rest: -20}, want: []int32{0, 1, 0}},
		{name: "below acceptance", n: 2, w: weights{of: map[[2]int32]float64{{0, 1}: 2}}, rules: cluster.Rules{Accept: 4}, want: []int32{0, 1}},
		{name: "a weak bridge is cut", n: 4, w: weights{of: map[[2]int32]float64{{0, 1}: 9, {2, 3}: 9, {1, 2}: 5}, rest: -20}, want: []int32{0, 0, 2, 2}},
		{name: "a bridge that the rest bears", n: 4, w: weights{of: map[[2]int32]float64{{0, 1}: 9, {2, 3}: 9, {1, 2}: 5}, rest: -1}, want: []int32{0, 0, 0, 0}},
		{name: "a veto between members", n: 3, w: weights{of: map[[2]int32]float64{{0, 1}: 9, {1, 2}: 8, {0, 2}: 30}, veto: map[[2]int32]bool{{0, 2}: true}}, want: []int32{0, 0, 2}},
		{name: "people say same", n: 3, w: weights{rest: -50}, rules: cluster.Rules{Same: [][2]int32{pair(0, 2)}}, want: []int32{0, 1, 0}},
		{name: "people say different, also by way of others", n: 3, w: weights{of: map[[2]int32]float64{{0, 1}: 9, {1, 2}: 8}, rest: 9},
			rules: cluster.Rules{Different: [][2]int32{pair(0, 2)}}, want: []int32{0, 0, 2}},
		{name: "people contradict themselves", n: 2, w: weights{}, rules: cluster.Rules{Same: [][2]int32{pair(0, 1)}, Different: [][2]int32{pair(0, 1)}}, want: []int32{0, 0}},
		{name: "one to one: the best pair wins", n: 3, w: weights{of: map[[2]int32]float64{{0, 1}: 9, {0, 2}: 8}, rest: 9},
			rules: cluster.Rules{Unique: func(i int32) int32 { return min(i, 1) }}, want: []int32{0, 0, 2}},
		{name: "records with nothing to compare hold no cluster apart", n: 3, w: weights{of: map[[2]int32]float64{{0, 1}: 12, {1, 2}: 9}, rest: -11},
			rules: cluster.Rules{Accept: 4, Most: func(int32, int32) float64 { return -11 }}, want: []int32{0, 0, 0}},
		{name: "little to compare, and it differs", n: 3, w: weights{of: map[[2]int32]float64{{0, 1}: 12, {1, 2}: 9}, rest: -20},
			rules: cluster.Rules{Accept: 4, Most: func(int32, int32) float64 { return -2 }}, want: []int32{0, 0, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.rules.Score = c.w.score
			if c.rules.Most == nil {
				c.rules.Most = func(int32, int32) float64 { return 50 }
			}
			for range 3 { // maps give edges in another order each time
				if got := cluster.Build(c.n, c.w.edges(), c.rules); !slices.Equal(got, c.want) {
					t.Errorf("clusters are %v, want %v", got, c.want)
				}
			}
		})
	}
}
