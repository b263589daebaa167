package pipelines_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/calendar"
)

// moveConfig is that of a company that moves to another ERP on 1 July 2026. The
// old one delivers its customers as a snapshot, and both number all things in
// their own way.
const moveConfig = `version: 1
company: { name: Mover, country: BE, languages: [nl], timezone: Europe/Brussels }
sources:
  old_customers:
    connector: csv
    path: old/customers.csv
    options: { delimiter: ";" }
    expect: { every: 1d, max_age: 2d, if_missing: hold }
    tables:
      parties: { key: [{ column: Nr, type: integer }], delivery: snapshot, map: { name: Naam, email: Mail, phone: Tel } }
  old_orders:
    connector: csv
    path: old/orders-*.csv
    options: { delimiter: ";", decimal: "," }
    expect: { every: 1d, max_age: 2d, if_missing: hold }
    tables:
      orders: { key: [Order], delivery: append, party_source: old_customers, map: { order_id: Order, party: { column: Klant, type: integer }, ordered_at: { column: Datum, layout: "02/01/2006" } } }
      order_lines: { key: [Order, Lijn], delivery: append, map: { order_id: Order, line_no: Lijn, quantity: Aantal, unit_price: Prijs } }
`

const newSystem = `  new_customers:
    connector: csv
    path: new/customers.csv
    tables:
      parties: { key: [id], delivery: snapshot, map: { name: name, email: email, observed_on: { column: since } } }
    replaces: { source: old_customers, from: 2026-07-01, ids: { path: crosswalk.csv, options: { delimiter: ";" }, old: Klantnr, new: NewId } }
  new_orders:
    connector: csv
    path: new/orders-*.csv
    tables:
      orders: { key: [doc], delivery: append, party_source: new_customers, map: { order_id: doc, party: customer, ordered_at: day } }
      order_lines: { key: [doc, line], delivery: append, map: { order_id: doc, line_no: line, quantity: quantity, unit_price: price } }
    replaces: { source: old_orders, from: 2026-07-01 }
`

const movers = 40 // customers

// sale is an order of one line.
type sale struct {
	no, customer, cents int
	day                 time.Time
}

// sales returns what was sold on the days from one date to another.
func sales(from, to string) (out []sale) {
	for day := date(from); day.Before(date(to)); day = day.AddDate(0, 0, 1) {
		dice := rand.New(rand.NewPCG(3, uint64(day.Unix())))
		for i := range 6 {
			out = append(out, sale{no: day.YearDay()*10 + i, customer: dice.IntN(movers), cents: 100 + dice.IntN(90_000), day: day})
		}
	}
	return out
}

func oldOrders(sold []sale) string {
	var b strings.Builder
	b.WriteString("Order;Lijn;Klant;Datum;Aantal;Prijs\n")
	for _, s := range sold {
		fmt.Fprintf(&b, "O%d;1;%05d;%s;1;%d,%02d\n", s.no, s.customer, s.day.Format("02/01/2006"), s.cents/100, s.cents%100)
	}
	return b.String()
}

func newOrders(sold []sale) string {
	var b strings.Builder
	b.WriteString("doc,line,customer,day,quantity,price\n")
	for _, s := range sold {
		fmt.Fprintf(&b, "SO-%d,10,C%d,%s,1,%d.%02d\n", 9000+s.no, 700+s.customer, s.day.Format(time.DateOnly), s.cents/100, s.cents%100)
	}
	return b.String()
}

// oldCustomers are firms of which no two share a key, and of which the new
// system spells the names otherwise.
func oldCustomers(n int) string {
	var b strings.Builder
	b.WriteString("Nr;Naam;Mail;Tel\n")
	for i := range n {
		fmt.Fprintf(&b, "%d;Handelszaak %s;klant%d@mover.example;02 555 %02d %02d\n", i, surname(i), i, i/100, i%100)
	}
	return b.String()
}

func newCustomers(n int) string {
	var b strings.Builder
	b.WriteString("id,name,email,since\n")
	for i := range n {
		fmt.Fprintf(&b, "C%d,%s & Zonen nv,info%d@mover.example,2014-03-05\n", 700+i, surname(i), i)
	}
	return b.String()
}

func crosswalkOf(n int) string {
	var b strings.Builder
	b.WriteString("Klantnr;NewId\n")
	for i := range n {
		fmt.Fprintf(&b, "%d;C%d\n", i, 700+i)
	}
	return b.String()
}

func total(sold []sale) string {
	cents := 0
	for _, s := range sold {
		cents += s.cents
	}
	return fmt.Sprintf("%d.%02d00", cents/100, cents%100)
}

