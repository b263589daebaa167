package kbo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"clientele/connectors"
)

// Store is the copy of the register: a DuckDB file. One process uses it at a time.
type Store struct {
	path, temp string
	db         *sql.DB
}

// Place says where the copy lies, and what it may use.
type Place struct {
	// Path is the file, Temp a private folder for what does not fit in memory and
	// for what is unpacked.
	Path, Temp string
	// Memory bounds the engine's memory, like "1500MB".
	Memory string
	// Threads bounds its threads; 0 for all cores.
	Threads int
}

const (
	privateDir  = 0o700
	privateFile = 0o600
)

// Open opens the copy; where there is none yet it is empty.
func Open(ctx context.Context, o Place) (*Store, error) {
	for _, dir := range []string{filepath.Dir(o.Path), o.Temp} {
		if err := os.MkdirAll(dir, privateDir); err != nil {
			return nil, connectors.SystemError(err)
		}
	}
	s := &Store{path: o.Path, temp: o.Temp}
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, failure(err)
	}
	s.db = sql.OpenDB(connector)
	s.db.SetMaxOpenConns(1) // which has the file attached, and temporary tables
	settings := []string{"SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false", "SET preserve_insertion_order = false",
		"SET temp_directory = " + quote(o.Temp)}
	if o.Memory != "" {
		settings = append(settings, "SET memory_limit = "+quote(o.Memory))
	}
	if o.Threads > 0 {
		settings = append(settings, fmt.Sprintf("SET threads = %d", o.Threads))
	}
	if err := s.run(ctx, settings...); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	if err := s.attach(ctx, o.Path); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	if err := s.remake(ctx); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

// Close writes what is left to write, and frees the store.
func (s *Store) Close() error { return failure(s.db.Close()) }

func (s *Store) attach(ctx context.Context, path string) error {
	return s.run(ctx, "ATTACH "+quote(path)+" AS kbo", "USE kbo",
		"CREATE TABLE IF NOT EXISTS extracts (number INTEGER, complete BOOLEAN, snapshot DATE)")
}

func (s *Store) detach(ctx context.Context) error { return s.run(ctx, "USE memory", "DETACH kbo") }

func (s *Store) run(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return failure(err)
		}
	}
	return nil
}

// Meta returns the last extract that the copy has taken in; its Number is 0 where
// there is none.
func (s *Store) Meta(ctx context.Context) (m Meta, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT number, complete, snapshot FROM extracts ORDER BY number DESC LIMIT 1").Scan(&m.Number, &m.Full, &m.Snapshot)
	if errors.Is(err, sql.ErrNoRows) {
		return Meta{}, nil
	}
	return m, failure(err)
}

// Counts are how many rows of a table were taken out and put in.
type Counts struct {
	Table string `json:"table"`
	Out   int64  `json:"out"`
	In    int64  `json:"in"`
}

// Load takes an extract in. A full one replaces the copy, at once; an update must
// follow the last one, and is taken in as a whole. One that is in the copy already
// changes nothing. After a gap the error has the code "kbo_gap": updates that were
// missed are in the next full extract.
func (s *Store) Load(ctx context.Context, e *Extract) ([]Counts, error) {
	have, err := s.Meta(ctx)
	switch {
	case err != nil:
		return nil, err
	case e.Number <= have.Number:
		return nil, nil
	case e.Full:
		return s.loadFull(ctx, e)
	case have.Number == 0:
		return nil, connectors.Errorf(connectors.KindConfig, "kbo_gap", "get a full extract first: KboOpenData_…_Full.zip", "update %d changes a copy of KBO, and there is none yet", e.Number)
	case e.Number != have.Number+1:
		return nil, connectors.Errorf(connectors.KindConfig, "kbo_gap", fmt.Sprintf("get update %d, or a full extract later than it: KboOpenData_…_Full.zip", have.Number+1),
			"update %d does not follow %d, the last one of the copy of KBO", e.Number, have.Number)
	}
	return s.loadUpdate(ctx, e)
}

func (s *Store) loadFull(ctx context.Context, e *Extract) (counts []Counts, err error) {
	fresh := s.path + ".new"
	for _, path := range []string{fresh, fresh + ".wal"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, connectors.SystemError(err)
		}
	}
	if err := s.detach(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.attach(context.WithoutCancel(ctx), s.path)) }()
	counts, err = s.fill(ctx, fresh, e)
	if err != nil {
		return nil, errors.Join(err, removed(fresh))
	}
	if err := os.Chmod(fresh, privateFile); err != nil {
		return nil, connectors.SystemError(err)
	}
	if err := os.Rename(fresh, s.path); err != nil {
		return nil, connectors.SystemError(err)
	}
	return counts, nil
}

