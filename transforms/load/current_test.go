package load_test

import (
	"testing"

	"clientele/transforms/load"
	"clientele/transforms/transformstest"
)

func deliver(b *transformstest.Base, source, id, table, rows string) {
	b.Deliver(transformstest.Delivery{Source: source, ID: id, Tables: map[string]string{table: rows}})
}

func TestChangesReplaceRowsOfTheirKey(t *testing.T) {
	b := transformstest.New(t)
	b.Source("erp", transformstest.Source{Modes: map[string]string{"parties": "changes"}})
	deliver(b, "erp", "d1", "parties", `
		record_id | name
		1         | Aerts
		2         | Baert`)
	deliver(b, "erp", "d2", "parties", `
		record_id | name
		2         | Baert NV
		3         | Claes`)
	b.Night("2026-03-01")
	b.Want("current_parties", `
		record_id | name     | delivery_id
		1         | Aerts    | d1
		2         | Baert NV | d2
		3         | Claes    | d2`)
}

func TestSnapshotReplacesAll(t *testing.T) {
	b := transformstest.New(t)
	b.Source("erp", transformstest.Source{Modes: map[string]string{"parties": "snapshot"}})
	deliver(b, "erp", "d1", "parties", `
		record_id | name  | observed_on
		1         | Aerts | 2026-01-05
		2         | Baert | 2026-01-05`)
	deliver(b, "web", "w1", "parties", `
		record_id | name
		9         | Of another source`)
	b.Night("2026-03-01")
	deliver(b, "erp", "d2", "parties", `
		record_id | name     | observed_on
		2         | Baert NV | 2026-02-05`)
	b.Night("2026-03-02")
	// The first date of a record outlives the snapshot that said it.
	b.Want("current_parties", `
		record_id | name              | observed_on | first_observed_on
		2         | Baert NV          | 2026-02-05  | 2026-01-05
		9         | Of another source |             |`)
	b.Want("customer_ids", `
		customer_id | state
		erp/1       | gone
		erp/2       | current
		web/9       | current`)
}

func TestSnapshotReplacesItsScope(t *testing.T) {
	b := transformstest.New(t)
	b.Source("erp", transformstest.Source{Modes: map[string]string{"orders": "snapshot"}})
	deliver(b, "erp", "january", "orders", `
		record_id | order_id | scope   | ordered_at
		1         | 1        | 2026-01 | 2026-01-05T10:00:00Z
		2         | 2        | 2026-01 | 2026-01-06T10:00:00Z`)
	deliver(b, "erp", "february", "orders", `
		record_id | order_id | scope   | ordered_at
		3         | 3        | 2026-02 | 2026-02-05T10:00:00Z`)
	b.Night("2026-03-01")
	deliver(b, "erp", "january again", "orders", `
		record_id | order_id | scope   | ordered_at
		1         | 1        | 2026-01 | 2026-01-07T10:00:00Z`)
	b.Night("2026-03-02")
	b.Want("current_orders", `
		record_id | scope   | ordered_at
		1         | 2026-01 | 2026-01-07T10:00:00Z
		3         | 2026-02 | 2026-02-05T10:00:00Z`)
}

func TestAppendAdds(t *testing.T) {
	b := transformstest.New(t)
	b.Source("shop", transformstest.Source{Modes: map[string]string{"orders": "append"}})
	deliver(b, "shop", "d1", "orders", `
		record_id | order_id | ordered_at
		1         | 1        | 2026-01-05T10:00:00Z`)
	deliver(b, "shop", "d2", "orders", `
		record_id | order_id | ordered_at
		2         | 2        | 2026-01-06T10:00:00Z`)
	b.Night("2026-03-01")
	b.Want("orders", `
		order_id | ordered_on
		1        | 2026-01-05
		2        | 2026-01-06`)
}

func TestNamedDeliveryIsCorrectedByTheNext(t *testing.T) {
	b := transformstest.New(t)
	for _, id := range []string{"d1", "d2"} {
		rows := `
			record_id | name
			1         | Aerts
			2         | Only in the wrong one`
		if id == "d2" {
			rows = `
			record_id | name
			1         | Aerts NV`
		}
		b.Deliver(transformstest.Delivery{Source: "erp", ID: id, Name: "parties.csv", Named: true, Tables: map[string]string{"parties": rows}})
		b.Night("2026-03-01")
	}
	b.Want("current_parties", `
		record_id | name
		1         | Aerts NV`)
	b.Want("deliveries", `
		delivery_id | state
		d1          | superseded
		d2          | loaded`)
}

func TestWithdrawnDeliveryIsAsIfItNeverCame(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "erp", "d1", "parties", `
		record_id | name  | email
		1         | Aerts | info@aerts.example`)
	b.Night("2026-03-01")
	before := b.Published()
	deliver(b, "erp", "wrong", "parties", `
		record_id | name  | email
		1         | Wrong | wrong@aerts.example
		2         | Wrong | wrong@baert.example`)
	b.Night("2026-03-02")
	b.Want("customers", `
		customer_id | name
		erp/1       | Wrong
		erp/2       | Wrong`)
	b.Withdraw("wrong")
	b.Night("2026-03-01")
	after := b.Published()
	for _, table := range []string{"customers", "customer_fields", "customer_sources", "contact_points", "deliveries"} {
		if len(before[table]) != len(after[table]) || before[table][0] != after[table][0] {
			t.Errorf("%s: was %q, is %q", table, before[table], after[table])
		}
	}
	// The id that it brought stays resolvable.
	b.Want("customer_ids", `
		customer_id | current_customer_id | state
		erp/1       | erp/1               | current
		erp/2       | erp/2               | gone`)
}

