package httpclient

import (
	"context"
	"errors"
	"net/http"
	"time"

	"clientele/connectors"
)

// A host that failed so many requests in a row, all their attempts included, is
// not asked for a while: who is down is not helped by being asked, and who waits
// for it is better told at once. Then one request may try.
const (
	breakAfter = 5
	coolDown   = time.Minute
)

var errOpen = errors.New("the host failed too often")

// pace waits until a request to the host keeps to the rate.
func (c *Client) pace(ctx context.Context, name string) error {
	if c.options.Rate <= 0 || c.options.Now == nil {
		return nil
	}
	now, wait := c.options.Now(), time.Duration(0)
	c.hosts.With(name, func(h *connectors.Host) {
		if h.Next.Before(now) {
			h.Next = now
		}
		wait = h.Next.Sub(now)
		h.Next = h.Next.Add(time.Duration(float64(time.Second) / c.options.Rate))
	})
	if wait == 0 {
		return nil
	}
	return c.options.Sleep(ctx, wait)
}

// admit refuses a request to a host that is not to be asked.
func (c *Client) admit(name string) (err error) {
	if c.options.Now == nil {
		return nil
	}
	now := c.options.Now()
	c.hosts.With(name, func(h *connectors.Host) {
		switch {
		case h.Failures < breakAfter:
		case now.Before(h.Open):
			err = errOpen
		default:
			h.Open = now.Add(coolDown) // for all but this request
		}
	})
	return err
}

// learn remembers how a request to a host ended. One that the caller gave up
// tells nothing.
func (c *Client) learn(ctx context.Context, name string, resp *http.Response, err error) {
	if c.options.Now == nil || ctx.Err() != nil {
		return
	}
	failed := resp == nil || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500
	if errors.Is(err, errTooLarge) || errors.Is(err, errRedirect) || errors.Is(err, errElsewhere) {
		failed = false // it does answer
	}
	c.hosts.With(name, func(h *connectors.Host) {
		if !failed {
			h.Failures = 0
			return
		}
		if h.Failures++; h.Failures >= breakAfter {
			h.Open = c.options.Now().Add(coolDown)
		}
	})
}
