// Package nbb asks the Central Balance Sheet Office of the National Bank of
// Belgium for the annual accounts of firms: its Authentic Data Query.
package nbb

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// Options of the register.
type Options struct{ registry.Access }

// Spec adds the options to s.
func (o *Options) Spec(s *option.Spec) {
	o.Access.Spec(s, "https://ws.cbso.nbb.be", 2, "90d", card)
}

var card = registry.Card{
	Name: "nbb", Title: "Central Balance Sheet Office (National Bank of Belgium)", Countries: []string{"BE"},
	AskedBy: []registry.Key{registry.KeyEnterprise}, NeedsKey: true, KeyFrom: "https://developer.cbso.nbb.be (product Authentic Data Query, free)",
	Licence: registry.Licence{
		Name: "NBB terms of the Central Balance Sheet Office", URL: "https://www.nbb.be/en/central-balance-sheet-office", Attribution: "Source: National Bank of Belgium, Central Balance Sheet Office",
		Limits: "directors are persons: their names are personal data",
	},
	Fresh: "accounts are filed up to seven months after the year's end: figures are 7 to 19 months old",
	Gives: []string{"revenue (full accounts)", "gross margin", "results", "assets, equity, debts, cash", "headcount in full-time equivalents", "directors", "legal form", "address", "the year before"},
	Lacks: []string{"revenue of most firms with abridged or micro accounts", "headcount of firms that file no social balance", "sole traders", "purpose"},
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
	callReferences = "references"
	callAccounts   = "accounts"
)

// The media types of accounts. Filings before 4 April 2022 are not to be had as
// JSON; for XBRL two names are in use.
const (
	mediaJSON = "application/x.jsonxbrl"
	mediaXBRL = "application/x.xbrl"
	mediaOld  = "application/xbrl"

	firstJSON = registry.Date("2022-04-04")
)

// Ask implements registry.Caller: what a firm filed, and of that the latest
// accounts. Under load the register has been seen to answer that there is
// nothing: it is asked twice before that is believed.
func (c *Client) Ask(ctx context.Context, q registry.Question) ([]registry.Answer, error) {
	if !c.options.HasKey() {
		return nil, registry.NoKey(card)
	}
	references, err := c.get(ctx, callReferences, q.Value, "/authentic/legalEntity/"+url.PathEscape(q.Value)+"/references", "application/json")
	if err == nil && bytes.Equal(bytes.TrimSpace(references.Body), []byte("[]")) {
		if err := c.line.Wait(ctx); err != nil {
			return nil, err
		}
		references, err = c.get(ctx, callReferences, q.Value, "/authentic/legalEntity/"+url.PathEscape(q.Value)+"/references", "application/json")
	}
	if references.Status == http.StatusNotFound {
		return []registry.Answer{references}, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := readReferences(references.Body)
	if err != nil {
		return nil, registry.Garbled(card.Name, err)
	}
	out := []registry.Answer{references}
	latest, ok := latestOf(list)
	if !ok {
		return out, nil
	}
	accounts, err := c.accounts(ctx, latest)
	if err != nil {
		return nil, err
	}
	return append(out, accounts), nil
}

// accounts asks for a filing in the first format that it is to be had in.
func (c *Client) accounts(ctx context.Context, r reference) (a registry.Answer, err error) {
	media := []string{mediaJSON, mediaXBRL, mediaOld}
	if r.Deposited < firstJSON {
		media = media[1:]
	}
	for _, m := range media {
		a, err = c.get(ctx, callAccounts, r.Number, "/authentic/deposit/"+url.PathEscape(r.Number)+"/accountingData", m)
		switch a.Status {
		case http.StatusNotFound, http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
			continue
		}
		return a, err
	}
	if a.Status == http.StatusNotFound {
		err = nil // the register has no data of the filing
	}
	return a, err
}

func (c *Client) get(ctx context.Context, call, about, path, accept string) (registry.Answer, error) {
	return c.line.Ask(ctx, registry.Request{Call: call, About: about, URL: c.options.URL + path, Header: map[string]string{
		"NBB-CBSO-Subscription-Key": c.options.Key, "Accept": accept, "X-Request-Id": c.requestID(call, about),
	}})
}

// requestID is another one for each call, as the register asks.
func (c *Client) requestID(call, about string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(c.options.URL+" "+call+" "+about+" "+strconv.FormatInt(c.line.Now().UnixNano(), 10)+" "+strconv.FormatInt(c.line.Count(), 10))).String()
}
