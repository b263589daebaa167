// Package sqldb reads tables and queries of databases: PostgreSQL, MySQL and
// MariaDB, SQL Server, SQLite.
//
// A table is read in the order of its key, a page a statement, within one
// transaction that only reads and, where the server can, sees one instant. With
// a cursor, a column that grows with every change, a pull brings what lies
// between the last pull's upper bound and the highest value of now.
package sqldb

import (
	"context"
	"path"
	"slices"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/localfiles"
)

// Source reads one table, one query, or the tables that a pattern names.
type Source struct {
	// Memory allocates the batches; nil for Go's own.
	Memory memory.Allocator

	project connectors.Project
	options Options
	engine  *engine
	keyless bool // a page of a table is read that has no key
}

var _ connectors.Source = (*Source)(nil)

// New returns a source of a database. It reaches nothing yet.
func New(p connectors.Project, o Options) (*Source, error) {
	if err := o.Check(); err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "", "%w", err)
	}
	e, err := engineOf(p, o)
	if err != nil {
		return nil, err
	}
	return &Source{project: p, options: o, engine: e}, nil
}

// Deliveries lists one pull of the table or query; of a pattern one per table,
// in natural order. With a cursor there is a pull only where it has moved, or
// where a lookback asks for the last of it again.
func (s *Source) Deliveries(ctx context.Context, after string) (list []connectors.Delivery, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch {
	case s.options.Cursor != "":
		err = s.session(ctx, func(v *view) (err error) {
			list, err = s.pulls(ctx, v, after)
			return err
		})
	case s.options.Pattern():
		err = s.session(ctx, func(v *view) (err error) {
			list, err = s.tables(ctx, v)
			return err
		})
	default:
		list = []connectors.Delivery{{Name: s.options.Name()}}
	}
	return list, s.engine.fail(ctx, s.options.Name(), err)
}

// tables lists what the pattern names, in natural order.
func (s *Source) tables(ctx context.Context, v *view) ([]connectors.Delivery, error) {
	schema, pattern := splitTable(s.options.Table)
	names, err := v.texts(ctx, s.engine.tables, schema)
	if err != nil {
		return nil, err
	}
	var list []connectors.Delivery
	for _, name := range names {
		if ok, _ := path.Match(pattern, name); ok { // Check tried the pattern
			if schema != "" {
				name = schema + "." + name
			}
			list = append(list, connectors.Delivery{Name: name, Named: true})
		}
	}
	slices.SortFunc(list, func(a, b connectors.Delivery) int { return localfiles.Compare(a.Name, b.Name) })
	return list, nil
}

// Open begins the transaction that a delivery is read in.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, _, err := s.begin(ctx, d)
	if err != nil {
		return nil, s.engine.fail(ctx, d.Name, err)
	}
	return r, nil
}

// Format says how numbers read that come as text: as SQL writes them.
func (s *Source) Format() connectors.Format { return connectors.Format{Decimal: '.'} }
