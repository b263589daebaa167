package pipelines_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
)

func planned(t *testing.T, p *pipelines.Project) (deliveries map[string]string, findings []string) {
	t.Helper()
	plan, err := p.Plan(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	deliveries = map[string]string{}
	for _, s := range plan.Sources {
		for _, d := range s.Deliveries {
			deliveries[d.Name] = d.State
		}
	}
	for _, f := range plan.Findings {
		findings = append(findings, f.Code+": "+f.Message)
	}
	return deliveries, findings
}

func TestPlan(t *testing.T) {
	s := newShop(t)
	p := s.open()
	got, findings := planned(t, p)
	if diff := cmp.Diff(map[string]string{"in/customers.csv": "new", "in/orders-1.csv": "new"}, got); diff != "" || len(findings) > 0 {
		t.Errorf("before the first night: %s\n%v", diff, findings)
	}
	if list, err := p.Deliveries(t.Context(), ""); err != nil || len(list) > 0 {
		t.Errorf("planning landed %v, %v", list, err)
	}
	s.write("in/orders-2.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nF1;1;1;03/01/2026;brood;1;2,50\nF2;1;1;01/02/2026;brood;1;2,50\n")
	s.run(p)
	s.now = s.now.AddDate(0, 0, 1)
	got, _ = planned(t, p)
	if diff := cmp.Diff(map[string]string{"in/orders-2.csv": "due"}, got); diff != "" {
		t.Errorf("the night after: %s", diff)
	}

	s.write("in/orders-1.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Eenheidsprijs\nA1;1;1;03/01/2026;brood;10;2,50\n")
	s.write("in/orders-3.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nC1;1;1;2026;brood;x;y\n")
	s.write("in/customers.csv", "Nr;Naam;Mail;GSM;Postcode;BTW;Sinds\n1;Bakkerij Peeters bv;info@peeters.example;;1000;;01/03/2025\n")
	got, findings = planned(t, p)
	want := map[string]string{"in/orders-1.csv": "correction", "in/orders-2.csv": "due", "in/orders-3.csv": "new", "in/customers.csv": "correction"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	all := strings.Join(findings, "\n")
	for _, say := range []string{`lacks the column "Prijs"`, `"Eenheidsprijs" may have taken its place`, `lacks the column "Tel"`} {
		if !strings.Contains(all, say) {
			t.Errorf("findings lack %q:\n%s", say, all)
		}
	}
	plan, err := p.Plan(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var changes []string
	for _, s := range plan.Sources {
		for _, c := range s.Changes {
			changes = append(changes, c.String())
		}
	}
	wantChanges := []string{
		`in/customers.csv: column "GSM": (none) → empty, safe: nothing reads it`,
		`in/customers.csv: column "Tel": text → (none), safe: what is known of it stays`,
		`in/orders-1.csv: column "Eenheidsprijs": (none) → number, safe: nothing reads it`,
		`in/orders-1.csv: column "Prijs": number → (none), breaking: tables.order_lines needs it: the source is held back`,
		`in/orders-3.csv: column "Datum": date → text, breaking: tables.orders reads it as timestamp`,
		`in/orders-3.csv: column "Aantal": integer → text, breaking: tables.order_lines reads it as decimal`,
		`in/orders-3.csv: column "Prijs": number → text, breaking: tables.order_lines reads it as decimal`,
		`in/orders-3.csv: column "Eenheidsprijs": number → (none), safe: nothing read it`,
	}
	if diff := cmp.Diff(wantChanges, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestPlanSeesGuards(t *testing.T) {
	s := newShop(t)
	s.write("in/orders-1.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nC1;1;1;2026;brood;x;y\n")
	_, findings := planned(t, s.open())
	if all := strings.Join(findings, "\n"); !strings.Contains(all, "max_quarantined is 0.5") {
		t.Errorf("findings: %s", all)
	}
}

func TestInspect(t *testing.T) {
	s := newShop(t)
	p := s.open()
	in, err := p.Inspect(t.Context(), "orders", "", 1)
	if err != nil {
		t.Fatal(err)
	}
	if in.Rows != 3 || !in.Whole || len(in.First.Values) != 1 {
		t.Errorf("%d rows, whole %t, %d kept", in.Rows, in.Whole, len(in.First.Values))
	}
	types := map[string]string{}
	for _, c := range in.Columns {
		types[c.Name] = c.Type + " → " + strings.Join(c.Fills, ", ")
	}
	want := map[string]string{"Order": "text → orders key, orders.order_id, order_lines key, order_lines.order_id", "Lijn": "integer → order_lines key, order_lines.line_no",
		"Klant": "integer → orders.party", "Datum": "date → orders.ordered_at, order_lines.observed_on", "Artikel": "text → order_lines.product",
		"Aantal": "integer → order_lines.quantity", "Prijs": "number → order_lines.unit_price"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Error(diff)
	}
	for _, table := range in.Tables {
		if table.Read != 3 || table.Conformed != 3 {
			t.Errorf("%s: %d read, %d conformed", table.Table, table.Read, table.Conformed)
		}
	}
	if _, err := p.Inspect(t.Context(), "orders", "in/none.csv", 1); connectors.CodeOf(err) != "no_delivery" {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestApprove(t *testing.T) {
	s := newShop(t)
	s.write("clientele.yaml", strings.Replace(shopConfig, "max_lost: 1", "max_lost: 1, min_customers: 100", 1))
	p := s.open()
	if err := p.Approve(t.Context(), "2026-02-01.1", "customers.min", "why", "an"); connectors.CodeOf(err) != "no_run" {
		t.Errorf("before any run: %v", err)
	}
	if _, err := p.Run(t.Context(), pipelines.RunOptions{}); err == nil {
		t.Fatal("the night is not held")
	}
	if err := p.Approve(t.Context(), "2026-01-01.1", "customers.min", "why", "an"); connectors.CodeOf(err) != "not_newest" {
		t.Errorf("of an older run: %v", err)
	}
	if err := p.Approve(t.Context(), "2026-02-01.1", "customers.min", "we are small", "an"); err != nil {
		t.Fatal(err)
	}
	s.run(p)
	h, ok, err := p.RunHistory(t.Context(), "2026-02-01.1")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if h.Status != connectors.RunPublished || len(h.Steps) == 0 || len(h.Approvals) != 1 || h.Approvals[0].Why != "we are small" || h.Approvals[0].By != "an" {
		t.Errorf("history: %+v", h)
	}
}
