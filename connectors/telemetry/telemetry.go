// Package telemetry sends the trace and the metrics of a run to an OpenTelemetry
// collector, once, when the run has ended.
package telemetry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"

	"clientele/connectors"
	"clientele/connectors/httpclient"
)

// Collector is where telemetry goes, by OTLP over HTTP.
type Collector struct {
	Client   *httpclient.Client
	Endpoint string // without /v1/traces and /v1/metrics
	Headers  map[string]string
	// Service and Version are service.name and service.version of the resource.
	Service, Version string
}

// Run is what is told of a run.
type Run struct {
	ID        string
	Attempt   int
	Project   string
	Night     string
	Status    string
	Published bool
	Host      string
	Start     time.Time
	End       time.Time
	ErrorCode string // "" for none
	Error     string // without personal data
	Customers int64
	Steps     []Step
	Sources   []Source
}

// Step is a step of a run, or what of it was one source's.
type Step struct {
	Name   string
	Start  time.Time
	Took   time.Duration
	Rows   int64
	Failed bool
}

// Source is what became of one source in a run.
type Source struct {
	Name  string
	Held  string // code of why it was held back, "" when it was not
	Steps []Step
	// Age is how old its last delivery is, from its night to that of the run;
	// negative where there is none.
	Age    time.Duration
	Tables []Table
}

// Table accounts for the rows of a table of a source.
type Table struct {
	Name                                   string
	Read, Conformed, Filtered, Quarantined int64
}

// FromEnvironment completes a collector that the config does not name by the
// variables of OpenTelemetry, and reports whether there is one.
func (c *Collector) FromEnvironment(getenv func(string) (string, bool)) bool {
	if getenv != nil {
		if off, _ := getenv("OTEL_SDK_DISABLED"); strings.EqualFold(off, "true") {
			return false
		}
		if c.Endpoint == "" {
			c.Endpoint, _ = getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
			if text, ok := getenv("OTEL_EXPORTER_OTLP_HEADERS"); ok && len(c.Headers) == 0 {
				c.Headers = headers(text)
			}
		}
	}
	return c.Endpoint != ""
}

// headers reads key=value,key=value, values escaped as in a URL.
func headers(text string) map[string]string {
	out := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		k, v, ok := strings.Cut(pair, "=")
		if plain, err := url.PathUnescape(strings.TrimSpace(v)); ok && err == nil {
			out[strings.TrimSpace(k)] = plain
		}
	}
	return out
}

// Send sends the trace and the metrics of a run.
func (c *Collector) Send(ctx context.Context, r Run) error {
	ctx = httpclient.Repeatable(ctx) // ids of spans and points in time are the same each time
	return errors.Join(c.sendTrace(ctx, r), c.sendMetrics(ctx, r))
}

// Reach finds out whether the collector can be reached, and sends nothing.
func (c *Collector) Reach(ctx context.Context) error { return c.Client.Reach(ctx, c.Endpoint) }

// address returns the URL of a signal.
func (c *Collector) address(signal string) (string, error) {
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" {
		return "", connectors.Errorf(connectors.KindConfig, "bad_url", "write it like http://host:4318", "the endpoint of telemetry is not a URL")
	}
	return u.JoinPath("v1", signal).String(), nil
}

func (c *Collector) sendTrace(ctx context.Context, r Run) error {
	address, err := c.address("traces")
	if err != nil {
		return err
	}
	over, status := c.http()
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address), otlptracehttp.WithHeaders(c.Headers), otlptracehttp.WithHTTPClient(over),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: false}), otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	if err != nil {
		return c.Client.Explain(ctx, http.MethodPost, address, 0, err)
	}
	defer exporter.Shutdown(ctx) //nolint:errcheck // it was flushed, or failed, before
	if err := exporter.ExportSpans(ctx, c.spans(r)); err != nil {
		return c.Client.Explain(ctx, http.MethodPost, address, *status, err)
	}
	return nil
}

func (c *Collector) sendMetrics(ctx context.Context, r Run) error {
	address, err := c.address("metrics")
	if err != nil {
		return err
	}
	over, status := c.http()
	exporter, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(address), otlpmetrichttp.WithHeaders(c.Headers), otlpmetrichttp.WithHTTPClient(over),
		otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{Enabled: false}), otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression))
	if err != nil {
		return c.Client.Explain(ctx, http.MethodPost, address, 0, err)
	}
	defer exporter.Shutdown(ctx) //nolint:errcheck // as above
	if err := exporter.Export(ctx, c.metrics(r)); err != nil {
		return c.Client.Explain(ctx, http.MethodPost, address, *status, err)
	}
	return nil
}

// http returns the client as the exporters know it, and where it leaves the
// status of the last answer: what the exporters say of one quotes the server.
func (c *Collector) http() (*http.Client, *int) {
	status := new(int)
	client := c.Client.HTTP()
	next := client.Transport
	client.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			*status = resp.StatusCode
		}
		return resp, err
	})
	return client, status
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
