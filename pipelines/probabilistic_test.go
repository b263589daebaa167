package pipelines_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"clientele/pipelines"
)

const likelyMatch = "match: { engine: probabilistic, accept_above: 0.95, review_above: 0.5 }\nchecks:"

// neighbours are the customers of a shop: firms and persons, with a firm and a
// person among them who stand there twice, spelled otherwise. from is the number
// of the first.
func neighbours(from, n int) string {
	var b strings.Builder
	b.WriteString("Nr;Naam;Mail;Tel;Postcode;BTW;Sinds\n")
	for i := from; i < from+n; i++ {
		name := "Jan " + surname(i*7%997)
		if i%2 == 1 {
			name = surname(i*7%997) + " Handel BV"
		}
		fmt.Fprintf(&b, "%d;%s;klant%d@voorbeeld.example;02 555 %02d %02d;%d;;01/03/2025\n", i, name, i, i/100, i%100, 1000+i%40*10)
	}
	return b.String()
}

const twice = "F1;Bakkerij Vandenbroecke bv;info@vandenbroecke.example;051 20 30 40;8800;;01/03/2025\n" +
	"F2;Bakerij Vandenbroeck BV;info@vandenbroecke.example;051 20 30 40;8800;;02/03/2025\n" +
	"P1;Annelies Verschueren;annelies@mail.example;0475 12 34 56;2800;;01/03/2025\n" +
	"P2;Anelies Verschuren;annelies@mail.example;0475 12 34 56;2800;;02/03/2025\n"

func likelyShop(t *testing.T, engine string) (*shop, *pipelines.Project) {
	t.Helper()
	s := newShop(t)
	s.write("clientele.yaml", strings.Replace(shopConfig, "checks:", engine, 1))
	s.write("in/customers.csv", neighbours(0, 120)+twice)
	return s, s.open()
}

// customersOf returns the number of customers that records of the shop are.
func (s *shop) customersOf(p *pipelines.Project, a, b string) string {
	s.t.Helper()
	sql := fmt.Sprintf("SELECT COUNT(DISTINCT customer_id) FROM customer_sources WHERE source_record_id IN ('%s', '%s')", a, b)
	return s.column(p, sql)[0]
}

func TestSpellingsBecomeOneCustomer(t *testing.T) {
	for _, c := range []struct{ engine, config, firms string }{{"exact", "checks:", "2"}, {"probabilistic", likelyMatch, "1"}} {
		s, p := likelyShop(t, c.config)
		report := s.run(p)
		if report.Match.Engine != c.engine {
			t.Errorf("the engine is %s, want %s", report.Match.Engine, c.engine)
		}
		for _, pair := range [][2]string{{"F1", "F2"}, {"P1", "P2"}} {
			if n := s.customersOf(p, pair[0], pair[1]); n != c.firms {
				t.Errorf("%s: %v are %s customers, want %s", c.engine, pair, n, c.firms)
			}
		}
		if n := s.customersOf(p, "F1", "P1"); n != "2" {
			t.Errorf("%s: a firm and a person are %s customer", c.engine, n)
		}
		if report.Match.Parties != 124 {
			t.Errorf("%s: %d parties, want 124", c.engine, report.Match.Parties)
		}
	}
}

// The models that the first night trained are those of the nights that follow: a
// night worked again is the same, and a later one changes nothing that it was not
// told of.
func TestLaterNightsKeepTheModels(t *testing.T) {
	s, p := likelyShop(t, likelyMatch)
	s.run(p)
	models := s.base(p, "SELECT kind || ' ' || CAST(trained_on AS VARCHAR) || ' ' || model FROM %s ORDER BY kind", "base_models")
	if len(models) != 3 || !strings.HasPrefix(models[0], "contact 2026-02-01 ") || !strings.HasPrefix(models[1], "organisation 2026-02-01 ") || !strings.HasPrefix(models[2], "person 2026-02-01 ") {
		t.Fatalf("the base keeps %d models", len(models))
	}
	want := s.digests(p, results...)
	s.run(p)
	sameDigests(t, "the night again", s.digests(p, results...), want)
	before := s.column(p, "SELECT source_record_id || ' ' || customer_id || ' ' || matched_by FROM customer_sources ORDER BY ALL")

	s.now = s.now.AddDate(0, 0, 1)
	s.write("in/customers.csv", neighbours(0, 120)+twice+"F3;Bakkerij Vandenbroeke BV;info@vandenbroecke.example;051 20 30 40;8800;;03/03/2025\n")
	report := s.run(p)
	if n := s.customersOf(p, "F1", "F3"); n != "1" {
		t.Errorf("a third spelling is another customer")
	}
	if report.Match.Merges+report.Match.Splits != 0 {
		t.Errorf("%d merges and %d splits of what did not change", report.Match.Merges, report.Match.Splits)
	}
	after := s.column(p, "SELECT source_record_id || ' ' || customer_id || ' ' || matched_by FROM customer_sources WHERE source_record_id <> 'F3' ORDER BY ALL")
	if a, b := strings.Join(after, "\n"), strings.Join(before, "\n"); a != b {
		t.Errorf("parties that did not change are told otherwise:\n%s\nbefore:\n%s", a, b)
	}
	if now := s.base(p, "SELECT kind || ' ' || CAST(trained_on AS VARCHAR) || ' ' || model FROM %s ORDER BY kind", "base_models"); strings.Join(now, "\n") != strings.Join(models, "\n") {
		t.Error("the models are others")
	}
}

