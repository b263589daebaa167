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

func TestWhoWantsNoApproach(t *testing.T) {
	b := transformstest.New(t)
	b.Source("erp", transformstest.Source{})
	b.Source("registers", transformstest.Source{Modes: map[string]string{"do_not_contact": "snapshot"}})
	deliver := func(id, list string) {
		b.Deliver(transformstest.Delivery{Source: "registers", ID: id, Tables: map[string]string{"do_not_contact": list}})
	}
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "parties", Tables: map[string]string{"parties": `
		record_id | kind         | name | name_key | email           | phone | street | house_number | postcode | municipality
		firm      | organisation | Firm | firm     | a@firm.example  | +321  | Dorp   | 1            | 9000     | Gent
		asked     | organisation | Ask  | ask      | a@ask.example   | +322  | Dorp   | 2            | 9000     | Gent
		jan       | person       | Jan  | jan      | a@jan.example   | +323  | Dorp   | 3            | 9000     | Gent
		nextdoor  | person       | Els  | els      | b@jan.example   | +324  | Dorp   | 4            | 9000     | Gent`}})
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "facts", Tables: map[string]string{
		"orders": "record_id | order_id | party | ordered_at | amount\n 1 | 1 | jan | 2026-01-05T10:00:00Z | 10\n 2 | 2 | nextdoor | 2026-01-05T10:00:00Z | 10",
		"consents": `
			record_id | party | purpose   | channel | status  | since
			1         | asked | marketing | phone   | granted | 2026-02-01`}})
	deliver("r1", `
		record_id | phone | email         | name_key | house_number | postcode
		1         | +321  |               |          |              |
		2         | +322  |               |          |              |
		3         |       | a@jan.example | jan      | 3            | 9000`)
	b.Night("2026-03-01")
	b.Want("contact_rights", `
		customer_id  | channel | allowed | reason
		erp/firm     | email   | true    | organisation
		erp/firm     | phone   | false   | listed
		erp/firm     | post    | true    | organisation
		erp/asked    | email   | true    | organisation
		erp/asked    | phone   | true    | consent
		erp/asked    | post    | true    | organisation
		erp/jan      | email   | false   | listed
		erp/jan      | phone   | true    | customer
		erp/jan      | post    | false   | listed
		erp/nextdoor | email   | true    | customer
		erp/nextdoor | phone   | true    | customer
		erp/nextdoor | post    | true    | customer`)
	// Who is on the list no more may be called again; a list that is too old lets
	// nobody be called but those who asked for it.
	b.Source("registers", transformstest.Source{Modes: map[string]string{"do_not_contact": "snapshot"}, Outdated: "phone"})
	deliver("r2", "record_id | phone\n 2 | +322")
	b.Night("2026-03-02")
	b.Want("contact_rights", `
		customer_id  | channel | allowed | reason
		erp/firm     | email   | true    | organisation
		erp/firm     | phone   | false   | list too old
		erp/firm     | post    | true    | organisation
		erp/asked    | email   | true    | organisation
		erp/asked    | phone   | true    | consent
		erp/asked    | post    | true    | organisation
		erp/jan      | email   | true    | customer
		erp/jan      | phone   | false   | list too old
		erp/jan      | post    | true    | customer
		erp/nextdoor | email   | true    | customer
		erp/nextdoor | phone   | false   | list too old
		erp/nextdoor | post    | true    | customer`)
}

func TestBoughtValuesGoWithTheirLicence(t *testing.T) {
	b := transformstest.New(t)
	b.Source("erp", transformstest.Source{Trust: 1})
	b.Source("calls", transformstest.Source{Origin: "purchased", Trust: 5, Channels: "phone visit", LicenceUntil: "2026-03-01", NoticeDue: "2026-03-10"})
	b.Source("old", transformstest.Source{Origin: "purchased", Trust: 5, LicenceUntil: "2026-02-28", NoticeDue: "2026-02-10"})
	for source, rows := range map[string]string{ // in any order
		"erp": `
			record_id | kind         | name | enterprise_number | email
			known     | organisation | K    | 0403019261        | a@k.example`,
		"calls": `
			record_id | kind         | name | enterprise_number | email         | phone | natural_person
			known     | organisation | K    | 0403019261        | b@k.example   | +321  |
			new       | organisation | N    |                   | a@new.example | +322  |
			trader    | organisation | T    |                   | a@tr.example  | +323  | true`,
		"old": `
			record_id | kind         | name | phone | natural_person
			gone      | organisation | G    | +324  |
			jan       | person       | Jan  | +325  |`,
	} {
		b.Deliver(transformstest.Delivery{Source: source, ID: source, Tables: map[string]string{"parties": rows}})
	}
	b.Night("2026-03-01")
	b.Want("contact_rights", `
		customer_id  | channel | allowed | reason
		calls/known  | email   | true    | organisation
		calls/known  | phone   | true    | organisation
		calls/known  | post    | false   | no address
		calls/new    | email   | false   | licence
		calls/new    | phone   | true    | organisation
		calls/new    | post    | false   | no address
		calls/trader | email   | false   | licence
		calls/trader | phone   | false   | no basis
		calls/trader | post    | false   | no address
		old/gone     | email   | false   | no address
		old/gone     | phone   | false   | licence
		old/gone     | post    | false   | no address
		old/jan      | email   | false   | no address
		old/jan      | phone   | false   | licence
		old/jan      | post    | false   | no address`)
	// Persons whom only bought lists know must be told of it.
	b.Want("customers", `
		customer_id  | notice_due_on
		calls/known  |
		calls/new    |
		calls/trader | 2026-03-10
		old/gone     |
		old/jan      | 2026-02-10`)
}
