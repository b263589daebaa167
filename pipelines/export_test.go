package pipelines

import (
	"context"
	"time"

	"clientele/pipelines/decisions"
	"clientele/schemas/dialect"
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
