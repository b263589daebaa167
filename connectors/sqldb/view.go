package sqldb

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"clientele/connectors"
)

// view is one transaction that reads a database.
type view struct {
	engine     *engine
	db         *sql.DB
	tx         *sql.Tx
	consistent bool
}

// see begins reading. ctx lives as long as the view.
func (s *Source) see(ctx context.Context) (*view, error) {
	db, err := s.engine.open()
	if err != nil {
		return nil, err
	}
	tx, consistent, err := s.engine.begin(ctx, db)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return &view{s.engine, db, tx, consistent}, nil
}

func (v *view) close() {
	_ = v.tx.Rollback() // there is nothing to lose
	_ = v.db.Close()
}

// session calls f with a view that is closed behind it.
func (s *Source) session(ctx context.Context, f func(v *view) error) error {
	v, err := s.see(ctx)
	if err != nil {
		return err
	}
	defer v.close()
	return f(v)
}

// texts returns the one column of a query's rows, but for nulls.
func (v *view) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := v.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text sql.NullString
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		if text.Valid {
			out = append(out, text.String)
		}
	}
	return out, rows.Err()
}

// relation is a table or query with what reading it needs.
type relation struct {
	from    string // as it stands behind FROM
	columns []column
	key     []column // none where one page is all that is read
	cursor  column   // without a name where there is none
}

// describe looks at what a table has, or the query where table is selection.Query.
func (s *Source) describe(ctx context.Context, v *view, table string) (*relation, error) {
	r := &relation{from: "(" + s.options.Query + ") q"}
	if s.options.Query == "" {
		r.from = s.engine.qualified(table) + " q"
	}
	rows, err := v.tx.QueryContext(ctx, "SELECT * FROM "+r.from+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, t := range types {
		c := s.engine.column(t)
		c.name = t.Name()
		r.columns = append(r.columns, c)
	}
	key := s.options.Key
	if key == nil {
		schema, name := splitTable(table)
		if key, err = v.texts(ctx, s.engine.primaryKey, schema, name); err != nil {
			return nil, err
		}
		if len(key) == 0 && !s.keyless {
			return nil, connectors.Errorf(connectors.KindConfig, "no_key", "name columns that tell its rows apart by the option key", "%s: %s has no primary key", s.engine.name, table)
		}
	}
	for _, name := range key {
		c, err := r.ordered(name, "key")
		if err != nil {
			return nil, err
		}
		r.key = append(r.key, c)
	}
	if s.options.Key != nil {
		if err := v.refuseNull(ctx, r.from, r.key, "null_key", "name columns that are never null by the option key"); err != nil {
			return nil, err
		}
	}
	if s.options.Cursor != "" {
		if r.cursor, err = r.ordered(s.options.Cursor, "cursor"); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// ordered returns a column that an option names, which must be of a type whose
// values can be told in text and compared.
func (r *relation) ordered(name, option string) (column, error) {
	i := slices.IndexFunc(r.columns, func(c column) bool { return c.name == name })
	if i < 0 {
		i = slices.IndexFunc(r.columns, func(c column) bool { return strings.EqualFold(c.name, name) })
	}
	if i < 0 {
		names := make([]string, len(r.columns))
		for i, c := range r.columns {
			names[i] = c.name
		}
		return column{}, connectors.Errorf(connectors.KindConfig, "no_column", "its columns are "+strings.Join(names, ", "), "there is no column %s, which the option %s names", name, option)
	}
	if r.columns[i].bind == "" {
		return column{}, connectors.Errorf(connectors.KindConfig, "bad_"+option, "name a column of whole numbers, texts, dates or times", "the column %s is of a type that can't be a %s", name, option)
	}
	return r.columns[i], nil
}
