package nbb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/nbb"
	"clientele/connectors/registry"
	"clientele/connectors/registrytest"
)

const (
	references = `[
{"ReferenceNumber":"2025-00000001","DepositDate":"2025-07-01","ExerciseDates":{"startDate":"2024-01-01","endDate":"2024-12-31"},"ModelType":"m01-f","Currency":"EUR","EnterpriseNumber":"0699.999.906","EnterpriseName":"Voorbeeld","AccountingDataURL":"x"},
{"ReferenceNumber":"2026-00000002","DepositDate":"2026-07-15","ExerciseDates":{"startDate":"2025-01-01","endDate":"2025-12-31"},"ModelType":"m02-f","Currency":"EUR","EnterpriseNumber":"0699.999.906","EnterpriseName":"Voorbeeld","LegalForm":"014","ActivityCode":"18120","Address":{"Street":"Voorbeeldstraat","Number":"1","Box":null,"PostalCode":"9999","City":"Voorbeeldem","CountryCode":"BE"},"AccountingDataURL":"x"},
{"ReferenceNumber":"2026-00000003","DepositDate":"2026-09-01","DepositType":"Correction","ExerciseDates":{"startDate":"2025-01-01","endDate":"2025-12-31"},"ModelType":"m02-f","Currency":"EUR","EnterpriseNumber":"0699.999.906","EnterpriseName":"Voorbeeld","LegalForm":"014","ActivityCode":"18120","Address":{"Street":"Voorbeeldstraat","Number":"1","Box":null,"PostalCode":"9999","City":"Voorbeeldem","CountryCode":"BE"},"AccountingDataURL":"x"},
{"ReferenceNumber":"2026-00000004","DepositDate":"2026-10-01","ExerciseDates":{"startDate":"2025-01-01","endDate":"2025-12-31"},"ModelType":"m120-f","EnterpriseNumber":"0699.999.906","AccountingDataURL":null}]`
	full = `{"ReferenceNumber":"2026-00000003","EnterpriseName":"Voorbeeld","LegalForm":"lgf:m014","Address":{"City":"pcd:m9999","Country":"cty:mBE"},"Rubrics":[
{"Code":"70","Value":"1250000.00","Period":"N"},{"Code":"70","Value":"1100000","Period":"NM1"},{"Code":"9901","Value":"-50.5","Period":"N"},{"Code":"9904","Value":"0","Period":"N"},
{"Code":"20/58","Value":"900.00","Period":"N"},{"Code":"10/49","Value":"900.01","Period":"N"},{"Code":"20/58","Value":"800","Period":"NM1"},{"Code":"10/49","Value":"800.00","Period":"NM1"},
{"Code":"9087","Value":"12.5","Period":"N"},{"Code":"1003","Value":"12.4","Period":"N"},{"Code":"1003","Value":11,"Period":"NM1"},{"Code":"10/15","Value":"","Period":"N"},{"Code":"54/58","Value":null,"Period":"N"},{"Code":"A","Value":"words","Period":"N"}],
"Administrators":{"NaturalPersons":[{"Person":{"FirstName":"An","LastName":"Voorbeeld"},"Mandates":[{"FunctionMandate":"fct:m13","MandateDates":{"StartDate":"2024-01-01","EndDate":null}},{"FunctionMandate":"fct:m10","MandateDates":{"StartDate":"2020-01-01","EndDate":"2023-12-31"}}]}],
"LegalPersons":[{"Entity":{"Name":"Beheer","Identifier":"0699.999.807"},"Mandates":[{"FunctionMandate":"fct:m13","MandateDates":{}}],"Representatives":[{"FirstName":"Bo","LastName":"Voorbeeld"}]}]}}`
	// xbrl is a filing of the full model: turnover and headcount have keys of their own there.
	xbrl = `<?xml version="1.0" encoding="UTF-8"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:met="http://www.nbb.be/be/fr/cbso/dict/met" xmlns:fct-enum="http://www.nbb.be/be/fr/cbso/23.0/enum/fct-enum" xmlns:open="http://www.nbb.be/be/fr/cbso/dict/dom/open">
<link:schemaRef xlink:href="http://www.nbb.be/be/fr/cbso/fws/26.0/mod/m02/m02-f.xsd"/>
<context id="t"><entity><identifier scheme="http://www.fgov.be">0699999906</identifier></entity><period><instant>2021-12-31</instant></period><scenario><xbrldi:explicitMember dimension="dim:part">part:m4</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:bas">bas:m53</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:ntr">ntr:m6</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:prd">prd:m1</xbrldi:explicitMember></scenario></context>
<context id="h"><entity><identifier scheme="http://www.fgov.be">0699999906</identifier></entity><scenario><xbrldi:explicitMember dimension="dim:bas">bas:m73</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:gdr">gdr:m1</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:part">part:m8</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:qlt">qlt:m3</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:typ">typ:m16</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:wkr">wkr:m1</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:wrg">wrg:m3</xbrldi:explicitMember></scenario></context>
<context id="e"><entity><identifier scheme="http://www.fgov.be">0699999906</identifier></entity><scenario><xbrldi:explicitMember dimension="dim:bas">bas:m27</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:mmt">mmt:m2</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:part">part:m2</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:prd">prd:m1</xbrldi:explicitMember></scenario></context>
<context id="d"><entity><identifier scheme="http://www.fgov.be">0699999906</identifier></entity><scenario><xbrldi:typedMember dimension="dim:anlp"><open:str>Beheer</open:str></xbrldi:typedMember><xbrldi:explicitMember dimension="dim:bas">bas:m115</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:psn">psn:m10</xbrldi:explicitMember></scenario></context>
<context id="n"><entity><identifier scheme="http://www.fgov.be">0699999906</identifier></entity><scenario><xbrldi:typedMember dimension="dim:anlp"><open:str>Beheer</open:str></xbrldi:typedMember><xbrldi:explicitMember dimension="dim:bas">bas:m26</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:psn">psn:m10</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:qlt">qlt:m1</xbrldi:explicitMember></scenario></context>
<context id="s"><entity><identifier scheme="http://www.fgov.be">0699999906</identifier></entity><scenario><xbrldi:typedMember dimension="dim:anlp"><open:str>Beheer</open:str></xbrldi:typedMember><xbrldi:explicitMember dimension="dim:bas">bas:m27</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:dcl">dcl:m15</xbrldi:explicitMember><xbrldi:explicitMember dimension="dim:psn">psn:m10</xbrldi:explicitMember></scenario></context>
<unit id="EUR"><measure>iso4217:EUR</measure></unit>
<met:am1 contextRef="t" unitRef="EUR">2000000.10</met:am1><met:dec1 contextRef="h">8.5</met:dec1><met:dte1 contextRef="e">2021-12-31</met:dte1>
<fct-enum:list1 contextRef="d">fct:m13</fct-enum:list1><met:str2 contextRef="n">0699.999.807</met:str2><met:dte1 contextRef="s">2020-02-03</met:dte1>
</xbrl>`
)

