package facts_test

import (
	"testing"
	"time"

	"clientele/transforms/match"
	"clientele/transforms/transformstest"
)

func deliver(b *transformstest.Base, source, id string, tables map[string]string) {
	b.Deliver(transformstest.Delivery{Source: source, ID: id, Tables: tables})
}

func TestOrders(t *testing.T) {
	b := transformstest.New(t)
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	b.Zone = brussels
	b.Source("erp", transformstest.Source{Collective: []string{"counter"}})
	deliver(b, "erp", "d1", map[string]string{
		"parties": "record_id | name\n 1 | Aerts\n counter | Diverse klanten",
		"orders": `
			record_id | order_id | party   | ordered_at           | status    | amount | currency
			lines     | lines    | 1       | 2026-01-05T23:30:00Z |           |        |
			given     | given    | 1       | 2026-01-06T10:00:00Z | delivered | 99.99  | EUR
			cancelled | cancelled| 1       | 2026-01-07T10:00:00Z | cancelled | 50     |
			credit    | credit   | 1       | 2026-01-08T10:00:00Z | credited  | -20.5  |
			counter   | counter  | counter | 2026-01-09T10:00:00Z |           | 7      |
			unknown   | unknown  | 404     | 2026-01-10T10:00:00Z |           | 8      |
			before    | before   | 1       | 2026-01-31T10:00:00Z |           | 100    | USD
			first     | first    | 1       | 2026-01-31T23:00:00Z |           | 100    | USD
			later     | later    | 1       | 2026-02-10T10:00:00Z |           | 100    | USD
			norate    | norate   | 1       | 2026-02-10T10:00:00Z |           | 100    | SEK
			empty     | empty    | 1       | 2026-02-11T10:00:00Z |           |        |`,
		"order_lines": `
			record_id | order_id | line_no | quantity | unit_price | unit_cost
			1         | lines    | 1       | 3        | 1.1        | 1
			2         | lines    | 2       | -1       | 0.3333     | 0.1
			3         | lines    | 3       | 0.5      | 0.0001     | 0
			4         | lines    | 4       | -0.5     | 0.0001     | 0
			5         | given    | 1       | 1        | 10         | 2
			6         | given    | 2       | 1        | 10         |
			7         | nowhere  | 1       | 1        | 10         | 2`,
		"rates": `
			record_id | currency | valid_from | rate
			1         | USD      | 2026-02-01 | 1.25
			2         | USD      | 2026-02-10 | 1.6`,
	})
	b.Night("2026-03-01")
	// A line is rounded half away from zero before lines are added up.
	b.Want("order_lines", `
		order_id | line_no | amount
		lines    | 1       | 3.3
		lines    | 2       | -0.3333
		lines    | 3       | 0.0001
		lines    | 4       | -0.0001
		given    | 1       | 10
		given    | 2       | 10
		nowhere  | 1       | 10`)
	b.Want("orders", `
		order_id  | customer_id | ordered_on | amount | currency | amount_base | margin | lines | counts
		lines     | erp/1       | 2026-01-06 | 2.9667 | EUR      | 2.9667      | 0.0667 | 4     | true
		given     | erp/1       | 2026-01-06 | 99.99  | EUR      | 99.99       |        | 2     | true
		cancelled | erp/1       | 2026-01-07 | 50     | EUR      | 50          |        | 0     | false
		credit    | erp/1       | 2026-01-08 | -20.5  | EUR      | -20.5       |        | 0     | false
		counter   |             | 2026-01-09 | 7      | EUR      | 7           |        | 0     | false
		unknown   |             | 2026-01-10 | 8      | EUR      | 8           |        | 0     | false
		before    | erp/1       | 2026-01-31 | 100    | USD      |             |        | 0     | false
		first     | erp/1       | 2026-02-01 | 100    | USD      | 80          |        | 0     | true
		later     | erp/1       | 2026-02-10 | 100    | USD      | 62.5        |        | 0     | true
		norate    | erp/1       | 2026-02-10 | 100    | SEK      |             |        | 0     | false
		empty     | erp/1       | 2026-02-11 |        | EUR      |             |        | 0     | false`)
	// The collective account is nobody, and its orders are there.
	b.Want("customers", "customer_id | name\n erp/1 | Aerts")

	// A party that comes later adopts the facts that named it.
	deliver(b, "erp", "d2", map[string]string{"parties": "record_id | name\n 404 | Late"})
	b.Night("2026-03-02")
	b.Want("customers", "customer_id | name | lifecycle\n erp/1 | Aerts | customer\n erp/404 | Late | customer")
	b.CheckKeys()
}

