package pipelines_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

// childEnv makes the test binary run one night in place of the tests: its value
// is a childOrder as JSON.
const childEnv = "CLIENTELE_TEST_CHILD"

// childOrder says which night a child process runs, and what happens to it.
type childOrder struct {
	Dir, Home, Night string
	At               time.Time // when it begins
	// Point is where the child acts, at its Pass-th passing, counted from 1.
	Point string
	Pass  int
	// Hold makes the child say so and wait there for its standard input to end,
	// in place of killing itself.
	Hold bool
	// Fill makes the child work a backfill in place of a night.
	Fill *fillOrder `json:",omitempty"`
	// Restore names a backup that the child restores in place of running a night.
	Restore string
}

// actAsChild runs a night and returns the exit code. It prints the points that
// it passes.
func actAsChild(order string) int {
	var o childOrder
	err := json.Unmarshal([]byte(order), &o)
	if err == nil {
		err = o.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (o childOrder) run() error {
	c, findings, err := config.Load(filepath.Join(o.Dir, "clientele.yaml"), os.LookupEnv)
	if err := errors.Join(err, findings.Err()); err != nil {
		return err
	}
	var mu sync.Mutex // several deliveries are conformed at a time
	passed := 0
	at := o.At
	env := pipelines.Env{Host: "there", PID: os.Getpid(), Command: "clientele run", Version: "test",
		Now: func() time.Time { at = at.Add(time.Second); return at },
		Point: func(name string) {
			mu.Lock()
			defer mu.Unlock()
			fmt.Println(name)
			if o.Fill != nil {
				o.Fill.pass()
			}
			if name != o.Point {
				return
			}
			if passed++; passed == o.Pass {
				if o.Hold {
					fmt.Println("held")
					_, _ = io.Copy(io.Discard, os.Stdin)
					return
				}
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {} // the signal may take effect a moment later
			}
		}}
	p, err := pipelines.Open(context.Background(), c, o.Home, env)
	if err != nil {
		return err
	}
	if o.Fill != nil {
		return errors.Join(o.Fill.run(p), p.Close())
	}
	if o.Restore != "" {
		_, err = p.Restore(context.Background(), o.Restore, pipelines.RestoreOptions{Force: true})
	} else {
		_, err = p.Run(context.Background(), pipelines.RunOptions{AsOf: date(o.Night)})
	}
	return errors.Join(err, p.Close())
}

// child returns the command that runs a night of the house in another process.
func (h *house) child(o childOrder) *exec.Cmd {
	h.tb.Helper()
	self, err := os.Executable()
	if err != nil {
		h.tb.Skip("the test binary can't be found: ", err)
	}
	o.Dir, o.Home, o.At = h.dir, h.home, h.now()
	order, err := json.Marshal(o)
	if err != nil {
		h.tb.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childEnv+"="+string(order))
	return cmd
}

// killAt runs a night that a SIGKILL ends at a point.
func (h *house) killAt(night, point string, pass int) {
	h.tb.Helper()
	if err := h.child(childOrder{Night: night, Point: point, Pass: pass}).Run(); !killed(err) {
		h.tb.Fatalf("the night was not killed at passing %d of %s: %v", pass, point, err)
	}
}

// killed reports whether a process was ended by SIGKILL.
func killed(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signal() == syscall.SIGKILL
}

const (
	nightOne = "2026-03-06"
	nightTwo = "2026-03-08"
)

// twoNights is what crashes are compared with: a company whose first night is
// published and whose second is about to run, and what an undisturbed second
// night makes of it.
type twoNights struct {
	before        *house
	first, second map[string]pipelines.Digest
	base          map[string]int64
	files         []string
	passes        []string // points in the order in which they are passed
	took          time.Duration
}

func runTwoNights(t *testing.T) *twoNights {
	t.Helper()
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	c.secondNight()
	n := &twoNights{before: h, first: h.digests()}

	undisturbed := h.copyHome(t)
	cmd := undisturbed.child(childOrder{Night: nightTwo})
	started := time.Now()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("an undisturbed night: %v", err)
	}
	n.took = time.Since(started)
	n.passes = strings.Split(strings.TrimSpace(string(out)), "\n")
	n.second, n.base, n.files = undisturbed.digests(), undisturbed.base(), undisturbed.files()
	if cmp.Equal(n.first, n.second) {
		t.Fatal("the nights are equal, and prove nothing")
	}
	return n
}

// recovers checks a house whose second night was killed: readers see a whole
// night, and the next run ends as if nothing had happened. It returns whether
// readers saw the second night already.
func (n *twoNights) recovers(t *testing.T, h *house) (swapped bool) {
	t.Helper()
	seen := h.digests()
	swapped = cmp.Equal(seen, n.second)
	if !swapped {
		sameTables(t, "readers after the kill", seen, n.first)
	}
	h.run(nightTwo)
	sameTables(t, "after the next run", h.digests(), n.second)
	if diff := cmp.Diff(n.base, h.base()); diff != "" {
		t.Errorf("rows of the base after the next run (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(n.files, h.files()); diff != "" {
		t.Errorf("files after the next run (-want +got):\n%s", diff)
	}
	return swapped
}

// The points of a night. At pointsAfter and from there on readers see it.
var (
	points = []string{
		"before extract", "extract:batch", "extract:landed", "after extract",
		"before conform", "conform:batch", "after conform",
		"before load", "load:begun", "load:table", "after load",
		"before match", "after match", "before merge", "after merge", "before score", "after score", "before history", "after history",
		"before account", "after account", "before check", "after check",
		"before commit", "commit:committed", "after commit",
		"before publish", "publish:created", "publish:filled", "publish:synced",
	}
	pointsAfter = []string{"publish:renamed", "after publish", "before retain", "after retain"}
)

// TestCrash kills the second night at every point, the first time and the last
// time that it passes there, and at random instants.
func TestCrash(t *testing.T) {
	n := runTwoNights(t)
	times := map[string]int{}
	for _, p := range n.passes {
		times[p]++
	}
	t.Run("every point is passed", func(t *testing.T) {
		if diff := cmp.Diff(slices.Sorted(slices.Values(slices.Concat(points, pointsAfter))), slices.Sorted(maps.Keys(times))); diff != "" {
			t.Errorf("points of a night (-want +got):\n%s", diff)
		}
	})
	for _, point := range slices.Concat(points, pointsAfter) {
		for _, pass := range slices.Compact([]int{1, max(1, times[point])}) {
			t.Run(fmt.Sprintf("%s %d", point, pass), func(t *testing.T) {
				t.Parallel()
				h := n.before.copyHome(t)
				h.killAt(nightTwo, point, pass)
				if swapped := n.recovers(t, h); swapped != slices.Contains(pointsAfter, point) {
					t.Errorf("readers see the second night: %t", swapped)
				}
			})
		}
	}
}

// TestCrashAtRandomInstants lets a timer of the parent kill the night, wherever
// it happens to be, between its start and when an undisturbed one ends.
func TestCrashAtRandomInstants(t *testing.T) {
	if testing.Short() {
		t.Skip("fifty nights take their time")
	}
	n := runTwoNights(t)
	dice := rand.New(rand.NewPCG(2026, 3))
	var mu sync.Mutex
	died, swapped := 0, 0
	t.Run("instants", func(t *testing.T) {
		for i := range 50 {
			after := time.Duration(dice.Int64N(int64(n.took)))
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				h := n.before.copyHome(t)
				cmd := h.child(childOrder{Night: nightTwo})
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
				err := cmd.Wait()
				timer.Stop()
				if err != nil && !killed(err) {
					t.Fatalf("the night failed by itself: %v", err)
				}
				saw := n.recovers(t, h)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					died++
				}
				if saw {
					swapped++
				}
			})
		}
	})
	t.Logf("%d of 50 nights were killed under way, readers saw %d of them", died, swapped)
	if died == 0 {
		t.Error("no night was killed under way")
	}
}

