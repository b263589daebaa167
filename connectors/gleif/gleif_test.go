package gleif_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/gleif"
	"clientele/connectors/registry"
	"clientele/connectors/registrytest"
)

const (
	lei      = "529900EXAMPLE0000172"
	invented = `{"meta":{"goldenCopy":{"publishDate":"2026-06-26T00:00:00Z"}},"data":{"type":"lei-records","id":"529900EXAMPLE0000172","attributes":{"lei":"529900EXAMPLE0000172","entity":{
"legalName":{"name":"Voorbeeld","language":"nl"},"otherNames":[{"name":"Oud Voorbeeld","language":"nl","type":"PREVIOUS_LEGAL_NAME"},{"name":"Exemple","language":"fr","type":"SOMETHING_NEW"}],
"legalAddress":{"addressLines":["Voorbeeldstraat 1","bus 2"],"city":"Voorbeeldem","region":"BE-VOV","country":"BE","postalCode":"9999"},"headquartersAddress":{"addressLines":[],"city":"","country":"","postalCode":""},
"registeredAt":{"id":"RA000025","other":null},"registeredAs":"0699.999.906","jurisdiction":"BE","category":"GENERAL","legalForm":{"id":"3W7E","other":null},"status":"INACTIVE",
"expiration":{"date":"2026-01-02T00:00:00Z","reason":"DISSOLVED"},"creationDate":"2014-07-06T00:00:00Z"}},
"relationships":{"direct-parent":{"links":{"relationship-record":"x","related":"y"}},"ultimate-parent":{"links":{"reporting-exception":"z"}}}}}`
	parent = `{"data":{"type":"lei-records","attributes":{"lei":"529900EXAMPLE0000269","entity":{"legalName":{"name":"Voorbeeld Groep"}}}}}`
)

