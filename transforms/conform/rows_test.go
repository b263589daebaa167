package conform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/transforms/conform"
)

func TestAPostcodeFromAbroadGivesTheCountry(t *testing.T) {
	conformed(t, given{table: "parties", mapping: `{ key: [Nr], map: { postcode: Code, country: Land, phone: Tel } }`, rows: `
		Nr | Code    | Land | Tel
		1  | 1000    |      | 02 513 12 34
		2  | 1234 ab |      | 06-12345678
		3  | 1234 ab | BE   |
		4  | oops    |      | `}).want(t, `
		record_id | postcode | country | phone
		1         | 1000     | BE      | +3225131234
		2         | 1234 AB  | NL      | +31612345678
		3         |          | BE      |
		4         |          |         |`)
}

func TestOrderLinesAreDatedAsTheirOrders(t *testing.T) {
	orders := parseMapping(t, "orders", `{ key: [Nr], map: { order_id: Nr, ordered_at: { column: Datum, layout: "02/01/2006 15:04" } } }`)
	lines := parseMapping(t, "order_lines", `{ key: [Nr, Lijn], map: { order_id: Nr, quantity: Aantal, unit_price: Prijs } }`)
	dated := conform.Expand([]*conform.Mapping{lines, orders})[0]
	var filled []string
	for _, f := range dated.Fields {
		filled = append(filled, f.Name)
	}
	if diff := cmp.Diff([]string{"order_id", "quantity", "unit_price", "observed_on"}, filled); diff != "" {
		t.Errorf("the columns that order lines fill (-want +got):\n%s", diff)
	}
	if len(lines.Fields) != 3 {
		t.Error("the mapping of the config was changed")
	}
}

func TestAnInstantHasItsDateWhereTheCompanyIs(t *testing.T) {
	g := given{table: "parties", mapping: `{ key: [Nr], map: { observed_on: Op, birth_date: { column: Geboren, layout: "02/01/2006" } } }`, rows: `
		Nr | Op                        | Geboren
		1  | 2025-06-01T22:30:00Z      | 31/12/1980
		2  | 2025-06-01T21:30:00Z      |
		3  | 2025-06-01                |`}
	conformed(t, g).want(t, `
		record_id | observed_on | birth_date
		1         | 2025-06-02  | 1980-12-31
		2         | 2025-06-01  |
		3         | 2025-06-01  |`)
}

func TestSieveReadsComputedColumns(t *testing.T) {
	r := conformed(t, given{table: "orders", mapping: `{ key: [Nr], map: { order_id: Nr, ordered_at: Op, status: { expr: "case when starts_with(\"Nr\", 'C') then 'cancelled' end" } } }`,
		filters: []conform.Filter{{Name: "cancelled", Where: "status is null"}}, rows: `
		Nr | Op
		1  | 2025-06-01
		C2 | 2025-06-01`})
	r.fates(t, "read 2 conformed 1, filtered cancelled=1, without party 1")
}

func TestACellOfSeparatorsAloneIsEmpty(t *testing.T) {
	conformed(t, given{table: "survey_answers", mapping: `{ key: [Nr], unpivot: { columns: [Q1], split: "," }, map: { survey: { value: s } } }`, rows: `
		Nr | Q1
		1  | 1,3
		2  | ,,
		3  |`}).fates(t, "read 4 conformed 2, filtered empty=2, without party 2")
}
