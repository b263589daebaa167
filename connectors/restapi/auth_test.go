package restapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/restapi"
)

// TestAuth: each way to say who asks reaches the server, on every page.
func TestAuth(t *testing.T) {
	for _, test := range []struct{ auth, header, want, query string }{
		{`bearer: geheim`, "Authorization", "Bearer geheim", ""},
		{`user: an, password: geheim`, "Authorization", "Basic YW46Z2VoZWlt", ""},
		{`key: geheim, header: X-Key`, "X-Key", "geheim", ""},
		{`key: geheim, query: api_key`, "X-Key", "", "&api_key=geheim"},
		{``, "Authorization", "", ""},
	} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
			next := ""
			if n == 0 {
				next = `,"next":"/r?page=2"`
			}
			fmt.Fprintf(w, `{"r":[{"id":%d}]%s}`, n, next)
		})
		s := source(t, &world{}, configure(t, server.server.URL+"/r?page=1", `records: r, pages: { by: url, next: next }`, test.auth))
		if err := refused(t, s); err != nil {
			t.Errorf("%s: %v", test.auth, err)
		}
		for i, h := range server.heads {
			if got := h.Get(test.header); got != test.want {
				t.Errorf("%s: request %d has %s %q", test.auth, i, test.header, got)
			}
			asked := fmt.Sprintf("GET /r?page=%d", i+1)
			if got := server.asked[i]; got != asked && got != strings.Replace(asked, "?", "?"+strings.TrimPrefix(test.query, "&")+"&", 1) || (test.query != "") != strings.Contains(got, "geheim") {
				t.Errorf("%s: asked %s", test.auth, got)
			}
		}
	}
}

// TestOAuth2: a token is asked for once, again when it ends, and again when it is
// not taken.
func TestOAuth2(t *testing.T) {
	for _, by := range []string{"header", "body"} {
		w := &world{}
		tokens, refuse := 0, ""
		server := serve(t, func(rw http.ResponseWriter, r *http.Request, n int) {
			if r.URL.Path == "/token" {
				tokens++
				fmt.Fprintf(rw, `{"access_token":"t%d","token_type":"bearer","expires_in":600}`, tokens)
				return
			}
			if got := r.Header.Get("Authorization"); got != fmt.Sprintf("Bearer t%d", tokens) || got == refuse {
				rw.WriteHeader(http.StatusUnauthorized)
				return
			}
			if r.URL.Query().Get("p") == "3" {
				w.mu.Lock() // the third page is long in coming
				w.now = w.now.Add(9 * time.Minute)
				w.mu.Unlock()
			}
			if r.URL.Query().Get("p") == "6" {
				fmt.Fprint(rw, `[]`)
				return
			}
			if r.URL.Query().Get("p") == "4" && refuse == "" {
				refuse = r.Header.Get("Authorization")
				rw.WriteHeader(http.StatusUnauthorized)
				return
			}
			fmt.Fprintf(rw, `[{"id":%d}]`, n)
		})
		s := source(t, w, configure(t, server.server.URL+"/r", `query: { p: "{page}" }, pages: { by: page }`,
			`oauth2: { url: "`+server.server.URL+`/token", client_id: an, client_secret: "ge heim", scope: read, by: `+by+` }`))
		if err := refused(t, s); err != nil {
			t.Error(err)
		}
		if tokens != 3 {
			t.Errorf("by %s: %d tokens, want 3: %v", by, tokens, server.asked)
		}
		want, header := "POST /token grant_type=client_credentials&scope=read", "Basic YW46Z2UraGVpbQ=="
		if by == "body" {
			want, header = "POST /token client_id=an&client_secret=ge+heim&grant_type=client_credentials&scope=read", ""
		}
		if server.asked[0] != want || server.heads[0].Get("Authorization") != header {
			t.Errorf("by %s: asked %s with %q", by, server.asked[0], server.heads[0].Get("Authorization"))
		}
	}
}

