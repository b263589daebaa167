package match

import (
	"context"
	"fmt"

	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
)

// Evidence is what the models say of the pairs of some parties.
type Evidence struct {
	kinds []bound
}

// bound is a model and the parties of its kind.
type bound struct {
	kind   string
	scorer *model.Scorer
	find   func(Record) (int32, bool)
}

// Evidence binds the models to the parties that are wanted. What a pair weighs
// depends on the pair and the model alone: it is what it weighed among all parties.
func (p *Probabilistic) Evidence(ctx context.Context, parties Reader, wanted func(Record) bool) (*Evidence, error) {
	pools, err := p.read(ctx, parties, &Clusters{}, reading{wanted: wanted})
	if err != nil {
		return nil, fmt.Errorf("read parties: %w", err)
	}
	e := &Evidence{}
	for _, o := range pools {
		m := p.Models[o.kind]
		if m == nil {
			continue
		}
		recs, err := o.builder.Records()
		if err != nil {
			return nil, err
		}
		scorer, err := m.Bind(recs)
		if err != nil {
			return nil, err
		}
		e.kinds = append(e.kinds, bound{o.kind, scorer, func(r Record) (int32, bool) { return o.find(recs, r) }})
	}
	return e, nil
}

// find returns the record of a party, in the pool of its kind or of contacts.
func (o *pool) find(recs *records.Records, r Record) (int32, bool) {
	if !o.config.LinkOnly {
		return recs.Find(r.Source, r.ID)
	}
	if i, ok := recs.Find(KindOrganisation, contactID(r)); ok {
		return i, true
	}
	return recs.Find(KindPerson, contactID(r))
}

// Explain tells what a pair of parties weighs, and by the model of which kind. ok is
// false for parties that are not there, and for a firm and a person who can't stand for
// one: no model compares them.
func (e *Evidence) Explain(a, b Record) (kind string, x model.Explanation, ok bool) {
	for _, k := range e.kinds {
		i, is := k.find(a)
		j, has := k.find(b)
		if is && has {
			return k.kind, k.scorer.Explain(i, j), true
		}
	}
	return "", x, false
}

// Forbids reports whether evidence forbids that two parties are one, as when they
// have different enterprise numbers.
func (e *Evidence) Forbids(a, b Record) bool {
	for _, k := range e.kinds {
		i, is := k.find(a)
		j, has := k.find(b)
		if is && has {
			_, levels := k.scorer.Score(i, j)
			return k.scorer.Forbids(&levels)
		}
	}
	return false
}
