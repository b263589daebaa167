// Package statetest holds the conformance suite that every connectors.State
// passes.
package statetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
)

// Opener opens one state, each time it is called: what was saved through one
// opening is there in the others. It fails the test when it can't.
type Opener func() connectors.State

// Run checks that states keep what connectors.State promises. fresh makes an
// empty state for a test and returns how to open it.
func Run(t *testing.T, fresh func(t *testing.T) Opener) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"an empty state has nothing", empty},
		{"runs", runs},
		{"steps", steps},
		{"calls", calls},
		{"landings", landings},
		{"approvals", approvals},
		{"fixes", fixes},
		{"decisions", decisions},
		{"backfills", backfills},
		{"partitions", partitions},
		{"instants are kept to the microsecond, in UTC", instants},
		{"dates are those of the calendar", dates},
		{"what was saved lasts", lasts},
		{"others read while one writes", concurrent},
		{"one lock for all", lock},
		{"a broken lock is lost to its holder", breakLock},
		{"the lock of a living process is not broken", alive},
		{"text that a database can't keep", oddText},
		{"a cancelled context stops everything", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, fresh(t)) })
	}
	t.Run("a state is carried over to another", func(t *testing.T) { exportImport(t, fresh) })
}

var (
	ctx   = context.Background()
	start = time.Date(2026, 5, 1, 2, 0, 0, 123_456_000, time.UTC)
	night = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
)

// odd is text that quoting, encoding or a format could spoil.
const odd = "it's \"naïve\" \\n\n🙂 %s; DROP TABLE runs"

