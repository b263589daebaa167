package pipelines_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/calendar"
)

// dated are the edits that make every source of the company say which night its
// files belong to.
var datedCompany = []string{
	"path: incoming/orders/*.csv", "dated: \"2006-01-02\"\n    path: incoming/orders/*.csv",
	"path: incoming/invoices.csv", "dated: \"20060102\"\n    path: incoming/invoices/*.csv",
	"path: incoming/forms/*.ndjson", "dated: \"2006-01-02\"\n    path: incoming/forms/*.ndjson",
}

const (
	monthFirst = "2026-03-16" // night
	monthLast  = "2026-04-14"
)

// deliver delivers what the company has of a day: orders on most days, forms on
// some, and now and then all invoices.
func (c company) deliver(day time.Time) {
	name := day.Format(time.DateOnly)
	if day.Weekday() != time.Sunday {
		orders := ordersOf(name)
		if day.Day()%7 == 0 { // with orders of days to come, one on a day without a file
			orders += orderLine(7, day.YearDay()*1000+901, 1, day.AddDate(0, 0, 1), 3, 1250) + orderLine(8, day.YearDay()*1000+902, 1, day.AddDate(0, 0, 4), 1, 999)
		}
		c.write("incoming/orders/"+name+".csv", orders)
	}
	if day.Day()%3 == 0 {
		c.write("incoming/forms/until-"+name+".ndjson", formsOf(day.YearDay()*30, 30, day))
	}
	if day.Day()%5 == 0 {
		c.write("incoming/invoices/"+day.Format("20060102")+".csv", invoicesOf(100+day.YearDay()%40, day))
	}
}

// month returns the nights of the month.
func month() []time.Time {
	return calendar.Nights(date(monthFirst), date(monthLast).AddDate(0, 0, 1), calendar.Day)
}

func wholeMonth() pipelines.BackfillOptions {
	return pipelines.BackfillOptions{From: date(monthFirst), To: date(monthLast).AddDate(0, 0, 1), Every: calendar.Day, OnFailure: pipelines.FailureStop}
}

// TestBackfillEveryDay plans the nights of all days where nothing is said of
// their distance.
func TestBackfillEveryDay(t *testing.T) {
	s := newShop(t)
	p := s.open()
	from := time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC)
	plan, err := p.PlanBackfill(t.Context(), pipelines.BackfillOptions{From: from, To: from.AddDate(0, 0, 3), OnFailure: pipelines.FailureStop})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Every != string(calendar.Day) || plan.Nights != 3 {
		t.Errorf("%d nights, every %q", plan.Nights, plan.Every)
	}
}

// backfill works a range of nights anew.
func (h *house) backfill(o pipelines.BackfillOptions) (report *pipelines.BackfillReport, err error) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) { report, err = p.Backfill(h.tb.Context(), o) })
	return report, err
}

// filled works a range of nights anew, which must go well.
func (h *house) filled(o pipelines.BackfillOptions) *pipelines.BackfillReport {
	h.tb.Helper()
	report, err := h.backfill(o)
	if err != nil {
		h.tb.Fatalf("backfill: %v", err)
	}
	if report.Status != connectors.BackfillDone {
		h.tb.Fatalf("the backfill is %s: %+v", report.Status, report)
	}
	return report
}

// TestBackfill works ten nights in a backfill, and night by night: every
// published table and every table of the base ends the same.
func TestBackfill(t *testing.T) {
	c := newCompany(t, t.TempDir(), datedCompany...)
	nightly := newHouse(t, c)
	nights := month()[:10]
	o := wholeMonth()
	o.To = nights[9].AddDate(0, 0, 1)
	for _, night := range nights {
		c.deliver(night.AddDate(0, 0, -1))
		nightly.run(night.Format(time.DateOnly))
	}
	want, base := nightly.digests(), nightly.base()
	landed := nightly.landings("orders")

	fresh := newHouse(t, c)
	o.Workers, o.Reverse = 4, true
	report := fresh.filled(o)
	if report.Nights != 10 || report.Done != 10 {
		t.Errorf("%+v", report)
	}
	sameTables(t, "backfilled against night by night", fresh.digests(), want)
	if diff := cmp.Diff(base, fresh.base()); diff != "" {
		t.Errorf("rows of the base (-want +got):\n%s", diff)
	}

	// Three nights in the middle are worked once more, from what landed: those
	// before and after come along, and nothing is read or forgotten.
	if err := os.Rename(filepath.Join(c.dir, "incoming"), filepath.Join(c.dir, "gone")); err != nil {
		t.Fatal(err)
	}
	// The company keeps landed rows for a day. The others are gone, and so is
	// their source.
	again := o
	again.From, again.To = nights[4], nights[7]
	if _, err := nightly.copyHome(t).backfill(again); connectors.CodeOf(err) != "landing_gone" {
		t.Errorf("without what landed: %v", err)
	}
	if err := os.Rename(filepath.Join(c.dir, "gone"), filepath.Join(c.dir, "incoming")); err != nil {
		t.Fatal(err)
	}
	h := nightly.copyHome(t)
	if report := h.filled(again); report.Nights != 10 {
		t.Errorf("%d nights, want those before and after too", report.Nights)
	}
	sameTables(t, "the base made anew", h.digests(), want)
	if diff := cmp.Diff(landed, h.landings("orders")); diff != "" {
		t.Errorf("what was read changed (-want +got):\n%s", diff)
	}

	// The next night goes on as if all had been run.
	next := nights[9].AddDate(0, 0, 1).Format(time.DateOnly)
	nightly.run(next)
	fresh.run(next)
	h.run(next)
	sameTables(t, "the night after a backfill", fresh.digests(), nightly.digests())
	sameTables(t, "the night after nights were worked anew", h.digests(), nightly.digests())
	if _, err := fresh.attempt(monthFirst); connectors.CodeOf(err) != "night_passed" {
		t.Errorf("a run for a night before: %v", err)
	}
}

