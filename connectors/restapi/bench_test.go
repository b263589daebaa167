package restapi_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"clientele/connectors"
)

// BenchmarkPages reads 10,000 pages of 100 rows from a server in this process.
func BenchmarkPages(b *testing.B) {
	const pages, size = 10_000, 100
	var rest strings.Builder // of a page, so that making it takes no time
	for i := range size - 1 {
		fmt.Fprintf(&rest, `,{"id":%d,"name":{"given":"An","family":"Peeters"},"email":"an.%d@peeters.example","city":"Gent","amount":12.50}`, i, i)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"pages":%d,"rows":[{"page":%s}%s]}`, pages, r.URL.Query().Get("page"), rest.String())
	}))
	defer server.Close()
	s := source(b, &world{}, configure(b, server.URL, `query: { page: "{page}" }, records: rows, pages: { by: page, count: pages }`, ""))
	for b.Loop() {
		rows, err := s.Open(b.Context(), connectors.Delivery{Name: "d"})
		if err != nil {
			b.Fatal(err)
		}
		n := int64(0)
		for {
			batch, err := rows.Next(b.Context())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			n += batch.NumRows()
			batch.Release()
		}
		_ = rows.Close()
		if n != pages*size {
			b.Fatalf("%d rows", n)
		}
	}
	b.ReportMetric(pages*float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}
