package matching

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clientele/transforms/match"
	"clientele/transforms/match/blocking"
	"clientele/transforms/match/model"
	"clientele/transforms/match/waterfall"
)

// Explanation says why two records are one, or why not. It is personal data.
type Explanation struct {
	A Stand `json:"a"`
	B Stand `json:"b"`
	// One says that they are in one cluster.
	One    bool   `json:"one"`
	Answer string `json:"answer"`
	// Reasons are what decided it beside the evidence of the pair itself.
	Reasons  []string          `json:"reasons"`
	Evidence model.Explanation `json:"evidence"`
	// Rules are the blocking rules that brought the two together; without one they
	// were never compared.
	Rules       []string `json:"rules"`
	AcceptAbove float64  `json:"accept_above"`
	ReviewAbove float64  `json:"review_above"`
}

// Stand is a record and where it stands.
type Stand struct {
	Key
	Row     int   `json:"row"`
	Cluster int32 `json:"cluster_id"`
	// Members is the number of records of its cluster.
	Members int `json:"members"`
}

// Chart draws the evidence.
func (e *Explanation) Chart() waterfall.Chart {
	return waterfall.Chart{Title: e.Answer, Steps: waterfall.Of(e.Evidence), Marks: []waterfall.Mark{
		{Label: fmt.Sprintf("asked from %g", e.ReviewAbove), Bits: model.Bits(e.ReviewAbove)},
		{Label: fmt.Sprintf("accepted from %g", e.AcceptAbove), Bits: model.Bits(e.AcceptAbove)},
	}}
}

// explained bounds what an explanation looks at, of clusters and in words.
const explained = 50

// Explain says why two records are one, or why not.
func (o *Outcome) Explain(a, b int32) *Explanation {
	numbers := o.Numbers()
	e := &Explanation{A: o.stand(a, numbers), B: o.stand(b, numbers), One: o.Cluster[a] == o.Cluster[b], Evidence: o.Scorer.Explain(a, b),
		AcceptAbove: o.Config.AcceptAbove, ReviewAbove: o.Config.ReviewAbove, Rules: o.sharedRules(a, b), Reasons: []string{}}
	if a == b {
		e.Answer = fmt.Sprintf("%s is one record", e.A.Key)
		return e
	}
	bits := e.Evidence.Bits
	if at, ok := o.pair(a, b); ok {
		if compete := float64(o.Pairs[at].Bits); compete != float64(float32(bits)) && o.Config.LinkOnly {
			bits = compete
			e.say("sources without duplicates: beside the other candidates of the two records the pair weighs %+.1f bits, a probability of %.4f", bits, model.Probability(bits))
		}
	}
	switch {
	case len(o.Model.Plan.Rules) == 1 && len(o.Model.Plan.Rules[0].Keys) == 0 && len(e.Rules) > 0:
		e.say("all pairs were compared")
	case len(e.Rules) == 0:
		e.say("no blocking rule brought them together, so they were not compared: there are %s", some(ruleNames(o.Model.Plan)))
	default:
		e.say("brought together by %s", some(e.Rules))
	}
	decided := o.whatWasDecided(e, a, b)
	if e.One {
		e.Answer = fmt.Sprintf("%s and %s are one: cluster %d of %d records", e.A.Key, e.B.Key, e.A.Cluster, e.A.Members)
		if !decided {
			o.whyOne(e, a, b, bits)
		}
	} else {
		e.Answer = fmt.Sprintf("%s and %s are two: clusters %d and %d", e.A.Key, e.B.Key, e.A.Cluster, e.B.Cluster)
		if !decided {
			o.whyTwo(e, a, b, bits)
		}
	}
	return e
}

func (e *Explanation) say(format string, args ...any) {
	e.Reasons = append(e.Reasons, fmt.Sprintf(format, args...))
}

func (o *Outcome) stand(i int32, numbers []int32) Stand {
	return Stand{Key: o.Roster.Key(i), Row: o.Roster.Row(i), Cluster: numbers[i], Members: len(o.members(i))}
}

// members returns the records of a record's cluster.
func (o *Outcome) members(i int32) []int32 {
	var out []int32
	for j, root := range o.Cluster {
		if root == o.Cluster[i] {
			out = append(out, int32(j))
		}
	}
	return out
}

// pair returns the place of a pair among those that were reported.
func (o *Outcome) pair(a, b int32) (int, bool) {
	return slices.BinarySearchFunc(o.Pairs, [2]int32{min(a, b), max(a, b)}, func(p match.ScoredPair, t [2]int32) int {
		return cmp.Or(cmp.Compare(p.A, t[0]), cmp.Compare(p.B, t[1]))
	})
}

