package pipelines_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// results are the tables that replaying compares: what became of the data. The
// others say when it came; scores remember the class of the night before.
var results = []string{"customers", "customer_sources", "customer_fields", "customer_metrics", "orders", "order_lines", "score_parts", "organisations", "persons", "contact_points", "addresses"}

var days = []string{"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"}

const (
	byParties          = "SELECT customer_id, STRING_AGG(source || ' ' || source_record_id, ',' ORDER BY source, source_record_id) AS parties FROM customer_sources GROUP BY 1"
	customersByParties = "SELECT p.parties, c.* EXCLUDE (customer_id, household_id, parent_customer_id), m.* EXCLUDE (customer_id) FROM (" + byParties + ") p JOIN customers c USING (customer_id) JOIN customer_metrics m USING (customer_id) ORDER BY 1"
	fieldsByParties    = "SELECT p.parties, f.* EXCLUDE (customer_id) FROM (" + byParties + ") p JOIN customer_fields f USING (customer_id) ORDER BY ALL"
)

// TestDailyReplay delivers five days of orders one night each, and all at once.
func TestDailyReplay(t *testing.T) {
	all := newCompany(t, t.TempDir())
	for _, day := range days {
		all.sell(day)
	}
	once := newHouse(t, all)
	once.run(nightOne)
	want := once.digests()

	daily := newCompany(t, t.TempDir())
	h := newHouse(t, daily)
	for _, day := range days {
		daily.sell(day)
		h.run(date(day).AddDate(0, 0, 1).Format("2006-01-02"))
	}
	sameTables(t, "a night a day", h.digests(), want, results...)

	t.Run("the night again", func(t *testing.T) {
		h := h.copyHome(t)
		before := h.digests()
		h.run(nightOne)
		sameTables(t, "the same night again", h.digests(), before)
	})
	t.Run("a day again", func(t *testing.T) {
		h := h.copyHome(t)
		for _, day := range days {
			daily.write("incoming/orders/again-"+day+".csv", ordersOf(day))
			defer daily.remove("incoming/orders/again-" + day + ".csv")
			h.run(nightOne)
			sameTables(t, day+" delivered again under another name", h.digests(), want, results...)
		}
	})
	for _, day := range days {
		t.Run("without "+day, func(t *testing.T) {
			h := h.copyHome(t)
			h.withdraw(ordersFile(day))
			h.run(nightOne)

			without := newCompany(t, t.TempDir())
			for _, other := range days {
				if other != day {
					without.sell(other)
				}
			}
			never := newHouse(t, without)
			never.run(nightOne)
			// Who was founded on the day that is taken back keeps the id, so the
			// customers are told apart by their parties.
			for what, query := range map[string]string{"customers": customersByParties, "fields": fieldsByParties, "orders": "SELECT * EXCLUDE (customer_id) FROM orders ORDER BY source, order_id", "lines": "SELECT * FROM order_lines ORDER BY ALL"} {
				got, want := h.rows(query), never.rows(query)
				if len(want) == 0 {
					t.Errorf("%s: there are none, and that proves nothing", what)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, withdrawn against never delivered (-want +got):\n%s", what, diff)
				}
			}
			if got := h.rows("SELECT COUNT(*) FROM deliveries WHERE name = '" + ordersFile(day) + "'"); got[0] != "0" {
				t.Errorf("the withdrawn delivery is published as one")
			}
		})
	}
	t.Run("corrected", func(t *testing.T) {
		h := h.copyHome(t)
		daily.write(ordersFile(days[2]), corrected(ordersOf(days[2])))
		h.run(nightOne)

		all.write(ordersFile(days[2]), corrected(ordersOf(days[2])))
		alone := newHouse(t, all)
		alone.run(nightOne)
		got, want := h.digests(), alone.digests()
		if got["order_lines"] == once.digests()["order_lines"] {
			t.Error("the correction changes nothing, and proves nothing")
		}
		sameTables(t, "corrected, and right from the start", got, want, results...)
	})
}
