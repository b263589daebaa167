package pipelines_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

// shopConfig is a small company: a file of customers and files of orders.
const shopConfig = `version: 1
company: { name: Shop, country: BE, languages: [nl], timezone: Europe/Brussels }
checks: { max_lost: 1 }
sources:
  customers:
    connector: csv
    path: in/customers*.csv
    options: { delimiter: ";" }
    tables:
      parties:
        key: [Nr]
        map: { name: Naam, email: { column: Mail, optional: true }, phone: { column: Tel, optional: true }, postcode: Postcode, vat_number: { column: BTW, optional: true }, observed_on: { column: Sinds, layout: "02/01/2006", on_bad: quarantine } }
  orders:
    connector: csv
    path: in/orders*.csv
    options: { delimiter: ";", decimal: "," }
    filter: [{ name: no return, where: "quantity > 0" }]
    tables:
      orders: { key: [Order], delivery: append, party_source: customers, map: { order_id: Order, party: Klant, ordered_at: { column: Datum, layout: "02/01/2006" } } }
      order_lines: { key: [Order, Lijn], delivery: append, map: { order_id: Order, line_no: Lijn, product: Artikel, quantity: Aantal, unit_price: Prijs } }
`

const (
	shopCustomers = "Nr;Naam;Mail;Tel;Postcode;BTW;Sinds\n1;Bakkerij Peeters bv;info@peeters.example;02 555 12 12;1000;;01/03/2025\n2;Slagerij Maes nv;;;2000;;02/03/2025\n"
	shopOrders    = "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA1;1;1;03/01/2026;brood;10;2,50\nA1;2;1;03/01/2026;taart;1;20,00\nA2;1;2;04/01/2026;worst;3;7,25\n"
)

// shop is the company in a folder of its own, on some night of its life.
type shop struct {
	t   *testing.T
	dir string
	now time.Time
	// outside is what the shop's sources and registers know of the world.
	outside connectors.Outside
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, dir: t.TempDir(), now: time.Date(2026, 2, 1, 2, 0, 0, 0, time.UTC)}
	s.write("clientele.yaml", shopConfig)
	s.write("in/customers.csv", shopCustomers)
	s.write("in/orders-1.csv", shopOrders)
	return s
}

func (s *shop) write(name, content string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) remove(name string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
		s.t.Fatal(err)
	}
}

// open opens the project until the test ends.
func (s *shop) open() *pipelines.Project {
	s.t.Helper()
	return openIn(s.t, s.dir, func() time.Time { s.now = s.now.Add(time.Second); return s.now }, s.outside)
}

// openIn opens the project of a folder until the test ends.
func openIn(t testing.TB, dir string, now func() time.Time, outside connectors.Outside) *pipelines.Project {
	t.Helper()
	c, findings, err := config.Load(filepath.Join(dir, "clientele.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	p, err := pipelines.Open(t.Context(), c, filepath.Join(dir, "home"), pipelines.Env{Now: now, Host: "test", PID: 1, Command: "test", Version: "test", Outside: outside})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// run works a night, which must be published.
func (s *shop) run(p *pipelines.Project) *pipelines.Report {
	s.t.Helper()
	report, err := p.Run(s.t.Context(), pipelines.RunOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	return report
}

// digests returns those of some published tables.
func (s *shop) digests(p *pipelines.Project, tables ...string) map[string]string {
	s.t.Helper()
	all, err := pipelines.Digests(s.t.Context(), p.Warehouse)
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]string{}
	for _, d := range all {
		for _, t := range tables {
			if d.Table == t {
				out[t] = d.SHA256
			}
		}
	}
	if len(out) != len(tables) {
		s.t.Fatalf("digests of %v are there, want %v", out, tables)
	}
	return out
}

// column returns the texts of the first column of a query on what is published.
func (s *shop) column(p *pipelines.Project, sql string) []string {
	s.t.Helper()
	r, err := p.Warehouse.Published(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	var out []string
	err = r.Read(s.t.Context(), sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			out = append(out, rec.Column(0).ValueStr(i))
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *shop) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}
