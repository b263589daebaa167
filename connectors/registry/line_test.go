package registry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// TestPace: calls keep their distance, whoever makes them.
func TestPace(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "{}") }))
	defer server.Close()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var slept []time.Duration
	line := registry.NewLine("test", 4, registry.World{Outside: connectors.Outside{
		Now: func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			slept = append(slept, d)
			now = now.Add(d)
			return ctx.Err()
		},
	}})
	defer line.Close()
	for range 3 {
		if _, err := line.Ask(t.Context(), registry.Request{URL: server.URL}); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Minute) // long enough
	if _, err := line.Ask(t.Context(), registry.Request{URL: server.URL}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(slept); got != "[250ms 250ms]" || line.Count() != 4 {
		t.Errorf("slept %s in %d calls", got, line.Count())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := line.Ask(ctx, registry.Request{URL: server.URL}); !errors.Is(err, context.Canceled) {
		t.Errorf("who has given up is asked on: %v", err)
	}
}

// TestAskSaysNothingOfTheFirm: errors name the host, and neither path nor query.
func TestAskSaysNothingOfTheFirm(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "geheim")
	}))
	defer server.Close()
	line := registry.NewLine("test", 0, registry.World{Outside: connectors.Outside{Now: time.Now}})
	defer line.Close()
	a, err := line.Ask(t.Context(), registry.Request{URL: server.URL + "/geheim", Query: map[string]string{"naam": "geheim"}})
	if connectors.CodeOf(err) != "credential" || strings.Contains(err.Error(), "geheim") || a.Status != http.StatusForbidden || string(a.Body) != "geheim" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestAccess(t *testing.T) {
	for text, want := range map[string]string{
		"url: https://host/api/\nkey: k":  "https://host/api",
		"url: http://127.0.0.1:80":        "http://127.0.0.1:80",
		"url: http://localhost:80":        "http://localhost:80",
		"key: k":                          "https://default",
		"url: http://host/api":            "",
		"url: ftp://127.0.0.1":            "",
		"url: https://an:wachtwoord@host": "",
		"url: https://host?key=k":         "",
		"url: host":                       "",
		"rate: 0":                         "",
	} {
		var a registry.Access
		s := option.New("test", "")
		a.Spec(s, "https://default", 1, "30d", registry.Card{Name: "test", NeedsKey: true, KeyFrom: "somewhere"})
		doc, findings := option.Open("test.yaml", []byte(text), nil)
		if doc != nil {
			findings = append(findings, doc.Parse(s)...)
		}
		if failed := len(findings.Errors()) > 0; failed != (want == "") || !failed && a.URL != want {
			t.Errorf("%q: %+v, %v; want %q", text, a, findings, want)
		}
	}
	for key, want := range map[string]bool{"k": true, "": false, "${KVK_KEY}": false} {
		if a := (registry.Access{Key: key}); a.HasKey() != want {
			t.Errorf("%q", key)
		}
	}
}
