package expr

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"clientele/schemas"
)

// record reads rows from JSON, as Arrow spells values. Columns of sales that no
// row names are null.
func record(t *testing.T, rows string) arrow.Record {
	t.Helper()
	scope := sales()
	var fields []arrow.Field
	for _, name := range scope.Names() {
		typ, _ := scope.Column(name)
		fields = append(fields, arrow.Field{Name: name, Type: typ.Arrow(), Nullable: true})
	}
	rec, _, err := array.RecordFromJSON(memory.DefaultAllocator, arrow.NewSchema(fields, nil), strings.NewReader(rows))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Release)
	return rec
}

var env = Env{AsOf: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Zone: time.FixedZone("east", 3600)}

// evaluate returns the expression's values, spelled as Arrow does.
func evaluate(t *testing.T, text string, rec arrow.Record) []string {
	t.Helper()
	e, err := Compile(text, sales(), 0)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	p, err := e.Bind(rec.Schema())
	if err != nil {
		t.Fatal(err)
	}
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	out, err := p.Eval(rec, env, mem)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Release()
	if !arrow.TypeEqual(out.DataType(), e.Type().Arrow()) {
		t.Errorf("%s: array of %s for a %s", text, out.DataType(), e.Type())
	}
	values := make([]string, out.Len())
	for i := range values {
		values[i] = out.ValueStr(i)
		if out.IsNull(i) {
			values[i] = "null"
		}
	}
	return values
}

