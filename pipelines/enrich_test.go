package pipelines_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/calendar"
)

// registersConfig is a company that asks registers; URL stands for that of the server.
const registersConfig = `version: 1
company: { name: Shop, country: BE, languages: [nl], timezone: Europe/Brussels }
checks: { max_lost: 1 }
registries:
  kbo: { path: extracts/* }
  nbb: { key: k, url: "URL/nbb", rate: 1000 }
  kvk: { key: k, url: "URL/kvk", rate: 1000 }
  vies: { url: "URL/vies", rate: 1000 }
  gleif: { url: "URL/gleif", rate: 1000 }
sources:
  customers:
    connector: csv
    path: in/customers*.csv
    options: { delimiter: ";" }
    tables:
      parties:
        key: [Nr]
        delivery: snapshot
        map: { kind: { value: organisation }, name: Naam, postcode: Postcode, country: { column: Land, optional: true }, vat_number: BTW, enterprise_number: KvK, headcount: Mensen }
  orders:
    connector: csv
    path: in/orders*.csv
    options: { delimiter: ";", decimal: "," }
    tables:
      orders: { key: [Order], delivery: append, party_source: customers, map: { order_id: Order, party: Klant, ordered_at: { column: Datum, layout: "02/01/2006" } } }
      order_lines: { key: [Order, Lijn], delivery: append, map: { order_id: Order, line_no: Lijn, product: Artikel, quantity: Aantal, unit_price: Prijs } }
`

const registersCustomers = "Nr;Naam;Postcode;Land;BTW;KvK;Mensen\n1;Bakkerij Peeters bv;1000;BE;BE0403019261;;3\n2;Slagerij Maes nv;2000;BE;BE0428759497;;7\n3;Holland bv;1011AB;NL;;69599084;\n4;Onbekend nv;3000;BE;BE0244142664;;\n"

// extract is what KBO has: of the first customer a full record, of the second nothing.
var extract = map[string]string{
	"meta.csv":          "\"Variable\",\"Value\"\n\"SnapshotDate\",\"03-01-2026\"\n\"ExtractType\",\"full\"\n\"ExtractNumber\",\"146\"\n",
	"code.csv":          "\"Category\",\"Code\",\"Language\",\"Description\"\n\"JuridicalForm\",\"610\",\"NL\",\"Besloten Vennootschap\"\n",
	"enterprise.csv":    "\"EnterpriseNumber\",\"Status\",\"JuridicalSituation\",\"TypeOfEnterprise\",\"JuridicalForm\",\"JuridicalFormCAC\",\"StartDate\"\n\"0403.019.261\",\"AC\",\"000\",\"2\",\"610\",,01-02-1999\n",
	"establishment.csv": "\"EstablishmentNumber\",\"StartDate\",\"EnterpriseNumber\"\n\"2.377.470.790\",01-03-2001,\"0403.019.261\"\n",
	"branch.csv":        "\"Id\",\"StartDate\",\"EnterpriseNumber\"\n",
	"denomination.csv":  "\"EntityNumber\",\"Language\",\"TypeOfDenomination\",\"Denomination\"\n\"0403.019.261\",\"2\",\"001\",\"BAKKERIJ PEETERS\"\n\"0403.019.261\",\"1\",\"001\",\"BOULANGERIE PEETERS\"\n",
	"address.csv": "\"EntityNumber\",\"TypeOfAddress\",\"CountryNL\",\"CountryFR\",\"Zipcode\",\"MunicipalityNL\",\"MunicipalityFR\",\"StreetNL\",\"StreetFR\",\"HouseNumber\",\"Box\",\"ExtraAddressInfo\",\"DateStrikingOff\"\n" +
		"\"0403.019.261\",\"REGO\",,,\"1000\",\"Brussel\",\"Bruxelles\",\"Wetstraat\",\"Rue de la Loi\",\"1\",\"\",\"\",\n\"2.377.470.790\",\"BAET\",,,\"9000\",\"Gent\",\"Gand\",\"Veldstraat\",\"Veldstraat\",\"7\",\"\",\"\",\n",
	"contact.csv": "\"EntityNumber\",\"EntityContact\",\"ContactType\",\"Value\"\n\"0403.019.261\",\"ENT\",\"TEL\",\"02 315 13 51\"\n\"0403.019.261\",\"ENT\",\"EMAIL\",\"Info@Bakkerij.example\"\n\"0403.019.261\",\"ENT\",\"WEB\",\"www.bakkerij.example/\"\n\"0403.019.261\",\"ENT\",\"FAX\",\"02 315 13 52\"\n",
	"activity.csv": "\"EntityNumber\",\"ActivityGroup\",\"NaceVersion\",\"NaceCode\",\"Classification\"\n\"0403.019.261\",\"001\",\"2008\",\"10711\",\"MAIN\"\n" +
		"\"0403.019.261\",\"003\",\"2008\",\"47240\",\"SECO\"\n\"0403.019.261\",\"003\",\"2025\",\"47241\",\"SECO\"\n",
}

