package pipelines

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/pipelines/decisions"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/delta"
	"clientele/transforms/load"
	"clientele/transforms/match"
	"clientele/transforms/match/blocking"
)

// MigrateBase adds a migration of the base for as long as a test takes. The
// function that is returned takes it away.
func MigrateBase(m func(d *dialect.Dialect, base func(string) string) []dialect.Statement) (undo func()) {
	known := baseMigrations
	baseMigrations = append(known[:len(known):len(known)], m)
	return func() { baseMigrations = known }
}

// Basis is what a base must be made for, beside its night, that a run of the
// project is confined to changes.
func (p *Project) Basis() string {
	n := &nightTx{run: p.newRun(time.Time{}), decided: decisions.NewBook(nil)}
	return n.basis()
}

// Land writes the first delivery of a source as a night lands it, and returns how
// many rows it has.
func (p *Project) Land(ctx context.Context, source, path string) (int64, error) {
	s, _ := p.Config.Source(source)
	src, err := s.Open(p.project())
	if err != nil {
		return 0, err
	}
	list, err := src.Deliveries(ctx, "")
	if err != nil {
		return 0, err
	}
	return p.copyRows(ctx, source, src, &list[0], path)
}

// AskKept asks a base all that a night asks which matches what changed, and writes what such a
// night keeps.
func (p *Project) AskKept(ctx context.Context) error {
	tx, err := p.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	engine := &match.Probabilistic{}
	n := &nightTx{run: p.newRun(time.Time{}), tx: tx, d: p.Warehouse.Dialect(), decided: decisions.NewBook(nil), clusters: &match.Clusters{}}
	n.engine = engine
	if err := tx.Create(ctx, slices.Concat(schemas.Inputs(), schemas.Bases(), schemas.Published())); err != nil {
		return err
	}
	for _, step := range []func() ([]dialect.Statement, error){
		func() ([]dialect.Statement, error) { return load.Statements(n.d, n.ns, n.ns, nil), nil },
		func() ([]dialect.Statement, error) { return delta.Changed(n.d, n.ns, n.night, delta.Changes{}) },
		func() ([]dialect.Statement, error) {
			return n.d.ReplaceAs("touched parties", n.ns("touched_parties"), "SELECT source, record_id FROM "+n.ns("changed_parties")), nil
		},
	} {
		if err := n.script(ctx)(step()); err != nil {
			return err
		}
	}
	if _, err := n.rematch(ctx, engine, nil); err != nil {
		return err
	}
	kept, many := &keptMatching{n: n, ctx: ctx}, make([]int32, 200)
	blocks := kept.Blocks(match.KindPerson)
	_, sizes := blocks.Sizes([]blocking.ID{1})
	_, parts := blocks.Parts(many)
	_, pairs := kept.Pairs(match.KindPerson)
	_, numbers := kept.Numbers([]match.Record{{Source: "it's", ID: "1"}})
	parties := kept.Parties(many)(func(arrow.Record) error { return nil })
	joined := n.joined(ctx)
	grey := n.keepGrey(ctx, nil)
	_, rejoined := n.rejoined(ctx)
	n.keeper.anew[match.KindPerson] = many
	return errors.Join(sizes, parts, pairs, numbers, parties, joined, grey, rejoined, n.keepMatching(ctx))
}
