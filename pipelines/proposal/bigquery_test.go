package proposal_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"clientele/connectors"
	"clientele/pipelines/proposal"
)

// dataset answers as BigQuery's REST interface does of the dataset p.shop
// (https://cloud.google.com/bigquery/docs/reference/rest): which tables it has, what
// each is, and its rows. It runs no queries.
func dataset(t *testing.T) connectors.Project {
	t.Helper()
	tables := map[string]struct{ kind, constraints, fields, rows string }{
		"customers": {"TABLE", "", `{"name": "Klantnr", "type": "INTEGER"}, {"name": "Naam", "type": "STRING"}, {"name": "address", "type": "RECORD", "fields": [{"name": "Gemeente", "type": "STRING"}]}`,
			`{"f": [{"v": "1"}, {"v": "Peeters"}, {"v": {"f": [{"v": "Gent"}]}}]}, {"f": [{"v": "2"}, {"v": "Peeters"}, {"v": null}]}`},
		"orders": {"TABLE", `"tableConstraints": {"primaryKey": {"columns": ["Ordernr"]}},`, `{"name": "Ordernr", "type": "STRING"}, {"name": "Klantnr", "type": "INTEGER"}, {"name": "Datum", "type": "DATE"}, {"name": "Bedrag", "type": "NUMERIC"}`,
			`{"f": [{"v": "A1"}, {"v": "1"}, {"v": "2026-11-18"}, {"v": "12.5"}]}`},
		"words": {"TABLE", "", `{"name": "tags", "type": "STRING", "mode": "REPEATED"}, {"name": "Naam", "type": "STRING"}`,
			`{"f": [{"v": [{"v": "a"}]}, {"v": "An"}]}, {"f": [{"v": [{"v": "b"}]}, {"v": "An"}]}`},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		at, data := strings.CutSuffix(r.URL.Path, "/data")
		table, known := tables[path.Base(at)]
		reference := func(name string) string {
			return fmt.Sprintf(`"type": "TABLE", "tableReference": {"projectId": "p", "datasetId": "shop", "tableId": %q}`, name)
		}
		switch {
		case strings.HasSuffix(at, "/datasets/shop/tables"):
			fmt.Fprintf(w, `{"tables": [{%s}, {%s}, {%s}]}`, reference("customers"), reference("orders"), reference("words"))
		case known && data:
			fmt.Fprintf(w, `{"totalRows": "2", "rows": [%s]}`, table.rows)
		case known:
			fmt.Fprintf(w, `{%s, %s "schema": {"fields": [%s]}}`, reference(path.Base(at)), table.constraints, table.fields)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error": {"code": 404, "message": "not found", "errors": [{"reason": "notFound", "message": "not found"}]}}`)
		}
	}))
	t.Cleanup(server.Close)
	environment := map[string]string{"PROJECT": "p", "WHERE": "bigquery://p/shop"}
	return connectors.Project{Dir: t.TempDir(), Temp: t.TempDir(), Outside: connectors.Outside{BigQueryEndpoint: server.URL,
		Getenv: func(name string) (string, bool) { value, ok := environment[name]; return value, ok }}}
}

func TestConfigOfBigQuery(t *testing.T) {
	for _, test := range []struct {
		place string
		want  []string
	}{
		{"bigquery://p/shop?table=customers", []string{"  customers:", "connector: bigquery", "options: { project: \"p\", table: \"shop.customers\", key: Klantnr }   # guess: the column that tells rows apart",
			"key: [Klantnr]", "name: Naam }"}},
		{"bigquery://${PROJECT}/shop?table=orders", []string{"options: { project: \"${PROJECT}\", table: \"shop.orders\" }\n", "ordered_at: Datum", "amount: Bedrag"}},
		{"bigquery://p/shop?table=w*", []string{"options: { project: \"p\", table: \"shop.words\" }   # guess: it declares no primary key: name the columns"}},
		{"${WHERE}?table=*", []string{"table: \"shop.customers\"", "table: \"shop.orders\"", "table: \"shop.words\"", "party_source: customers"}},
		{"bigquery://p/other.shop?table=orders", []string{"project: \"p\", table: \"other.shop.orders\""}},
	} {
		t.Run(test.place, func(t *testing.T) {
			p := dataset(t)
			text, err := proposal.Config(t.Context(), p, []string{test.place})
			if err != nil {
				t.Fatal(err)
			}
			valid(t, strings.ReplaceAll(text, "${PROJECT}", "p"))
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("lacks %s:\n%s", want, text)
				}
			}
		})
	}
	for place, want := range map[string]string{
		"bigquery://p/shop":                 "the address of BigQuery names no table (write it behind the address: ?table=NAME, or with a * for several; there are: shop.customers, shop.orders, shop.words)",
		"bigquery://p?table=orders":         "bigquery://project/dataset?table=orders",
		"bigquery://p/shop?table=nothing":   "shop.nothing",
		"bigquery://${NOBODY}/shop?table=a": "the environment has no NOBODY",
	} {
		if _, err := proposal.Config(t.Context(), dataset(t), []string{place}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", place, err, want)
		}
	}
}
