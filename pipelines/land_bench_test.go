package pipelines_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// BenchmarkLand measures how fast sources are read into Parquet, from the file or the
// server to the landed file.
func BenchmarkLand(b *testing.B) {
	b.Run("csv", func(b *testing.B) {
		const rows = 1_000_000
		var text strings.Builder
		text.WriteString("order;line;customer;name;street;postcode;town;ordered_at;product;quantity;unit_price;remark\n")
		for i := range rows {
			fmt.Fprintf(&text, "%d;%d;%d;Bakkerij Peeters %d bv;Kerkstraat %d;%d;Gent;2026-05-%02d 10:%02d;A-%05d;%d;%d,%02d;\"to the back door, please\"\n",
				i/3, i%3, i/30, i/30, i%200, 1000+i%9000, 1+i%28, i%60, i%20_000, 1+i%9, i%300, i%100)
		}
		took := land(b, rows, "connector: csv, path: orders.csv, options: { delimiter: \";\" }", func(dir string) {
			if err := os.WriteFile(filepath.Join(dir, "orders.csv"), []byte(text.String()), 0o600); err != nil {
				b.Fatal(err)
			}
		})
		b.ReportMetric(float64(text.Len())/1e6/took, "MB/s")
	})
	b.Run("xlsx", func(b *testing.B) {
		const rows, columns = 200_000, 12
		took := land(b, rows, "connector: xlsx, path: orders.xlsx", func(dir string) { writeBook(b, filepath.Join(dir, "orders.xlsx"), rows, columns) })
		b.ReportMetric(rows/took, "rows/s")
	})
	b.Run("rest", func(b *testing.B) {
		const pages, size = 10_000, 100
		row := strings.Repeat(`,{"id":1,"name":{"given":"An","family":"Peeters"},"email":"an@peeters.example","city":"Gent","amount":12.50}`, size-1)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"pages":%d,"rows":[{"page":%s}%s]}`, pages, r.URL.Query().Get("page"), row)
		}))
		defer server.Close()
		took := land(b, pages*size, `connector: rest, url: "`+server.URL+`", options: { query: { page: "{page}" }, records: rows, pages: { by: page, count: pages } }`, func(string) {})
		b.ReportMetric(took, "seconds")
	})
}

// land lands a source of so many rows time and again, and returns how many seconds
// it took each time.
func land(b *testing.B, rows int64, source string, put func(dir string)) float64 {
	s := &shop{dir: b.TempDir(), now: time.Now()}
	config := "version: 1\ncompany: { name: Shop, country: BE, timezone: Europe/Brussels }\nsources:\n  it: { " + source + ", tables: { parties: { key: [id], map: { name: name } } } }\n"
	if err := os.WriteFile(filepath.Join(s.dir, "clientele.yaml"), []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	put(s.dir)
	p := openIn(b, s.dir, func() time.Time { return s.now }, s.outside)
	before := processorTime(b)
	for b.Loop() {
		got, err := p.Land(b.Context(), "it", filepath.Join(s.dir, "landed.parquet"))
		if err != nil || got != rows {
			b.Fatalf("%d rows, %v; want %d", got, err, rows)
		}
	}
	b.ReportMetric((processorTime(b)-before)/float64(b.N), "cpu_s")
	return b.Elapsed().Seconds() / float64(b.N)
}

// writeBook writes a workbook of texts and numbers.
func writeBook(b *testing.B, path string, rows, columns int) {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	row := make([]any, columns)
	for n := range rows + 1 {
		for c := range row {
			switch {
			case n == 0:
				row[c] = fmt.Sprint("column ", c+1)
			case c%2 == 0:
				row[c] = n*columns + c
			default:
				row[c] = fmt.Sprint("Kerkstraat ", n%500)
			}
		}
		if err := w.SetRow(fmt.Sprint("A", n+1), row); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.SaveAs(path); err != nil {
		b.Fatal(err)
	}
}
