package history_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/schemas"
	"clientele/transforms/transformstest"
)

// TestMain asks for few checks, as each runs whole nights; -rapid.checks on the
// command line asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "3"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// newBase returns a base of which one source delivers all its parties each time.
func newBase(t testing.TB) *transformstest.Base {
	b := transformstest.New(t)
	b.Source("erp", transformstest.Source{Modes: map[string]string{"parties": "snapshot"}})
	return b
}

func deliver(b *transformstest.Base, id, parties string) {
	b.Deliver(transformstest.Delivery{Source: "erp", ID: id, Tables: map[string]string{"parties": parties}})
}

const (
	aerts = "1 | 2026-01-01 | %s | %s | \n"
	baert = "2 | 2026-01-02 | %s | %s | \n"
	head  = "record_id | observed_on | name | email | enterprise_number \n"
)

func two(first, second string) string {
	return head + fmt.Sprintf(aerts, "Aerts", first) + fmt.Sprintf(baert, "Baert", second)
}

func TestVersions(t *testing.T) {
	b := newBase(t)
	deliver(b, "d1", two("a@aerts.example", "b@baert.example"))
	b.Night("2026-03-01")
	b.Night("2026-03-02") // nothing changes
	deliver(b, "d2", two("info@aerts.example", "b@baert.example"))
	b.Night("2026-03-05") // nights were skipped
	want := `
		customer_id | valid_from | valid_to   | began   | ended   | changed_fields | email
		erp/1       | 2026-03-01 | 2026-03-05 | new     | changed |                | a@aerts.example
		erp/1       | 2026-03-05 |            | changed |         | email          | info@aerts.example
		erp/2       | 2026-03-01 |            | new     |         |                | b@baert.example`
	b.Want("customers_history", want)
	b.Night("2026-03-05") // worked twice
	b.Want("customers_history", want)
	b.CheckKeys()
}

// A night that is worked again after its deliveries changed has the versions of
// the last attempt only.
func TestNightWorkedAgain(t *testing.T) {
	b := newBase(t)
	deliver(b, "d1", two("a@aerts.example", "b@baert.example"))
	b.Night("2026-03-01")
	before := b.Published()["customers_history"]
	deliver(b, "wrong", two("wrong@aerts.example", "b@baert.example")+"3 | 2026-01-03 | Claes | | \n")
	b.Night("2026-03-02")
	b.Want("customers_history", `
		customer_id | valid_from | valid_to   | ended   | email
		erp/1       | 2026-03-01 | 2026-03-02 | changed | a@aerts.example
		erp/1       | 2026-03-02 |            |         | wrong@aerts.example
		erp/2       | 2026-03-01 |            |         | b@baert.example
		erp/3       | 2026-03-02 |            |         |`)
	b.Withdraw("wrong")
	b.Night("2026-03-02")
	if diff := cmp.Diff(before, b.Published()["customers_history"]); diff != "" {
		t.Errorf("the wrong file left a trace (-want +got):\n%s", diff)
	}
}

// A customer that only a wrong file brought never was, also when the file is
// withdrawn nights later; one that it changed keeps what was published of it.
func TestWithdrawnNightsLater(t *testing.T) {
	b := newBase(t)
	deliver(b, "d1", two("a@aerts.example", "b@baert.example"))
	b.Night("2026-03-01")
	deliver(b, "wrong", two("wrong@aerts.example", "b@baert.example")+"3 | 2026-01-03 | Claes | | \n")
	b.Night("2026-03-02")
	b.Night("2026-03-03")
	b.Withdraw("wrong")
	b.Night("2026-03-03")
	b.Want("customers_history", `
		customer_id | valid_from | valid_to   | ended   | email
		erp/1       | 2026-03-01 | 2026-03-02 | changed | a@aerts.example
		erp/1       | 2026-03-02 | 2026-03-03 | changed | wrong@aerts.example
		erp/1       | 2026-03-03 |            |         | a@aerts.example
		erp/2       | 2026-03-01 |            |         | b@baert.example`)
}