func TestLinesOfAnotherSourcesOrders(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "shop", "d1", map[string]string{
		"parties": "record_id | name\n 1 | Aerts",
		"orders":  "record_id | order_id | party | ordered_at\n a | a | 1 | 2026-01-05T10:00:00Z",
	})
	deliver(b, "lines", "d2", map[string]string{"order_lines": `
		record_id | order_id | order_source | line_no | quantity | unit_price
		1         | a        | shop         | 1       | 2        | 10
		2         | a        |              | 1       | 1        | 99`})
	b.Night("2026-03-01")
	b.Want("order_lines", `
		order_id | source | amount
		a        | shop   | 20
		a        | lines  | 99`)
	b.Want("orders", "order_id | source | amount | lines\n a | shop | 20 | 1")
	b.CheckKeys()
}

func TestFactsOfAContactBelongToTheFirm(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "crm", "d1", map[string]string{
		"parties": `
			record_id | kind         | name   | organisation
			firm      | organisation | Firm   |
			an        | person       | An     | firm
			alone     | person       | Alone  | gone`,
	})
	deliver(b, "web", "d2", map[string]string{
		"interactions": `
			record_id | interaction_id | party_source | party | occurred_at          | channel | by
			1         | 1              | crm          | an    | 2026-01-05T10:00:00Z | call    | Zoë
			2         | 2              | crm          | firm  | 2026-01-05T10:00:00Z | call    |
			3         | 3              | crm          | alone | 2026-01-05T10:00:00Z | call    |
			4         | 4              |              | an    | 2026-01-05T10:00:00Z | call    | `,
		"quotes": `
			record_id | quote_id | party_source | party | requested_at         | amount
			1         | 1        | crm          | an    | 2026-01-05T10:00:00Z | 5`,
		"survey_answers": `
			record_id | survey | question | party_source | party | code | answered_on
			1         | s      | q1       | crm          | firm  | 3    | 2026-01-05`,
	})
	b.Night("2026-03-01")
	b.Want("interactions", `
		interaction_id | customer_id | contact_id | by
		1              | crm/firm    | crm/an     | Zoë
		2              | crm/firm    |            |
		3              | crm/alone   |            |
		4              |             |            |`)
	b.Want("quotes", "quote_id | customer_id | currency\n 1 | crm/firm | EUR")
	b.Want("survey_answers", "answer_id | customer_id | question | code\n 1 | crm/firm | q1 | 3")
}

// What names a customer by an id finds it whatever became of the id: in later
// nights it may lead to another customer, or to none.
func TestFactsByCustomerID(t *testing.T) {
	b := transformstest.New(t)
	one, two, later := match.ID("crm", "1"), match.ID("crm", "2"), match.ID("crm", "later")
	deliver(b, "crm", "d1", map[string]string{"parties": `
		record_id | name  | enterprise_number
		1         | Aerts | 0403019261
		2         | Baert | `})
	deliver(b, "agency", "d2", map[string]string{
		"interactions": `
			record_id | interaction_id | party_source | party     | occurred_at          | channel | outcome
			1         | 1              | customer_id  | ` + one + `   | 2026-01-05T10:00:00Z | call    | answered
			2         | 2              | customer_id  | ` + two + `   | 2026-01-05T10:00:00Z | call    | refused
			3         | 3              | customer_id  | ` + later + ` | 2026-01-05T10:00:00Z | call    | no_answer
			4         | 4              | customer_id  | nobody    | 2026-01-05T10:00:00Z | call    | wrong_number`,
		"survey_answers": `
			record_id | survey | question | party_source | party   | code
			2         | s      | q1       | customer_id  | ` + two + ` | 3`,
		"consents": `
			record_id | party_source | party   | purpose   | channel | status
			2         | customer_id  | ` + two + ` | marketing | phone   | refused`,
		"contact_points": `
			record_id | party_source | party   | kind  | value        | status
			2         | customer_id  | ` + two + ` | phone | +32470000000 | wrong number`,
	})
	b.Night("2026-03-01")
	b.Want("interactions", "interaction_id | customer_id | contact_id\n 1 | crm/1 |\n 2 | crm/2 |\n 3 | |\n 4 | |")
	b.Want("survey_answers", "answer_id | customer_id | code\n 2 | crm/2 | 3")
	b.Want("consents", "customer_id | channel | status\n crm/2 | phone | refused")
	b.Want("contact_points", "customer_id | kind | value | status\n crm/2 | phone | +32470000000 | wrong number")

	// Both turn out to be one firm, and the third arrives.
	deliver(b, "crm", "d3", map[string]string{"parties": `
		record_id | name  | enterprise_number
		2         | Baert | 0403019261
		later     | Claes | `})
	b.Night("2026-03-02")
	b.Want("interactions", "interaction_id | customer_id\n 1 | crm/1\n 2 | crm/1\n 3 | crm/later\n 4 |")
	b.Want("survey_answers", "answer_id | customer_id\n 2 | crm/1")
	b.Want("consents", "customer_id | channel | status\n crm/1 | phone | refused")
	b.CheckKeys()
}

