package httpclient_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/httpclient"
)

// world is a client's outside whose clock goes on only when it sleeps.
type world struct {
	now   time.Time
	slept []time.Duration
}

func (w *world) outside() httpclient.Outside {
	w.now = time.Date(2026, 5, 1, 2, 0, 0, 0, time.UTC)
	return httpclient.Outside{
		Now: func() time.Time { return w.now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.slept = append(w.slept, d)
			w.now = w.now.Add(d)
			return ctx.Err()
		},
		Jitter: func(limit time.Duration) time.Duration { return limit - 1 },
	}
}

// answers is a server that answers with one status after the other, the last for
// good, and counts requests.
type answers struct {
	statuses []int
	header   http.Header
	seen     int
	bodies   []string
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.bodies = append(a.bodies, string(body))
	status := a.statuses[min(a.seen, len(a.statuses)-1)]
	a.seen++
	for k, v := range a.header {
		w.Header()[k] = v
	}
	w.WriteHeader(status)
	fmt.Fprint(w, "Jan Janssens said no")
}

func TestRetry(t *testing.T) {
	const cap = 5 * time.Second
	for _, test := range []struct {
		name     string
		method   string
		declared bool
		statuses []int
		header   http.Header
		sent     int
		slept    []time.Duration
		code     string
		kind     connectors.Kind
	}{
		{name: "at once", method: "GET", statuses: []int{200}, sent: 1},
		{name: "after two", method: "GET", statuses: []int{503, 502, 200}, sent: 3, slept: []time.Duration{500*time.Millisecond - 1, time.Second - 1}},
		{name: "never", method: "PUT", statuses: []int{500}, sent: 4, code: "unavailable", kind: connectors.KindTransient,
			slept: []time.Duration{500*time.Millisecond - 1, time.Second - 1, 2*time.Second - 1}},
		{name: "a post", method: "POST", statuses: []int{503, 200}, sent: 1, code: "unavailable", kind: connectors.KindTransient},
		{name: "a post that is declared", method: "POST", declared: true, statuses: []int{503, 200}, sent: 2, slept: []time.Duration{500*time.Millisecond - 1}},
		{name: "not implemented", method: "GET", statuses: []int{501, 200}, sent: 1, code: "unavailable", kind: connectors.KindTransient},
		{name: "a bad credential", method: "GET", statuses: []int{401, 200}, sent: 1, code: "credential", kind: connectors.KindEnvironment},
		{name: "not there", method: "GET", statuses: []int{404}, sent: 1, code: "not_found", kind: connectors.KindConfig},
		{name: "a bad request", method: "GET", statuses: []int{422}, sent: 1, code: "refused", kind: connectors.KindConfig},
		{name: "told when", method: "GET", statuses: []int{429, 200}, header: http.Header{"Retry-After": {"3"}}, sent: 2, slept: []time.Duration{3 * time.Second}},
		{name: "told at which instant", method: "GET", statuses: []int{503, 200}, header: http.Header{"Retry-After": {"Fri, 01 May 2026 02:00:04 GMT"}}, sent: 2, slept: []time.Duration{4 * time.Second}},
		{name: "told to come too late", method: "GET", statuses: []int{429, 200}, header: http.Header{"Retry-After": {"6"}}, sent: 1, code: "rate_limited", kind: connectors.KindTransient},
		{name: "told to come in an age", method: "GET", statuses: []int{429, 200}, header: http.Header{"Retry-After": {"99999999999999999999"}}, sent: 1, code: "rate_limited", kind: connectors.KindTransient},
		{name: "told nonsense", method: "GET", statuses: []int{429, 200}, header: http.Header{"Retry-After": {"soon"}}, sent: 2, slept: []time.Duration{500*time.Millisecond - 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := &answers{statuses: test.statuses, header: test.header}
			server := httptest.NewServer(a)
			defer server.Close()
			w := &world{}
			c := httpclient.New(httpclient.Options{MaxWait: cap, Outside: w.outside()})
			defer c.Close()
			ctx := t.Context()
			if test.declared {
				ctx = httpclient.Repeatable(ctx)
			}
			_, err := c.Do(c.R(ctx).SetBody("the same each time"), test.method, server.URL+"/things?key=geheim")
			if code := connectors.CodeOf(err); code != test.code || connectors.KindOf(err) != test.kind || (err == nil) != (test.code == "") {
				t.Errorf("error %v, code %q, kind %d", err, code, connectors.KindOf(err))
			}
			if a.seen != test.sent || fmt.Sprint(w.slept) != fmt.Sprint(test.slept) {
				t.Errorf("sent %d times, slept %v; want %d, %v", a.seen, w.slept, test.sent, test.slept)
			}
			if test.method != "GET" && strings.Join(a.bodies, "|") != strings.TrimSuffix(strings.Repeat("the same each time|", test.sent), "|") {
				t.Errorf("bodies: %q", a.bodies)
			}
			if err != nil && (strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "Janssens") || !strings.Contains(err.Error(), server.URL+"/things")) {
				t.Errorf("the error says %v", err)
			}
		})
	}
}

