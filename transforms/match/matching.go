package match

import (
	"context"
	"fmt"
	"slices"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/cluster"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
)

// Matching is the outcome of Match.
type Matching struct {
	Records *records.Records
	Model   *model.Model
	Blocks  *blocking.Blocks
	// Pairs are those from review_above on, in the order of their records.
	Pairs []ScoredPair
	// Compared is the number of pairs that were compared.
	Compared int64
	// Cluster is, per record, the first record of its cluster.
	Cluster []int32
	// Scorer is the model bound to the records.
	Scorer *model.Scorer
}

// ScoredPair is a pair that was compared.
type ScoredPair struct {
	A, B int32
	Bits float32
	Rule uint8 // the first rule of the plan that found it
}

// Train chooses blocking rules and estimates a model of the records.
func Train(ctx context.Context, cfg Config, recs *records.Records) (*model.Model, error) {
	cfg, err := cfg.withDefaults(recs.Len())
	if err != nil {
		return nil, err
	}
	sample := blocking.NewSample(recs, cfg.LinkOnly, float64(cfg.PairBudget))
	options := model.Options{LinkOnly: cfg.LinkOnly}
	if cfg.LinkOnly {
		options.Unique = cfg.unique(recs)
	}
	m, probability, err := model.Train(ctx, recs, sample, options)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	m.Plan = sample.Choose(probability, float64(cfg.PairBudget))
	return m, nil
}

// Match joins records into clusters under a model.
func Match(ctx context.Context, cfg Config, recs *records.Records, m *model.Model) (*Matching, error) {
	cfg, err := cfg.withDefaults(recs.Len())
	if err != nil {
		return nil, err
	}
	scorer, err := m.Bind(recs)
	if err != nil {
		return nil, err
	}
	out := &Matching{Records: recs, Model: m, Scorer: scorer, Blocks: blocking.Build(recs, m.Plan, nil)}
	unique := cfg.unique(recs)
	compete := cfg.LinkOnly && unique != nil
	least := model.Bits(cfg.ReviewAbove)
	if compete {
		least = min(least, m.PriorBits())
	}
	if err := out.score(ctx, cfg.LinkOnly, least, scorer); err != nil {
		return nil, fmt.Errorf("score pairs: %w", err)
	}
	if compete {
		out.compete(unique, model.Bits(cfg.ReviewAbove))
	}
	out.Cluster = out.join(cfg)
	return out, nil
}

// Join returns the clusters that the pairs make at other thresholds: per record, the
// first of its cluster. Pairs below the review_above of Match are unknown to it.
func (m *Matching) Join(cfg Config) ([]int32, error) {
	cfg, err := cfg.withDefaults(m.Records.Len())
	if err != nil {
		return nil, err
	}
	return m.join(cfg), nil
}

func (m *Matching) join(cfg Config) []int32 {
	return cluster.Build(m.Records.Len(), m.edges(), cluster.Rules{
		Accept: model.Bits(cfg.AcceptAbove),
		Unique: cfg.unique(m.Records),
		Score: func(a, b int32) (float64, bool) {
			bits, _ := m.Scorer.Score(a, b)
			return bits, false
		},
	})
}

// compete gives the pairs of sources without duplicates their weights in
// competition and drops those below least.
func (m *Matching) compete(unique func(int32) int32, least float64) {
	pairs, bits := make([]blocking.Pair, len(m.Pairs)), make([]float64, len(m.Pairs))
	for i, p := range m.Pairs {
		pairs[i], bits[i] = blocking.Pair{A: p.A, B: p.B}, float64(p.Bits)
	}
	model.Compete(m.Records, unique, pairs, bits, m.Model.PriorBits())
	kept := m.Pairs[:0]
	for i, p := range m.Pairs {
		if p.Bits = float32(bits[i]); bits[i] >= least {
			kept = append(kept, p)
		}
	}
	m.Pairs = kept
}

func (m *Matching) edges() []cluster.Edge {
	out := make([]cluster.Edge, len(m.Pairs))
	for i, p := range m.Pairs {
		out[i] = cluster.Edge{A: p.A, B: p.B, Bits: p.Bits}
	}
	return out
}

// unique tells the source without duplicates of each record.
func (c Config) unique(recs *records.Records) func(int32) int32 {
	free := make([]bool, len(recs.Sources))
	some := false
	for s, name := range recs.Sources {
		free[s] = c.OneToOne || slices.Contains(c.DuplicateFree, name)
		some = some || free[s]
	}
	if !some {
		return nil
	}
	return func(i int32) int32 {
		if s := recs.Source(i); free[s] {
			return s
		}
		return -1
	}
}

// BlockingRecall is the share of the true pairs that were compared, given the true
// cluster of every record.
func (m *Matching) BlockingRecall(truth []string) float64 {
	members := map[string][]int32{}
	for i, t := range truth {
		members[t] = append(members[t], int32(i))
	}
	var compared, all int64
	for _, own := range members {
		for x, i := range own {
			for _, j := range own[x+1:] {
				all++
				if m.Blocks.Share(i, j) {
					compared++
				}
			}
		}
	}
	return share(compared, all)
}
