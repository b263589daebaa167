package bigquerywarehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// publications says which publications there were. It lies beside the published
// tables, and its rows are written with theirs.
var publications = schemas.Table{
	Name: "publications", Doc: "when what is published here was published", Key: []string{"published_at"},
	Columns: []schemas.Column{
		{Name: "run_id", Type: schemas.String, Doc: "run"},
		{Name: "published_at", Type: schemas.Timestamp, Doc: "when it became visible"},
	},
}

// Publish fills the published dataset in one transaction: until it commits,
// readers see what was published before. New tables and columns come before it,
// empty, since no transaction of BigQuery makes tables; those that are no longer
// published go after it.
func (w *Warehouse) Publish(ctx context.Context, p connectors.Publication) error {
	if err := w.publish(ctx, p); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

func (w *Warehouse) publish(ctx context.Context, p connectors.Publication) error {
	h, err := w.loadHead(ctx)
	if err != nil {
		return err
	}
	have, err := w.baseTables(ctx, h.slot)
	if err != nil {
		return err
	}
	for _, t := range p.Tables {
		if !slices.Contains(have, t.Name) {
			return connectors.Errorf(connectors.KindEnvironment, "not_in_base", "run a night", "the base has no table %s", t.Name)
		}
	}
	if err := w.ensureDatasets(ctx, w.opts.Dataset); err != nil {
		return err
	}
	all := append(slices.Clone(p.Tables), publications)
	if err := w.ensureTables(ctx, w.opts.Dataset, all, true); err != nil {
		return err
	}
	if p.Fence != nil {
		if err := p.Fence(ctx); err != nil {
			return err
		}
	}
	job, err := w.bq.Start(ctx, w.bq.Query(ctx, "publish", w.script(p, h), w.staging()))
	if err != nil {
		return err
	}
	if _, err := w.bq.Wait(ctx, job); err != nil {
		return err
	}
	return w.tidy(ctx, all)
}

// script is the one transaction of a publication.
func (w *Warehouse) script(p connectors.Publication, h head) string {
	d := dialect.BigQuery
	var b strings.Builder
	b.WriteString("BEGIN TRANSACTION;\n")
	for _, t := range p.Tables {
		to, columns := w.qualified(w.opts.Dataset, t.Name), d.Idents(t.ColumnNames())
		fmt.Fprintf(&b, "DELETE FROM %s WHERE TRUE;\n", to)
		fmt.Fprintf(&b, "INSERT INTO %s (%s) SELECT %s FROM %s;\n", to, columns, columns, w.qualified(w.slot(h.slot), t.Name))
	}
	fmt.Fprintf(&b, "INSERT INTO %s (run_id, published_at) VALUES (%s, CURRENT_TIMESTAMP());\n", w.qualified(w.opts.Dataset, publications.Name), d.String(p.Run))
	b.WriteString("COMMIT TRANSACTION;\n")
	return b.String()
}

// tidy drops what is published no longer: tables that an earlier publication
// made, by their label, and columns of those that stay.
func (w *Warehouse) tidy(ctx context.Context, published []schemas.Table) error {
	have, err := w.bq.Tables(ctx, w.bq.API.Dataset(w.opts.Dataset))
	if err != nil {
		return err
	}
	return each(ctx, have, func(ctx context.Context, name string) error {
		i := slices.IndexFunc(published, func(t schemas.Table) bool { return t.Name == name })
		md, err := w.bq.Metadata(ctx, w.bq.API.Dataset(w.opts.Dataset).Table(name))
		if err != nil || md.Labels["app"] != "clientele" {
			return err
		}
		if i < 0 {
			return w.drop(ctx, w.opts.Dataset, name)
		}
		for _, f := range md.Schema {
			if _, ok := published[i].Column(f.Name); !ok {
				if _, err := w.run(ctx, "ALTER TABLE "+w.qualified(w.opts.Dataset, name)+" DROP COLUMN IF EXISTS "+dialect.BigQuery.Ident(f.Name)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
