package sqlstate

import (
	"context"

	"clientele/connectors"
)

// migrations bring a state from one version to the next; its version is how many
// it went through. What was released never changes. Words in braces are the
// engine's: {sequence} is a key that counts up, {integer} a type of 64 bits,
// {rows} and {keyed} end a table without and with a key of its own.
var migrations = []string{
	`CREATE TABLE runs (
		seq         {sequence},
		id          TEXT NOT NULL UNIQUE,
		as_of       TEXT NOT NULL,
		status      TEXT NOT NULL,
		started_at  {integer},
		finished_at {integer},
		config_hash TEXT NOT NULL,
		version     TEXT NOT NULL,
		error       TEXT NOT NULL,
		committed   {integer} NOT NULL
	){rows};
	CREATE TABLE steps (
		run         TEXT NOT NULL,
		ordinal     {integer} NOT NULL,
		name        TEXT NOT NULL,
		started_at  {integer},
		finished_at {integer},
		rows        {integer} NOT NULL,
		detail      TEXT NOT NULL,
		PRIMARY KEY (run, ordinal)
	){keyed};
	CREATE TABLE landings (
		seq      {sequence}, -- the order in which they landed
		id       TEXT NOT NULL UNIQUE,
		source   TEXT NOT NULL,
		delivery TEXT NOT NULL, -- JSON
		state    TEXT NOT NULL,
		run      TEXT NOT NULL,
		as_of    TEXT NOT NULL,
		file     TEXT NOT NULL,
		rows     {integer} NOT NULL,
		reason   TEXT NOT NULL
	){rows};
	CREATE TABLE approvals (
		run        TEXT NOT NULL,
		check_name TEXT NOT NULL,
		why        TEXT NOT NULL,
		by_whom    TEXT NOT NULL,
		at         {integer},
		PRIMARY KEY (run, check_name)
	){keyed};
	CREATE TABLE fixes (
		delivery   TEXT NOT NULL,
		part       TEXT NOT NULL,
		row_number {integer} NOT NULL,
		new_values TEXT NOT NULL, -- JSON
		by_whom    TEXT NOT NULL,
		at         {integer},
		PRIMARY KEY (delivery, part, row_number)
	){keyed}`,
	`CREATE TABLE backfills (
		seq         {sequence},
		id          TEXT NOT NULL UNIQUE,
		status      TEXT NOT NULL,
		first_night TEXT NOT NULL,
		end_night   TEXT NOT NULL,
		every       TEXT NOT NULL,
		on_failure  TEXT NOT NULL,
		reverse     {integer} NOT NULL,
		started_at  {integer},
		finished_at {integer},
		config_hash TEXT NOT NULL,
		version     TEXT NOT NULL,
		error       TEXT NOT NULL
	){rows};
	CREATE TABLE partitions (
		backfill     TEXT NOT NULL,
		id           TEXT NOT NULL,
		attempt      {integer} NOT NULL,
		as_of        TEXT NOT NULL,
		after_night  TEXT NOT NULL,
		role         TEXT NOT NULL,
		status       TEXT NOT NULL,
		started_at   {integer},
		finished_at  {integer},
		deliveries   {integer} NOT NULL,
		rows         {integer} NOT NULL,
		held         TEXT NOT NULL, -- JSON
		error        TEXT NOT NULL,
		PRIMARY KEY (backfill, id, attempt)
	){keyed}`,
	`CREATE TABLE breaks (
		at         {integer} NOT NULL,
		command    TEXT NOT NULL,
		host       TEXT NOT NULL,
		pid        {integer} NOT NULL,
		of_command TEXT NOT NULL,
		of_host    TEXT NOT NULL,
		of_pid     {integer} NOT NULL,
		of_since   {integer},
		PRIMARY KEY (at, host, pid)
	){keyed}`,
	`CREATE TABLE decisions (
		source_a TEXT NOT NULL,
		record_a TEXT NOT NULL,
		source_b TEXT NOT NULL,
		record_b TEXT NOT NULL,
		number   {integer} NOT NULL,
		verdict  TEXT NOT NULL,
		why      TEXT NOT NULL,
		by_whom  TEXT NOT NULL,
		at       {integer},
		PRIMARY KEY (source_a, record_a, source_b, record_b, number)
	){keyed}`,
	`CREATE TABLE calls (
		run      TEXT NOT NULL,
		register TEXT NOT NULL,
		made_on  TEXT NOT NULL,
		made     {integer} NOT NULL,
		PRIMARY KEY (run, register, made_on)
	){keyed}`,
}

// Version is the version of the states that this program writes.
func Version() int { return len(migrations) }

// migrate brings the state up to date in one transaction, in which no other
// process can do the same.
func (s *Store) migrate(ctx context.Context) error {
	tx, err := s.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	version, err := s.engine.Version(ctx, tx)
	if err != nil {
		return err
	}
	if version > len(migrations) {
		return connectors.NewerVersion("state", version, len(migrations))
	}
	for _, m := range migrations[version:] {
		if _, err := tx.ExecContext(ctx, s.engine.Words.Replace(m)); err != nil {
			return err
		}
	}
	if version < len(migrations) {
		if err := s.engine.SetVersion(ctx, tx, len(migrations)); err != nil {
			return err
		}
	}
	return tx.Commit()
}
