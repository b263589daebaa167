package transformstest

import (
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/scoring"
)

// TestMain asks for few checks, as each runs whole nights; -rapid.checks on the
// command line asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "4"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// What is published depends on what was delivered, and not on the order in which
// rows and deliveries of a night reach the base.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	reference := New(t)
	run(reference, deliveries())
	want := reference.Published()
	reference.CheckKeys()
	for _, table := range []string{"customers", "customer_fields", "consents", "contact_points", "addresses", "orders", "scores"} {
		if len(want[table]) == 0 {
			t.Fatalf("%s is empty: the law would hold of nothing", table)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		b := New(t)
		b.Shuffle = func(rows [][]string) { copy(rows, rapid.Permutation(slices.Clone(rows)).Draw(r, "rows")) }
		run(b, rapid.Permutation(deliveries()).Draw(r, "deliveries"))
		if diff := cmp.Diff(want, b.Published()); diff != "" {
			r.Fatalf("published differs (-in order +shuffled):\n%s", diff)
		}
	})
}

func run(b *Base, ds []Delivery) {
	b.Scores = []*scoring.Scorecard{{Name: "value", For: "customers", Rules: []*scoring.Rule{
		{Name: "orders", Of: "order_count", Missing: "0", Bins: []scoring.Bin{{Above: "1", Points: "10"}, {Points: "5"}}}}}}
	b.Source("own", Source{Origin: "own", Trust: 1})
	b.Source("form", Source{Origin: "form", Trust: 2})
	b.Source("twin", Source{Origin: "form", Trust: 2})
	for _, d := range ds {
		b.Deliver(d)
	}
	b.Night("2026-03-01")
}

// deliveries are full of ties: rows that differ in nothing that decides but
// their key.
func deliveries() []Delivery {
	parties := `
		record_id | enterprise_number | name    | language | email           | phone | street     | house_number | postcode | municipality | street_key | town_key | observed_on
		1         | 0403019261        | Aerts   | nl       | a@aerts.example | +321  | Kerkstraat | 1a           | 1000     | Brussel      | kerk       | brussel  | 2026-01-01
		2         | 0403019261        | Aerts   | fr       | b@aerts.example | +322  | Kerkstraat | 1A           | 1000     | Bruxelles    | kerk       | brussel  | 2026-01-01
		3         | 0403019261        | AERTS   | de       | c@aerts.example | +323  | kerkstraat | 1A           | 1000     | Brussel      | kerk       | brussel  | 2026-01-01
		4         |                   | Baert   | nl       | a@baert.example | +324  | Dorp       | 2            | 9000     | Gent         | dorp       | gent     |
		5         |                   | Baert   | fr       | b@baert.example | +324  | Dorp       | 2            | 9000     | Gent         | dorp       | gent     | `
	consents := `
		record_id | party | purpose   | channel | status    | since      | evidence
		1         | 1     | marketing | email   | refused   | 2026-01-01 | one
		2         | 2     | marketing | email   | withdrawn | 2026-01-01 | two
		3         | 4     | marketing | phone   | granted   |            | three
		4         | 5     | marketing | phone   | granted   |            | four`
	points := `
		record_id | party | kind  | value           | status  | observed_on
		1         | 1     | email | a@aerts.example | bounced | 2026-01-01
		2         | 2     | email | a@aerts.example | moved   | 2026-01-01`
	ds := []Delivery{
		{Source: "own", ID: "o1", Seq: 1, Tables: map[string]string{"parties": parties, "consents": consents, "contact_points": points,
			"attributes": "record_id | party | name | value\n 1 | 1 | group | A\n 2 | 2 | group | B",
			"orders": `
				record_id | order_id | party | ordered_at           | amount | currency
				1         | 1        | 1     | 2026-01-05T10:00:00Z | 10     | EUR
				2         | 2        | 2     | 2026-01-05T10:00:00Z | 20     | USD
				3         | 3        | 4     | 2026-01-05T10:00:00Z | 30     | EUR`,
			"rates":    "record_id | currency | valid_from | rate\n 1 | USD | 2026-01-01 | 1.1\n 2 | USD | 2026-01-01 | 1.2",
			"products": "record_id | product | name\n 1 | A1 | Chair\n 2 | A1 | Stool"}},
		{Source: "form", ID: "f1", Seq: 2, Tables: map[string]string{"parties": parties, "consents": consents, "contact_points": points}},
		{Source: "twin", ID: "t1", Seq: 3, Tables: map[string]string{"parties": parties, "consents": consents}},
		{Source: "form", ID: "f2", Seq: 4, Name: "late.csv", Named: true, Tables: map[string]string{"parties": parties}},
		{Source: "form", ID: "f3", Seq: 5, Name: "late.csv", Named: true, Absent: []string{"parties.phone"}, Tables: map[string]string{"parties": `
			record_id | name       | observed_on
			1         | Aerts form | 2026-01-01
			4         | Baert form | `}},
		{Source: "own", ID: "o2", Seq: 6, Tables: map[string]string{"corrections": `
			record_id | party | field | value           | corrected_on
			1         | 1     | email | x@aerts.example | 2026-02-01
			2         | 1     | email | y@aerts.example | 2026-02-01`}},
	}
	return ds
}
