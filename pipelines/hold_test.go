package pipelines_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
)

func TestHeldNight(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	c.secondNight()
	c.configure("checks:\n", "checks:\n  min_customers: 5000\n")
	digests, base := h.digests(), h.base()

	report, err := h.attempt(nightTwo)
	var held *pipelines.HeldError
	if !errors.As(err, &held) || len(held.Failed) != 1 || held.Failed[0].Check != "customers.min" || report.Status != connectors.RunHeld {
		t.Fatalf("a night whose check fails: %v", err)
	}
	sameTables(t, "published by a held night", h.digests(), digests)
	if diff := cmp.Diff(base, h.base()); diff != "" {
		t.Errorf("base of a held night (-want +got):\n%s", diff)
	}
	waiting := 0
	for _, l := range h.landings("orders") {
		if l.State != connectors.LandingNew {
			continue
		}
		waiting++
		if _, err := os.Stat(filepath.Join(h.home, "landing", l.File)); err != nil {
			t.Errorf("what a held night landed: %v", err)
		}
	}
	if waiting != 2 {
		t.Errorf("%d deliveries wait, want 2", waiting)
	}

	h.approve(held.Run, "customers.min")
	if report := h.run(nightTwo); report.Run != held.Run {
		t.Errorf("run %s took up %s", report.Run, held.Run)
	}
	if got := h.rows("SELECT COUNT(*) FROM orders WHERE ordered_on = DATE '2026-03-06'"); got[0] == "0" {
		t.Error("the approved night publishes nothing new")
	}
	if _, err := h.attempt("2026-03-09"); !errors.As(err, &held) {
		t.Errorf("the night after the approved one: %v; an approval lets a check pass once", err)
	}
}

// TestHeldSource delivers a file that a guard refuses: its source keeps its last
// good data and says so, the others go on, and the next good file is taken.
func TestHeldSource(t *testing.T) {
	const guard = "path: incoming/invoices.csv"
	c := newCompany(t, t.TempDir(), guard, guard+"\n    expect: { min_rows: 150 }")
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	c.secondNight()
	c.write("incoming/invoices.csv", invoicesOf(10, date(nightTwo)))

	report, err := h.attempt(nightTwo)
	if err != nil {
		t.Fatal(err)
	}
	if report.Status != connectors.RunPartly {
		t.Errorf("status: %s", report.Status)
	}
	check := func(night string, invoices, stale string) {
		t.Helper()
		got := append(h.rows("SELECT COUNT(*) FROM invoices"), h.rows("SELECT source, stale FROM sources ORDER BY 1")...)
		want := []string{invoices, "forms false", "invoices " + stale, "orders false"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("night of %s (-want +got):\n%s", night, diff)
		}
	}
	check(nightTwo, "200", "true")
	if got := h.rows("SELECT COUNT(*) FROM orders WHERE ordered_on = DATE '2026-03-06'"); got[0] == "0" {
		t.Error("the other sources were not taken")
	}
	if held := h.landings("invoices")[1]; held.State != connectors.LandingHeld || held.Reason == "" {
		t.Errorf("the refused delivery is %s, because %q", held.State, held.Reason)
	}
	t.Run("approved", func(t *testing.T) {
		h := h.copyHome(t)
		h.approve(report.Run, "invoices.min_rows")
		h.run("2026-03-09")
		if got := h.rows("SELECT COUNT(*) FROM invoices"); got[0] != "10" {
			t.Errorf("%s invoices, want the 10 of the approved file", got[0])
		}
	})
	c.write("incoming/invoices.csv", invoicesOf(240, date(nightTwo)))
	h.run("2026-03-09")
	check("2026-03-09", "240", "false")
}

// TestFutureRowsWait delivers rows of days to come: they are loaded by the first
// night after their day, as if the file had come only then.
func TestFutureRowsWait(t *testing.T) {
	late := newCompany(t, t.TempDir())
	late.firstNight()
	early := newCompany(t, t.TempDir())
	early.firstNight()
	future := ordersHeader + orderLine(7, 900_003, 1, date("2026-03-07"), 1, 999) + orderLine(301, 900_004, 1, date(nightTwo), 1, 999)
	early.write(ordersFile("2026-02-28"), future)

	a, b := newHouse(t, early), newHouse(t, late)
	a.run(nightOne)
	b.run(nightOne)
	const waiting = "SELECT order_id FROM orders WHERE order_id IN ('900003', '900004') ORDER BY 1"
	if got := a.rows(waiting); len(got) > 0 {
		t.Errorf("orders of days to come are published: %s", got)
	}
	late.write(ordersFile("2026-02-28"), future)
	for _, night := range []struct {
		of   string
		want []string
	}{{nightTwo, []string{"900003"}}, {"2026-03-09", []string{"900003", "900004"}}} {
		a.run(night.of)
		b.run(night.of)
		if diff := cmp.Diff(night.want, a.rows(waiting)); diff != "" {
			t.Errorf("night of %s (-want +got):\n%s", night.of, diff)
		}
		sameTables(t, "early and late, night of "+night.of, a.digests(), b.digests(), results...)
	}
}

