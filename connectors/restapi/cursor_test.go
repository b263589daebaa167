package restapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/restapi"
	"clientele/schemas/option"
)

// TestCursor: what is asked for the first time and the next, and where the source
// stands behind it.
func TestCursor(t *testing.T) {
	for _, test := range []struct {
		name, options string
		answer        string
		first, second string // asked
		cursor        string
	}{
		{"instants", `cursor: { field: at }`, `[{"at":"2026-04-02T10:00:00+02:00"},{"at":"2026-04-01T23:00:00Z"}]`,
			"/r", "/r?since=2026-04-02T07%3A59%3A59Z", "2026-04-02T08:00:00Z"},
		{"instants from a date on, with a lookback", `cursor: { field: at, start: 2026-01-01, lookback: 2d }`, `[{"at":"2026-04-02T10:00:00.5Z"}]`,
			"/r?since=2026-01-01T00%3A00%3A00Z", "/r?since=2026-03-31T09%3A59%3A59Z", "2026-04-02T10:00:00.5Z"},
		{"seconds", `cursor: { field: m.at, layout: unix, send: unix }`, `[{"m":{"at":1775124000}}]`, "/r", "/r?since=1775123999", "2026-04-02T10:00:00Z"},
		{"milliseconds", `cursor: { field: at, layout: unix_ms, send: unix_ms }`, `[{"at":"1775124000500"}]`, "/r", "/r?since=1775123999500", "2026-04-02T10:00:00.5Z"},
		{"a layout", `cursor: { field: at, layout: "02/01/2006 15:04", send: "2006-01-02 15:04:05" }`, `[{"at":"02/04/2026 10:00"}]`, "/r", "/r?since=2026-04-02+09%3A59%3A59", "2026-04-02T10:00:00Z"},
		{"numbers", `cursor: { field: id, type: number }`, `[{"id":9},{"id":10}]`, "/r", "/r?since=10", "10"},
		{"texts", `cursor: { field: id, type: text }`, `[{"id":"9"},{"id":"10"}]`, "/r", "/r?since=9", "9"},
		{"a record of tomorrow", `cursor: { field: at }`, `[{"at":"2036-04-02T10:00:00Z"}]`, "/r", "/r?since=2026-05-01T01%3A59%3A59Z", "2026-05-01T02:00:00Z"},
		{"some records without", `cursor: { field: at }`, `[{"at":null},{},{"at":"soon"},{"at":"2026-04-02"}]`, "/r", "/r?since=2026-04-01T23%3A59%3A59Z", "2026-04-02T00:00:00Z"},
		{"nothing", `cursor: { field: at }`, `[]`, "/r", "/r", ""},
		{"no cursor", ``, `[{"at":"2026-04-02"}]`, "/r", "/r", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				if n == 0 {
					fmt.Fprint(w, test.answer)
				} else {
					fmt.Fprint(w, `[]`)
				}
			})
			s := source(t, &world{}, configure(t, server.server.URL+"/r", `query: { since: "{since}" }, `+test.options, ""))
			cursor := ""
			for _, want := range []string{test.first, test.second} {
				list, err := s.Deliveries(t.Context(), cursor)
				if err != nil {
					t.Fatal(err)
				}
				rows, err := s.Open(t.Context(), list[0])
				if err != nil {
					t.Fatal(err)
				}
				if cursor = rows.(connectors.Positioned).Cursor(); cursor != test.cursor {
					t.Errorf("it stands at %q, want %q", cursor, test.cursor)
				}
				_ = rows.Close()
				if got := server.asked[len(server.asked)-1]; got != "GET "+want {
					t.Errorf("asked %s, want %s", got, want)
				}
			}
		})
	}
}

// TestCursorGoesNowhere: a pull that brings older things does not move a source
// back, and one whose records have no cursor is refused.
func TestCursorGoesNowhere(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		fmt.Fprint(w, `[{"at":"2026-04-02T10:00:00Z"}]`)
	})
	s := source(t, &world{}, configure(t, server.server.URL+"/r", `cursor: { field: at }`, ""))
	if _, _, cursor := pull(t, s, "2026-04-03T00:00:00Z"); cursor != "2026-04-03T00:00:00Z" {
		t.Errorf("it stands at %q", cursor)
	}
	s = source(t, &world{}, configure(t, server.server.URL+"/r", `cursor: { field: changed }`, ""))
	if err := refused(t, s); connectors.CodeOf(err) != "missing_cursor" {
		t.Error(err)
	}
	s = source(t, &world{}, configure(t, server.server.URL+"/r", `cursor: { field: at }`, ""))
	if _, err := s.Open(t.Context(), connectors.Delivery{Name: "d", Since: "4711"}); connectors.CodeOf(err) != "bad_cursor" {
		t.Error(err)
	}
}

