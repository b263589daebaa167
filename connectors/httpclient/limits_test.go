package httpclient_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"clientele/connectors"
	"clientele/connectors/httpclient"
)

// TestBudget: all requests of a client share what it may send again.
func TestBudget(t *testing.T) {
	a := &answers{statuses: []int{500, 200, 500, 500, 200}}
	server := httptest.NewServer(a)
	defer server.Close()
	w := &world{}
	c := httpclient.New(httpclient.Options{Retries: 2, Outside: w.outside()})
	defer c.Close()
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL); err != nil || a.seen != 2 {
		t.Errorf("%v after %d attempts", err, a.seen)
	}
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL); connectors.CodeOf(err) != "unavailable" || a.seen != 4 {
		t.Errorf("%v after %d attempts in all", err, a.seen)
	}
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL); err != nil {
		t.Errorf("a first attempt is none of the budget: %v", err)
	}
}

// TestAdmit: each attempt is asked for, and what refuses one is what is told.
func TestAdmit(t *testing.T) {
	a := &answers{statuses: []int{200, 500, 500, 500}}
	server := httptest.NewServer(a)
	defer server.Close()
	w, left := &world{}, 3
	c := httpclient.New(httpclient.Options{Outside: w.outside(), Admit: func() error {
		if left--; left < 0 {
			return connectors.Errorf(connectors.KindConfig, "no_budget", "", "used up")
		}
		return nil
	}})
	defer c.Close()
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL); err != nil {
		t.Error(err)
	}
	for range 2 {
		if _, err := c.Do(c.R(t.Context()), "GET", server.URL); connectors.CodeOf(err) != "no_budget" || a.seen != 3 {
			t.Errorf("%v after %d attempts", err, a.seen)
		}
	}
}

// TestRate: requests to one host keep their distance, further attempts too;
// another host has a rate of its own.
func TestRate(t *testing.T) {
	one := httptest.NewServer(&answers{statuses: []int{200, 200, 500, 200}})
	defer one.Close()
	other := httptest.NewServer(&answers{statuses: []int{200}})
	defer other.Close()
	w := &world{}
	outside := w.outside()
	outside.Jitter = func(time.Duration) time.Duration { return 0 }
	c := httpclient.New(httpclient.Options{Rate: 4, Outside: outside})
	defer c.Close()
	for _, address := range []string{one.URL, one.URL, other.URL, one.URL} {
		if _, err := c.Do(c.R(t.Context()), "GET", address); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(w.slept); got != "[250ms 250ms 0s 250ms]" { // the third is the wait between attempts
		t.Errorf("slept %s", got)
	}
}

// TestBreaker: a host that fails time and again is left alone, and tried by one
// request when it had its rest.
func TestBreaker(t *testing.T) {
	a := &answers{statuses: []int{503, 503, 503, 503, 503, 503, 200}}
	server := httptest.NewServer(a)
	defer server.Close()
	w := &world{}
	c := httpclient.New(httpclient.Options{Attempts: 1, Outside: w.outside()})
	defer c.Close()
	ask := func() string {
		_, err := c.Do(c.R(t.Context()), "GET", server.URL+"/geheim?geheim")
		return connectors.CodeOf(err)
	}
	for range 5 {
		if code := ask(); code != "unavailable" {
			t.Fatalf("code %q", code)
		}
	}
	if code := ask(); code != "circuit_open" || a.seen != 5 {
		t.Errorf("code %q after %d requests", code, a.seen)
	}
	w.now = w.now.Add(time.Minute)
	if code := ask(); code != "unavailable" || a.seen != 6 {
		t.Errorf("the one that tries: code %q after %d requests", code, a.seen)
	}
	if code := ask(); code != "circuit_open" || a.seen != 6 {
		t.Errorf("behind it: code %q after %d requests", code, a.seen)
	}
	w.now = w.now.Add(time.Minute)
	for range 2 {
		if code := ask(); code != "" {
			t.Errorf("of a host that is back: code %q", code)
		}
	}
}

// TestSharedHosts: clients that share what they know of hosts, as the sources of a
// run do, share rate, retries and rest of each.
func TestSharedHosts(t *testing.T) {
	a := &answers{statuses: []int{200, 200, 500, 500, 500, 500, 500, 500, 500}}
	server := httptest.NewServer(a)
	defer server.Close()
	w := &world{}
	outside := w.outside()
	outside.Jitter = func(time.Duration) time.Duration { return 0 }
	outside.Hosts = &connectors.Hosts{}
	var clients [2]*httpclient.Client
	for i := range clients {
		clients[i] = httpclient.New(httpclient.Options{Rate: 4, Retries: 2, Outside: outside})
		defer clients[i].Close()
	}
	var codes []string
	for i := range 8 {
		_, err := clients[i%2].Do(clients[i%2].R(t.Context()), "GET", server.URL)
		codes = append(codes, connectors.CodeOf(err))
	}
	// The third request is sent three times, and nobody has a retry left.
	want := " unavailable unavailable unavailable unavailable unavailable circuit_open"
	if got := strings.Join(codes[1:], " "); got != want || a.seen != 9 {
		t.Errorf("%q after %d requests, want %q after 9", got, a.seen, want)
	}
	if len(w.slept) == 0 || w.slept[0] != 250*time.Millisecond {
		t.Errorf("slept %v: the second client does not keep the rate", w.slept)
	}
}

// TestSameHost: what a request carries stays with the host that it was meant for.
func TestSameHost(t *testing.T) {
	elsewhere := &answers{statuses: []int{200}}
	other := httptest.NewServer(elsewhere)
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			http.Redirect(w, r, "/there", http.StatusFound)
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		}
	}))
	defer server.Close()
	w := &world{}
	c := httpclient.New(httpclient.Options{SameHost: true, Outside: w.outside()})
	defer c.Close()
	if _, err := c.Do(c.R(t.Context()).SetHeader("X-Key", "geheim"), "GET", server.URL); err != nil {
		t.Error(err)
	}
	_, err := c.Do(c.R(t.Context()).SetHeader("X-Key", "geheim"), "GET", server.URL+"/away")
	if connectors.CodeOf(err) != "redirected" || elsewhere.seen > 0 || len(w.slept) > 0 {
		t.Errorf("%v; the other host saw %d requests, %v waited", err, elsewhere.seen, w.slept)
	}
}

