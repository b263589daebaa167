// Package expr is the one expression language of Clientele: filters, criteria,
// segments, lists and derived columns are written in it. It looks like SQL, has
// SQL's NULL logic, and is typed before anything runs. Where rows stream it is
// evaluated in Go on Arrow batches; where data lies it is rendered as SQL. Both
// give the same result for the same row.
//
// # Language
//
//	12  12.50  'text, it''s'  true  false  null  date '2026-01-31'
//	column  "A Source's Column"
//	or   and   not
//	=  <>  !=  <  <=  >  >=   is [not] null   [not] in (x, …)
//	[not] between x and y     [not] like 'A%_'
//	+  -   *  /   unary -   ||
//	f(x, …)   (x)   case when x then y … [else z] end
//
// Operators stand in rising order of strength. Keywords and bare names may be
// in any case and mean the lower case; a quoted name means itself. Builtins
// lists the functions.
//
// # Types
//
// The types are those of schemas. Numbers meet in the wider type: integer,
// decimal, float. A date and a timestamp meet in the date: a timestamp is read
// as its date in the company's time zone wherever a date is wanted. Nothing else
// converts by itself.
//
//	integer + - * integer   integer; null when it overflows 64 bits
//	decimal + - * decimal   decimal, exact; a product is rounded half away from
//	                        zero to 4 decimals; null beyond 14 digits before the
//	                        point. An integer beside a decimal counts in full.
//	float + - * number      float, IEEE 754
//	number / number         float; null when dividing by 0
//	date + integer          date, that many days later; null outside the years
//	date - integer          1 to 9999
//	date - date             integer, days
//	text || text            text
//
// Texts compare by code point, exactly; like takes % and _ and no escape.
//
// # NULL
//
// An operator or function with a null operand gives null, but for: and, or
// (false and null is false, true or null is true), is null, coalesce, least and
// greatest (which pass over nulls), case and if (a null condition is not true).
// A comparison with the literal null is refused: it could never be true.
//
// # Limits of equality
//
// Three things are left to the engine: a float beyond 1.8e308 is infinite in Go
// and DuckDB and null or an error in BigQuery; the last binary digit of round on
// a float; and, in BigQuery, the case of the few letters, such as İ and ligatures,
// whose other case is more than one letter. Floats that are not numbers (NaN)
// have no order.
package expr