func TestDeletedAndBack(t *testing.T) {
	b := newBase(t)
	deliver(b, "d1", two("a@aerts.example", "b@baert.example"))
	b.Night("2026-03-01")
	deliver(b, "d2", head+fmt.Sprintf(aerts, "Aerts", "a@aerts.example"))
	b.Night("2026-03-02")
	b.Night("2026-03-03")
	deliver(b, "d3", two("a@aerts.example", "info@baert.example"))
	b.Night("2026-03-04")
	b.Want("customers_history", `
		customer_id | valid_from | valid_to   | began      | ended   | changed_fields | email
		erp/1       | 2026-03-01 |            | new        |         |                | a@aerts.example
		erp/2       | 2026-03-01 | 2026-03-02 | new        | deleted |                | b@baert.example
		erp/2       | 2026-03-04 |            | reappeared |         | email          | info@baert.example`)
}

func TestMergedAndSplit(t *testing.T) {
	b := newBase(t)
	apart := two("a@aerts.example", "b@baert.example")
	one := head + "1 | 2026-01-01 | Aerts | a@aerts.example | 0403019261 \n 2 | 2026-01-02 | Baert | b@baert.example | 0403019261 \n"
	deliver(b, "d1", apart)
	b.Night("2026-03-01")
	deliver(b, "d2", one)
	b.Night("2026-03-02")
	b.Night("2026-03-02")
	merged := `
		customer_id | valid_from | valid_to   | began   | split_from | ended   | merged_into | changed_fields
		erp/1       | 2026-03-01 | 2026-03-02 | new     |            | changed |             |
		erp/1       | 2026-03-02 |            | changed |            |         |             | name email account_numbers
		erp/2       | 2026-03-01 | 2026-03-02 | new     |            | merged  | erp/1       |`
	b.Want("customers_history", merged)
	deliver(b, "d3", apart)
	b.Night("2026-03-03")
	b.Night("2026-03-03")
	b.Want("customers_history", `
		customer_id | valid_from | valid_to   | began   | split_from | ended   | merged_into | changed_fields
		erp/1       | 2026-03-01 | 2026-03-02 | new     |            | changed |             |
		erp/1       | 2026-03-02 | 2026-03-03 | changed |            | changed |             | name email account_numbers
		erp/1       | 2026-03-03 |            | changed |            |         |             | name email account_numbers
		erp/2       | 2026-03-01 | 2026-03-02 | new     |            | merged  | erp/1       |
		erp/2       | 2026-03-03 |            | split   | erp/1      |         |             |`)
	b.CheckKeys()
}

// Lifecycle and rights make versions, as time passes and nothing is delivered;
// what changes with every fact makes none.
func TestWhatMakesAVersion(t *testing.T) {
	b := newBase(t)
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d1", Tables: map[string]string{
		"parties": two("a@aerts.example", ""), "orders": "record_id | order_id | party | ordered_at | amount \n 1 | 1 | 1 | 2025-04-01T10:00:00Z | 10"}})
	b.Night("2026-03-01")
	b.Deliver(transformstest.Delivery{Source: "web", ID: "w1", Tables: map[string]string{
		"interactions": "record_id | interaction_id | party_source | party | occurred_at | direction \n 1 | 1 | erp | 1 | 2026-03-01T10:00:00Z | inbound"}})
	b.Night("2026-03-02")
	b.Night("2026-05-01")
	b.Deliver(transformstest.Delivery{Source: "web", ID: "w2", Tables: map[string]string{
		"consents": "record_id | party_source | party | purpose | channel | status | since \n 1 | erp | 1 | marketing | email | refused | 2026-05-01"}})
	b.Night("2026-05-02")
	b.Want("customers_history", `
		customer_id | valid_from | valid_to   | changed_fields | lifecycle | may_email
		erp/1       | 2026-03-01 | 2026-05-01 |                | customer  | true
		erp/1       | 2026-05-01 | 2026-05-02 | lifecycle      | lapsed    | true
		erp/1       | 2026-05-02 |            | may_email      | lapsed    | false
		erp/2       | 2026-03-01 |            |                | prospect  | false`)
}

