package notify

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"clientele/connectors/httpclient"
)

// Ping calls the URLs of a service that notices when it is not called, in the way
// of healthchecks.io (https://healthchecks.io/docs/http_api): one when a night
// begins, another when it ended well, another when it did not.
type Ping struct {
	Client *httpclient.Client
	URL    string
	// Start and Fail are URL/start and URL/fail where they are empty.
	StartURL, FailURL string
}

// Name says which way this is.
func (p Ping) Name() string { return "ping" }

// Start says that a run began. id is a UUID that goes with its end too.
func (p Ping) Start(ctx context.Context, id string) error {
	return p.call(ctx, p.StartURL, "start", id, "")
}

// Success says that a run ended well.
func (p Ping) Success(ctx context.Context, id string, m Message) error {
	return p.call(ctx, p.URL, "", id, m.Text())
}

// Fail says that a run did not end well.
func (p Ping) Fail(ctx context.Context, id string, m Message) error {
	return p.call(ctx, p.FailURL, "fail", id, m.Text())
}

// Reach finds out whether the service can be reached, and calls nothing.
func (p Ping) Reach(ctx context.Context) error { return p.Client.Reach(ctx, p.URL) }

// call posts body to an address, or to one that is derived from the URL.
func (p Ping) call(ctx context.Context, address, signal, id, body string) error {
	r := p.Client.R(httpclient.Repeatable(ctx)).SetHeader("Content-Type", "text/plain; charset=utf-8").SetBody(body)
	if address == "" || address == p.URL {
		u, err := url.Parse(p.URL)
		if err != nil {
			return p.Client.Reach(ctx, p.URL) // which says what is wrong with it
		}
		if signal != "" {
			u.Path = strings.TrimSuffix(u.Path, "/") + "/" + signal
		}
		q := u.Query()
		q.Set("rid", id)
		u.RawQuery = q.Encode()
		address = u.String()
	}
	_, err := p.Client.Do(r, http.MethodPost, address)
	return err
}
