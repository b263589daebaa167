package expr

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas/dialect"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// constructs uses every operator and every function; TestGoldenSQL renders them.
var constructs = []string{
	"true or false",
	"paid and (urgent or not paid)",
	"not quantity > 0",
	"not (paid = urgent)",
	"quantity = 1", "quantity <> -1", "unit_price < 12.50", "unit_price <= quantity", "weight > 0.5", "weight >= quantity",
	"paid is null", "name is not null",
	"status in ('open', 'it''s')", "quantity not in (1, 2.5)", "ordered_at in (date '2026-01-31', due_on)",
	"unit_price between 1 and 2.5", "ordered_at not between due_on and as_of()",
	`name like 'A%_'`, `"Naam" not like '100\%'`,
	"quantity + 1", "1 + 1", "quantity - discount", "quantity * 2",
	"unit_price + 0.5", "unit_price - quantity", "quantity * unit_price", "unit_price * cost", "2 * unit_price",
	"weight + unit_price", "weight - 1", "weight * volume",
	"unit_price / quantity", "1 / 3",
	"-quantity", "-unit_price", "-weight", "-9223372036854775808",
	"due_on + 30", "due_on - quantity", "7 + ordered_at", "due_on - paid_on", "ordered_at - shipped_at",
	"name || ' ' || status",
	"case when paid then 1 when urgent then 2.5 end", "case when paid then 1 else 2 end", "if(paid, 'y', null)",
	"abs(quantity)", "abs(unit_price)", "abs(weight)", "as_of()",
	"coalesce(quantity, 0)", "coalesce(unit_price, quantity)", "coalesce(due_on, ordered_at)", "coalesce(weight, 1.5, unit_price)",
	"contains(name, 'x') and paid", "not contains(name, status)", "day(due_on)", "days_between(due_on, ordered_at)", "days_since(due_on)", "days_since(ordered_at) <= 90",
	"ends_with(name, 'x')", "greatest(due_on, paid_on)", "least(quantity, 1.5)", "length(name)", "lower(name)", "month(due_on)", "nullif(quantity, 0)",
	"round(unit_price, 2)", "round(weight, 2)", "round(quantity, 2)", "starts_with(name, 'x')", "substr(name, 2, 3)",
	"to_decimal(weight, 2)", "to_decimal(unit_price, 0)", "to_decimal(quantity, 2)", "trim(name)", "upper(name)", "year(ordered_at)",
	"score_class('customer_value') in ('A', 'B') and days_since(due_on) > 90",
	"date '2024-02-29'", "'text'", "12", "12.5", "true",
}

// TestGoldenSQL compares the SQL of every construct with testdata; -update
// rewrites it.
func TestGoldenSQL(t *testing.T) {
	for _, d := range dialect.All() {
		var b strings.Builder
		for _, text := range constructs {
			e, err := Compile(text, sales(), 0)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			b.WriteString(text + "\n    " + e.Render(d, RenderEnv{AsOf: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Zone: "Europe/Brussels"}) + "\n")
		}
		path := filepath.Join("testdata", d.Name()+".golden")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s:\n%s", d.Name(), diff)
		}
	}
}

func TestConstructsUseEveryFunction(t *testing.T) {
	all := strings.Join(constructs, "\n")
	for _, b := range Builtins() {
		if !strings.Contains(all, b.Name+"(") {
			t.Errorf("no construct calls %s", b.Name)
		}
	}
}

func TestEveryDialectIsSpelled(t *testing.T) {
	for _, d := range dialect.All() {
		if s, ok := spellings[d]; !ok || slices.Contains([]bool{
			s.arithmetic == nil, s.exact == nil, s.negateInt == nil, s.absInt == nil,
			s.extreme == nil, s.shiftDays == nil, s.upper == nil, s.likePattern == nil,
		}, true) {
			t.Errorf("%s lacks a spelling", d.Name())
		}
	}
}

func TestRenderNamesColumns(t *testing.T) {
	e, err := Compile(`quantity > 0 and "Naam" is null`, sales(), 0)
	if err != nil {
		t.Fatal(err)
	}
	got := e.Render(dialect.BigQuery, RenderEnv{Column: func(name string) string { return "l." + dialect.BigQuery.Ident(name) }})
	if want := "l.`quantity` > 0 AND l.`Naam` IS NULL"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestNestingStaysLinear shows that no spelling repeats an operand.
func TestNestingStaysLinear(t *testing.T) {
	for _, step := range []string{"(%s) + 1", "(%s) * 0.5", "abs(%s)", "least(%s, 5)", "round(%s, 2)", "coalesce(%s, 1)", "as_of() - (due_on + (%s))"} {
		text := "quantity"
		for range 20 {
			text = strings.Replace(step, "%s", text, 1)
		}
		e, err := Compile(text, sales(), 0)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, sql := range renderAll(e) {
			if n := strings.Count(sql, "quantity"); n != 1 {
				t.Errorf("%s: the column stands in the SQL %d times", step, n)
			}
		}
	}
}
