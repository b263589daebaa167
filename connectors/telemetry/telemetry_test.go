package telemetry_test

import (
	"compress/gzip"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	"google.golang.org/protobuf/proto"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/telemetry"
)

// collector is an OTLP collector that keeps what it gets, and first refuses as
// often as it is told.
type collector struct {
	t       *testing.T
	status  int
	traces  []*tracepb.ExportTraceServiceRequest
	metrics []*metricspb.ExportMetricsServiceRequest
	keys    []string
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.status != 0 {
		w.WriteHeader(c.status)
		fmt.Fprint(w, "geheim")
		return
	}
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			c.t.Error(err)
			return
		}
		body = z
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		c.t.Error(err)
	}
	c.keys = append(c.keys, r.Header.Get("X-Key"))
	switch r.URL.Path {
	case "/otlp/v1/traces":
		m := &tracepb.ExportTraceServiceRequest{}
		err = proto.Unmarshal(raw, m)
		c.traces = append(c.traces, m)
	case "/otlp/v1/metrics":
		m := &metricspb.ExportMetricsServiceRequest{}
		err = proto.Unmarshal(raw, m)
		c.metrics = append(c.metrics, m)
	default:
		c.t.Errorf("%s %s", r.Method, r.URL)
	}
	if err != nil {
		c.t.Error(err)
	}
}

var start = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

func run() telemetry.Run {
	return telemetry.Run{ID: "2026-11-21.1", Attempt: 2, Project: "Shop", Night: "2026-11-21", Status: "partly", Published: true, Host: "here",
		Start: start, End: start.Add(10 * time.Second), ErrorCode: "guard", Error: "too few rows", Customers: 7,
		Steps: []telemetry.Step{{Name: "extract", Start: start, Took: 2 * time.Second, Rows: 12}, {Name: "publish", Start: start.Add(4 * time.Second), Took: time.Second, Failed: true}},
		Sources: []telemetry.Source{
			{Name: "orders", Age: 48 * time.Hour, Steps: []telemetry.Step{{Name: "extract", Start: start, Took: time.Second, Rows: 12}},
				Tables: []telemetry.Table{{Name: "orders", Read: 12, Conformed: 9, Filtered: 2, Quarantined: 1}}},
			{Name: "forms", Held: "no_file", Age: -1},
		}}
}

func send(t *testing.T, c *collector, r telemetry.Run) error {
	t.Helper()
	server := httptest.NewServer(c)
	defer server.Close()
	client := httpclient.New(httpclient.Options{Outside: httpclient.Outside{Sleep: func(context.Context, time.Duration) error { c.status = 0; return nil }}})
	defer client.Close()
	to := &telemetry.Collector{Client: client, Endpoint: server.URL + "/otlp/", Headers: map[string]string{"X-Key": "geheim"}, Service: "clientele", Version: "v1"}
	return to.Send(t.Context(), r)
}

