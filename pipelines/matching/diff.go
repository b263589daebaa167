package matching

import (
	"cmp"
	"context"
	"slices"

	"clientele/transforms/match"
	"clientele/transforms/match/model"
)

// Diff is what another model would change of a match.
type Diff struct {
	Records        int `json:"records"`
	ClustersBefore int `json:"clusters_before"`
	ClustersAfter  int `json:"clusters_after"`
	// Moved is the number of records that would be with others than they are.
	Moved int `json:"moved_records"`
	// Merges are clusters that would be made of several, Splits those that would come
	// apart; the largest stand first, and only those are listed.
	Merged int            `json:"merged"`
	Split  int            `json:"split"`
	Merges []Regrouping   `json:"merges"`
	Splits []Regrouping   `json:"splits"`
	Pairs  []Reclassified `json:"pairs"`
}

// Regrouping is records that are, or would be, one cluster, by the clusters that they
// are in on the other side.
type Regrouping struct {
	Records int     `json:"records"`
	Parts   [][]Key `json:"parts"`
}

// Reclassified counts pairs that are of one class and would be of another.
type Reclassified struct {
	Before string `json:"before"`
	After  string `json:"after"`
	Pairs  int    `json:"pairs"`
}

// listed bounds what a Diff lists.
const listed = 10

// Diff previews what a match under another model would change.
func (e *Earlier) Diff(ctx context.Context, next *model.Model) (*Diff, error) {
	before, err := e.Load(ctx)
	if err != nil {
		return nil, err
	}
	job := *e.Job
	job.Model = next
	if err := job.fits(); err != nil {
		return nil, err
	}
	after, err := job.Match(ctx, before.Roster, next)
	if err != nil {
		return nil, err
	}
	d := &Diff{Records: before.Records.Len(), ClustersBefore: match.Distinct(before.Cluster), ClustersAfter: match.Distinct(after.Cluster),
		Pairs: reclassified(before, after)}
	d.Merged, d.Merges = before.regrouped(before.Cluster, after.Cluster)
	d.Split, d.Splits = before.regrouped(after.Cluster, before.Cluster)
	d.Moved = moved(before.Cluster, after.Cluster)
	return d, nil
}

// regrouped finds the clusters of whole that are several of parts.
func (o *Outcome) regrouped(parts, whole []int32) (int, []Regrouping) {
	members := map[int32][]int32{}
	for i, root := range whole {
		members[root] = append(members[root], int32(i))
	}
	var all [][]int32
	for _, own := range members {
		if slices.ContainsFunc(own, func(i int32) bool { return parts[i] != parts[own[0]] }) {
			all = append(all, own)
		}
	}
	slices.SortFunc(all, func(a, b []int32) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0], b[0])) })
	out := []Regrouping{}
	for _, own := range all[:min(len(all), listed)] {
		r := Regrouping{Records: len(own)}
		place := map[int32]int{}
		for _, i := range own {
			at, ok := place[parts[i]]
			if !ok {
				at = len(r.Parts)
				place[parts[i]] = at
				r.Parts = append(r.Parts, nil)
			}
			r.Parts[at] = append(r.Parts[at], o.Roster.Key(i))
		}
		out = append(out, r)
	}
	return len(all), out
}

// moved counts the records of which the cluster has other members.
func moved(before, after []int32) int {
	sizes := [2]map[int32]int{{}, {}}
	both := map[[2]int32]int{}
	for i := range before {
		sizes[0][before[i]]++
		sizes[1][after[i]]++
		both[[2]int32{before[i], after[i]}]++
	}
	n := 0
	for i := range before {
		if same := both[[2]int32{before[i], after[i]}]; same != sizes[0][before[i]] || same != sizes[1][after[i]] {
			n++
		}
	}
	return n
}

// reclassified counts the pairs that either side reports and that are of another
// class on the other.
func reclassified(before, after *Outcome) []Reclassified {
	count := map[[2]string]int{}
	x, y := before.Pairs, after.Pairs
	for i, j := 0, 0; i < len(x) || j < len(y); {
		order := 0
		switch {
		case i == len(x):
			order = 1
		case j == len(y):
			order = -1
		default:
			order = cmp.Or(cmp.Compare(x[i].A, y[j].A), cmp.Compare(x[i].B, y[j].B))
		}
		was, is := Different, Different
		if order <= 0 {
			was = class(before.Config, float64(x[i].Bits))
			i++
		}
		if order >= 0 {
			is = class(after.Config, float64(y[j].Bits))
			j++
		}
		if was != is {
			count[[2]string{was, is}]++
		}
	}
	out := []Reclassified{}
	for _, was := range []string{Same, Asked, Different} {
		for _, is := range []string{Same, Asked, Different} {
			if n := count[[2]string{was, is}]; n > 0 {
				out = append(out, Reclassified{was, is, n})
			}
		}
	}
	return out
}
