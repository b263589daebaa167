package sqldb

import (
	"context"

	"clientele/connectors"
	"clientele/connectors/selection"
)

// Preview opens the first so many rows of a table, or more where it declares a
// primary key. It needs none.
func (s *Source) Preview(ctx context.Context, d connectors.Delivery, rows int64) (*selection.Preview, error) {
	looking := &Source{Memory: s.Memory, project: s.project, options: s.options, engine: s.engine, keyless: true}
	looking.options.Page, looking.options.Partitions = int(rows), 1
	r, rel, err := looking.begin(ctx, d)
	if err != nil {
		return nil, s.engine.fail(ctx, d.Name, err)
	}
	p := &selection.Preview{Rows: r, Keyed: len(rel.key) > 0}
	for _, c := range rel.columns {
		if c.bind != "" {
			p.Sortable = append(p.Sortable, c.name)
		}
	}
	return p, nil
}
