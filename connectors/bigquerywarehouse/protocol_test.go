package bigquerywarehouse

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/schemas"
)

// script is a server that stands for BigQuery and Cloud Storage: it keeps what
// it is asked, and answers as a test says.
type script struct {
	mu     sync.Mutex
	asked  []string // method and path
	bodies []string
	answer func(method, path string, n int) (status int, body string) // n counts the same requests, from 1
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	request := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/bigquery/v2/projects/p/")
	s.mu.Lock()
	s.asked, s.bodies = append(s.asked, request), append(s.bodies, string(body))
	n := 0
	for _, a := range s.asked {
		if a == request {
			n++
		}
	}
	s.mu.Unlock()
	status, text := s.answer(r.Method, r.URL.Path, n)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// body returns the body of the first request that fits.
func (s *script) body(t *testing.T, request string) map[string]any {
	t.Helper()
	i := slices.Index(s.asked, request)
	if i < 0 {
		t.Fatalf("%s was not asked; there were %q", request, s.asked)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(s.bodies[i]), &out); err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	return out
}

// standIn returns a warehouse on such a server.
func standIn(t *testing.T, o Options, answer func(method, path string, n int) (int, string)) (*Warehouse, *script) {
	t.Helper()
	s := &script{answer: answer}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	o.Project, o.Dataset, o.Token = "p", "customers", "token"
	o.Endpoint, o.StorageEndpoint = server.URL, server.URL+"/storage/v1/"
	o.CallTime, o.JobTime = 10*time.Second, 10*time.Second
	w, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w, s
}

func apiError(status int, reason, message string) (int, string) {
	return status, fmt.Sprintf(`{"error": {"code": %d, "message": %q, "errors": [{"reason": %q, "message": %q}]}}`, status, message, reason, message)
}

func done(id, more string) string {
	return fmt.Sprintf(`{"jobReference": {"projectId": "p", "jobId": %q}, "configuration": {"load": {}}, "status": {"state": "DONE"}%s}`, id, more)
}

var oneColumn = schemas.Table{Name: "staged", Columns: []schemas.Column{{Name: "id", Type: schemas.Int}}}

// oneRow writes a Parquet file.
func oneRow(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.parquet")
	w, err := parquetio.Create(path, oneColumn.Arrow())
	if err != nil {
		t.Fatal(err)
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, oneColumn.Arrow())
	b.Field(0).(*array.Int64Builder).Append(1)
	if err := w.Write(b.NewRecord()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

var loadID = regexp.MustCompile(`clientele_load_[0-9a-f]{32}`)

// The answer to a load is lost: the request that follows bears the same id, is
// refused for it, and the job that is there already counts.
func TestLostAnswerLoadsOnce(t *testing.T) {
	w, s := standIn(t, Options{}, func(method, path string, n int) (int, string) {
		switch {
		case strings.Contains(path, "/upload/") && n == 1:
			return apiError(http.StatusBadGateway, "backendError", "the answer is lost")
		case strings.Contains(path, "/upload/"):
			return apiError(http.StatusConflict, "duplicate", "Already Exists: Job p:EU.x")
		}
		return http.StatusOK, done(filepath.Base(path), "")
	})
	if err := w.loadFile(t.Context(), oneColumn, oneRow(t)); err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for i, request := range s.asked {
		if strings.HasPrefix(request, "POST") {
			ids[loadID.FindString(s.bodies[i])]++
		}
	}
	if len(ids) != 1 || ids[""] > 0 {
		t.Errorf("ids of the requests: %v, want one", ids)
	}
	for id := range ids {
		if !slices.Contains(s.asked, "GET jobs/"+id) {
			t.Errorf("nobody asked for the job %s: %q", id, s.asked)
		}
	}
}

func TestBucket(t *testing.T) {
	w, s := standIn(t, Options{Bucket: "gs://files/"}, func(method, path string, _ int) (int, string) {
		if method == http.MethodDelete {
			return http.StatusNoContent, ""
		}
		if strings.Contains(path, "/storage/") {
			return http.StatusOK, `{}`
		}
		return http.StatusOK, done("x", "")
	})
	if err := w.loadFromBucket(t.Context(), oneColumn, []string{oneRow(t), oneRow(t)}); err != nil {
		t.Fatal(err)
	}
	put, removed := 0, 0
	for _, request := range s.asked {
		if strings.HasPrefix(request, "POST") && strings.HasSuffix(request, "/b/files/o") {
			put++
		}
		if strings.HasPrefix(request, "DELETE") && strings.Contains(request, "/b/files/o/clientele/") {
			removed++
		}
	}
	if put != 2 || removed != 2 {
		t.Errorf("%d objects put and %d removed, want 2 and 2: %q", put, removed, s.asked)
	}
	load := fmt.Sprint(s.body(t, "POST jobs")["configuration"])
	for _, part := range []string{"gs://files/clientele/clientele_load_", "/1.parquet", "sourceFormat:PARQUET", "WRITE_APPEND", "name:id type:INTEGER"} {
		if !strings.Contains(load, part) {
			t.Errorf("the load job says nothing of %q: %s", part, load)
		}
	}
}

func TestWhatIsMade(t *testing.T) {
	const key, tag = "projects/p/locations/eu/keyRings/r/cryptoKeys/k", "projects/p/locations/eu/taxonomies/1/policyTags/2"
	w, s := standIn(t, Options{Location: "EU", KMSKey: key, Labels: map[string]string{"team": "marketing"}, PolicyTags: map[string]string{"pseudonym": tag}},
		func(method, path string, _ int) (int, string) {
			if method == http.MethodGet {
				return apiError(http.StatusNotFound, "notFound", "no such thing")
			}
			return http.StatusOK, `{}`
		})
	if err := w.ensureDatasets(t.Context(), w.staging()); err != nil {
		t.Fatal(err)
	}
	dataset := fmt.Sprint(s.body(t, "POST datasets"))
	for _, part := range []string{"datasetId:customers_staging", "location:EU", "kmsKeyName:" + key, "team:marketing", "maxTimeTravelHours:48", "defaultTableExpirationMs:86400000"} {
		if !strings.Contains(dataset, part) {
			t.Errorf("the dataset lacks %q: %s", part, dataset)
		}
	}
	orders, _ := schemas.Lookup("orders")
	if err := w.create(t.Context(), "customers", orders, true); err != nil {
		t.Fatal(err)
	}
	table := fmt.Sprint(s.body(t, "POST datasets/customers/tables"))
	for _, part := range []string{"description:" + orders.Doc, "timePartitioning:map[field:ordered_at", "type:MONTH", "clustering:map[fields:[customer_id]]",
		"name:customer_id policyTags:map[names:[" + tag + "]]", "team:marketing", "name:amount_base type:NUMERIC"} {
		if !strings.Contains(table, part) {
			t.Errorf("the table lacks %q: %s", part, table)
		}
	}
}

func TestEstimate(t *testing.T) {
	w, s := standIn(t, Options{}, func(string, string, int) (int, string) {
		return http.StatusOK, `{"jobReference": {"projectId": "p", "jobId": "j"}, "configuration": {"query": {"query": ""}, "dryRun": true}, "status": {"state": "DONE"},
"statistics": {"totalBytesProcessed": "1000", "query": {"statementType": "SELECT", "totalBytesProcessed": "1000"}}}`
	})
	bytes, err := w.Estimate(t.Context(), []string{"SELECT 1 AS a", "SELECT 2 AS b"})
	if err != nil || bytes != 2000 {
		t.Errorf("%d bytes, %v; want 2000", bytes, err)
	}
	if dry := fmt.Sprint(s.body(t, "POST jobs")["configuration"]); !strings.Contains(dry, "dryRun:true") {
		t.Errorf("the statement was run: %s", dry)
	}
}

func TestCostGuardAndLabels(t *testing.T) {
	w, s := standIn(t, Options{MaximumBytesBilled: 5000, Labels: map[string]string{"team": "marketing"}}, func(string, string, int) (int, string) {
		return apiError(http.StatusBadRequest, "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed: 5000. 10485760 or higher required.")
	})
	ctx := connectors.WithLabel(connectors.WithLabel(t.Context(), "run", "2026-11-21.1"), "step", "Order totals")
	_, err := w.run(ctx, "SELECT 1 AS a")
	if connectors.CodeOf(err) != "bytes_limit" || connectors.KindOf(err) != connectors.KindConfig {
		t.Errorf("%v", err)
	}
	job := fmt.Sprint(s.body(t, "POST jobs")["configuration"])
	for _, part := range []string{"maximumBytesBilled:5000", "run:2026-11-21_1", "step:order_totals", "team:marketing", "app:clientele"} {
		if !strings.Contains(job, part) {
			t.Errorf("the job lacks %q: %s", part, job)
		}
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		status          int
		reason, message string
		code            string
		kind            connectors.Kind
	}{
		{403, "accessDenied", "Access Denied: Project p: User does not have bigquery.jobs.create permission", "permission", connectors.KindEnvironment},
		{404, "notFound", "Not found: Dataset p:customers was not found in location US", "not_found", connectors.KindEnvironment},
		{403, "quotaExceeded", "Quota exceeded: Your project exceeded quota for free query bytes scanned", "quota", connectors.KindTransient},
		{403, "billingNotEnabled", "Billing has not been enabled for this project", "billing", connectors.KindEnvironment},
		{400, "invalidQuery", "Unrecognized name: nmae at [1:8]", "bad_sql", connectors.KindConfig},
		{400, "invalidQuery", "Could not cast literal \"An Aerts\" to type DATE at [1:8]", "bad_value", connectors.KindData},
		{400, "invalidQuery", "Bad int64 value: an@aerts.example", "bad_value", connectors.KindData},
		{418, "teapot", "something new: 'An Aerts'", "engine", connectors.KindEnvironment},
	} {
		w, _ := standIn(t, Options{}, func(string, string, int) (int, string) { return apiError(c.status, c.reason, c.message) })
		_, err := w.run(t.Context(), "SELECT 1 AS a")
		if connectors.CodeOf(err) != c.code || connectors.KindOf(err) != c.kind {
			t.Errorf("%s: code %q, kind %d: %v", c.message, connectors.CodeOf(err), connectors.KindOf(err), err)
		}
		if text := fmt.Sprint(err); strings.Contains(strings.ToLower(text), "aerts") {
			t.Errorf("a value of a row is in the message: %s", text)
		}
	}
}

// An emulator may name the table of a result only when the job is done. A job
// that names none then is no query.
func TestResultTableNamedLate(t *testing.T) {
	for named, want := range map[string]string{
		`, "destinationTable": {"projectId": "p", "datasetId": "d", "tableId": "t"}`: "",
		"": "not_a_query",
	} {
		job := func(more string) string {
			return fmt.Sprintf(`{"jobReference": {"projectId": "p", "jobId": "j"}, "configuration": {"query": {"query": "SELECT 7 AS n"%s}}, "status": {"state": "DONE"}}`, more)
		}
		w, _ := standIn(t, Options{}, func(method, path string, _ int) (int, string) {
			switch {
			case method == http.MethodPost:
				return 200, job("")
			case strings.Contains(path, "/queries/"):
				return 200, `{"jobComplete": true, "totalRows": "1", "schema": {"fields": [{"name": "n", "type": "INTEGER"}]}, "rows": [{"f": [{"v": "7"}]}]}`
			}
			return 200, job(named)
		})
		n, err := w.count(t.Context(), "SELECT 7 AS n", "d")
		if connectors.CodeOf(err) != want || want == "" && n != 7 {
			t.Errorf("named by %q: got %d, %v", named, n, err)
		}
	}
}