// TestEach: things are listed by what is new of them, and each is a delivery that
// the next one of its name corrects.
func TestEach(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		switch r.URL.Path {
		case "/campaigns":
			fmt.Fprint(w, `[{"key":"a b","sent":"2026-04-01T00:00:00Z"},{"key":"c","sent":"2026-04-05T00:00:00Z"}]`)
		default:
			fmt.Fprintf(w, `{"activity":[{"on":%q}]}`, r.URL.Path)
		}
	})
	s := source(t, &world{}, configure(t, server.server.URL+"/campaigns/{id}/activity",
		`records: activity, each: { url: /campaigns, id: key, query: { sent_since: "{since}" }, cursor: { field: sent, lookback: 3d } }`, ""))
	name := strings.TrimPrefix(server.server.URL, "http://") + "/campaigns/{id}/activity#"
	first, err := s.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	want := []connectors.Delivery{{Name: name + "a b", Named: true}, {Name: name + "c", Named: true, Cursor: "2026-04-05T00:00:00Z"}}
	if fmt.Sprint(first) != fmt.Sprint(want) {
		t.Errorf("deliveries %v, want %v", first, want)
	}
	if _, err := s.Deliveries(t.Context(), first[1].Cursor); err != nil {
		t.Fatal(err)
	}
	for i, path := range []string{"/campaigns/a b/activity", "/campaigns/c/activity"} {
		rows, err := s.Open(t.Context(), first[i])
		if err != nil {
			t.Fatal(err)
		}
		batch, err := rows.Next(t.Context())
		if err != nil || batch.Column(3).ValueStr(0) != path {
			t.Errorf("%v, %v; want %s", batch, err, path)
		}
		if got := rows.(connectors.Positioned).Cursor(); got != first[i].Cursor {
			t.Errorf("it stands at %q", got)
		}
		batch.Release()
		_ = rows.Close()
	}
	if got := fmt.Sprint(server.asked); got != "[GET /campaigns GET /campaigns?sent_since=2026-04-01T23%3A59%3A59Z GET /campaigns/a%20b/activity GET /campaigns/c/activity]" {
		t.Errorf("asked %s", got)
	}
}

// TestDeliveriesShare: all deliveries of a source keep one rate, with one token.
func TestDeliveriesShare(t *testing.T) {
	tokens := 0
	server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		switch r.URL.Path {
		case "/token":
			tokens++
			fmt.Fprint(w, `{"access_token":"t"}`)
		case "/things":
			fmt.Fprint(w, `[{"id":1,"title":"one"},{"id":2,"title":"two"},{"id":1,"title":"one"}]`)
		default:
			fmt.Fprint(w, `[{"a":1},{}]`)
		}
	})
	w := &world{}
	s := source(t, w, configure(t, server.server.URL+"/things/{id}", `rate: 1, each: { url: /things, keep: [title] }`,
		`oauth2: { url: "`+server.server.URL+`/token", client_id: an, client_secret: geheim }`))
	list, err := s.Deliveries(t.Context(), "")
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	for i, want := range []string{"[[1 <null> <null> one 1] [2 <null> <null> one <null>]]", "[[1 <null> <null> two 1] [2 <null> <null> two <null>]]"} {
		if _, rows := connectortest.Rows(t, s, list[i]); fmt.Sprint(rows) != want {
			t.Errorf("rows %v, want %s", rows, want)
		}
	}
	if tokens != 1 || w.slept != 3*time.Second { // between four requests
		t.Errorf("%d tokens, slept %v", tokens, w.slept)
	}
	// Who opens a delivery that another listed gets the same of its thing.
	_, rows := connectortest.Rows(t, source(t, &world{}, configure(t, server.server.URL+"/things/{id}", `each: { url: /things, keep: [title] }`, "")), list[1])
	if fmt.Sprint(rows) != "[[1 <null> <null> two 1] [2 <null> <null> two <null>]]" {
		t.Errorf("rows %v", rows)
	}
}

// TestLookbackOfAMonth keeps the time of day.
func TestLookbackOfAMonth(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { fmt.Fprint(w, `[]`) })
	c := configure(t, server.server.URL+"/r", `query: { since: "{since}" }, cursor: { field: at }`, "")
	c.Cursor.Lookback = option.Period{Months: 1}
	s := source(t, &world{}, c)
	if _, err := s.Open(t.Context(), connectors.Delivery{Since: "2026-03-31T12:30:00Z"}); err != nil {
		t.Fatal(err)
	}
	if got := server.asked[0]; got != "GET /r?since=2026-02-28T12%3A29%3A59Z" {
		t.Errorf("asked %s", got)
	}
}

// FuzzCursor: what a record says of its time never makes a cursor that the next
// pull can't go on from.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"2026-04-02T10:00:00+02:00", "1775124000", "2026-04-02", "0001-01-01", "9999-12-31T23:59:59.999999999Z"} {
		f.Add(seed, "", "time")
		f.Add(seed, "unix", "time")
		f.Add(seed, "", "number")
	}
	at := time.Date(2026, 5, 1, 2, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value, layout, kind string) {
		c := restapi.Cursor{Field: "at", Type: kind, Layout: layout}
		kept, ok := restapi.Keep(c, value, at)
		if !ok {
			return
		}
		if err := restapi.GoOn(c, kept); err != nil {
			t.Errorf("%q is kept as %q, and then %v", value, kept, err)
		}
	})
}
