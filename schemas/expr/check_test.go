package expr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// sales is the scope of the tests: a column or two of every type, and a
// function of the domain.
func sales() Columns {
	return NewScope(map[string]schemas.Type{
		"quantity": schemas.Int, "discount": schemas.Int,
		"unit_price": schemas.Decimal, "cost": schemas.Decimal,
		"weight": schemas.Float, "volume": schemas.Float,
		"name": schemas.String, "status": schemas.String, "Naam": schemas.String,
		"paid": schemas.Bool, "urgent": schemas.Bool,
		"due_on": schemas.Date, "paid_on": schemas.Date,
		"ordered_at": schemas.Timestamp, "shipped_at": schemas.Timestamp,
	}).With(Function{
		Name: "score_class", Doc: "The class of a score.", Result: schemas.String,
		Params: []Param{{Name: "score", Type: schemas.String, Literal: true}},
		Check: func(literals []string) error {
			if literals[0] != "customer_value" {
				return fmt.Errorf("no score is called %q", literals[0])
			}
			return nil
		},
		SQL: func(d *dialect.Dialect, args []Argument) string { return d.Ident(args[0].Literal) + ".class" },
	})
}

// renderAll renders e for every dialect.
func renderAll(e *Expr) []string {
	var out []string
	for _, d := range dialect.All() {
		out = append(out, e.Render(d, RenderEnv{AsOf: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Zone: "Europe/Brussels"}))
	}
	return out
}

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		text string
		want schemas.Type
	}{
		{"quantity + 1", schemas.Int},
		{"quantity * unit_price", schemas.Decimal},
		{"quantity - 0.5", schemas.Decimal},
		{"unit_price + weight", schemas.Float},
		{"quantity / 2", schemas.Float},
		{"-unit_price", schemas.Decimal},
		{"null + 1", schemas.Int},
		{"name || 'x'", schemas.String},
		{"quantity > 1.5", schemas.Bool},
		{"due_on + 30", schemas.Date},
		{"30 + due_on", schemas.Date},
		{"ordered_at - 1", schemas.Date},
		{"due_on - paid_on", schemas.Int},
		{"ordered_at - due_on", schemas.Int},
		{"ordered_at < shipped_at", schemas.Bool},
		{"coalesce(quantity, 1.5)", schemas.Decimal},
		{"coalesce(null, quantity)", schemas.Int},
		{"coalesce(due_on, ordered_at)", schemas.Date},
		{"coalesce(shipped_at, ordered_at)", schemas.Timestamp},
		{"greatest(1, weight)", schemas.Float},
		{"if(paid, null, 'open')", schemas.String},
		{"case when paid then 1 when urgent then 2.5 end", schemas.Decimal},
		{"round(unit_price, 1)", schemas.Decimal},
		{"round(weight, 1)", schemas.Float},
		{"round(quantity, 1)", schemas.Int},
		{"to_decimal(weight / 3, 2)", schemas.Decimal},
		{"days_since(ordered_at)", schemas.Int},
		{"as_of()", schemas.Date},
		{"score_class('customer_value')", schemas.String},
	} {
		e, err := Compile(c.text, sales(), 0)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if e.Type() != c.want {
			t.Errorf("%s is %s, want %s", c.text, e.Type(), c.want)
		}
	}
}

func TestWantedType(t *testing.T) {
	for _, c := range []struct {
		text string
		want schemas.Type
		err  string
	}{
		{"quantity", schemas.Decimal, ""},
		{"quantity", schemas.Float, ""},
		{"unit_price", schemas.Float, ""},
		{"ordered_at", schemas.Date, ""},
		{"null", schemas.Timestamp, ""},
		{"name", schemas.Bool, "column 1: the expression is a string, a boolean is wanted"},
		{"unit_price", schemas.Int, "column 1: the expression is a decimal, an integer is wanted"},
		{"unit_price / 1.21", schemas.Decimal, "column 12: the expression is a float, a decimal is wanted: round it with to_decimal(x, 2)"},
		{"due_on", schemas.Timestamp, "column 1: the expression is a date, a timestamp is wanted"},
	} {
		e, err := Compile(c.text, sales(), c.want)
		switch {
		case c.err == "" && err != nil:
			t.Errorf("%s as %s: %v", c.text, c.want, err)
		case c.err == "" && e.Type() != c.want:
			t.Errorf("%s as %s is %s", c.text, c.want, e.Type())
		case c.err != "" && (err == nil || err.Error() != c.err):
			t.Errorf("%s as %s:\n got %v\nwant %s", c.text, c.want, err, c.err)
		}
	}
}

func TestTypeErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"quantty > 0", `column 1: unknown column "quantty"; did you mean quantity?`},
		{"naam = 'x'", `column 1: unknown column "naam"; did you mean "Naam"?`},
		{`"Quantity" > 0`, `column 1: unknown column "Quantity"; did you mean quantity?`},
		{"salary > 0", `column 1: unknown column "salary"`},
		{"paid and lowr(name) = 'x'", `column 10: unknown function "lowr"; did you mean lower?`},
		{"score_clas('customer_value') = 'A'", `column 1: unknown function "score_clas"; did you mean score_class?`},
		{"quantity > 'many'", "column 12: cannot compare an integer and a string"},
		{"due_on > '2026-01-31'", "column 10: cannot compare a date and a string; did you mean date '2026-01-31'?"},
		{"ordered_at between '2026-01-01' and '2026-02-01'", "column 20: cannot compare a timestamp and a string; did you mean date '2026-01-01'?"},
		{"quantity and paid", "column 1: a boolean is wanted here, this is an integer"},
		{"not name", "column 5: a boolean is wanted here, this is a string"},
		{"name + 'x'", "column 1: '+' wants numbers, this is a string: texts are joined with '||'"},
		{"name * 2", "column 1: '*' wants numbers, this is a string"},
		{"due_on * 2", "column 1: '*' wants numbers, this is a date"},
		{"due_on + 1.5", "column 10: a date moves by a whole number of days, this is a decimal"},
		{"due_on + paid_on", "column 10: a date moves by a whole number of days, this is a date"},
		{"5 - due_on", "column 5: '-' wants numbers, or a date and days, this is a date"},
		{"-name", "column 2: '-' wants a number, this is a string"},
		{"name || quantity", "column 9: a string is wanted here, this is an integer"},
		{"paid < urgent", "column 6: booleans have no order: only = and <> compare them"},
		{"paid between urgent and true", "column 6: booleans have no order: only = and <> compare them"},
		{"least(paid, urgent)", "column 1: booleans have no order: least wants numbers, texts or dates"},
		{"name = null", "column 8: a comparison with null is never true: write 'is null' or 'is not null'"},
		{"quantity between 1 and null", "column 24: a comparison with null is never true: write 'is null' or 'is not null'"},
		{"name not in ('a', null)", "column 19: null in or before a list never matches: write 'is null' beside it"},
		{"name like status", "column 11: the pattern of 'like' is a text in single quotes: for a column use starts_with, ends_with or contains"},
		{"quantity like 'a'", "column 1: a string is wanted here, this is an integer"},
		{"quantity in (1, 'two')", "column 17: cannot look up an integer and a string"},
		{"coalesce(name, quantity)", "column 16: cannot choose between a string and an integer"},
		{"coalesce(null, null)", "column 1: every argument of coalesce is null: nothing tells their type"},
		{"case when paid then null end", "column 1: every outcome is null: nothing tells its type"},
		{"case when name then 1 end", "column 11: a boolean is wanted here, this is a string"},
		{"if(paid, 1, 'x')", "column 13: cannot choose between an integer and a string"},
		{"null", "column 1: the expression is null: nothing tells its type"},
		{"lower(quantity)", "column 7: a string is wanted here, this is an integer"},
		{"lower(name, name)", "column 1: lower(text) is called with 2 arguments"},
		{"as_of(1)", "column 1: as_of() is called with 1 arguments"},
		{"coalesce()", "column 1: coalesce(x, …) is called with 0 arguments"},
		{"abs(name)", "column 5: a number is wanted here, this is a string"},
		{"round(weight, quantity)", "column 15: the number of decimals is a whole number from 0 to 9, written out"},
		{"to_decimal(weight, 5)", "column 20: the number of decimals is a whole number from 0 to 4, written out"},
		{"substr(name, 0, 2)", "column 14: the start of substr is a whole number from 1, written out"},
		{"year(name)", "column 6: a date is wanted here, this is a string"},
		{"days_between(due_on, 3)", "column 22: a date is wanted here, this is an integer"},
		{"score_class(name)", "column 13: the score of score_class is a text in single quotes"},
		{"score_class('customer_valu')", `column 1: score_class: no score is called "customer_valu"`},
		{"score_class()", "column 1: score_class takes 1 arguments, not 0"},
	} {
		_, err := Compile(c.text, sales(), 0)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: error is %v, want *Error", c.text, err)
			continue
		}
		if e.Error() != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.text, e, c.want)
		}
	}
}

func TestColumns(t *testing.T) {
	e, err := Compile("unit_price * quantity > cost and quantity > 0 and as_of() > due_on", sales(), schemas.Bool)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"cost", "due_on", "quantity", "unit_price"}, e.Columns()); diff != "" {
		t.Error(diff)
	}
	if got, want := e.String(), "unit_price * quantity > cost and quantity > 0 and as_of() > due_on"; got != want {
		t.Errorf("canonical text is %s", got)
	}
}

func TestScopeOfTables(t *testing.T) {
	scope := ScopeOf(
		schemas.Table{Columns: []schemas.Column{{Name: "id", Type: schemas.String}, {Name: "amount", Type: schemas.Decimal}}},
		schemas.Table{Columns: []schemas.Column{{Name: "id", Type: schemas.Int}, {Name: "day", Type: schemas.Date}}},
	)
	if typ, _ := scope.Column("id"); typ != schemas.String {
		t.Errorf("id is %s, want that of the first table", typ)
	}
	if diff := cmp.Diff([]string{"amount", "day", "id"}, scope.Names()); diff != "" {
		t.Error(diff)
	}
}

func TestBuiltinsAreDocumentedInOrder(t *testing.T) {
	list := Builtins()
	if !slices.IsSortedFunc(list, func(a, b Builtin) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the functions are not in alphabetical order")
	}
	for _, b := range list {
		if b.Doc == "" || b.Name == "" || b.Signature == "" {
			t.Errorf("function %q has no documentation", b.Name)
		}
		if _, err := Compile(b.Name+"(1, 2, 3, 4)", sales(), 0); err != nil && err.Error() == fmt.Sprintf("column 1: unknown function %q", b.Name) {
			t.Errorf("function %q cannot be called", b.Name)
		}
	}
}
