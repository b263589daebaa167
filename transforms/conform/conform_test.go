package conform_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"clientele/schemas"
	"clientele/transforms/conform"
)

func TestKeys(t *testing.T) {
	r := conformed(t, given{table: "parties", mapping: `{ key: [{ column: Nr, type: integer }], map: { name: Naam } }`, rows: `
		Nr      | Naam
		17850   | A
		17850.0 | B
		017850  | C
		C17850  | D
		        | E`})
	r.want(t, `
		record_id | name
		17850     | A
		17850     | B
		17850     | C`)
	r.wantFaults(t, "5 Nr bad_number, 6 Nr missing_key", "")

	r = conformed(t, given{table: "parties", mapping: `{ key: [Nr], map: { name: Naam } }`, rows: `
		Nr      | Naam
		17850.0 | A
		017850  | B`})
	r.want(t, `
		record_id
		17850.0
		017850`)
}

func TestKeyOfSeveralColumns(t *testing.T) {
	r := conformed(t, given{table: "products", mapping: `{ key: [A, { column: B, type: integer }], map: { product: A } }`, rows: `
		A | B
		x | 01
		x | 2.0
		x |
		  | 3`})
	if got := strings.Join(r.lines("record_id"), " "); got != "x|1 x|2" {
		t.Errorf("keys are %q", got)
	}
	r.wantFaults(t, "4 B missing_key, 5 A missing_key", "")
}

func TestOrdinalIsCountedBeforeFilters(t *testing.T) {
	g := given{table: "order_lines", mapping: `{ key: [Order], ordinal: line_no, filter: ["quantity > 0"], map: { order_id: Order, quantity: Aantal, unit_price: { value: "1" } } }`,
		filters: []conform.Filter{{Name: "good", Where: `"Soort" <> 'text'`}}, rows: `
		Order | Aantal | Soort
		1     | 1      | line
		1     | 0      | line
		1     | 5      | text
		2     | 3      | line
		1     | 4      | line`}
	for g.batch = range 4 {
		r := conformed(t, g)
		r.want(t, `
			order_id | line_no | quantity
			1        | 1       | 1
			2        | 1       | 3
			1        | 4       | 4`)
		r.fates(t, "read 5 conformed 3, filtered good=1, filtered quantity > 0=1")
	}
	if got := strings.Join(conformed(t, g).lines("record_id"), " "); got != "1|1 2|1 1|4" {
		t.Errorf("keys are %q", got)
	}
}

func TestFields(t *testing.T) {
	r := conformed(t, given{table: "interactions", mapping: `{ key: [Nr], map: {,
   interaction_id: Nr,
   party: { column: Klant, type: integer },
   occurred_at: { column: Datum, layout: "02/01/2006 15:04" },
   channel: { value: call },
   direction: { column: Richting, default: outbound },
   outcome: { column: Code, values: { "1": answered, "2": refused } },
   campaign: { expr: "case when \"Code\" = '1' then upper(\"Actie\") else 'none' end" },
   by: { column: Door, optional: true } } }`, rows: `
		Nr | Klant   | Datum            | Richting | Code | Actie
		1  | 17850.0 | 05/02/2026 09:30 | inbound  | 1    | spring
		2  |         | 05/02/2026 09:30 |          | 2    | spring
		3  | 1       | 05/02/2026 23:30 |          | 3    | spring
		4  | 1       | 05/02/2026 23:30 |          |      | spring`})
	r.want(t, `
		interaction_id | party | occurred_at          | channel | direction | outcome  | campaign | observed_on
		1              | 17850 | 2026-02-05 08:30:00Z | call    | inbound   | answered | SPRING   | 2026-02-05
		2              |       | 2026-02-05 08:30:00Z | call    | outbound  | refused  | none     | 2026-02-05
		3              | 1     | 2026-02-05 22:30:00Z | call    | outbound  |          | none     | 2026-02-05
		4              | 1     | 2026-02-05 22:30:00Z | call    | outbound  |          | none     | 2026-02-05`)
	r.wantFaults(t, "", "4 outcome unknown_code")
	r.fates(t, "read 4 conformed 4, without party 1")
	if got := r.conformer.Absent(); len(got) != 1 || got[0] != "by" {
		t.Errorf("absent columns are %v, want [by]", got)
	}
}

