// Package sqlitestate keeps the state of a project in one SQLite file, which
// can be read while a night writes it.
package sqlitestate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"clientele/connectors"
)

// Store is a connectors.State in an SQLite file. It may be used by several
// goroutines, and a file by several processes.
type Store struct {
	db   *sql.DB
	lock string // path of the lock file
}

// pragmas hold for every connection. Deleted content is overwritten, and what
// a method wrote is on the disk when it returns.
var pragmas = []string{
	"busy_timeout(10000)", // first, so that the others wait too; milliseconds
	"journal_mode(wal)",
	"synchronous(full)",
	"secure_delete(on)",
}

// Open opens the state in the file path, and makes it, readable by its owner
// only, where it is missing. The lock of state.db is state.lock beside it. The
// state of an older version is brought up to date; that of a newer one is
// refused with the code "newer_state".
func Open(ctx context.Context, path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, failure(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, failure(err)
	}
	// SQLite gives its own files beside this one the same mode.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, failure(err)
	}
	if err := errors.Join(file.Chmod(0o600), file.Close()); err != nil {
		return nil, failure(err)
	}
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: url.Values{
		"_pragma": pragmas, "_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, failure(err)
	}
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("open the state %s: %w", path, failure(err)), db.Close())
	}
	return &Store{db: db, lock: strings.TrimSuffix(path, filepath.Ext(path)) + ".lock"}, nil
}

// Close frees the store.
func (s *Store) Close() error { return failure(s.db.Close()) }

// exec runs one statement that writes.
func (s *Store) exec(ctx context.Context, statement string, args ...any) error {
	_, err := s.db.ExecContext(ctx, statement, args...)
	return failure(err)
}

// scanner is a row that scans itself into destinations.
type scanner func(dest ...any) error

// query returns what one makes of each row of a query.
func query[T any](ctx context.Context, db *sql.DB, one func(scanner) (T, error), statement string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, failure(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := one(rows.Scan)
		if err != nil {
			return nil, failure(err)
		}
		out = append(out, v)
	}
	return out, failure(rows.Err())
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

// failure says whose an error of SQLite or the file system is and what to do.
// Neither quotes values.
func failure(err error) error {
	var known *connectors.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	var code int
	var e *sqlite.Error
	if errors.As(err, &e) {
		code = e.Code() & 0xff // without the extension
	}
	environment := func(code, remedy string) error {
		return connectors.Errorf(connectors.KindEnvironment, code, remedy, "%w", err)
	}
	switch {
	case code == sqlite3.SQLITE_BUSY, code == sqlite3.SQLITE_LOCKED:
		return connectors.Errorf(connectors.KindTransient, "busy", "try again when the other process is done", "%w", err)
	case code == sqlite3.SQLITE_FULL:
		return environment("disk_full", "free some space and run again")
	case code == sqlite3.SQLITE_READONLY, code == sqlite3.SQLITE_PERM, code == sqlite3.SQLITE_CANTOPEN:
		return environment("permission", "give the user that runs clientele access to it")
	case code == sqlite3.SQLITE_CORRUPT, code == sqlite3.SQLITE_NOTADB:
		return environment("corrupt", "restore the state from a backup")
	case code == sqlite3.SQLITE_IOERR:
		return environment("io", "check the disk")
	}
	return connectors.SystemError(err)
}