// desk is the server of all registers that are called.
type desk struct {
	mu    sync.Mutex
	calls []string
	// fault answers in the place of all registers, where it is not nil.
	fault http.HandlerFunc
}

// asked returns how often registers were called since it was asked last, by register.
func (d *desk) asked() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]int{}
	for _, path := range d.calls {
		name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		out[name]++
	}
	d.calls = nil
	return out
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.calls = append(d.calls, r.URL.Path)
	fault := d.fault
	d.mu.Unlock()
	if fault != nil {
		fault(w, r)
		return
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/references"):
		if !strings.Contains(r.URL.Path, "0403019261") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprint(w, `[{"ReferenceNumber":"2025-1","DepositDate":"2025-07-15","ExerciseDates":{"startDate":"2024-01-01","endDate":"2024-12-31"},"ModelType":"m02-f","Currency":"EUR","EnterpriseNumber":"0403.019.261","EnterpriseName":"Bakkerij","LegalForm":"610","AccountingDataURL":"x"}]`)
	case strings.HasSuffix(r.URL.Path, "/accountingData"):
		fmt.Fprint(w, `{"ReferenceNumber":"2025-1","LegalForm":"lgf:m610","Rubrics":[{"Code":"70","Value":"3000000","Period":"N"},{"Code":"70","Value":"2000000","Period":"NM1"},
{"Code":"9087","Value":"12.5","Period":"N"},{"Code":"9087","Value":"10","Period":"NM1"},{"Code":"20/58","Value":"1000000","Period":"N"},{"Code":"10/49","Value":"1000000","Period":"N"},{"Code":"29/58","Value":"500000","Period":"N"},
{"Code":"42/48","Value":"300000","Period":"N"},{"Code":"17/49","Value":"500000","Period":"N"},{"Code":"13","Value":"100000","Period":"N"},{"Code":"14","Value":"100000","Period":"N"},
{"Code":"9901","Value":"50000","Period":"N"},{"Code":"10/15","Value":"500000","Period":"N"},{"Code":"9904","Value":"-7.25","Period":"N"}],
"Administrators":{"NaturalPersons":[{"Person":{"FirstName":"An","LastName":"Voorbeeld"},"Mandates":[{"FunctionMandate":"fct:m13","MandateDates":{"StartDate":"2020-01-01"}}]}],"LegalPersons":[]}}`)
	case strings.HasPrefix(r.URL.Path, "/kvk/"):
		fmt.Fprint(w, `{"kvkNummer":"69599084","indNonMailing":"Ja","naam":"Holland","formeleRegistratiedatum":"20170108","materieleRegistratie":{"datumAanvang":"20170108"},"statutaireNaam":"Holland B.V.","totaalWerkzamePersonen":4,
"handelsnamen":[{"naam":"Holland","volgorde":0}],"sbiActiviteiten":[{"sbiCode":"1071","sbiOmschrijving":"Bakken","indHoofdactiviteit":"Ja"}],"_embedded":{"eigenaar":{"rsin":"1","rechtsvorm":"BeslotenVennootschap","adressen":[],"websites":[]}}}`)
	case strings.HasPrefix(r.URL.Path, "/vies/"):
		var q map[string]string
		_ = json.NewDecoder(r.Body).Decode(&q) // of our own client
		fmt.Fprintf(w, `{"countryCode":%q,"vatNumber":%q,"requestDate":"2026-02-01T00:00:00Z","valid":true,"name":"---","address":"---"}`, q["countryCode"], q["vatNumber"])
	case strings.HasSuffix(r.URL.Path, "/direct-parent"):
		fmt.Fprint(w, leiRecord("529900EXAMPLE0000269", "0428.759.497", false))
	case r.URL.Query().Get("filter[entity.registeredAs]") == "0403.019.261":
		fmt.Fprint(w, `{"data":[`+strings.TrimPrefix(strings.TrimSuffix(leiRecord("529900EXAMPLE0000172", "0403.019.261", true), "}"), `{"data":`)+`]}`)
	case r.URL.Query().Get("filter[entity.registeredAs]") == "0428.759.497":
		fmt.Fprint(w, `{"data":[`+strings.TrimPrefix(strings.TrimSuffix(leiRecord("529900EXAMPLE0000269", "0428.759.497", false), "}"), `{"data":`)+`]}`)
	default:
		fmt.Fprint(w, `{"data":[]}`)
	}
}

