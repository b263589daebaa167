package bigquerysource

import (
	"context"
	"fmt"

	"cloud.google.com/go/bigquery"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/connectors/selection"
)

// Preview opens the first so many rows of a delivery, or a few more, of a source
// without a key. Those of a table cost nothing; of a view BigQuery reads what that
// reads, within maximum_bytes_billed.
func (s *Source) Preview(ctx context.Context, d connectors.Delivery, rows int64) (*selection.Preview, error) {
	p, err := s.preview(ctx, d, rows)
	return p, fail(ctx, d.Name, err)
}

func (s *Source) preview(ctx context.Context, d connectors.Delivery, rows int64) (_ *selection.Preview, err error) {
	c, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = c.Close()
		}
	}()
	table := s.table(c, d)
	md, err := c.Metadata(ctx, table)
	if err != nil {
		return nil, err
	}
	p := &selection.Preview{Keyed: primaryKey(md) != nil}
	for _, f := range md.Schema {
		if _, err := ordered(md.Schema, f.Name, "key"); err == nil {
			p.Sortable = append(p.Sortable, f.Name)
		}
	}
	var first *bigqueryclient.Rows
	if md.Type == bigquery.RegularTable {
		first = c.Head(ctx, table, md.Schema)
	} else if first, err = c.Result(ctx, c.Query(ctx, "preview", fmt.Sprintf("SELECT * FROM %s LIMIT %d", fullName(table), rows), "")); err != nil {
		return nil, err
	}
	p.Rows = s.stream(d.Name, c, first)
	return p, nil
}