// TestBrokenBody: an answer whose body breaks off is asked for again, and one
// that lies about its length is no answer.
func TestBrokenBody(t *testing.T) {
	seen := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen++; seen == 1 || r.URL.Path == "/always" {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "half")
			return
		}
		fmt.Fprint(w, "whole")
	}))
	defer server.Close()
	w := &world{}
	c := httpclient.New(httpclient.Options{Outside: w.outside()})
	defer c.Close()
	resp, err := c.Do(c.R(t.Context()), "GET", server.URL)
	if err != nil || resp.String() != "whole" || seen != 2 {
		t.Errorf("%v after %d attempts", err, seen)
	}
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL+"/always"); connectors.CodeOf(err) != "broken_off" || seen != 6 {
		t.Errorf("%v after %d attempts", err, seen)
	}
}

// TestAnswer: of what a server says of a failure, its name for it is told and
// the rest is kept without what is private.
func TestAnswer(t *testing.T) {
	for _, test := range []struct{ body, word, kept string }{
		{`{"code":"woocommerce_rest_cannot_view","message":"Sorry"}`, "woocommerce_rest_cannot_view", `{"code":"woocommerce_rest_cannot_view","message":"Sorry"}`},
		{`{"error":{"code":"RATE_LIMIT","message":"jan@janssens.example"}}`, "RATE_LIMIT", `{"error":{"code":"RATE_LIMIT","message":"(redacted)"}}`},
		{`{"errors":[{"code":"bad-input"}]}`, "bad-input", `{"errors":[{"code":"bad-input"}]}`},
		{`{"error":"Jan"}`, "", `{"error":"Jan"}`},
		{`{"code":"Jan Janssens"}`, "", `{"code":"Jan Janssens"}`},
		{"call +32 475 12 34 56, key abcdefghij0123456789", "", "call +(redacted), key (redacted)"},
		{"", "", ""},
		{strings.Repeat("no. ", 2000), "", strings.Repeat("no. ", 512)},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, test.body)
		}))
		c := httpclient.New(httpclient.Options{})
		_, err := c.Do(c.R(t.Context()), "GET", server.URL)
		var a *httpclient.Answer
		if !errors.As(err, &a) || a.Word != test.word || a.Body != test.kept || a.Status != 400 {
			t.Errorf("%q: %+v of %v", test.body, a, err)
		}
		if want := "status 400 Bad Request"; !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Jan") || !strings.Contains(err.Error(), test.word) {
			t.Errorf("the error says %v", err)
		}
		c.Close()
		server.Close()
	}
}

// TestTraces: a request is one span, whatever its attempts, and tells nothing of
// the URL but its host.
func TestTraces(t *testing.T) {
	server := httptest.NewServer(&answers{statuses: []int{503, 200, 404}})
	defer server.Close()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	w := &world{}
	c := httpclient.New(httpclient.Options{Traces: provider, Outside: w.outside()})
	defer c.Close()
	for range 2 {
		_, _ = c.Do(c.R(t.Context()), "GET", server.URL+"/geheim?geheim")
	}
	ended := spans.Ended()
	if len(ended) != 2 {
		t.Fatalf("%d spans", len(ended))
	}
	for i, want := range []map[attribute.Key]string{
		{"http.request.method": "GET", "server.address": "127.0.0.1", "http.request.resend_count": "1", "http.response.status_code": "200"},
		{"http.request.method": "GET", "server.address": "127.0.0.1", "http.response.status_code": "404"},
	} {
		got := map[attribute.Key]string{}
		for _, a := range ended[i].Attributes() {
			got[a.Key] = a.Value.String()
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("span %d: %v, want %v", i, got, want)
		}
		if strings.Contains(fmt.Sprint(ended[i].Name(), ended[i].Status(), got), "geheim") {
			t.Errorf("span %d tells the URL", i)
		}
	}
}
