package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientele/jobs"
)

// desk is where a person works: a folder with a config and files.
type desk struct {
	t   *testing.T
	dir string
	now time.Time
}

func newDesk(t *testing.T, files map[string]string) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), now: time.Date(2026, 2, 1, 3, 0, 0, 0, time.UTC)}
	for name, content := range files {
		path := filepath.Join(d.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// do runs a command line, which must end with an exit code, and returns what it
// printed.
func (d *desk) do(exit int, args ...string) (out string) {
	d.t.Helper()
	d.now = d.now.Add(time.Minute)
	var stdout, stderr bytes.Buffer
	code := jobs.Main(d.t.Context(), append([]string{"--config", filepath.Join(d.dir, "clientele.yaml"), "-q"}, args...), jobs.World{
		Out: &stdout, Err: &stderr, Getenv: func(string) (string, bool) { return "", false },
		Now: func() time.Time { d.now = d.now.Add(time.Millisecond); return d.now }, Host: "test", PID: 1, User: "an", Version: "test"})
	if code != exit {
		d.t.Fatalf("clientele %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, exit, stdout.String(), stderr.String())
	}
	return stdout.String() + stderr.String()
}

// result runs a command line with --json and returns the result of its envelope.
func (d *desk) result(into any, args ...string) {
	d.t.Helper()
	var envelope struct {
		Command string
		OK      bool
		Result  json.RawMessage
	}
	out := d.do(0, append([]string{"--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &envelope); err != nil {
		d.t.Fatalf("clientele %s: %v in %s", strings.Join(args, " "), err, out)
	}
	if !envelope.OK || envelope.Command != strings.Join(args[:min(2, len(args))], " ") && envelope.Command != args[0] {
		d.t.Errorf("clientele %s: envelope of %q, ok %t", strings.Join(args, " "), envelope.Command, envelope.OK)
	}
	if err := json.Unmarshal(envelope.Result, into); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) says(out string, wants ...string) {
	d.t.Helper()
	for _, want := range wants {
		if !strings.Contains(out, want) {
			d.t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
}

var deskFiles = map[string]string{
	"klanten.csv": "Klantnr;Naam;E-mail;Postcode\n1;Bakkerij Peeters bv;info@peeters.example;1000\n2;Slagerij Maes nv;;2000\n",
	"orders.csv": "Ordernr;Lijn;Klantnr;Datum;Artikel;Aantal;Prijs\nA1;1;1;13/01/2026;brood;10;2,50\nA1;2;1;13/01/2026;taart;1;20,00\nA2;1;2;14/01/2026;worst;3;7,25\nA3;1;2;31/02/2026;worst;1;7,25\n" +
		strings.Repeat("A2;2;2;14/01/2026;worst;1;0,50\n", 8),
}

// TestInit: what init writes about real files is valid, and a night works on it.
func TestInit(t *testing.T) {
	d := newDesk(t, deskFiles)
	d.says(d.do(0, "init", d.dir, "--from", filepath.Join(d.dir, "klanten.csv"), "--from", filepath.Join(d.dir, "orders.csv")), "is written")
	d.says(d.do(2, "init", d.dir), "there already")
	d.says(d.do(0, "validate"), "is valid")
	d.says(d.do(0, "run"), "2 customers")
	d.says(d.do(0, "query", "SELECT SUM(amount) AS total FROM orders WHERE customer_id IS NOT NULL"), "67.25")

	empty := newDesk(t, nil)
	empty.do(0, "init", empty.dir)
	empty.says(empty.do(0, "validate"), "is valid", "0 warnings")
	empty.says(empty.do(2, "init", filepath.Join(empty.dir, "new"), "--from", "none.csv"), "there is no file")
	empty.says(empty.do(2, "init", filepath.Join(empty.dir, "new"), "--from", empty.dir), "is a directory")
}

// TestVerbs goes through the verbs that look at nights and put them right.
func TestVerbs(t *testing.T) {
	d := newDesk(t, deskFiles)
	d.do(0, "init", d.dir, "--from", filepath.Join(d.dir, "klanten.csv"), "--from", filepath.Join(d.dir, "orders.csv"))
	d.says(d.do(0, "plan"), "klanten.csv", "new", "extract: read 2 new deliveries")
	d.says(d.do(0, "inspect", "orders", "--rows", "1"), "all 12 rows", "1 quarantined bad_date", "brood")
	d.says(d.do(2, "inspect", "order"), `did you mean "orders"?`)
	d.do(0, "run")

	var runs []struct{ Run, Status string }
	d.result(&runs, "runs", "list")
	if len(runs) != 1 || runs[0].Status != "published" {
		t.Fatalf("runs: %+v", runs)
	}
	d.says(d.do(0, "runs", "show", runs[0].Run), "extract", "publish", "status   published")
	d.says(d.do(2, "runs", "show", "2026-02-01.2"), "did you mean")
	d.says(d.do(2, "runs", "approve", runs[0].Run, "customers.max_lots", "--why", "x"), `did you mean "customers.max_lost"?`)
	d.says(d.do(2, "runs", "approve", runs[0].Run, "customers.max_lost"), "--why")
	d.says(d.do(0, "runs", "approve", runs[0].Run, "customers.max_lost", "--why", "we withdraw on purpose"), "may pass once")

	d.says(d.do(0, "customer", "find", "peeters"), "info@peeters.example", "by name", "1 customers")
	var hits []struct {
		ID string `json:"customer_id"`
	}
	d.result(&hits, "customer", "find", "peeters")
	if len(hits) != 1 {
		t.Fatalf("hits: %+v", hits)
	}
	d.says(d.do(0, "customer", "show", hits[0].ID), "customer_metrics", "order_count", "info@peeters.example")
	d.says(d.do(0, "customer", "why", hits[0].ID), "is made of 1 parties", "the only party that says so")
	d.says(d.do(0, "customer", "why", hits[0].ID, "klanten:2"), "are two customers", "name_key")
	d.says(d.do(2, "customer", "show", "unknown"), "customer find")

	out := d.do(0, "quarantine", "list")
	d.says(out, "bad_date", "2 rows in quarantine")
	if strings.Contains(out, "31/02/2026") {
		t.Errorf("the list shows a value:\n%s", out)
	}
	var deliveries []struct{ Delivery, Source string }
	d.result(&deliveries, "deliveries", "list", "--source", "orders")
	if len(deliveries) != 1 {
		t.Fatalf("deliveries: %+v", deliveries)
	}
	id := deliveries[0].Delivery
	d.says(d.do(0, "quarantine", "show", id), "orders.csv:5", "Datum: 31/02/2026")
	book := filepath.Join(d.dir, "rejected.xlsx")
	d.says(d.do(2, "quarantine", "export", "--source", "orders"), "--to")
	d.says(d.do(0, "quarantine", "export", "--source", "orders", "--to", book), "holds 1 rows")
	d.says(d.do(0, "quarantine", "import", book), "0 rows taken, 1 unchanged")
	d.says(d.do(0, "quarantine", "replay", "--source", "orders"), "1 deliveries were read again", "published again")
	d.says(d.do(2, "quarantine", "discard", id), "--why")
	d.says(d.do(0, "quarantine", "discard", id, "--why", "no such day"), "2 rows")
	d.says(d.do(0, "quarantine", "list"), "0 rows in quarantine", "by an", "no such day")

	d.says(d.do(2, "deliveries", "withdraw", id), "--why")
	d.says(d.do(0, "deliveries", "withdraw", id, "--why", "wrong export"), "is withdrawn", "published again: 2 customers")
	d.says(d.do(0, "deliveries", "list"), "withdrawn", "wrong export")
	d.says(d.do(0, "query", "SELECT COUNT(*) AS n FROM orders"), "0")
}

// TestStopped: who is stopped by a signal says so, in JSON too.
func TestStopped(t *testing.T) {
	d := newDesk(t, deskFiles)
	d.do(0, "init", d.dir, "--from", filepath.Join(d.dir, "klanten.csv"))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var stdout, stderr bytes.Buffer
	code := jobs.Main(ctx, []string{"--config", filepath.Join(d.dir, "clientele.yaml"), "--json", "run"}, jobs.World{
		Out: &stdout, Err: &stderr, Getenv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return d.now }, Host: "test", PID: 1, User: "an", Version: "test"})
	var envelope struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal(stdout.Bytes(), &envelope); err != nil {
		t.Fatal(err)
	}
	if code != jobs.ExitInterrupted || envelope.Error.Code != "interrupted" || !strings.HasPrefix(envelope.Error.Message, "stopped;") {
		t.Errorf("exit %d, %s", code, stdout.String())
	}
}

func TestConnectors(t *testing.T) {
	d := newDesk(t, nil)
	d.says(d.do(0, "connectors", "list"), "csv", "delimited text files", "rest")
	d.says(d.do(0, "connectors", "describe", "csv"), "# connector: csv", "| `delimiter` | one character | `,` |")
	d.says(d.do(2, "connectors", "describe", "cvs"), `did you mean "csv"?`)
	var described struct {
		Options []struct{ Name, Type string }
	}
	d.result(&described, "connectors", "describe", "json")
	if len(described.Options) == 0 {
		t.Error("json has no options")
	}
}
