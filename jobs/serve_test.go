package jobs_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"clientele/jobs"
)

const scheduledConfig = `version: 1
company: { name: Shop, country: BE, currency: EUR, timezone: Europe/Brussels }
sources:
  shop:
    connector: csv
    path: orders.csv
    tables:
      parties: { key: [Customer], delivery: changes, map: { name: Name, email: Mail } }
schedule: { cron: "30 2 * * *" }
`

// scheduled makes a project with a schedule and returns the path of its config.
func scheduled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"clientele.yaml": scheduledConfig, "orders.csv": "Customer,Name,Mail\n10,Bakkerij Peeters BV,info@peeters.example\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "clientele.yaml")
}

// TestTwoSchedulers lets two schedulers, each a process with a clock of its own,
// work the nights of one project: no night is worked twice.
func TestTwoSchedulers(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := scheduled(t)
	command := func(args ...string) *exec.Cmd {
		cmd := exec.Command(executable, append([]string{"--config", file}, args...)...)
		cmd.Args[0] = "clientele"
		cmd.Env = append(os.Environ(), "CLOCK=2026-11-20T12:00:00Z", "CLOCK_END=2026-11-25T12:00:00Z")
		return cmd
	}
	var schedulers [2]*exec.Cmd
	var said [2]bytes.Buffer
	for i := range schedulers {
		schedulers[i] = command("schedule", "--serve")
		schedulers[i].Stdout, schedulers[i].Stderr = &said[i], &said[i]
		if err := schedulers[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range schedulers {
		var ended *exec.ExitError
		if err := s.Wait(); !errors.As(err, &ended) || ended.ExitCode() != jobs.ExitTerminated {
			t.Errorf("scheduler %d ended with %v:\n%s", i, err, &said[i])
		}
	}
	out, err := command("--json", "runs", "list").Output()
	if err != nil {
		t.Fatalf("runs list: %v: %s", err, out)
	}
	var list struct {
		Result []struct {
			Run, Status string
			AsOf        string `json:"as_of"`
		}
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	worked := map[string]int{}
	for _, r := range list.Result {
		worked[r.AsOf]++
		if r.Status != "published" {
			t.Errorf("run %s is %s", r.Run, r.Status)
		}
	}
	for night, runs := range worked {
		if runs != 1 {
			t.Errorf("the night of %s was worked %d times", night, runs)
		}
	}
	// A clock that jumps may jump past a night that the other works; the last one
	// is worked by one of them.
	if worked["2026-11-25"] != 1 {
		t.Errorf("nights worked: %v\n%s\n%s", worked, &said[0], &said[1])
	}
}

// server is a scheduler in this process, with an address.
type server struct {
	t       *testing.T
	address string
	out     bytes.Buffer
	stop    context.CancelCauseFunc
	done    chan int
}

// serve starts a scheduler whose nights are the shell script night, at a time when
// one is to be caught up or not.
func serve(t *testing.T, file, night string, now time.Time) *server {
	t.Helper()
	script := filepath.Join(t.TempDir(), "clientele")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"+night+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	s := &server{t: t, stop: cancel, done: make(chan int, 1)}
	said, log := io.Pipe()
	w := jobs.World{
		Out: &s.out, Err: log, Getenv: os.LookupEnv, Now: func() time.Time { return now }, Host: "testhost", PID: os.Getpid(), User: "tester", Executable: script,
		Wait: func(ctx context.Context, _ time.Time) error { <-ctx.Done(); return ctx.Err() },
	}
	go func() {
		s.done <- jobs.Main(ctx, []string{"--config", file, "schedule", "--serve", "--listen", "127.0.0.1:0"}, w)
		log.Close()
	}()
	lines := bufio.NewScanner(said)
	address := regexp.MustCompile(`address=(\S+)`)
	for s.address == "" && lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			s.address = m[1]
		}
	}
	go io.Copy(io.Discard, said)
	return s
}

// get asks for a page.
func (s *server) get(path string) (int, string) {
	s.t.Helper()
	r, err := http.Get("http://" + s.address + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

func TestServeAnswers(t *testing.T) {
	file := scheduled(t)
	s := serve(t, file, "exit 9", time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	for _, path := range []string{"/healthz", "/readyz"} {
		if code, body := s.get(path); code != http.StatusOK || body != "ok\n" {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	code, body := s.get("/status")
	if code != http.StatusOK || !strings.Contains(body, `"state":"waiting"`) || !strings.Contains(body, `"due":"2026-11-22T02:30:00+01:00"`) || !strings.Contains(body, "no night is published yet") {
		t.Errorf("/status: %d %s", code, body)
	}
	if code, _ := s.get("/"); code != http.StatusNotFound {
		t.Errorf("/: %d", code)
	}
	s.stop(&jobs.Stopped{Signal: syscall.SIGINT})
	if code := <-s.done; code != jobs.ExitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if res, err := http.Get("http://" + s.address + "/healthz"); err == nil {
		_ = res.Body.Close()
		t.Error("it still answers")
	}
}

// TestServeOutlivesItsNight kills a night as the system does for want of memory:
// the scheduler goes on.
func TestServeOutlivesItsNight(t *testing.T) {
	s := serve(t, scheduled(t), "kill -9 $$", time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC))
	for {
		_, body := s.get("/status")
		if !strings.Contains(body, `"last"`) {
			continue // the night is under way
		}
		if !strings.Contains(body, `"exit":-1`) || !strings.Contains(body, "signal: killed") || !strings.Contains(body, `"state":"waiting"`) && !strings.Contains(body, `"state":"working"`) {
			t.Errorf("/status: %s", body)
		}
		break
	}
	s.stop(&jobs.Stopped{Signal: syscall.SIGTERM})
	if code := <-s.done; code != jobs.ExitTerminated {
		t.Errorf("exit code %d", code)
	}
}

// TestServeStopsItsNight tells the scheduler to stop while a night is under way:
// the night is told so too, and may stop in order.
func TestServeStopsItsNight(t *testing.T) {
	file := scheduled(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte(`* * *" }`), []byte(`* * *", grace: 0s }`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	begun := filepath.Join(t.TempDir(), "begun")
	if err := syscall.Mkfifo(begun, 0o600); err != nil {
		t.Fatal(err)
	}
	night := `trap 'kill $!; echo "told: $*"; exit 143' TERM
sleep 1000 >/dev/null 2>&1 &
echo begun > ` + begun + `
wait`
	s := serve(t, file, night, time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC))
	if _, err := os.ReadFile(begun); err != nil { // returns when the night has begun
		t.Fatal(err)
	}
	if code, body := s.get("/status"); code != http.StatusOK || !strings.Contains(body, `"state":"working"`) {
		t.Errorf("/status: %d %s", code, body)
	}
	s.stop(&jobs.Stopped{Signal: syscall.SIGTERM})
	if code := <-s.done; code != jobs.ExitTerminated {
		t.Errorf("exit code %d", code)
	}
	want := "told: --config " + file + " run --if-due=2026-11-21T02:30:00+01:00\n"
	if got := s.out.String(); got != want {
		t.Errorf("the night said %q, want %q", got, want)
	}
}
