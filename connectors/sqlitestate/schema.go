package sqlitestate

import (
	"context"
	"database/sql"
	"fmt"

	"clientele/connectors"
)

// migrations bring a state from one version to the next; the version of a file
// (user_version) is how many it went through. What was released never changes.
var migrations = []string{
	`CREATE TABLE runs (
		seq         INTEGER PRIMARY KEY,
		id          TEXT NOT NULL UNIQUE,
		as_of       TEXT NOT NULL,
		status      TEXT NOT NULL,
		started_at  INTEGER,
		finished_at INTEGER,
		config_hash TEXT NOT NULL,
		version     TEXT NOT NULL,
		error       TEXT NOT NULL,
		committed   INTEGER NOT NULL
	) STRICT;
	CREATE TABLE steps (
		run         TEXT NOT NULL,
		ordinal     INTEGER NOT NULL,
		name        TEXT NOT NULL,
		started_at  INTEGER,
		finished_at INTEGER,
		rows        INTEGER NOT NULL,
		detail      TEXT NOT NULL,
		PRIMARY KEY (run, ordinal)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE landings (
		seq      INTEGER PRIMARY KEY, -- the order in which they landed
		id       TEXT NOT NULL UNIQUE,
		source   TEXT NOT NULL,
		delivery TEXT NOT NULL, -- JSON
		state    TEXT NOT NULL,
		run      TEXT NOT NULL,
		as_of    TEXT NOT NULL,
		file     TEXT NOT NULL,
		rows     INTEGER NOT NULL,
		reason   TEXT NOT NULL
	) STRICT;
	CREATE TABLE approvals (
		run        TEXT NOT NULL,
		check_name TEXT NOT NULL,
		why        TEXT NOT NULL,
		by_whom    TEXT NOT NULL,
		at         INTEGER,
		PRIMARY KEY (run, check_name)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE fixes (
		delivery   TEXT NOT NULL,
		part       TEXT NOT NULL,
		row_number INTEGER NOT NULL,
		new_values TEXT NOT NULL, -- JSON
		by_whom    TEXT NOT NULL,
		at         INTEGER,
		PRIMARY KEY (delivery, part, row_number)
	) STRICT, WITHOUT ROWID`,
	`CREATE TABLE backfills (
		seq         INTEGER PRIMARY KEY,
		id          TEXT NOT NULL UNIQUE,
		status      TEXT NOT NULL,
		first_night TEXT NOT NULL,
		end_night   TEXT NOT NULL,
		every       TEXT NOT NULL,
		on_failure  TEXT NOT NULL,
		reverse     INTEGER NOT NULL,
		started_at  INTEGER,
		finished_at INTEGER,
		config_hash TEXT NOT NULL,
		version     TEXT NOT NULL,
		error       TEXT NOT NULL
	) STRICT;
	CREATE TABLE partitions (
		backfill     TEXT NOT NULL,
		id           TEXT NOT NULL,
		attempt      INTEGER NOT NULL,
		as_of        TEXT NOT NULL,
		after_night  TEXT NOT NULL,
		role         TEXT NOT NULL,
		status       TEXT NOT NULL,
		started_at   INTEGER,
		finished_at  INTEGER,
		deliveries   INTEGER NOT NULL,
		rows         INTEGER NOT NULL,
		held         TEXT NOT NULL, -- JSON
		error        TEXT NOT NULL,
		PRIMARY KEY (backfill, id, attempt)
	) STRICT, WITHOUT ROWID`,
}

// migrate brings the state up to date in one transaction, in which no other
// process can do the same.
func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(migrations) {
		return connectors.Errorf(connectors.KindEnvironment, "newer_state", "use the version of clientele that wrote it, or a newer one",
			"the state has version %d, and this program knows %d", version, len(migrations))
	}
	for ; version < len(migrations); version++ {
		if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprint("PRAGMA user_version = ", version)); err != nil {
		return err
	}
	return tx.Commit()
}
