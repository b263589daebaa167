package cluster

import "slices"

// forest is the clusters as they grow: disjoint sets of records, the least record
// of each its root.
type forest struct {
	rules   Rules
	parent  []int32
	members map[int32][]int32 // of clusters of several records, ascending
	unique  map[int32][]int32 // sources without duplicates in clusters of several
	apart   map[int32][]int32 // per record, those that are not one with it
}

func newForest(n int, rules Rules) *forest {
	f := &forest{rules: rules, parent: make([]int32, n), members: map[int32][]int32{}, unique: map[int32][]int32{}, apart: map[int32][]int32{}}
	for i := range f.parent {
		f.parent[i] = int32(i)
	}
	for _, p := range rules.Different {
		f.apart[p[0]] = append(f.apart[p[0]], p[1])
		f.apart[p[1]] = append(f.apart[p[1]], p[0])
	}
	return f
}

func (f *forest) find(i int32) int32 {
	for f.parent[i] != i {
		f.parent[i] = f.parent[f.parent[i]]
		i = f.parent[i]
	}
	return i
}

// of returns the records of a cluster.
func (f *forest) of(root int32) []int32 {
	if m, ok := f.members[root]; ok {
		return m
	}
	return []int32{root}
}

// some returns the records that speak for a cluster: all of a small one, and of a
// larger one some at even distances.
func (f *forest) some(root int32) []int32 {
	m := f.of(root)
	if len(m) <= shown {
		return m
	}
	out := make([]int32, shown)
	for i := range out {
		out[i] = m[i*len(m)/shown]
	}
	return out
}

func (f *forest) uniqueOf(root int32) []int32 {
	if f.rules.Unique == nil {
		return nil
	}
	if u, ok := f.unique[root]; ok {
		return u
	}
	if u := f.rules.Unique(root); u >= 0 {
		return []int32{u}
	}
	return nil
}

// forbidden reports whether two clusters hold records of one source without
// duplicates, or records that people said are different.
func (f *forest) forbidden(a, b int32) bool {
	other := f.uniqueOf(b)
	for _, u := range f.uniqueOf(a) {
		if slices.Contains(other, u) {
			return true
		}
	}
	if len(f.apart) == 0 {
		return false
	}
	for _, x := range f.of(a) {
		for _, y := range f.apart[x] {
			if f.find(y) == b {
				return true
			}
		}
	}
	return false
}

func (f *forest) join(a, b int32) {
	a, b = f.find(a), f.find(b)
	if a == b {
		return
	}
	if b < a {
		a, b = b, a
	}
	if f.rules.Unique != nil {
		u := slices.Concat(f.uniqueOf(a), f.uniqueOf(b))
		slices.Sort(u)
		f.unique[a] = slices.Compact(u)
		delete(f.unique, b)
	}
	m := slices.Concat(f.of(a), f.of(b))
	slices.Sort(m)
	f.members[a] = m
	delete(f.members, b)
	f.parent[b] = a
}