func client() *nbb.Client { return nbb.New(nbb.Options{}, nil) }

func TestParse(t *testing.T) {
	answers := []registry.Answer{registrytest.Answer("references", "0699999906", []byte(references)), registrytest.Answer("accounts", "2026-00000003", []byte(full))}
	registrytest.Caller(t, client(), answers)
	r := registrytest.One(t, client(), answers...)
	figure := func(item registry.Item, year int, amount registry.Decimal, code string) registry.Figure {
		f := registry.Figure{Item: item, Year: year, Amount: amount, Currency: "EUR", Basis: registry.Reported, Code: code}
		if item == registry.Headcount {
			f.Currency, f.Unit = "", "fte"
		}
		if year == 2025 {
			f.Start, f.End = "2025-01-01", "2025-12-31"
		}
		return f
	}
	want := registry.Record{
		Register: "nbb", Number: "0699999906", AsOf: "2026-09-01", Form: registry.LegalForm{List: "kbo", Code: "014"}, Filing: "2026-00000003, m02-f, 2026-09-01",
		Names:   []registry.Name{{Text: "Voorbeeld", Kind: registry.LegalName}},
		Sectors: []registry.Sector{{List: "nacebel", Code: "18120", Main: true}},
		Places:  []registry.Place{{Kind: registry.Seat, Street: "Voorbeeldstraat", House: "1", Postcode: "9999", Town: "Voorbeeldem", Country: "BE"}},
		Figures: []registry.Figure{
			figure(registry.Revenue, 2025, "1250000", "70"), figure(registry.OperatingResult, 2025, "-50.5", "9901"), figure(registry.Profit, 2025, "0", "9904"),
			figure(registry.TotalAssets, 2025, "900", "20/58"), figure(registry.Headcount, 2025, "12.5", "9087"),
			figure(registry.Revenue, 2024, "1100000", "70"), figure(registry.TotalAssets, 2024, "800", "20/58"), figure(registry.Headcount, 2024, "11", "1003"),
		},
		Officers: []registry.Officer{
			{Given: "An", Family: "Voorbeeld", Role: "m13", RoleText: "director", Since: "2024-01-01"}, {Given: "An", Family: "Voorbeeld", Role: "m10", Since: "2020-01-01", Until: "2023-12-31"},
			{Firm: "Beheer", Number: "0699999807", Role: "m13", RoleText: "director"}, {Given: "Bo", Family: "Voorbeeld", Role: "m13", RoleText: "director", Of: "Beheer"},
		},
		Doubts: []string{"the balance sheet of 2025-12-31 does not balance: 20/58 is not 10/49"},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestXBRL(t *testing.T) {
	answers := []registry.Answer{registrytest.Answer("accounts", "2022-00000001", []byte(xbrl))}
	registrytest.Caller(t, client(), answers)
	r := registrytest.One(t, client(), answers...)
	revenue, _ := r.Figure(registry.Revenue, 2021)
	headcount, _ := r.Figure(registry.Headcount, 2021)
	if r.Number != "0699999906" || revenue.Amount != "2000000.1" || headcount.Amount != "8.5" || headcount.Code != "1003" || r.Filing != "2022-00000001, m02-f" {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]registry.Officer{{Firm: "Beheer", Number: "0699999807", Role: "m13", RoleText: "director", Since: "2020-02-03"}}, r.Officers); diff != "" {
		t.Errorf("officers (-want +got):\n%s", diff)
	}
	// Accounts of another firm than was asked about are refused.
	other := strings.ReplaceAll(xbrl, "0699999906", "0699999807")
	registrytest.Broken(t, client(), []registry.Answer{registrytest.Answer("references", "0699999906", []byte(references)), registrytest.Answer("accounts", "2026-00000003", []byte(other))})
}

// TestMicroFiling reads a real filing of the micro model: it has a gross margin
// and neither revenue nor headcount.
func TestMicroFiling(t *testing.T) {
	r := registrytest.One(t, client(), registrytest.Answer("accounts", "2023-00000000", registrytest.Sample(t, "nbb/m87-micro-example.xbrl")))
	if r.Number != "0925590628" || r.Form.Code != "610" || r.Name(registry.LegalName) != "CALYX WORKS" || r.Places[0].Text() != "CHAUSSEE DE TIRLEMONT 22 box 7, 5000, BE" || len(r.Doubts) != 0 {
		t.Errorf("%+v", r)
	}
	for item, want := range map[registry.Item][2]registry.Decimal{
		registry.TotalAssets: {"554894.28", "273907.17"}, registry.Equity: {"246428.46"}, registry.GrossMargin: {"48786.15"}, registry.Profit: {"1672.05"},
		registry.Debts: {"308465.82"}, registry.OperatingResult: {"3434.19"}, registry.Cash: {"6580.23"}, registry.StaffCost: {"20070.09"},
	} {
		now, _ := r.Figure(item, 2022)
		old, _ := r.Figure(item, 2021)
		if now.Amount != want[0] || want[1] != "" && old.Amount != want[1] || now.Basis != registry.Reported || now.Currency != "EUR" || now.End != "2022-12-31" {
			t.Errorf("%s: %+v, %+v; want %v", item, now, old, want)
		}
	}
	for _, item := range []registry.Item{registry.Revenue, registry.Headcount} {
		if f, ok := r.Figure(item, 0); ok {
			t.Errorf("%s is not filed, and told as %+v", item, f)
		}
	}
	if diff := cmp.Diff([]registry.Officer{{Given: "CAMILLE", Family: "PEETERS", Role: "m13", RoleText: "director"}}, r.Officers); diff != "" {
		t.Errorf("officers (-want +got):\n%s", diff)
	}
}

// TestAsk: which filing is asked for, in which formats, and what an empty list is
// believed to mean.
func TestAsk(t *testing.T) {
	old := strings.ReplaceAll(references, "2026-0", "2021-0")
	old = strings.ReplaceAll(strings.ReplaceAll(old, `"DepositDate":"202`, `"DepositDate":"201`), "2025-0", "2015-0")
	for _, test := range []struct {
		name       string
		references []string // one answer after the other
		statuses   map[string]int
		asked      string
		records    int
		code       string
	}{
		{name: "JSON", references: []string{references}, asked: "references 2026-00000003:x.jsonxbrl", records: 1},
		{name: "before JSON", references: []string{old}, asked: "references 2021-00000003:x.xbrl", records: 1},
		{name: "the other name of XBRL", references: []string{references}, statuses: map[string]int{"x.jsonxbrl": 404, "x.xbrl": 415}, asked: "references 2026-00000003:x.jsonxbrl 2026-00000003:x.xbrl 2026-00000003:xbrl", records: 1},
		{name: "no data", references: []string{references}, statuses: map[string]int{"x.jsonxbrl": 404, "x.xbrl": 404, "xbrl": 404}, asked: "references 2026-00000003:x.jsonxbrl 2026-00000003:x.xbrl 2026-00000003:xbrl", records: 1},
		{name: "empty under load", references: []string{"[]", references}, asked: "references references 2026-00000003:x.jsonxbrl", records: 1},
		{name: "empty", references: []string{" [] "}, asked: "references references"},
		{name: "unknown", statuses: map[string]int{"json": 404}, references: []string{""}, asked: "references"},
		{name: "no right", statuses: map[string]int{"json": 403}, references: []string{""}, asked: "references", code: "credential"},
		{name: "cut off", references: []string{references[:100]}, asked: "references", code: "bad_answer"},
		{name: "busy", references: []string{references}, statuses: map[string]int{"x.jsonxbrl": 503}, asked: "references" + strings.Repeat(" 2026-00000003:x.jsonxbrl", 3), code: "unavailable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked []string
			ids := map[string]bool{}
			address, line, slept := registrytest.Server(t, "nbb", func(w http.ResponseWriter, r *http.Request) {
				format := strings.TrimPrefix(r.Header.Get("Accept"), "application/")
				id := r.Header.Get("X-Request-Id")
				if r.Header.Get("NBB-CBSO-Subscription-Key") != "k" || len(id) != 36 || ids[id] && test.code != "unavailable" {
					t.Errorf("key or id: %v", r.Header)
				}
				ids[id] = true
				body := full
				if strings.HasSuffix(r.URL.Path, "/legalEntity/0699999906/references") {
					asked = append(asked, "references")
					body, test.references = test.references[0], append(test.references[1:], test.references[len(test.references)-1])
				} else {
					asked = append(asked, strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/authentic/deposit/"), "/accountingData")+":"+format)
					if strings.HasSuffix(format, "xbrl") && !strings.Contains(format, "json") {
						body = xbrl
					}
				}
				if status := test.statuses[format]; status != 0 {
					w.WriteHeader(status)
					return
				}
				fmt.Fprint(w, body)
			})
			c := nbb.New(nbb.Options{Access: registry.Access{URL: address, Key: "k"}}, line)
			answers, err := c.Ask(t.Context(), registry.Question{By: registry.KeyEnterprise, Value: "0699999906"})
			if strings.Join(asked, " ") != test.asked || connectors.CodeOf(err) != test.code {
				t.Fatalf("asked for %v, %v; want %s, code %q", asked, err, test.asked, test.code)
			}
			if strings.HasPrefix(test.name, "empty") && (len(*slept) != 1 || (*slept)[0] != 2*time.Second) {
				t.Errorf("slept %v", *slept)
			}
			if err != nil {
				return
			}
			records, err := c.Parse(answers)
			if err != nil || len(records) != test.records {
				t.Errorf("%d records, %v", len(records), err)
			}
		})
	}
	if _, err := client().Ask(t.Context(), registry.Question{}); connectors.CodeOf(err) != "no_key" {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(references), []byte(full))
	f.Add([]byte("[]"), []byte(xbrl))
	f.Fuzz(func(t *testing.T, list, accounts []byte) {
		records, err := client().Parse([]registry.Answer{registrytest.Answer("references", "0699999906", list), registrytest.Answer("accounts", "2026-00000003", accounts)})
		if err != nil && connectors.CodeOf(err) != "bad_answer" {
			t.Error(err)
		}
		for _, r := range records {
			registry.Values(r, client().Card())
		}
	})
}
