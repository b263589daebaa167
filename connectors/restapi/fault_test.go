package restapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/restapi"
)

// TestFaults: three pages of a server that misbehaves once, or for good, at the
// second. Either every row comes once, or there is one clear error; never longer
// than the budget, and never a word of a secret or of a person.
func TestFaults(t *testing.T) {
	pages := []string{`{"c":1,"r":[{"id":0,"name":"Janssens"}]}`, `{"c":2,"r":[{"id":1,"name":"Janssens"}]}`, `{"r":[{"id":2,"name":"Janssens"}]}`}
	status := func(code int, header ...string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			fmt.Fprint(w, `{"error":"Janssens geheim"}`)
		}
	}
	raw := func(text string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			fmt.Fprint(conn, text)
			conn.Close()
		}
	}
	for _, test := range []struct {
		name  string
		fault func(w http.ResponseWriter)
		// once and always are the code of the error when the server misbehaves
		// once, and always; "" for none.
		once, always string
		slept        time.Duration // at most, where it misbehaves always
	}{
		{"429", status(429), "", "rate_limited", 10 * time.Second},
		{"429 with seconds", status(429, "Retry-After", "20"), "", "rate_limited", 70 * time.Second},
		{"429 with a date", status(429, "Retry-After", "Fri, 01 May 2026 02:01:00 GMT"), "", "rate_limited", 70 * time.Second},
		{"429 with an absurd time", status(429, "Retry-After", "86400"), "rate_limited", "rate_limited", 0},
		{"500", status(500), "", "unavailable", 10 * time.Second},
		{"a reset before the answer", raw(""), "", "broken_off", 10 * time.Second},
		{"a reset within the body", raw("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + pages[1][:9]), "", "broken_off", 10 * time.Second},
		{"a body that ends too early", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n" + pages[1][:9] + "\r\n"), "", "broken_off", 10 * time.Second},
		{"a body that is longer than it says", raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + pages[1]), "malformed", "malformed", 0},
		{"JSON that was cut off", func(w http.ResponseWriter) { fmt.Fprint(w, pages[1][:20]) }, "malformed", "malformed", 0},
		{"a page of HTML", func(w http.ResponseWriter) { fmt.Fprint(w, "<html>Janssens geheim</html>") }, "malformed", "malformed", 0},
		{"an empty answer", func(w http.ResponseWriter) {}, "malformed", "malformed", 0},
		{"a redirect to another host", status(302, "Location", "http://elsewhere.example/?geheim"), "redirected", "redirected", 0},
		{"a credential that is not taken", status(401), "credential", "credential", 0},
		{"not found", status(404), "not_found", "not_found", 0},
		{"a failure with a status of success", func(w http.ResponseWriter) { fmt.Fprint(w, `{"error":{"code":"ACCESS_DENIED","data":"Janssens"}}`) }, "refused", "refused", 0},
		{"a body without end", func(w http.ResponseWriter) {
			block := []byte(`{"r":[` + strings.Repeat(" ", 1<<16))
			for range 1 << 15 { // 2 GiB, unless nobody reads on
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}, "too_large", "too_large", 0},
	} {
		for always, want := range map[bool]string{false: test.once, true: test.always} {
			t.Run(fmt.Sprintf("%s, always %t", test.name, always), func(t *testing.T) {
				failed := false
				server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
					n := 0
					_, _ = fmt.Sscan(r.URL.Query().Get("c"), &n)
					if n == 1 && (always || !failed) {
						failed = true
						test.fault(w)
						return
					}
					fmt.Fprint(w, pages[n])
				})
				w, temp := &world{}, t.TempDir()
				c := configure(t, server.server.URL+"/r", `query: { c: "{next}" }, records: r, failure: error, page_bytes: 1_000_000, pages: { by: cursor, next: c }`, `key: geheim, header: X-Key`)
				s, err := restapi.New(connectors.Project{Temp: temp, Outside: w.outside()}, c)
				if err != nil {
					t.Fatal(err)
				}
				if want == "" {
					_, rows := connectortest.Rows(t, s, connectors.Delivery{Name: "d"})
					if got := fmt.Sprint(rows); got != "[[1 <null> <null> 0 Janssens] [2 <null> <null> 1 Janssens] [3 <null> <null> 2 Janssens]]" {
						t.Errorf("rows %s", got)
					}
				} else {
					err := refused(t, s)
					if connectors.CodeOf(err) != want || connectors.KindOf(err) == 0 {
						t.Errorf("error %v, code %q, want %q", err, connectors.CodeOf(err), want)
					}
					if text := fmt.Sprint(err); strings.Contains(text, "geheim") || strings.Contains(text, "Janssens") || !strings.Contains(text, "/r") {
						t.Errorf("the error says %v", err)
					}
				}
				if always && w.slept > test.slept {
					t.Errorf("waited %v, want at most %v", w.slept, test.slept)
				}
				if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
					t.Errorf("left behind: %v, %v", left, err)
				}
			})
		}
	}
}

// TestSlowDrip: a server that sends a byte now and then is given up after the
// time of an attempt.
func TestSlowDrip(t *testing.T) {
	done := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		fmt.Fprint(w, "[")
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
		case <-done:
		}
	})
	t.Cleanup(func() { close(done) }) // before the server, which waits for its answers
	c := configure(t, server.server.URL+"/r", `timeout: 1, retries: 1`, "")
	if err := refused(t, source(t, &world{}, c)); connectors.CodeOf(err) != "timeout" || len(server.asked) != 2 {
		t.Errorf("%v after %d requests", err, len(server.asked))
	}
}

// TestStopped: who stops a pull gets the error of the context, and no rows.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 2 {
			cancel()
		}
		fmt.Fprintf(w, `{"c":%d,"r":[{"id":%d}]}`, n+1, n)
	})
	temp := t.TempDir()
	s, err := restapi.New(connectors.Project{Temp: temp}, configure(t, server.server.URL+"/r", `query: { c: "{next}" }, records: r, pages: { by: cursor, next: c }`, ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(ctx, connectors.Delivery{Name: "d"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestSample: who wants to see a few records asks for no more pages than hold
// them.
func TestSample(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		fmt.Fprintf(w, `{"c":%d,"r":[{"id":%d},{"id":%d}]}`, n+1, 2*n, 2*n+1)
	})
	s := source(t, &world{}, configure(t, server.server.URL+"/r", `query: { c: "{next}" }, records: r, pages: { by: cursor, next: c }`, ""))
	rows, err := s.Sample(t.Context(), connectors.Delivery{Name: "d"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	batch, err := rows.Next(t.Context())
	if err != nil || batch.NumRows() != 4 || len(server.asked) != 2 {
		t.Fatalf("%v, %v after %d requests", batch, err, len(server.asked))
	}
	batch.Release()
	if _, err := rows.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}