// fill makes a copy of a full extract in a file of its own.
func (s *Store) fill(ctx context.Context, path string, e *Extract) (counts []Counts, err error) {
	if err := s.attach(ctx, path); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.detach(context.WithoutCancel(ctx))) }()
	for _, t := range tables {
		c := Counts{Table: t.name}
		if err := e.with(ctx, s.temp, t.name+".csv", func(path string, columns []string) error {
			query, err := t.query(path, columns)
			if err != nil {
				return err
			}
			if err := s.run(ctx, t.create()); err != nil {
				return err
			}
			c.In, err = s.exec(ctx, e, "INSERT INTO "+t.name+" "+query)
			return err
		}); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	if err := e.with(ctx, s.temp, "code.csv", func(path string, _ []string) error { return s.loadCodes(ctx, e, path) }); err != nil {
		return nil, err
	}
	if err := s.makeFirms(ctx); err != nil {
		return nil, err
	}
	if err := s.countConcordance(ctx); err != nil {
		return nil, err
	}
	return counts, s.note(ctx, e)
}

func (s *Store) loadCodes(ctx context.Context, e *Extract, path string) error {
	if path == "" {
		return nil
	}
	_, err := s.exec(ctx, e, `CREATE OR REPLACE TABLE code AS
SELECT "Category" AS category, "Code" AS code, LOWER("Language") AS language, "Description" AS description FROM `+reader(path))
	return err
}

// note writes down that the copy has an extract.
func (s *Store) note(ctx context.Context, e *Extract) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO extracts VALUES (?, ?, ?)", e.Number, e.Full, e.Snapshot)
	return failure(err)
}

func (s *Store) loadUpdate(ctx context.Context, e *Extract) (counts []Counts, err error) {
	if err := s.run(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.run(context.WithoutCancel(ctx), "ROLLBACK"))
		}
	}()
	if err := s.run(ctx, "CREATE OR REPLACE TEMP TABLE touched (number BIGINT)"); err != nil {
		return nil, err
	}
	// All that goes, goes before anything comes.
	for _, t := range tables {
		c := Counts{Table: t.name}
		err := e.with(ctx, s.temp, t.name+"_delete.csv", func(path string, columns []string) (err error) {
			c.Out, err = s.takeOut(ctx, e, t, path, columns)
			return err
		})
		if err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	for i, t := range tables {
		if err := e.with(ctx, s.temp, t.name+"_insert.csv", func(path string, columns []string) error {
			if path == "" {
				return nil
			}
			query, err := t.query(path, columns)
			if err != nil {
				return err
			}
			if counts[i].In, err = s.exec(ctx, e, "INSERT INTO "+t.name+" "+query); err != nil {
				return err
			}
			return s.touch(ctx, e, t.entity, path)
		}); err != nil {
			return nil, err
		}
	}
	if err := e.with(ctx, s.temp, "code.csv", func(path string, _ []string) error { return s.loadCodes(ctx, e, path) }); err != nil {
		return nil, err
	}
	if err := s.renew(ctx, e); err != nil {
		return nil, err
	}
	if err := s.note(ctx, e); err != nil {
		return nil, err
	}
	return counts, s.run(ctx, "COMMIT")
}

// takeOut takes all rows of the entities of a delete file out of a table.
func (s *Store) takeOut(ctx context.Context, e *Extract, t table, path string, columns []string) (int64, error) {
	if path == "" {
		return 0, nil
	}
	if len(columns) != 1 || columns[0] != t.entity {
		return 0, connectors.Errorf(connectors.KindData, "bad_extract", "download it again", "%s: the delete file of %s has no column %s alone", e.path, t.name, t.entity)
	}
	if err := s.touch(ctx, e, t.entity, path); err != nil {
		return 0, err
	}
	// The firms of establishments that go are known only before they do.
	if t.name == "establishment" {
		if err := s.run(ctx, "INSERT INTO touched SELECT enterprise FROM establishment WHERE number IN (SELECT number FROM touched)"); err != nil {
			return 0, err
		}
	}
	return s.exec(ctx, e, "DELETE FROM "+t.name+" WHERE number IN (SELECT "+entity(t.entity)+" FROM "+reader(path)+")")
}

// touch notes the entities that a file names.
func (s *Store) touch(ctx context.Context, e *Extract, column, path string) error {
	_, err := s.exec(ctx, e, "INSERT INTO touched SELECT DISTINCT "+entity(column)+" FROM "+reader(path))
	return err
}

func entity(column string) string { return `CAST(REPLACE("` + column + `", '.', '') AS BIGINT)` }

// renew makes the rows of touched firms anew.
func (s *Store) renew(ctx context.Context, e *Extract) error {
	const within = "WHERE number IN (SELECT number FROM touched)"
	for _, statement := range []string{
		"INSERT INTO touched SELECT enterprise FROM establishment " + within,
		"DELETE FROM firms " + within, "DELETE FROM cards " + within,
		of(firmsSQL, within), of(cardsSQL, within),
		"DROP TABLE touched",
	} {
		if _, err := s.exec(ctx, e, statement); err != nil {
			return err
		}
	}
	return nil
}

// exec executes a statement that reads files of an extract, and returns how many
// rows it made or changed.
func (s *Store) exec(ctx context.Context, e *Extract, statement string) (int64, error) {
	result, err := s.db.ExecContext(ctx, statement)
	if err != nil {
		return 0, inExtract(e, err)
	}
	n, err := result.RowsAffected()
	return n, failure(err)
}

func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return connectors.SystemError(err)
	}
	return nil
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
