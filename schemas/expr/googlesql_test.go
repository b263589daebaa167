package expr_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/schemas/dialect/dialecttest"
	"clientele/schemas/expr"
)

// TestGoogleSQLTakesEveryExpression draws expressions of every type, as
// TestGoAndDuckDBAgree does, and has Google's analyser find that each is right
// and of the type that it was compiled to.
func TestGoogleSQLTakesEveryExpression(t *testing.T) {
	a := dialecttest.New(t)
	a.Table("t", columns)
	is := func(t rapid.TB, text string, typ schemas.Type) {
		compiled, err := expr.Compile(text, expr.ScopeOf(columns), typ)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		rendered := compiled.Render(dialect.BigQuery, expr.RenderEnv{AsOf: asOf, Zone: "Europe/Brussels"})
		got, err := a.Analyse("SELECT " + rendered + " AS x FROM t")
		if err != nil {
			t.Fatalf("%s\nrendered %s\n%v", text, rendered, err)
		}
		if want := dialect.BigQuery.Type(compiled.Type()); got[0].Type != want {
			t.Fatalf("%s\nrendered %s\nis of type %s, not %s", text, rendered, got[0].Type, want)
		}
	}
	for text, typ := range edges {
		is(t, text, typ)
	}
	for _, text := range []string{
		"contains(s1, 'x') and b1", "not contains(s1, s2)", `s1 like 'A%_' or s2 not like '100\%'`, "s1 in ('open', 'it''s')",
		"least(s1, s2, 'm')", "greatest(t1, null)", "least(f1, 2, d1)", "nullif(t1, as_of())", "month(z1) * 2 - day(t2) + year(as_of())",
		"if(b1, null, 1.5)", "case when b1 then null when b2 then t1 end", "coalesce(null, i1)", "-d1 * -i1", "length(substr(s1, 2, 3))",
		"days_between(t1, z2) / 7", "i1 not between f1 and d2", "b1 = b2", "date '0001-01-01' - 1", "to_decimal(f1 / i1, 2)",
	} {
		is(t, text, 0)
	}
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom([]schemas.Type{
			schemas.String, schemas.Int, schemas.Decimal, schemas.Float, schemas.Bool, schemas.Date, schemas.Timestamp,
		}).Draw(t, "type")
		is(t, draw(t, typ, 3), typ)
	})
	var all strings.Builder
	for _, sql := range a.Seen {
		all.WriteString(sql)
	}
	for _, function := range []string{"SAFE_ADD", "SAFE_SUBTRACT", "SAFE_MULTIPLY", "SAFE_NEGATE", "SAFE.ABS", "SAFE.DATE_ADD", "SAFE.DATE_SUB", "UNNEST", "PARSE_NUMERIC", "STRPOS"} {
		if !strings.Contains(all.String(), function) {
			t.Errorf("no expression was rendered with %s", function)
		}
	}
}
