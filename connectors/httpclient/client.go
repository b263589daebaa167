// Package httpclient speaks HTTP for all connectors that need it, so that there
// is one policy of timeouts, retries, limits and of what an error may say. It is
// resty, for the requests, on retryablehttp, for the attempts.
package httpclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/net/http/httpproxy"

	"clientele/connectors"
)

// Options of a Client. The zero value is a good one.
type Options struct {
	// Agent is the User-Agent that servers see.
	Agent string
	// Timeout bounds one attempt, the body of the answer included; 30 s where
	// it is zero.
	Timeout time.Duration
	// Attempts is how often a request is sent at most; 4 where it is zero.
	Attempts int
	// MaxWait bounds the wait between two attempts; 30 s where it is zero. A
	// server that asks for more by Retry-After is not asked again.
	MaxWait time.Duration
	// MaxBody bounds an answer in bytes, unpacked; 16 MiB where it is zero.
	MaxBody int
	// Rate bounds how many requests a second are sent to one host; 0 for no
	// bound. It needs Now.
	Rate float64
	// Retries is how many attempts beyond the first all requests to one host have
	// together, those of other clients with the same Hosts included; 0 for no bound.
	Retries int
	// Admit is asked before each attempt, the first one too: its error ends the
	// request, and is what is told. Nil admits all.
	Admit func() error
	// SameHost refuses redirections to another host, so that credentials never
	// go where they were not meant for.
	SameHost bool
	// SecretPath keeps the path of URLs out of errors too: whoever knows the
	// URL of a webhook may write to it.
	SecretPath bool
	// TLS replaces what certificates are verified against.
	TLS *tls.Config
	// Traces gives the tracer of requests; nil for that of the span in a
	// request's context.
	Traces trace.TracerProvider

	Outside
}

// Outside is what a client needs to know of the world.
type Outside = connectors.Outside

const (
	defaultTimeout  = 30 * time.Second
	defaultAttempts = 4
	defaultMaxWait  = 30 * time.Second
	defaultMaxBody  = 16 << 20
	firstWait       = 500 * time.Millisecond
	maxRedirects    = 5
)

// Client sends requests. It may be used by several goroutines.
type Client struct {
	resty     *resty.Client
	retry     *retryablehttp.Client
	transport *http.Transport
	hosts     *connectors.Hosts
	options   Options
}

// New returns a client. Certificates are verified, of TLS 1.2 or later, and a
// redirection never leads from https to http.
func New(o Options) *Client {
	o.Timeout = orElse(o.Timeout, defaultTimeout)
	o.Attempts = orElse(o.Attempts, defaultAttempts)
	o.MaxWait = orElse(o.MaxWait, defaultMaxWait)
	o.MaxBody = orElse(o.MaxBody, defaultMaxBody)
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Jitter == nil {
		o.Jitter = func(limit time.Duration) time.Duration { return rand.N(limit) }
	}
	transport := &http.Transport{
		Proxy: proxy(o.Getenv), TLSClientConfig: o.TLS, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: 4,
	}
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	c := &Client{options: o, transport: transport, hosts: cmp.Or(o.Hosts, &connectors.Hosts{})}
	c.retry = retryablehttp.NewClient()
	c.retry.HTTPClient = &http.Client{Transport: &whole{next: transport, limit: int64(o.MaxBody)}, Timeout: o.Timeout, CheckRedirect: c.redirect}
	c.retry.Logger = nil
	c.retry.RetryMax = o.Attempts - 1
	c.retry.CheckRetry = c.again
	c.retry.Backoff = noWait
	c.retry.PrepareRetry = c.wait
	c.retry.ErrorHandler = last
	c.resty = resty.NewWithClient(c.HTTP()).SetHeader("User-Agent", o.Agent)
	c.resty.SetLogger(silent{})
	return c
}

func orElse[T int | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// HTTP returns the client as package http knows it, with the same policy of
// attempts, for libraries that bring their own requests. What they send counts
// as repeatable only where Repeatable says so.
func (c *Client) HTTP() *http.Client {
	return &http.Client{Transport: &attempts{client: c, next: &retryablehttp.RoundTripper{Client: c.retry}}}
}

// R returns a new request.
func (c *Client) R(ctx context.Context) *resty.Request { return c.resty.R().SetContext(ctx) }

// Do sends a request that R made. An answer whose status is not of the 2xx is
// an error; so is one that is longer than allowed. Errors are of kind Transient
// where another night may do better; they name neither credentials nor the query
// of the URL, and of what the server said no more than a word that names the
// failure. An [Answer] in their chain holds more.
func (c *Client) Do(r *resty.Request, method, address string) (*resty.Response, error) {
	resp, err := r.Execute(method, address)
	if err != nil {
		return nil, c.failure(r.Context(), method, address, err)
	}
	if err := c.status(method, address, resp.StatusCode(), resp.Body()); err != nil {
		return nil, err
	}
	return resp, nil
}

// Reach connects to the server of a URL, with TLS where it is https, and sends
// no request.
func (c *Client) Reach(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return connectors.Errorf(connectors.KindConfig, "bad_url", "write it like https://host/path", "%s is not a URL", c.redact(address))
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	if err := c.dial(ctx, u); err != nil {
		return c.failure(ctx, "connect to", u.Scheme+"://"+u.Host, err)
	}
	return nil
}

// Close drops connections that are kept for reuse.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// proxy returns the proxy per request, as the environment says.
func proxy(getenv func(string) (string, bool)) func(*http.Request) (*url.URL, error) {
	if getenv == nil {
		return nil
	}
	either := func(upper, lower string) string {
		if v, ok := getenv(upper); ok {
			return v
		}
		v, _ := getenv(lower)
		return v
	}
	choose := (&httpproxy.Config{
		HTTPProxy: either("HTTP_PROXY", "http_proxy"), HTTPSProxy: either("HTTPS_PROXY", "https_proxy"), NoProxy: either("NO_PROXY", "no_proxy"),
	}).ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }
}

var (
	errRedirect  = errors.New("redirected too often, or from https to http")
	errElsewhere = errors.New("redirected to another host")
)

func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects, r.URL.Scheme != "https" && first.Scheme == "https":
		return errRedirect
	case c.options.SameHost && r.URL.Host != first.Host:
		return errElsewhere
	}
	return nil
}

// silent keeps resty from writing to the standard logger: what goes wrong is
// returned.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
