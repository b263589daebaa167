// Package gleif asks the register of legal entity identifiers (LEI) of the Global
// Legal Entity Identifier Foundation, and reads its golden copy.
package gleif

import (
	"context"
	"net/http"
	"net/url"

	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// Options of the register.
type Options struct {
	registry.Access
	// Paths are golden copies, none to ask the interface.
	Paths []string
}

// Spec adds the options to s.
func (o *Options) Spec(s *option.Spec) {
	o.Access.Spec(s, "https://api.gleif.org/api/v1", 1, "30d", card)
	s.Strings(&o.Paths, "path", "golden copies as CSV, unpacked, to read instead of asking: that of LEI records, and behind it that of relationships for the parents; relative to the config").Example("[registries/lei2.csv, registries/rr.csv]")
}

var card = registry.Card{
	Name: "gleif", Title: "GLEIF",
	AskedBy: []registry.Key{registry.KeyLEI, registry.KeyEnterprise, registry.KeyKvK, registry.KeySIREN, registry.KeyCompany, registry.KeyName},
	Licence: registry.Licence{Name: "CC0 1.0", URL: "https://www.gleif.org/en/meta/lei-data-terms-of-use"},
	Fresh:   "a golden copy a day; an entity confirms its record once a year",
	Gives:   []string{"LEI", "names", "legal form (ELF code)", "status", "founding", "addresses", "number in the national register", "parents"},
	Lacks:   []string{"firms without an LEI, which are most", "sector", "revenue", "headcount", "directors"},
}

// Client asks the register.
type Client struct {
	options Options
	line    *registry.Line
}

// New returns a Client that asks by line; without one it only reads golden copies.
func New(o Options, line *registry.Line) *Client { return &Client{options: o, line: line} }

// Card implements registry.Provider.
func (*Client) Card() registry.Card { return card }

// authorities are the codes of national registers (RA list of GLEIF), with the
// key of the numbers that they issue.
var authorities = map[string]registry.Key{
	"RA000025": registry.KeyEnterprise, "RA000463": registry.KeyKvK, "RA000189": registry.KeySIREN, "RA000585": registry.KeyCompany,
}

// The calls.
const (
	callRecord   = "lei-record"
	callSearch   = "lei-records"
	callDirect   = "direct-parent"
	callUltimate = "ultimate-parent"
)

// Ask implements registry.Caller. Of an LEI, and of a number that one firm has, it asks
// for the parents too, where the record says that there are any.
func (c *Client) Ask(ctx context.Context, q registry.Question) ([]registry.Answer, error) {
	r := registry.Request{Call: callSearch, About: q.Value, URL: c.options.URL + "/lei-records", Header: map[string]string{"Accept": "application/vnd.api+json, application/json"}}
	switch q.By {
	case registry.KeyLEI:
		r.Call, r.URL = callRecord, r.URL+"/"+url.PathEscape(q.Value)
	case registry.KeyName:
		r.Query = map[string]string{"filter[entity.legalName]": q.Value, "page[size]": "10"}
		if q.Country != "" {
			r.Query["filter[entity.legalAddress.country]"] = q.Country
		}
	default:
		r.Query = map[string]string{"filter[entity.registeredAs]": filed(q), "page[size]": "10"}
		for authority, key := range authorities {
			if key == q.By {
				r.Query["filter[entity.registeredAt]"] = authority
			}
		}
	}
	a, err := c.line.Ask(ctx, r)
	if a.Status == http.StatusNotFound {
		return []registry.Answer{a}, nil
	}
	if err != nil {
		return nil, err
	}
	out := []registry.Answer{a}
	if q.By == registry.KeyName {
		return out, nil
	}
	lei, calls := parentsOf(a)
	for _, call := range calls {
		parent, err := c.line.Ask(ctx, registry.Request{Call: call, About: lei, URL: c.options.URL + "/lei-records/" + url.PathEscape(lei) + "/" + call, Header: r.Header})
		if err != nil && parent.Status != http.StatusNotFound {
			return nil, err
		}
		out = append(out, parent)
	}
	return out, nil
}

// filed returns a number as GLEIF has it: Belgian ones with dots.
func filed(q registry.Question) string {
	if n := q.Value; q.By == registry.KeyEnterprise && len(n) == 10 {
		return n[:4] + "." + n[4:7] + "." + n[7:]
	}
	return q.Value
}
