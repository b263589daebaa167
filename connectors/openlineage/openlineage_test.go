package openlineage_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/openlineage"
)

var at = time.Date(2026, 11, 21, 3, 0, 1, 250e6, time.UTC)

// valid reports what is wrong with an event.
func valid(t *testing.T, event []byte) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile("testdata/event.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(event)))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(v)
}

func event(typ string) openlineage.Event {
	e := openlineage.Event{Type: typ, At: at, RunID: openlineage.RunID("Shop", "2026-11-21.1", "1"), Job: "shop.night", Night: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)}
	if typ == openlineage.Start {
		return e
	}
	e.Inputs = []openlineage.Dataset{{Namespace: "file", Name: "/in/orders.csv", Rows: 12}, {Namespace: "file", Name: "/in/forms.csv", Rows: -1}}
	if typ == openlineage.Complete {
		e.Outputs = []openlineage.Dataset{{Namespace: "duckdb:///out/published.duckdb", Name: "customers", Doc: "customers", Rows: 0,
			Fields: []openlineage.Field{{Name: "customer_id", Type: "VARCHAR", Doc: "id"}, {Name: "name", Type: "VARCHAR"}}}}
	} else {
		e.Error = "checks failed"
	}
	return e
}

func TestFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out", "lineage.ndjson")
	e := &openlineage.Emitter{File: file, Namespace: "clientele", Version: "v1"}
	if err := e.Reach(t.Context()); err != nil {
		t.Fatal(err)
	}
	types := []string{openlineage.Start, openlineage.Complete, openlineage.Fail, openlineage.Abort}
	for _, typ := range types {
		if err := e.Emit(t.Context(), event(typ)); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != len(types) {
		t.Fatalf("%d lines", len(lines))
	}
	ids := map[string]bool{}
	for i, line := range lines {
		if err := valid(t, []byte(line)); err != nil {
			t.Errorf("%s: %v", types[i], err)
		}
		var got struct {
			EventType, EventTime string
			Run                  struct{ RunID string }
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if got.EventType != types[i] || got.EventTime != "2026-11-21T03:00:01.250Z" {
			t.Errorf("%+v", got)
		}
		ids[got.Run.RunID] = true
	}
	if len(ids) != 1 {
		t.Errorf("the events of one run have ids %v", ids)
	}

	// The schema would find what is wrong.
	for _, broken := range []string{
		strings.Replace(lines[1], `"eventTime"`, `"time"`, 1), strings.Replace(lines[1], "COMPLETE", "DONE", 1), strings.Replace(lines[1], `"_producer"`, `"producer"`, 1),
		strings.Replace(lines[1], `"rowCount":12`, `"rowCount":"12"`, 1), strings.Replace(lines[1], `"runId":"`, `"runId":"x`, 1), strings.Replace(lines[2], `"message"`, `"text"`, 1),
	} {
		if err := valid(t, []byte(broken)); err == nil {
			t.Errorf("the schema passes %s", broken)
		}
	}

	e.File = filepath.Join(file, "below-a-file")
	if err := e.Emit(t.Context(), event(openlineage.Start)); connectors.CodeOf(err) != "lineage_file" {
		t.Errorf("%v", err)
	}
}

func TestURL(t *testing.T) {
	var bodies [][]byte
	var auth string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies, auth = append(bodies, body), r.Header.Get("Authorization")
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	client := httpclient.New(httpclient.Options{})
	defer client.Close()
	e := &openlineage.Emitter{URL: server.URL + "/api/v1/lineage", Key: "geheim", Client: client, Namespace: "clientele", Version: "v1"}
	if err := e.Emit(t.Context(), event(openlineage.Complete)); err != nil {
		t.Fatal(err)
	}
	if err := e.Reach(t.Context()); err != nil {
		t.Error(err)
	}
	if len(bodies) != 1 || auth != "Bearer geheim" {
		t.Fatalf("%d requests, %q", len(bodies), auth)
	}
	if err := valid(t, bodies[0]); err != nil {
		t.Error(err)
	}
}

func TestRunID(t *testing.T) {
	ids := []string{openlineage.RunID("a", "bc").String(), openlineage.RunID("ab", "c").String(), openlineage.RunID("a", "bc").String()}
	if ids[0] == ids[1] || ids[0] != ids[2] {
		t.Error(ids)
	}
	if diff := cmp.Diff(byte('5'), ids[0][14]); diff != "" {
		t.Errorf("version: %s", diff)
	}
}
