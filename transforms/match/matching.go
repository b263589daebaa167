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
	// Pairs are those that a match is possible for, in the order of their records.
	Pairs []ScoredPair
	// Compared is the number of pairs that were compared.
	Compared int64
	// Cluster is, per record, the first record of its cluster.
	Cluster []int32
	// Scorer is the model bound to the records.
	Scorer *model.Scorer

	review, accept float64
	links          bool // records of different sources were compared alone, and may compete
	pairing        blocking.Pairing
	unique         func(int32) int32
	rules          cluster.Rules
}

// ScoredPair is a pair that was compared.
type ScoredPair struct {
	A, B int32
	// Own is the weight of the pair by its values, in bits; Bits is what it weighs
	// when records of sources without duplicates compete, else the same.
	Own, Bits float32
	Rule      uint8 // the first rule of the plan that found it
}

// Train chooses blocking rules and estimates a model of the records.
func Train(ctx context.Context, cfg Config, recs *records.Records) (*model.Model, error) {
	return TrainTold(ctx, cfg, recs, Told{})
}

// Told is what is known of records before a model of them is trained.
type Told struct {
	// Labels are those of model.Options: what people know of some records.
	Labels []string
	// Shares are those of model.Options: what other records tell of columns.
	Shares map[string][]float64
}

// TrainTold is Train where something is known.
func TrainTold(ctx context.Context, cfg Config, recs *records.Records, told Told) (*model.Model, error) {
	cfg, err := cfg.withDefaults(recs.Len())
	if err != nil {
		return nil, err
	}
	pairing := cfg.pairing(recs)
	sample := blocking.NewSample(recs, pairing, float64(cfg.PairBudget))
	options := model.Options{Pairing: pairing, Labels: told.Labels, Shares: told.Shares}
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
func Match(ctx context.Context, cfg Config, recs *records.Records, m *model.Model, decided Decisions) (*Matching, error) {
	return matchKeeping(ctx, cfg, recs, m, decided, nil)
}

// matchKeeping is Match, and calls keep as blocking.Build does.
func matchKeeping(ctx context.Context, cfg Config, recs *records.Records, m *model.Model, decided Decisions, keep func([]blocking.Part)) (*Matching, error) {
	out, err := bind(cfg, recs, m)
	if err != nil {
		return nil, err
	}
	least, compete := out.review, out.links && out.unique != nil
	if compete {
		least = min(least, m.PriorBits())
	}
	out.Blocks = blocking.Build(recs, m.Plan, out.pairing, keep)
	if err := out.compare(ctx, least); err != nil {
		return nil, fmt.Errorf("compare pairs: %w", err)
	}
	if compete {
		out.compete()
	}
	out.settle(decided)
	return out, nil
}

// bind returns a matching of records under a model in which no pair is compared yet.
func bind(cfg Config, recs *records.Records, m *model.Model) (*Matching, error) {
	cfg, err := cfg.withDefaults(recs.Len())
	if err != nil {
		return nil, err
	}
	scorer, err := m.Bind(recs, cfg.CannotLink...)
	if err != nil {
		return nil, err
	}
	return &Matching{Records: recs, Model: m, Scorer: scorer, review: model.Bits(cfg.ReviewAbove), accept: model.Bits(cfg.AcceptAbove),
		links: cfg.LinkOnly, pairing: cfg.pairing(recs), unique: cfg.unique(recs)}, nil
}

// settle makes clusters of the pairs.
func (m *Matching) settle(decided Decisions) {
	m.rules = cluster.Rules{
		Same: places(m.Records, decided.Same), Different: places(m.Records, decided.Different), Unique: m.unique,
		Score: func(a, b int32) (float64, bool) {
			bits, levels := m.Scorer.Score(a, b)
			return bits, m.Scorer.Forbids(&levels)
		},
		Most: m.Scorer.Most,
	}
	m.Cluster = m.Join(m.accept)
}

// Join returns the clusters that the pairs make when those from accept bits on are
// matches: per record, the first of its cluster. Pairs that Match did not keep, those below
// review_above, are unknown to it.
func (m *Matching) Join(accept float64) []int32 {
	rules := m.rules
	rules.Accept = accept
	var edges []cluster.Edge
	for _, p := range m.Pairs {
		if float64(p.Bits) >= accept {
			edges = append(edges, cluster.Edge{A: p.A, B: p.B, Bits: p.Bits})
		}
	}
	return cluster.Build(m.Records.Len(), edges, rules)
}

// compete gives the pairs of sources without duplicates their weights in
// competition.
func (m *Matching) compete() {
	pairs, bits := make([]blocking.Pair, len(m.Pairs)), make([]float64, len(m.Pairs))
	for i, p := range m.Pairs {
		pairs[i], bits[i] = blocking.Pair{A: p.A, B: p.B}, float64(p.Own)
	}
	model.Compete(m.Records, m.unique, pairs, bits, m.Model.PriorBits())
	for i := range m.Pairs {
		m.Pairs[i].Bits = float32(bits[i])
	}
}

func (m *Matching) record(i int32) Record {
	return Record{Source: m.Records.Sources[m.Records.Source(i)], ID: m.Records.ID(i)}
}

// Grey returns the pairs that a person should judge: those from review_above on of
// which the records are not in one cluster, and of whose clusters nobody said that
// they are two; those first that are nearest to a match.
func (m *Matching) Grey() []ScoredPair {
	apart := map[[2]int32]bool{}
	for _, p := range m.rules.Different {
		a, b := m.Cluster[p[0]], m.Cluster[p[1]]
		apart[[2]int32{min(a, b), max(a, b)}] = true
	}
	var out []ScoredPair
	for _, p := range m.Pairs {
		a, b := m.Cluster[p.A], m.Cluster[p.B]
		if float64(p.Bits) >= m.review && a != b && !apart[[2]int32{min(a, b), max(a, b)}] {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(x, y ScoredPair) int {
		switch {
		case x.Bits > y.Bits:
			return -1
		case x.Bits < y.Bits:
			return 1
		}
		return 0
	})
	return out
}

// places returns the places of the records of links, without links of which a record
// is missing.
func places(recs *records.Records, links []Link) [][2]int32 {
	var out [][2]int32
	for _, l := range links {
		a, ok := recs.Find(l.A.Source, l.A.ID)
		b, has := recs.Find(l.B.Source, l.B.ID)
		if ok && has && a != b {
			out = append(out, [2]int32{min(a, b), max(a, b)})
		}
	}
	slices.SortFunc(out, func(x, y [2]int32) int { return slices.Compare(x[:], y[:]) })
	return slices.Compact(out)
}

// unique tells the source without duplicates of each record; nil where all may hold
// duplicates.
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

// BlockingRecall is the share of the true pairs that share a block, given the true
// cluster of every record.
func (m *Matching) BlockingRecall(truth []string) float64 {
	members := map[string][]int32{}
	for i, t := range truth {
		members[t] = append(members[t], int32(i))
	}
	var found, all int64
	for _, own := range members {
		for x, i := range own {
			for _, j := range own[x+1:] {
				all++
				if m.Blocks.Share(i, j) {
					found++
				}
			}
		}
	}
	return share(found, all)
}
