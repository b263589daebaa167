package restapi_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
)

// TestPages: each way of paging reads every record once, asking no more than it
// must.
func TestPages(t *testing.T) {
	const total = 5
	between := func(from, to int) string {
		var out []string
		for i := from; i < min(to, total); i++ {
			out = append(out, fmt.Sprintf(`{"id":%d}`, i))
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	number := func(r *http.Request, name string) int {
		n, _ := strconv.Atoi(r.URL.Query().Get(name))
		return n
	}
	for _, test := range []struct {
		name    string
		options string
		answer  func(w http.ResponseWriter, r *http.Request, n int)
		asked   []string
	}{
		{"no pages", ``, func(w http.ResponseWriter, r *http.Request, _ int) { fmt.Fprint(w, between(0, 9)) },
			[]string{"GET /r"}},
		{"page, until one is empty", `query: { p: "{page}", n: "{size}" }, pages: { by: page, size: 2 }`, func(w http.ResponseWriter, r *http.Request, _ int) {
			fmt.Fprint(w, between(2*number(r, "p")-2, 2*number(r, "p")))
		}, []string{"GET /r?n=2&p=1", "GET /r?n=2&p=2", "GET /r?n=2&p=3", "GET /r?n=2&p=4"}},
		{"page, as many as a header says", `query: { p: "{page}" }, pages: { by: page, start: 0, count: "header:X-Pages" }`, func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("X-Pages", "3")
			fmt.Fprint(w, between(2*number(r, "p"), 2*number(r, "p")+2))
		}, []string{"GET /r?p=0", "GET /r?p=1", "GET /r?p=2"}},
		{"offset, of a server that gives less than it is asked for", `query: { o: "{offset}", n: "{size}" }, records: d.r, pages: { by: offset, size: 100, total: d.t }`, func(w http.ResponseWriter, r *http.Request, _ int) {
			fmt.Fprintf(w, `{"d":{"t":%d,"r":%s}}`, total, between(number(r, "o"), number(r, "o")+3))
		}, []string{"GET /r?n=100&o=0", "GET /r?n=100&o=3"}},
		{"cursor", `query: { c: "{next}" }, records: r, pages: { by: cursor, next: m.c }`, func(w http.ResponseWriter, r *http.Request, _ int) {
			from := number(r, "c")
			next := `"` + strconv.Itoa(from+2) + `"`
			if from+2 >= total {
				next = `""`
			}
			fmt.Fprintf(w, `{"m":{"c":%s},"r":%s}`, next, between(from, from+2))
		}, []string{"GET /r", "GET /r?c=2", "GET /r?c=4"}},
		{"cursor, behind a page that a filter emptied, until a flag says so", `query: { c: "{next}" }, records: r, pages: { by: cursor, next: c, more: more }`, func(w http.ResponseWriter, r *http.Request, n int) {
			fmt.Fprintf(w, `{"c":%d,"more":%t,"r":%s}`, n+1, n < 2, []string{between(0, 3), "[]", between(3, 5)}[n])
		}, []string{"GET /r", "GET /r?c=1", "GET /r?c=2"}},
		{"cursor, in a body", `method: POST, body: '{"limit":"{size}","after":"{next}","keep":[1,"{next}"]}', records: r, pages: { by: cursor, next: c, size: 3 }`, func(w http.ResponseWriter, r *http.Request, n int) {
			fmt.Fprint(w, []string{`{"c":7,"r":` + between(0, 3) + `}`, `{"c":null,"r":` + between(3, 5) + `}`}[n])
		}, []string{`POST /r {"keep":[1,null],"limit":3}`, `POST /r {"after":7,"keep":[1,7],"limit":3}`}},
		{"Link header", ``, nil, nil},
		{"URL", `records: r, pages: { by: url, next: next }`, func(w http.ResponseWriter, r *http.Request, n int) {
			next := []string{`"/r?from=2"`, `"?from=4"`, `null`}[n]
			fmt.Fprintf(w, `{"next":%s,"r":%s}`, next, between(number(r, "from"), number(r, "from")+2))
		}, []string{"GET /r", "GET /r?from=2", "GET /r?from=4"}},
		{"keyset", `query: { above: "{next}" }, pages: { by: keyset, field: id }`, func(w http.ResponseWriter, r *http.Request, n int) {
			from := 0
			if n > 0 {
				from = number(r, "above") + 1
			}
			fmt.Fprint(w, between(from, from+2))
		}, []string{"GET /r", "GET /r?above=1", "GET /r?above=3", "GET /r?above=4"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.answer == nil {
				test.options = `query: { limit: "{size}" }, pages: { by: link, size: 2 }`
				test.answer = func(w http.ResponseWriter, r *http.Request, n int) {
					w.Header().Set("Link", []string{`<http://` + r.Host + `/r?cursor=a>; title="x, y"; rel="next"`,
						`</r>; rel="previous first", </r?cursor=b>; rel=next`, `</r?cursor=a>; rel="previous"`}[n])
					fmt.Fprint(w, between(2*n, 2*n+2))
				}
				test.asked = []string{"GET /r?limit=2", "GET /r?cursor=a", "GET /r?cursor=b"}
			}
			server := serve(t, test.answer)
			s := source(t, &world{}, configure(t, server.server.URL+"/r", test.options, ""))
			list, err := s.Deliveries(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			rows, err := s.Open(t.Context(), list[0])
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			batch, err := rows.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer batch.Release()
			var got []string
			for i := range int(batch.NumRows()) {
				got = append(got, batch.Column(0).ValueStr(i)+":"+batch.Column(3).ValueStr(i))
			}
			if diff := cmp.Diff([]string{"1:0", "2:1", "3:2", "4:3", "5:4"}, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.asked, server.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPagesThatLead nowhere end in one clear error, and ask for no more than
// they must to find out.
func TestPagesThatLeadNowhere(t *testing.T) {
	for _, test := range []struct {
		name    string
		options string
		answer  func(w http.ResponseWriter, r *http.Request, n int)
		code    string
		asked   int
	}{
		{"a cursor in a circle", `query: { c: "{next}" }, records: r, pages: { by: cursor, next: c }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprintf(w, `{"c":%d,"r":[{"id":%d}]}`, n%3+1, n)
		}, "endless_pages", 4},
		{"a cursor that never ends", `query: { c: "{next}" }, records: r, pages: { by: cursor, next: c, max: 50 }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprintf(w, `{"c":%d,"r":[{"id":%d}]}`, n+1, n)
		}, "endless_pages", 50},
		{"pages without records for ever", `query: { c: "{next}" }, records: r, pages: { by: cursor, next: c }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprintf(w, `{"c":%d,"r":[]}`, n+1)
		}, "endless_pages", 101},
		{"a page that repeats", `query: { p: "{page}" }, pages: { by: page }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprint(w, `[{"id":1}]`)
		}, "repeated_page", 2},
		{"a page that is asked for without its number", `pages: { by: page }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprintf(w, `[{"id":%d}]`, n)
		}, "endless_pages", 1},
		{"a next page on another host", `records: r, pages: { by: url, next: next }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprint(w, `{"r":[{"id":1}],"next":"https://elsewhere.example/r?token=geheim"}`)
		}, "foreign_next", 1},
		{"a link to another host", `pages: { by: link }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			w.Header().Set("Link", `<//elsewhere.example/r>; rel="next"`)
			fmt.Fprint(w, `[{"id":1}]`)
		}, "foreign_next", 1},
		{"a next page that is no URL", `records: r, pages: { by: url, next: next }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprint(w, `{"r":[{"id":1}],"next":"http://[geheim"}`)
		}, "bad_next", 1},
		{"a key that is not there", `query: { c: "{next}" }, pages: { by: keyset, field: key }`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprint(w, `[{"id":1}]`)
		}, "missing_key", 1},
		{"no records", `records: rows`, func(w http.ResponseWriter, _ *http.Request, n int) {
			fmt.Fprint(w, `{"items":[{"id":1}]}`)
		}, "missing_records", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, test.answer)
			err := refused(t, source(t, &world{}, configure(t, server.server.URL+"/r", test.options, "")))
			if connectors.CodeOf(err) != test.code || connectors.KindOf(err) != connectors.KindData || len(server.asked) != test.asked {
				t.Errorf("%v (code %q) after %d requests, want %q after %d", err, connectors.CodeOf(err), len(server.asked), test.code, test.asked)
			}
			if strings.Contains(fmt.Sprint(err), "geheim") {
				t.Errorf("the error quotes the server: %v", err)
			}
		})
	}
}
