package conform_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/schemas"
	"clientele/transforms/conform"
)

// typed makes one row of columns that have types, as a database gives them.
func typed(columns ...any) arrow.Record {
	fields := schemas.RawLineage()
	mem := memory.DefaultAllocator
	rows, part, fault := array.NewInt64Builder(mem), array.NewStringBuilder(mem), array.NewStringBuilder(mem)
	rows.Append(1)
	part.AppendNull()
	fault.AppendNull()
	arrays := []arrow.Array{rows.NewArray(), part.NewArray(), fault.NewArray()}
	for i, value := range columns {
		var b array.Builder
		switch v := value.(type) {
		case int64:
			b = array.NewInt64Builder(mem)
			b.(*array.Int64Builder).Append(v)
		case float64:
			b = array.NewFloat64Builder(mem)
			b.(*array.Float64Builder).Append(v)
		case string: // a decimal of two decimals
			typ := &arrow.Decimal128Type{Precision: 30, Scale: 2}
			n, err := decimal128.FromString(v, typ.Precision, typ.Scale)
			if err != nil {
				panic(err)
			}
			b = array.NewDecimal128Builder(mem, typ)
			b.(*array.Decimal128Builder).Append(n)
		case bool:
			b = array.NewBooleanBuilder(mem)
			b.(*array.BooleanBuilder).Append(v)
		case arrow.Date32:
			b = array.NewDate32Builder(mem)
			b.(*array.Date32Builder).Append(v)
		case time.Time: // without a zone where it is UTC
			typ := &arrow.TimestampType{Unit: arrow.Millisecond}
			if v.Location() != time.UTC {
				typ.TimeZone = "UTC"
			}
			b = array.NewTimestampBuilder(mem, typ)
			b.(*array.TimestampBuilder).Append(arrow.Timestamp(v.UnixMilli()))
		}
		arrays = append(arrays, b.NewArray())
		fields = append(fields, arrow.Field{Name: string(rune('A' + i)), Type: arrays[len(arrays)-1].DataType(), Nullable: true})
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, 1)
}

func TestTypedSources(t *testing.T) {
	instant := time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC)
	comma := conform.Source{Format: schemas.Format{Decimal: ',', Thousands: '.'}}
	withVAT := conform.Source{VATRate: 21}
	for _, c := range []struct {
		name, table, field string
		source             conform.Source
		value              any
		want               string // "" for a row that is put aside
	}{
		{"integer to decimal", "order_lines", "unit_price", comma, int64(121), "121"},
		{"integer with VAT", "order_lines", "unit_price", withVAT, int64(121), "100"},
		{"integer too large", "order_lines", "unit_price", comma, int64(math.MaxInt64), ""},
		{"integer to text", "products", "name", comma, int64(1234567), "1234567"},
		{"decimal of two decimals", "order_lines", "unit_price", comma, "1234.56", "1234.56"},
		{"decimal with VAT", "order_lines", "unit_price", withVAT, "-12.10", "-10"},
		{"decimal too large", "order_lines", "unit_price", comma, "1000000000000000.00", ""},
		{"float to decimal", "order_lines", "unit_price", comma, 1234.5, "1234.5"},
		{"float with half a unit", "order_lines", "unit_price", comma, 2.00005, "2.0001"},
		{"float with VAT", "order_lines", "unit_price", withVAT, 1.21, "1"},
		{"float that is no number", "order_lines", "unit_price", comma, math.NaN(), ""},
		{"large float to integer", "order_lines", "line_no", comma, 1e6, "1000000"},
		{"float to text", "products", "name", comma, 12345678.0, "12345678"},
		{"boolean", "parties", "opted_out", comma, true, "true"},
		{"date", "invoices", "due_on", comma, arrow.Date32(20484), "2026-01-31"},
		{"date to instant", "orders", "ordered_at", comma, arrow.Date32(20484), "2026-01-30 23:00:00Z"},
		{"instant", "orders", "ordered_at", comma, instant.In(brussels), "2026-01-31 23:30:00Z"},
		{"instant without zone", "orders", "ordered_at", comma, instant, "2026-01-31 22:30:00Z"},
		{"instant to date", "invoices", "due_on", comma, instant.In(brussels), "2026-02-01"},
		{"instant without zone to date", "invoices", "due_on", comma, instant, "2026-01-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fields := map[string]string{
				"order_lines": "order_id: { value: '1' }, quantity: { value: '1' }, unit_price: { value: '1' }",
				"orders":      "order_id: { value: '1' }", "products": "product: { value: '1' }",
				"invoices": "invoice_id: { value: '1' }, invoiced_on: { value: '2026-01-01' }, amount: { value: '1' }", "parties": "name: { value: A }",
			}[c.table]
			fields = strings.Replace(fields, "unit_price: { value: '1' }", "", 1)
			mapping := "{ key: [B], map: { " + strings.Trim(fields, ", ") + ", " + c.field + ": A } }"
			if c.table == "order_lines" && c.field != "unit_price" {
				mapping = strings.Replace(mapping, "map: {", "map: { unit_price: { value: '1' },", 1)
			}
			rec := typed(c.value, 1234567.0)
			defer rec.Release()
			r, err := conformRecord(t, given{table: c.table, mapping: mapping, source: c.source}, rec)
			if err != nil {
				t.Fatal(err)
			}
			switch got := r.lines("record_id", c.field); {
			case c.want == "":
				if len(got) != 0 || len(r.quarantined) != 1 {
					t.Errorf("rows are %q, want the row put aside", got)
				}
			case len(got) != 1 || got[0] != "1234567 | "+c.want:
				t.Errorf("row is %q, want %q", got, "1234567 | "+c.want)
			}
		})
	}
}

