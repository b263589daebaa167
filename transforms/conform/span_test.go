package conform_test

import (
	"testing"
	"time"

	"clientele/transforms/conform"
)

// A source that replaces another tells the facts from its first day on, and the
// replaced one those of before; what is no fact is told by the new source
// whenever it was first known.
func TestSpan(t *testing.T) {
	first := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	fresh, old := conform.Source{From: first}, conform.Source{Until: first}
	orders := given{table: "orders", mapping: `{ key: [Nr], map: { order_id: Nr, ordered_at: { column: Datum, on_bad: "null" }, observed_on: Gezien } }`, rows: `
		Nr | Datum                | Gezien
		1  | 2026-01-31T22:59:59Z | 2026-02-05
		2  | 2026-01-31T23:00:00Z | 2026-02-05
		3  | 2026-02-10T10:00:00Z |
		4  | 2026-03-02           |`}
	lines := given{table: "order_lines", mapping: `{ key: [Nr], map: { order_id: Nr, quantity: { value: 1 }, unit_price: { value: 1 }, observed_on: Datum } }`, rows: `
		Nr | Datum
		1  | 2026-01-31
		2  | 2026-02-01
		3  |`}
	parties := given{table: "parties", mapping: `{ key: [Nr], map: { name: Nr, observed_on: Sinds } }`, rows: `
		Nr | Sinds
		1  | 2015-05-05
		2  | 2026-02-02
		3  |`}
	for _, c := range []struct {
		name   string
		of     given
		source conform.Source
		want   string
	}{
		{"orders of the new", orders, fresh, "read 4 conformed 2, filtered future=1, filtered migrated=1, without party 2"},
		{"orders of the old", orders, old, "read 4 conformed 1, filtered replaced=3, without party 1"},
		{"lines of the new", lines, fresh, "read 3 conformed 1, filtered migrated=1, quarantined missing_observed_on=1"},
		{"lines of the old", lines, old, "read 3 conformed 2, filtered replaced=1"},
		{"parties of the new", parties, fresh, "read 3 conformed 3"},
		{"parties of the old", parties, old, "read 3 conformed 2, filtered replaced=1"},
		{"of one between two others", orders, conform.Source{From: first.AddDate(0, 0, -1), Until: first}, "read 4 conformed 1, filtered replaced=3, without party 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.of.source = c.source
			conformed(t, c.of).fates(t, c.want)
		})
	}
}

// A text of a crosswalk becomes the record id that the row of a source has.
func TestRecordIDOfTexts(t *testing.T) {
	rows := "Firma | Nr\n 7 | 0042.0"
	for mapping, texts := range map[string][]string{
		`{ key: [Nr], map: { name: Firma } }`:                                                        {" 0042.0 "},
		`{ key: [{ column: Nr, type: integer }], map: { name: Firma } }`:                             {"42"},
		`{ key: [Firma, { column: Nr, type: integer }], map: { name: Firma } }`:                      {"7", "42"},
		`{ key: [Firma, { column: Nr, type: integer }], key_suffix: contact, map: { name: Firma } }`: {"7", "00042"},
	} {
		want := conformed(t, given{table: "parties", mapping: mapping, rows: rows}).lines("record_id")[0]
		m := parseMapping(t, "parties", mapping)
		if got, ok := m.RecordID(texts); !ok || got != want {
			t.Errorf("%s: %q becomes %q, %v, want %q", mapping, texts, got, ok, want)
		}
		texts[len(texts)-1] = " "
		if got, ok := m.RecordID(texts); ok {
			t.Errorf("%s: nothing becomes %q", mapping, got)
		}
	}
}
