package postgresstate

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"clientele/connectors"
	"clientele/connectors/sqlstate"
	"clientele/connectors/statetest"
)

// urlEnv names the server that the tests may use: a database in which they make
// schemas of their own, and drop them.
const urlEnv = "CLIENTELE_POSTGRES_URL"

func TestMain(m *testing.M) {
	statetest.Main(m, func(place string) (connectors.State, error) {
		return Open(context.Background(), Options{URL: os.Getenv(urlEnv), Schema: place})
	})
}

// schemas counts the schemas that this process made.
var schemas atomic.Int64

// newSchema names a schema that is dropped when the test ends.
func newSchema(t *testing.T) string {
	t.Helper()
	if os.Getenv(urlEnv) == "" {
		t.Skip(urlEnv + " names no PostgreSQL server; make test-postgres starts one")
	}
	schema := fmt.Sprintf("it's a \"test\" %d.%d", os.Getpid(), schemas.Add(1))
	t.Cleanup(func() { execute(t, "DROP SCHEMA IF EXISTS "+quoted(schema)+" CASCADE") })
	return schema
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// execute runs statements, as another program would.
func execute(t *testing.T, statements string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), os.Getenv(urlEnv))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.PgConn().Exec(context.Background(), statements).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, schema string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{URL: os.Getenv(urlEnv), Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	statetest.Run(t, func(t *testing.T) statetest.Opener {
		schema := newSchema(t)
		return func() connectors.State { return open(t, schema) }
	})
}

func TestLockBetweenProcesses(t *testing.T) {
	statetest.Processes(t, func(t *testing.T) (string, statetest.Opener) {
		schema := newSchema(t)
		return schema, func() connectors.State { return open(t, schema) }
	})
}

// TestLostConnection ends the session that holds the lock, as an administrator
// or a failing network does.
func TestLostConnection(t *testing.T) {
	schema := newSchema(t)
	s := open(t, schema)
	held, err := s.Lock(context.Background(), connectors.Holder{Host: "host-7"})
	if err != nil {
		t.Fatal(err)
	}
	execute(t, "SELECT pg_terminate_backend(backend::int, 10000) FROM "+quoted(schema)+".holder")
	for range 2 {
		if err := held.Check(context.Background()); connectors.CodeOf(err) != "lock_lost" {
			t.Errorf("its holder learns %v", err)
		}
	}
	// The state itself is reached over other connections.
	if err := s.SaveRun(context.Background(), connectors.Run{ID: "r"}); err != nil {
		t.Error(err)
	}
	again, err := s.Lock(context.Background(), connectors.Holder{Host: "host-7"})
	if err != nil {
		t.Fatal(err)
	}
	if err := held.Unlock(); connectors.CodeOf(err) != "lock_lost" {
		t.Errorf("giving back what was lost: %v", err)
	}
	if err := again.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if err := again.Unlock(); err != nil {
		t.Error(err)
	}
}

// Projects of one database have a lock each.
func TestLockPerProject(t *testing.T) {
	for range 2 {
		held, err := open(t, newSchema(t)).Lock(context.Background(), connectors.Holder{})
		if err != nil {
			t.Fatal(err)
		}
		defer held.Unlock()
	}
}

func TestOlderVersions(t *testing.T) {
	stored := map[int]string{1: `CREATE TABLE version (version BIGINT NOT NULL); INSERT INTO version VALUES (1);
CREATE TABLE runs (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT NOT NULL UNIQUE, as_of TEXT NOT NULL, status TEXT NOT NULL, started_at BIGINT, finished_at BIGINT,
	config_hash TEXT NOT NULL, version TEXT NOT NULL, error TEXT NOT NULL, committed BIGINT NOT NULL);
INSERT INTO runs (id, as_of, status, config_hash, version, error, committed) VALUES ('r1', '2026-05-01', 'published', 'c0ffee', '0.1', '', 1)`}
	for version, statements := range stored {
		schema := newSchema(t)
		execute(t, "CREATE SCHEMA "+quoted(schema)+"; SET search_path = "+quoted(schema)+"; "+statements)
		for range 2 { // the second time there is nothing left to do
			s := open(t, schema)
			if runs, err := s.Runs(context.Background(), 0); err != nil || len(runs) != 1 || !runs[0].Committed {
				t.Errorf("of version %d: %+v, %v", version, runs, err)
			}
			if breaks, err := s.Breaks(context.Background()); err != nil || len(breaks) != 0 {
				t.Errorf("of version %d: %+v, %v", version, breaks, err)
			}
		}
	}
}