// One file or two, in whichever order, on one core or all: the customers are the
// same.
func TestLikenessIsFreeOfFilesAndCores(t *testing.T) {
	s, p := likelyShop(t, likelyMatch)
	s.run(p)
	want := s.column(p, "SELECT source_record_id || ' ' || customer_id || ' ' || matched_by FROM customer_sources ORDER BY ALL")

	cores := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(cores)
	lines := strings.SplitAfter(neighbours(0, 120)+twice, "\n")
	parts := [2]string{lines[0], lines[0]}
	for i := len(lines) - 1; i > 0; i-- { // from behind
		parts[i%2] += lines[i]
	}
	other := newShop(t)
	other.write("clientele.yaml", strings.Replace(shopConfig, "checks:", likelyMatch, 1))
	other.write("in/customers.csv", parts[0])
	other.write("in/customers-2.csv", parts[1])
	q := other.open()
	other.run(q)
	if got := other.column(q, "SELECT source_record_id || ' ' || customer_id || ' ' || matched_by FROM customer_sources ORDER BY ALL"); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("customers are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// base returns the texts of the first column of a query on a table of the base.
func (s *shop) base(p *pipelines.Project, sql, table string) []string {
	s.t.Helper()
	tx, err := p.Warehouse.Begin(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(s.t.Context()) }()
	return readAll(s.t, tx, fmt.Sprintf(sql, p.Warehouse.Base(table)))
}

func sameDigests(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for table, digest := range want {
		if got[table] != digest {
			t.Errorf("%s: %s has other rows", what, table)
		}
	}
}

// A night of small change is confined to what it changes, and makes what a whole
// night makes: a firm is joined to one that did not change, and a customer parts.
func TestConfinedNightsOfLikeness(t *testing.T) {
	nights := func(whole bool) (*pipelines.Report, map[string]pipelines.Digest) {
		s, p := likelyShop(t, likelyMatch)
		s.run(p)
		if n := s.customersOf(p, "P1", "P2"); n != "1" {
			t.Fatalf("P1 and P2 are %s customers before, want 1", n)
		}
		if whole {
			s.exec(p, "DELETE FROM %s WHERE name = 'basis'", "base_meta")
		}
		s.now = s.now.AddDate(0, 0, 1)
		s.write("in/customers-2.csv", neighbours(0, 0)+"P2;Bart Coppens;bart@mail.example;0476 65 43 21;8400;;02/03/2025\n"+
			"F3;Vandenbroeke Bakkerij BV;info@vandenbroecke.example;051 20 30 40;8800;;03/03/2025\n")
		s.write("in/orders-2.csv", "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\nA9;1;7;05/01/2026;brood;4;2,50\n")
		report := s.run(p)
		if n := s.customersOf(p, "F1", "F3") + s.customersOf(p, "P1", "P2"); n != "12" {
			t.Errorf("F1 and F3, P1 and P2 are %s customers, want 1 and 2", n)
		}
		all, err := pipelines.Digests(t.Context(), p.Warehouse)
		if err != nil {
			t.Fatal(err)
		}
		byTable := map[string]pipelines.Digest{}
		for _, d := range all {
			if d.Table != "runs" && d.Table != "run_steps" {
				byTable[d.Table] = d
			}
		}
		return report, byTable
	}
	confined, got := nights(false)
	whole, want := nights(true)
	if confined.Match.Touched == 0 || confined.Match.Touched > 20 || whole.Match.Touched != 0 {
		t.Errorf("the nights looked at %d parties and %d, want few and all", confined.Match.Touched, whole.Match.Touched)
	}
	for table, digest := range want {
		if got[table] != digest {
			t.Errorf("%s has other rows than a whole night makes", table)
		}
	}
	if confined.Match.Merges != whole.Match.Merges || confined.Match.Splits != whole.Match.Splits || confined.Match.Customers != whole.Match.Customers {
		t.Errorf("the confined night found %+v, the whole one %+v", confined.Match, whole.Match)
	}
}

// exec changes a table of the base.
func (s *shop) exec(p *pipelines.Project, sql, table string) {
	s.t.Helper()
	tx, err := p.Warehouse.Begin(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(s.t.Context()) }()
	if _, err := tx.Exec(s.t.Context(), fmt.Sprintf(sql, p.Warehouse.Base(table))); err != nil {
		s.t.Fatal(err)
	}
	if err := tx.Commit(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}
