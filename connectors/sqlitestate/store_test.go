package sqlitestate

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientele/connectors"
	"clientele/connectors/sqlstate"
	"clientele/connectors/statetest"
)

func TestMain(m *testing.M) {
	statetest.Main(m, func(place string) (connectors.State, error) { return Open(context.Background(), place) })
}

func statePath(t *testing.T) string {
	return filepath.Join(t.TempDir(), "it's 100% a [folder]? yes", "state.db")
}

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	statetest.Run(t, func(t *testing.T) statetest.Opener {
		path := statePath(t)
		return func() connectors.State { return open(t, path) }
	})
}

func TestLockBetweenProcesses(t *testing.T) {
	statetest.Processes(t, func(t *testing.T) (string, statetest.Opener) {
		path := statePath(t)
		return path, func() connectors.State { return open(t, path) }
	})
}

func TestModes(t *testing.T) {
	path := statePath(t)
	s := open(t, path)
	if err := s.SaveRun(context.Background(), connectors.Run{ID: "r"}); err != nil {
		t.Fatal(err)
	}
	held, err := s.Lock(context.Background(), connectors.Holder{})
	if err != nil {
		t.Fatal(err)
	}
	defer held.Unlock()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) < 3 { // the file, its log, the lock
		t.Fatalf("%v, %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info.Mode(), err)
	}
}

func TestPragmas(t *testing.T) {
	s := open(t, statePath(t))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "busy_timeout": "10000", "user_version": fmt.Sprint(sqlstate.Version())} {
		var got string
		if err := s.DB.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %s, want %s (%v)", pragma, got, want, err)
		}
	}
}

// versionOne is a state as the first version wrote it.
const versionOne = `
CREATE TABLE runs (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, as_of TEXT NOT NULL, status TEXT NOT NULL, started_at INTEGER, finished_at INTEGER,
	config_hash TEXT NOT NULL, version TEXT NOT NULL, error TEXT NOT NULL, committed INTEGER NOT NULL) STRICT;
CREATE TABLE steps (run TEXT NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL, started_at INTEGER, finished_at INTEGER, rows INTEGER NOT NULL,
	detail TEXT NOT NULL, PRIMARY KEY (run, ordinal)) STRICT, WITHOUT ROWID;
CREATE TABLE landings (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, delivery TEXT NOT NULL, state TEXT NOT NULL, run TEXT NOT NULL,
	as_of TEXT NOT NULL, file TEXT NOT NULL, rows INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE approvals (run TEXT NOT NULL, check_name TEXT NOT NULL, why TEXT NOT NULL, by_whom TEXT NOT NULL, at INTEGER, PRIMARY KEY (run, check_name)) STRICT, WITHOUT ROWID;
CREATE TABLE fixes (delivery TEXT NOT NULL, part TEXT NOT NULL, row_number INTEGER NOT NULL, new_values TEXT NOT NULL, by_whom TEXT NOT NULL, at INTEGER,
	PRIMARY KEY (delivery, part, row_number)) STRICT, WITHOUT ROWID;
INSERT INTO runs (id, as_of, status, config_hash, version, error, committed) VALUES ('r1', '2026-05-01', 'published', 'c0ffee', '0.1', '', 1);
INSERT INTO landings (id, source, delivery, state, run, as_of, file, rows, reason) VALUES ('l1', 'orders', '{"Name":"a.csv"}', 'withdrawn', 'r1', '2026-05-01', '', 3, 'wrong file');
PRAGMA user_version = 1`

// change runs statements on a file, as another program would.
func change(t *testing.T, path, statements string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

func TestOlderVersions(t *testing.T) {
	for version, stored := range map[int]string{1: versionOne} {
		path := statePath(t)
		change(t, path, stored)
		for range 2 { // the second time there is nothing left to do
			s := open(t, path)
			if runs, err := s.Runs(context.Background(), 0); err != nil || len(runs) != 1 || !runs[0].Committed {
				t.Errorf("of version %d: %+v, %v", version, runs, err)
			}
			if landings, err := s.Landings(context.Background()); err != nil || len(landings) != 1 || landings[0].Reason != "wrong file" || landings[0].Delivery.Name != "a.csv" {
				t.Errorf("of version %d: %+v, %v", version, landings, err)
			}
			if breaks, err := s.Breaks(context.Background()); err != nil || len(breaks) != 0 {
				t.Errorf("of version %d: %+v, %v", version, breaks, err)
			}
		}
	}
}

func TestNewerVersion(t *testing.T) {
	path := statePath(t)
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	change(t, path, fmt.Sprint("PRAGMA user_version = ", sqlstate.Version()+1))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(context.Background(), path)
	if connectors.CodeOf(err) != "newer_version" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("an older program: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("it touched the state (%v)", err)
	}
}

// Every table is carried over to another state.
func TestExportKnowsEveryTable(t *testing.T) {
	s := open(t, statePath(t))
	rows, err := s.DB.Query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		want = append(want, name)
	}
	got := sqlstate.Tables()
	slices.Sort(got)
	if err := rows.Err(); err != nil || len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("tables %v are exported, of %v (%v)", got, want, err)
	}
}

func TestBrokenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), path); connectors.CodeOf(err) != "corrupt" {
		t.Errorf("%v", err)
	}
}

// What was overwritten is gone from the file.
func TestSecureDelete(t *testing.T) {
	const marker = "Wilhelmina-Erased-Vandenbroucke"
	path := filepath.Join(t.TempDir(), "state.db")
	fix := func(value string) []byte {
		s := open(t, path)
		if err := s.SaveFix(context.Background(), connectors.Fix{Delivery: "d", Row: 1, Values: map[string]string{"name": value}}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if !bytes.Contains(fix(strings.Repeat(marker, 100)), []byte(marker)) {
		t.Fatal("the control is not found")
	}
	if bytes.Contains(fix("x"), []byte(marker)) {
		t.Error("the bytes are still there")
	}
}

// A write waits for another process's, and fails as transient if that takes
// too long.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s := open(t, path)
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	s.DB.SetMaxOpenConns(1)
	if _, err := s.DB.Exec("PRAGMA busy_timeout = 0"); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveRun(context.Background(), connectors.Run{ID: "r"}); connectors.KindOf(err) != connectors.KindTransient {
		t.Errorf("%v", err)
	}
	if _, err := s.Runs(context.Background(), 0); err != nil {
		t.Errorf("reading meanwhile: %v", err)
	}
}