// To expressions the values of typed columns are texts.
func TestExpressionsOfTypedColumns(t *testing.T) {
	rec := typed(2.0, arrow.Date32(20484), time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC))
	defer rec.Release()
	r, err := conformRecord(t, given{table: "products", mapping: `{ key: [A], map: { product: { expr: '"A" || '' '' || "B" || '' '' || "C"' } } }`}, rec)
	if err != nil {
		t.Fatal(err)
	}
	r.want(t, "product\n 2 2026-01-31 2026-01-31 23:30:00")
}

func TestParties(t *testing.T) {
	r := conformed(t, given{table: "parties", mapping: `{ key: [Nr], map: { name: Naam, given_name: Voornaam, family_name: Familie, vat_number: BTW, address_line: Adres, postcode: PC, municipality: Plaats, country: Land, email: Mail } }`, rows: `
		Nr | Naam                        | Voornaam | Familie     | BTW            | Adres               | PC     | Plaats    | Land   | Mail
		1  | DRUKKERIJ PEETERS BVBA      |          |             |                | Kerkstraat 12 bus 3 | 1000   | Brussel   |        | INFO@Peeters.example
		2  |                             | jan      | VAN DEN BERG |               |                     | 1012AB | Amsterdam | NL     | nobody
		3  | Jan Peeters                 |          |             | BE0403.019.261 |                     |        |           |        |
		4  | An Claes                    |          |             | BE0403019262   |                     |        |           |        | `})
	r.want(t, `
		record_id | kind         | name                   | given_name | family_name  | legal_form_code | vat_number   | enterprise_number | street     | house_number | box | country | postcode | email
		1         | organisation | DRUKKERIJ PEETERS      |            |              | BE-BV           |              |                   | Kerkstraat | 12           | 3   | BE      | 1000     | info@peeters.example
		2         | person       | Jan Van den Berg       | Jan        | Van den Berg |                 |              |                   |            |              |     | NL      | 1012 AB  |
		3         | organisation | Jan Peeters            |            |              |                 | BE0403019261 | 0403019261        |            |              |     |         |          |
		4         | person       | An Claes               | An         | Claes        |                 |              |                   |            |              |     |         |          | `)
	r.wantFaults(t, "", "3 email bad_email, 5 vat_number bad_check_digit")
	for i, row := range r.lines("name_key", "street_key", "town_key") {
		if keys := strings.Split(row, " | "); keys[0] == "" || (i == 0) != (keys[1] != "") || (i < 2) != (keys[2] != "") {
			t.Errorf("keys of party %d are %q", i+1, row)
		}
	}
}

func TestContactPoints(t *testing.T) {
	r := conformed(t, given{table: "contact_points", mapping: `{ key: [Nr], map: { party: Klant, kind: Soort, value: Waarde } }`, rows: `
		Nr | Klant | Soort   | Waarde
		1  | 7     | phone   | 02 555 12 12
		2  | 7     | email   | Info@Peeters.example
		3  | 7     | website | https://www.peeters.example/nl
		4  | 7     | mobile  | 12`})
	r.want(t, `
		record_id | kind    | value
		1         | phone   | +3225551212
		2         | email   | info@peeters.example
		3         | website | peeters.example`)
	r.wantFaults(t, "5 bad_phone", "")
}

func TestWhoWantsNoApproach(t *testing.T) {
	r := conformed(t, given{table: "do_not_contact", mapping: `{ key: [Nr], map: { phone: Tel, email: Mail, name: Naam, family_name: Familie, address_line: Adres, postcode: PC, listed_on: Sinds } }`, rows: `
		Nr | Tel          | Mail                 | Naam        | Familie | Adres        | PC   | Sinds
		1  | 02 555 12 12 |                      |             |         |              |      | 2026-01-01
		2  |              | Info@Peeters.example |             |         |              |      |
		3  |              |                      | Jan Peeters |         | Kerkstraat 1 | 1000 |
		4  |              |                      |             | PEETERS | Kerkstraat 1 | 1000 | `})
	r.want(t, `
		record_id | phone       | email                | street     | house_number | postcode | listed_on
		1         | +3225551212 |                      |            |              |          | 2026-01-01
		2         |             | info@peeters.example |            |              |          |
		3         |             |                      | Kerkstraat | 1            | 1000     |
		4         |             |                      | Kerkstraat | 1            | 1000     | `)
	r.wantFaults(t, "", "")
	if keys := r.lines("name_key"); keys[0] != "" || keys[2] == "" || keys[3] == "" {
		t.Errorf("name keys are %q", keys)
	}
}
