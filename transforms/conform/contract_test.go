package conform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/transforms/conform"
)

// What becomes of a new column's values and of values that do not fit, by the
// clauses of the contract.
func TestContract(t *testing.T) {
	const rows = `
		Nr | Naam  | Mail            | Sinds      | Kanaal
		1  | Aerts | a@aerts.example | 2026-01-05 |
		2  | Baert | nobody          | 2026-01-05 | web
		2  | Baert | nobody          | 2026-01-05 |
		3  | Claes | c@claes.example | 31/31/2026 |
		4  | Dils  |                 |            | shop
		4  | Dils  |                 |            | web`
	for _, c := range []struct{ name, contract, fates, quarantined, issues string }{
		{"none", ``, "read 6 conformed 6", "", "3 email bad_email, 4 email bad_email, 5 observed_on bad_date"},
		{"evolve", `contract: { columns: evolve }`, "read 6 conformed 6", "", "3 email bad_email, 4 email bad_email, 5 observed_on bad_date"},
		{"freeze", `contract: { columns: freeze, types: freeze }`, "read 6 conformed 6", "", "3 email bad_email, 4 email bad_email, 5 observed_on bad_date"},
		{"discard rows of new columns", `contract: { columns: discard_row }`, "read 6 conformed 3, quarantined new_column=3",
			"3 Kanaal new_column, 6 Kanaal new_column, 7 Kanaal new_column", "4 email bad_email, 5 observed_on bad_date"},
		{"discard values of new columns", `contract: { columns: discard_value }`, "read 6 conformed 6", "",
			"3 email bad_email, 3 Kanaal new_column, 4 email bad_email, 5 observed_on bad_date, 6 Kanaal new_column, 7 Kanaal new_column"},
		{"discard rows that do not fit", `contract: { types: discard_row }`, "read 6 conformed 3, quarantined bad_date=1, quarantined bad_email=2",
			"3 Mail bad_email, 4 Mail bad_email, 5 Sinds bad_date", ""},
		{"discard rows, but of e-mail", `contract: { types: discard_row }, map: { name: Naam, email: { column: Mail, on_bad: "null" }, observed_on: Sinds }`,
			"read 6 conformed 5, quarantined bad_date=1", "5 Sinds bad_date", "3 email bad_email, 4 email bad_email"},
		{"discard values, but of dates", `contract: { types: discard_value }, map: { name: Naam, email: Mail, observed_on: { column: Sinds, on_bad: quarantine } }`,
			"read 6 conformed 5, quarantined bad_date=1", "5 Sinds bad_date", "3 email bad_email, 4 email bad_email"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := `{ key: [Nr], map: { name: Naam, email: Mail, observed_on: Sinds }, ` + c.contract + ` }`
			if c.name == "discard rows, but of e-mail" || c.name == "discard values, but of dates" {
				m = `{ key: [Nr], ` + c.contract + ` }`
			}
			r := conformed(t, given{table: "parties", mapping: m, rows: rows, source: conform.Source{NewColumns: []string{"Kanaal", "Elsewhere"}}})
			r.fates(t, c.fates)
			r.wantFaults(t, c.quarantined, c.issues)
			first := conform.Misfit{Row: 3, Column: "email", Code: "bad_email"}
			if c.quarantined == "3 Mail bad_email, 4 Mail bad_email, 5 Sinds bad_date" {
				first.Column = "Mail"
			}
			if c.name == "discard rows of new columns" {
				first.Row = 4
			}
			if diff := cmp.Diff(first, r.tally.FirstMisfit); diff != "" {
				t.Errorf("the first misfit (-want +got):\n%s", diff)
			}
		})
	}
}

// An amount that does not fit takes its row to quarantine by itself, and becomes
// null where the contract says so.
func TestContractOfAmounts(t *testing.T) {
	g := given{table: "orders", mapping: `{ key: [Nr], map: { order_id: Nr, ordered_at: Datum, amount: Bedrag } }`, rows: "Nr | Datum | Bedrag\n1 | 2026-01-05 | x"}
	conformed(t, g).fates(t, "read 1 conformed 0, quarantined bad_number=1")
	g.mapping = `{ key: [Nr], map: { order_id: Nr, ordered_at: Datum, amount: Bedrag }, contract: { types: discard_value } }`
	conformed(t, g).fates(t, "read 1 conformed 1, without party 1")
}

func TestReads(t *testing.T) {
	m := parseMapping(t, "parties", `{ key: [Nr, { column: Firma }], map: { name: Naam, kind: { expr: "case when \"Soort\" = 'B' then 'organisation' else aard end" } },
		attributes: { prijs: Prijsgroep }, filter: ['"Actief" = ''1''', 'streek is not null'] }`)
	survey := parseMapping(t, "survey_answers", `{ key: [Nr], map: { survey: { value: s } }, unpivot: { columns: [Q17, Q18], label: "*.label" } }`)
	filters := []conform.Filter{{Where: `"Land van" = 'BE'`}}
	for column, want := range map[string]bool{"Nr": true, "Firma": true, "Naam": true, "Soort": true, "aard": true, "Prijsgroep": true, "Actief": true, "streek": true,
		"Q17": true, "Q17.label": true, "Q19": false, "Q19.label": false, "Land van": true, "Land": false, "Kanaal": false, "B": true, "q1": false} {
		if got := conform.Reads([]*conform.Mapping{m, survey}, filters, column); got != want {
			t.Errorf("%s is read: %v", column, got)
		}
	}
}