// sharedRules names the blocking rules under which two records share a block.
func (o *Outcome) sharedRules(a, b int32) []string {
	if o.Config.LinkOnly && o.Records.Source(a) == o.Records.Source(b) {
		return nil
	}
	blocks := o.Blocks
	if blocks == nil { // of an earlier match: only those of the two are made
		blocks = blocking.Around(o.Records, o.Model.Plan, a, b)
	}
	var out []string
	other := blocks.Of(b)
	for _, block := range blocks.Of(a) {
		if _, ok := slices.BinarySearch(other, block); ok {
			if name := o.Model.Plan.Rules[blocks.Rule[block]].Name; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// some names the first of several rules.
func some(rules []string) string {
	const named = 4
	text := strings.Join(rules[:min(len(rules), named)], "; ")
	if more := len(rules) - named; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

func ruleNames(p *blocking.Plan) []string {
	names := make([]string, len(p.Rules))
	for i, r := range p.Rules {
		names[i] = r.Name
	}
	return names
}

// whyOne says what holds two records of one cluster together.
func (o *Outcome) whyOne(e *Explanation, a, b int32, bits float64) {
	if class(o.Config, bits) == Same && len(e.Rules) > 0 {
		e.say("their pair is accepted: %.4f is at least accept_above %g", model.Probability(bits), o.Config.AcceptAbove)
		return
	}
	way := o.way(a, b)
	if way == nil {
		e.say("nothing but the cluster as a whole holds them together")
		return
	}
	parts := make([]string, len(way)-1)
	for i := range parts {
		at, _ := o.pair(way[i], way[i+1])
		parts[i] = fmt.Sprintf("%s and %s (%.4f)", o.Roster.Key(way[i]), o.Roster.Key(way[i+1]), model.Probability(float64(o.Pairs[at].Bits)))
	}
	e.say("their own pair would not be accepted; other accepted pairs join them: %s", strings.Join(parts, ", then "))
}

// way returns the shortest way from a to b over accepted pairs of their cluster.
func (o *Outcome) way(a, b int32) []int32 {
	next := map[int32][]int32{}
	for _, p := range o.Pairs {
		if o.Cluster[p.A] == o.Cluster[a] && o.Cluster[p.B] == o.Cluster[a] && class(o.Config, float64(p.Bits)) == Same {
			next[p.A] = append(next[p.A], p.B)
			next[p.B] = append(next[p.B], p.A)
		}
	}
	from := map[int32]int32{a: a}
	for queue := []int32{a}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		if i == b {
			way := []int32{b}
			for i != a {
				i = from[i]
				way = append(way, i)
			}
			slices.Reverse(way)
			return way
		}
		for _, j := range next[i] {
			if _, seen := from[j]; !seen {
				from[j] = i
				queue = append(queue, j)
			}
		}
	}
	return nil
}

// whyTwo says what keeps two records apart.
func (o *Outcome) whyTwo(e *Explanation, a, b int32, bits float64) {
	if o.Config.LinkOnly && o.Records.Source(a) == o.Records.Source(b) {
		e.say("they are of one side: only records of different sides are linked")
	}
	_, levels := o.Scorer.Score(a, b)
	switch {
	case o.Scorer.Forbids(&levels):
		e.say("evidence forbids it: %s", o.forbidding(e.Evidence))
		return
	case len(e.Rules) == 0 && class(o.Config, bits) != Different:
		e.say("if they had been compared, their pair would be %s", outcomes[class(o.Config, bits)])
		return
	case class(o.Config, bits) == Asked:
		e.say("their pair is between review_above %g and accept_above %g: people are asked, and nothing is merged meanwhile", o.Config.ReviewAbove, o.Config.AcceptAbove)
		return
	case class(o.Config, bits) == Different:
		e.say("the evidence is not enough: %.4f is below review_above %g", model.Probability(bits), o.Config.ReviewAbove)
		return
	}
	o.whyClustersDiffer(e, a, b)
}

var outcomes = map[string]string{Same: "accepted", Asked: "left to people", Different: "refused"}

// forbidding names the fields of which two values forbid that two records are one.
func (o *Outcome) forbidding(e model.Explanation) string {
	var names []string
	for _, c := range e.Columns {
		for _, m := range o.Model.Comparisons {
			last := m.Levels[len(m.Levels)-1].Label
			if m.Column == c.Column && c.Level == last && (slices.Contains(o.Config.CannotLink, c.Column) || m.Role == "enterprise") {
				names = append(names, c.Column)
			}
		}
	}
	return strings.Join(names, ", ") + " differ"
}

// whyClustersDiffer says why an accepted pair did not join the clusters of its
// records.
func (o *Outcome) whyClustersDiffer(e *Explanation, a, b int32) {
	of, other := o.members(a), o.members(b)
	for _, x := range of {
		for _, y := range other {
			if o.Records.Source(x) == o.Records.Source(y) && o.free(x) {
				e.say("the pair alone would be accepted, but together their clusters would hold %s and %s, of a file without duplicates", o.Roster.Key(x), o.Roster.Key(y))
				return
			}
		}
	}
	worst, least, speak := [2]int32{}, 0.0, 0
	for _, x := range of[:min(len(of), explained)] {
		for _, y := range other[:min(len(other), explained)] {
			bits, levels := o.Scorer.Score(min(x, y), max(x, y))
			if o.Scorer.Forbids(&levels) {
				e.say("the pair alone would be accepted, but evidence forbids that %s and %s of the two clusters are one", o.Roster.Key(x), o.Roster.Key(y))
				return
			}
			if bits < 0 {
				speak++
			}
			if bits < least {
				worst, least = [2]int32{x, y}, bits
			}
		}
	}
	if speak == 0 {
		e.say("the pair alone would be accepted; what else was joined before it keeps the clusters apart")
		return
	}
	e.say("the pair alone would be accepted, but the other pairs of the two clusters speak against it: %d of them, most of all %s and %s with %+.1f bits",
		speak, o.Roster.Key(worst[0]), o.Roster.Key(worst[1]), least)
}

// free reports whether the source of a record holds nothing twice.
func (o *Outcome) free(i int32) bool {
	return o.Config.OneToOne || slices.Contains(o.Config.DuplicateFree, o.Records.Sources[o.Records.Source(i)])
}
