package match

// Accuracy are the pairwise figures of a clustering against the truth: of all
// pairs that it joins, the share that belong together; of all pairs that belong
// together, the share that it joins; and their harmonic mean. Pairs are those of
// the transitive closure on both sides.
type Accuracy struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	TruePairs int64   `json:"true_pairs"`
	Joined    int64   `json:"joined_pairs"`
	Right     int64   `json:"right_pairs"`
}

// Pairwise compares two clusterings of the same records, each given as the
// cluster of every record.
func Pairwise[T, F comparable](truth []T, found []F) Accuracy {
	return accuracy(counted(truth, found, nil))
}

// PairwiseOf compares two clusterings as Pairwise does, by the pairs that hold one of
// some records: those that out is false for.
func PairwiseOf[T, F comparable](truth []T, found []F, out func(i int) bool) Accuracy {
	all, without := counted(truth, found, nil), counted(truth, found, out)
	return accuracy(Accuracy{TruePairs: all.TruePairs - without.TruePairs, Joined: all.Joined - without.Joined, Right: all.Right - without.Right})
}

// counted counts the pairs of the records that are counted; nil counts all.
func counted[T, F comparable](truth []T, found []F, counts func(i int) bool) Accuracy {
	type cell struct {
		t T
		f F
	}
	trueSizes, foundSizes, both := map[T]int64{}, map[F]int64{}, map[cell]int64{}
	for i := range truth {
		if counts != nil && !counts(i) {
			continue
		}
		trueSizes[truth[i]]++
		foundSizes[found[i]]++
		both[cell{truth[i], found[i]}]++
	}
	return Accuracy{TruePairs: pairs(trueSizes), Joined: pairs(foundSizes), Right: pairs(both)}
}

// accuracy says what counts of pairs come to.
func accuracy(a Accuracy) Accuracy {
	a.Precision = share(a.Right, a.Joined)
	a.Recall = share(a.Right, a.TruePairs)
	if a.Precision+a.Recall > 0 {
		a.F1 = 2 * a.Precision * a.Recall / (a.Precision + a.Recall)
	}
	return a
}

func pairs[K comparable](sizes map[K]int64) (n int64) {
	for _, s := range sizes {
		n += s * (s - 1) / 2
	}
	return n
}

// share is 1 where there is nothing to be found: no pair is wrong.
func share(part, whole int64) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Distinct returns the number of clusters.
func Distinct[F comparable](found []F) int {
	seen := map[F]struct{}{}
	for _, f := range found {
		seen[f] = struct{}{}
	}
	return len(seen)
}

// BCubed are the figures of a clustering per record (Bagga and Baldwin 1998): of
// the records in a record's cluster, itself included, the share that belongs with
// it, and of those that belong with it, the share that is in its cluster; each the
// mean over all records. Unlike pairs, they do not let one large cluster outweigh
// all small ones.
type BCubed struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// PerRecord compares two clusterings of the same records, each given as the
// cluster of every record.
func PerRecord[T, F comparable](truth []T, found []F) BCubed {
	if len(truth) == 0 {
		return BCubed{1, 1, 1}
	}
	type cell struct {
		t T
		f F
	}
	trueSizes, foundSizes, both := map[T]int{}, map[F]int{}, map[cell]int{}
	for i := range truth {
		trueSizes[truth[i]]++
		foundSizes[found[i]]++
		both[cell{truth[i], found[i]}]++
	}
	var b BCubed
	for i := range truth { // in the order of records, so that sums are the same each time
		n := float64(both[cell{truth[i], found[i]}])
		b.Precision += n / float64(foundSizes[found[i]])
		b.Recall += n / float64(trueSizes[truth[i]])
	}
	b.Precision /= float64(len(truth))
	b.Recall /= float64(len(truth))
	b.F1 = 2 * b.Precision * b.Recall / (b.Precision + b.Recall)
	return b
}
