// Package watch sends word of a night to where the config says: messages to
// people, telemetry and lineage to machines.
package watch

import (
	"context"
	"crypto/tls"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"clientele/connectors/httpclient"
	"clientele/connectors/notify"
	"clientele/connectors/openlineage"
	"clientele/connectors/telemetry"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

// World is what watching needs to know of the world.
type World struct {
	Host    string
	Version string
	// TLS replaces what certificates are verified against.
	TLS *tls.Config

	httpclient.Outside
}

// How patient the senders are: a night has ended, and a person may be waiting.
const (
	timeout  = 10 * time.Second
	attempts = 3
	maxWait  = 5 * time.Second
)

func (w World) client(secretPath bool) *httpclient.Client {
	return httpclient.New(httpclient.Options{Agent: "clientele/" + w.Version, Timeout: timeout, Attempts: attempts, MaxWait: maxWait, MaxBody: 1 << 20,
		SecretPath: secretPath, TLS: w.TLS, Outside: w.Outside})
}

// Observers returns those that the config asks for.
func Observers(c *config.Config, w World) []pipelines.Observer {
	var out []pipelines.Observer
	if n := newNotifier(c, w); len(n.channels)+len(n.pings) > 0 {
		out = append(out, n)
	}
	if t, ok := collector(c, w); ok {
		out = append(out, &tracer{to: t, project: c.Company.Name, host: w.Host})
	}
	if e, ok := emitter(c, w); ok {
		out = append(out, &lineage{to: e, config: c})
	}
	return out
}

// Way is one way by which something leaves the house.
type Way struct {
	// Name says which, without what is secret about it: notify[0] (slack).
	Name string
	// Reach finds out whether it is open, and sends nothing.
	Reach func(ctx context.Context) error
	// Test sends a test message; nil for ways that take none.
	Test func(ctx context.Context) error
}

// Ways returns all that the config names, in its order.
func Ways(c *config.Config, w World) []Way {
	n := newNotifier(c, w)
	var out []Way
	for i, ch := range c.Notify {
		name := func(way string) string { return fmt.Sprintf("notify[%d] (%s)", i, way) }
		for _, s := range n.senders(ch) {
			out = append(out, Way{Name: name(s.Name()), Reach: s.Reach, Test: func(ctx context.Context) error {
				return s.Send(ctx, notify.Test(c.Company.Name, w.Host, w.Now()))
			}})
		}
		if ch.Ping.URL != "" {
			out = append(out, Way{Name: name("ping"), Reach: n.ping(ch.Ping).Reach})
		}
	}
	if t, ok := collector(c, w); ok {
		out = append(out, Way{Name: "telemetry", Reach: t.Reach})
	}
	if e, ok := emitter(c, w); ok {
		out = append(out, Way{Name: "openlineage", Reach: e.Reach})
	}
	return out
}

// collector returns where telemetry goes; ok is false where it goes nowhere.
func collector(c *config.Config, w World) (t *telemetry.Collector, ok bool) {
	t = &telemetry.Collector{Client: w.client(false), Endpoint: c.Telemetry.Endpoint, Headers: c.Telemetry.Headers, Service: c.Telemetry.Service, Version: w.Version}
	return t, t.FromEnvironment(w.Getenv)
}

// emitter returns where lineage goes; ok is false where it goes nowhere.
func emitter(c *config.Config, w World) (e *openlineage.Emitter, ok bool) {
	o := c.OpenLineage
	e = &openlineage.Emitter{URL: o.URL, Key: o.Key, Client: w.client(false), Namespace: o.Namespace, Version: w.Version}
	if o.File != "" {
		e.File = o.File
		if !filepath.IsAbs(e.File) {
			e.File = filepath.Join(c.Dir(), e.File)
		}
	}
	return e, o.File != "" || o.URL != ""
}

// runID is the UUID of an attempt at a run.
func runID(project string, r *pipelines.Report) string {
	return openlineage.RunID(project, r.Run, fmt.Sprint(r.Attempt), r.StartedAt.UTC().Format(time.RFC3339Nano)).String()
}

// why returns why a source was held back, as it may leave the house.
func why(h pipelines.HeldSource) string {
	return (&pipelines.Failure{Code: h.Code, Message: h.Why}).Public().Message
}

// oneLine puts the lines of a text behind each other.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
