package demo

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors/kbo"
	"clientele/connectors/registry"
)

// registered loads the extract of a demo into a copy of the register, and returns all
// legal persons of it by number.
func registered(t *testing.T, dir string, numbers []string) map[string]registry.Record {
	t.Helper()
	work := t.TempDir()
	r := kbo.New([]string{filepath.Join(dir, "registries", "KboOpenData_*")}, kbo.Place{Path: filepath.Join(work, "kbo.duckdb"), Temp: filepath.Join(work, "temp"), Memory: "500MB"})
	if err := r.Refresh(t.Context(), func(registry.Refreshed) {}); err != nil {
		t.Fatal(err)
	}
	out := map[string]registry.Record{}
	if err := r.All(t.Context(), numbers, func(number string, record registry.Record) error {
		out[number] = record
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRegisterHoldsWhatTheTruthSays loads the extract as a night does: who is listed is
// there, as the truth says, and nobody else who is a customer.
func TestRegisterHoldsWhatTheTruthSays(t *testing.T) {
	dir, truth := generated(t, 4000, 3)
	firms, err := Firms(dir)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for _, f := range firms {
		numbers = append(numbers, f.Number, f.Successor)
	}
	found := registered(t, dir, numbers)
	standings, changes := map[string]int{}, map[string]int{}
	for _, f := range firms {
		standings[f.Standing]++
		record, there := found[f.Number]
		if want := f.Standing == "listed"; there != want {
			t.Fatalf("customer %s is %s: in the copy of the register %v, want %v", f.Customer, f.Standing, there, want)
		}
		if _, there := found[f.Successor]; there != (f.Standing == "merged") {
			t.Errorf("customer %s is %s: its successor is there %v", f.Customer, f.Standing, there)
		}
		if !there {
			continue
		}
		want := registry.Active
		for change := range strings.SplitSeq(f.Changes, "; ") {
			changes[change]++
			switch change {
			case "bankrupt", "reorganised":
				want = registry.Insolvent
			case "in liquidation":
				want = registry.Liquidating
			}
		}
		if record.Status != want || len(record.Names) == 0 || record.Form.Text == "" || len(record.Places) == 0 || len(record.Sectors) == 0 || record.Sectors[0].Text == "" || record.Founded == "" {
			t.Errorf("customer %s (%s) is %q in the register, with %d names, %d places, %d sectors, form %q", f.Customer, f.Changes, record.Status, len(record.Names), len(record.Places), len(record.Sectors), record.Form.Code)
		}
		if record.Founded > registry.Date(asOf.AddDate(-years, 0, 0).Format(time.DateOnly)) {
			t.Errorf("customer %s ordered before it was founded", f.Customer)
		}
	}
	for _, kind := range []string{"listed", "natural person", "foreign", "dissolved", "merged"} {
		if standings[kind] < 10 {
			t.Errorf("%d firms are %s", standings[kind], kind)
		}
	}
	for _, change := range []string{"moved", "renamed", "bankrupt", "in liquidation", "reorganised"} {
		if changes[change] < 3 {
			t.Errorf("%d firms are %s", changes[change], change)
		}
	}
	if r := truth.Register; r.Strangers < standings["listed"] || r.LegalPersons-r.Strangers != standings["listed"] || r.Enterprises-r.LegalPersons != standings["natural person"] {
		t.Errorf("the register has %+v beside %v", r, standings)
	}
}

// TestLinkableFirmsAgreeWithTheRegister holds the promise for the text that is in the
// files: a firm that can be linked, and of which no record holds the number, agrees with
// the register in two fields at least in one record that names it. Phones are not looked
// at, by which a few more agree.
func TestLinkableFirmsAgreeWithTheRegister(t *testing.T) {
	const customers, seed = 3000, 11
	dir, _ := generated(t, customers, seed)
	firms, err := Firms(dir)
	if err != nil {
		t.Fatal(err)
	}
	truth, numbers := map[string]Firm{}, []string{}
	for _, f := range firms {
		truth[f.Number] = f
		numbers = append(numbers, f.Number)
	}
	found := registered(t, dir, numbers)
	g, err := newGenerator(Options{Customers: customers, Seed: seed, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	bare, barely, hardly := 0, 0, 0
	for i := range customers {
		c := g.customer(i)
		if c.kind != organisation || c.home.town.country != "BE" {
			continue
		}
		f := truth[c.number]
		best, numbered := 0, false
		for _, r := range g.records(c) {
			text := g.render(c, &r)
			numbered = numbered || validNumber(text.vat) == c.number
			if text.company != "" {
				best = max(best, agreesWith(found[c.number], &text))
			}
		}
		if numbered != f.Numbered {
			t.Errorf("customer %d: a record holds its number %v, the truth says %v", i, numbered, f.Numbered)
		}
		count(&hardly, f.Standing == "listed" && !f.Linkable)
		if f.Linkable && !f.Numbered {
			bare++
			count(&barely, best < 2)
		}
	}
	t.Logf("of %d linkable firms without a number %d agree in fewer than two fields; too little is known of %d others", bare, barely, hardly)
	if bare < 200 || float64(barely)/float64(bare) > 0.02 || float64(hardly)/float64(bare) > 0.05 {
		t.Errorf("of %d linkable firms without a number %d agree in fewer than two fields; too little is known of %d others", bare, barely, hardly)
	}
}

// agreesWith counts the fields in which a record's text agrees with the register.
func agreesWith(r registry.Record, text *fields) int {
	n := 0
	count(&n, slices.ContainsFunc(r.Names, func(name registry.Name) bool { return sameWord(name.Text, text.company) }))
	_, host, _ := strings.Cut(strings.ToLower(text.mail), "@")
	count(&n, host != "" && slices.ContainsFunc(r.Sites, func(site string) bool { return strings.Contains(site, host) }))
	count(&n, text.street != "" && slices.ContainsFunc(r.Places, func(p registry.Place) bool { return p.House == text.house && overlap(p.Street, text.street) >= 0.5 }))
	count(&n, slices.ContainsFunc(r.Places, func(p registry.Place) bool {
		return p.Postcode == strings.TrimPrefix(text.postcode, "B-") || text.town != "" && overlap(p.Town, text.town) >= 0.5
	}))
	return n
}

// Numbers of enterprises and of establishments are valid, and nobody else's.
func TestStrangersHaveNumbersOfTheirOwn(t *testing.T) {
	g, err := newGenerator(Options{Customers: 3000, Seed: 5, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	note := func(e *entry) {
		numbers := []string{e.number}
		for i := range e.places {
			numbers = append(numbers, g.placeNumber(e.index, i))
		}
		if len(e.places) > mostPlaces {
			t.Fatalf("%d establishments", len(e.places))
		}
		for i, n := range numbers {
			if seen[n] || i == 0 && validNumber(n) == "" || i > 0 && (n < "3" || len(n) != 10) {
				t.Fatalf("number %d of an entry is not valid, or another's", i)
			}
			seen[n] = true
		}
	}
	for i := range g.Customers {
		c, s := g.customer(i), standing{}
		if c.kind != private {
			var own *entry
			if s, own = g.stands(c, g.records(c)); own != nil {
				note(own)
			}
		}
		for _, e := range g.beside(c, s) {
			note(e)
		}
	}
}

func TestExtractOfNight(t *testing.T) {
	for night, want := range map[string]struct {
		number   int
		snapshot string
	}{
		"2025-10-05": {140, "2025-10-03"}, "2025-11-01": {140, "2025-10-03"}, "2025-11-02": {168, "2025-10-31"},
		"2026-11-21": {532, "2026-10-30"}, "2027-01-02": {567, "2026-12-04"}, "2020-01-10": {1, "2020-01-03"},
	} {
		at, err := time.Parse(time.DateOnly, night)
		if err != nil {
			t.Fatal(err)
		}
		if m := extractOf(at); m.Number != want.number || m.Snapshot.Format(time.DateOnly) != want.snapshot || !m.Full {
			t.Errorf("%s: extract %d of %s, want %d of %s", night, m.Number, m.Snapshot.Format(time.DateOnly), want.number, want.snapshot)
		}
	}
}

func TestLink(t *testing.T) {
	firms := []Firm{
		{Customer: "1", Number: "0100000007", Numbered: true, Linkable: true},
		{Customer: "2", Number: "0100000104", Linkable: true},
		{Customer: "3", Number: "0100000201", Linkable: true},
		{Customer: "4", Number: "0100000298", Standing: "merged", Successor: "0100000395"},
		{Customer: "5", Number: "NL123456782B01", Standing: "foreign"},
	}
	got := Link(firms, map[string][]string{
		"1": {"0100000007", "0100000007"}, "2": {"0100000104", "0100000007"}, "4": {"0100000395"}, "5": {"0100000201"}, "6": {"0100000201"},
	})
	want := Linking{Linkable: Linked{3, 1, 1}, Numbered: Linked{1, 1, 0}, Bare: Linked{2, 0, 1}, Others: Linked{2, 1, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("linking (-want +got):\n%s", diff)
	}
}