// TestBackfillFails: a night that fails stops the backfill, and readers keep
// what they have; or nights go on, and its deliveries come with the next.
func TestBackfillFails(t *testing.T) {
	c := newCompany(t, t.TempDir(), append([]string{"assert:\n    - { name: has a kind, that: \"kind in ('organisation', 'person')\" }",
		"assert:\n    - { name: few, table: orders, that: \"order_id <> '78703' or status = 'right'\" }",
		"pick: min } }", "pick: min }, status: { expr: \"case when \\\"Artikel\\\" = 'A001' then 'right' else 'open' end\" } }"}, datedCompany...)...)
	for _, night := range month()[:5] {
		c.deliver(night.AddDate(0, 0, -1))
	}
	// An order that the assertion fails on, until the day after says more of it.
	line := orderLine(3, 78703, 1, date("2026-03-17"), 2, 500)
	c.write("incoming/orders/2026-03-17.csv", ordersOf("2026-03-17")+line)
	c.write("incoming/orders/2026-03-18.csv", ordersOf("2026-03-18")+strings.Replace(line, ";A004;", ";A001;", 1))
	h := newHouse(t, c)
	o := wholeMonth()
	o.To = date("2026-03-21")
	report, err := h.backfill(o)
	var held *pipelines.HeldError
	if !errors.As(err, &held) || report.Status != connectors.BackfillFailed || report.Done != 2 || report.Run != nil && report.Run.File != "" {
		t.Fatalf("%v, %+v", err, report)
	}

	o.OnFailure = pipelines.FailureContinue
	report, err = h.backfill(o)
	if err != nil || report.Status != connectors.BackfillPartly || report.Done != 4 || !slices.Equal(report.Failed, []string{"2026-03-18"}) {
		t.Fatalf("%v, %+v", err, report)
	}
	nightly := newHouse(t, c)
	for _, night := range month()[:5] { // the files of days to come are there already
		if _, err := nightly.attempt(night.Format(time.DateOnly)); err != nil && !errors.As(err, &held) {
			t.Fatal(err)
		}
	}
	sameTables(t, "with a night left out", h.digests(), nightly.digests(), "orders", "customers", "order_lines")

	// Taken up, the night is worked again, and so are all after it.
	report, err = h.backfill(pipelines.BackfillOptions{Continue: report.Backfill})
	if err != nil || report.Status != connectors.BackfillPartly || report.Done != 4 {
		t.Fatalf("%v, %+v", err, report)
	}
	h.use(func(p *pipelines.Project) {
		history, err := p.BackfillHistory(t.Context(), report.Backfill)
		if err != nil || len(history.Attempts) != 10 {
			t.Errorf("%d attempts, want two of each night (%v)", len(history.Attempts), err)
		}
	})
}

// fillOrder says which backfill a child process works, and what happens to it.
type fillOrder struct {
	pipelines.BackfillOptions
	// After so many points the child kills itself, or gets so many signals; 0
	// for never.
	After, Signals int

	passed int
}

func (o *fillOrder) run(p *pipelines.Project) error {
	options := o.BackfillOptions
	options.Started = func(plan *pipelines.BackfillPlan) { fmt.Println("id " + plan.Backfill) }
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 2)
	stop := make(chan struct{})
	signal.Notify(signals, os.Interrupt)
	go func() { // as the program does
		<-signals
		close(stop)
		<-signals
		cancel()
	}()
	options.Stop = stop
	_, err := p.Backfill(ctx, options)
	return err
}

// pass counts a point.
func (o *fillOrder) pass() {
	o.passed++
	switch {
	case o.After == 0 || o.passed < o.After:
	case o.Signals == 0:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal may take effect a moment later
	case o.passed < o.After+o.Signals:
		_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
	}
}