// An agency returns what came of calls under the references that it was given: each
// leads to whom was called, by a record, by an id or for a firm, whatever source
// says so. A reference that was given out twice is that of the first contact.
func TestFactsByContactRef(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "crm", "d1", map[string]string{"parties": `
		record_id | kind         | name  | organisation
		1         | organisation | Aerts |
		2         | person       | An    | 1
		3         | person       | Bo    | `})
	deliver(b, "shop", "d2", map[string]string{"interactions": `
		record_id | interaction_id | party_source | party | occurred_at          | channel | direction | contact_ref
		1         | c1             | crm          | 2     | 2026-01-05T10:00:00Z | call    | outbound  | ref-1
		2         | c2             | customer_id  | ` + match.ID("crm", "3") + ` | 2026-01-05T10:00:00Z | call | outbound | ref-2
		3         | c3             | crm          | 1     | 2026-01-06T10:00:00Z | call    | outbound  | ref-2
		4         | c4             | crm          | 3     | 2026-01-06T10:00:00Z | call    | inbound   | ref-4`})
	deliver(b, "agency", "d3", map[string]string{
		"interactions": `
			record_id | interaction_id | party_source | party | occurred_at          | channel | direction | outcome
			1         | r1             | contact_ref  | ref-1 | 2026-01-07T10:00:00Z | call    | outbound  | answered
			2         | r2             | contact_ref  | ref-2 | 2026-01-07T10:00:00Z | call    | outbound  | refused
			3         | r3             | contact_ref  | ref-3 | 2026-01-07T10:00:00Z | call    | outbound  | no_answer
			4         | r4             | contact_ref  | ref-4 | 2026-01-07T10:00:00Z | call    | outbound  | no_answer`,
		"survey_answers": `
			record_id | survey | question | party_source | party | code
			1         | s      | q1       | contact_ref  | ref-1 | 3`,
		"consents": `
			record_id | party_source | party | purpose   | channel | status
			2         | contact_ref  | ref-2 | marketing | phone   | refused`,
	})
	b.Night("2026-03-01")
	b.Want("interactions", `interaction_id | customer_id | contact_id
		c1 | crm/1 | crm/2
		c2 | crm/3 |
		c3 | crm/1 |
		c4 | crm/3 |
		r1 | crm/1 | crm/2
		r2 | crm/3 |
		r3 |       |
		r4 |       |`)
	b.Want("survey_answers", "answer_id | customer_id | code\n 1 | crm/1 | 3")
	b.Want("consents", "customer_id | channel | status\n crm/3 | phone | refused")

	// The contact that the third reference was given out with becomes known later.
	deliver(b, "shop", "d4", map[string]string{"interactions": `
		record_id | interaction_id | party_source | party | occurred_at          | channel | direction | contact_ref
		5         | c5             | crm          | 3     | 2026-01-06T10:00:00Z | call    | outbound  | ref-3`})
	b.Night("2026-03-02")
	b.Want("interactions", `interaction_id | customer_id
		c1 | crm/1
		c2 | crm/3
		c3 | crm/1
		c4 | crm/3
		c5 | crm/3
		r1 | crm/1
		r2 | crm/3
		r3 | crm/3
		r4 |`)
	b.CheckKeys()
}

