// Package dialect holds what differs between the SQL engines that a night runs
// on: types, quoting, literals and functions. Every SQL statement of Clientele
// is a text/template rendered for a Dialect, so that one template serves all
// engines and no other package spells an engine's name.
//
// The engines differ silently, so a template never writes a bare division, an
// AVG over money, a CAST that rounds, a hash or date arithmetic: it calls the
// functions here, whose results are equal on every engine.
package dialect

import (
	"fmt"
	"strings"
	"time"

	"clientele/schemas"
)

// Dialect is one SQL engine's way of speaking. Its zero value is not usable;
// take DuckDB or BigQuery.
type Dialect struct {
	name  string
	quote string
	// backslash escapes in literals.
	backslash bool
	types     map[schemas.Type]string
	temporary string // catalog of temporary tables, where there is one
	// dropFirst: a table that there is is dropped before it is made anew.
	dropFirst bool
	fn        functions
}

// functions are the expressions whose spelling depends on the engine. Operands
// are SQL text.
type functions struct {
	daysBetween func(later, earlier string) string
	localDate   func(instant, zone string) string
	addDays     func(date, days string) string
	sha256      func(s string) string
	boolOr      func(x string) string
	stringAgg   func(x, separator, order string) string
	decimalText func(x string) string
	decimal     func(x string) string
	money       func(x string, decimals int) string
	times       func(a, b string) string
}

// DuckDB is the dialect of the embedded warehouse.
var DuckDB = &Dialect{
	name:  "duckdb",
	quote: `"`,
	types: map[schemas.Type]string{
		schemas.String:    "VARCHAR",
		schemas.Int:       "BIGINT",
		schemas.Decimal:   fmt.Sprintf("DECIMAL(%d,%d)", schemas.DecimalPrecision, schemas.DecimalScale),
		schemas.Float:     "DOUBLE",
		schemas.Bool:      "BOOLEAN",
		schemas.Date:      "DATE",
		schemas.Timestamp: "TIMESTAMPTZ",
	},
	temporary: "temp",
	fn: functions{
		daysBetween: func(later, earlier string) string { return "date_diff('day', " + earlier + ", " + later + ")" },
		localDate:   func(instant, zone string) string { return "CAST(timezone(" + zone + ", " + instant + ") AS DATE)" },
		addDays: func(date, days string) string {
			return "CAST(" + date + " + to_days(CAST(" + days + " AS INTEGER)) AS DATE)"
		},
		sha256:      func(s string) string { return "sha256(" + s + ")" },
		boolOr:      func(x string) string { return "bool_or(" + x + ")" },
		stringAgg:   func(x, sep, order string) string { return "string_agg(" + x + ", " + sep + " ORDER BY " + order + ")" },
		decimalText: func(x string) string { return "CAST(" + x + " AS VARCHAR)" },
		decimal:     duckDecimal,
		money: func(x string, decimals int) string {
			return duckDecimal(fmt.Sprintf("ROUND(CAST(%s AS DECIMAL(38,9)), %d)", x, decimals))
		},
		// DuckDB multiplies in 64 bits and refuses a product of ten digits before
		// its eight decimals; in 128 bits it takes a hundred times as long. The
		// cast rounds half away from zero.
		times: func(a, b string) string {
			return fmt.Sprintf("CASE WHEN ABS(CAST(%[1]s AS DOUBLE) * CAST(%[2]s AS DOUBLE)) < 9e9 THEN %[3]s ELSE %[4]s END",
				a, b, duckDecimal(a+" * "+b), duckDecimal("CAST("+a+" AS DECIMAL(38,4)) * "+b))
		},
	},
}

// BigQuery is the dialect of Google BigQuery (GoogleSQL).
var BigQuery = &Dialect{
	name:      "bigquery",
	quote:     "`",
	backslash: true,
	dropFirst: true, // not every emulator takes CREATE OR REPLACE
	types: map[schemas.Type]string{
		schemas.String:    "STRING",
		schemas.Int:       "INT64",
		schemas.Decimal:   "NUMERIC",
		schemas.Float:     "FLOAT64",
		schemas.Bool:      "BOOL",
		schemas.Date:      "DATE",
		schemas.Timestamp: "TIMESTAMP",
	},
	fn: functions{
		daysBetween: func(later, earlier string) string { return "DATE_DIFF(" + later + ", " + earlier + ", DAY)" },
		localDate:   func(instant, zone string) string { return "DATE(" + instant + ", " + zone + ")" },
		addDays:     func(date, days string) string { return "DATE_ADD(" + date + ", INTERVAL " + days + " DAY)" },
		sha256:      func(s string) string { return "TO_HEX(SHA256(" + s + "))" },
		boolOr:      func(x string) string { return "LOGICAL_OR(" + x + ")" },
		stringAgg:   func(x, sep, order string) string { return "STRING_AGG(" + x + ", " + sep + " ORDER BY " + order + ")" },
		decimalText: func(x string) string { return "FORMAT('%.4f', " + x + ")" },
		decimal:     numeric,
		money:       func(x string, decimals int) string { return fmt.Sprintf("ROUND(%s, %d)", numeric(x), decimals) },
		times: func(a, b string) string {
			return fmt.Sprintf("ROUND(%s, %d)", numeric(a+" * "+b), schemas.DecimalScale)
		},
	},
}

