package pipelines

import (
	"context"
	"time"

	"clientele/transforms/match"
)

// Retraining is what models that are trained anew would change.
type Retraining struct {
	// Models are those that the base keeps, and the new ones.
	Models []RetrainedModel `json:"models"`
	// Customers and what would become of them are those of the last night.
	Customers int `json:"customers"`
	After     int `json:"customers_after"`
	Merges    int `json:"merges"`
	Splits    int `json:"splits"`
	// Events are the first of the merges and splits.
	Events []Regrouped `json:"events"`
}

// RetrainedModel is the model of a kind of party.
type RetrainedModel struct {
	Kind string `json:"kind"`
	// TrainedOn is the night of the model that the base keeps, "" for none, and Parties
	// how many there were of the kind.
	TrainedOn string `json:"trained_on,omitempty"`
	Parties   int    `json:"parties"`
	Now       int    `json:"parties_now"`
}

// Regrouped is a customer that would be merged into another, or that another would be
// split from.
type Regrouped struct {
	Why  string `json:"why"` // merge or split
	From string `json:"from_customer_id"`
	To   string `json:"to_customer_id"`
}

// regrouped bounds the merges and splits that are listed.
const regrouped = 20

// PreviewRetraining trains the models of matching anew on the parties of the last night,
// and tells what a night with RunOptions.Retrain would change. Nothing is kept of it.
func (p *Project) PreviewRetraining(ctx context.Context) (*Retraining, error) {
	out := &Retraining{Models: []RetrainedModel{}, Events: []Regrouped{}}
	err := p.weighing(ctx, func(n *nightTx, engine *match.Probabilistic) error {
		before := engine.Models
		engine.Models = match.Models{}
		clusters, err := n.cluster(ctx)
		if err != nil {
			return err
		}
		if err := n.link(ctx, clusters); err != nil {
			return err
		}
		known, members, err := n.known(ctx)
		if err != nil {
			return err
		}
		for _, id := range known {
			if id.State == match.Current {
				out.Customers++
			}
		}
		issued := match.Issue(clusters, known, members)
		for _, id := range issued.Identities {
			if id.State == match.Current {
				out.After++
			}
		}
		for _, e := range issued.Events {
			if e.Why == match.WhyMerge {
				out.Merges++
			} else {
				out.Splits++
			}
			if len(out.Events) < regrouped {
				out.Events = append(out.Events, Regrouped{Why: e.Why, From: e.From, To: e.To})
			}
		}
		for _, kind := range clusters.Models.Kinds() {
			m := RetrainedModel{Kind: kind, Now: clusters.Models[kind].Report.Records}
			if old := before[kind]; old != nil {
				m.Parties = old.Report.Records
			}
			for _, kept := range n.models {
				if kept.kind == kind {
					m.TrainedOn = kept.trainedOn.Format(time.DateOnly)
				}
			}
			out.Models = append(out.Models, m)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
