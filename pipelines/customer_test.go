package pipelines_test

import (
	"slices"
	"strings"
	"testing"

	"clientele/connectors"
	"clientele/pipelines"
)

// customerShop knows one baker twice, and files that were put aside.
func customerShop(t *testing.T) (*shop, *pipelines.Project) {
	s := newShop(t)
	s.write("clientele.yaml", strings.Replace(shopConfig, "    tables:\n      parties:\n        key: [Nr]",
		"    collective: [\"99\"]\n    tables:\n      parties:\n        key: [Nr]\n        filter: [{ name: test firm, where: '\"Naam\" <> ''TEST'''  }]", 1))
	s.write("in/customers-2.csv", "Nr;Naam;Mail;Tel;Postcode;BTW;Sinds\n8;Peeters Bakkerij;info@peeters.example;;;;05/03/2025\n9;BAKKERIJ PEETERS;info@peeters.example;;1000;;06/03/2025\n"+
		"50;TEST;;;1000;;01/03/2025\n51;Foute Datum nv;;;1000;;31/02/2025\n99;Diverse klanten;;;1000;;01/03/2025\n")
	s.write("in/customers-3.csv", "Nr;Naam;Mail;Tel;Postcode;BTW;Sinds\n60;Ingetrokken nv;;;3000;;01/03/2025\n")
	p := s.open()
	s.run(p)
	if _, err := p.Withdraw(t.Context(), deliveryID(t, p, "in/customers-3.csv"), "test list"); err != nil {
		t.Fatal(err)
	}
	return s, p
}

func TestCustomer(t *testing.T) {
	s, p := customerShop(t)
	baker := s.column(p, "SELECT customer_id FROM customer_sources WHERE source_record_id = '1'")[0]
	butcher := s.column(p, "SELECT customer_id FROM customer_sources WHERE source_record_id = '2'")[0]
	t.Run("find", func(t *testing.T) {
		for text, by := range map[string]string{baker: "id", "INFO@Peeters.example": "e-mail", "0032 2 555 12 12": "phone", "9": "account number", "bäkkerij PEET": "name"} {
			hits, err := p.FindCustomers(t.Context(), text, 0)
			if err != nil {
				t.Fatal(err)
			}
			if i := slices.IndexFunc(hits, func(h pipelines.CustomerHit) bool { return h.CustomerID == baker }); i < 0 || hits[i].By != by {
				t.Errorf("%q finds %+v, want %s by %s", text, hits, baker, by)
			}
		}
		hits, err := p.FindCustomers(t.Context(), "nobody at all", 0)
		if err != nil || len(hits) != 0 {
			t.Errorf("nobody is found as %v, %v", hits, err)
		}
	})
	t.Run("show", func(t *testing.T) {
		view, err := p.ShowCustomer(t.Context(), baker, 1)
		if err != nil {
			t.Fatal(err)
		}
		var tables []string
		for _, section := range view.Sections {
			tables = append(tables, section.Table)
			if section.Table == "orders" && len(section.Rows.Values) != 1 {
				t.Errorf("%d orders are shown, want the last one", len(section.Rows.Values))
			}
		}
		for _, want := range []string{"customers", "organisations", "customer_sources", "customer_fields", "customer_metrics", "orders", "contact_rights"} {
			if !slices.Contains(tables, want) {
				t.Errorf("%s is not shown: %v", want, tables)
			}
		}
		if _, err := p.ShowCustomer(t.Context(), "unknown", 1); connectors.CodeOf(err) != "unknown_customer" {
			t.Errorf("an unknown id: %v", err)
		}
	})
	gone := s.column(p, "SELECT customer_id FROM customer_ids WHERE state = 'gone'")
	if len(gone) != 1 {
		t.Fatalf("gone ids: %v", gone)
	}
	tests := []struct{ name, first, second, answer, reason string }{
		{"one", baker, "", "is made of", "customers:9 was joined by"},
		{"record", "customers:9", "", "is customer " + baker, "joined by"},
		{"two as one", "customers:1", "customers:9", "are one customer", "joined by"},
		{"two", baker, butcher, "are two customers", ""},
		{"filtered", "customers:50", "", "no party of any customer", `filtered by "test firm"`},
		{"quarantined", "customers:51", "", "no party of any customer", "in quarantine, bad_date"},
		{"collective", "customers:99", "", "no party of any customer", "collective account"},
		{"withdrawn", "customers:60", "", "no party of any customer", "withdrawn: test list"},
		{"gone", gone[0], "", "is gone", "withdrawn: test list"},
		{"never there", "customers:777", "", "no party of any customer", "no delivery that is kept has it"},
	}
	for _, tt := range tests {
		t.Run("why "+tt.name, func(t *testing.T) {
			why, err := p.Why(t.Context(), tt.first, tt.second)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(why.Answer, tt.answer) {
				t.Errorf("answer %q lacks %q", why.Answer, tt.answer)
			}
			if all := strings.Join(why.Reasons, "\n"); !strings.Contains(all, tt.reason) {
				t.Errorf("reasons lack %q:\n%s", tt.reason, all)
			}
		})
	}
	why, err := p.Why(t.Context(), baker, butcher)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]string{}
	for _, c := range why.Compared {
		verdicts[c.Field] = c.Verdict
	}
	if verdicts["kind"] != "same" || verdicts["name_key"] != "differs" || verdicts["email"] != "unknown of one" {
		t.Errorf("verdicts: %v", verdicts)
	}
}