// An earlier night on a base that knows a later one takes the later one's
// versions back.
func TestEarlierNight(t *testing.T) {
	b := newBase(t)
	deliver(b, "d1", two("a@aerts.example", ""))
	b.Night("2026-03-01")
	deliver(b, "d2", two("b@aerts.example", ""))
	b.Night("2026-03-04")
	deliver(b, "d3", two("c@aerts.example", ""))
	b.Night("2026-03-06")
	b.Night("2026-03-02")
	b.Want("customers_history", `
		customer_id | valid_from | valid_to   | email
		erp/1       | 2026-03-01 | 2026-03-02 | a@aerts.example
		erp/1       | 2026-03-02 |            | c@aerts.example
		erp/2       | 2026-03-01 |            |`)
}

// Over random nights, some of them worked twice, the version that holds on a
// night is what `customers` said that night, and the versions of a customer do
// not overlap: each ends before the next begins, only the last one is open, and
// one that ended in a change is followed at once.
func TestVersionsAreTheNights(t *testing.T) {
	customers, _ := schemas.Lookup("customers")
	var tracked []string
	for _, c := range customers.Tracked() {
		tracked = append(tracked, c.Name)
	}
	columns := strings.Join(tracked, ", ")
	rapid.Check(t, func(r *rapid.T) {
		b := newBase(t)
		day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		nights := map[string][]string{}
		for n := range rapid.IntRange(2, 5).Draw(r, "nights") {
			if n == 0 || rapid.Bool().Draw(r, "delivers") {
				rows := head
				for record := range 4 {
					if rapid.IntRange(0, 3).Draw(r, "there") > 0 {
						rows += fmt.Sprintf("%d | 2026-01-0%d | %s | %s | %s \n", record, record+1, rapid.SampledFrom([]string{"Aerts", "Baert"}).Draw(r, "name"),
							rapid.SampledFrom([]string{"", "a@x.example", "b@x.example"}).Draw(r, "email"),
							rapid.SampledFrom([]string{"", "", "0403019261"}).Draw(r, "number"))
					}
				}
				deliver(b, fmt.Sprint("d", n), rows)
			}
			asOf := day.Format(time.DateOnly)
			for range rapid.IntRange(1, 2).Draw(r, "attempts") {
				b.Night(asOf)
			}
			nights[asOf] = b.Query("SELECT customer_id, " + columns + " FROM base.customers ORDER BY customer_id")
			day = day.AddDate(0, 0, rapid.IntRange(1, 3).Draw(r, "later"))
		}
		for asOf, want := range nights {
			got := b.Query(fmt.Sprintf("SELECT customer_id, %s FROM base.customers_history WHERE valid_from <= DATE '%[2]s' AND (valid_to IS NULL OR valid_to > DATE '%[2]s') ORDER BY customer_id", columns, asOf))
			if !slices.Equal(want, got) {
				r.Fatalf("versions of %s (-want +got):\n%s", asOf, cmp.Diff(want, got))
			}
		}
		if wrong := b.Query(`SELECT customer_id, valid_from FROM (
			SELECT *, LEAD(valid_from) OVER (PARTITION BY customer_id ORDER BY valid_from) AS next FROM base.customers_history
		) WHERE valid_to <= valid_from OR (valid_to IS NULL) <> (ended IS NULL) OR next IS NOT NULL AND (valid_to IS NULL OR valid_to > next)
			OR ended = 'changed' AND next IS DISTINCT FROM valid_to OR (ended = 'merged') <> (merged_into IS NOT NULL)`); len(wrong) > 0 {
			r.Fatalf("versions that overlap or end badly: %v", wrong)
		}
	})
}