// TestBackfillInterrupted kills a backfill of thirty nights, or sends it one
// signal or two, at twenty random moments, and takes it up each time: it ends as
// an undisturbed one does.
func TestBackfillInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("sixty nights take their time")
	}
	t.Parallel()
	c := newCompany(t, t.TempDir(), datedCompany...)
	for _, night := range month() {
		c.deliver(night.AddDate(0, 0, -1))
	}
	undisturbed := newHouse(t, c)
	o := wholeMonth()
	o.Workers = 1
	undisturbed.filled(o)

	h := newHouse(t, c)
	h.filledInSpite(o, 20, 55)
	sameTables(t, "interrupted against undisturbed", h.digests(), undisturbed.digests())
	if diff := cmp.Diff(undisturbed.base(), h.base()); diff != "" {
		t.Errorf("rows of the base (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(undisturbed.files(), h.files()); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// filledInSpite works a backfill that is interrupted so many times, each after at
// most so many points, and taken up until it is done.
func (h *house) filledInSpite(o pipelines.BackfillOptions, times, points int) {
	h.tb.Helper()
	dice := rand.New(rand.NewPCG(2026, 11))
	kills := 0
	for i := range times {
		order := &fillOrder{BackfillOptions: o, After: 1 + dice.IntN(points), Signals: dice.IntN(3)}
		order.Workers = 1 + dice.IntN(3)
		out, err := h.child(childOrder{Night: "2026-11-01", Fill: order}).Output()
		switch text := errorOf(err); {
		case err == nil:
			h.tb.Fatalf("interruption %d: it was done before", i)
		case killed(err):
			kills++
		case order.Signals == 0 || !strings.Contains(text, "stopped") && !strings.Contains(text, "context canceled"):
			h.tb.Fatalf("interruption %d: it failed by itself: %v\n%s", i, err, text)
		}
		for line := range strings.Lines(string(out)) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "id "); ok {
				o.Continue = name
			}
		}
		if _, err := os.Stat(filepath.Join(h.home, "published.duckdb")); err == nil {
			h.tb.Fatalf("interruption %d: something is published", i)
		}
	}
	h.tb.Logf("%d kills, %d signals", kills, times-kills)
	if kills == 0 || kills == times {
		h.tb.Error("the interruptions are all of one kind")
	}
	h.filled(o)
}

// errorOf returns what a process said on its standard error.
func errorOf(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(exit.Stderr)
	}
	return ""
}

// TestOnlineRetailBackfill works the 305 daily files of a year in a backfill that
// is interrupted, and in one that is not, and a night at a time: by default those
// of the first of each month, with CLIENTELE_REPLAY=full all 374.
func TestOnlineRetailBackfill(t *testing.T) {
	data := retailData(t)
	c := company{t, t.TempDir()}
	c.write("clientele.yaml", strings.Replace(retailConfig(t, "days/*.csv"), "path: days/*.csv", "path: days/*.csv\n    dated: \"2006-01-02\"", 1))
	for day, content := range retailDays(t, filepath.Join(data, "by-day.tar.gz")) {
		c.write("days/"+day+".csv", content)
	}
	o := pipelines.BackfillOptions{From: date("2010-12-02"), To: date("2011-12-11"), Every: calendar.Month, OnFailure: pipelines.FailureStop}
	points := 50
	if os.Getenv("CLIENTELE_REPLAY") == "full" {
		o.Every, points = calendar.Day, 400
	}
	undisturbed := newHouse(t, c)
	started := time.Now()
	report := undisturbed.filled(o)
	t.Logf("%d nights of 305 daily files: %s", report.Nights, time.Since(started).Round(time.Second))
	checkRetail(t, undisturbed)
	want := undisturbed.digests()

	h := newHouse(t, c)
	h.filledInSpite(o, 20, points)
	sameTables(t, "interrupted against undisturbed", h.digests(), want)

	// One at a time, each night with the files of the days before it.
	files := filepath.Join(c.dir, "days")
	later := filepath.Join(c.dir, "later")
	if err := os.Rename(files, later); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(files, 0o700); err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadDir(later)
	if err != nil {
		t.Fatal(err)
	}
	nightly := newHouse(t, c)
	for _, night := range calendar.Nights(o.From, o.To, o.Every) {
		for ; len(all) > 0 && all[0].Name() < night.Format(time.DateOnly); all = all[1:] {
			if err := os.Rename(filepath.Join(later, all[0].Name()), filepath.Join(files, all[0].Name())); err != nil {
				t.Fatal(err)
			}
		}
		nightly.run(night.Format(time.DateOnly))
	}
	sameTables(t, "backfilled against night by night", nightly.digests(), want)
}
