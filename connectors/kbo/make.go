package kbo

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

var (
	//go:embed firms.sql
	firmsSQL string
	//go:embed cards.sql
	cardsSQL string
	//go:embed firms_table.sql
	firmsTableSQL string
)

// made names the statements that make the firms of a copy from the tables of the
// register. A copy whose firms others made is made anew of what it holds.
var made = fmt.Sprintf("%x", sha256.Sum256([]byte(firmsTableSQL+firmsSQL+cardsSQL)))

// atATime is how many firms a statement that groups makes or lists: its groups must fit in
// memory.
const atATime = 600_000

// parts returns the conditions of parts of the firms of a table, in the order of their numbers.
func (s *Store) parts(ctx context.Context, table string) (conditions []string, err error) {
	from := int64(0)
	err = s.each(ctx, fmt.Sprintf("SELECT MAX(number) FROM (SELECT number, ROW_NUMBER() OVER (ORDER BY number) // %d AS part FROM %s) GROUP BY part ORDER BY part", atATime, table), func(rows *sql.Rows) error {
		var end int64
		if err := rows.Scan(&end); err != nil {
			return err
		}
		conditions = append(conditions, fmt.Sprintf("WHERE number > %d AND number <= %d", from, end))
		from = end
		return nil
	})
	return conditions, err
}

// makeFirms makes the rows of all firms, where there are none, some at a time in the order
// of their numbers.
func (s *Store) makeFirms(ctx context.Context) error {
	if err := s.run(ctx, firmsTableSQL); err != nil {
		return err
	}
	parts, err := s.parts(ctx, "enterprise")
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := s.run(ctx, of(firmsSQL, part), of(cardsSQL, part)); err != nil {
			return err
		}
	}
	return s.run(ctx, "CREATE INDEX cards_by_number ON cards (number)",
		"CREATE OR REPLACE TABLE made AS SELECT "+quote(made)+" AS by_statements")
}

// of returns a statement that makes rows of the firms that a condition says, "" for all.
func of(statement, within string) string { return strings.ReplaceAll(statement, "{{within}}", within) }

// remake makes the firms of a copy anew where another version of this program made
// them. A copy that has none yet stays as it is.
func (s *Store) remake(ctx context.Context) (err error) {
	var there, same bool
	if err := s.db.QueryRowContext(ctx, `SELECT COUNT(*) FILTER (table_name = 'firms') > 0, COUNT(*) FILTER (table_name = 'made') > 0
FROM duckdb_tables() WHERE database_name = 'kbo'`).Scan(&there, &same); err != nil || !there {
		return failure(err)
	}
	if same {
		if err := s.db.QueryRowContext(ctx, "SELECT by_statements = "+quote(made)+" FROM made").Scan(&same); err != nil || same {
			return failure(err)
		}
	}
	if err := s.run(ctx, "BEGIN"); err != nil {
		return err
	}
	if err = s.run(ctx, "DROP TABLE firms", "DROP TABLE IF EXISTS cards"); err == nil {
		err = s.makeFirms(ctx)
	}
	if err != nil {
		return errors.Join(err, s.run(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	return s.run(ctx, "COMMIT")
}