func leiRecord(lei, number string, child bool) string {
	link := ""
	if child {
		link = `"direct-parent":{"links":{"related":"y"}}`
	}
	return fmt.Sprintf(`{"data":{"type":"lei-records","id":%[1]q,"attributes":{"lei":%[1]q,"entity":{"legalName":{"name":"Naam"},"registeredAt":{"id":"RA000025"},"registeredAs":%[2]q,"legalForm":{"id":"R85P"},"status":"ACTIVE"},"registration":{"lastUpdateDate":"2026-01-15T00:00:00Z"}},"relationships":{%[3]s}}}`, lei, number, link)
}

// asking is the company with its registers.
func asking(t *testing.T, edits ...string) (*shop, *desk) {
	t.Helper()
	s, d := newShop(t), &desk{}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	s.outside.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	s.write("clientele.yaml", strings.NewReplacer(append(edits, "URL", server.URL)...).Replace(registersConfig))
	s.write("in/customers.csv", registersCustomers)
	for name, text := range extract {
		s.write("extracts/146/"+name, text)
	}
	return s, d
}

// register returns what a report says of a register.
func register(t *testing.T, r *pipelines.Report, name string) pipelines.RegisterReport {
	t.Helper()
	i := slices.IndexFunc(r.Registers, func(x pipelines.RegisterReport) bool { return x.Register == name })
	if i < 0 {
		t.Fatalf("%s was not asked: %+v", name, r.Registers)
	}
	return r.Registers[i]
}

// organisations returns some columns of the organisations, by their numbers.
func (s *shop) organisations(p *pipelines.Project, columns string) []string {
	s.t.Helper()
	return s.column(p, "SELECT concat_ws('|', "+columns+") FROM organisations o JOIN customers c USING (customer_id) ORDER BY o.enterprise_number NULLS LAST")
}

