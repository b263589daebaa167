package transformstest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/scoring"
	"clientele/transforms"
	"clientele/transforms/account"
	"clientele/transforms/facts"
	"clientele/transforms/history"
	"clientele/transforms/load"
	"clientele/transforms/merge"
	"clientele/transforms/metrics"
)

// statements returns every statement that a night runs, for one dialect.
func statements(t *testing.T, d *dialect.Dialect) []dialect.Statement {
	t.Helper()
	var out []dialect.Statement
	add := func(ss []dialect.Statement, err error) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ss...)
	}
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	night := transforms.Night{AsOf: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Zone: zone, Currency: "EUR", LapsedBefore: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)}
	ns := d.Plain()
	var absences []load.Absence
	for _, in := range schemas.Inputs() {
		var picks []load.Pick
		for i, c := range in.MappedColumns() {
			absences = append(absences, load.Absence{Target: strings.TrimPrefix(in.Name, schemas.InputPrefix), Column: c.Name})
			picks = append(picks, load.Pick{Column: c.Name, Which: []string{"first", "min", "max", "last"}[i%4]})
		}
		add([]dialect.Statement{load.Collapse(d, ns, d.Ident("stage"), in, nil), load.Collapse(d, ns, d.Ident("stage"), in, picks)}, nil)
	}
	add(load.Statements(d, ns, nil), nil)
	add(load.Statements(d, ns, absences), nil)
	add(merge.Corrected(d, ns))
	add(merge.Choose(d, ns, merge.Policy{}), nil)
	add(facts.Statements(d, ns, night))
	add(metrics.Statements(d, ns, night))
	add(merge.Customers(d, ns, night, forms))
	add(scoring.Statements(d, ns, night, nil))
	card := &scoring.Scorecard{Name: "it's", For: "customers", Classes: []scoring.Class{{Name: "A", AtLeast: "1"}}}
	for _, of := range []string{"order_count", "order_amount_total", "response_rate", "language", "natural_person", "last_order_on", "days_since(last_visit_on) * 2"} {
		card.Rules = append(card.Rules, &scoring.Rule{Name: of, Of: of, Missing: "0", Bins: []scoring.Bin{{Is: "1", Points: "1"}}})
	}
	card.Rules = append(card.Rules, &scoring.Rule{Name: "linear", Of: "order_amount_total", Missing: "0", Linear: &scoring.Linear{From: -5, To: 5, Points: "1.5"}})
	add(scoring.Statements(d, ns, night, []*scoring.Scorecard{card}))
	add(history.Statements(d, ns, night))
	add(account.Statements(d, ns))
	return out
}

var (
	safeDivision = regexp.MustCompile(`/ NULLIF\(CAST\(`)
	orderBy      = regexp.MustCompile(`(?i)\bORDER\s+BY\b`)
	orderEnd     = regexp.MustCompile(`(?i)\b(ROWS|RANGE|LIMIT)\b`)
	saysNulls    = regexp.MustCompile(`(?i)\b(ASC|DESC)\s+NULLS\s+(FIRST|LAST)$`)
	forbidden    = map[string]*regexp.Regexp{
		"AVG":              regexp.MustCompile(`(?i)\bAVG\s*\(`),
		"ILIKE":            regexp.MustCompile(`(?i)\bILIKE\b`),
		"QUALIFY":          regexp.MustCompile(`(?i)\bQUALIFY\b`),
		"GROUP BY ALL":     regexp.MustCompile(`(?i)\bGROUP\s+BY\s+ALL\b`),
		"a cast by colons": regexp.MustCompile(`::`),
	}
	// notBigQuery is what only DuckDB knows.
	notBigQuery = regexp.MustCompile(`(?i)\b(VARCHAR|BIGINT|HUGEINT|DOUBLE|INTEGER|TIMESTAMPTZ|DECIMAL)\b|\b(to_days|bool_or|TRY|TRY_CAST)\s*\(|\b(timezone|date_trunc|date_diff)\s*\(\s*'`)
)