func duckDecimal(x string) string {
	return fmt.Sprintf("CAST(%s AS DECIMAL(%d,%d))", x, schemas.DecimalPrecision, schemas.DecimalScale)
}

// numeric converts by way of text: an emulator that runs on another engine takes
// a CAST to NUMERIC for one to three decimals, and BigQuery refuses a CAST that
// says how many there are.
func numeric(x string) string { return "PARSE_NUMERIC(CAST(" + x + " AS STRING))" }

// All returns every dialect that templates must render for.
func All() []*Dialect { return []*Dialect{DuckDB, BigQuery} }

// Name returns the name that configs and file names use: duckdb, bigquery.
func (d *Dialect) Name() string { return d.name }

// Type returns the SQL type that holds values of t.
func (d *Dialect) Type(t schemas.Type) string { return d.types[t] }

// Ident quotes an identifier. A quote character inside is removed: no table or
// column of Clientele has one, so that nothing can close the quotes early.
func (d *Dialect) Ident(name string) string {
	return d.quote + strings.NewReplacer(d.quote, "", `\`, "").Replace(name) + d.quote
}

// Idents quotes several identifiers and joins them with commas.
func (d *Dialect) Idents(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = d.Ident(n)
	}
	return strings.Join(quoted, ", ")
}

// String returns s as a string literal.
func (d *Dialect) String(s string) string {
	if d.backslash {
		s = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(s)
		return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// Date returns the calendar date of t as a date literal.
func (d *Dialect) Date(t time.Time) string { return "DATE '" + t.Format(time.DateOnly) + "'" }

// Null returns a NULL of type t.
func (d *Dialect) Null(t schemas.Type) string { return "CAST(NULL AS " + d.Type(t) + ")" }

// Cast converts x to t and fails where that cannot be. It must not round:
// convert to Decimal only what has at most four decimals, to Int only integers.
func (d *Dialect) Cast(x string, t schemas.Type) string {
	if t == schemas.Decimal {
		return d.fn.decimal(x)
	}
	return "CAST(" + x + " AS " + d.Type(t) + ")"
}

// Divide returns a ÷ b as a float, NULL where b is 0.
func (d *Dialect) Divide(a, b string) string {
	float := d.Type(schemas.Float)
	return "(CAST(" + a + " AS " + float + ") / NULLIF(CAST(" + b + " AS " + float + "), 0))"
}

// Money returns the number x as Decimal, rounded half away from zero to the
// given number of decimals. Nine decimals come first: in a float a quotient like
// 1.005 lies a hair beside itself, and would be rounded to the wrong side.
func (d *Dialect) Money(x string, decimals int) string {
	return d.fn.money(x, decimals)
}

// Clamp returns the number x, or the nearer of two bounds beyond them; null
// where x is. Engines disagree on the LEAST and GREATEST of a null.
func (d *Dialect) Clamp(x, least, greatest string) string {
	return fmt.Sprintf("CASE WHEN %[1]s < %[2]s THEN %[2]s WHEN %[1]s > %[3]s THEN %[3]s ELSE %[1]s END", x, least, greatest)
}

// Times returns the product of two Decimals as a Decimal, rounded half away from
// zero.
func (d *Dialect) Times(a, b string) string { return d.fn.times(a, b) }

// Text returns x, of type t, as text that is the same on every engine: a
// decimal with all of its four decimals, a float rounded to as many.
func (d *Dialect) Text(x string, t schemas.Type) string {
	switch t {
	case schemas.String:
		return x
	case schemas.Float:
		return d.fn.decimalText(d.Money(x, schemas.DecimalScale))
	case schemas.Decimal:
		return d.fn.decimalText(x)
	}
	return d.Cast(x, schemas.String)
}

// DaysBetween returns the days from date earlier to date later.
func (d *Dialect) DaysBetween(later, earlier string) string { return d.fn.daysBetween(later, earlier) }

// LocalDate returns the calendar date of an instant in a time zone (SQL text).
func (d *Dialect) LocalDate(instant, zone string) string { return d.fn.localDate(instant, zone) }

// AddDays returns the date that lies days (SQL text, whole) after date.
func (d *Dialect) AddDays(date, days string) string { return d.fn.addDays(date, days) }

// SHA256 returns the hexadecimal SHA-256 of a string's UTF-8 bytes.
func (d *Dialect) SHA256(s string) string { return d.fn.sha256(s) }

// BoolOr returns the aggregate that is true when x is true for any row.
func (d *Dialect) BoolOr(x string) string { return d.fn.boolOr(x) }

// StringAgg returns the aggregate that joins x, in an order, with a separator
// literal.
func (d *Dialect) StringAgg(x, separator, order string) string {
	return d.fn.stringAgg(x, d.String(separator), order)
}

// Columns returns the column definitions of t, one per line, as CREATE TABLE
// has them.
func (d *Dialect) Columns(t schemas.Table) string {
	defs := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		defs[i] = "  " + d.Ident(c.Name) + " " + d.Type(c.Type)
	}
	return strings.Join(defs, ",\n")
}

// CreateTable returns the statement that creates t under a quoted, qualified
// name unless it is there.
func (d *Dialect) CreateTable(t schemas.Table, qualified string) string {
	return "CREATE TABLE IF NOT EXISTS " + qualified + " (\n" + d.Columns(t) + "\n)"
}
