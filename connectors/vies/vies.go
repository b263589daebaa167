// Package vies asks the VAT Information Exchange System of the European
// Commission whether a VAT number is valid.
package vies

import (
	"context"
	"encoding/json"
	"strings"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// Options of the register.
type Options struct{ registry.Access }

// Spec adds the options to s.
func (o *Options) Spec(s *option.Spec) {
	o.Access.Spec(s, "https://ec.europa.eu/taxation_customs/vies/rest-api", 1, "30d", card)
}

var card = registry.Card{
	Name: "vies", Title: "VIES (European Commission)",
	Countries: []string{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"},
	AskedBy:   []registry.Key{registry.KeyVAT},
	Licence: registry.Licence{
		Name: "VIES terms of use", URL: "https://ec.europa.eu/taxation_customs/vies/#/disclaimer", Attribution: "Source: VIES, European Commission",
		Limits: "for checking the VAT numbers of those one trades with; no copies of the database",
	},
	Fresh: "as the member state's administration answers at the moment",
	Gives: []string{"whether a VAT number is valid", "name", "address as one text"},
	Lacks: []string{"name and address of firms in Germany and Spain", "all else"},
}

// Client asks the register.
type Client struct {
	options Options
	line    *registry.Line
}

// New returns a Client that asks by line.
func New(o Options, line *registry.Line) *Client { return &Client{options: o, line: line} }

// Card implements registry.Provider.
func (*Client) Card() registry.Card { return card }

// attempts is how often a question is put that the register had no time for.
const attempts = 3

// Ask implements registry.Caller. What a member state can't answer now is put
// again a few times; then it is an error of kind Transient, and never the answer
// that the number is invalid.
func (c *Client) Ask(ctx context.Context, q registry.Question) ([]registry.Answer, error) {
	if len(q.Value) < 3 {
		return nil, connectors.Errorf(connectors.KindData, "bad_number", "VAT numbers begin with their country, like BE0403019261", "this is no VAT number")
	}
	r := registry.Request{
		Call: "check-vat-number", About: q.Value, URL: c.options.URL + "/check-vat-number", Header: map[string]string{"Accept": "application/json"},
		Body: map[string]string{"countryCode": q.Value[:2], "vatNumber": q.Value[2:]},
	}
	for i := 1; ; i++ {
		a, err := c.line.Ask(ctx, r)
		code := fault(a.Body)
		switch {
		case err == nil && code == "":
			return []registry.Answer{a}, nil
		case a.Status == 0:
			return nil, err
		case code != "":
			err = refusal(code)
		}
		if !passing(code) || i == attempts {
			return nil, err
		}
		if err := c.line.Wait(ctx); err != nil {
			return nil, err
		}
	}
}

// check is the answer to a question.
type check struct {
	Country string `json:"countryCode"`
	Number  string `json:"vatNumber"`
	At      string `json:"requestDate"`
	Valid   *bool  `json:"valid"`
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Parse implements registry.Caller. An answer is a record whose VAT is Yes or No;
// one that says neither is an error.
func (*Client) Parse(answers []registry.Answer) ([]registry.Record, error) {
	var out []registry.Record
	for _, a := range answers {
		if code := fault(a.Body); code != "" {
			return nil, refusal(code)
		}
		var v check
		if err := json.Unmarshal(a.Body, &v); err != nil {
			return nil, registry.Garbled(card.Name, err)
		}
		if v.Valid == nil || v.Country == "" || v.Number == "" {
			return nil, registry.Garbled(card.Name, nil)
		}
		r := registry.Record{Register: card.Name, Number: v.Country + v.Number, AsOf: registry.Instant(v.At), VAT: registry.TruthOf(*v.Valid)}
		if r.AsOf == "" {
			r.AsOf = a.Day()
		}
		if name := given(v.Name); name != "" {
			r.Names = []registry.Name{{Text: name, Kind: registry.LegalName}}
		}
		if lines := given(v.Address); lines != "" {
			r.Places = []registry.Place{place(lines, v.Country)}
		}
		out = append(out, r)
	}
	return out, nil
}

// given returns a text without the three dashes that stand for none.
func given(text string) string {
	if text = strings.TrimSpace(text); strings.Trim(text, "-") == "" {
		return ""
	}
	return text
}

// place reads an address. Its lines are those of the member state: where the last
// is a postcode and a town it is read as such.
func place(text, country string) registry.Place {
	if country == "EL" {
		country = "GR"
	}
	p := registry.Place{Kind: registry.Seat, Country: country}
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 2 && (country == "BE" || country == "NL" || country == "LU" || country == "FR") {
		street, last := strings.TrimSpace(lines[0]), strings.Fields(lines[1])
		if len(last) > 1 && last[0][0] >= '0' && last[0][0] <= '9' {
			p.Street, p.Postcode, p.Town = street, last[0], strings.Join(last[1:], " ")
			return p
		}
	}
	p.Lines = strings.Join(lines, ", ")
	return p
}
