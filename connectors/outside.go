package connectors

import (
	"context"
	"time"
)

// Outside is what those who speak over a network need to know of the world. What
// is nil is taken from the system, where that is said.
type Outside struct {
	// Now tells the time, for a Retry-After that is a date, for rates and for
	// tokens that expire; without it none of these is heeded.
	Now func() time.Time
	// Sleep waits between attempts, or returns the error of ctx; nil waits by
	// the system's timers.
	Sleep func(ctx context.Context, d time.Duration) error
	// Jitter returns a random duration in [0, limit); nil for one of package
	// rand.
	Jitter func(limit time.Duration) time.Duration
	// Getenv answers HTTPS_PROXY, HTTP_PROXY and NO_PROXY; without it there is
	// no proxy.
	Getenv func(name string) (string, bool)
	// Hosts is what is known of hosts, shared by all sources of a run; nil for a
	// client that has its own.
	Hosts *Hosts
	// BigQueryEndpoint and BigQueryGRPCEndpoint are those of an emulator, "" for
	// the service itself.
	BigQueryEndpoint, BigQueryGRPCEndpoint string
}
