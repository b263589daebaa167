// Package kvk asks the Dutch trade register, Kamer van Koophandel: Zoeken (find)
// and Basisprofiel (profile) of its API.
package kvk

import (
	"context"
	"net/http"
	"net/url"

	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// Options of the register.
type Options struct{ registry.Access }

// Spec adds the options to s.
func (o *Options) Spec(s *option.Spec) {
	o.Access.Spec(s, "https://api.kvk.nl", 5, "30d", card)
}

var card = registry.Card{
	Name: "kvk", Title: "Kamer van Koophandel (KvK)", Countries: []string{"NL"},
	AskedBy: []registry.Key{registry.KeyKvK, registry.KeyName}, NeedsKey: true, KeyFrom: "https://developers.kvk.nl",
	Licence: registry.Licence{
		Name: "KvK API terms", URL: "https://developers.kvk.nl", Attribution: "Bron: Kamer van Koophandel",
		Limits: "who says non-mailing must get neither unsolicited mail nor visits; a law against direct marketing with KvK data is announced",
	},
	Fresh: "as filed: the register is asked at the moment",
	Gives: []string{"names", "legal form", "SBI codes", "people working there", "founding and end", "addresses", "web sites", "non-mailing"},
	Lacks: []string{"directors", "revenue and accounts", "purpose", "the version of its SBI codes"},
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

// The calls.
const (
	callProfile = "basisprofiel"
	callSearch  = "zoeken"
)

// Ask implements registry.Caller: the profile of a number, or what is found by a
// name.
func (c *Client) Ask(ctx context.Context, q registry.Question) ([]registry.Answer, error) {
	if !c.options.HasKey() {
		return nil, registry.NoKey(card)
	}
	r := registry.Request{About: q.Value, Header: map[string]string{"apikey": c.options.Key, "Accept": "application/hal+json, application/json"}}
	if q.By == registry.KeyName {
		r.Call, r.URL = callSearch, c.options.URL+"/api/v2/zoeken"
		r.Query = map[string]string{"naam": q.Value, "resultatenPerPagina": "10"}
	} else {
		r.Call, r.URL = callProfile, c.options.URL+"/api/v1/basisprofielen/"+url.PathEscape(q.Value)
	}
	a, err := c.line.Ask(ctx, r)
	switch {
	case err == nil, a.Status == http.StatusNotFound && unknown(a.Body):
		return []registry.Answer{a}, nil
	case a.Status != 0:
		return nil, refusal(a, err)
	}
	return nil, err
}