// TestJitter: waits are spread over the whole of what the exponent allows.
func TestJitter(t *testing.T) {
	server := httptest.NewServer(&answers{statuses: []int{500}})
	defer server.Close()
	var limits []time.Duration
	c := httpclient.New(httpclient.Options{Attempts: 8, MaxWait: 4 * time.Second, Outside: httpclient.Outside{
		Sleep:  func(context.Context, time.Duration) error { return nil },
		Jitter: func(limit time.Duration) time.Duration { limits = append(limits, limit); return 0 }}})
	defer c.Close()
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL); err == nil {
		t.Fatal("no error")
	}
	if got := fmt.Sprint(limits); got != "[500ms 1s 2s 4s 4s 4s 4s]" {
		t.Errorf("limits of the waits: %s", got)
	}
}

// TestStopped: a caller who gives up is not kept.
func TestStopped(t *testing.T) {
	a := &answers{statuses: []int{500}}
	server := httptest.NewServer(a)
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	c := httpclient.New(httpclient.Options{Outside: httpclient.Outside{Sleep: func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }}})
	defer c.Close()
	_, err := c.Do(c.R(ctx), "GET", server.URL)
	if !errors.Is(err, context.Canceled) || a.seen != 1 {
		t.Errorf("%v after %d attempts", err, a.seen)
	}
}

func TestBodyLimit(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip") // what counts is how much it unpacks to
		z := gzip.NewWriter(w)
		_, _ = z.Write(bytes.Repeat([]byte("0"), 1<<20))
		_ = z.Close()
	}))
	defer server.Close()
	for limit, code := range map[int]string{1 << 20: "", 1<<20 - 1: "too_large"} {
		c := httpclient.New(httpclient.Options{MaxBody: limit})
		_, err := c.Do(c.R(t.Context()), "GET", server.URL)
		if connectors.CodeOf(err) != code {
			t.Errorf("limit %d: %v", limit, err)
		}
		c.Close()
	}
}

// TestUnreachable: what an error says of a URL, and of those who answer no
// request at all.
func TestUnreachable(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	mute := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		fmt.Fprint(conn, "geheim geheim geheim\r\n\r\n")
		conn.Close()
	}))
	defer mute.Close()
	for code, address := range map[string]string{
		"unreachable": strings.Replace(closed.URL, "http://", "http://jan:geheim@", 1) + "/geheim?geheim=geheim",
		"broken_off":  mute.URL + "/geheim",
	} {
		w := &world{}
		c := httpclient.New(httpclient.Options{SecretPath: true, Outside: w.outside()})
		_, err := c.Do(c.R(t.Context()), "GET", address)
		if connectors.CodeOf(err) != code || connectors.KindOf(err) != connectors.KindTransient || strings.Contains(fmt.Sprint(err), "geheim") || strings.Contains(fmt.Sprint(err), "jan") {
			t.Errorf("%s: %v", code, err)
		}
		if len(w.slept) != 3 {
			t.Errorf("%s: slept %v", code, w.slept)
		}
		c.Close()
	}
}

// TestTLS: a certificate that nobody vouches for is refused, and nothing is tried
// again; one that is trusted is not.
func TestTLS(t *testing.T) {
	a := &answers{statuses: []int{200}}
	server := httptest.NewUnstartedServer(a)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	w := &world{}
	c := httpclient.New(httpclient.Options{Outside: w.outside()})
	defer c.Close()
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL); connectors.CodeOf(err) != "tls" || len(w.slept) > 0 {
		t.Errorf("%v after %v", err, w.slept)
	}
	if err := c.Reach(t.Context(), server.URL); connectors.CodeOf(err) != "tls" {
		t.Errorf("reach: %v", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	trusting := httpclient.New(httpclient.Options{TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})
	defer trusting.Close()
	if _, err := trusting.Do(trusting.R(t.Context()), "GET", server.URL); err != nil {
		t.Error(err)
	}
	sent := a.seen
	if err := trusting.Reach(t.Context(), server.URL); err != nil || a.seen != sent {
		t.Errorf("reach: %v; it sent %d requests", err, a.seen-sent)
	}
}

// TestRedirect: never from https to http, and not for ever.
func TestRedirect(t *testing.T) {
	plain := httptest.NewServer(&answers{statuses: []int{200}})
	defer plain.Close()
	server := httptest.NewTLSServer(http.RedirectHandler(plain.URL+"/geheim", http.StatusFound))
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := httpclient.New(httpclient.Options{TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})
	defer c.Close()
	if _, err := c.Do(c.R(t.Context()), "GET", server.URL); connectors.CodeOf(err) != "redirected" || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%v", err)
	}
}

// TestProxy: the environment that is passed in says where requests go.
func TestProxy(t *testing.T) {
	a := &answers{statuses: []int{200}}
	via := httptest.NewServer(a)
	defer via.Close()
	getenv := func(name string) (string, bool) {
		v, ok := map[string]string{"http_proxy": via.URL}[name]
		return v, ok
	}
	c := httpclient.New(httpclient.Options{Outside: httpclient.Outside{Getenv: getenv}})
	defer c.Close()
	if _, err := c.Do(c.R(t.Context()), "GET", "http://nowhere.invalid/"); err != nil || a.seen != 1 {
		t.Errorf("%v; the proxy saw %d requests", err, a.seen)
	}
	if err := c.Reach(t.Context(), "http://nowhere.invalid/"); err != nil {
		t.Error(err)
	}
	if err := c.Reach(t.Context(), "nowhere"); connectors.CodeOf(err) != "bad_url" {
		t.Error(err)
	}
}