// TestNightAsksRegisters: what registers answer is in the base of the same night, with
// where it comes from, and is not asked again before its time.
func TestNightAsksRegisters(t *testing.T) {
	s, d := asking(t)
	p := s.open()
	report := s.run(p)
	if diff := cmp.Diff(map[string]int{"nbb": 4, "kvk": 1, "vies": 3, "gleif": 5}, d.asked()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	for name, want := range map[string]pipelines.RegisterReport{
		"kbo": {Firms: 3, Due: 3, Answered: 1, Unknown: 2, AsOf: "2026-01-03"}, "nbb": {Firms: 3, Due: 3, Answered: 1, Unknown: 2, Calls: 4},
		"kvk": {Firms: 1, Due: 1, Answered: 1, Calls: 1}, "vies": {Firms: 3, Due: 3, Answered: 3, Calls: 3}, "gleif": {Firms: 4, Due: 4, Answered: 2, Unknown: 2, Calls: 5},
	} {
		want.Register = name
		if diff := cmp.Diff(want, register(t, report, name)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	want := []string{
		"0244142664|||BE-NV||absent||absent||not found|vies|false",
		"0403019261|529900EXAMPLE0000172|BAKKERIJ PEETERS|BE-BV|2008 C|reported 2024|3000000.0000|reported 2024|13|active|kbo|false",
		"0428759497|529900EXAMPLE0000269|Naam|BE-NV||absent||reported|7|active|gleif|false",
		"69599084||Holland B.V.|NL-BV|1071|absent||reported 2026|4|active|kvk|false",
	}
	got := s.organisations(p, `enterprise_number, coalesce(lei, ''), coalesce(legal_name, ''), coalesce(legal_form_code, ''), coalesce(sector_version || ' ' || sector_section, sector_code, ''),
		trim(revenue_basis || ' ' || coalesce(revenue_year::VARCHAR, '')), coalesce(revenue::VARCHAR, ''), trim(headcount_basis || ' ' || coalesce(headcount_year::VARCHAR, '')), coalesce(headcount::VARCHAR, ''),
		coalesce(registry_status, ''), coalesce(registry, ''), registry_stale`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("organisations (-want +got):\n%s", diff)
	}
	for sql, want := range map[string][]string{
		"SELECT concat_ws('|', size_class, total_assets, equity, profit, founded_on, sector) FROM organisations WHERE enterprise_number = '0403019261'": {"small|1000000.0000|500000.0000|-7.2500|1999-02-01|Vervaardiging van voedingsmiddelen"},
		"SELECT concat_ws('|', year, revenue, headcount, round(revenue_growth, 4), round(headcount_growth, 4), round(altman_z, 4), source) FROM organisation_years ORDER BY 1": {
			"2024|3000000.0000|13|0.5|0.25|3.35|registry.nbb", "2023|2000000.0000|10|registry.nbb", "2026|4|registry.kvk"},
		"SELECT concat_ws('|', name, role, since, source, as_of) FROM directors":                                 {"An Voorbeeld|director|2020-01-01|registry.nbb|2025-07-15"},
		"SELECT concat_ws('|', kind, municipality) FROM addresses WHERE source = 'registry.kbo' ORDER BY 1":      {"establishment|Gent", "seat|Brussel", "seat|Bruxelles"},
		"SELECT concat_ws('|', language, street) FROM addresses WHERE source = 'registry.kbo' AND kind = 'seat'": {"fr|Rue de la Loi", "nl|Wetstraat"},
		"SELECT concat_ws('|', kind, value, source, licence) FROM contact_points":                                {"email|info@bakkerij.example|registry.kbo|KBO Open Data", "phone|+3223151351|registry.kbo|KBO Open Data", "website|bakkerij.example|registry.kbo|KBO Open Data"},
		// A register's number is no permission, and nobody is called by it.
		"SELECT concat_ws('|', c.phone, c.email, c.website, c.may_call, c.may_email, f.source, f.licence) FROM customers c JOIN customer_fields f ON f.customer_id = c.customer_id AND f.field = 'website'": {"bakkerij.example|false|false|registry.kbo|KBO Open Data"},
		"SELECT o.enterprise_number FROM customers c JOIN organisations o ON o.customer_id = c.parent_customer_id":                                                                                          {"0428759497"},
		"SELECT r.reason FROM contact_rights r JOIN organisations o USING (customer_id) WHERE o.enterprise_number = '69599084' AND channel = 'post'":                                                        {"no address"},
		"SELECT concat_ws('|', source, rule, licence) FROM customer_fields WHERE field = 'revenue'":                                                                                                         {"registry.nbb|register|NBB terms of the Central Balance Sheet Office"},
		"SELECT concat_ws('|', source, rule) FROM customer_fields WHERE field = 'headcount' ORDER BY 1":                                                                                                     {"customers|only", "registry.kvk|register", "registry.nbb|register"},
		"SELECT concat_ws('|', from_code, to_code, share, firms, as_of, licence) FROM sector_concordance":                                                                                                   {"4724|4724|1.0|1|2026-01-03|KBO Open Data", "47240|47241|1.0|1|2026-01-03|KBO Open Data"},
		"SELECT concat_ws('|', origin, licence) FROM sources WHERE source = 'registry.gleif'":                                                                                                               {"register|CC0 1.0"},
	} {
		got := s.column(p, sql)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}

	// The night after nothing is due, and nothing of the copy has changed.
	s.now = s.now.AddDate(0, 0, 1)
	report = s.run(p)
	if asked := d.asked(); len(asked) > 0 || register(t, report, "kbo").Due > 0 {
		t.Errorf("asked again: %v, %+v", asked, report.Registers)
	}
	// Those whose time to live is over are asked again; the unknown ones later.
	s.now = s.now.AddDate(0, 0, 40)
	s.run(p)
	if diff := cmp.Diff(map[string]int{"kvk": 1, "vies": 3, "gleif": 3}, d.asked()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestRegistersAreLandedInputs: what nights landed makes the same base again, without a
// call: when a night is held and tried again, and when nights are worked anew; and a
// delivery of answers that is taken back is as if it had never come.
func TestRegistersAreLandedInputs(t *testing.T) {
	s, d := asking(t, "max_lost: 1", "max_lost: 1, min_customers: 5")
	p := s.open()
	if _, err := p.Run(t.Context(), pipelines.RunOptions{}); err == nil {
		t.Fatal("the night is not held")
	}
	d.asked()
	s.write("clientele.yaml", strings.Replace(s.read("clientele.yaml"), "min_customers: 5", "min_customers: 4", 1))
	p.Close()
	p = s.open()
	s.run(p)
	if asked := d.asked(); len(asked) > 0 {
		t.Errorf("what landed was asked again: %v", asked)
	}
	tables := []string{"customers", "organisations", "organisation_years", "directors", "customer_fields", "addresses", "sources", "sector_concordance"}
	before := s.digests(p, tables...)
	night := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	if _, err := p.Backfill(t.Context(), pipelines.BackfillOptions{From: night, To: night.AddDate(0, 0, 1), Every: calendar.Day, OnFailure: pipelines.FailureStop}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, s.digests(p, tables...)); diff != "" || len(d.asked()) > 0 {
		t.Errorf("worked anew, the night differs:\n%s", diff)
	}
	records, err := p.Deliveries(t.Context(), "registry.nbb")
	if err != nil || len(records) != 1 || records[0].State != "loaded" {
		t.Fatalf("%+v, %v", records, err)
	}
	if _, err := p.Withdraw(t.Context(), records[0].Delivery, "wrong"); err != nil {
		t.Fatal(err)
	}
	if got := s.column(p, "SELECT DISTINCT source FROM organisation_years"); fmt.Sprint(got) != "[registry.kvk]" || len(d.asked()) > 0 {
		t.Errorf("years of %v", got)
	}
	s.now = s.now.AddDate(0, 0, 1)
	s.run(p)
	if asked := d.asked(); asked["nbb"] != 4 || len(asked) != 1 {
		t.Errorf("after a withdrawal %v are asked", asked)
	}
}

// TestBudget: who ordered comes first, those of a night are no more calls than the
// budget has, and the next night goes on.
func TestBudget(t *testing.T) {
	s, d := asking(t, "nbb: { key: k,", "nbb: { key: k, calls_per_run: 2,", "vies: {", "vies: { calls_per_run: 2, calls_per_month: 3,", "  kvk:", "  #kvk:", "  gleif:", "  #gleif:")
	s.write("in/orders-1.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA1;1;4;03/01/2026;brood;10;2,50\nA2;1;2;03/01/2026;brood;100;2,50\n")
	p := s.open()
	report, err := p.Run(t.Context(), pipelines.RunOptions{Only: []string{"customers", "orders"}}) // nobody is asked
	if err != nil || len(report.Registers) > 0 {
		t.Fatalf("%+v, %v", report.Registers, err)
	}
	s.now = s.now.AddDate(0, 0, 1)
	report = s.run(p)
	if nbb := register(t, report, "nbb"); nbb.Calls != 2 || nbb.Left != 1 || !nbb.Stale || d.asked()["nbb"] != 2 {
		t.Errorf("%+v", nbb)
	}
	if got := s.column(p, "SELECT source_record_id FROM customer_fields WHERE source = 'registry.nbb'"); len(got) > 0 {
		t.Errorf("the prospect was asked about before the customers: %v", got)
	}
	s.now = s.now.AddDate(0, 0, 1)
	report = s.run(p)
	if vies := register(t, report, "vies"); vies.Calls != 1 || vies.Left != 0 {
		t.Errorf("%+v", vies)
	}
	s.now = s.now.AddDate(0, 0, 45) // another month, and what vies said is due again
	report = s.run(p)
	if vies := register(t, report, "vies"); vies.Calls != 2 || vies.Left != 1 {
		t.Errorf("%+v", vies)
	}
}

// TestRefusedCallsCount: calls that got no answer are calls of the month, in whichever
// nights they were made, and the calls of a run that is taken up again are its own.
func TestRefusedCallsCount(t *testing.T) {
	s, d := asking(t, "vies: {", "vies: { calls_per_month: 3,", "  nbb:", "  #nbb:", "  kvk:", "  #kvk:", "  gleif:", "  #gleif:", "  kbo:", "  #kbo:")
	p := s.open()
	d.fault = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	for _, want := range []pipelines.RegisterReport{{Refused: 3, Calls: 3}, {Left: 3}} {
		got := register(t, s.run(p), "vies")
		if got.Refused != want.Refused || got.Left != want.Left || got.Calls != want.Calls || int64(d.asked()["vies"]) != want.Calls || !got.Stale {
			t.Errorf("%+v, want %+v", got, want)
		}
		d.fault = nil
		s.now = s.now.AddDate(0, 0, 1)
	}
	s.now = s.now.AddDate(0, 1, 0)
	if got := register(t, s.run(p), "vies"); got.Answered != 3 || got.Calls != 3 {
		t.Errorf("in another month: %+v", got)
	}
}

// TestRegisterIsDown: whatever a register answers in the place of an answer, the night
// is published, says so, stays in its budget and keeps what was answered before.
func TestRegisterIsDown(t *testing.T) {
	const budget = 20
	half := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, `{"valid": tr`)
	}
	s, d := asking(t, "nbb: { key: k,", "nbb: { key: k, calls_per_run: 20,", "kvk: { key: k,", "kvk: { key: k, calls_per_run: 20,", "vies: {", "vies: { calls_per_run: 20,", "gleif: {", "gleif: { calls_per_run: 20,")
	p := s.open()
	s.run(p)
	before := s.organisations(p, "enterprise_number, legal_name, revenue, headcount")
	if err := os.RemoveAll(filepath.Join(s.dir, "extracts")); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.AddDate(0, 0, 100)
	for _, fault := range []struct {
		name   string
		answer http.HandlerFunc
	}{
		{"429", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}},
		{"503", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }},
		{"401", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }},
		{"HTML", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>overloaded</html>") }},
		{"half a body", half},
		{"half a value", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"valid": tr`) }},
		{"an empty list", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[]") }},
		{"MS_MAX_CONCURRENT_REQ", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"actionSucceed":false,"errorWrappers":[{"error":"MS_MAX_CONCURRENT_REQ"}]}`)
		}},
	} {
		d.asked()
		d.fault = fault.answer
		s.now = s.now.AddDate(0, 0, 1)
		report := s.run(p)
		if report.Status != connectors.RunPublished {
			t.Errorf("%s: the night is %s", fault.name, report.Status)
		}
		for _, x := range report.Registers {
			if x.Error == nil || !x.Stale || x.Answered > 0 && x.Register != "kbo" || strings.Contains(x.Error.Message, "0403019261") {
				t.Errorf("%s: %+v: %+v", fault.name, x, x.Error)
			}
		}
		for register, calls := range d.asked() {
			if calls > budget {
				t.Errorf("%s: %d calls to %s", fault.name, calls, register)
			}
		}
		if diff := cmp.Diff(before, s.organisations(p, "enterprise_number, legal_name, revenue, headcount")); diff != "" {
			t.Errorf("%s: what was answered before is gone:\n%s", fault.name, diff)
		}
		if got := s.column(p, "SELECT DISTINCT registry_stale FROM organisations"); fmt.Sprint(got) != "[true]" {
			t.Errorf("%s: stale: %v", fault.name, got)
		}
		if got := s.column(p, "SELECT COUNT(*) FROM sources WHERE stale AND origin = 'register'"); fmt.Sprint(got) != "[5]" {
			t.Errorf("%s: %v registers are stale", fault.name, got)
		}
	}
}
