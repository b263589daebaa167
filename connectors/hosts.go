package connectors

import (
	"sync"
	"time"
)

// Hosts is what those who speak over a network know of the hosts that they speak
// to. Sources that share one spare a host together: they keep its rate, its retries
// and its rest. Its zero value knows of none.
type Hosts struct {
	mu sync.Mutex
	of map[string]*Host
}

// Host is what is known of one host.
type Host struct {
	Next     time.Time // when the next request may be sent
	Failures int       // in a row
	Open     time.Time // until when it is not asked
	Retries  int       // attempts beyond the first
}

// With calls f for what is known of a host, while nobody else does.
func (h *Hosts) With(name string, f func(*Host)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of == nil {
		h.of = map[string]*Host{}
	}
	if h.of[name] == nil {
		h.of[name] = &Host{}
	}
	f(h.of[name])
}
