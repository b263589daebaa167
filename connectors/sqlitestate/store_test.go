package sqlitestate

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/statetest"
)

// lockFor makes the test binary another process that holds a lock until its
// standard input ends.
var lockFor = flag.String("lock-for", "", "state that this process is to lock")

func TestMain(m *testing.M) {
	flag.Parse()
	if *lockFor == "" {
		m.Run()
		return
	}
	if err := holdLock(*lockFor); err != nil {
		fmt.Println(err)
	}
}

var since = time.Date(2026, 5, 1, 2, 0, 0, 0, time.UTC)

func holdLock(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	unlock, err := s.Lock(ctx, connectors.Holder{Command: "clientele run", Host: "elsewhere", PID: os.Getpid(), Since: since})
	if err != nil {
		return err
	}
	fmt.Println("locked")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, unlock())
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

// another starts a process that holds the lock, and returns how to end it.
func another(t *testing.T, path string) (cmd *exec.Cmd, letGo func() error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Skip("the test binary can't be found: ", err)
	}
	cmd = exec.Command(self, "-lock-for="+path)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "locked\n" {
		t.Fatalf("the other process: %s", line)
	}
	return cmd, func() error { return errors.Join(stdin.Close(), cmd.Wait()) }
}

func TestLockBetweenProcesses(t *testing.T) {
	path := statePath(t)
	s := open(t, path)
	me := connectors.Holder{Command: "clientele purge", Host: "here", PID: os.Getpid(), Since: since}
	cmd, letGo := another(t, path)
	_, err := s.Lock(context.Background(), me)
	if connectors.CodeOf(err) != "locked" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Fatalf("while another process holds it: %v", err)
	}
	for _, want := range []string{"clientele run", fmt.Sprint(cmd.Process.Pid), "elsewhere", "2026-05-01T02:00:00Z"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %s", err, want)
		}
	}
	if err := letGo(); err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock(context.Background(), me)
	if err != nil {
		t.Fatalf("after the other process let go: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}

	cmd, _ = another(t, path)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // says that it was killed
	if unlock, err = s.Lock(context.Background(), me); err != nil {
		t.Fatalf("after the other process was killed: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}

func TestModes(t *testing.T) {
	path := statePath(t)
	s := open(t, path)
	if err := s.SaveRun(context.Background(), connectors.Run{ID: "r"}); err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock(context.Background(), connectors.Holder{})
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
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
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "busy_timeout": "10000", "user_version": fmt.Sprint(len(migrations))} {
		var got string
		if err := s.db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %s, want %s (%v)", pragma, got, want, err)
		}
	}
}

func TestVersions(t *testing.T) {
	path := statePath(t)
	s := open(t, path)
	if err := s.SaveRun(context.Background(), connectors.Run{ID: "r1"}); err != nil {
		t.Fatal(err)
	}
	known := migrations
	t.Cleanup(func() { migrations = known })
	migrations = append(known[:len(known):len(known)], "ALTER TABLE runs ADD COLUMN later TEXT")
	for range 2 { // the second time there is nothing left to do
		if runs, err := open(t, path).Runs(context.Background(), 0); err != nil || len(runs) != 1 {
			t.Errorf("a newer program: %v, %v", runs, err)
		}
	}
	migrations = known
	_, err := Open(context.Background(), path)
	if connectors.CodeOf(err) != "newer_state" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("an older program: %v", err)
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
	s.db.SetMaxOpenConns(1)
	if _, err := s.db.Exec("PRAGMA busy_timeout = 0"); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveRun(context.Background(), connectors.Run{ID: "r"}); connectors.KindOf(err) != connectors.KindTransient {
		t.Errorf("%v", err)
	}
	if _, err := s.Runs(context.Background(), 0); err != nil {
		t.Errorf("reading meanwhile: %v", err)
	}
}
