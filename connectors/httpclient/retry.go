package httpclient

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"clientele/connectors"
)

type repeatableKey struct{}

// Repeatable declares that the requests sent with the context may be sent again
// though their method does not promise that this is safe: POST, PATCH.
func Repeatable(ctx context.Context) context.Context {
	return context.WithValue(ctx, repeatableKey{}, true)
}

// call is one request with all its attempts.
type call struct {
	host       string
	repeatable bool
	waits      int           // so far
	asked      time.Duration // by the server, before the next attempt
}

type callKey struct{}

// attempts is a transport that gives each request its call.
type attempts struct {
	client *Client
	next   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (a *attempts) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	c := &call{host: r.URL.Host}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		c.repeatable = true
	default:
		c.repeatable = r.Context().Value(repeatableKey{}) != nil
	}
	ctx, span := a.client.span(r)
	defer func() { finish(span, c, resp, err) }()
	if err := a.client.admit(r.URL.Host); err != nil {
		return nil, err
	}
	if err := a.client.allowed(); err != nil {
		return nil, err
	}
	if err := a.client.pace(ctx, r.URL.Host); err != nil {
		return nil, err
	}
	resp, err = a.next.RoundTrip(r.WithContext(context.WithValue(ctx, callKey{}, c)))
	a.client.learn(ctx, r.URL.Host, resp, err)
	return resp, err
}

// notAdmitted is the error of an attempt that Options.Admit refused.
type notAdmitted struct{ error }

func (n *notAdmitted) Unwrap() error { return n.error }

// allowed asks whether an attempt may be sent.
func (c *Client) allowed() error {
	if c.options.Admit == nil {
		return nil
	}
	if err := c.options.Admit(); err != nil {
		return &notAdmitted{err}
	}
	return nil
}

// again decides whether a request is sent again.
func (c *Client) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if refused := (*notAdmitted)(nil); errors.As(err, &refused) {
		return false, nil
	}
	of, _ := ctx.Value(callKey{}).(*call)
	if of == nil || !of.repeatable || errors.Is(err, errRedirect) || errors.Is(err, errElsewhere) || errors.Is(err, errTooLarge) {
		return false, nil
	}
	// The policy of the library says which failures may pass; the error that it
	// makes of a status quotes the server.
	again, _ := retryablehttp.DefaultRetryPolicy(ctx, resp, err)
	if resp != nil && resp.StatusCode == http.StatusRequestTimeout {
		again = true
	}
	if !again {
		return false, nil
	}
	of.asked = c.retryAfter(resp)
	if of.asked > c.options.MaxWait || of.waits == c.options.Attempts-1 {
		return false, nil
	}
	spent := 0
	c.hosts.With(of.host, func(h *connectors.Host) {
		h.Retries++
		spent = h.Retries
	})
	return c.options.Retries == 0 || spent <= c.options.Retries, nil
}

// backoff is how long is waited after so many waits: exponential, with
// full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter),
// so that clients that failed together do not come back together.
func (c *Client) backoff(waits int) time.Duration {
	limit := c.options.MaxWait
	if waits < 20 { // which is past any sensible limit, and shifts no bit out
		limit = min(limit, firstWait<<waits)
	}
	return c.options.Jitter(limit)
}

// retryAfter is how long the server asks to wait, in seconds or until a date; 0
// where it does not.
func (c *Client) retryAfter(resp *http.Response) time.Duration {
	if resp == nil {
		return 0
	}
	text := resp.Header.Get("Retry-After")
	if n, err := strconv.ParseInt(text, 10, 64); n >= 0 && (err == nil || errors.Is(err, strconv.ErrRange)) {
		return time.Duration(min(n, math.MaxInt32)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil && c.options.Now != nil {
		return max(0, at.Sub(c.options.Now()))
	}
	return 0
}

// noWait is the wait of retryablehttp, which no test can shorten: wait does it
// instead, right after.
func noWait(time.Duration, time.Duration, int, *http.Response) time.Duration { return 0 }

func (c *Client) wait(r *http.Request) error {
	of := r.Context().Value(callKey{}).(*call)
	if err := c.allowed(); err != nil {
		return err
	}
	d := max(c.backoff(of.waits), of.asked)
	of.waits++
	if err := c.options.Sleep(r.Context(), d); err != nil {
		return err
	}
	return c.pace(r.Context(), r.URL.Host)
}

// last lets the last answer through, whose status says what is wrong.
func last(resp *http.Response, err error, _ int) (*http.Response, error) {
	if err == nil {
		return resp, nil
	}
	if resp != nil {
		_ = resp.Body.Close() // the error is what is told
	}
	return nil, err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