// held starts a night in another process, which waits at a point until letGo is
// called or it is killed. letGo returns what the process says of its end.
func (h *house) held(night, point string) (cmd *exec.Cmd, letGo func() (stderr string, err error)) {
	h.tb.Helper()
	cmd = h.child(childOrder{Night: night, Point: point, Pass: 1, Hold: true})
	stdin, err := cmd.StdinPipe()
	if err != nil {
		h.tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		h.tb.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		h.tb.Fatal(err)
	}
	h.tb.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "held" {
	}
	h.at = h.at.Add(time.Hour)
	return cmd, func() (string, error) {
		err := stdin.Close()
		for lines.Scan() { // so that it can go on printing
		}
		err = errors.Join(err, cmd.Wait()) // after which nothing writes to stderr
		return stderr.String(), err
	}
}

// TestLock runs a night while another process runs one.
func TestLock(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	cmd, _ := h.held(nightOne, "before match")
	_, err := h.attempt(nightOne)
	if connectors.CodeOf(err) != "locked" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("while another process runs a night: %v", err)
	}
	if holder := fmt.Sprintf("clientele run works on this project: process %d on there, since ", cmd.Process.Pid); !strings.Contains(fmt.Sprint(err), holder) {
		t.Errorf("the holder is not named: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); !killed(err) {
		t.Fatalf("the holder was not killed: %v", err)
	}
	h.run(nightOne)
}

// TestLockBroken takes the lock from a night that goes on afterwards, wherever
// it is: it neither commits nor publishes any more.
func TestLockBroken(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	before := newHouse(t, c)
	before.run(nightOne)
	first := before.digests()
	c.secondNight()
	for _, point := range []string{"extract:landed", "load:table", "after check", "before commit", "after commit", "publish:synced"} {
		t.Run(point, func(t *testing.T) {
			h := before.copyHome(t)
			_, letGo := h.held(nightTwo, point)
			h.breakLock = true
			if _, err := h.attempt(nightTwo); connectors.CodeOf(err) != "locked" { // the base is open in a process that is alive after all
				t.Errorf("while the process whose lock was broken has the base open: %v", err)
			}
			if said, err := letGo(); err == nil || !strings.Contains(said, "another process took the lock of this project over") {
				t.Errorf("a night whose lock was broken ends with %v: %s", err, said)
			}
			sameTables(t, "readers", h.digests(), first)
			h.breakLock = false
			report := h.run(nightTwo)
			if cmp.Equal(h.digests(), first) {
				t.Error("the next run publishes nothing new")
			}
			h.use(func(p *pipelines.Project) {
				history, ok, err := p.RunHistory(t.Context(), report.Run)
				if err != nil || !ok || len(history.Breaks) != 1 || history.Breaks[0].Of.Host != "there" || history.Breaks[0].By.Host != "here" {
					t.Errorf("breaks of the run: %+v, %v", history.Breaks, err)
				}
			})
		})
	}
}
