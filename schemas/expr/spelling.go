package expr

import (
	"fmt"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// operand is the SQL of a number and its type.
type operand struct {
	sql string
	typ schemas.Type
}

// spelling holds what the engines spell differently about arithmetic, so that
// what overflows is null instead of ending the query. Each argument is used
// once, so that nested expressions stay as long as they are written.
type spelling struct {
	// arithmetic is a + - or * b with a result of typ: integers and decimals
	// exact, a product rounded half away from zero.
	arithmetic func(operator string, typ schemas.Type, a, b operand) string
	// exact is a number as Decimal, rounded half away from zero.
	exact func(x string) string
	// negateInt and absInt are -x and |x| of an integer.
	negateInt func(x string) string
	absInt    func(x string) string
	// extreme is the MIN or MAX of the values, separated by commas, that are not
	// null.
	extreme func(aggregate, values string) string
	// shiftDays is date + or - days, null outside the years 1 to 9999. The days
	// are small when they are a literal below maxShift.
	shiftDays func(operator, date, days string, small bool) string
	// upper is the upper case of a text, letter by letter.
	upper func(x string) string
	// likePattern takes the engine's escapes out of a pattern.
	likePattern func(pattern string) string
}

var exactType = fmt.Sprintf("(%d,%d)", schemas.DecimalPrecision, schemas.DecimalScale)

var spellings = map[*dialect.Dialect]spelling{
	dialect.DuckDB: {
		arithmetic: duckArithmetic,
		exact:      func(x string) string { return "TRY(CAST(" + x + " AS DECIMAL" + exactType + "))" },
		negateInt:  func(x string) string { return "TRY(-" + x + ")" },
		absInt:     func(x string) string { return "TRY(ABS(" + x + "))" },
		extreme: func(aggregate, values string) string {
			return map[string]string{"MIN": "LEAST", "MAX": "GREATEST"}[aggregate] + "(" + values + ")"
		},
		shiftDays:   duckShiftDays,
		upper:       func(x string) string { return "UPPER(" + x + ")" },
		likePattern: func(pattern string) string { return pattern },
	},
	dialect.BigQuery: {
		arithmetic: func(operator string, typ schemas.Type, a, b operand) string {
			text := map[string]string{"+": "SAFE_ADD", "-": "SAFE_SUBTRACT", "*": "SAFE_MULTIPLY"}[operator] + "(" + a.sql + ", " + b.sql + ")"
			if typ == schemas.Decimal {
				return numericFits(text)
			}
			return text
		},
		exact:     numericFits,
		negateInt: func(x string) string { return "SAFE_NEGATE(" + x + ")" },
		absInt:    func(x string) string { return "SAFE.ABS(" + x + ")" },
		extreme: func(aggregate, values string) string {
			return "(SELECT " + aggregate + "(v) FROM UNNEST([" + values + "]) AS v)"
		},
		shiftDays: func(operator, date, days string, _ bool) string {
			return "SAFE." + map[string]string{"+": "DATE_ADD", "-": "DATE_SUB"}[operator] + "(" + date + ", INTERVAL " + days + " DAY)"
		},
		upper:       func(x string) string { return "UPPER(REPLACE(" + x + ", 'ß', 'ẞ'))" },
		likePattern: func(pattern string) string { return strings.ReplaceAll(pattern, `\`, `\\`) },
	},
}

// numericFits is a number as Decimal, rounded half away from zero, null beyond
// its digits. BigQuery refuses a CAST that says how many digits there are, and an
// emulator takes one that does not for three decimals: so it goes by way of text.
func numericFits(x string) string {
	limit := "1" + strings.Repeat("0", schemas.DecimalPrecision-schemas.DecimalScale)
	return fmt.Sprintf("(SELECT IF(ABS(v) < NUMERIC '%s', v, NULL) FROM UNNEST([ROUND(SAFE.PARSE_NUMERIC(CAST(%s AS STRING)), %d)]) AS v)", limit, x, schemas.DecimalScale)
}

// duckArithmetic catches what overflows. Decimals are computed in a type that
// holds every result and narrowed after: DuckDB keeps sums and products of 18
// digits at 18 digits, but not those of 20. It is TRY(CAST(…)) because beside a
// comparison with a constant the optimizer drops a TRY_CAST between numbers, and
// with it the null.
func duckArithmetic(operator string, typ schemas.Type, a, b operand) string {
	if typ == schemas.Float {
		return "(" + a.sql + " " + operator + " " + b.sql + ")"
	}
	if typ == schemas.Int {
		return "TRY(" + a.sql + " " + operator + " " + b.sql + ")"
	}
	wide := func(x string) string { return fmt.Sprintf("CAST(%s AS DECIMAL(20,%d))", x, schemas.DecimalScale) }
	if a.typ == schemas.Decimal {
		a.sql = wide(a.sql)
	} else {
		b.sql = wide(b.sql)
	}
	return "TRY(CAST(" + a.sql + " " + operator + " " + b.sql + " AS DECIMAL" + exactType + "))"
}

// duckShiftDays clamps the days to what cannot overflow and the date to one day
// more than the calendar has at either end, and makes those two days null. LEAST
// and GREATEST pass over nulls, so that a null ends at a clamp, which is null.
func duckShiftDays(operator, date, days string, small bool) string {
	if !small {
		days = fmt.Sprintf("CAST(LEAST(GREATEST(%s, -%d), %d) AS INTEGER)", days, maxShift, maxShift)
	}
	const before, after = "DATE '0000-12-31'", "DATE '10000-01-01'"
	return fmt.Sprintf("NULLIF(NULLIF(LEAST(GREATEST(%s %s %s, %s), %s), %s), %s)", date, operator, days, before, after, before, after)
}
