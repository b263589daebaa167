package account_test

import (
	"testing"

	"clientele/transforms/transformstest"
)

func TestAccounts(t *testing.T) {
	b := transformstest.New(t)
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d1", Name: "a.csv", Named: true,
		Tallies: `
			target  | outcome   | code  | rows
			orders  | read      |       | 5
			orders  | conformed |       | 5`,
		Issues: `
			target  | row | column | code
			parties | 1   | email  | bad_email`})
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d2", Name: "a.csv", Named: true,
		Tallies: `
			target  | outcome       | code         | rows
			orders  | read          |              | 10
			orders  | conformed     |              | 4
			orders  | filtered      | quantity > 0 | 2
			orders  | filtered      | future       | 1
			orders  | quarantined   | bad_date     | 3
			orders  | without_party |              | 1
			parties | read          |              | 10
			parties | conformed     |              | 10`,
		Issues: `
			target  | row | column | code
			parties | 7   | email  | bad_email
			parties | 3   | email  | bad_email
			parties | 3   | phone  | bad_phone`})
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d3", Issues: `
			target  | row | column | code
			parties | 2   | email  | bad_email`})
	b.Source("silent", transformstest.Source{Origin: "form"})
	b.Night("2026-03-01")
	b.Want("deliveries", `
		delivery_id | source | name  | state      | delivered_on
		d1          | erp    | a.csv | superseded | 2026-03-01
		d2          | erp    | a.csv | loaded     | 2026-03-01
		d3          | erp    | d3    | loaded     | 2026-03-01`)
	b.Want("run_tables", `
		delivery_id | target  | code         | rows_read | rows_conformed | rows_filtered | rows_quarantined | rows_without_party
		d1          | orders  |              | 5         | 5              | 0             | 0                | 0
		d2          | orders  |              | 10        | 4              | 3             | 3                | 1
		d2          | orders  | quantity > 0 |           |                | 2             | 0                |
		d2          | orders  | future       |           |                | 1             | 0                |
		d2          | orders  | bad_date     |           |                | 0             | 3                |
		d2          | parties |              | 10        | 10             | 0             | 0                | 0`)
	// Bad values of what was superseded are nobody's concern; the example is the
	// first of the first delivery.
	b.Want("data_issues", `
		source | target  | column | code      | rows | example_delivery | example_row
		erp    | parties | email  | bad_email | 3    | d2               | 3
		erp    | parties | phone  | bad_phone | 1    | d2               | 3`)
	b.Want("sources", `
		source | origin | last_delivery_on
		erp    | own    | 2026-03-01
		silent | form   |`)
	b.CheckKeys()
}
