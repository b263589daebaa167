package vies_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/connectors/registrytest"
	"clientele/connectors/vies"
)

const invented = `{"countryCode":"BE","vatNumber":"0699999906","requestDate":"2026-04-23T23:04:10.919Z","valid":true,"requestIdentifier":"","name":"BV Voorbeeld","address":"Voorbeeldstraat 52\n1030 Voorbeeldem","traderName":"---"}`

func TestSample(t *testing.T) {
	r := registrytest.One(t, vies.New(vies.Options{}, nil), registrytest.Answer("check-vat-number", "BE0244142664", registrytest.Sample(t, "vies/check-vat-number_BE0244142664_response.json")))
	want := registry.Record{
		Register: "vies", Number: "BE0244142664", AsOf: "2024-04-23", VAT: registry.Yes,
		Names:  []registry.Name{{Text: "NV OR De Vlaamse Radio- en Televisieomroeporganisatie", Kind: registry.LegalName}},
		Places: []registry.Place{{Kind: registry.Seat, Street: "Auguste Reyerslaan 52", Postcode: "1030", Town: "Schaarbeek", Country: "BE"}},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParse(t *testing.T) {
	c := vies.New(vies.Options{}, nil)
	registrytest.Caller(t, c, []registry.Answer{registrytest.Answer("check-vat-number", "BE0699999906", []byte(invented))})
	r := registrytest.One(t, c, registrytest.Answer("check-vat-number", "DE136695976", []byte(`{"countryCode":"DE","vatNumber":"136695976","valid":false,"name":"---","address":"---"}`)))
	if r.VAT != registry.No || len(r.Names)+len(r.Places) > 0 || r.AsOf != "2026-11-21" {
		t.Errorf("%+v", r)
	}
	r = registrytest.One(t, c, registrytest.Answer("check-vat-number", "EL1", []byte(`{"countryCode":"EL","vatNumber":"094259216","valid":true,"name":"x","address":"A 1\nB\n10 C"}`)))
	if r.Places[0].Country != "GR" || r.Places[0].Lines != "A 1, B, 10 C" {
		t.Errorf("%+v", r)
	}
}

// TestFaults: what the register can't answer is an error and never a number that
// is invalid, whatever the status; only what may pass is asked again.
func TestFaults(t *testing.T) {
	for code, want := range map[string]struct {
		asked int
		code  string
		kind  connectors.Kind
	}{
		"SERVICE_UNAVAILABLE":            {3, "outage", connectors.KindTransient},
		"MS_UNAVAILABLE":                 {3, "outage", connectors.KindTransient},
		"TIMEOUT":                        {3, "outage", connectors.KindTransient},
		"GLOBAL_MAX_CONCURRENT_REQ":      {3, "outage", connectors.KindTransient},
		"GLOBAL_MAX_CONCURRENT_REQ_TIME": {3, "outage", connectors.KindTransient},
		"MS_MAX_CONCURRENT_REQ":          {3, "outage", connectors.KindTransient},
		"MS_MAX_CONCURRENT_REQ_TIME":     {3, "outage", connectors.KindTransient},
		"INVALID_INPUT":                  {1, "bad_number", connectors.KindData},
		"VAT_BLOCKED":                    {1, "blocked", connectors.KindEnvironment},
		"IP_BLOCKED":                     {1, "blocked", connectors.KindEnvironment},
		"SOMETHING_NEW":                  {1, "outage", connectors.KindTransient},
	} {
		for _, status := range []int{200, 400, 500} {
			t.Run(fmt.Sprint(code, status), func(t *testing.T) {
				asked := 0
				address, line, slept := registrytest.Server(t, "vies", func(w http.ResponseWriter, r *http.Request) {
					asked++
					w.WriteHeader(status)
					fmt.Fprintf(w, `{"actionSucceed":false,"errorWrappers":[{"error":%q,"message":"…"}]}`, code)
				})
				c := vies.New(vies.Options{Access: registry.Access{URL: address}}, line)
				answers, err := c.Ask(t.Context(), registry.Question{By: registry.KeyVAT, Value: "BE0699999906"})
				if len(answers) > 0 || connectors.CodeOf(err) != want.code || connectors.KindOf(err) != want.kind || asked != want.asked || len(*slept) != want.asked-1 {
					t.Errorf("asked %d times, slept %v: %d answers, %v", asked, *slept, len(answers), err)
				}
			})
		}
	}
}

// TestAsk: a fault that passes is none.
func TestAsk(t *testing.T) {
	asked := 0
	address, line, slept := registrytest.Server(t, "vies", func(w http.ResponseWriter, r *http.Request) {
		var q map[string]string
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q["countryCode"] != "BE" || q["vatNumber"] != "0699999906" || r.URL.Path != "/check-vat-number" {
			t.Errorf("%s %v %v", r.URL, q, err)
		}
		if asked++; asked == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, `{"actionSucceed":false,"errorWrappers":[{"error":"MS_UNAVAILABLE"}]}`)
			return
		}
		fmt.Fprint(w, invented)
	})
	c := vies.New(vies.Options{Access: registry.Access{URL: address}}, line)
	answers, err := c.Ask(t.Context(), registry.Question{By: registry.KeyVAT, Value: "BE0699999906"})
	if err != nil || asked != 2 || (*slept)[0] != 2*time.Second {
		t.Fatalf("asked %d times, slept %v, %v", asked, *slept, err)
	}
	if r := registrytest.One(t, c, answers...); r.VAT != registry.Yes {
		t.Errorf("%+v", r)
	}
	if _, err := c.Ask(t.Context(), registry.Question{By: registry.KeyVAT, Value: "B"}); connectors.CodeOf(err) != "bad_number" {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(invented))
	f.Add([]byte(`{"errorWrappers":[{"error":"TIMEOUT"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := vies.New(vies.Options{}, nil)
		records, err := c.Parse([]registry.Answer{registrytest.Answer("check-vat-number", "BE", body)})
		if err == nil && records[0].VAT == registry.Unknown {
			t.Error("neither valid nor invalid, and no error")
		}
	})
}