func attributes(list []*commonpb.KeyValue) string {
	var out []string
	for _, kv := range list {
		v := kv.Value.GetStringValue()
		if v == "" {
			v = fmt.Sprint(kv.Value.GetIntValue())
		}
		out = append(out, kv.Key+"="+v)
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

func TestSend(t *testing.T) {
	c := &collector{t: t}
	if err := send(t, c, run()); err != nil {
		t.Fatal(err)
	}
	if len(c.traces) != 1 || len(c.metrics) != 1 || strings.Join(c.keys, " ") != "geheim geheim" {
		t.Fatalf("%d traces, %d metrics, keys %v", len(c.traces), len(c.metrics), c.keys)
	}
	resource := c.traces[0].ResourceSpans[0]
	if got := attributes(resource.Resource.Attributes); !strings.Contains(got, "service.name=clientele") || !strings.Contains(got, "service.version=v1") {
		t.Errorf("resource %s", got)
	}
	names := map[string]string{}
	for _, s := range resource.ScopeSpans[0].Spans {
		names[string(s.SpanId)] = s.Name
	}
	var spans []string
	for _, s := range resource.ScopeSpans[0].Spans {
		spans = append(spans, fmt.Sprintf("%s in %q %.0f-%.0f %s %s", s.Name, names[string(s.ParentSpanId)], float64(s.StartTimeUnixNano-uint64(start.UnixNano()))/1e9,
			float64(s.EndTimeUnixNano-uint64(start.UnixNano()))/1e9, s.Status.GetCode(), attributes(s.Attributes)))
	}
	sort.Strings(spans)
	want := []string{
		`extract in "extract" 0-1 STATUS_CODE_UNSET clientele.held=0 clientele.rows=12 clientele.source=orders`,
		`extract in "run" 0-2 STATUS_CODE_UNSET clientele.rows=12`,
		`publish in "run" 4-5 STATUS_CODE_ERROR clientele.rows=0`,
		`run in "" 0-10 STATUS_CODE_ERROR clientele.attempt=2 clientele.customers=7 clientele.night=2026-11-21 clientele.project=Shop clientele.run=2026-11-21.1 clientele.status=partly error.type=guard`,
	}
	if diff := cmp.Diff(want, spans); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	var points []string
	for _, m := range c.metrics[0].ResourceMetrics[0].ScopeMetrics[0].Metrics {
		for _, p := range m.GetGauge().GetDataPoints() {
			points = append(points, strings.TrimSpace(fmt.Sprintf("%s %g%d %s", m.Name, p.GetAsDouble(), p.GetAsInt(), strings.TrimPrefix(attributes(p.Attributes), "clientele.project=Shop"))))
		}
	}
	wantPoints := []string{
		"clientele.run.duration 100  status=partly", "clientele.run.published 01  status=partly", fmt.Sprintf("clientele.run.ended 0%d  status=partly", start.Unix()+10),
		"clientele.customers 07", "clientele.step.duration 20  step=extract", "clientele.step.duration 10  step=publish",
		"clientele.source.held 00  source=orders", "clientele.source.held 01  source=forms", "clientele.source.age 1728000  source=orders",
		"clientele.rows 012  outcome=read source=orders table=orders", "clientele.rows 09  outcome=conformed source=orders table=orders",
		"clientele.rows 02  outcome=filtered source=orders table=orders", "clientele.rows 01  outcome=quarantined source=orders table=orders",
	}
	if diff := cmp.Diff(wantPoints, points); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}

// TestSameTrace: a run is the same trace whenever it is sent, an attempt another.
func TestSameTrace(t *testing.T) {
	id := func(r telemetry.Run) string {
		c := &collector{t: t}
		if err := send(t, c, r); err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(c.traces[0].ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId)
	}
	other := run()
	other.Attempt = 3
	if a, b, c := id(run()), id(run()), id(other); a != b || a == c {
		t.Errorf("%s %s %s", a, b, c)
	}
}

func TestFailure(t *testing.T) {
	c := &collector{t: t, status: http.StatusServiceUnavailable}
	if err := send(t, c, run()); err != nil || len(c.traces) != 1 {
		t.Errorf("a collector that is back soon: %v", err)
	}
	c = &collector{t: t, status: http.StatusUnauthorized}
	if err := send(t, c, run()); connectors.CodeOf(err) != "credential" || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%v", err)
	}
	closed := httptest.NewServer(nil)
	closed.Close()
	client := httpclient.New(httpclient.Options{Attempts: 1})
	defer client.Close()
	for endpoint, code := range map[string]string{closed.URL: "unreachable", "nowhere": "bad_url"} {
		to := &telemetry.Collector{Client: client, Endpoint: endpoint, Service: "clientele"}
		if err := to.Send(t.Context(), run()); connectors.CodeOf(err) != code {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}

func TestFromEnvironment(t *testing.T) {
	vars := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b, x=y"}
	getenv := func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	var c telemetry.Collector
	if !c.FromEnvironment(getenv) || c.Endpoint != "http://localhost:4318" || c.Headers["api-key"] != "a b" || c.Headers["x"] != "y" {
		t.Errorf("%+v", c)
	}
	named := telemetry.Collector{Endpoint: "http://elsewhere"}
	if !named.FromEnvironment(getenv) || named.Endpoint != "http://elsewhere" || named.Headers != nil {
		t.Errorf("%+v", named)
	}
	vars["OTEL_SDK_DISABLED"] = "true"
	if c.FromEnvironment(getenv) || (&telemetry.Collector{}).FromEnvironment(nil) {
		t.Error("there is a collector")
	}
}