func TestBadValues(t *testing.T) {
	rows := `
		Nr | Datum      | Bedrag | Status | Boekdatum
		1  | 31/02/2026 | 1,5    | open   |
		2  | 02/13/2026 | 1,5    | open   |
		3  | 03/02/2026 | 1.5    | open   |
		4  | 03/02/2026 | 1,5    | nieuw  | 31/02/2026
		5  |            | 1,5    | open   |
		6  | 03/02/2026 | 1,5-   | open   | `
	mapping := `{ key: [Nr], map: { order_id: Nr, ordered_at: { column: Datum, layout: "02/01/2006" },
		amount: { column: Bedrag ON_BAD }, status: { column: Status, values: { open: open }, on_bad: quarantine },
		observed_on: { column: Boekdatum, layout: "02/01/2006" } } }`
	mapping = strings.ReplaceAll(mapping, "\n\t\t", " ")
	format := conform.Source{Format: schemas.Format{Decimal: ','}}
	r := conformed(t, given{table: "orders", mapping: strings.Replace(mapping, "ON_BAD", "", 1), rows: rows, source: format})
	// Dates and amounts of facts and what says on_bad: quarantine are critical; a
	// fact without its date is one too.
	r.wantFaults(t, "2 Datum bad_date, 3 Datum bad_date, 4 Bedrag bad_number, 5 Status unknown_code, 6 ordered_at missing_ordered_at", "")
	r.want(t, `
		order_id | amount
		6        | -1.5`)
	r.fates(t, "read 6 conformed 1, quarantined bad_date=2, quarantined bad_number=1, quarantined missing_ordered_at=1, quarantined unknown_code=1, without party 1")
	for _, q := range r.quarantined {
		if strings.Contains(q.Message, "31/02") || strings.Contains(q.Message, "1.5") || strings.Contains(q.Message, "nieuw") {
			t.Errorf("the message %q tells the value", q.Message)
		}
		if !strings.HasPrefix(q.Values, `{"Nr":"`) {
			t.Errorf("the row is kept as %s", q.Values)
		}
	}
	r = conformed(t, given{table: "orders", mapping: strings.Replace(mapping, "ON_BAD", ", on_bad: null", 1), rows: rows, source: format})
	if got, _ := r.faults(); strings.Contains(strings.Join(got, ","), "Bedrag") {
		t.Errorf("quarantined are %v, though a bad amount is to be null", got)
	}
}

func TestFiltersApplyInOrder(t *testing.T) {
	r := conformed(t, given{table: "order_lines", mapping: `{ key: [Nr], filter: [{ where: "quantity > 0", name: returns }, "unit_price > 0", "\"Soort\" <> 'x'"],
		map: { order_id: Order, quantity: Aantal, unit_price: Prijs } }`, rows: `
		Nr | Order | Aantal | Prijs | Soort
		1  | 1     | 1      | 1     | a
		2  | 1     | 0      | 0     | x
		3  | 1     | 1      | 0     | x
		4  | 1     | 1      | 1     | x
		5  | 1     | 1      | 1     |
		6  |       | 0      | 1     | a
		7  |       | 1      | 1     | a
		   | 1     | 1      | 1     | a`})
	// What is not true takes a row out, null too; only what stays can lack something.
	r.fates(t, `read 8 conformed 1, filtered "Soort" <> 'x'=2, filtered returns=2, filtered unit_price > 0=1, quarantined missing_key=1, quarantined missing_order_id=1`)
	r.wantFaults(t, "8 order_id missing_order_id, 9 Nr missing_key", "")
}

func TestSieveOfTheSource(t *testing.T) {
	g := given{table: "order_lines", mapping: `{ key: [Nr], map: { order_id: Nr, quantity: Aantal, unit_price: Prijs } }`,
		filters: []conform.Filter{{Name: "quantity", Where: "quantity > 0"}, {Name: "raw", Where: `"Soort" <> 'x'`}}, rows: `
		Nr | Aantal | Prijs | Soort
		1  | 1      | 1     | a
		2  | 0      | 1     | x
		3  | 1      | 1     | x
		4  | many   | 1     | a
		5  | many   | 1     | x`}
	r := conformed(t, g)
	// A value that can't be read is not the sieve's to judge.
	r.fates(t, "read 5 conformed 1, filtered quantity=1, filtered raw=1, quarantined bad_number=2")
}