func TestInvoicesAsOfTheNight(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "erp", "d1", map[string]string{
		"parties": "record_id | name\n 1 | Aerts",
		"invoices": `
			record_id | invoice_id | party | invoiced_on | due_on     | paid_on    | amount | open_amount
			1         | paid       | 1     | 2026-01-01  | 2026-01-31 | 2026-02-10 | 100    |
			2         | partly     | 1     | 2026-01-01  | 2026-01-31 | 2026-02-10 | 100    | 40
			3         | unpaid     | 1     | 2026-01-01  | 2026-01-31 |            | 100    |
			4         | remainder  | 1     | 2026-01-01  | 2026-01-31 |            | 100    | 60
			5         | tomorrow   | 1     | 2026-01-01  | 2026-01-31 | 2026-03-02 | 100    | 0
			6         | tonight    | 1     | 2026-01-01  | 2026-01-31 | 2026-03-01 | 100    | 0`,
	})
	b.Night("2026-03-01")
	b.Want("invoices", `
		invoice_id | customer_id | paid_on    | open_amount
		paid       | erp/1       | 2026-02-10 | 0
		partly     | erp/1       | 2026-02-10 | 40
		unpaid     | erp/1       |            | 100
		remainder  | erp/1       |            | 60
		tomorrow   | erp/1       |            | 100
		tonight    | erp/1       |            | 100`)
}

func TestCampaignsAndProducts(t *testing.T) {
	b := transformstest.New(t)
	b.Source("erp", transformstest.Source{Trust: 2})
	b.Source("catalogue", transformstest.Source{Trust: 1})
	deliver(b, "erp", "d1", map[string]string{
		"parties":  "record_id | name\n 1 | Aerts\n 2 | Baert\n 3 | Claes",
		"products": "record_id | product | name\n 1 | A1 | Chair, blue\n 2 | A2 | Table",
		"campaigns": `
			record_id | campaign | channel | sent_on    | cost
			1         | spring   | email   | 2026-01-10 | 60
			2         | spring   | post    | 2026-01-12 | 40.1
			3         | silent   | email   | 2026-01-10 | 10`,
		"interactions": `
			record_id | interaction_id | party | occurred_at          | channel | direction | campaign | outcome
			1         | 1              | 1     | 2026-01-10T10:00:00Z | email   | outbound  | spring   | sent
			2         | 2              | 1     | 2026-01-12T10:00:00Z | post    | outbound  | spring   | answered
			3         | 3              | 2     | 2026-01-10T10:00:00Z | email   | outbound  | spring   | clicked
			4         | 4              | 2     | 2026-01-11T10:00:00Z | email   | outbound  | spring   | clicked`,
		"orders": `
			record_id | order_id | party | ordered_at           | status    | amount
			1         | 1        | 1     | 2026-01-09T10:00:00Z |           | 1
			2         | 2        | 1     | 2026-01-10T10:00:00Z |           | 10
			3         | 3        | 2     | 2026-02-10T10:00:00Z |           | 20
			4         | 4        | 2     | 2026-02-11T10:00:00Z |           | 40
			5         | 5        | 3     | 2026-01-15T10:00:00Z |           | 80
			6         | 6        | 1     | 2026-01-15T10:00:00Z | cancelled | 160`,
	})
	deliver(b, "catalogue", "c1", map[string]string{"products": "record_id | product | name\n 9 | A1 | Chair"})
	b.Night("2026-03-01")
	// An order counts once, within 30 days of any of the campaign's mailings.
	b.Want("campaigns", `
		campaign | channel | sent_on    | cost  | contacted | responses | orders_after | amount_after | cost_per_order
		spring   | post    | 2026-01-10 | 100.1 | 2         | 2         | 2            | 30           | 50.05
		silent   | email   | 2026-01-10 | 10    | 0         | 0         | 0            | 0            |`)
	b.Want("products", `
		product | name  | source
		A1      | Chair | catalogue
		A2      | Table | erp`)
	b.CheckKeys()
}
