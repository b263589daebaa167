package watch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/notify"
	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/pipelines/watch"
)

// inbox is a web server that keeps what it is sent, by path.
type inbox struct {
	mu    sync.Mutex
	posts map[string][]string
}

func (b *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, _ = io.ReadAll(z)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.posts[r.URL.Path] = append(b.posts[r.URL.Path], string(body))
	if strings.HasPrefix(r.URL.Path, "/gone") {
		w.WriteHeader(http.StatusNotFound)
	}
}

// paths returns where something was sent, in order.
func (b *inbox) paths() []string {
	var out []string
	for p, posts := range b.posts {
		for range posts {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

var at = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

// observers returns those of a config about the sources orders and forms, and
// what they send.
func observers(t *testing.T, watching string) ([]pipelines.Observer, *inbox, string) {
	t.Helper()
	box := &inbox{posts: map[string][]string{}}
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	text := "version: 1\ncompany: { name: Shop, country: BE, timezone: Europe/Brussels }\n" + strings.ReplaceAll(watching, "HOOK", server.URL) + `
sources:
  orders: { connector: csv, path: orders.csv, owner: an@example.com, tables: { orders: { key: [Nr], map: { order_id: Nr } } } }
  forms: { connector: csv, path: forms.csv, owner: Jan, tables: { parties: { key: [Nr], map: { name: Naam } } } }
`
	c, findings := config.Parse(filepath.Join(dir, "clientele.yaml"), []byte(text), nil)
	if c == nil {
		t.Fatal(findings.Err())
	}
	return watch.Observers(c, watch.World{Host: "here", Version: "v1", Outside: httpclient.Outside{Now: func() time.Time { return at },
		Sleep: func(context.Context, time.Duration) error { return nil }}}), box, dir
}

func report(status connectors.RunStatus) *pipelines.Report {
	return &pipelines.Report{Run: "2026-11-21.1", AsOf: "2026-11-21", Status: status, Attempt: 1, StartedAt: at, FinishedAt: at.Add(time.Minute), Tables: map[string]int64{"customers": 7},
		Sources: []pipelines.SourceReport{
			{Source: "orders", Deliveries: 1, Loaded: []pipelines.LoadedDelivery{{Name: "orders.csv", Rows: 12}}, LastDelivery: "2026-11-21",
				Tables: []pipelines.TableReport{{Table: "orders", Read: 12, Conformed: 9, Filtered: []pipelines.CodeCount{{Code: "x", Rows: 2}}, Quarantined: []pipelines.CodeCount{{Code: "y", Rows: 1}}}}},
			{Source: "forms"}}}
}

func held(r *pipelines.Report, i int, code, why string) *pipelines.Report {
	r.Sources[i].Held, r.Sources[i].HeldCode = why, code
	return r
}

const channels = `notify:
  - { slack: HOOK/default }
  - { on: [published], webhook: HOOK/published }
  - { on: [recovered], webhook: HOOK/recovered }
  - { sources: [forms], webhook: HOOK/forms }
  - { sources: [orders], webhook: HOOK/orders }
  - { ping: { url: HOOK/ping, start: HOOK/begun } }
`

// TestTopics: who hears of which night.
func TestTopics(t *testing.T) {
	failed := report(connectors.RunFailed)
	failed.Error = pipelines.FailureOf(connectors.Errorf(connectors.KindEnvironment, "disk_full", "free some space", "no space left"))
	recovered := report(connectors.RunPublished)
	recovered.Before = connectors.RunHeld
	missing := report(connectors.RunHeld)
	missing.Failed = []pipelines.CheckResult{{Check: "forms.if_missing", Message: "its last delivery came on 2026-11-01"}}
	for name, test := range map[string]struct {
		report *pipelines.Report
		want   []string
	}{
		"published":        {report(connectors.RunPublished), []string{"/ping", "/published"}},
		"recovered":        {recovered, []string{"/default", "/ping", "/published", "/recovered"}},
		"partly":           {held(report(connectors.RunPartly), 1, "guard", "too few rows"), []string{"/default", "/forms", "/ping"}},
		"failed":           {failed, []string{"/default", "/ping/fail"}},
		"stopped":          {report(connectors.RunRunning), []string{"/default", "/ping/fail"}},
		"a source missing": {missing, []string{"/default", "/forms", "/ping/fail"}},
	} {
		t.Run(name, func(t *testing.T) {
			all, box, _ := observers(t, channels)
			for _, o := range all {
				if err := o.Ended(t.Context(), test.report); err != nil {
					t.Error(err)
				}
			}
			if diff := cmp.Diff(test.want, box.paths()); diff != "" {
				t.Error(diff)
			}
		})
	}
	all, box, _ := observers(t, channels)
	if err := all[0].Started(t.Context(), report(connectors.RunRunning)); err != nil || fmt.Sprint(box.paths()) != "[/begun]" {
		t.Errorf("%v, %v", err, box.paths())
	}
}

// TestNothingPrivate: what errors that the program does not know say may quote
// data, and stays in the house; so do addresses of webhooks.
func TestNothingPrivate(t *testing.T) {
	const private = "can't read Jan Janssens"
	for _, watching := range []string{"notify: [ { on: [failed, partly], slack: HOOK/x }, { on: [failed, partly], teams: HOOK/x }, { on: [failed, partly], webhook: HOOK/x }, { ping: HOOK/x } ]",
		"openlineage: { url: HOOK/x }", "telemetry: { otlp: { endpoint: HOOK/x } }"} {
		all, box, _ := observers(t, watching)
		for _, r := range []*pipelines.Report{report(connectors.RunFailed), held(report(connectors.RunPartly), 0, "failed", private)} {
			if r.Status == connectors.RunFailed {
				r.Error = pipelines.FailureOf(errors.New(private))
				if r.Error.Message != private {
					t.Fatal("the journal keeps the text")
				}
			}
			for _, o := range all {
				if err := o.Ended(t.Context(), r); err != nil {
					t.Error(err)
				}
			}
		}
		known := report(connectors.RunFailed)
		known.Error = pipelines.FailureOf(connectors.Errorf(connectors.KindData, "ragged", "", "orders.csv: line 3 has too many values"))
		for _, o := range all {
			if err := o.Ended(t.Context(), known); err != nil {
				t.Error(err)
			}
		}
		text := fmt.Sprint(box.posts)
		if !strings.Contains(text, "line 3 has too many values") {
			t.Errorf("%s does not even say what may be said: %s", watching, text)
		}
		if len(box.posts) == 0 || strings.Contains(text, "Janssens") {
			t.Errorf("%s sends %s", watching, text)
		}
	}
	all, _, _ := observers(t, "notify: [ { on: [published], webhook: HOOK/gone/geheim } ]")
	if err := all[0].Ended(t.Context(), report(connectors.RunPublished)); connectors.CodeOf(err) != "not_found" || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%v", err)
	}
}

// TestMessage: the whole message of a night.
func TestMessage(t *testing.T) {
	all, box, _ := observers(t, "notify: [ { on: [partly], webhook: HOOK/x } ]")
	if err := all[0].Ended(t.Context(), held(report(connectors.RunPartly), 1, "guard", "forms.csv has 3 rows,\n  and min_rows is 100")); err != nil {
		t.Fatal(err)
	}
	var got notify.Message
	if err := json.Unmarshal([]byte(box.posts["/x"][0]), &got); err != nil {
		t.Fatal(err)
	}
	want := notify.Message{Version: 1, ID: got.ID, Event: "night_ended", Topics: []string{"partly"}, Project: "Shop", Night: "2026-11-21", Run: "2026-11-21.1", Status: "partly",
		Headline: "night 2026-11-21 is published: 7 customers, with 1 sources held back", Host: "here", StartedAt: at, FinishedAt: at.Add(time.Minute),
		Counts: &notify.Counts{Deliveries: 1, Read: 12, Conformed: 9, Filtered: 2, Quarantined: 1, Customers: 7},
		Held:   []notify.Held{{Source: "forms", Code: "guard", Why: "forms.csv has 3 rows, and min_rows is 100"}},
		Next:   []string{"clientele inspect forms", "clientele run --as-of 2026-11-21"}}
	if diff := cmp.Diff(want, got); diff != "" || len(got.ID) != 36 {
		t.Errorf("id %q, message (-want +got):\n%s", got.ID, diff)
	}
}

// TestLineage: START and COMPLETE of a run have one id, another attempt another,
// and what was published is named.
func TestLineage(t *testing.T) {
	all, _, dir := observers(t, "openlineage: { file: out/lineage.ndjson, namespace: nights }")
	r := report(connectors.RunPublished)
	r.File = "/data/published.duckdb"
	again := report(connectors.RunHeld)
	again.Attempt = 2
	refused := report(connectors.RunFailed)
	refused.Run = ""
	for _, err := range []error{all[0].Started(t.Context(), r), all[0].Ended(t.Context(), r), all[0].Ended(t.Context(), again), all[0].Ended(t.Context(), refused)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "out", "lineage.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	type dataset struct{ Namespace, Name string }
	type event struct {
		EventType string
		Run       struct {
			RunID  string
			Facets struct {
				NominalTime struct{ NominalStartTime string } `json:"nominalTime"`
			}
		}
		Job             dataset
		Inputs, Outputs []dataset
	}
	var events []event
	for line := range strings.Lines(string(text)) {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if len(events) != 3 || events[0].EventType != "START" || events[1].EventType != "COMPLETE" || events[2].EventType != "ABORT" {
		t.Fatalf("%+v", events)
	}
	if events[0].Run.RunID != events[1].Run.RunID || events[1].Run.RunID == events[2].Run.RunID || events[0].Run.Facets.NominalTime.NominalStartTime != "2026-11-20T23:00:00Z" {
		t.Errorf("runs %+v", events)
	}
	if diff := cmp.Diff([]dataset{{"file", filepath.ToSlash(filepath.Join(dir, "orders.csv"))}}, events[1].Inputs); diff != "" {
		t.Error(diff)
	}
	if !slices.Contains(events[1].Outputs, dataset{"duckdb:///data/published.duckdb", "customers"}) || len(events[2].Outputs) != 0 || events[0].Job != (dataset{"nights", "Shop.night"}) {
		t.Errorf("%+v", events)
	}
}

// TestLineageOfBigQuery: tables are named as those of the service are elsewhere.
func TestLineageOfBigQuery(t *testing.T) {
	all, box, _ := observers(t, "warehouse: { bigquery: { project: my-project, dataset: customers, location: EU } }\nopenlineage: { url: HOOK/x }")
	if err := all[0].Ended(t.Context(), report(connectors.RunPublished)); err != nil {
		t.Fatal(err)
	}
	if sent := box.posts["/x"][0]; !strings.Contains(sent, `"name":"my-project.customers.customers","namespace":"bigquery"`) {
		t.Errorf("%s", sent)
	}
}

// TestNobody: a config that names nobody has no observers.
func TestNobody(t *testing.T) {
	if all, _, _ := observers(t, ""); len(all) != 0 {
		t.Errorf("%d observers", len(all))
	}
}