func TestFutureRowsWaitForTheirDay(t *testing.T) {
	r := conformed(t, given{table: "orders", mapping: `{ key: [Nr], map: { order_id: Nr, ordered_at: Datum, observed_on: { column: Gezien, optional: true } } }`, rows: `
		Nr | Datum                | Gezien
		1  | 2026-02-28T22:59:59Z |
		2  | 2026-02-28T23:00:00Z |
		3  | 2026-03-05T10:00:00Z |
		4  | 2026-03-04T10:00:00Z | 2026-02-01
		5  | 2026-02-01T10:00:00Z | 2026-03-02`})
	// The night of 1 March ends at 23:00 UTC on 28 February in Brussels.
	r.want(t, `
		order_id | observed_on
		1        | 2026-02-28`)
	r.fates(t, "read 5 conformed 1, filtered future=4, without party 1")
	if due, ok := r.conformer.DueOn(); !ok || due != time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) {
		t.Errorf("due on %v, %v", due, ok)
	}
	if _, ok := conformed(t, given{table: "orders", mapping: `{ key: [Nr], map: { order_id: Nr, ordered_at: Datum } }`, rows: "Nr | Datum\n1 | 2026-01-01"}).conformer.DueOn(); ok {
		t.Error("something is due where nothing is in the future")
	}
}

// The texts of answers stand beside their codes, also where there are several of
// them, and are no questions.
func TestUnpivotWithLabels(t *testing.T) {
	r := conformed(t, given{table: "survey_answers", mapping: `{ key: [Nr], map: { survey: { value: s1 }, party: Nr },
		unpivot: { columns: ["Q*"], split: ";", label: "*.label" } }`, rows: `
		Nr | Q1 | Q1.label | Q2  | Q2.label    | Q3
		1  | 1  | Very     | 1;9 | Shop; None  | x
		2  | 2  |          | 1;9 | Shop        |
		3  |    | Very     |     |             |`})
	r.want(t, `
		question | code | label
		Q1       | 1    | Very
		Q2       | 1    | Shop
		Q2       | 9    | None
		Q3       | x    |
		Q1       | 2    |
		Q2       | 1    |
		Q2       | 9    |`)
	if got := strings.Join(r.lines("record_id"), " "); got != "1|Q1|1 1|Q2|1 1|Q2|9 1|Q3|x 2|Q1|2 2|Q2|1 2|Q2|9" {
		t.Errorf("keys are %q", got)
	}
	r.fates(t, "read 11 conformed 7, filtered empty=4")
}

// A choice that stands in a column of its own is an answer where it was chosen.
func TestUnpivotChoices(t *testing.T) {
	g := given{table: "survey_answers", mapping: `{ key: [Nr], map: { survey: { value: s1 }, party: Nr },
		unpivot: { columns: ["Q1", "Q3[other]"], choices: { Q3: "Q3[*]", Q4: "Q4_*" } } }`, rows: `
		Nr | Q1 | Q3[SQ001] | Q3[SQ002] | Q3[other] | Q4_1 | Q4_12
		1  | 5  | Y         | N         | a market  | 1    | 0
		2  |    |           | Y         |           |      | 1`}
	r := conformed(t, g)
	r.want(t, `
		party | question  | code
		1     | Q1        | 5
		1     | Q3        | SQ001
		1     | Q3[other] | a market
		1     | Q4        | 1
		2     | Q3        | SQ002
		2     | Q4        | 12`)
	if got := strings.Join(r.lines("record_id"), " "); got != "1|Q1 1|Q3[SQ001] 1|Q3[other] 1|Q4_1 2|Q3[SQ002] 2|Q4_12" {
		t.Errorf("keys are %q", got)
	}
	r.fates(t, "read 12 conformed 6, filtered empty=4, filtered not_chosen=2")
	g.mapping = strings.Replace(g.mapping, "Q4_*", "Q5_*", 1)
	if _, err := conformRecord(t, g, raw(g.rows)); err == nil || !strings.Contains(err.Error(), `no column "Q5_*"`) {
		t.Errorf("a question without its columns: %v", err)
	}
}