// night works the night of a date.
func (s *shop) night(p *pipelines.Project, day string) *pipelines.Report {
	s.t.Helper()
	report, err := p.Run(s.t.Context(), pipelines.RunOptions{AsOf: date(day)})
	if err != nil {
		s.t.Fatal(err)
	}
	return report
}

const idsOfOrders = "SELECT customer_id || ' ' || CAST(ordered_on AS VARCHAR) || ' ' || CAST(amount AS VARCHAR) AS x FROM orders ORDER BY x"

// A company moves from one ERP to another in mid-year: no customer id changes,
// no order is doubled or lost, and the old system may fall silent or be emptied.
func TestReplacedSource(t *testing.T) {
	s := &shop{t: t, dir: t.TempDir(), now: date("2026-06-30")}
	s.write("clientele.yaml", moveConfig)
	s.write("old/customers.csv", oldCustomers(movers))
	s.write("old/orders-1.csv", oldOrders(sales("2026-06-01", "2026-06-30")))
	p := s.open()
	s.night(p, "2026-06-30")
	s.write("old/orders-2.csv", oldOrders(sales("2026-06-30", "2026-07-01")))
	s.write("old/customers.csv", oldCustomers(movers)+"\n")
	s.night(p, "2026-07-01")
	ids := s.column(p, "SELECT customer_id FROM customers ORDER BY customer_id")
	known := s.column(p, idsOfOrders)
	versions := s.column(p, "SELECT customer_id FROM customers_history")
	if len(ids) != movers || len(versions) != movers {
		t.Fatalf("%d customers of %d versions before the move, want %d", len(ids), len(versions), movers)
	}
	p.Close()

	// The new system delivers all that was migrated into it, and its first days.
	// The old one is emptied, and somebody still types an order into it.
	moved := sales("2026-06-01", "2026-07-03")
	s.write("clientele.yaml", moveConfig+newSystem)
	s.write("new/customers.csv", newCustomers(movers+1))
	s.write("new/orders-1.csv", newOrders(moved))
	s.write("crosswalk.csv", crosswalkOf(movers)+"99;C999\n")
	s.write("old/customers.csv", "Nr;Naam;Mail;Tel\n")
	s.write("old/orders-3.csv", oldOrders([]sale{{no: 9999, customer: 1, cents: 100, day: date("2026-07-02")}}))
	p = s.open()
	report := s.night(p, "2026-07-03")
	if report.Status != connectors.RunPublished || report.Match.Merges != 0 || report.Match.Splits != 0 {
		t.Errorf("the night of the move is %s, with %d merges and %d splits", report.Status, report.Match.Merges, report.Match.Splits)
	}
	for _, r := range report.Sources {
		switch r.Source {
		case "new_customers":
			if diff := cmp.Diff(&pipelines.CrosswalkReport{Rows: movers + 1, Linked: movers, Unknown: 1, FirstUnknown: movers + 2}, r.Crosswalk); diff != "" {
				t.Errorf("crosswalk (-want +got):\n%s", diff)
			}
		case "new_orders":
			if diff := cmp.Diff([]pipelines.CodeCount{{Code: "migrated", Rows: int64(len(sales("2026-06-01", "2026-07-01")))}}, r.Tables[0].Filtered); diff != "" {
				t.Errorf("filtered orders (-want +got):\n%s", diff)
			}
		case "old_orders":
			if diff := cmp.Diff([]pipelines.CodeCount{{Code: "replaced", Rows: 1}}, r.Tables[0].Filtered); diff != "" {
				t.Errorf("filtered orders of the old system (-want +got):\n%s", diff)
			}
		case "old_customers":
			if !strings.Contains(r.Note, "1 new files are not read: new_customers takes its place from 2026-07-01") {
				t.Errorf("of the emptied system is said %q", r.Note)
			}
		}
	}
	stayed := s.column(p, "SELECT customer_id FROM customers ORDER BY customer_id")
	if fresh := len(stayed) - len(ids); fresh != 1 {
		t.Errorf("%d customers are new, want the one that the old system never had", fresh)
	}
	if lost := s.column(p, "SELECT customer_id FROM customer_ids WHERE state <> 'current'"); len(lost) > 0 {
		t.Errorf("ids that are no more: %v", lost)
	}
	all := s.column(p, idsOfOrders)
	if len(all) != len(moved) {
		t.Errorf("%d orders, want the %d that there were", len(all), len(moved))
	}
	if missing := without(known, all); len(missing) > 0 {
		t.Errorf("orders changed in customer, date or amount: %v", missing)
	}
	for _, table := range []string{"orders", "order_lines"} {
		if got := s.column(p, "SELECT CAST(SUM(amount) AS VARCHAR) FROM "+table); got[0] != total(moved) {
			t.Errorf("%s sum up to %s, want %s", table, got[0], total(moved))
		}
	}
	if got := s.column(p, "SELECT COUNT(*) FROM orders o LEFT JOIN customers c ON c.customer_id = o.customer_id WHERE c.customer_id IS NULL"); got[0] != "0" {
		t.Errorf("%s orders have no customer", got[0])
	}
	// The new system's values win, what only the old one knows stays.
	got := s.column(p, "SELECT c.email || ' ' || c.phone || ' ' || CAST(c.first_seen_on AS VARCHAR) FROM customers c JOIN customer_sources s ON s.customer_id = c.customer_id WHERE s.source = 'old_customers' AND s.source_record_id = '7'")
	if len(got) != 1 || got[0] != "info7@mover.example +3225550007 2014-03-05" {
		t.Errorf("customer 7 is %v", got)
	}
	if got := s.column(p, "SELECT DISTINCT matched_by FROM customer_sources WHERE source = 'new_customers' AND matched_by IS NOT NULL AND matched_by <> ''"); len(got) > 1 || len(got) == 1 && got[0] != "crosswalk" {
		t.Errorf("the new records were joined by %v", got)
	}
	if got := s.column(p, "SELECT replaced_by || ' ' || CAST(replaced_on AS VARCHAR) || ' ' || COALESCE(CAST(expected_by AS VARCHAR), 'never') FROM sources WHERE source = 'old_orders'"); len(got) != 1 || got[0] != "new_orders 2026-07-01 never" {
		t.Errorf("the old source: %v", got)
	}

	// A month later the old system is gone, and nobody is alarmed. Working the
	// night twice changes nothing, nor does a crosswalk that has gone missing
	// change an id: the new source is held back.
	s.remove("old/customers.csv")
	report = s.night(p, "2026-08-01")
	if report.Status != connectors.RunPublished || len(report.Failed) > 0 {
		t.Errorf("a month later the night is %s: %v", report.Status, report.Failed)
	}
	digests := s.digests(p, "customers", "customers_history", "orders", "customer_ids", "sources")
	s.night(p, "2026-08-01")
	if diff := cmp.Diff(digests, s.digests(p, "customers", "customers_history", "orders", "customer_ids", "sources")); diff != "" {
		t.Errorf("worked twice (-first +second):\n%s", diff)
	}
	s.remove("crosswalk.csv")
	report = s.night(p, "2026-08-02")
	if report.Status != connectors.RunPartly {
		t.Errorf("without its crosswalk the night is %s", report.Status)
	}
	if diff := cmp.Diff(stayed, s.column(p, "SELECT customer_id FROM customers ORDER BY customer_id")); diff != "" {
		t.Errorf("without its crosswalk customers changed (-want +got):\n%s", diff)
	}
}