func TestNewerVersion(t *testing.T) {
	schema := newSchema(t)
	open(t, schema)
	execute(t, fmt.Sprintf("UPDATE %s.version SET version = %d", quoted(schema), sqlstate.Version()+1))
	_, err := Open(context.Background(), Options{URL: os.Getenv(urlEnv), Schema: schema})
	if connectors.CodeOf(err) != "newer_version" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("an older program: %v", err)
	}
}

// A user who may use the schema, and make nothing, does.
func TestLeastPrivilege(t *testing.T) {
	schema := newSchema(t)
	open(t, schema)
	user := fmt.Sprint("least", os.Getpid())
	execute(t, fmt.Sprintf("CREATE USER %s; GRANT USAGE ON SCHEMA %[2]s TO %[1]s; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %[2]s TO %[1]s", user, quoted(schema)))
	t.Cleanup(func() { execute(t, fmt.Sprintf("DROP OWNED BY %[1]s; DROP USER %[1]s", user)) })
	address, err := url.Parse(os.Getenv(urlEnv))
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.User(user)
	s, err := Open(context.Background(), Options{URL: address.String(), Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.SaveRun(context.Background(), connectors.Run{ID: "r"}); err != nil {
		t.Error(err)
	}
	if held, err := s.Lock(context.Background(), connectors.Holder{}); err != nil {
		t.Error(err)
	} else if err := held.Unlock(); err != nil {
		t.Error(err)
	}
	if _, err := Open(context.Background(), Options{URL: address.String(), Schema: "not mine"}); connectors.CodeOf(err) != "permission" {
		t.Errorf("a schema that it may not make: %v", err)
	}
}

// No error shows the password.
func TestSecret(t *testing.T) {
	const password = "Sesam-open-u"
	shown := fmt.Sprint(connectors.Errorf(connectors.KindConfig, "c", "", "%s", password))
	if !strings.Contains(shown, password) {
		t.Fatal("the control does not show it")
	}
	for _, address := range []string{
		"postgres://clientele:" + password + "@127.0.0.1:1/none?connect_timeout=2",
		"postgres://clientele:" + password + "@[::1/none",
		"postgres://clientele:" + password + "@127.0.0.1:1/none?sslmode=" + password,
		"host=127.0.0.1 port=x password=" + password,
		password,
	} {
		_, err := Open(context.Background(), Options{URL: address, Schema: "clientele"})
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), password) {
			t.Errorf("%v", err)
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), password) {
				t.Errorf("a cause shows it: %v", e)
			}
		}
	}
}

// Who holds the lock is known without asking for it.
func TestHolder(t *testing.T) {
	s := open(t, newSchema(t))
	expect := func(want connectors.Holder, held bool) {
		t.Helper()
		if h, ok, err := s.Holder(context.Background()); err != nil || ok != held || h != want {
			t.Errorf("the lock is held by %+v, %t, %v", h, ok, err)
		}
	}
	expect(connectors.Holder{}, false)
	me := connectors.Holder{Command: "clientele run", Host: "host-7", PID: 4711, Since: time.Date(2026, 5, 1, 2, 0, 0, 0, time.UTC)}
	held, err := s.Lock(context.Background(), me)
	if err != nil {
		t.Fatal(err)
	}
	expect(me, true)
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	expect(connectors.Holder{}, false)
}