func TestUnpivot(t *testing.T) {
	g := given{table: "survey_answers", mapping: `{ key: [Nr], map: { survey: { value: s1 }, party: Nr, answered_on: Datum },
		unpivot: { columns: ["Q*", Extra], split: ";" } }`, rows: `
		Nr    | Datum      | Q1    | Q2 | Extra
		1     | 2026-01-05 | 3     |    | yes
		2     | 2026-01-05 | a;b;a; c; |  |
		3     |            | 1     | 2  |
		fault | 2026-01-05 | 1     | 2  | x`}
	r := conformed(t, g)
	r.want(t, `
		party | question | code
		1     | Q1       | 3
		1     | Extra    | yes
		2     | Q1       | a
		2     | Q1       | b
		2     | Q1       | c
		3     | Q1       | 1
		3     | Q2       | 2`)
	if got := strings.Join(r.lines("record_id"), " "); got != "1|Q1|3 1|Extra|yes 2|Q1|a 2|Q1|b 2|Q1|c 3|Q1|1 3|Q2|2" {
		t.Errorf("keys are %q", got)
	}
	r.fates(t, "read 12 conformed 7, filtered empty=4, quarantined ragged=1")
	positions := r.lines("position")
	for i, p := range positions[1:] {
		if p == positions[i] {
			t.Errorf("two rows have position %s", p)
		}
	}
}

