package matching

import (
	"cmp"
	"fmt"
	"slices"

	"clientele/transforms/match"
	"clientele/transforms/match/model"
)

// Evaluation compares a match with the truth. Figures are of the transitive closure, so
// what blocking missed counts as missed.
type Evaluation struct {
	// Records are those that the truth judges, Unjudged the others, which count for
	// nothing; Unknown are those that it names and no file has.
	Records  int `json:"records"`
	Unjudged int `json:"unjudged,omitempty"`
	Unknown  int `json:"unknown,omitempty"`
	// Pairwise are of pairs, PerRecord of records (B-cubed).
	Pairwise  match.Accuracy `json:"pairwise"`
	PerRecord match.BCubed   `json:"b_cubed"`
	Blocking  Blocking       `json:"blocking"`
	// AcceptAbove is the threshold of the figures above; Thresholds are others.
	AcceptAbove float64     `json:"accept_above"`
	Thresholds  []Threshold `json:"thresholds"`
	// Joined counts pairs that were joined and do not belong together, Missed those that
	// belong together and were not joined; Uncompared are those of them that blocking missed.
	Joined     int64     `json:"wrongly_joined_pairs"`
	Missed     int64     `json:"missed_pairs"`
	Uncompared int64     `json:"uncompared_pairs"`
	Worst      []Mistake `json:"worst"`
}

// Blocking says what the blocking rules found.
type Blocking struct {
	Recall   float64 `json:"recall"`
	Compared int64   `json:"compared_pairs"`
	// Reduction is the share of all pairs that were not compared.
	Reduction float64 `json:"reduction"`
}

// Threshold is what another accept_above would give.
type Threshold struct {
	AcceptAbove float64        `json:"accept_above"`
	Clusters    int            `json:"clusters"`
	Pairwise    match.Accuracy `json:"pairwise"`
	PerRecord   match.BCubed   `json:"b_cubed"`
}

// Mistake is a pair that was judged wrongly.
type Mistake struct {
	// What is joined, missed or uncompared.
	What string `json:"what"`
	*Explanation
}

// The kinds of mistakes.
const (
	WronglyJoined = "joined"
	WronglyMissed = "missed"
	Uncompared    = "uncompared"
)

// thresholds are those of the table, with the one of the config.
var thresholds = []float64{0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999}

// Evaluate compares the match with the truth and explains the worst mistakes of each
// kind, so many at most.
func (o *Outcome) Evaluate(truth *Truth, worst int) *Evaluation {
	e := &Evaluation{Unknown: truth.Unknown, AcceptAbove: o.Config.AcceptAbove}
	var judged []int32
	var of []string
	for i, t := range truth.Of {
		if t == "" {
			e.Unjudged++
			continue
		}
		judged, of = append(judged, int32(i)), append(of, t)
	}
	e.Records = len(judged)
	pick := func(cluster []int32) []int32 {
		out := make([]int32, len(judged))
		for at, i := range judged {
			out[at] = cluster[i]
		}
		return out
	}
	found := pick(o.Cluster)
	e.Pairwise, e.PerRecord = match.Pairwise(of, found), match.PerRecord(of, found)
	e.Joined, e.Missed = e.Pairwise.Joined-e.Pairwise.Right, e.Pairwise.TruePairs-e.Pairwise.Right
	own := slices.Clone(truth.Of)
	for i, t := range own {
		if t == "" {
			own[i] = fmt.Sprintf("\x00%d", i) // nobody else's
		}
	}
	e.Blocking = Blocking{Recall: o.BlockingRecall(own), Compared: o.Compared, Reduction: 1}
	if all := o.Model.Report.Pairs; all > 0 {
		e.Blocking.Reduction = 1 - float64(o.Compared)/all
	}
	at := append(slices.Clone(thresholds), o.Config.AcceptAbove)
	slices.Sort(at)
	for _, accept := range slices.Compact(at) {
		if accept < o.Config.ReviewAbove {
			continue // pairs below it were not kept
		}
		cluster := o.Join(model.Bits(accept))
		other := pick(cluster)
		e.Thresholds = append(e.Thresholds, Threshold{accept, match.Distinct(cluster), match.Pairwise(of, other), match.PerRecord(of, other)})
	}
	o.mistakes(e, truth.Of, judged, worst)
	return e
}

// mistake is a pair that was judged wrongly, and how badly.
type mistake struct {
	a, b    int32
	badness float64
}

// examined bounds the records of one cluster of which all pairs are looked at for
// mistakes; those of larger ones are not all of interest.
const examined = 300

// mistakes finds the worst ones: joined pairs that weigh most, missed ones that weigh least.
func (o *Outcome) mistakes(e *Evaluation, truth []string, judged []int32, worst int) {
	found, belong := map[int32][]int32{}, map[string][]int32{}
	for _, i := range judged {
		found[o.Cluster[i]] = append(found[o.Cluster[i]], i)
		belong[truth[i]] = append(belong[truth[i]], i)
	}
	lists := map[string]*[]mistake{WronglyJoined: {}, WronglyMissed: {}, Uncompared: {}}
	note := func(what string, a, b int32, badness float64) {
		l := lists[what]
		m := mistake{a, b, badness}
		at, _ := slices.BinarySearchFunc(*l, m, func(x, y mistake) int {
			return cmp.Or(cmp.Compare(y.badness, x.badness), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
		})
		if at < worst {
			*l = slices.Insert(*l, at, m)
			*l = (*l)[:min(len(*l), worst)]
		}
	}
	for _, i := range judged {
		own := found[o.Cluster[i]]
		for _, j := range own[:min(len(own), examined)] {
			if j > i && truth[i] != truth[j] {
				bits, _ := o.Scorer.Score(i, j)
				note(WronglyJoined, i, j, bits)
			}
		}
		all := belong[truth[i]]
		for _, j := range all[:min(len(all), examined)] {
			if j <= i || o.Cluster[i] == o.Cluster[j] {
				continue
			}
			bits, _ := o.Scorer.Score(i, j)
			if o.Blocks.Share(i, j) {
				note(WronglyMissed, i, j, -bits)
			} else {
				e.Uncompared++
				note(Uncompared, i, j, -bits)
			}
		}
	}
	e.Worst = []Mistake{}
	for _, what := range []string{WronglyJoined, WronglyMissed, Uncompared} {
		for _, m := range *lists[what] {
			e.Worst = append(e.Worst, Mistake{what, o.Explain(m.a, m.b)})
		}
	}
}
