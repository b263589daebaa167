package jobs_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/api/option"

	"clientele/jobs"
	"clientele/jobs/demo"
)

// bigqueryPlace returns the project to use, the location, a client of it, and a name
// for a dataset, which is deleted when the test ends, as those are that have one of
// the suffixes behind it. The test is skipped where there is no BigQuery, nor
// anything that stands for it.
func bigqueryPlace(t *testing.T, suffixes ...string) (project, location, dataset string, client *bigquery.Client) {
	t.Helper()
	project, location, endpoint := os.Getenv("CLIENTELE_BIGQUERY_PROJECT"), os.Getenv("CLIENTELE_BIGQUERY_LOCATION"), os.Getenv("CLIENTELE_BIGQUERY_ENDPOINT")
	var options []option.ClientOption
	switch {
	case endpoint != "":
		options = []option.ClientOption{option.WithEndpoint(endpoint + "/bigquery/v2/"), option.WithoutAuthentication()}
		if project == "" {
			project = "test-project"
		}
	case project == "":
		t.Skip("needs an emulator (CLIENTELE_BIGQUERY_ENDPOINT; `make test-bigquery` starts one) or a project (CLIENTELE_BIGQUERY_PROJECT)")
	}
	if location == "" {
		location = "EU"
	}
	dataset = fmt.Sprintf("clientele_demo_%x", rand.Uint64())
	client, err := bigquery.NewClient(context.Background(), project, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer client.Close()
		for _, suffix := range append(suffixes, "") {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			if err := client.Dataset(dataset + suffix).DeleteWithContents(ctx); err != nil && !strings.Contains(err.Error(), "404") {
				t.Errorf("dataset %s is left behind: %v", dataset+suffix, err)
			}
			cancel()
		}
	})
	return project, location, dataset, client
}

// bigqueryConfig returns the demo's config with BigQuery as its warehouse.
func bigqueryConfig(t *testing.T) []byte {
	t.Helper()
	project, location, dataset, _ := bigqueryPlace(t, "_base_0", "_base_1", "_staging")
	return append(bytes.Clone(demo.Config), fmt.Sprintf("\nwarehouse: { bigquery: { project: %s, dataset: %s, location: %s, maximum_bytes_billed: 10_000_000_000 } }\n", project, dataset, location)...)
}

// TestInitOnBigQuery proposes a config for tables, and works a night by it as it is.
func TestInitOnBigQuery(t *testing.T) {
	project, location, dataset, client := bigqueryPlace(t)
	if err := client.Dataset(dataset).Create(t.Context(), &bigquery.DatasetMetadata{Location: location}); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"CREATE TABLE customers AS SELECT 10 AS Klantnr, 'Bakkerij Peeters bv' AS Naam UNION ALL SELECT 11, 'Jan Janssens'",
		"CREATE TABLE orders AS SELECT 'A1' AS Ordernr, 10 AS Klantnr, DATE '2026-11-18' AS Datum, NUMERIC '12.5' AS Bedrag UNION ALL SELECT 'A2', 11, DATE '2026-11-19', NUMERIC '99'",
	} {
		q := client.Query(sql)
		q.DefaultDatasetID = dataset
		job, err := q.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if status, err := job.Wait(t.Context()); err != nil || status.Err() != nil {
			t.Fatal(status, err)
		}
	}
	dir := t.TempDir()
	clientele(t, "init", "--from", "bigquery://"+project+"/"+dataset+"?table=*", dir)
	global := []string{"--quiet", "--config", filepath.Join(dir, "clientele.yaml"), "--home", filepath.Join(dir, "home")}
	clientele(t, append(global, "run", "--as-of", "2026-11-21")...)
	got := clientele(t, append(global, "query", "--format", "csv", "select c.name, o.order_id, o.amount from orders o join customers c using (customer_id) order by 2")...)
	if diff := cmp.Diff("name,order_id,amount\nBakkerij Peeters,A1,12.5\nJan Janssens,A2,99\n", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// clientele runs a verb and returns its standard output; the test fails when the
// verb does.
func clientele(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	night := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	code := jobs.Main(context.Background(), args, jobs.World{
		Out: &out, Err: &errs, Getenv: os.LookupEnv, Now: func() time.Time { return night },
		Host: "testhost", PID: os.Getpid(), User: "tester", Version: "v0.0.0-test",
	})
	if code != jobs.ExitOK {
		t.Fatalf("clientele %s: exit %d\n%s%s", strings.Join(args, " "), code, &errs, &out)
	}
	return out.String()
}

// TestDemoNightOnBigQuery works the same two nights on both warehouses, the second
// confined to what time changes: what they publish is equal.
func TestDemoNightOnBigQuery(t *testing.T) {
	config := bigqueryConfig(t)
	dir := t.TempDir()
	if _, err := demo.Generate(t.Context(), demo.Options{Dir: dir, Customers: 500, Seed: 1, AsOf: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	digests := map[string]string{}
	for name, text := range map[string][]byte{"duckdb": demo.Config, "bigquery": config} {
		file := filepath.Join(dir, name+".yaml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		global := []string{"--quiet", "--config", file, "--home", filepath.Join(dir, "home-"+name)}
		for _, night := range []string{"2026-11-21", "2026-11-22"} {
			clientele(t, append(global, "run", "--as-of", night)...)
			digests[name+night] = clientele(t, append(global, "tables", "--digest")...)
		}
	}
	for _, night := range []string{"2026-11-21", "2026-11-22"} {
		equalDigests(t, "the night of "+night+" on BigQuery", digests["bigquery"+night], digests["duckdb"+night])
	}
}

// equalDigests compares what `tables --digest` printed, line by line.
func equalDigests(t *testing.T, what, got, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// TestBaseTravelsOnBigQuery moves a base from DuckDB to BigQuery, backs it up
// there and restores it into an empty project: each time the digests are equal.
func TestBaseTravelsOnBigQuery(t *testing.T) {
	dir := t.TempDir()
	if _, err := demo.Generate(t.Context(), demo.Options{Dir: dir, Customers: 40, Seed: 1, AsOf: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	on := func(name, home string) func(args ...string) string {
		return func(args ...string) string {
			return clientele(t, append([]string{"--quiet", "--config", filepath.Join(dir, name+".yaml"), "--home", filepath.Join(dir, home)}, args...)...)
		}
	}
	for name, text := range map[string][]byte{"duckdb": demo.Config, "moved": bigqueryConfig(t), "restored": bigqueryConfig(t)} {
		if err := os.WriteFile(filepath.Join(dir, name+".yaml"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	there, moved, restored := on("duckdb", "home"), on("moved", "home"), on("restored", "home-restored")
	there("run", "--as-of", "2026-11-21")
	want := there("tables", "--digest")
	there("warehouse", "move", "--to", filepath.Join(dir, "moved.yaml"))
	equalDigests(t, "moved", moved("tables", "--digest"), want)
	backup := filepath.Join(dir, "backup.tar")
	moved("backup", "--to", backup)
	restored("restore", "--from", backup)
	// The last night was worked once more, without its extract.
	steps := regexp.MustCompile(`(?m)^.* run_steps .*\n`)
	equalDigests(t, "restored", steps.ReplaceAllString(restored("tables", "--digest"), ""), steps.ReplaceAllString(want, ""))
}