func TestParse(t *testing.T) {
	c := gleif.New(gleif.Options{}, nil)
	answers := []registry.Answer{registrytest.Answer("lei-record", lei, []byte(invented)), registrytest.Answer("direct-parent", lei, []byte(parent))}
	registrytest.Caller(t, c, answers)
	r := registrytest.One(t, c, answers...)
	want := registry.Record{
		Register: "gleif", Number: lei, AsOf: "2026-06-26", Numbers: []registry.Number{{Key: registry.KeyEnterprise, Value: "0699999906"}},
		Names: []registry.Name{{Text: "Voorbeeld", Kind: registry.LegalName, Language: "nl"}, {Text: "Oud Voorbeeld", Kind: registry.FormerName, Language: "nl"}, {Text: "Exemple", Kind: registry.TradeName, Language: "fr"}},
		Form:  registry.LegalForm{List: "elf", Code: "3W7E"}, Status: registry.Dissolved, Filed: "INACTIVE", Founded: "2014-07-06", Ended: "2026-01-02", NaturalPerson: registry.No,
		Places:  []registry.Place{{Kind: registry.Seat, Street: "Voorbeeldstraat 1, bus 2", Postcode: "9999", Town: "Voorbeeldem", Region: "BE-VOV", Country: "BE"}},
		Parents: []registry.Parent{{Kind: "ultimate", Reason: "none reported"}, {Kind: "direct", LEI: "529900EXAMPLE0000269", Name: "Voorbeeld Groep"}},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSamples(t *testing.T) {
	c := gleif.New(gleif.Options{}, nil)
	r := registrytest.One(t, c, registrytest.Answer("lei-record", "529900D6BF99LW9R2E68", registrytest.Sample(t, "gleif/gleif_lei_sap.json")))
	if r.Number != "529900D6BF99LW9R2E68" || r.Name(registry.LegalName) != "SAP SE" || r.Form.Code != "SGST" || r.Status != registry.Active || r.Founded != "2014-07-06" ||
		r.AsOf != "2025-12-05" || len(r.Doubts) != 0 || r.Places[0].Text() != "Dietmar-Hopp-Allee 16, 69190 Walldorf, DE" || len(r.Numbers) != 0 || len(r.Parents) != 2 || r.Parents[0].Reason == "" {
		t.Errorf("%+v", r)
	}
	for name, want := range map[string]string{
		"gleif/gleif_name_sap.json":       "529900D6BF99LW9R2E68 SAP SE|254900IDOKBRQ34N6D66 SAP SE ADRHEDGED|",
		"gleif/gleif_name_ambiguous.json": "FR0000000000000000A1 Foo SA|FR0000000000000000B2 Foo SAS|",
	} {
		records, err := c.Parse([]registry.Answer{registrytest.Answer("lei-records", "x", registrytest.Sample(t, name))})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, r := range records {
			got += r.Number + " " + r.Name(registry.LegalName) + "|"
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestAsk: parents are asked for where there are any, and Belgian numbers as the
// register writes them.
func TestAsk(t *testing.T) {
	var paths []string
	address, line, _ := registrytest.Server(t, "gleif", func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path+"?"+r.URL.Query().Get("filter[entity.registeredAs]")+r.URL.Query().Get("filter[entity.registeredAt]")+r.URL.Query().Get("filter[entity.legalName]"))
		switch {
		case r.URL.Query().Get("filter[entity.registeredAs]") == "0403.019.261":
			fmt.Fprint(w, strings.Replace(strings.TrimSuffix(invented, "}"), `"data":`, `"data":[`, 1)+"]}")
		case strings.HasSuffix(r.URL.Path, "direct-parent"):
			fmt.Fprint(w, parent)
		case strings.HasSuffix(r.URL.Path, lei):
			fmt.Fprint(w, invented)
		case strings.HasSuffix(r.URL.Path, "lei-records"):
			fmt.Fprint(w, `{"data":[]}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	c := gleif.New(gleif.Options{Access: registry.Access{URL: address}}, line)
	for _, test := range []struct {
		q       registry.Question
		records int
		paths   string
	}{
		{registry.Question{By: registry.KeyLEI, Value: lei}, 1, "[/lei-records/529900EXAMPLE0000172? /lei-records/529900EXAMPLE0000172/direct-parent?]"},
		{registry.Question{By: registry.KeyLEI, Value: "529900EXAMPLE0000999"}, 0, "[/lei-records/529900EXAMPLE0000999?]"},
		{registry.Question{By: registry.KeyEnterprise, Value: "0699999906"}, 0, "[/lei-records?0699.999.906RA000025]"},
		{registry.Question{By: registry.KeyEnterprise, Value: "0403019261"}, 1, "[/lei-records?0403.019.261RA000025 /lei-records/529900EXAMPLE0000172/direct-parent?]"},
		{registry.Question{By: registry.KeyName, Value: "Voorbeeld", Country: "BE"}, 0, "[/lei-records?Voorbeeld]"},
	} {
		paths = nil
		answers, err := c.Ask(t.Context(), test.q)
		if err != nil || fmt.Sprint(paths) != test.paths {
			t.Fatalf("asked for %v, %v; want %s", paths, err, test.paths)
		}
		if records, err := c.Parse(answers); len(records) != test.records || err != nil {
			t.Errorf("%v: %d records, %v", test.q, len(records), err)
		}
	}
}

const golden = `LEI,Entity.LegalName,Entity.LegalName.xmllang,Entity.LegalAddress.FirstAddressLine,Entity.LegalAddress.City,Entity.LegalAddress.Country,Entity.LegalAddress.PostalCode,Entity.RegistrationAuthority.RegistrationAuthorityID,Entity.RegistrationAuthority.RegistrationAuthorityEntityID,Entity.EntityCategory,Entity.LegalForm.EntityLegalFormCode,Entity.LegalForm.OtherLegalForm,Entity.EntityStatus,Entity.EntityCreationDate,Registration.LastUpdateDate,Registration.RegistrationStatus
529900EXAMPLE0000172,"Voorbeeld, ""de eerste""",nl,Voorbeeldstraat 1,Voorbeeldem,BE,9999,RA000025,0699.999.906,GENERAL,3W7E,,ACTIVE,2014-07-06T00:00:00Z,2026-03-04T10:00:00Z,ISSUED
529900EXAMPLE0000269,Tweede,nl,,Elders,NL,1234AB,RA000463,12345670,SOLE_PROPRIETOR,8888,Iets,ACTIVE,,2026-03-05T10:00:00.000Z,LAPSED
`

func TestGoldenCopy(t *testing.T) {
	c := gleif.New(gleif.Options{}, nil)
	records, err := registrytest.Records(c, []byte("\ufeff"+golden), registrytest.All)
	if err != nil || len(records) != 2 {
		t.Fatal(len(records), err)
	}
	first, second := records[0], records[1]
	if first.Name(registry.LegalName) != `Voorbeeld, "de eerste"` || first.Form.Code != "3W7E" || first.Numbers[0].Value != "0699999906" || first.AsOf != "2026-03-04" || first.Places[0].Text() != "Voorbeeldstraat 1, 9999 Voorbeeldem, BE" {
		t.Errorf("%+v", first)
	}
	if second.Form != (registry.LegalForm{List: "elf", Text: "Iets"}) || second.NaturalPerson != registry.Yes || len(first.Doubts) != 0 || len(second.Doubts) != 1 || second.Founded != "" {
		t.Errorf("%+v", second)
	}
	if records, err = registrytest.Records(c, []byte(golden), func(_ registry.Key, n string) bool { return n == "529900EXAMPLE0000269" }); len(records) != 1 || err != nil {
		t.Errorf("%d records, %v", len(records), err)
	}
	for text, code := range map[string]string{
		"": "missing_column", "LEI,Name\n": "missing_column", golden + "529900EXAMPLE0000366,cut": "bad_row", golden + `x,"never closed`: "bad_row",
	} {
		_, err := registrytest.Records(c, []byte(text), registrytest.All)
		if connectors.CodeOf(err) != code || connectors.KindOf(err) != connectors.KindData || strings.Contains(fmt.Sprint(err), "never closed") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

const related = `Relationship.StartNode.NodeID,Relationship.StartNode.NodeIDType,Relationship.EndNode.NodeID,Relationship.EndNode.NodeIDType,Relationship.RelationshipType,Relationship.RelationshipStatus
529900EXAMPLE0000172,LEI,529900EXAMPLE0000269,LEI,IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE
529900EXAMPLE0000172,LEI,529900EXAMPLE0000366,LEI,IS_ULTIMATELY_CONSOLIDATED_BY,ACTIVE
529900EXAMPLE0000172,LEI,529900EXAMPLE0000463,LEI,IS_DIRECTLY_CONSOLIDATED_BY,INACTIVE
529900EXAMPLE0000172,LEI,529900EXAMPLE0000463,LEI,IS_FUND-MANAGED_BY,ACTIVE
529900EXAMPLE0000269,LEI,529900EXAMPLE0000366,LEI,IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE
`

// TestGoldenNumbers: a golden copy is looked through by the LEI and by the numbers of
// national registers, one of relationships tells parents.
func TestGoldenNumbers(t *testing.T) {
	c := gleif.New(gleif.Options{}, nil)
	for wanted, want := range map[registry.Number]string{
		{Key: registry.KeyEnterprise, Value: "0699999906"}:    lei,
		{Key: registry.KeyKvK, Value: "12345670"}:             "529900EXAMPLE0000269",
		{Key: registry.KeyCompany, Value: "12345670"}:         "",
		{Key: registry.KeyLEI, Value: "529900EXAMPLE0000269"}: "529900EXAMPLE0000269",
		{Key: registry.KeyEnterprise, Value: "0699.999.906"}:  "",
	} {
		records, err := registrytest.Records(c, []byte(golden), func(by registry.Key, n string) bool { return wanted == registry.Number{Key: by, Value: n} })
		got := ""
		for _, r := range records {
			got += r.Number
		}
		if got != want || err != nil {
			t.Errorf("%v: %q, %v", wanted, got, err)
		}
	}
	records, err := registrytest.Records(c, []byte(related), func(by registry.Key, n string) bool { return by == registry.KeyLEI && n == lei })
	if err != nil {
		t.Fatal(err)
	}
	parents := []registry.Parent{}
	for _, r := range records {
		if r.Number != lei || len(r.Names) > 0 {
			t.Errorf("%+v", r)
		}
		parents = append(parents, r.Parents...)
	}
	if diff := cmp.Diff([]registry.Parent{{Kind: "direct", LEI: "529900EXAMPLE0000269"}, {Kind: "ultimate", LEI: "529900EXAMPLE0000366"}}, parents); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := registrytest.Records(c, []byte("Relationship.StartNode.NodeID\n"), registrytest.All); connectors.CodeOf(err) != "missing_column" {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(invented))
	f.Add([]byte(`{"data":[{}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := gleif.New(gleif.Options{}, nil)
		records, err := c.Parse([]registry.Answer{registrytest.Answer("lei-records", lei, body), registrytest.Answer("direct-parent", lei, body)})
		if err != nil && connectors.CodeOf(err) != "bad_answer" {
			t.Error(err)
		}
		for _, r := range records {
			registry.Values(r, c.Card())
		}
	})
}

func FuzzGoldenCopy(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte(related))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := registrytest.Records(gleif.New(gleif.Options{}, nil), text, registrytest.All)
		if err != nil && connectors.KindOf(err) != connectors.KindData {
			t.Error(err)
		}
		if err == nil && len(bytes.TrimSpace(text)) == 0 {
			t.Error("an empty file is read without an error")
		}
	})
}
