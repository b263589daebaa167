package match

// disjoint is a forest of disjoint sets. The root of a set is its least member,
// so that the order in which pairs are joined changes nothing.
type disjoint struct{ parent []int32 }

func (d *disjoint) add() { d.parent = append(d.parent, int32(len(d.parent))) }

func (d *disjoint) find(i int32) int32 {
	for d.parent[i] != i {
		d.parent[i] = d.parent[d.parent[i]]
		i = d.parent[i]
	}
	return i
}

// join makes the sets of a and b one, and reports whether they were two.
func (d *disjoint) join(a, b int32) bool {
	a, b = d.find(a), d.find(b)
	if a == b {
		return false
	}
	if b < a {
		a, b = b, a
	}
	d.parent[b] = a
	return true
}
