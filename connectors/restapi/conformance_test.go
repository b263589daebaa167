package restapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/restapi"
	"clientele/schemas/option"
)

// configure returns a source's config with the options of a YAML text.
func configure(t testing.TB, address, options, auth string) restapi.Config {
	t.Helper()
	c := restapi.Config{URL: address}
	for _, part := range []struct {
		text string
		spec *option.Spec
	}{{options, c.Options.Spec()}, {auth, c.Auth.Spec()}} {
		doc, findings := option.Open("test.yaml", []byte("{"+part.text+"}"), nil)
		if doc != nil {
			findings = append(findings, doc.Parse(part.spec)...)
		}
		if err := findings.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// source returns a source whose clock goes on only when it waits.
func source(t testing.TB, w *world, c restapi.Config) *restapi.Source {
	t.Helper()
	s, err := restapi.New(connectors.Project{Temp: t.TempDir(), Outside: w.outside()}, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shelfOfBoxes is a server of boxes with rows: it lists the boxes, and gives the rows of
// each in pages.
type shelfOfBoxes struct {
	mu    sync.Mutex
	boxes map[int]int
	gone  bool
}

func (s *shelfOfBoxes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/boxes" {
		var list []string
		for n := range s.boxes {
			list = append(list, fmt.Sprintf(`{"id":"%02d"}`, n))
		}
		slices.Sort(list)
		fmt.Fprintf(w, `{"boxes":[%s]}`, strings.Join(list, ","))
		return
	}
	n, _ := strconv.Atoi(strings.Split(r.URL.Path, "/")[2])
	total, ok := s.boxes[n]
	if !ok || s.gone {
		http.NotFound(w, r)
		return
	}
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	size, _ := strconv.Atoi(r.URL.Query().Get("size"))
	fmt.Fprint(w, `{"rows":[`)
	for i := offset; i < min(total, offset+size); i++ {
		if i > offset {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, `{"id":%d,"name":{"given":"An","family":"Peeters-%d"},"email":"an.%d@peeters.example","city":"Gent","tags":["a","b"]}`, i, i, i)
	}
	fmt.Fprint(w, `]}`)
}

func TestConformance(t *testing.T) {
	var (
		shelves sync.Map // by their first folder
		places  atomic.Int64
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		folder, rest, _ := strings.Cut(r.URL.Path[1:], "/")
		shelf, _ := shelves.Load(folder)
		r.URL.Path = "/" + rest
		shelf.(*shelfOfBoxes).ServeHTTP(w, r)
	}))
	defer server.Close()
	connectortest.Run(t, connectortest.Harness{LargeRows: 500_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
		shelf, folder := &shelfOfBoxes{boxes: map[int]int{}}, fmt.Sprint(places.Add(1))
		shelves.Store(folder, shelf)
		s := source(t, &world{}, configure(t, server.URL+"/"+folder+"/boxes/{id}/rows",
			`records: rows, query: { offset: "{offset}", size: "{size}" }, pages: { by: offset, size: 5000 }, each: { url: "/`+folder+`/boxes", records: boxes }`, ""))
		s.Memory = mem
		return connectortest.Place{Source: s,
			Put: func(ordinal, rows int) {
				shelf.mu.Lock()
				defer shelf.mu.Unlock()
				shelf.boxes[ordinal] = rows
			},
			Vanish: func() {
				shelf.mu.Lock()
				defer shelf.mu.Unlock()
				shelf.gone = true
			}}
	}})
}
