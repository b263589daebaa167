package restapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/jsonrows"
)

// page is one answer.
type page struct {
	url     *url.URL // that was asked, without credentials
	header  http.Header
	body    json.RawMessage // the document
	records json.RawMessage // its array of records
}

// list is something to be asked for page by page: the records of a source, or the
// things that each of them is of.
type list struct {
	request  *Request
	url      string
	document []string // path
	records  []string // path
	failure  []string // path
	pages    *Pages
	cursor   *Cursor
}

// asker asks for the pages of lists.
type asker struct {
	client      *httpclient.Client
	credentials *credentials
}

// exchange is one request as it is sent, but for its credentials.
type exchange struct {
	method     string
	url        string
	headers    map[string]string
	body       json.RawMessage
	repeatable bool
}

// prepare returns the request of a list with its placeholders filled. next is the
// URL of a further page where the answer before gave one, "" for the list's own.
func (l *list) prepare(v values, next string) (exchange, error) {
	e := exchange{method: l.request.Method, url: next, headers: map[string]string{}, repeatable: l.request.Repeatable}
	var err error
	if next == "" {
		if e.url, err = v.address(l.url, l.request.Query); err != nil {
			return e, connectors.Errorf(connectors.KindConfig, "bad_url", "write it like https://host/path", "the url is not valid")
		}
	}
	for name, text := range l.request.Headers {
		if text, ok := v.fill(text, asIs); ok {
			e.headers[name] = text
		}
	}
	if e.body, err = v.body(l.request.Body); err != nil {
		return e, connectors.Errorf(connectors.KindConfig, "bad_option", "write it as JSON", "the body of the request is not valid JSON")
	}
	return e, nil
}

// fetch sends a request and takes its answer apart. A token that is not taken is
// renewed once.
func (a *asker) fetch(ctx context.Context, l *list, e exchange) (*page, error) {
	resp, at, err := a.send(ctx, e)
	if connectors.CodeOf(err) == "credential" && a.credentials.auth.OAuth2.Used && a.credentials.renew() {
		resp, at, err = a.send(ctx, e)
	}
	if err != nil {
		return nil, err
	}
	p := &page{url: at, header: resp.header, body: bytes.TrimPrefix(resp.body, []byte("\xEF\xBB\xBF"))}
	return p, p.open(l)
}

type response struct {
	header http.Header
	body   []byte
}

func (a *asker) send(ctx context.Context, e exchange) (*response, *url.URL, error) {
	at, err := url.Parse(e.url)
	if err != nil {
		return nil, nil, connectors.Errorf(connectors.KindData, "bad_next", "report it to whom the interface belongs", "the answer gives a next page whose URL is not valid")
	}
	if e.repeatable {
		ctx = httpclient.Repeatable(ctx)
	}
	r := a.client.R(ctx).SetHeader("Accept", "application/json")
	for name, text := range e.headers {
		r.SetHeader(name, text)
	}
	if e.body != nil {
		r.SetHeader("Content-Type", "application/json").SetBody([]byte(e.body))
	}
	secret := url.Values{}
	if err := a.credentials.apply(ctx, r.Header, secret); err != nil {
		return nil, nil, err
	}
	full := *at
	if len(secret) > 0 {
		q := at.Query()
		for name := range secret {
			q.Set(name, secret.Get(name))
		}
		full.RawQuery = q.Encode()
	}
	resp, err := a.client.Do(r, e.method, full.String())
	if err != nil {
		return nil, nil, err
	}
	return &response{header: resp.Header(), body: resp.Body()}, at, nil
}

// open finds the records of a page.
func (p *page) open(l *list) error {
	where := p.url.Scheme + "://" + p.url.Host + p.url.Path
	if !json.Valid(p.body) {
		return connectors.Errorf(connectors.KindData, "malformed", "check the URL, and what the server says to it", "%s: the answer is not valid JSON", where)
	}
	p.body = bytes.TrimSpace(p.body)
	if f := jsonrows.At(p.body, l.failure); l.failure != nil && tells(f) {
		text := "the answer tells a failure"
		if word := httpclient.Word(p.body); word != "" {
			text += " (" + word + ")"
		}
		return connectors.Errorf(connectors.KindConfig, "refused", "check what is asked of it, and the credential", "%s: %s", where, text)
	}
	if l.document != nil {
		document := unpack(jsonrows.Text(orNull(jsonrows.At(p.body, l.document))))
		if !json.Valid(document) {
			return connectors.Errorf(connectors.KindData, "malformed", "check the option document", "%s: %s of the answer holds no JSON document", where, strings.Join(l.document, "."))
		}
		p.body = bytes.TrimSpace(document)
	}
	p.records = p.body
	if len(l.records) > 0 {
		p.records = jsonrows.At(p.body, l.records)
	}
	if len(p.records) == 0 || p.records[0] != '[' {
		return connectors.Errorf(connectors.KindData, "missing_records", "set the option records to the path of the array of records",
			"%s: the answer has no array at %q", where, strings.Join(l.records, "."))
	}
	return nil
}

// tells reports whether the value at the path of failures tells one.
func tells(v json.RawMessage) bool {
	switch string(v) {
	case "", "null", "false", `""`, "0", "{}", "[]":
		return false
	}
	return true
}

// unpack returns a document that stands in a text, as JSON or as base64.
func unpack(text []byte) []byte {
	text = bytes.TrimSpace(text)
	if json.Valid(text) && len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return text
	}
	out, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return nil
	}
	return out
}

func orNull(v []byte) []byte {
	if v == nil {
		return []byte("null")
	}
	return v
}