// save fails the test when something can't be saved.
func save(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// expect compares what a state returns.
func expect[T any](t *testing.T, want []T) func([]T, error) {
	return func(got []T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func empty(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	expect[connectors.Run](t, nil)(s.Runs(ctx, 0))
	expect[connectors.Step](t, nil)(s.Steps(ctx, "r"))
	expect[connectors.Landing](t, nil)(s.Landings(ctx))
	expect[connectors.Approval](t, nil)(s.Approvals(ctx, "r"))
	expect[connectors.Fix](t, nil)(s.Fixes(ctx, "d"))
	expect[connectors.Decision](t, nil)(s.Decisions(ctx))
	expect[connectors.Calls](t, nil)(s.Calls(ctx, time.Time{}))
	expect[connectors.Backfill](t, nil)(s.Backfills(ctx))
	expect[connectors.Partition](t, nil)(s.Partitions(ctx, "b"))
}

func runs(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	run := func(id string, after time.Duration) connectors.Run {
		return connectors.Run{ID: id, AsOf: night, Status: connectors.RunRunning, StartedAt: start.Add(after), ConfigHash: "c0ffee", Version: "1.0"}
	}
	// Saved out of order; the last two began at the same instant.
	first, second, third, fourth := run("b", 0), run("a", time.Hour), run("d", 2*time.Hour), run("c", 2*time.Hour)
	save(t, s.SaveRun(ctx, second), s.SaveRun(ctx, first), s.SaveRun(ctx, third), s.SaveRun(ctx, fourth))
	expect(t, []connectors.Run{fourth, third, second, first})(s.Runs(ctx, 0))
	expect(t, []connectors.Run{fourth, third})(s.Runs(ctx, 2))

	second.Status, second.FinishedAt, second.Error, second.Committed = connectors.RunFailed, start.Add(90*time.Minute), odd, true
	save(t, s.SaveRun(ctx, second), s.SaveRun(ctx, second))
	expect(t, []connectors.Run{fourth, third, second, first})(s.Runs(ctx, 0))
}

func steps(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	step := func(run string, n int) connectors.Step {
		return connectors.Step{Run: run, Ordinal: n, Name: fmt.Sprint("step ", n), StartedAt: start, Rows: 1 << 40, Detail: odd}
	}
	save(t, s.SaveStep(ctx, step("r", 10)), s.SaveStep(ctx, step("r", 2)), s.SaveStep(ctx, step("q", 1)))
	changed := step("r", 2)
	changed.FinishedAt, changed.Rows = start.Add(time.Second), 7
	save(t, s.SaveStep(ctx, changed), s.SaveStep(ctx, changed))
	expect(t, []connectors.Step{changed, step("r", 10)})(s.Steps(ctx, "r"))
}

func calls(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	made := func(run, register string, day int, n int64) connectors.Calls {
		return connectors.Calls{Run: run, Register: register, On: night.AddDate(0, 0, day), Made: n}
	}
	save(t, s.SaveCalls(ctx, made("r", "vies", 1, 3)), s.SaveCalls(ctx, made("r", "nbb", 1, 1<<40)), s.SaveCalls(ctx, made("q", "vies", 0, 5)),
		s.SaveCalls(ctx, made("r", "vies", 1, 4)), s.SaveCalls(ctx, made("r", "vies", 2, 1)), s.SaveCalls(ctx, made("q", "vies", 1, 2)))
	expect(t, []connectors.Calls{made("r", "nbb", 1, 1<<40), made("q", "vies", 1, 2), made("r", "vies", 1, 4), made("r", "vies", 2, 1)})(s.Calls(ctx, night.AddDate(0, 0, 1)))
}

func landings(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	landing := func(id string) connectors.Landing {
		return connectors.Landing{
			ID: id, Source: "orders", State: connectors.LandingNew, Run: "r", AsOf: night, File: "orders/" + id + ".parquet", Rows: 12,
			Delivery: connectors.Delivery{Name: "incoming/" + odd, Hash: "ab12", Size: 1 << 40, Cursor: "2026-05-01", Named: true},
		}
	}
	z, a, m := landing("z"), landing("a"), landing("m")
	save(t, s.SaveLanding(ctx, z), s.SaveLanding(ctx, a))
	z.State, z.Reason, z.File = connectors.LandingWithdrawn, odd, ""
	save(t, s.SaveLanding(ctx, z), s.SaveLanding(ctx, z), s.SaveLanding(ctx, m)) // a change keeps its place
	expect(t, []connectors.Landing{z, a, m})(s.Landings(ctx))
}

func approvals(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	a := connectors.Approval{Run: "r", Check: "rows", Why: odd, By: "ann", At: start}
	b := connectors.Approval{Run: "r", Check: "amounts", Why: "seen", By: "bob", At: start}
	other := a
	other.Run = "q"
	save(t, s.Approve(ctx, a), s.Approve(ctx, b), s.Approve(ctx, a), s.Approve(ctx, other))
	expect(t, []connectors.Approval{b, a})(s.Approvals(ctx, "r"))
}

func fixes(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	fix := func(part string, row int64) connectors.Fix {
		return connectors.Fix{Delivery: "d", Part: part, Row: row, Values: map[string]string{"name": odd, "": "x", "empty": ""}, By: "ann", At: start}
	}
	other := fix("", 1)
	other.Delivery = "e"
	save(t, s.SaveFix(ctx, fix("2025", 3)), s.SaveFix(ctx, fix("", 10)), s.SaveFix(ctx, fix("", 9)), s.SaveFix(ctx, other))
	changed := fix("", 10)
	changed.Values = map[string]string{"name": "as it should be"}
	save(t, s.SaveFix(ctx, changed), s.SaveFix(ctx, changed))
	expect(t, []connectors.Fix{fix("", 9), changed, fix("2025", 3)})(s.Fixes(ctx, "d"))
}

func decisions(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	decide := func(b string, number int, v connectors.Verdict) connectors.Decision {
		d := connectors.Decision{A: connectors.RecordKey{Source: "shop", Record: odd}, B: connectors.RecordKey{Source: "web", Record: b}, Verdict: v, Why: odd, By: "ann", At: start}
		save(t, s.Decide(ctx, d))
		d.Number = number
		return d
	}
	// Two decisions of one instant on one pair are told apart.
	other, first, taken := decide("b", 1, connectors.VerdictDifferent), decide("a", 1, connectors.VerdictSame), decide("a", 2, connectors.VerdictForgotten)
	expect(t, []connectors.Decision{first, taken, other})(s.Decisions(ctx))
}

func backfills(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	backfill := func(id string, after time.Duration) connectors.Backfill {
		return connectors.Backfill{ID: id, Status: connectors.BackfillRunning, From: night, To: night.AddDate(0, 2, 0), Every: "week",
			OnFailure: "continue", Reverse: true, StartedAt: start.Add(after), ConfigHash: "c0ffee", Version: "1.0"}
	}
	first, second, third := backfill("b", 0), backfill("a", time.Hour), backfill("c", time.Hour)
	save(t, s.SaveBackfill(ctx, second), s.SaveBackfill(ctx, first), s.SaveBackfill(ctx, third))
	expect(t, []connectors.Backfill{third, second, first})(s.Backfills(ctx))

	second.Status, second.FinishedAt, second.Error, second.Reverse = connectors.BackfillFailed, start.Add(2*time.Hour), odd, false
	save(t, s.SaveBackfill(ctx, second), s.SaveBackfill(ctx, second))
	expect(t, []connectors.Backfill{third, second, first})(s.Backfills(ctx))
}

func partitions(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	attempt := func(backfill, id string, days, n int) connectors.Partition {
		asOf := night.AddDate(0, 0, days)
		return connectors.Partition{Backfill: backfill, ID: id, Attempt: n, AsOf: asOf, After: asOf.AddDate(0, 0, -1), Role: "asked", Status: connectors.PartitionPlanned}
	}
	late, early, again := attempt("b", "a", 2, 1), attempt("b", "z", 1, 1), attempt("b", "z", 1, 10)
	other := attempt("c", "z", 1, 1)
	save(t, s.SavePartition(ctx, again), s.SavePartition(ctx, late), s.SavePartition(ctx, early), s.SavePartition(ctx, other))
	expect(t, []connectors.Partition{early, again, late})(s.Partitions(ctx, "b"))

	again.Status, again.StartedAt, again.FinishedAt = connectors.PartitionFailed, start, start.Add(time.Second)
	again.Deliveries, again.Rows, again.Held, again.Error = 3, 1<<40, []string{odd, "orders"}, odd
	save(t, s.SavePartition(ctx, again), s.SavePartition(ctx, again))
	expect(t, []connectors.Partition{early, again, late})(s.Partitions(ctx, "b"))
	expect(t, []connectors.Partition{other})(s.Partitions(ctx, "c"))
}

func instants(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	zone := time.FixedZone("UTC+2", 2*60*60)
	for i, at := range []time.Time{
		time.Date(2026, 3, 29, 2, 30, 0, 123_456_789, zone), time.Date(1, 1, 2, 0, 0, 0, 1000, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC), time.Unix(0, 0), time.Date(9999, 12, 31, 23, 59, 59, 0, zone),
	} {
		run := fmt.Sprint("r", i)
		save(t, s.Approve(ctx, connectors.Approval{Run: run, At: at}))
		got, err := s.Approvals(ctx, run)
		if err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		if want := time.UnixMicro(at.UnixMicro()).UTC(); got[0].At != want {
			t.Errorf("%v came back as %v, want %v", at, got[0].At, want)
		}
	}
	save(t, s.SaveRun(ctx, connectors.Run{ID: "r", AsOf: night, StartedAt: start}))
	if got, err := s.Runs(ctx, 1); err != nil || !got[0].FinishedAt.IsZero() {
		t.Errorf("a run that is under way finished at %v, %v", got[0].FinishedAt, err)
	}
}

func dates(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	// Midnight in the company's zone is the evening before in UTC.
	local := time.Date(2026, 5, 1, 0, 0, 0, 0, time.FixedZone("UTC+2", 2*60*60))
	save(t, s.SaveRun(ctx, connectors.Run{ID: "r", AsOf: local}), s.SaveLanding(ctx, connectors.Landing{ID: "l", AsOf: local}))
	if got, err := s.Runs(ctx, 1); err != nil || got[0].AsOf != night {
		t.Errorf("night of the run: %v, %v", got, err)
	}
	if got, err := s.Landings(ctx); err != nil || got[0].AsOf != night {
		t.Errorf("night of the landing: %v, %v", got, err)
	}
}

func lasts(t *testing.T, open Opener) {
	s := open()
	run := connectors.Run{ID: "r", AsOf: night, Status: connectors.RunPublished, StartedAt: start}
	save(t, s.SaveRun(ctx, run), s.Close())
	s = open()
	defer s.Close()
	expect(t, []connectors.Run{run})(s.Runs(ctx, 0))
}

func concurrent(t *testing.T, open Opener) {
	const writers, each = 4, 25
	reader := open()
	defer reader.Close()
	var work sync.WaitGroup
	done := make(chan struct{})
	for n := range writers {
		s := open()
		defer s.Close()
		work.Go(func() {
			for i := range each {
				if err := s.SaveStep(ctx, connectors.Step{Run: "r", Ordinal: n*each + i}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() { work.Wait(); close(done) }()
	for seen, over := 0, false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		got, err := reader.Steps(ctx, "r")
		if err != nil {
			t.Fatal(err)
		}
		if len(got) < seen {
			t.Fatalf("%d steps after %d", len(got), seen)
		}
		seen = len(got)
	}
	if got, err := reader.Steps(ctx, "r"); err != nil || len(got) != writers*each {
		t.Errorf("%d steps, want %d (%v)", len(got), writers*each, err)
	}
}

func lock(t *testing.T, open Opener) {
	s, other := open(), open()
	defer s.Close()
	defer other.Close()
	holder := connectors.Holder{Command: "clientele run", Host: "host-7", PID: 4711, Since: start}
	held, err := s.Lock(ctx, holder)
	if err != nil {
		t.Fatal(err)
	}
	save(t, held.Check(ctx))
	for _, who := range []connectors.State{other, s} {
		_, err := who.Lock(ctx, connectors.Holder{Command: "clientele purge", Since: start.Add(90 * time.Minute)})
		if connectors.CodeOf(err) != "locked" || connectors.KindOf(err) != connectors.KindEnvironment {
			t.Errorf("locked twice: %v", err)
		}
		const named = "clientele run works on this project: process 4711 on host-7, since 2026-05-01T02:00:00Z, 1h30m0s ago"
		if !strings.Contains(fmt.Sprint(err), named) {
			t.Errorf("the holder is not named: %v", err)
		}
	}
	save(t, other.SaveRun(ctx, connectors.Run{ID: "r"}), held.Check(ctx)) // the lock keeps nobody from the state
	save(t, held.Unlock(), held.Unlock())
	held, err = other.Lock(ctx, holder)
	if err != nil {
		t.Fatalf("after it was given back: %v", err)
	}
	save(t, held.Unlock())
}

func breakLock(t *testing.T, open Opener) {
	s, other := open(), open()
	defer s.Close()
	defer other.Close()
	gone := connectors.Holder{Command: "clientele run", Host: "host-7", PID: 4711, Since: start}
	me := connectors.Holder{Command: "clientele run --break-lock", Host: "host-8", PID: 12, Since: start.Add(time.Hour)}

	free, err := other.BreakLock(ctx, me)
	if err != nil {
		t.Fatalf("nobody holds the lock: %v", err)
	}
	save(t, free.Check(ctx), free.Unlock())
	expect[connectors.Break](t, nil)(other.Breaks(ctx))

	lost, err := s.Lock(ctx, gone)
	if err != nil {
		t.Fatal(err)
	}
	held, err := other.BreakLock(ctx, me)
	if err != nil {
		t.Fatal(err)
	}
	if err := lost.Check(ctx); connectors.CodeOf(err) != "lock_lost" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("whose lock was broken learns %v", err)
	}
	_ = lost.Unlock() // whatever it says, it must not free the lock of another
	save(t, held.Check(ctx))
	if _, err := s.Lock(ctx, gone); connectors.CodeOf(err) != "locked" || !strings.Contains(err.Error(), "host-8") {
		t.Errorf("locked by who broke it: %v", err)
	}
	save(t, held.Unlock())
	held, err = s.Lock(ctx, gone)
	if err != nil {
		t.Fatalf("after it was given back: %v", err)
	}
	save(t, held.Check(ctx), held.Unlock())
	expect(t, []connectors.Break{{Of: gone, By: me}})(s.Breaks(ctx))
}

func alive(t *testing.T, open Opener) {
	s, other := open(), open()
	defer s.Close()
	defer other.Close()
	// The parent of a test is a process of this machine that is alive.
	held, err := s.Lock(ctx, connectors.Holder{Command: "clientele run", Host: "here", PID: os.Getppid(), Since: start})
	if err != nil {
		t.Fatal(err)
	}
	_, err = other.BreakLock(ctx, connectors.Holder{Command: "clientele run", Host: "here", PID: os.Getpid(), Since: start})
	if connectors.CodeOf(err) != "lock_alive" {
		t.Errorf("the lock of a living process was broken: %v", err)
	}
	save(t, held.Check(ctx), held.Unlock())
	expect[connectors.Break](t, nil)(s.Breaks(ctx))
}

func exportImport(t *testing.T, fresh func(t *testing.T) Opener) {
	from, to := fresh(t)(), fresh(t)()
	defer from.Close()
	defer to.Close()
	run := func(id string) connectors.Run {
		return connectors.Run{ID: id, AsOf: night, Status: connectors.RunPublished, StartedAt: start, ConfigHash: odd, Committed: true}
	}
	landing := func(id string) connectors.Landing {
		return connectors.Landing{ID: id, Source: "orders", AsOf: night, Delivery: connectors.Delivery{Name: odd}, State: connectors.LandingLoaded}
	}
	step := connectors.Step{Run: "b", Ordinal: 1, Name: "load", StartedAt: start}
	fix := connectors.Fix{Delivery: "z", Row: 3, Values: map[string]string{"name": odd}, At: start}
	approval := connectors.Approval{Run: "b", Check: "rows", Why: odd, At: start}
	decision := connectors.Decision{A: connectors.RecordKey{Source: "s", Record: "1"}, B: connectors.RecordKey{Source: "s", Record: "2"}, Verdict: connectors.VerdictSame, Why: odd, At: start}
	save(t, from.SaveRun(ctx, run("b")), from.SaveRun(ctx, run("a")), from.SaveStep(ctx, step), from.SaveLanding(ctx, landing("z")),
		from.SaveLanding(ctx, landing("a")), from.Approve(ctx, approval), from.SaveFix(ctx, fix), from.Decide(ctx, decision))
	made := connectors.Calls{Run: "b", Register: odd, On: night, Made: 7}
	save(t, from.SaveCalls(ctx, made))
	decision.Number = 1
	held, err := from.Lock(ctx, connectors.Holder{Host: "host-7", Since: start})
	if err != nil {
		t.Fatal(err)
	}
	broken, err := from.BreakLock(ctx, connectors.Holder{Host: "host-8", Since: start})
	if err != nil {
		t.Fatal(err)
	}
	_ = held.Unlock()
	save(t, broken.Unlock())

	// What is there already stays, and what was decided there too.
	withdrawn := landing("a")
	withdrawn.State, withdrawn.Reason = connectors.LandingWithdrawn, "wrong file"
	save(t, to.SaveLanding(ctx, withdrawn))
	export := func(each func(connectors.StateRow) error) error { return from.Export(ctx, each) }
	for i, want := range []int64{9, 0} { // the second time nothing is new
		if added, err := to.Import(ctx, export); err != nil || added != want {
			t.Errorf("import %d added %d rows, want %d (%v)", i, added, want, err)
		}
	}
	expect(t, []connectors.Run{run("a"), run("b")})(to.Runs(ctx, 0))
	expect(t, []connectors.Landing{withdrawn, landing("z")})(to.Landings(ctx))
	expect(t, []connectors.Step{step})(to.Steps(ctx, "b"))
	expect(t, []connectors.Approval{approval})(to.Approvals(ctx, "b"))
	expect(t, []connectors.Fix{fix})(to.Fixes(ctx, "z"))
	expect(t, []connectors.Decision{decision})(to.Decisions(ctx))
	expect(t, []connectors.Calls{made})(to.Calls(ctx, night))
	save(t, to.SaveRun(ctx, run("c")), to.SaveLanding(ctx, landing("m"))) // numbers go on where they were
	if got, err := to.Breaks(ctx); err != nil || len(got) != 1 {
		t.Errorf("breaks: %v, %v", got, err)
	}

	if _, err := to.Import(ctx, func(each func(connectors.StateRow) error) error {
		return errors.Join(each(connectors.StateRow{Table: "runs", Columns: []string{"id"}, Values: []any{"d"}}), errors.New("no more"))
	}); err == nil {
		t.Error("half an import went through")
	}
	if got, err := to.Runs(ctx, 0); err != nil || len(got) != 3 {
		t.Errorf("%d runs after a failed import, want 3 (%v)", len(got), err)
	}
	if _, err := to.Import(ctx, func(each func(connectors.StateRow) error) error {
		return each(connectors.StateRow{Table: "runs; DROP TABLE runs", Columns: []string{"id"}, Values: []any{"d"}})
	}); err == nil {
		t.Error("an unknown table was imported")
	}
}

func oddText(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	save(t, s.Approve(ctx, connectors.Approval{Run: "r", Why: "nul \x00 and \xff", At: start}))
	if got, err := s.Approvals(ctx, "r"); err != nil || got[0].Why != "nul \uFFFD and \uFFFD" {
		t.Errorf("text that a database can't keep: %q, %v", got, err)
	}
}

func cancelled(t *testing.T, open Opener) {
	s := open()
	defer s.Close()
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.SaveRun(ctx, connectors.Run{ID: "r"}); err == nil {
		t.Error("SaveRun went through")
	}
	if _, err := s.Runs(ctx, 0); err == nil {
		t.Error("Runs went through")
	}
	if held, err := s.Lock(ctx, connectors.Holder{}); err == nil {
		t.Error("Lock went through")
		held.Unlock()
	}
}