func TestThreeValuedLogic(t *testing.T) {
	rec := record(t, `[
		{"paid": true,  "urgent": true}, {"paid": true,  "urgent": false}, {"paid": true},
		{"paid": false, "urgent": true}, {"paid": false, "urgent": false}, {"paid": false},
		{"urgent": true}, {"urgent": false}, {}
	]`)
	for text, want := range map[string]string{
		"paid and urgent":                     "true false null false false false null false null",
		"paid or urgent":                      "true true true true false null true null null",
		"not paid":                            "false false false true true true null null null",
		"paid = urgent":                       "true false null false true null null null null",
		"paid <> urgent":                      "false true null true false null null null null",
		"paid is null":                        "false false false false false false true true true",
		"paid is not null":                    "true true true true true true false false false",
		"paid in (urgent, true)":              "true true true false true null null null null",
		"paid not in (urgent, true)":          "false false false true false null null null null",
		"coalesce(paid, urgent)":              "true true true false false false true false null",
		"nullif(paid, urgent)":                "null true true false null false null null null",
		"if(paid, true, urgent)":              "true true true true false null true false null",
		"case when paid then urgent end":      "true false null null null null null null null",
		"paid and null":                       "null null null false false false null null null",
		"null or paid":                        "true true true null null null null null null",
		"paid and true":                       "true true true false false false null null null",
		"false or true":                       "true true true true true true true true true",
		"null is null and not (paid is null)": "true true true true true true false false false",
	} {
		if diff := cmp.Diff(strings.Fields(want), evaluate(t, text, rec)); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func TestFilterKeepsWhatIsTrue(t *testing.T) {
	rec := record(t, `[{"quantity": 2, "unit_price": "1.5"}, {"quantity": 0, "unit_price": "1.5"}, {"unit_price": "1.5"}, {"quantity": 1}]`)
	for text, want := range map[string][]bool{
		"quantity > 0 and unit_price > 0": {true, false, false, false},
		"quantity > 0":                    {true, false, false, true},
		"quantity is null":                {false, false, true, false},
		"not quantity > 0":                {false, true, false, false},
		"1 < 2":                           {true, true, true, true},
		"null":                            {false, false, false, false},
	} {
		e, err := Compile(text, sales(), schemas.Bool)
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Bind(rec.Schema())
		if err != nil {
			t.Fatal(err)
		}
		keep, err := p.Filter(rec, env)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, keep); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func TestValues(t *testing.T) {
	rec := record(t, `[{
		"quantity": 7, "discount": "9223372036854775807", "unit_price": "12.3456", "cost": "99999999999999.9999", "weight": 2.5,
		"name": " Straße € ", "status": "it's 100%_", "paid": true, "due_on": "2024-02-28", "paid_on": "2024-03-01",
		"ordered_at": "2025-12-31T23:30:00Z", "shipped_at": "2026-01-01T00:30:00Z"
	}]`)
	for _, c := range []struct{ text, want string }{
		{"quantity + discount", "null"},
		{"-discount - 2", "null"},
		{"discount * 2", "null"},
		{"quantity - 10", "-3"},
		{"-9223372036854775808 + 1", "-9223372036854775807"},
		{"abs(-9223372036854775808)", "null"},
		{"-(-9223372036854775808)", "null"},
		{"unit_price * 1.0001", "12.3468"},
		{"-unit_price * 1.0001", "-12.3468"},
		{"0.0001 * 0.5", "0.0001"},
		{"-0.0001 * 0.5", "-0.0001"},
		{"0.0001 * 0.4999", "0"},
		{"cost + 0.0001", "null"},
		{"cost * 2", "null"},
		{"cost - 0.9999", "99999999999999"},
		{"discount * 0.0001", "null"},
		{"discount + unit_price", "null"},
		{"unit_price < discount", "true"},
		{"quantity = 7.0", "true"},
		{"coalesce(discount, 0.5)", "0.5"},
		{"quantity / 2", "3.5"},
		{"quantity / 0", "null"},
		{"quantity / (weight - 2.5)", "null"},
		{"unit_price / 2", "6.1728"},
		{"weight * 2", "5"},
		{"due_on + 2", "2024-03-01"},
		{"paid_on - 1", "2024-02-29"},
		{"paid_on - due_on", "2"},
		{"due_on - paid_on", "-2"},
		{"date '9999-12-31' + 1", "null"},
		{"date '0001-01-01' - 1", "null"},
		{"due_on + discount", "null"},
		{"days_between(paid_on, due_on)", "2"},
		{"as_of() - 31", "2025-12-31"},
		// 23:30 UTC is the next day an hour east
		{"days_since(ordered_at)", "30"},
		{"ordered_at = date '2026-01-01'", "true"},
		{"ordered_at = shipped_at", "false"},
		{"coalesce(ordered_at, due_on)", "2026-01-01"},
		{"year(ordered_at)", "2026"},
		{"month(paid_on)", "3"},
		{"day(due_on)", "28"},
		{"lower('ÀSS')", "àss"},
		{"upper(name)", " STRAẞE € "},
		{"trim('\u00a0\t a b \r\n')", "a b"},
		{"length(name)", "10"},
		{"substr(name, 2, 6)", "Straße"},
		{"substr(name, 9, 5)", "€ "},
		{"substr(name, 99, 5)", ""},
		{"substr(name, 1, 0)", ""},
		{"starts_with(name, ' S')", "true"},
		{"ends_with(name, '€')", "false"},
		{"contains(name, 'ß')", "true"},
		{"status like '%100%'", "true"},
		{"status like 'it_s%'", "true"},
		{"status like 'it_s'", "false"},
		{"status like '%0%_'", "true"},
		{"status not like '%x%'", "true"},
		{"'ß€' like '__'", "true"},
		{"'aab' like '%ab'", "true"},
		{"'abab' like 'a%_b'", "true"},
		{"'' like '%%'", "true"},
		{"'' like '_'", "false"},
		{"'Z' < 'a' and 'z' < 'é' and 'a' < 'aa'", "true"},
		{"round(unit_price, 2)", "12.35"},
		{"round(-0.5, 0)", "-1"},
		{"round(0.4999, 0)", "0"},
		{"round(cost, 2)", "null"},
		{"round(unit_price, 7)", "12.3456"},
		{"round(weight, 0)", "3"},
		{"round(-weight, 0)", "-3"},
		{"round(1 / 3, 4)", "0.3333"},
		{"round(quantity, 2)", "7"},
		{"to_decimal(unit_price / 1.21, 2)", "10.2"},
		{"to_decimal(weight * 100000000000000, 0)", "null"},
		{"to_decimal(quantity, 1)", "7"},
		{"to_decimal(discount, 1)", "null"},
		{"abs(-unit_price)", "12.3456"},
		{"abs(-weight)", "2.5"},
		{"least(quantity, null, 3)", "3"},
		{"greatest(due_on, paid_on, null)", "2024-03-01"},
		{"greatest('a', 'b')", "b"},
		{"nullif(quantity, 7.0)", "null"},
		{"coalesce(null, status)", "it's 100%_"},
		{"case when quantity < 5 then 'few' when quantity < 10 then 'some' else 'many' end", "some"},
		{"case when quantity < 5 then 1 end", "null"},
		{"if(null, 1, 2)", "2"},
		{"quantity between 7 and 7.5", "true"},
		{"quantity not between 1 and 6", "true"},
		{"name || '|' || status", " Straße € |it's 100%_"},
		{"name || null", "null"},
	} {
		if got := evaluate(t, c.text, rec); got[0] != c.want {
			t.Errorf("%s = %s, want %s", c.text, got[0], c.want)
		}
	}
}

func TestEmptyRecord(t *testing.T) {
	rec := record(t, `[]`)
	for _, text := range []string{"quantity > 0", "1 < 2", "lower(name) || 'x'", "coalesce(paid, true)", "least(quantity, 3)", "days_since(ordered_at)"} {
		if got := evaluate(t, text, rec); len(got) != 0 {
			t.Errorf("%s has %d values", text, len(got))
		}
	}
}

func TestSlicedRecord(t *testing.T) {
	rec := record(t, `[{"quantity": 1, "name": "a", "unit_price": "1", "paid": true}, {}, {"quantity": 3, "name": "c", "unit_price": "3", "paid": true}]`)
	part := rec.NewSlice(1, 3)
	defer part.Release()
	for text, want := range map[string][]string{
		"quantity + 1":      {"null", "4"},
		"name || '!'":       {"null", "c!"},
		"unit_price * 2":    {"null", "6"},
		"not paid":          {"null", "false"},
		"quantity":          {"null", "3"},
		"name is null":      {"true", "false"},
		"date '2026-01-31'": {"2026-01-31", "2026-01-31"},
	} {
		if diff := cmp.Diff(want, evaluate(t, text, part)); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func TestBindErrors(t *testing.T) {
	bind := func(text string, fields ...arrow.Field) error {
		e, err := Compile(text, sales(), 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Bind(arrow.NewSchema(fields, nil))
		return err
	}
	err := bind("quantity > 0")
	if err == nil || err.Error() != "bind quantity > 0: the rows have no column quantity" {
		t.Errorf("no column: %v", err)
	}
	err = bind("quantity > 0", arrow.Field{Name: "quantity", Type: arrow.BinaryTypes.String})
	if err == nil || err.Error() != "bind quantity > 0: column quantity is utf8, not int64" {
		t.Errorf("other type: %v", err)
	}
	err = bind("paid or score_class('customer_value') = 'A'")
	want := &Error{Pos: 8, Line: 1, Col: 9, Message: "score_class is computed in the warehouse: it cannot be used where rows are read from a source"}
	var e *Error
	if !errors.As(err, &e) || *e != *want {
		t.Errorf("domain function: %v", err)
	}
}

func TestProgramErrors(t *testing.T) {
	rec := record(t, `[{"quantity": 1}]`)
	e, err := Compile("quantity + 1", sales(), 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Bind(rec.Schema())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Filter(rec, env); err == nil || err.Error() != "filter quantity + 1: the expression is an integer, not a boolean" {
		t.Errorf("filter by a number: %v", err)
	}
	other := array.NewRecord(arrow.NewSchema(nil, nil), nil, 1)
	defer other.Release()
	if _, err := p.Eval(other, env, memory.DefaultAllocator); err == nil || err.Error() != "evaluate quantity + 1: the record is not of the schema it was bound to" {
		t.Errorf("another schema: %v", err)
	}
}
