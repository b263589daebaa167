package pipelines_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/schemas"
)

var update = flag.Bool("update", false, "write golden files")

// answers is a server that answers as the files of testdata/presets say: each is
// what the documentation of one product shows, by request.
type answers struct {
	t      *testing.T
	server *httptest.Server
	by     map[string]string
	mu     sync.Mutex
	asked  map[string]bool
	again  []string // since what the first night read
}

// since is how the products are asked for what is new.
var since = regexp.MustCompile(`&(modifiedSince|since_send_time|since_last_changed|updated_at_min|since|modified_after)=[^&]*|("write_date",">=","2026)[^"]*`)

// sinceFirst returns the request of the first night that a later one repeats.
func sinceFirst(request string) string {
	return since.ReplaceAllStringFunc(request, func(found string) string {
		if found[0] == '&' {
			return ""
		}
		return `"write_date",">=","2000-01-01 00:00:00`
	})
}

func newAnswers(t *testing.T) *answers {
	a := &answers{t: t, by: map[string]string{}, asked: map[string]bool{}}
	files, err := filepath.Glob("testdata/presets/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no answers", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			a.by[f.Name] = string(f.Data)
		}
	}
	a.server = httptest.NewServer(a)
	t.Cleanup(a.server.Close)
	return a
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	request := strings.TrimSpace(r.Method + " " + r.URL.RequestURI() + " " + string(body))
	text, ok := a.by[request]
	if first := sinceFirst(request); !ok && a.by[first] != "" { // what a second night asks is answered as before
		a.mu.Lock()
		a.again = append(a.again, request)
		a.mu.Unlock()
		text, ok = a.by[first], true
	}
	if !ok {
		a.t.Errorf("nobody answers %s", request)
		http.NotFound(w, r)
		return
	}
	_, password, _ := r.BasicAuth()
	if carried := r.Header.Get("Authorization") + r.Header.Get("Api-Key") + r.Header.Get("X-Shopify-Access-Token") + password + string(body); !strings.Contains(carried, "geheim") &&
		!strings.Contains(carried, "sess-1") {
		a.t.Errorf("%s comes without its credential", request)
	}
	a.mu.Lock()
	a.asked[request] = true
	a.mu.Unlock()
	if head, rest, ok := strings.Cut(text, "\n\n"); ok && !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		name, value, _ := strings.Cut(strings.ReplaceAll(head, "URL", a.server.URL), ": ")
		w.Header().Set(name, value)
		text = rest
	}
	fmt.Fprint(w, text)
}

// presetPaths are where servers answer whose address is the user's own.
var presetPaths = map[string]string{
	"typeform": "/forms/AbC123/responses", "limesurvey": "/index.php/admin/remotecontrol",
	"woocommerce-orders": "/wp-json/wc/v3/orders", "woocommerce-customers": "/wp-json/wc/v3/customers",
	"shopify-orders": "/admin/api/2025-10/orders.json", "shopify-customers": "/admin/api/2025-10/customers.json",
	"odoo-partners": "/jsonrpc", "odoo-orders": "/jsonrpc", "odoo-invoices": "/jsonrpc", "odoo-order-lines": "/jsonrpc",
	"mailchimp-members": "/3.0/lists/a1b2c3/members", "mailchimp-activity": "/3.0/reports/{id}/email-activity",
	"mailchimp-sent": "/3.0/reports/{id}/sent-to", "mailchimp-unsubscribes": "/3.0/reports/{id}/unsubscribed",
}

// TestPresets works a night on all presets at once, each on answers as its product
// documents them, and shows what they become.
func TestPresets(t *testing.T) {
	presets, err := config.Presets()
	if err != nil {
		t.Fatal(err)
	}
	a := newAnswers(t)
	var text strings.Builder
	text.WriteString("version: 1\ncompany: { name: Shop, country: BE, currency: EUR, timezone: Europe/Brussels }\nsources:\n")
	for _, p := range presets {
		path := presetPaths[p.Name]
		if path == "" {
			u, err := url.Parse(p.Source.URL)
			if err != nil || u.Path == "" {
				t.Fatalf("nobody knows where %s is asked for", p.Name)
			}
			path = u.Path
		}
		fmt.Fprintf(&text, "  %s:\n    connector: rest\n    preset: %s\n    url: %q\n    auth: %s\n", p.Name, p.Name, a.server.URL+path, p.Auth)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "clientele.yaml"), []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"TYPEFORM_TOKEN", "WOO_KEY", "WOO_SECRET", "SHOPIFY_TOKEN", "HUBSPOT_TOKEN", "LIME_PASSWORD", "ODOO_KEY", "MAILCHIMP_KEY", "BREVO_KEY"} {
		t.Setenv(name, "geheim")
	}
	h := newHouse(t, company{dir: dir})
	report := h.run("2026-05-01")

	var got strings.Builder
	for _, s := range report.Sources {
		for _, table := range s.Tables {
			fmt.Fprintf(&got, "%s.%s: %d read, %d conformed, filtered %v, quarantined %v\n", s.Source, table.Table, table.Read, table.Conformed, table.Filtered, table.Quarantined)
		}
	}
	h.use(func(p *pipelines.Project) { inputs(t, p, &got) })
	h.run("2026-05-02")
	slices.Sort(a.again)
	fmt.Fprintf(&got, "the second night asks:\n%s\n", strings.Join(a.again, "\n"))
	golden := "testdata/presets/golden.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("what the presets make of the answers (-golden +got):\n%s", diff)
	}
	for request := range a.by {
		if !a.asked[request] {
			t.Errorf("nobody asked %s", request)
		}
	}
}

// inputs writes the rows of the base's input tables, with what is there of each.
func inputs(t *testing.T, p *pipelines.Project, w io.Writer) {
	base, err := p.Warehouse.Look(t.Context(), schemas.Inputs())
	if err != nil {
		t.Fatal(err)
	}
	defer base.Close()
	passed := []string{"delivery_id", "position", "source", "record_id", "first_observed_on", "name_key", "street_key", "town_key"}
	for _, table := range schemas.Inputs() {
		query := fmt.Sprintf("SELECT * FROM %s ORDER BY source, position, record_id", p.Warehouse.Base(table.Name))
		if err := base.Read(t.Context(), query, func(rec arrow.Record) error {
			for i := range int(rec.NumRows()) {
				cells := map[string]string{}
				var shown []string
				for j, f := range rec.Schema().Fields() {
					cells[f.Name] = rec.Column(j).ValueStr(i)
					if rec.Column(j).IsValid(i) && !slices.Contains(passed, f.Name) {
						shown = append(shown, f.Name+"="+cells[f.Name])
					}
				}
				fmt.Fprintf(w, "%s %s %s: %s\n", table.Name, cells["source"], strings.ReplaceAll(cells["record_id"], "\x1f", "/"), strings.Join(shown, ", "))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}