func TestAttributesAreRowsOfTheirOwn(t *testing.T) {
	m := parseMapping(t, "parties", `{ key: [{ column: Nr, type: integer }], delivery: snapshot, map: { name: Naam }, attributes: { price_group: Prijsgroep, size: { column: Maat } } }`)
	all := conform.Expand([]*conform.Mapping{m})
	if len(all) != 3 {
		t.Fatalf("%d mappings, want the parties and two attributes", len(all))
	}
	rec := raw("Nr | Naam | Prijsgroep | Maat\n1.0 | A | P1 |\n2 | B | | XL\n | C | P2 | S")
	defer rec.Release()
	var got []string
	for _, m := range all[1:] {
		if m.Delivery != conform.Snapshot {
			t.Errorf("%s is delivered as %s", m.Name, m.Delivery)
		}
		c, err := conform.New(conform.Source{Name: "erp", Zone: brussels}, m, asOf("2026-03-01"), "d1", rec.Schema())
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Conform(rec, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(b.Rows.NumRows()) {
			var row []string
			for _, name := range []string{"record_id", "party", "name", "value"} {
				row = append(row, b.Rows.Column(b.Rows.Schema().FieldIndices(name)[0]).ValueStr(i))
			}
			got = append(got, strings.Join(row, " "))
		}
		if !c.Tally().Balanced() || c.Tally().FilteredRows() == 0 || c.Tally().QuarantinedRows() != 1 {
			t.Errorf("%s: tally is %+v", m.Name, c.Tally())
		}
	}
	if want := "1|price_group 1 price_group P1, 2|size 2 size XL"; strings.Join(got, ", ") != want {
		t.Errorf("attributes are %q, want %q", got, want)
	}
}

// The party of an own field is the one that the same row makes, whatever its key is
// made of.
func TestAttributesOfComposedKeys(t *testing.T) {
	m := parseMapping(t, "parties", `{ key: [Dag, { column: Nr, type: integer }], key_suffix: contact, map: { name: Naam }, attributes: { size: Maat } }`)
	rec := raw("Dag | Nr | Naam | Maat\nma | 07 | A | XL")
	defer rec.Release()
	got := map[string]string{}
	for _, m := range conform.Expand([]*conform.Mapping{m}) {
		c, err := conform.New(conform.Source{Name: "erp", Zone: brussels}, m, asOf("2026-03-01"), "d1", rec.Schema())
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Conform(rec, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"record_id", "party"} {
			if at := b.Rows.Schema().FieldIndices(name); len(at) > 0 {
				got[m.Target+" "+name] = b.Rows.Column(at[0]).ValueStr(0)
			}
		}
	}
	if got["attributes party"] != "ma|7|contact" || got["attributes party"] != got["parties record_id"] || got["attributes record_id"] == got["attributes party"] {
		t.Errorf("keys are %q", got)
	}
}

func TestVATIncluded(t *testing.T) {
	r := conformed(t, given{table: "order_lines", source: conform.Source{VATRate: 21}, mapping: `{ key: [Nr], map: { order_id: Nr, quantity: Aantal, unit_price: Prijs, unit_cost: Kost } }`, rows: `
		Nr | Aantal | Prijs  | Kost
		1  | 121    | 121    | 121
		2  | 1      | -0.01  | 1
		3  | 1      | 100    | 1`})
	r.want(t, `
		quantity | unit_price | unit_cost
		121      | 100        | 121
		1        | -0.0083    | 1
		1        | 82.6446    | 1`)
}

func TestScopes(t *testing.T) {
	for by, want := range map[string]string{"month": "2026-01", "year": "2026", "day": "2026-01-31", "value": "2026-01-31"} {
		r := conformed(t, given{table: "orders", mapping: `{ key: [Nr], delivery: snapshot, scope: { of: ordered_at, by: ` + by + ` }, map: { order_id: Nr, ordered_at: Datum } }`,
			rows: "Nr | Datum\n1 | 2026-01-30T23:30:00Z"})
		if got := r.lines("scope"); len(got) != 1 || got[0] != want {
			t.Errorf("scope by %s is %q, want %s", by, got, want)
		}
	}
	r := conformed(t, given{table: "survey_answers", mapping: `{ key: [Nr], scope: wave, map: { survey: { value: s }, question: { value: q }, wave: Golf, answered_on: Datum } }`,
		rows: "Nr | Golf | Datum\n1 | W1 | 2026-01-01\n2 | | 2026-01-01"})
	if got := r.lines("scope"); len(got) != 2 || got[0] != "W1" || got[1] != "" {
		t.Errorf("scopes are %q", got)
	}
}

func TestRepeatsAreCountedAndNotKept(t *testing.T) {
	rows := `
		Order | Lijn | Datum      | Klant | Mail
		1     | 1    | 2026-01-05 | 7     | a@b.example
		1     | 2    | 2026-01-05 | 7     | c@d.example
		1     | 3    | 2026-01-05 | 8     | c@d.example
		fault | 3    | 2026-01-05 | 8     | c@d.example
		1     | 4    | 2026-01-05 | 8     | c@d.example
		2     | 1    | 2026-04-05 | 8     | c@d.example
		2     | 2    | 2026-04-05 | 8     | c@d.example
		      | 1    | 2026-01-05 | 8     | c@d.example
		      | 2    | 2026-01-05 | 8     | c@d.example`
	r := conformed(t, given{table: "orders", mapping: `{ key: [Order], map: { order_id: Order, party: Klant, ordered_at: Datum } }`, rows: rows})
	r.want(t, `
		order_id | party | position
		1        | 7     | 0
		1        | 8     | 2
		1        | 8     | 4`)
	r.fates(t, "read 9 conformed 4, filtered future=2, quarantined missing_key=2, quarantined ragged=1")
	if got, _ := r.faults(); strings.Join(got, ", ") != "5 ragged, 9 Order missing_key, 10 Order missing_key" {
		t.Errorf("quarantined are %v", got)
	}
	// A repeat with an issue is kept, as each bad value is counted.
	bad := strings.ReplaceAll(rows, "c@d.example", "nobody")
	r = conformed(t, given{table: "parties", mapping: `{ key: [Klant], map: { name: Klant, email: Mail } }`, rows: bad})
	if _, issues := r.faults(); len(issues) != 7 {
		t.Errorf("%d issues, want the 7 bad addresses: %v", len(issues), issues)
	}
	// Sums need every row.
	r = conformed(t, given{table: "orders", mapping: `{ key: [Order], map: { order_id: Order, ordered_at: Datum, amount: { column: Klant, pick: sum } } }`,
		rows: "Order | Datum | Klant\n1 | 2026-01-05 | 7\n1 | 2026-01-05 | 7"})
	r.want(t, "amount\n7\n7")
}

func TestMissingColumn(t *testing.T) {
	rec := raw("Klantnr | Naam\n1 | A")
	defer rec.Release()
	_, err := conformRecord(t, given{table: "parties", mapping: `{ key: [Klantnr], map: { name: Naem } }`}, rec)
	var missing *conform.MissingColumnError
	if !errors.As(err, &missing) || missing.Column != "Naem" || missing.Likely != "Naam" {
		t.Errorf("error is %v, want the missing column Naem, likely Naam", err)
	}
	if _, err := conformRecord(t, given{table: "parties", mapping: `{ key: [Klantnr], unpivot: { columns: ["Q*"] } }`}, rec); !errors.As(err, &missing) {
		t.Errorf("error is %v, want missing columns", err)
	}
	if _, err := conformRecord(t, given{table: "parties", mapping: `{ key: [Klantnr], filter: ["nmae is not null"], map: { name: Naam } }`}, rec); err == nil {
		t.Error("a filter on a column that there is not compiles")
	}
}
