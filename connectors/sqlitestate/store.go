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

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"clientele/connectors"
	"clientele/connectors/sqlstate"
)

// Store is a connectors.State in an SQLite file. It may be used by several
// goroutines, and a file by several processes.
type Store struct {
	*sqlstate.Store
	lock string // path of the lock file
}

// engine is SQLite. The version of a file is its user_version; transactions
// that write begin by locking the file.
var engine = sqlstate.Engine{
	Words: strings.NewReplacer("{sequence}", "INTEGER PRIMARY KEY", "{integer}", "INTEGER", "{rows}", " STRICT", "{keyed}", " STRICT, WITHOUT ROWID"),
	Version: func(ctx context.Context, tx *sql.Tx) (version int, err error) {
		return version, tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	},
	SetVersion: func(ctx context.Context, tx *sql.Tx, version int) error {
		_, err := tx.ExecContext(ctx, fmt.Sprint("PRAGMA user_version = ", version))
		return err
	},
	Snapshot: &sql.TxOptions{ReadOnly: true},
	Failure:  failure,
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
// refused with the code "newer_version".
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
	store, err := sqlstate.New(ctx, db, engine)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the state %s: %w", path, err), db.Close())
	}
	return &Store{Store: store, lock: strings.TrimSuffix(path, filepath.Ext(path)) + ".lock"}, nil
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
