package merge_test

import (
	"testing"

	"clientele/transforms/transformstest"
)

func TestConsentsAndContactRights(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	parties(b, map[string]string{
		"own": `
			record_id | kind         | enterprise_number | name    | email           | phone | street | municipality | opted_out | natural_person
			firm      | organisation |                   | Firm    | a@firm.example  | +321  | Dorp   | Gent         |           |
			trader    | organisation |                   | Trader  | a@trader.example| +322  | Dorp   | Gent         |           | true
			out       | organisation |                   | Out     | a@out.example   | +323  | Dorp   | Gent         | true      |
			two       | organisation | 0403019261        | Two     | a@two.example   | +324  | Dorp   | Gent         |           |
			buyer     | person       |                   | Buyer   | a@buyer.example | +325  | Dorp   |              |           |
			prospect  | person       |                   | Prosp   | a@pr.example    | +326  |        |              |           |
			consents  | person       |                   | Cons    | a@co.example    | +327  |        |              |           |
			all       | person       |                   | All     | a@all.example   | +328  | Dorp   | Gent         |           |
			nothing   | organisation |                   | Nothing |                 |       |        |              |           |`,
		"form": `
			record_id | kind         | enterprise_number | name | email
			two       | organisation | 0403019261        | Two  | a@two.example`,
	})
	b.Deliver(transformstest.Delivery{Source: "own", ID: "facts", Tables: map[string]string{
		"orders": "record_id | order_id | party | ordered_at | amount\n 1 | 1 | buyer | 2026-01-05T10:00:00Z | 10",
		"consents": `
			record_id | party    | purpose   | channel | basis   | status    | since
			1         | two      | marketing | email   | consent | granted   | 2026-02-01
			2         | consents | marketing | email   | consent | granted   | 2026-02-01
			3         | all      | marketing | all     |         | withdrawn | 2026-02-01
			4         | all      | marketing | email   |         | granted   | 2026-02-05
			5         | prospect | service   | email   |         | granted   | 2026-02-05`}})
	b.Deliver(transformstest.Delivery{Source: "form", ID: "form facts", Tables: map[string]string{"consents": `
		record_id | party | purpose   | channel | basis     | status  | since
		1         | two   | marketing | email   | objection | refused | 2026-01-01`}})
	b.Night("2026-03-01")
	// Where the parties of one customer differ the most restrictive holds, also
	// when it is the older one.
	b.Want("consents", `
		customer_id  | purpose   | channel | basis     | status    | since
		form/two     | marketing | email   | objection | refused   | 2026-01-01
		own/consents | marketing | email   | consent   | granted   | 2026-02-01
		own/all      | marketing | all     |           | withdrawn | 2026-02-01
		own/all      | marketing | email   |           | granted   | 2026-02-05
		own/prospect | service   | email   |           | granted   | 2026-02-05`)
	b.Want("contact_rights", `
		customer_id  | channel | allowed | reason
		own/firm     | email   | true    | organisation
		own/firm     | phone   | true    | organisation
		own/firm     | post    | true    | organisation
		own/trader   | email   | false   | no basis
		own/trader   | phone   | false   | no basis
		own/trader   | post    | false   | no basis
		own/out      | email   | false   | objection
		own/out      | phone   | false   | objection
		own/out      | post    | false   | objection
		form/two     | email   | false   | objection
		form/two     | phone   | true    | organisation
		form/two     | post    | true    | organisation
		own/buyer    | email   | true    | customer
		own/buyer    | phone   | true    | customer
		own/buyer    | post    | false   | no address
		own/prospect | email   | false   | no basis
		own/prospect | phone   | false   | no basis
		own/prospect | post    | false   | no address
		own/consents | email   | true    | consent
		own/consents | phone   | false   | no basis
		own/consents | post    | false   | no address
		own/all      | email   | false   | objection
		own/all      | phone   | false   | objection
		own/all      | post    | false   | objection
		own/nothing  | email   | false   | no address
		own/nothing  | phone   | false   | no number
		own/nothing  | post    | false   | no address`)
	b.Want("customers", `
		customer_id  | may_email | may_call | may_post
		own/firm     | true      | true     | true
		own/trader   | false     | false    | false
		own/out      | false     | false    | false
		form/two     | false     | true     | true
		own/buyer    | true      | true     | false
		own/prospect | false     | false    | false
		own/consents | true      | false    | false
		own/all      | false     | false    | false
		own/nothing  | false     | false    | false`)
	b.CheckKeys()
}

func TestContactsAndHouseholds(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	parties(b, map[string]string{
		"own": `
			record_id | kind         | name      | family_name | organisation | role    | is_primary | until      | street | house_number | postcode | observed_on
			firm      | organisation | Firm      |             |              |         |            |            | Dorp   | 1            | 9000     | 2026-01-01
			an        | person       | An Claes  | Claes       | firm         | buyer   | true       |            | Dorp   | 2            | 9000     | 2026-01-02
			bo        | person       | Bo Claes  | Claes       | firm         | manager | false      | 2026-02-01 | DORP   | 2            | 9000     | 2026-01-02
			cas       | person       | Cas Claes | Claes       | unknown      |         |            |            | Dorp   | 3            | 9000     | 2026-01-02`})
	b.Night("2026-03-01")
	b.Want("contacts", `
		organisation_id | person_id | role    | is_primary | until
		own/firm        | own/an    | buyer   | true       |
		own/firm        | own/bo    | manager | false      | 2026-02-01`)
	b.Want("customers", `
		customer_id | parent_customer_id
		own/firm    |
		own/an      | own/firm
		own/bo      |
		own/cas     |`)
	households := b.Query("SELECT household_id, COUNT(*) FROM base.main.customers WHERE household_id IS NOT NULL GROUP BY household_id ORDER BY 2")
	if len(households) != 2 || households[1][len(households[1])-1] != '2' {
		t.Errorf("households are %v, want one of two persons and one of one", households)
	}
}