// TestLandingRetention keeps the landed files of the last day, and those that
// have rows of days to come.
func TestLandingRetention(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	c.secondNight()
	h.run(nightTwo)
	kept := map[string]bool{}
	for _, source := range []string{"orders", "invoices", "forms"} {
		for _, l := range h.landings(source) {
			name := l.AsOf.Format("2006-01-02") + " " + l.Delivery.Name
			kept[name] = l.File != ""
			if l.File == "" {
				continue
			}
			if _, err := os.Stat(filepath.Join(h.home, "landing", l.File)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	want := map[string]bool{
		"2026-03-06 incoming/orders/2026-03-01.csv": false, "2026-03-06 incoming/orders/2026-03-02.csv": false,
		"2026-03-06 incoming/orders/2026-03-03.csv": false, "2026-03-06 incoming/orders/2026-03-04.csv": false,
		"2026-03-06 incoming/orders/2026-03-05.csv": true, // has an order of 9 March
		"2026-03-06 incoming/invoices.csv":          false, "2026-03-06 incoming/forms/week-9.ndjson": false,
		"2026-03-08 incoming/orders/2026-03-03.csv": true, "2026-03-08 incoming/orders/2026-03-06.csv": true,
		"2026-03-08 incoming/invoices.csv": true, "2026-03-08 incoming/forms/week-10.ndjson": true,
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("landed files that are kept (-want +got):\n%s", diff)
	}
	files := 0
	for _, name := range h.files() {
		if strings.HasSuffix(name, ".parquet") {
			files++
		}
	}
	if files != 5 {
		t.Errorf("%d files, want 5", files)
	}
}

// TestEveryRowIsAccountedFor reads thirty files of rows that any fault may have
// befallen: read is always conformed + filtered + quarantined, by code too.
func TestEveryRowIsAccountedFor(t *testing.T) {
	c := newCompany(t, t.TempDir(), "collective:", "expect: { max_quarantined: 1 }\n    collective:")
	dice := rand.New(rand.NewPCG(7, 7))
	faults := []func(cells []string, i int) []string{
		func(cells []string, i int) []string { cells[i] = ""; return cells },
		func(cells []string, i int) []string { cells[i] += "?"; return cells },
		func(cells []string, i int) []string { cells[i] = "99999999999999999999"; return cells },
		func(cells []string, i int) []string { return cells[:i] },
		func(cells []string, i int) []string { return append(cells, "more") },
		func(cells []string, i int) []string { cells[10] = "01/01/2030 10:00"; return cells },
		func(cells []string, i int) []string { cells[i] = "\xff\xfe"; return cells },
	}
	want := []string{}
	for f := range 30 {
		var b strings.Builder
		b.WriteString(ordersHeader)
		rows := 1 + dice.IntN(60)
		for i := range rows {
			line := strings.TrimSuffix(orderLine(dice.IntN(50), f*100+i/2, i%2, date("2026-03-01"), dice.IntN(3), 100+i), "\n")
			if cells := strings.Split(line, ";"); dice.IntN(2) == 0 {
				line = strings.Join(faults[dice.IntN(len(faults))](cells, 1+dice.IntN(len(cells)-1)), ";")
			}
			b.WriteString(line + "\n")
		}
		name := fmt.Sprintf("incoming/orders/%02d.csv", f)
		c.write(name, b.String())
		want = append(want, fmt.Sprintf("%s %d", name, rows))
	}
	h := newHouse(t, c)
	h.run(nightOne)
	if diff := cmp.Diff(want, h.rows(`SELECT name, "rows" FROM deliveries ORDER BY name`)); diff != "" {
		t.Errorf("rows of the files (-want +got):\n%s", diff)
	}
	for what, query := range map[string]string{
		"rows that are lost":        "SELECT * FROM run_tables WHERE code IS NULL AND rows_read <> rows_conformed + rows_filtered + rows_quarantined",
		"rows that no table read":   `SELECT * FROM deliveries d JOIN run_tables t ON t.delivery_id = d.delivery_id AND t.code IS NULL WHERE t.rows_read <> d."rows"`,
		"codes that do not add up":  "SELECT delivery_id, target FROM run_tables GROUP BY 1, 2 HAVING SUM(rows_filtered) <> 2 * SUM(CASE WHEN code IS NULL THEN rows_filtered END) OR SUM(rows_quarantined) <> 2 * SUM(CASE WHEN code IS NULL THEN rows_quarantined END)",
		"tables that were not read": "SELECT delivery_id FROM run_tables WHERE code IS NULL GROUP BY 1 HAVING COUNT(*) <> 3",
	} {
		if got := h.rows(query); len(got) > 0 {
			t.Errorf("%s: %q", what, got)
		}
	}
	codes := h.rows("SELECT DISTINCT code FROM run_tables WHERE code IS NOT NULL ORDER BY 1")
	if len(codes) < 6 {
		t.Errorf("the faults give only the codes %q", codes)
	}
}
