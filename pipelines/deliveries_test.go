package pipelines_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
)

var resultTables = []string{"customers", "orders", "order_lines", "customer_metrics"}

func states(t *testing.T, p *pipelines.Project) map[string]string {
	t.Helper()
	list, err := p.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, d := range list {
		out[d.Name] = d.State
	}
	return out
}

func deliveryID(t *testing.T, p *pipelines.Project, name string) string {
	t.Helper()
	list, err := p.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for _, d := range list {
		if d.Name == name {
			id = d.Delivery
		}
	}
	if id == "" {
		t.Fatalf("no delivery of %s in %v", name, list)
	}
	return id
}

// TestWithdraw: taking a delivery back gives what never having had it gives.
func TestWithdraw(t *testing.T) {
	without := newShop(t)
	never := without.open()
	without.run(never)
	want := without.digests(never, resultTables...)

	s := newShop(t)
	s.write("in/customers-wrong.csv", "Nr;Naam;Mail;Tel;Postcode;BTW;Sinds\n2;Slagerij Mees nv;fout@mees.example;;9999;;05/03/2025\n3;Testklant nv;;;3000;;01/03/2025\n")
	s.write("in/orders-2.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA3;1;2;05/01/2026;worst;100;7,25\n")
	p := s.open()
	s.run(p)
	if cmp.Equal(want, s.digests(p, resultTables...)) {
		t.Fatal("the wrong files change nothing, so that taking them back proves nothing")
	}
	for _, name := range []string{"in/customers-wrong.csv", "in/orders-2.csv"} {
		report, err := p.Withdraw(t.Context(), deliveryID(t, p, name), "test data")
		if err != nil {
			t.Fatal(err)
		}
		if report == nil || report.AsOf != "2026-02-01" {
			t.Errorf("withdrawing %s worked night %+v", name, report)
		}
	}
	if diff := cmp.Diff(want, s.digests(p, resultTables...)); diff != "" {
		t.Errorf("digests after withdrawing (-never there +withdrawn):\n%s", diff)
	}

	// The files still lie there, and are not read again.
	s.run(p)
	if diff := cmp.Diff(want, s.digests(p, resultTables...)); diff != "" {
		t.Errorf("digests of the next run (-never there +withdrawn):\n%s", diff)
	}
	if got := states(t, p)["in/orders-2.csv"]; got != "withdrawn" {
		t.Errorf("the withdrawn file is %s", got)
	}

	// Corrected, the file is another.
	s.write("in/orders-2.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA3;1;2;05/01/2026;worst;1;7,25\n")
	s.run(p)
	if got := s.column(p, "SELECT order_id FROM orders ORDER BY order_id"); !cmp.Equal(got, []string{"A1", "A2", "A3"}) {
		t.Errorf("orders are %v after the correction", got)
	}
}

func TestWithdrawGivesBackWhatWasSuperseded(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.run(p)
	before := s.digests(p, resultTables...)
	s.write("in/orders-1.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA1;1;1;03/01/2026;brood;999;2,50\n")
	s.run(p)
	if got := s.column(p, "SELECT order_id FROM orders"); !cmp.Equal(got, []string{"A1"}) {
		t.Fatalf("the correction gives %v", got)
	}
	if _, err := p.Withdraw(t.Context(), deliveryID(t, p, "in/orders-1.csv"), "wrong export"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, s.digests(p, resultTables...)); diff != "" {
		t.Error(diff)
	}
}

// TestWithdrawReadsNothingNew drops a file between a night and a withdrawal: it
// waits for the next run.
func TestWithdrawReadsNothingNew(t *testing.T) {
	s := newShop(t)
	s.write("in/orders-2.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA3;1;2;05/01/2026;worst;100;7,25\n")
	p := s.open()
	s.run(p)
	s.write("in/orders-3.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA4;1;2;06/01/2026;worst;1;7,25\n")
	if _, err := p.Withdraw(t.Context(), deliveryID(t, p, "in/orders-2.csv"), "test data"); err != nil {
		t.Fatal(err)
	}
	if got := s.column(p, "SELECT order_id FROM orders ORDER BY order_id"); !cmp.Equal(got, []string{"A1", "A2"}) {
		t.Errorf("after the withdrawal there are %v", got)
	}
	s.run(p)
	if got := s.column(p, "SELECT order_id FROM orders ORDER BY order_id"); !cmp.Equal(got, []string{"A1", "A2", "A4"}) {
		t.Errorf("after the next run there are %v", got)
	}
}

func TestWithdrawRefuses(t *testing.T) {
	s := newShop(t)
	p := s.open()
	if _, err := p.Withdraw(t.Context(), "nothing", "why"); connectors.CodeOf(err) != "unknown_delivery" {
		t.Errorf("an unknown delivery: %v", err)
	}
	s.run(p)
	id := deliveryID(t, p, "in/orders-1.csv")
	if _, err := p.Withdraw(t.Context(), id, "why"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Withdraw(t.Context(), id, "why"); connectors.CodeOf(err) != "withdrawn" {
		t.Errorf("twice: %v", err)
	}
}

func TestDeliveriesSayWhatIsSuperseded(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.run(p)
	s.write("in/customers.csv", shopCustomers+"3;Bloemen Aerts;;;3000;;01/04/2025\n")
	s.run(p)
	list, err := p.Deliveries(t.Context(), "customers")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		got = append(got, d.State)
	}
	if diff := cmp.Diff([]string{"superseded", "loaded"}, got); diff != "" {
		t.Error(diff)
	}
}
