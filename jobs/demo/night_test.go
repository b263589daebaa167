package demo_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientele/jobs"
	"clientele/jobs/demo"
)

// clientele runs a verb of the program and returns what it prints.
func clientele(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	night := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	if code := jobs.Main(t.Context(), args, jobs.World{
		Out: &out, Err: &errs, Getenv: os.LookupEnv, Now: func() time.Time { return night },
		Host: "testhost", PID: os.Getpid(), User: "tester", Version: "v0.0.0-test",
	}); code != jobs.ExitOK {
		t.Fatalf("clientele %s: exit %d\n%s", strings.Join(args, " "), code, &errs)
	}
	return out.String()
}

// TestNightKnowsFirms works a night of the demo: firms have their numbers, and each row of
// organisations says where its sector, legal form, revenue and headcount come from.
func TestNightKnowsFirms(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	clientele(t, "--quiet", "demo", "--customers", "2500", "--seed", "5", "--as-of", "2026-11-21", dir)
	text, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var summary struct {
		Register demo.Linking `json:"register"`
	}
	if err := json.Unmarshal(text, &summary); err != nil {
		t.Fatal(err)
	}
	l := summary.Register
	for _, floor := range []struct {
		name         string
		linked       demo.Linked
		right, wrong float64
	}{
		{"with a number of their own", l.Numbered, 0.995, 0.005},
		{"without", l.Bare, 0.88, 0.015},
		{"all", l.Linkable, 0.98, 0.005},
		{"that can't be linked", l.Others, 0, 0.02},
	} {
		n := float64(floor.linked.Firms)
		if n < 100 || float64(floor.linked.Right) < floor.right*n || float64(floor.linked.Wrong) > floor.wrong*n {
			t.Errorf("firms %s: %+v, want %.1f %% right and %.1f %% wrong at most", floor.name, floor.linked, 100*floor.right, 100*floor.wrong)
		}
	}
	if wrong := l.Linkable.Wrong + l.Others.Wrong; float64(wrong) > 0.005*float64(l.Linkable.Firms) {
		t.Errorf("%d firms have another one's number, of %d that can be linked", wrong, l.Linkable.Firms)
	}
	// Each value has one row that tells its source; a figure that nobody tells is absent.
	rows, err := csv.NewReader(strings.NewReader(clientele(t, "--quiet", "--config", filepath.Join(dir, "clientele.yaml"), "query", "--format", "csv", `
WITH told AS (
  SELECT customer_id, 'sector_code' AS field, sector_code AS value FROM organisations
  UNION ALL SELECT customer_id, 'legal_form_code', legal_form_code FROM organisations
  UNION ALL SELECT customer_id, 'revenue', CAST(revenue AS VARCHAR) FROM organisations
  UNION ALL SELECT customer_id, 'headcount', CAST(headcount AS VARCHAR) FROM organisations
)
SELECT t.field, COUNT(t.value) AS told, COUNT(f.source) FILTER (f.source LIKE 'registry.%') AS by_registers, COUNT(f.source) FILTER (f.source NOT LIKE 'registry.%') AS by_sources,
  COUNT(*) FILTER ((t.value IS NULL) <> (f.source IS NULL)) AS unknown
FROM told t LEFT JOIN customer_fields f ON f.customer_id = t.customer_id AND f.field = t.field GROUP BY 1 ORDER BY 1`))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if r[1] == "0" || r[4] != "0" {
			t.Errorf("%s: %s values, %s of registers and %s of sources; %s without a source, or the reverse", r[0], r[1], r[2], r[3], r[4])
		}
		t.Logf("%s: %s values, %s of registers, %s of sources", r[0], r[1], r[2], r[3])
	}
}
