package bigquerysource

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/selection"
)

// service stands for BigQuery's REST interface: it answers every query with one
// result, and keeps what it was asked.
type service struct {
	fields string // of the result
	row    string
	refuse string // every query, for this reason
	mu     sync.Mutex
	asked  []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.asked = append(s.asked, string(body))
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodPost && s.refuse != "":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error": {"code": 400, "message": "refused", "errors": [{"reason": %q, "message": "refused"}]}}`, s.refuse)
	case strings.Contains(r.URL.Path, "/queries/"):
		fmt.Fprintf(w, `{"jobComplete": true, "totalRows": "1", "schema": {"fields": %s}, "rows": [%s]}`, s.fields, s.row)
	default:
		fmt.Fprintf(w, `{"jobReference": {"projectId": "p", "jobId": "j"}, "status": {"state": "DONE"},
"configuration": {"query": {"query": "", "destinationTable": {"projectId": "p", "datasetId": "d", "tableId": "t"}}},
"statistics": {"totalBytesProcessed": "1000", "query": {"statementType": "SELECT", "totalBytesProcessed": "1000", "schema": {"fields": %s}}}}`, s.fields)
	}
}

func (s *service) source(t *testing.T, o Options) *Source {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	o.Project = "p"
	source, err := New(connectors.Project{Outside: connectors.Outside{BigQueryEndpoint: server.URL}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// TestAnswers reads values as the REST interface writes them
// (https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults):
// those with the most digits, and types that emulators lack.
func TestAnswers(t *testing.T) {
	columns := []struct{ name, typ, value, kind, want string }{
		{"n", "NUMERIC", `"-99999999999999999999999999999.999999999"`, "decimal(38, 9)", "-99999999999999999999999999999.999999999"},
		{"price", `NUMERIC", "precision": "10", "scale": "2`, `"12.5"`, "decimal(10, 2)", "12.5"},
		{"big", "BIGNUMERIC", `"-0.12345678901234567890123456789012345678"`, "utf8", "-0.12345678901234567890123456789012345678"},
		{"short", `BIGNUMERIC", "precision": "20", "scale": "12`, `"12345678.123456789012"`, "decimal(20, 12)", "12345678.123456789012"},
		{"at", "TIMESTAMP", `"1777622400123456"`, "timestamp[us, tz=UTC]", "2026-05-01T08:00:00.123456Z"},
		{"local", "DATETIME", `"2026-05-01T10:00:00.123456"`, "timestamp[us]", "2026-05-01T10:00:00.123456"},
		{"where", "GEOGRAPHY", `"POINT(3.72 51.05)"`, "utf8", "POINT(3.72 51.05)"},
		{"json", "JSON", `"{\"a\":1}"`, "utf8", `{"a":1}`},
		{"span", "INTERVAL", `"1-2 3 4:5:6"`, "utf8", "1-2 3 4:5:6"},
		{"bytes", "BYTES", `"AP8="`, "binary", "AP8="},
	}
	var s service
	var fields, values []string
	for _, c := range columns {
		fields = append(fields, fmt.Sprintf(`{"name": %q, "type": "%s"}`, c.name, c.typ))
		values = append(values, `{"v": `+c.value+`}`)
	}
	s.fields, s.row = "["+strings.Join(fields, ", ")+"]", `{"f": [`+strings.Join(values, ", ")+`]}`
	source := s.source(t, Options{Selection: selection.Selection{Query: "select *", Key: []string{"n"}}})
	rows, err := source.Open(t.Context(), connectors.Delivery{Name: selection.Query})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	rec, err := rows.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Release()
	for i, c := range columns {
		col := rec.Column(3 + i)
		if got := text(col, 0); col.DataType().String() != c.kind || got != c.want {
			t.Errorf("%s is %s, %s; want %s, %s", c.name, col.DataType(), got, c.kind, c.want)
		}
	}
}

// TestCost shows that every statement bears the limit, that a pull says what it
// reads, and what a statement that would cost more comes to.
func TestCost(t *testing.T) {
	s := service{
		fields: `[{"name": "highest", "type": "STRING"}, {"name": "gaps", "type": "INTEGER"}, {"name": "ahead", "type": "BOOLEAN"}, {"name": "id", "type": "INTEGER"}]`,
		row:    `{"f": [{"v": "9"}, {"v": "0"}, {"v": "true"}, {"v": "1"}]}`,
	}
	o := Options{Selection: selection.Selection{Query: "select id from shop.orders", Key: []string{"id"}, Cursor: "id"}, MaximumBytesBilled: 5000}
	list, err := s.source(t, o).Deliveries(t.Context(), "7")
	want := []connectors.Delivery{{Name: "query (7, 9]", Since: "7", Cursor: "9", Size: 1000}}
	if diff := cmp.Diff(want, list); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	statements := 0
	for _, body := range s.asked {
		var job struct {
			Configuration struct {
				Query struct{ MaximumBytesBilled, Query string }
			}
		}
		if body == "" || json.Unmarshal([]byte(body), &job) != nil {
			continue
		}
		statements++
		if q := job.Configuration.Query; q.MaximumBytesBilled != "5000" {
			t.Errorf("%s has the limit %q", q.Query, q.MaximumBytesBilled)
		}
	}
	if statements != 3 {
		t.Errorf("%d statements were sent, want 3: %q", statements, s.asked)
	}
	refused := service{refuse: "bytesBilledLimitExceeded"}
	_, err = refused.source(t, o).Deliveries(t.Context(), "")
	if connectors.CodeOf(err) != "bytes_limit" || !strings.Contains(err.Error(), "maximum_bytes_billed") {
		t.Errorf("a statement that would cost more: %v", err)
	}
}