// lint returns what a statement must not have.
func lint(d *dialect.Dialect, sql string) []string {
	var out []string
	bare := blank(d, sql)
	for name, pattern := range forbidden {
		if pattern.MatchString(bare) {
			out = append(out, name)
		}
	}
	if strings.Contains(safeDivision.ReplaceAllString(bare, ""), "/") {
		out = append(out, "a bare division")
	}
	if d == dialect.BigQuery {
		if word := notBigQuery.FindString(bare); word != "" {
			name, _, _ := strings.Cut(word, "(")
			out = append(out, "DuckDB's "+strings.ToUpper(name))
		}
		if strings.Contains(bare, `"`) {
			out = append(out, "a double quote")
		}
	}
	depth := 0
	for _, r := range bare {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		out = append(out, "parentheses that don't match")
	}
	for _, at := range orderBy.FindAllStringIndex(bare, -1) {
		out = append(out, lintOrder(bare, at[0], at[1])...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lintOrder looks at the items of one ORDER BY. Within an aggregate BigQuery
// lets nobody say where nulls go.
func lintOrder(sql string, begin, from int) (out []string) {
	aggregate := false
	for i, depth := begin-1, 0; i >= 0 && !aggregate; i-- {
		if sql[i] == ')' {
			depth++
		}
		if sql[i] == '(' {
			if depth == 0 {
				aggregate = strings.HasSuffix(strings.ToUpper(sql[:i]), "STRING_AGG")
				break
			}
			depth--
		}
	}
	depth, start := 0, from
	item := func(end int) {
		text := sql[start:end]
		if cut := orderEnd.FindStringIndex(text); cut != nil {
			text = text[:cut[0]]
		}
		if saysNulls.MatchString(strings.TrimSpace(text)) == aggregate {
			out = append(out, "an order that does not say where nulls go")
		}
		start = end + 1
	}
	for i := from; i < len(sql); i++ {
		switch {
		case sql[i] == '(':
			depth++
		case sql[i] == ')' && depth == 0:
			item(i)
			return out
		case sql[i] == ')':
			depth--
		case sql[i] == ',' && depth == 0:
			item(i)
		}
	}
	item(len(sql))
	return out
}

// blank empties literals, quoted identifiers and comments.
func blank(d *dialect.Dialect, sql string) string {
	var b strings.Builder
	ident := d.Ident("x")[0]
	for i := 0; i < len(sql); i++ {
		switch c := sql[i]; {
		case c == '\'' || c == ident:
			b.WriteByte('\'')
			for i++; i < len(sql) && sql[i] != c; i++ {
				if sql[i] == '\\' && d == dialect.BigQuery {
					i++
				}
			}
			b.WriteByte('\'')
		case strings.HasPrefix(sql[i:], "--"):
			for i < len(sql) && sql[i] != '\n' {
				i++
			}
			b.WriteByte('\n')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func TestStatementsAreFitForEveryEngine(t *testing.T) {
	for _, d := range dialect.All() {
		names := map[string]bool{}
		for _, s := range statements(t, d) {
			names[s.Name] = true
			for _, fault := range lint(d, s.SQL) {
				t.Errorf("%s: %s has %s", d.Name(), s.Name, fault)
			}
		}
		if len(names) < 40 {
			t.Errorf("%s: only %d different statements were looked at", d.Name(), len(names))
		}
	}
}

// The lint finds each fault in a statement that has it, and none in one that
// only talks of it.
func TestLintFindsWhatItLooksFor(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT a::INT64 FROM t":                                            "a cast by colons",
		"SELECT a / b FROM t":                                               "a bare division",
		"SELECT avg (a) FROM t":                                             "AVG",
		"SELECT CAST(a AS VARCHAR) FROM t":                                  "DuckDB's VARCHAR",
		"SELECT CAST(a AS bigint) FROM t":                                   "DuckDB's BIGINT",
		"SELECT CAST(a AS DOUBLE) FROM t":                                   "DuckDB's DOUBLE",
		"SELECT bool_or(t.a) FROM t":                                        "DuckDB's BOOL_OR",
		"SELECT a FROM t WHERE a ilike 'x'":                                 "ILIKE",
		"SELECT a FROM t QUALIFY b = 1":                                     "QUALIFY",
		"SELECT a FROM t GROUP  BY ALL":                                     "GROUP BY ALL",
		"SELECT a FROM t ORDER BY a":                                        "an order that does not say where nulls go",
		"SELECT a FROM t ORDER BY a ASC NULLS LAST, b DESC":                 "an order that does not say where nulls go",
		"SELECT ROW_NUMBER() OVER (ORDER BY f(a, b) DESC) FROM t":           "an order that does not say where nulls go",
		"SELECT STRING_AGG(a, ' ' ORDER BY a ASC NULLS LAST) FROM t":        "an order that does not say where nulls go",
		"SELECT (a FROM t":                                                  "parentheses that don't match",
		`SELECT "a" FROM t`:                                                 "a double quote",
		"SELECT 'a::b / \\' avg(x) ORDER BY y' AS `\"order by`  FROM t":     "",
		"SELECT a -- / avg(\nFROM t":                                        "",
		"SELECT STRING_AGG(a, ' ' ORDER BY a ASC) FROM t":                   "",
		"SELECT f(a) OVER (ORDER BY a ASC NULLS LAST ROWS BETWEEN 1 AND 2)": "",
		dialect.BigQuery.Divide("a", "b"):                                   "",
	} {
		got := strings.Join(lint(dialect.BigQuery, sql), ", ")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}
}
