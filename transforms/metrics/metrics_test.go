package metrics_test

import (
	"testing"

	"clientele/transforms/transformstest"
)

func TestMetrics(t *testing.T) {
	b := transformstest.New(t)
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d1", Tables: map[string]string{
		"parties": `
			record_id | name   | observed_on
			1         | Aerts  | 2026-01-01
			2         | Baert  | 2026-01-01
			3         | Claes  | 2026-01-01
			4         | Daems  | 2026-01-01
			5         | Engels | 2026-01-01`,
		"orders": `
			record_id | order_id | party | ordered_at           | status    | amount
			1         | 1        | 1     | 2025-12-31T10:00:00Z |           | 1
			2         | 2        | 1     | 2026-02-27T10:00:00Z |           | 1.01
			3         | 3        | 1     | 2026-02-28T10:00:00Z | cancelled | 500
			4         | 4        | 1     | 2026-02-28T10:00:00Z | credited  | -500
			5         | 5        | 1     | 2026-02-28T10:00:00Z |           | 0
			6         | 6        | 4     | 2025-02-28T10:00:00Z |           | 0.004
			7         | 7        | 4     | 2025-02-28T11:00:00Z |           | 0.001
			8         | 8        | 5     | 2025-03-01T10:00:00Z |           | 8`,
		"interactions": `
			record_id | interaction_id | party | occurred_at          | channel | direction | outcome
			1         | 1              | 1     | 2026-01-10T10:00:00Z | call    | outbound  | answered
			2         | 2              | 1     | 2026-01-11T10:00:00Z | email   | outbound  | clicked
			3         | 3              | 1     | 2026-01-12T10:00:00Z | email   | outbound  | opened
			4         | 4              | 1     | 2026-01-13T10:00:00Z | visit   | outbound  | no_answer
			5         | 5              | 1     | 2026-01-14T10:00:00Z | visit   | inbound   |
			6         | 6              | 2     | 2026-02-14T10:00:00Z | form    | inbound   | answered`,
		"invoices": `
			record_id | invoice_id | party | invoiced_on | due_on     | paid_on    | amount | open_amount
			1         | late       | 1     | 2026-01-01  | 2026-01-31 | 2026-02-10 | 100    |
			2         | early      | 1     | 2026-01-01  | 2026-01-31 | 2026-01-21 | 300    |
			3         | overdue    | 1     | 2026-01-01  | 2026-02-09 |            | 100    | 50
			4         | to come    | 1     | 2026-02-20  | 2026-03-01 |            | 70     |
			5         | note       | 1     | 2026-02-20  | 2026-02-21 |            | -30    |
			6         | next week  | 2     | 2026-02-20  | 2026-02-28 | 2026-03-08 | 40     | 0
			7         | no terms   | 3     | 2026-02-20  |            |            | 25     |`,
	}})
	b.Night("2026-03-01")
	// 1.00 and 1.01 give 1.005, which rounds away from zero.
	b.Want("customer_metrics", `
		customer_id | order_count | order_amount_total | average_order_amount | first_order_on | last_order_on | days_since_last_order
		erp/1       | 2           | 2.01               | 1.01                 | 2025-12-31     | 2026-02-27    | 2
		erp/2       | 0           | 0                  |                      |                |               |
		erp/3       | 0           | 0                  |                      |                |               |
		erp/4       | 2           | 0.01               | 0                    | 2025-02-28     | 2025-02-28    | 366
		erp/5       | 1           | 8                  | 8                    | 2025-03-01     | 2025-03-01    | 365`)
	// There is no rate without contacts.
	b.Want("customer_metrics", `
		customer_id | contact_count | response_count | response_rate | visit_count | last_visit_on
		erp/1       | 4             | 2              | 0.5           | 2           | 2026-01-14
		erp/2       | 0             | 0              |               | 0           |
		erp/3       | 0             | 0              |               | 0           |
		erp/4       | 0             | 0              |               | 0           |
		erp/5       | 0             | 0              |               | 0           |`)
	// Of 1: 100 came 10 days late, 300 early, 100 is 20 days late tonight: 3000
	// days of 500. What falls due tonight is not overdue, and what is paid next
	// week is not paid.
	b.Want("customer_metrics", `
		customer_id | open_amount | overdue_amount | days_beyond_terms
		erp/1       | 120         | 50             | 6
		erp/2       | 40          | 40             | 1
		erp/3       | 25          | 0              |
		erp/4       | 0           | 0              |
		erp/5       | 0           | 0              |`)
	b.Want("customers", `
		customer_id | lifecycle | first_seen_on | last_activity_on
		erp/1       | customer  | 2025-12-31    | 2026-02-28
		erp/2       | prospect  | 2026-01-01    | 2026-02-14
		erp/3       | prospect  | 2026-01-01    |
		erp/4       | lapsed    | 2025-02-28    | 2025-02-28
		erp/5       | customer  | 2025-03-01    | 2025-03-01`)
	b.CheckKeys()
}

func TestWhatComesBackGivesTheStatus(t *testing.T) {
	b := transformstest.New(t)
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d1", Tables: map[string]string{
		"parties": `
			record_id | name  | email           | phone
			1         | Aerts | a@aerts.example | +321
			2         | Baert | a@baert.example | +322
			3         | Claes | a@claes.example | +323
			4         | Daems |                 |`,
		"interactions": `
			record_id | interaction_id | party | occurred_at          | channel | direction | outcome
			1         | 1              | 1     | 2026-01-10T10:00:00Z | email   | outbound  | opened
			2         | 2              | 1     | 2026-01-11T10:00:00Z | email   | outbound  | bounced
			3         | 3              | 2     | 2026-01-10T10:00:00Z | email   | outbound  | bounced
			4         | 4              | 2     | 2026-01-11T10:00:00Z | email   | outbound  | clicked
			5         | 5              | 1     | 2026-01-10T10:00:00Z | call    | outbound  | answered
			6         | 6              | 2     | 2026-01-10T10:00:00Z | call    | outbound  | wrong_number
			7         | 7              | 4     | 2026-01-10T10:00:00Z | call    | outbound  | wrong_number`,
	}})
	b.Night("2026-03-01")
	b.Want("customers", `
		customer_id | email_status | phone_status
		erp/1       | bounced      | ok
		erp/2       | ok           | wrong number
		erp/3       |              |
		erp/4       |              |`)
}
