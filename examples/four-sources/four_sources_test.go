package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFourSources works the night as a reader of the README does, and looks who
// came out.
func TestFourSources(t *testing.T) {
	clientele := os.Getenv("CLIENTELE")
	if clientele == "" || os.Getenv("CLIENTELE_POSTGRES_URL") == "" {
		t.Skip("needs the program (CLIENTELE) and a database (CLIENTELE_POSTGRES_URL): make test-examples has both")
	}
	dir := filepath.Join(t.TempDir(), "kitchens")
	if out, err := exec.Command("./run", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// Two persons and a firm that several sources know, and nobody else is one.
	got := query(t, clientele, dir, `
		SELECT c.name AS name, c.kind AS kind, CAST(c.source_count AS VARCHAR) AS sources, COALESCE(c.email, '') AS email, CAST(m.order_count AS VARCHAR) AS orders
		FROM customers c JOIN customer_metrics m USING (customer_id) WHERE c.source_count > 2 ORDER BY c.name`)
	want := []map[string]string{
		{"name": "An Peeters", "kind": "person", "sources": "3", "email": "an.peeters@voorbeeld.example", "orders": "2"},
		{"name": "Bram Claes", "kind": "person", "sources": "3", "email": "", "orders": "1"},
		{"name": "Drukkerij Letterlijk", "kind": "organisation", "sources": "3", "email": "info@letterlijk.example", "orders": "2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("found in three sources (-want +got):\n%s", diff)
	}
	got = query(t, clientele, dir, `
		SELECT s.source AS source, STRING_AGG(s.source_record_id, ' ' ORDER BY s.source_record_id) AS records
		FROM customer_sources s JOIN customers c USING (customer_id) WHERE c.source_count > 2 GROUP BY s.source ORDER BY s.source`)
	want = []map[string]string{
		{"source": "forms", "records": "r2 r3"}, {"source": "orders", "records": "101 102 103"},
		{"source": "purchased", "records": "P-1 P-2"}, {"source": "survey", "records": "1 2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("their records (-want +got):\n%s", diff)
	}
	got = query(t, clientele, dir, `
		SELECT (SELECT CAST(COUNT(*) AS VARCHAR) FROM customers) AS customers, (SELECT CAST(COUNT(*) AS VARCHAR) FROM orders WHERE customer_id IS NOT NULL) AS orders,
			(SELECT CAST(COUNT(*) AS VARCHAR) FROM interactions) AS interactions, (SELECT STRING_AGG(DISTINCT label, ', ' ORDER BY label) FROM survey_answers WHERE survey = 'satisfaction 2026') AS answers`)
	want = []map[string]string{{"customers": "11", "orders": "8", "interactions": "8", "answers": "Not at all, Somewhat, Very"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("all that was published (-want +got):\n%s", diff)
	}
}

// query returns the rows of a query, which are texts, of what was published.
func query(t *testing.T, clientele, dir, sql string) (rows []map[string]string) {
	t.Helper()
	cmd := exec.Command(clientele, "query", "--format", "json", sql)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "SHOP_DB=postgres://nobody@/none", "FORMS_HOST=127.0.0.1:1", "FORMS_TOKEN=none")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for lines := json.NewDecoder(bytes.NewReader(out)); ; {
		var row map[string]string
		err := lines.Decode(&row)
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		rows = append(rows, row)
	}
}
