// Package sqlstate is what the state stores on SQL databases share: the tables
// of a state, the migrations that lead to them, and every statement. A member
// opens its database, holds the lock and says what its errors mean.
package sqlstate

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Engine is what differs between databases.
type Engine struct {
	// Words replaces the words in braces of the migrations.
	Words *strings.Replacer
	// Numbered parameters are $1, $2 …; others are ?.
	Numbered bool
	// Version prepares the database in a transaction that no other process can
	// enter meanwhile, and returns how many migrations its state went through.
	Version func(ctx context.Context, tx *sql.Tx) (int, error)
	// SetVersion writes that number.
	SetVersion func(ctx context.Context, tx *sql.Tx, version int) error
	// Snapshot begins a transaction that reads one state of the database.
	Snapshot *sql.TxOptions
	// Failure says whose an error is and what to do. It quotes no value.
	Failure func(error) error
}

// Store is a connectors.State but for its lock. It may be used by several
// goroutines, and its database by several processes.
type Store struct {
	DB     *sql.DB
	engine Engine
}

// New brings the state in a database up to date and returns its store. A state
// of a newer version is refused with the code "newer_version", and left as it
// is.
func New(ctx context.Context, db *sql.DB, engine Engine) (*Store, error) {
	s := &Store{DB: db, engine: engine}
	if err := s.migrate(ctx); err != nil {
		return nil, engine.Failure(err)
	}
	return s, nil
}

// Close frees the store.
func (s *Store) Close() error { return s.engine.Failure(s.DB.Close()) }

// statement returns a statement with the database's parameters.
func (s *Store) statement(sql string) string {
	if !s.engine.Numbered {
		return sql
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(sql, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		sql = after
	}
}

// exec runs one statement that writes.
func (s *Store) exec(ctx context.Context, statement string, args ...any) error {
	for i, a := range args {
		if text, ok := a.(string); ok {
			args[i] = storable(text)
		}
	}
	_, err := s.DB.ExecContext(ctx, s.statement(statement), args...)
	return s.engine.Failure(err)
}

// storable returns a text without what some database can't keep: bytes that are
// no UTF-8, as a file may be called on Unix, and U+0000.
func storable(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// scanner is a row that scans itself into destinations.
type scanner func(dest ...any) error

// query returns what one makes of each row of a query.
func query[T any](ctx context.Context, s *Store, one func(scanner) (T, error), statement string, args ...any) ([]T, error) {
	rows, err := s.DB.QueryContext(ctx, s.statement(statement), args...)
	if err != nil {
		return nil, s.engine.Failure(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := one(rows.Scan)
		if err != nil {
			return nil, s.engine.Failure(err)
		}
		out = append(out, v)
	}
	return out, s.engine.Failure(rows.Err())
}

// instant keeps a time as microseconds since 1970 in UTC, a zero one as NULL.
type instant struct{ *time.Time }

// from returns t as it is kept.
func from(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// Scan implements sql.Scanner.
func (i instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i.Time = time.Time{}
	case int64:
		*i.Time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("an instant is kept as %T", v)
	}
	return nil
}

// date keeps the calendar date of a time, and gives it back as the midnight in
// UTC that begins it.
type date struct{ *time.Time }

// Scan implements sql.Scanner.
func (d date) Scan(v any) (err error) {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a date is kept as %T", v)
	}
	*d.Time, err = time.Parse(time.DateOnly, s)
	return err
}

// truth is how a yes or no is kept.
func truth(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
