// Package registrytest is the conformance suite of registers, and what their
// tests have in common.
package registrytest

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/registry"
)

// Sample reads a real answer of a register from the folder that
// CLIENTELE_REGISTRIES names, or from where samples lie beside the project; the
// test is skipped where they are not.
func Sample(t testing.TB, path string) []byte {
	t.Helper()
	dir := os.Getenv("CLIENTELE_REGISTRIES")
	if dir == "" {
		dir = "../../../shared/data/registries"
	}
	body, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Skipf("CLIENTELE_REGISTRIES names no folder with samples of registers: %v", err)
	}
	return body
}

// Asked is when the answers of tests were given.
var Asked = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

// Answer is an answer of status 200.
func Answer(call, about string, body []byte) registry.Answer {
	return registry.Answer{Call: call, About: about, Status: http.StatusOK, AskedAt: Asked, Body: body}
}

// One reads answers as the record of one firm.
func One(t testing.TB, c registry.Caller, answers ...registry.Answer) registry.Record {
	t.Helper()
	records, err := c.Parse(answers)
	if err != nil || len(records) != 1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	return records[0]
}

// Server starts a register that answers by handle, and returns its URL with a
// line to it on which waiting takes no time. What was waited is in Slept.
func Server(t testing.TB, name string, handle http.HandlerFunc) (url string, line *registry.Line, slept *[]time.Duration) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	now := Asked
	slept = &[]time.Duration{}
	line = registry.NewLine(name, 0, registry.World{Version: "test", Outside: connectors.Outside{
		Now: func() time.Time { return now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			*slept = append(*slept, d)
			now = now.Add(d)
			return ctx.Err()
		},
		Jitter: func(limit time.Duration) time.Duration { return limit - 1 },
	}})
	t.Cleanup(line.Close)
	return server.URL, line, slept
}

// Caller holds a register to what all have in common: its card is filled in,
// Parse depends on the bytes alone, and what is cut off, markup or empty is an
// error that says to try again, or no firm, and never a panic.
func Caller(t *testing.T, c registry.Caller, answers []registry.Answer) {
	t.Helper()
	Card(t, c)
	first, err := c.Parse(answers)
	if err != nil || len(first) == 0 {
		t.Fatalf("%d records, %v", len(first), err)
	}
	again, err := c.Parse(answers)
	if diff := cmp.Diff(first, again); diff != "" || err != nil {
		t.Errorf("read twice it differs (%v):\n%s", err, diff)
	}
	for i, a := range answers {
		for n := 0; n < len(a.Body); n += 1 + len(a.Body)/200 {
			Broken(t, c, slices.Replace(slices.Clone(answers), i, i+1, with(a, a.Body[:n])))
		}
		Broken(t, c, slices.Replace(slices.Clone(answers), i, i+1, with(a, []byte("<html><body>Service overloaded</body></html>"))))
	}
}

func with(a registry.Answer, body []byte) registry.Answer {
	a.Body = body
	return a
}

// Broken parses answers of which one is damaged.
func Broken(t testing.TB, c registry.Caller, answers []registry.Answer) {
	t.Helper()
	records, err := c.Parse(answers)
	if err == nil {
		t.Errorf("an answer that is damaged gives %d records and no error", len(records))
	} else if connectors.KindOf(err) != connectors.KindTransient || connectors.CodeOf(err) != "bad_answer" {
		t.Errorf("an answer that is damaged gives %v", err)
	}
}

// Card holds a register's card to what manuals are made from.
func Card(t *testing.T, p registry.Provider) {
	t.Helper()
	c := p.Card()
	if c.Name == "" || c.Title == "" || len(c.AskedBy) == 0 || c.Licence.Name == "" || c.Licence.URL == "" || c.Fresh == "" || len(c.Gives) == 0 || len(c.Lacks) == 0 || c.NeedsKey != (c.KeyFrom != "") {
		t.Errorf("the card of %q lacks something: %+v", c.Name, c)
	}
}

// Records collects what a bulk register reads.
func Records(r registry.Bulk, text []byte, wanted registry.Wanted) (out []registry.Record, err error) {
	for x, err := range r.Records(bytes.NewReader(text), wanted) {
		if err != nil {
			return out, err
		}
		out = append(out, x)
	}
	return out, nil
}

// All wants every firm.
func All(registry.Key, string) bool { return true }
