package httpclient

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// A host that failed so many requests in a row, all their attempts included, is
// not asked for a while: who is down is not helped by being asked, and who waits
// for it is better told at once. Then one request may try.
const (
	breakAfter = 5
	coolDown   = time.Minute
)

var errOpen = errors.New("the host failed too often")

// hosts are what a client knows of the hosts that it speaks to.
type hosts struct {
	mu sync.Mutex
	of map[string]*host
}

type host struct {
	next     time.Time // when the next request may be sent
	failures int       // in a row
	open     time.Time // until when it is not asked
}

// with calls f for what is known of a host.
func (h *hosts) with(name string, f func(*host)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of == nil {
		h.of = map[string]*host{}
	}
	if h.of[name] == nil {
		h.of[name] = &host{}
	}
	f(h.of[name])
}

// pace waits until a request to the host keeps to the rate.
func (c *Client) pace(ctx context.Context, name string) error {
	if c.options.Rate <= 0 || c.options.Now == nil {
		return nil
	}
	now, wait := c.options.Now(), time.Duration(0)
	c.hosts.with(name, func(h *host) {
		if h.next.Before(now) {
			h.next = now
		}
		wait = h.next.Sub(now)
		h.next = h.next.Add(time.Duration(float64(time.Second) / c.options.Rate))
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
	c.hosts.with(name, func(h *host) {
		switch {
		case h.failures < breakAfter:
		case now.Before(h.open):
			err = errOpen
		default:
			h.open = now.Add(coolDown) // for all but this request
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
	c.hosts.with(name, func(h *host) {
		if !failed {
			h.failures = 0
			return
		}
		if h.failures++; h.failures >= breakAfter {
			h.open = c.options.Now().Add(coolDown)
		}
	})
}