// A base that begins after the move holds the same as one that lived through it,
// and so does one whose nights are filled again.
func TestReplacedSourceFromScratch(t *testing.T) {
	build := func(nights ...string) (*shop, *pipelines.Project) {
		s := &shop{t: t, dir: t.TempDir(), now: date("2026-08-01")}
		s.write("clientele.yaml", moveConfig+newSystem)
		s.write("old/customers.csv", oldCustomers(movers))
		s.write("old/orders-1.csv", oldOrders(sales("2026-06-01", "2026-07-01")))
		s.write("new/customers.csv", newCustomers(movers))
		s.write("new/orders-1.csv", newOrders(sales("2026-06-01", "2026-07-05")))
		s.write("crosswalk.csv", crosswalkOf(movers))
		p := s.open()
		for _, n := range nights {
			s.night(p, n)
		}
		return s, p
	}
	a, lived := build("2026-06-30", "2026-07-01", "2026-07-05")
	b, late := build("2026-07-05")
	tables := []string{"customers", "orders", "order_lines", "customer_metrics"}
	if diff := cmp.Diff(a.digests(lived, tables...), b.digests(late, tables...)); diff != "" {
		t.Errorf("(-lived through the move +began after it):\n%s", diff)
	}
	tables = append(tables, "customers_history", "customer_ids", "customer_sources", "sources")
	before := a.digests(lived, tables...)
	filled, err := lived.Backfill(t.Context(), pipelines.BackfillOptions{From: date("2026-06-30"), To: date("2026-07-06"), Every: calendar.Day, OnFailure: pipelines.FailureStop})
	if err != nil || filled.Status != connectors.BackfillDone {
		t.Fatalf("%+v, %v", filled, err)
	}
	if diff := cmp.Diff(before, a.digests(lived, tables...)); diff != "" {
		t.Errorf("(-nights in order +filled):\n%s", diff)
	}
}

// without returns the texts of a that b lacks.
func without(a, b []string) (out []string) {
	has := map[string]int{}
	for _, x := range b {
		has[x]++
	}
	for _, x := range a {
		if has[x]--; has[x] < 0 {
			out = append(out, x)
		}
	}
	return out
}
