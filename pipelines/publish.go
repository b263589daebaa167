package pipelines

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"clientele/connectors"
	"clientele/pipelines/outlets"
	"clientele/schemas"
	"clientele/transforms/account"
	"clientele/transforms/load"
)

// operation fills the published tables about the night itself.
func (n *nightTx) operation(ctx context.Context) error {
	if err := n.script(ctx)(account.Statements(n.d, n.ns)); err != nil {
		return err
	}
	status := connectors.RunPublished
	if len(n.stale) > 0 {
		status = connectors.RunPartly
	}
	j := n.journal
	if err := n.replace(ctx, "runs", func(add func(...any) error) error {
		return add(j.ID, j.AsOf, string(status), j.StartedAt, n.project.env.Now(), j.ConfigHash, j.Version)
	}); err != nil {
		return err
	}
	steps, err := n.project.State.Steps(ctx, j.ID)
	if err != nil {
		return err
	}
	return n.replace(ctx, "run_steps", func(add func(...any) error) error {
		for _, s := range steps {
			place := s.Ordinal - n.earlier
			if place < 1 || place >= n.ordinal { // of an attempt that was interrupted, or not done
				continue
			}
			if err := add(j.ID, int64(place), s.Name, s.StartedAt, s.FinishedAt, s.Rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropWorking drops what only this night needed.
func (n *nightTx) dropWorking(ctx context.Context) error {
	for _, name := range n.working {
		kind := "TABLE"
		if load.IsView(name) {
			kind = "VIEW"
		}
		if _, err := n.tx.Exec(ctx, "DROP "+kind+" IF EXISTS "+n.project.Warehouse.Working(name)); err != nil {
			return err
		}
	}
	return nil
}

// publish makes readers see the base as it was committed.
func (r *run) publish(ctx context.Context) (int64, error) {
	p := r.project
	tables := schemas.Published()
	if err := p.Warehouse.Publish(ctx, connectors.Publication{Run: r.journal.ID, Tables: tables, Fence: p.fence}); err != nil {
		return 0, err
	}
	r.report.File = p.PublishedIn()
	var rows int64
	for _, n := range r.report.Tables {
		rows += n
	}
	return rows, r.outlets(ctx, tables)
}

// outlets writes the published tables in the further forms that the config asks
// for.
func (r *run) outlets(ctx context.Context, tables []schemas.Table) error {
	c := r.project.Config
	if c.Publish.XLSX == "" && c.Publish.CSV == "" && c.Publish.Parquet == "" {
		return nil
	}
	if len(c.Publish.Tables) > 0 {
		tables = slices.DeleteFunc(tables, func(t schemas.Table) bool { return !slices.Contains(c.Publish.Tables, t.Name) })
	}
	reader, err := r.project.Warehouse.Published(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	d := r.project.Warehouse.Dialect()
	query := func(t schemas.Table) string { return KeyOrdered(d, t) }
	for _, o := range []struct {
		path  string
		write func() error
	}{
		{c.Publish.XLSX, func() error { return outlets.XLSX(ctx, reader, query, tables, r.path(c.Publish.XLSX)) }},
		{c.Publish.CSV, func() error { return outlets.CSV(ctx, reader, query, tables, r.path(c.Publish.CSV)) }},
		{c.Publish.Parquet, func() error { return outlets.Parquet(ctx, reader, query, tables, r.path(c.Publish.Parquet)) }},
	} {
		if o.path == "" {
			continue
		}
		if err := o.write(); err != nil {
			return fmt.Errorf("write %s: %w", o.path, err)
		}
	}
	return nil
}

// path resolves a path of the config.
func (r *run) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(r.project.Config.Dir(), name)
}

// retain applies the retention rules of landed files: what landed so long before
// the night goes, unless it still waits to be loaded.
func (r *run) retain(ctx context.Context) (int64, error) {
	var removed int64
	for _, rule := range r.project.Config.Retention {
		if rule.Of != "landing" {
			continue
		}
		cutoff := rule.Period.Before(r.night.AsOf)
		landings, err := r.project.State.Landings(ctx)
		if err != nil {
			return removed, err
		}
		for _, l := range landings {
			waits := l.State == connectors.LandingNew || l.State == connectors.LandingHeld || !r.dueDates[l.ID].IsZero()
			if l.File == "" || waits || !l.AsOf.Before(cutoff) {
				continue
			}
			if err := os.Remove(r.project.landing(l.File)); err != nil && !os.IsNotExist(err) {
				return removed, connectors.Errorf(connectors.KindEnvironment, "landing", "check the permissions of --home", "remove landed file: %w", err)
			}
			l.File = ""
			if err := r.project.State.SaveLanding(ctx, l); err != nil {
				return removed, err
			}
			removed++
		}
	}
	return removed, r.project.sweep()
}