// TestRefusedCredentials: what is wrong with a credential is said without it.
func TestRefusedCredentials(t *testing.T) {
	for _, test := range []struct {
		name, auth string
		answer     func(w http.ResponseWriter, r *http.Request, n int)
	}{
		{"a token server that refuses", `oauth2: { url: "URL/token", client_id: an, client_secret: geheim }`, func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"invalid_client","error_description":"geheim"}`)
		}},
		{"a token server without a token", `oauth2: { url: "URL/token", client_id: an, client_secret: geheim }`, func(w http.ResponseWriter, _ *http.Request, _ int) {
			fmt.Fprint(w, `{"error":"geheim"}`)
		}},
		{"a token that is never taken", `oauth2: { url: "URL/token", client_id: an, client_secret: geheim }`, func(w http.ResponseWriter, r *http.Request, _ int) {
			if r.URL.Path == "/token" {
				fmt.Fprint(w, `{"access_token":"geheim"}`)
				return
			}
			w.WriteHeader(http.StatusUnauthorized)
		}},
		{"a login that is false", `values: { password: geheim }, login: { body: '{"p":"{password}"}' }`, func(w http.ResponseWriter, _ *http.Request, _ int) {
			fmt.Fprint(w, `{"result":false}`)
		}},
		{"a login that says why", `values: { password: geheim }, login: { body: '{"p":"{password}"}' }`, func(w http.ResponseWriter, _ *http.Request, _ int) {
			fmt.Fprint(w, `{"result":{"status":"Invalid user name or password: geheim"}}`)
		}},
	} {
		server := serve(t, test.answer)
		err := refused(t, source(t, &world{}, configure(t, server.server.URL+"/r", "", strings.ReplaceAll(test.auth, "URL", server.server.URL))))
		if connectors.CodeOf(err) != "credential" || connectors.KindOf(err) != connectors.KindEnvironment || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestLogin: a session is asked for once, and stands where requests want it.
func TestLogin(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		fmt.Fprint(w, []string{`{"result":7}`, `{"result":[{"id":1}]}`, `{"result":[]}`}[n])
	})
	s := source(t, &world{}, configure(t, server.server.URL+"/rpc",
		`method: POST, repeatable: true, records: result, body: '{"args":["{database}","{session}","{password}"],"offset":"{offset}"}', pages: { by: offset }`,
		`values: { database: shop, password: geheim }, login: { body: '{"login":["{database}","{password}"]}' }`))
	if err := refused(t, s); err != nil {
		t.Fatal(err)
	}
	want := `[POST /rpc {"login":["shop","geheim"]} POST /rpc {"args":["shop",7,"geheim"],"offset":0} POST /rpc {"args":["shop",7,"geheim"],"offset":1}]`
	if got := fmt.Sprint(server.asked); got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

// TestDocument: what stands packed in a text is read like any other document.
func TestDocument(t *testing.T) {
	for _, packed := range []string{`"eyJyZXNwb25zZXMiOlt7ImlkIjoiMSJ9XX0="`, `"{\"responses\":[{\"id\":\"1\"}]}"`} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) { fmt.Fprintf(w, `{"result":%s}`, packed) })
		_, rows, _ := pull(t, source(t, &world{}, configure(t, server.server.URL, `document: result, records: responses`, "")), "")
		if fmt.Sprint(rows) != "[[1 <null> <null> 1]]" {
			t.Errorf("%s: rows %v", packed, rows)
		}
	}
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) { fmt.Fprint(w, `{"result":"geheim"}`) })
	if err := refused(t, source(t, &world{}, configure(t, server.server.URL, `document: result, records: responses`, ""))); connectors.CodeOf(err) != "malformed" || strings.Contains(err.Error(), "geheim") {
		t.Error(err)
	}
}

// TestNew: what is wrong with a config is said before anything is asked.
func TestNew(t *testing.T) {
	for _, test := range []struct{ url, options, auth, code, says string }{
		{"ftp://example.org/r", "", "", "bad_url", ""},
		{"example.org/r", "", "", "bad_url", ""},
		{"https://an:geheim@example.org/r", "", "", "bad_url", "auth"},
		{"https://example.org/r", "", "key: geheim", "bad_option", "header"},
		{"https://example.org/{form}/r", "", "", "bad_option", "{form}"},
		{"https://example.org/r", `query: { since: "{sinse}" }`, "", "bad_option", "{sinse}"},
		{"https://example.org/r", `each: { url: "https://elsewhere.example/x" }`, "", "bad_url", ""},
		{"https://example.org/{form}/r", "", "values: { form: a }", "", ""},
	} {
		_, err := restapi.New(connectors.Project{}, configure(t, test.url, test.options, test.auth))
		if connectors.CodeOf(err) != test.code || test.code != "" && connectors.KindOf(err) != connectors.KindConfig ||
			strings.Contains(fmt.Sprint(err), "geheim") || !strings.Contains(fmt.Sprint(err), test.says) {
			t.Errorf("%s %s %s: %v", test.url, test.options, test.auth, err)
		}
	}
}
