package pipelines

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/pipelines/config"
	"clientele/transforms/match"
	"clientele/transforms/match/model"
)

// keptModel is a model of matching as the base keeps it.
type keptModel struct {
	kind      string
	trainedOn time.Time
	text      []byte
}

// keptModels are those of the base, in the order of their kinds.
type keptModels []keptModel

// digest tells sets of models apart.
func (k keptModels) digest() []byte {
	sum := sha256.New()
	for _, m := range k {
		fmt.Fprintf(sum, "%s\x00%d\x00%s", m.kind, len(m.text), m.text)
	}
	return sum.Sum(nil)
}

// openEngine makes the matching engine that the config asks for, with the models
// that the base keeps.
func (n *nightTx) openEngine(ctx context.Context) error {
	n.models = nil
	sql := fmt.Sprintf("SELECT kind, trained_on, model FROM %s ORDER BY kind ASC NULLS LAST", n.table("base_models"))
	if err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			day := rec.Column(1).(*array.Date32).Value(i)
			n.models = append(n.models, keptModel{kind: text(rec, 0, i), trainedOn: day.ToTime(), text: []byte(text(rec, 2, i))})
		}
		return nil
	}); err != nil {
		return err
	}
	c := n.project.Config
	if c.Match.Engine != config.EngineProbabilistic {
		n.engine = match.Exact{Decided: n.decided.Match()}
		return nil
	}
	engine := &match.Probabilistic{AcceptAbove: c.Match.AcceptAbove, ReviewAbove: c.Match.ReviewAbove, Country: c.Company.Country, Models: match.Models{}, Decided: n.decided.Match(), Compare: c.Match.Compare}
	n.engine = engine
	if n.retrain {
		return nil
	}
	for _, kept := range n.models {
		m := &model.Model{}
		if err := json.Unmarshal(kept.text, m); err != nil {
			return fmt.Errorf("read the model of kind %s: %w", kept.kind, err)
		}
		engine.Models[kept.kind] = m
	}
	return nil
}

// keepModels writes the models that parties were matched by into the base, where
// it has others. An engine without models leaves those of another as they are.
func (n *nightTx) keepModels(ctx context.Context, used match.Models) error {
	before := map[string]keptModel{}
	for _, m := range n.models {
		before[m.kind] = m
	}
	var after keptModels
	trained := false
	for _, kind := range used.Kinds() {
		body, err := json.Marshal(used[kind])
		if err != nil {
			return fmt.Errorf("write the model of kind %s: %w", kind, err)
		}
		m, ok := before[kind]
		if !ok || !bytes.Equal(m.text, body) {
			m, trained = keptModel{kind: kind, trainedOn: n.night.AsOf, text: body}, true
		}
		after = append(after, m)
	}
	if !trained {
		return nil
	}
	n.models = after
	return n.replace(ctx, "base_models", func(add func(...any) error) error {
		for _, m := range after {
			if err := add(m.kind, m.trainedOn, string(m.text)); err != nil {
				return err
			}
		}
		return nil
	})
}
