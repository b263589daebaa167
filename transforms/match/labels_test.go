package match_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"clientele/transforms/match"
)

// Where people know of all records what they belong to, nothing is left to expect;
// where they know of some, what is estimated comes nearer to it. Without labels nothing
// changes.
func TestLabelsAreLearntFrom(t *testing.T) {
	recs, truth := people{rand.New(rand.NewPCG(7, 7))}.make(t, 400)
	pairs := 0
	for i := range truth {
		for j := range i {
			if truth[i] == truth[j] {
				pairs++
			}
		}
	}
	learnt := func(labels []string) float64 {
		m, err := match.TrainTold(context.Background(), peopleConfig, recs, match.Told{Labels: labels})
		if err != nil {
			t.Fatal(err)
		}
		return m.Report.ExpectedMatches
	}
	if got := learnt(truth); got < float64(pairs)-1e-6 || got > float64(pairs)+1e-6 {
		t.Errorf("with all labels %v matches are expected, want %d", got, pairs)
	}
	// Labels win over values: nobody belongs to anybody.
	nobody := make([]string, len(truth))
	for i := range nobody {
		nobody[i] = string(rune('a' + i))
	}
	if got := learnt(nobody); got > 1e-6 {
		t.Errorf("%v matches are expected where labels know of none", got)
	}
	if got, want := learnt(make([]string, len(truth))), learnt(nil); got != want {
		t.Errorf("labels that say nothing change %v to %v", want, got)
	}
}
