package pipelines_test

import (
	"errors"
	"fmt"
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

// TestBackfill works a month in a backfill, and night by night: every published
// table and every table of the base ends the same.
func TestBackfill(t *testing.T) {
	c := newCompany(t, t.TempDir(), datedCompany...)
	nightly := newHouse(t, c)
	started := time.Now()
	for _, night := range month() {
		c.deliver(night.AddDate(0, 0, -1))
		nightly.run(night.Format(time.DateOnly))
	}
	t.Logf("night by night: %s", time.Since(started).Round(time.Millisecond))
	want, base := nightly.digests(), nightly.base()
	landed := nightly.landings("orders")

	for _, workers := range []int{1, 4} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			fresh := newHouse(t, c)
			o := wholeMonth()
			o.Workers, o.Reverse = workers, workers == 4
			started := time.Now()
			report := fresh.filled(o)
			t.Logf("backfill: %s", time.Since(started).Round(time.Millisecond))
			if report.Nights != 30 || report.Done != 30 {
				t.Errorf("%+v", report)
			}
			sameTables(t, "backfilled against night by night", fresh.digests(), want)
			if diff := cmp.Diff(base, fresh.base()); diff != "" {
				t.Errorf("rows of the base (-want +got):\n%s", diff)
			}
			// The next night goes on as if all had been run.
			h := nightly.copyHome(t)
			h.run("2026-04-15")
			fresh.run("2026-04-15")
			sameTables(t, "the night after", fresh.digests(), h.digests())
			if _, err := fresh.attempt(monthFirst); connectors.CodeOf(err) != "night_passed" {
				t.Errorf("a run for a night before: %v", err)
			}
		})
	}
	t.Run("once more over what is there", func(t *testing.T) {
		h := nightly.copyHome(t)
		o := wholeMonth()
		o.From = date("2026-04-01")
		o.To = date("2026-04-10")
		report := h.filled(o)
		if report.Nights != 30 {
			t.Errorf("%d nights, want those before and after too", report.Nights)
		}
		sameTables(t, "the base made anew", h.digests(), want)
		if diff := cmp.Diff(landed, h.landings("orders")); diff != "" {
			t.Errorf("what was read changed (-want +got):\n%s", diff)
		}
	})
}

// TestBackfillIsHeld: a night that fails stops the backfill, and readers keep
// what they have, or it is left out and its deliveries come with the next.
func TestBackfillFails(t *testing.T) {
	c := newCompany(t, t.TempDir(), append([]string{"{ name: has a kind, that: \"kind in ('organisation', 'person')\" }",
		"{ name: few orders, table: orders, that: \"order_id <> '78500'\" }"}, datedCompany...)...)
	for _, night := range month()[:8] {
		c.deliver(night.AddDate(0, 0, -1))
	}
	// An order that the assertion fails on, taken back by a correction the day
	// after.
	bad := "incoming/orders/2026-03-19.csv"
	c.write(bad, ordersOf("2026-03-19")+orderLine(3, 78500, 1, date("2026-03-19"), 2, 500))
	h := newHouse(t, c)
	h.run("2026-03-10")
	before := h.digests()
	o := wholeMonth()
	o.To = date("2026-03-23")
	report, err := h.backfill(o)
	var held *pipelines.HeldError
	if !errors.As(err, &held) || report.Status != connectors.BackfillFailed || report.Done != 5 {
		t.Fatalf("%v, %+v", err, report)
	}
	sameTables(t, "readers after a night that failed", h.digests(), before)
}
