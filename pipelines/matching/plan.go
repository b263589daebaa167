package matching

import (
	"context"

	"clientele/transforms/match/blocking"
)

// Plan is which pairs a match would compare, and what it is expected to miss.
type Plan struct {
	Records int `json:"records"`
	// Pairs are all pairs there are; Estimated those that the rules find, before what
	// two rules find is counted once.
	Pairs     float64 `json:"all_pairs"`
	Estimated float64 `json:"estimated_pairs"`
	Budget    float64 `json:"pair_budget"`
	// Recall is the estimated share of true pairs that the rules find.
	Recall float64    `json:"estimated_recall"`
	Rules  []PlanRule `json:"rules"`
	// ExpectedMatches is the number of pairs of one that the model expects.
	ExpectedMatches float64 `json:"expected_matches"`
	Iterations      int     `json:"iterations"`
	Converged       bool    `json:"converged"`
}

// PlanRule is a blocking rule: records that share its keys are compared.
type PlanRule struct {
	Name  string  `json:"name"`
	Pairs float64 `json:"estimated_pairs"`
	// Found is the estimated share of true pairs that share its keys, Added what no
	// rule that was chosen before it finds.
	Found float64 `json:"found"`
	Added float64 `json:"added"`
	// Blocks and Largest are of the files: how many blocks there are once large ones are
	// split, and how many records the largest had before. Split blocks were too large.
	Blocks  int `json:"blocks"`
	Largest int `json:"largest_block"`
	Split   int `json:"split_blocks"`
}

// Plan trains a model, or takes that of the job, and makes the blocks of its rules.
func (j *Job) Plan(ctx context.Context) (*Plan, error) {
	roster, err := j.Prepare(ctx)
	if err != nil {
		return nil, err
	}
	m := j.Model
	p := &Plan{Records: roster.Len(), Pairs: m.Report.Pairs, Estimated: m.Plan.Pairs, Budget: m.Plan.Budget, Recall: m.Plan.Recall,
		ExpectedMatches: m.Report.ExpectedMatches, Iterations: m.Report.Iterations, Converged: m.Report.Converged, Rules: make([]PlanRule, len(m.Plan.Rules))}
	blocks := blocking.Build(roster.Records, m.Plan, blocking.Pairing{}, nil)
	for i, r := range m.Plan.Rules {
		p.Rules[i] = PlanRule{Name: r.Name, Pairs: r.Pairs, Found: r.Found, Added: r.Added, Largest: blocks.Largest[i], Split: blocks.Split[i]}
	}
	for _, rule := range blocks.Rule {
		p.Rules[rule].Blocks++
	}
	return p, nil
}
