package sqlstate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/connectors"
)

// kept are the tables of a state and the order in which their rows are copied.
// A column seq numbers rows as they were written, and is given anew.
var kept = []struct{ table, order string }{
	{"runs", "seq"},
	{"steps", "run, ordinal"},
	{"landings", "seq"},
	{"approvals", "run, check_name"},
	{"fixes", "delivery, part, row_number"},
	{"backfills", "seq"},
	{"partitions", "backfill, id, attempt"},
	{"breaks", "at, host, pid"},
	{"calls", "run, register, made_on"},
	{"decisions", "source_a, record_a, source_b, record_b, number"},
}

// sequence is the column that the database numbers.
const sequence = "seq"

// Tables returns the tables of a state, in the order in which they are copied.
func Tables() []string {
	names := make([]string, len(kept))
	for i, k := range kept {
		names[i] = k.table
	}
	return names
}

// Export calls each for every row of the state, in one view of it.
func (s *Store) Export(ctx context.Context, each func(connectors.StateRow) error) error {
	tx, err := s.DB.BeginTx(ctx, s.engine.Snapshot)
	if err != nil {
		return s.engine.Failure(err)
	}
	defer tx.Rollback()
	for _, k := range kept {
		rows, err := tx.QueryContext(ctx, "SELECT * FROM "+k.table+" ORDER BY "+k.order)
		if err != nil {
			return s.engine.Failure(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return s.engine.Failure(err)
		}
		values, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			at[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(at...); err != nil {
				return s.engine.Failure(err)
			}
			row := connectors.StateRow{Table: k.table}
			for i, name := range columns {
				if name != sequence {
					row.Columns, row.Values = append(row.Columns, name), append(row.Values, values[i])
				}
			}
			if err := each(row); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return s.engine.Failure(err)
		}
	}
	return nil
}

// Import adds the rows that a function exports from another state. A row whose
// key is there already stays as it is. All rows come in, or none.
func (s *Store) Import(ctx context.Context, export func(each func(connectors.StateRow) error) error) (added int64, err error) {
	tx, err := s.DB.BeginTx(ctx, nil)
	if err != nil {
		return 0, s.engine.Failure(err)
	}
	defer tx.Rollback()
	err = export(func(row connectors.StateRow) error {
		if !slices.Contains(Tables(), row.Table) {
			return fmt.Errorf("a state has no table %q", row.Table)
		}
		statement := "INSERT INTO " + row.Table + " (" + strings.Join(row.Columns, ", ") + ") VALUES (?" +
			strings.Repeat(", ?", len(row.Columns)-1) + ") ON CONFLICT DO NOTHING"
		result, err := tx.ExecContext(ctx, s.statement(statement), row.Values...)
		if err != nil {
			return s.engine.Failure(err)
		}
		n, err := result.RowsAffected()
		added += n
		return s.engine.Failure(err)
	})
	if err != nil {
		return 0, err
	}
	return added, s.engine.Failure(tx.Commit())
}
