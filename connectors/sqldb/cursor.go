package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"clientele/connectors"
)

// pulls lists the one pull that brings the cursor's column up to now, or none.
func (s *Source) pulls(ctx context.Context, v *view, after string) ([]connectors.Delivery, error) {
	name := s.options.Name()
	r, err := s.describe(ctx, v, name)
	if err != nil {
		return nil, err
	}
	quoted := s.engine.ref(r.cursor)
	if err := v.refuseNull(ctx, r.from, []column{r.cursor}, "null_cursor", "fill it for all rows, or read a query in which COALESCE gives it a value"); err != nil {
		return nil, err
	}
	highest := s.engine.highest(r.cursor, quoted)
	columns, args := expression(r.cursor.text, highest), []any(nil)
	if after != "" { // it is behind after where the newest rows were deleted
		columns += ", CASE WHEN " + highest + " > " + expression(r.cursor.bind, s.engine.place(1)) + " THEN 1 ELSE 0 END"
		args = []any{after}
	} else {
		columns += ", 1"
	}
	var upto sql.NullString
	var ahead int64
	err = v.tx.QueryRowContext(ctx, s.engine.limit(1, columns, "FROM "+r.from), args...).Scan(&upto, &ahead)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !upto.Valid {
		return nil, nil // it has no rows
	}
	if err != nil {
		return nil, err
	}
	if ahead == 0 {
		upto.String = after
	}
	since := after
	if since != "" && !s.options.Lookback.Zero() {
		if since, err = s.options.Lookback.Before(after); err != nil {
			return nil, err
		}
	}
	if since == upto.String {
		return nil, nil
	}
	return []connectors.Delivery{{Name: fmt.Sprintf("%s (%s, %s]", name, since, upto.String), Since: since, Cursor: upto.String}}, nil
}

// refuseNull refuses columns that are null in some rows: a comparison leaves
// those out in silence.
func (v *view) refuseNull(ctx context.Context, from string, columns []column, code, remedy string) error {
	var tests, names []string
	for _, c := range columns {
		tests = append(tests, v.engine.ref(c)+" IS NULL")
		names = append(names, c.name)
	}
	var one int
	err := v.tx.QueryRowContext(ctx, v.engine.limit(1, "1", "FROM "+from+" WHERE "+strings.Join(tests, " OR "))).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return connectors.Errorf(connectors.KindData, code, remedy, "%s is null in some rows, which would not be read", strings.Join(names, " or "))
}
