package transformstest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas/dialect"
)

func all(t *testing.T, d *dialect.Dialect) []dialect.Statement {
	t.Helper()
	out, err := Statements(d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	safeDivision = regexp.MustCompile(`/ NULLIF\(CAST\(`)
	orderBy      = regexp.MustCompile(`(?i)\bORDER\s+BY\b`)
	orderEnd     = regexp.MustCompile(`(?i)\b(ROWS|RANGE|LIMIT)\b`)
	saysNulls    = regexp.MustCompile(`(?i)\b(ASC|DESC)\s+NULLS\s+(FIRST|LAST)$`)
	forbidden    = map[string]*regexp.Regexp{
		"AVG":                regexp.MustCompile(`(?i)\bAVG\s*\(`),
		"ILIKE":              regexp.MustCompile(`(?i)\bILIKE\b`),
		"QUALIFY":            regexp.MustCompile(`(?i)\bQUALIFY\b`),
		"GROUP BY ALL":       regexp.MustCompile(`(?i)\bGROUP\s+BY\s+ALL\b`),
		"a second statement": regexp.MustCompile(`;`),
		"a cast by colons":   regexp.MustCompile(`::`),
		// Of a null and 1, one engine takes 1 and another null.
		"LEAST or GREATEST": regexp.MustCompile(`(?i)\b(LEAST|GREATEST)\s*\(`),
		"CONCAT":            regexp.MustCompile(`(?i)\bCONCAT(_WS)?\s*\(`),
		// A result of their own every time, or on every engine.
		"a clock or a die":     regexp.MustCompile(`(?i)\b(CURRENT_(DATE|TIME|TIMESTAMP|DATETIME)|NOW\s*\(|RAND(OM)?\s*\(|GENERATE_UUID|UUID\s*\()`),
		"an arbitrary value":   regexp.MustCompile(`(?i)\b(ANY_VALUE|ARBITRARY|FIRST|LAST|MODE|MEDIAN|APPROX_\w+|ARRAY_AGG|LIST)\s*\(`),
		"a regular expression": regexp.MustCompile(`(?i)\b(REGEXP_\w+|SIMILAR\s+TO|RLIKE)\b|~`),
		"a modulus":            regexp.MustCompile(`%|(?i)\bMOD\s*\(`),
		"UNION alone":          regexp.MustCompile(`(?i)\bUNION\b\s*\(?\s*(SELECT|FROM)\b`),
		// Not every engine that speaks BigQuery's dialect has it.
		"MERGE from a query": regexp.MustCompile(`(?is)^\s*MERGE\b.*\bUSING\s*\(`),
	}
	updates  = regexp.MustCompile(`(?i)^\s*UPDATE\b`)
	changes  = regexp.MustCompile(`(?i)^\s*(UPDATE|DELETE|MERGE)\b`)
	fromWord = regexp.MustCompile(`(?i)\bFROM\b`)
	replaces = regexp.MustCompile(`(?i)\bOR\s+REPLACE\b`)
	// makes is how a table or view is made of a query.
	makes = regexp.MustCompile("(?i)^\\s*CREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:TABLE|VIEW)\\s+([`\"]\\w+[`\"])\\s+AS\\b")
	// standsAlone is the one subquery that a statement which changes rows may have:
	// it names no table's columns but its own.
	standsAlone = regexp.MustCompile(`(?i)\bIN\s*\(\s*SELECT\s+(\w+|'')\s+FROM\s+(\w+|'')(\s+WHERE\b[^().]*)?\s*\)`)
	window      = regexp.MustCompile(`(?i)\bOVER\s*\(`)
	leftJoin    = regexp.MustCompile(`(?i)\bLEFT\s+(OUTER\s+)?JOIN\b`)
	joinWord    = regexp.MustCompile(`(?i)^(ON|LEFT|RIGHT|INNER|FULL|CROSS|JOIN|WHERE|GROUP|HAVING|ORDER|UNION|LIMIT)\b`)
	equality    = regexp.MustCompile(`(?i)(\w+)\.[\w']+\s*=\s*(?:COALESCE\()?(\w+)\.`)
	exactRound  = regexp.MustCompile(`\bROUND\((CAST|PARSE_NUMERIC)\(`)
	anyRound    = regexp.MustCompile(`(?i)\bROUND\s*\(`)
	subquery    = regexp.MustCompile(`(?i)\bSELECT\b`)
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
	if anyRound.MatchString(exactRound.ReplaceAllString(bare, "")) {
		out = append(out, "a ROUND of what may be a float")
	}
	// Where a table is dropped before it is made anew, nothing can be read from it.
	if m := makes.FindStringSubmatch(sql); m != nil && strings.Count(sql, m[1]) > 1 {
		out = append(out, "a table made of itself")
	}
	// Not every engine that speaks BigQuery's dialect has UPDATE FROM, or changes
	// the right rows where a subquery looks at them.
	if changes.MatchString(bare) {
		rest := standsAlone.ReplaceAllString(bare, "")
		if subquery.MatchString(rest) {
			out = append(out, "a subquery that may look at what is changed")
		} else if updates.MatchString(rest) && fromWord.MatchString(rest) {
			out = append(out, "UPDATE FROM")
		}
	}
	for _, at := range window.FindAllStringIndex(bare, -1) {
		if subquery.MatchString(enclosed(bare[at[1]:])) {
			out = append(out, "a subquery in a window")
		}
	}
	for _, at := range leftJoin.FindAllStringIndex(bare, -1) {
		m := equality.FindStringSubmatch(condition(bare[at[1]:]))
		if m == nil || m[1] == m[2] {
			out = append(out, "a left join without an equality")
		}
	}
	if d == dialect.BigQuery {
		if word := notBigQuery.FindString(bare); word != "" {
			name, _, _ := strings.Cut(word, "(")
			out = append(out, "DuckDB's "+strings.ToUpper(name))
		}
		if strings.Contains(bare, `"`) {
			out = append(out, "a double quote")
		}
		if replaces.MatchString(bare) {
			out = append(out, "CREATE OR REPLACE")
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

// enclosed returns the text up to the parenthesis that closes what is open.
func enclosed(sql string) string {
	depth := 0
	for i, r := range sql {
		switch {
		case r == ')' && depth == 0:
			return sql[:i]
		case r == '(':
			depth++
		case r == ')':
			depth--
		}
	}
	return sql
}

// condition returns what stands behind the ON of the join that sql begins in.
func condition(sql string) string {
	sql = enclosed(sql)
	depth, from := 0, -1
	for i := range len(sql) {
		switch sql[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth > 0 || i > 0 && sql[i-1] != ' ' && sql[i-1] != '\n' && sql[i-1] != ')' {
			continue
		}
		word := joinWord.FindString(sql[i:])
		switch {
		case strings.EqualFold(word, "ON") && from < 0:
			from = i + len(word)
		case word != "" && from >= 0:
			return sql[from:i]
		}
	}
	return sql[max(from, 0):]
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
		for _, s := range all(t, d) {
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
		"SELECT a::INT64 FROM t":                                                   "a cast by colons",
		"SELECT a / b FROM t":                                                      "a bare division",
		"SELECT avg (a) FROM t":                                                    "AVG",
		"SELECT CAST(a AS VARCHAR) FROM t":                                         "DuckDB's VARCHAR",
		"SELECT CAST(a AS bigint) FROM t":                                          "DuckDB's BIGINT",
		"SELECT CAST(a AS DOUBLE) FROM t":                                          "DuckDB's DOUBLE",
		"SELECT bool_or(t.a) FROM t":                                               "DuckDB's BOOL_OR",
		"SELECT a FROM t WHERE a ilike 'x'":                                        "ILIKE",
		"SELECT a FROM t QUALIFY b = 1":                                            "QUALIFY",
		"SELECT a FROM t GROUP  BY ALL":                                            "GROUP BY ALL",
		"SELECT a FROM t ORDER BY a":                                               "an order that does not say where nulls go",
		"SELECT a FROM t ORDER BY a ASC NULLS LAST, b DESC":                        "an order that does not say where nulls go",
		"SELECT ROW_NUMBER() OVER (ORDER BY f(a, b) DESC) FROM t":                  "an order that does not say where nulls go",
		"SELECT STRING_AGG(a, ' ' ORDER BY a ASC NULLS LAST) FROM t":               "an order that does not say where nulls go",
		"SELECT a FROM t; SELECT b FROM t":                                         "a second statement",
		"SELECT LEAST(a, 1) FROM t":                                                "LEAST or GREATEST",
		"SELECT concat(a, b) FROM t":                                               "CONCAT",
		"SELECT a FROM t WHERE b < current_date":                                   "a clock or a die",
		"SELECT ANY_VALUE(a) FROM t":                                               "an arbitrary value",
		"SELECT REGEXP_CONTAINS(a, 'b') FROM t":                                    "a regular expression",
		"SELECT mod(a, 2) FROM t":                                                  "a modulus",
		"SELECT a FROM t UNION SELECT b FROM u":                                    "UNION alone",
		"SELECT ROUND(a, 2) FROM t":                                                "a ROUND of what may be a float",
		"UPDATE t SET a = u.a FROM u WHERE t.b = u.b":                              "UPDATE FROM",
		"MERGE t USING (SELECT a FROM u) s ON t.a = s.a":                           "MERGE from a query, a subquery that may look at what is changed",
		"MERGE t USING u s ON t.a = s.a WHEN MATCHED THEN DELETE":                  "",
		"DELETE FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)":             "a subquery that may look at what is changed",
		"DELETE FROM t WHERE b IN (SELECT b FROM u WHERE u.a = t.a)":               "a subquery that may look at what is changed",
		"UPDATE t SET a = (SELECT MAX(a) FROM u) WHERE TRUE":                       "a subquery that may look at what is changed",
		"DELETE FROM t WHERE c > 1 AND b IN (SELECT b FROM `u` WHERE a IS NULL)":   "",
		"UPDATE t SET a = 1 WHERE b IN (SELECT b FROM u)":                          "",
		"CREATE OR REPLACE TABLE `t` AS SELECT a FROM u":                           "CREATE OR REPLACE",
		"CREATE TABLE `t` AS SELECT a FROM u UNION ALL SELECT a FROM `t`":          "a table made of itself",
		"CREATE TABLE `t` AS SELECT a FROM `tt`":                                   "",
		"SELECT MAX(a) OVER (PARTITION BY b IN (SELECT c FROM u)) FROM t":          "a subquery in a window",
		"SELECT 1 FROM t LEFT JOIN u ON u.a <= t.a WHERE t.b = u.b":                "a left join without an equality",
		"SELECT 1 FROM t LEFT JOIN (SELECT 1 FROM v WHERE v.a = v.b) u ON u.a = 1": "a left join without an equality",
		"SELECT 1 FROM t LEFT JOIN (SELECT 1 FROM v) u ON u.a = COALESCE(t.a, t.b) AND u.b < 2 LEFT JOIN w ON TRUE AND w.`a` = t.`a`": "",
		"SELECT (a FROM t":  "parentheses that don't match",
		`SELECT "a" FROM t`: "a double quote",
		"SELECT 'a::b / \\' avg(x) ORDER BY y' AS `\"order by`  FROM t":     "",
		"SELECT a -- / avg(\nFROM t":                                        "",
		"SELECT STRING_AGG(a, ' ' ORDER BY a ASC) FROM t":                   "",
		"SELECT f(a) OVER (ORDER BY a ASC NULLS LAST ROWS BETWEEN 1 AND 2)": "",
		dialect.BigQuery.Divide("a", "b"):                                   "",
		dialect.BigQuery.Money("a", 2):                                      "",
		dialect.BigQuery.Clamp("a", "0", "1"):                               "",
		"SELECT FIRST_VALUE(a) OVER (ORDER BY a ASC NULLS LAST) FROM t":     "",
	} {
		got := strings.Join(lint(dialect.BigQuery, sql), ", ")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}
}