func TestDeletedFlag(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "erp", "d1", "parties", `
		record_id | name  | observed_on
		1         | Aerts | 2026-01-05
		2         | Baert | 2026-01-05`)
	deliver(b, "erp", "d2", "parties", `
		record_id | name  | observed_on | deleted
		1         | Aerts | 2026-02-05  | true
		2         | Baert | 2026-02-05  | false`)
	b.Night("2026-03-01")
	b.Want("current_parties", `
		record_id | observed_on
		2         | 2026-02-05`)
	deliver(b, "erp", "d3", "parties", `
		record_id | name        | observed_on
		1         | Aerts again | 2026-02-15`)
	b.Night("2026-03-02")
	b.Want("customers", `
		customer_id | name        | first_seen_on
		erp/1       | Aerts again | 2026-01-05
		erp/2       | Baert       | 2026-01-05`)
}

func TestAbsentColumnKeepsTheValue(t *testing.T) {
	for _, mode := range []string{"changes", "snapshot"} {
		t.Run(mode, func(t *testing.T) {
			b := transformstest.New(t)
			b.Source("erp", transformstest.Source{Modes: map[string]string{"parties": mode}})
			deliver(b, "erp", "d1", "parties", `
				record_id | name  | email              | profession
				1         | Aerts | info@aerts.example | baker
				2         | Baert | info@baert.example | smith`)
			b.Night("2026-03-01")
			b.Deliver(transformstest.Delivery{Source: "erp", ID: "d2", Absent: []string{"parties.email"}, Tables: map[string]string{"parties": `
				record_id | name     | profession
				1         | Aerts NV |
				2         | Baert    | smith
				3         | Claes    | `}})
			b.Night("2026-03-02")
			// The e-mail column was not there, the empty profession was.
			b.Want("current_parties", `
				record_id | name     | email              | profession
				1         | Aerts NV | info@aerts.example |
				2         | Baert    | info@baert.example | smith
				3         | Claes    |                    |`)
			deliver(b, "erp", "d3", "parties", `
				record_id | name     | email
				1         | Aerts NV |
				2         | Baert    | post@baert.example`)
			b.Night("2026-03-03")
			want := `
				record_id | email
				1         |
				2         | post@baert.example`
			if mode == "changes" {
				want += "\n3 |"
			}
			b.Want("current_parties", want)
		})
	}
}

func TestOldFileThatComesLateUndoesNothing(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "erp", "march", "parties", `
		record_id | name     | observed_on
		1         | Aerts NV | 2026-03-01`)
	deliver(b, "erp", "february", "parties", `
		record_id | name  | observed_on
		1         | Aerts | 2026-02-01
		2         | Baert | 2026-02-01`)
	b.Night("2026-03-05")
	b.Want("current_parties", `
		record_id | name     | observed_on | first_observed_on
		1         | Aerts NV | 2026-03-01  | 2026-02-01
		2         | Baert    | 2026-02-01  | 2026-02-01`)
}

func TestPicks(t *testing.T) {
	b := transformstest.New(t)
	rows := `
		record_id | order_id | ordered_at           | amount | status    | channel | salesperson
		1         | 1        | 2026-01-05T11:00:00Z | 10.5   | open      | web     | An
		1         | 1        | 2026-01-05T10:00:00Z | 20     | delivered | shop    | Bo
		1         | 1        | 2026-01-05T12:00:00Z | 1.25   | billed    | phone   | Cas
		2         | 2        | 2026-01-06T10:00:00Z |        | open      |         | An`
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d1", Tables: map[string]string{"orders": rows}, Picks: map[string][]load.Pick{"orders": {
		{Column: "ordered_at", Which: "min"}, {Column: "amount", Which: "sum"}, {Column: "channel", Which: "first"},
		{Column: "salesperson", Which: "first"}, {Column: "status", Which: "max"},
	}}})
	b.Deliver(transformstest.Delivery{Source: "other", ID: "d2", Tables: map[string]string{"orders": rows}})
	b.Night("2026-03-01")
	b.Want("current_orders", `
		source | record_id | ordered_at           | amount | status | channel | salesperson
		erp    | 1         | 2026-01-05T10:00:00Z | 31.75  | open   | web     | An
		erp    | 2         | 2026-01-06T10:00:00Z |        | open   |         | An
		other  | 1         | 2026-01-05T12:00:00Z | 1.25   | billed | phone   | Cas
		other  | 2         | 2026-01-06T10:00:00Z |        | open   |         | An`)
}

func TestLastRowOfAKeyCountsButTheLatestDateBeatsIt(t *testing.T) {
	b := transformstest.New(t)
	deliver(b, "erp", "d1", "parties", `
		record_id | name   | observed_on
		1         | Newest | 2026-02-01
		1         | Older  | 2026-01-01
		1         | None   |
		2         | First  |
		2         | Last   | `)
	b.Night("2026-03-01")
	b.Want("current_parties", `
		record_id | name   | first_observed_on
		1         | Newest | 2026-01-01
		2         | Last   |`)
}
