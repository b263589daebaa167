package kvk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/kvk"
	"clientele/connectors/registry"
	"clientele/connectors/registrytest"
)

const invented = `{"kvkNummer":"12345670","indNonMailing":"Nee","naam":"Voorbeeld B.V.","statutaireNaam":"Voorbeeld Bakkers B.V.","formeleRegistratiedatum":"20150620",
"materieleRegistratie":{"datumAanvang":"20150600","datumEinde":"00000000"},
"handelsnamen":[{"naam":"Tweede","volgorde":2},{"naam":"Eerste","volgorde":1},{"naam":"Voorbeeld Bakkers B.V.","volgorde":0}],
"sbiActiviteiten":[{"sbiCode":"10710","sbiOmschrijving":"Brood","indHoofdactiviteit":"Ja"}],"_links":{"self":{"href":"https://x"}},
"_embedded":{"eigenaar":{"rsin":"001234567","rechtsvorm":"BeslotenVennootschap","uitgebreideRechtsvorm":"Besloten Vennootschap","websites":["www.voorbeeld.example"],
 "adressen":[{"type":"correspondentieadres","postbusnummer":12,"postcode":"9999ZZ","plaats":"Voorbeelddam","land":"Nederland"},
  {"type":"bezoekadres","indAfgeschermd":"Ja","straatnaam":"Dorpsstraat","huisnummer":7,"huisletter":"B","huisnummerToevoeging":"bis","postcode":"9999ZZ","plaats":"Voorbeelddam","land":"Nederland"}]},
 "hoofdvestiging":{"vestigingsnummer":"000012345678","eersteHandelsnaam":"Eerste","websites":["www.voorbeeld.example","shop.voorbeeld.example"]}}}`

func TestProfile(t *testing.T) {
	r := registrytest.One(t, kvk.New(kvk.Options{}, nil), registrytest.Answer("basisprofiel", "12345670", []byte(invented)))
	want := registry.Record{
		Register: "kvk", Number: "12345670", AsOf: "2026-11-21", Status: registry.Active, Founded: "2015-06", NonMailing: registry.No,
		Names: []registry.Name{{Text: "Voorbeeld Bakkers B.V.", Kind: registry.LegalName}, {Text: "Eerste", Kind: registry.TradeName}, {Text: "Tweede", Kind: registry.TradeName}},
		Form:  registry.LegalForm{List: "kvk", Code: "BeslotenVennootschap", Text: "Besloten Vennootschap"},
		Sectors: []registry.Sector{
			{List: "sbi", Code: "10710", Text: "Brood", Main: true},
		},
		Places: []registry.Place{
			{Kind: registry.Post, Street: "Postbus", House: "12", Postcode: "9999ZZ", Town: "Voorbeelddam", Country: "NL"},
			{Kind: registry.Seat, Street: "Dorpsstraat", House: "7B", Box: "bis", Postcode: "9999ZZ", Town: "Voorbeelddam", Country: "NL", Shielded: registry.Yes},
			{Kind: registry.Establishment, Number: "000012345678", Name: "Eerste", Status: registry.Active},
		},
		Sites: []string{"www.voorbeeld.example", "shop.voorbeeld.example"},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ok := r.Figure(registry.Headcount, 0); ok {
		t.Error("nobody filed how many work there")
	}
}

func TestConformance(t *testing.T) {
	registrytest.Caller(t, kvk.New(kvk.Options{}, nil), []registry.Answer{registrytest.Answer("basisprofiel", "12345670", []byte(invented))})
}

// recorded is an answer of the register's test service with what surrounds it.
type recorded struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}

func cassette(t *testing.T, call, name string) registry.Answer {
	t.Helper()
	body := registrytest.Sample(t, "kvk/"+name)
	var r recorded
	if err := json.Unmarshal(body, &r); err != nil {
		t.Fatal(err)
	}
	if r.Status == 0 {
		return registrytest.Answer(call, "", body)
	}
	a := registrytest.Answer(call, "", r.Body)
	a.Status = r.Status
	return a
}

