package pipelines

import (
	"context"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/transforms/load"
	"clientele/transforms/match"
	"clientele/transforms/merge"
)

// weighing lets work see the parties as the last night had them, and the engine that
// weighs their pairs. Nothing is changed for it: the transaction in which the base
// says which rows hold is rolled back.
func (p *Project) weighing(ctx context.Context, work func(n *nightTx, engine *match.Probabilistic) error) error {
	tx, err := p.begin(ctx)
	if err != nil {
		return underWay(err)
	}
	defer tx.Rollback(ctx)
	n := &nightTx{run: p.newRun(time.Time{}), tx: tx, d: p.Warehouse.Dialect()}
	n.report = &Report{}
	if n.decided, err = p.decisions(ctx); err != nil {
		return err
	}
	if err := n.openEngine(ctx); err != nil {
		return err
	}
	engine, ok := n.engine.(*match.Probabilistic)
	if !ok {
		return connectors.Errorf(connectors.KindConfig, "no_model", "match: { engine: probabilistic } in the config weighs pairs; `clientele customer why A B` compares their values",
			"this project matches by exact keys, which weigh nothing")
	}
	absences, err := n.absences(ctx)
	if err != nil {
		return err
	}
	if err := n.exec(ctx, load.Parties(n.d, n.ns, absences)...); err != nil {
		return err
	}
	if err := n.script(ctx)(merge.Corrected(n.d, n.ns)); err != nil {
		return err
	}
	return work(n, engine)
}

// evidence returns what the models of the last night say of some parties.
func (p *Project) evidence(ctx context.Context, wanted map[match.Record]bool) (found *match.Evidence, err error) {
	err = p.weighing(ctx, func(n *nightTx, engine *match.Probabilistic) (err error) {
		found, err = engine.Evidence(ctx, func(each func(arrow.Record) error) error {
			return n.tx.Read(ctx, n.partiesQuery(), each)
		}, func(r match.Record) bool { return wanted[r] })
		return err
	})
	return found, err
}

// underWay says of a base that is locked what a person can do.
func underWay(err error) error {
	if connectors.CodeOf(err) == "locked" {
		return connectors.Errorf(connectors.KindEnvironment, "locked", "ask again when it is done", "a night is under way, and the base can't be read meanwhile: %w", err)
	}
	return err
}
