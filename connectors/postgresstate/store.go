// Package postgresstate keeps the state of projects whose nights run on several
// machines in a PostgreSQL database, a schema per project.
package postgresstate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"clientele/connectors"
	"clientele/connectors/sqlstate"
)

// Options say where the state is.
type Options struct {
	// URL of the database: postgres://user:password@host:5432/database?sslmode=verify-full.
	// It is a secret, and no message shows it.
	URL string
	// Schema of the project in it. It is made where it is missing and the user
	// may make it.
	Schema string
}

// Store is a connectors.State in a PostgreSQL schema.
type Store struct {
	*sqlstate.Store
	schema string
}

// Open connects to the database and opens the state, made where it is missing.
// The state of an older version is brought up to date; that of a newer one is
// refused with the code "newer_version".
func Open(ctx context.Context, o Options) (*Store, error) {
	if name, ok := strings.CutPrefix(o.URL, "${"); ok {
		return nil, connectors.Errorf(connectors.KindConfig, "unset_variable", "set it as `clientele run` has it", "the environment variable %s of state.postgres.url is not set", strings.TrimSuffix(name, "}"))
	}
	config, err := pgx.ParseConfig(o.URL)
	if err != nil || o.URL == "" { // the text of err may quote parts of the URL
		return nil, connectors.Errorf(connectors.KindConfig, "bad_url", "write it like postgres://user:password@host:5432/database?sslmode=verify-full",
			"state.postgres.url is no address of a PostgreSQL database")
	}
	config.RuntimeParams["application_name"] = "clientele"
	config.RuntimeParams["search_path"] = pgx.Identifier{o.Schema}.Sanitize()
	db := stdlib.OpenDB(*config)
	store, err := sqlstate.New(ctx, db, engine(o.Schema))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the state in PostgreSQL: %w", err), db.Close())
	}
	return &Store{Store: store, schema: o.Schema}, nil
}

// The keys of advisory locks: of a project's lock, and of who brings its state
// up to date. Names of other programs are not likely to hash to them.
func lockKey(schema string) int64    { return hash("clientele lock " + schema) }
func migrateKey(schema string) int64 { return hash("clientele migration " + schema) }

func hash(text string) int64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return int64(h.Sum64())
}

// engine is PostgreSQL. Beside the tables of every state a schema has its
// version, and the holder of the lock.
func engine(schema string) sqlstate.Engine {
	return sqlstate.Engine{
		Words:    strings.NewReplacer("{sequence}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "{integer}", "BIGINT", "{rows}", "", "{keyed}", ""),
		Numbered: true,
		Version: func(ctx context.Context, tx *sql.Tx) (version int, err error) {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", migrateKey(schema)); err != nil {
				return 0, err
			}
			// Not IF NOT EXISTS, which asks for the right to make what is there.
			for _, part := range []struct{ exists, create string }{
				{"SELECT to_regnamespace($1) IS NOT NULL", "CREATE SCHEMA $1"},
				{"SELECT to_regclass($1 || '.version') IS NOT NULL", "CREATE TABLE $1.version (version BIGINT NOT NULL)"},
				{"SELECT to_regclass($1 || '.holder') IS NOT NULL", "CREATE TABLE $1.holder (id BIGINT PRIMARY KEY, command TEXT NOT NULL, host TEXT NOT NULL, pid BIGINT NOT NULL, since BIGINT NOT NULL, backend BIGINT NOT NULL)"},
			} {
				name := pgx.Identifier{schema}.Sanitize()
				var there bool
				if err := tx.QueryRowContext(ctx, part.exists, name).Scan(&there); err != nil {
					return 0, err
				}
				if there {
					continue
				}
				if _, err := tx.ExecContext(ctx, strings.ReplaceAll(part.create, "$1", name)); err != nil {
					return 0, err
				}
			}
			err = tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM version").Scan(&version)
			return version, err
		},
		SetVersion: func(ctx context.Context, tx *sql.Tx, version int) error {
			if _, err := tx.ExecContext(ctx, "DELETE FROM version"); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO version (version) VALUES ($1)", version)
			return err
		},
		Snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		Failure:  failure,
	}
}