// TestSamples reads real answers of the test service, with both styles of links.
func TestSamples(t *testing.T) {
	c := kvk.New(kvk.Options{}, nil)
	for name, want := range map[string]struct {
		number, form, sbi, founded, seat string
		sectors, names, workers          int // workers -1 for none told
	}{
		"basisprofiel_response.json":              {"69599084", "Eenmanszaak", "1011", "2017-01-08", "", 3, 4, 1},
		"openforms-profiles-test_client.json":     {"69599084", "Eenmanszaak", "10110", "2017-01-08", "", 3, 8, 1},
		"basisprofiel_response_vve.json":          {"90000749", "Vereniging van Eigenaars", "94997", "1999-11-03", "Blaauwweg 163, 3328XD Dordrecht, NL", 1, 1, -1},
		"openforms-profiles-test_client_vve.json": {"90000749", "Vereniging van Eigenaars", "94997", "1999-11-03", "Blaauwweg 163, 3328XD Dordrecht, NL", 1, 1, -1},
	} {
		r := registrytest.One(t, c, cassette(t, "basisprofiel", name))
		workers := -1
		if f, ok := r.Figure(registry.Headcount, 0); ok && f.Amount == "1" {
			workers = 1
		}
		seat := ""
		for _, p := range r.Places {
			if p.Kind == registry.Seat {
				seat = p.Text()
			}
		}
		if r.Number != want.number || r.Form.Code != want.form || r.Main().Code != want.sbi || r.Main().Version != "" || string(r.Founded) != want.founded ||
			len(r.Sectors) != want.sectors || len(r.Names) != want.names || workers != want.workers || seat != want.seat || r.NonMailing != registry.Yes || r.Status != registry.Active {
			t.Errorf("%s: %+v", name, r)
		}
	}
	found := registrytest.One(t, c, cassette(t, "zoeken", "openforms-search-test_client.json"))
	if found.Number != "69599084" || found.Name(registry.LegalName) != "Test EMZ Dagobert" || len(found.Places) != 2 || found.Places[0].Town != "Amsterdam" || found.Places[1].Number != "000038509520" {
		t.Errorf("search: %+v", found)
	}
	for call, name := range map[string]string{"basisprofiel": "openforms-profiles-test_client_404.json", "zoeken": "openforms-search-test_client_404.json"} {
		if records, err := c.Parse([]registry.Answer{cassette(t, call, name)}); len(records) != 0 || err != nil {
			t.Errorf("%s: %d records, %v; want none", name, len(records), err)
		}
	}
}

func TestAsk(t *testing.T) {
	const refused = `{"fout":[{"code":"IPD0006","omschrijving":"Het nummer 123 is niet valide."}]}`
	for _, test := range []struct {
		name, key, body, code string
		status                int
		records               int
	}{
		{"found", "k", invented, "", 200, 1},
		{"not there", "k", `{"fout":[{"code":"IPD0005","omschrijving":"…"}]}`, "", 404, 0},
		{"a path that is not there", "k", `nothing`, "not_found", 404, 0},
		{"refused", "k", refused, "refused_number", 400, 0},
		{"a bad key", "k", `{"fout":[{"code":"IPD9999"}]}`, "credential", 401, 0},
		{"no key", "", "", "no_key", 0, 0},
		{"a key that the environment lacks", "${KVK_KEY}", "", "no_key", 0, 0},
		{"a page of a gateway", "k", "<html>busy</html>", "bad_answer", 200, 0},
		{"down", "k", "", "unavailable", 503, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, line, _ := registrytest.Server(t, "kvk", func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/api/v1/basisprofielen/12345670" || r.Header.Get("apikey") != "k" {
					t.Errorf("asked for %s", r.URL)
				}
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			})
			c := kvk.New(kvk.Options{Access: registry.Access{URL: address, Key: test.key}}, line)
			answers, err := c.Ask(t.Context(), registry.Question{By: registry.KeyKvK, Value: "12345670"})
			if connectors.CodeOf(err) != test.code {
				t.Fatalf("error %v, want code %q", err, test.code)
			}
			if err != nil {
				if strings.Contains(err.Error(), "12345670") || strings.Contains(err.Error(), "123 is") {
					t.Errorf("the error tells whom it is about: %v", err)
				}
				return
			}
			if records, err := c.Parse(answers); len(records) != test.records || err != nil {
				t.Errorf("%d records, %v", len(records), err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("basisprofiel", []byte(invented))
	f.Add("zoeken", []byte(`{"resultaten":[{"kvkNummer":"1","naam":"x","adres":{"binnenlandsAdres":{}},"type":"rechtspersoon"}]}`))
	f.Fuzz(func(t *testing.T, call string, body []byte) {
		c := kvk.New(kvk.Options{}, nil)
		records, err := c.Parse([]registry.Answer{registrytest.Answer(call, "1", body)})
		if err != nil && connectors.CodeOf(err) != "bad_answer" {
			t.Error(err)
		}
		for _, r := range records {
			registry.Values(r, c.Card())
		}
	})
}
