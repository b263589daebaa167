package pipelines

import (
	"context"
	"fmt"
	"slices"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/load"
)

// estimate asks a warehouse that bills what it reads what the night reads of what
// it holds: the current rows of every input table, and the published tables. The
// steps between read what comes of these, which is not there to be asked about.
func (p *Project) estimate(ctx context.Context) (int64, error) {
	e, ok := p.Warehouse.(connectors.Estimator)
	if _, published, err := p.lastNight(ctx); !ok || !published || err != nil {
		return 0, err
	}
	base, err := p.Warehouse.Look(ctx, slices.Concat(schemas.Inputs(), schemas.Bases(), schemas.Published()))
	if err != nil {
		return 0, err
	}
	defer base.Close()
	return e.Estimate(ctx, readings(p.Warehouse.Dialect(), p.Warehouse.Base))
}

// readings are the queries of a night on what the base holds before it. What a
// night has as working tables is spelled out in them.
func readings(d *dialect.Dialect, base dialect.Namespace) []string {
	spelled := map[string]string{"live_deliveries": load.Live(base)}
	ns := func(name string) string {
		if query, ok := spelled[name]; ok {
			return "(" + query + ")"
		}
		return base(name)
	}
	var out []string
	for _, t := range schemas.Inputs() {
		spelled[load.Repeated(t)], _ = load.Current(d, ns, ns, t, nil)
		_, current := load.Current(d, ns, ns, t, nil)
		out = append(out, current)
	}
	for _, t := range schemas.Published() {
		out = append(out, "SELECT "+d.Idents(t.ColumnNames())+" FROM "+base(t.Name))
	}
	return out
}

// billed says how many bytes a warehouse would bill, nothing for none.
func billed(bytes int64) string {
	const unit = 1 << 20
	if bytes == 0 {
		return ""
	}
	return fmt.Sprintf(" (BigQuery would bill at least %d MiB for what it holds)", max(1, bytes/unit))
}
