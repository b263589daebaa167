// Package load brings conformed rows into the base and says which of them hold.
//
// The base is a log: every row keeps the delivery that it came with, and rows of
// all deliveries lie side by side. What holds today is computed from the ledger
// of deliveries, so that taking a delivery back, or getting it again corrected,
// is a matter of the ledger and never of repairing data.
package load

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Pick says which value counts when several rows of a delivery have one key.
type Pick struct{ Column, Which string }

// epoch is the date that ranks count from.
var epoch = time.Unix(0, 0).UTC()

// rank returns the number by which the row that counts is the greatest: an
// ordinal, below it a date where one is given. Dates weigh more than any
// ordinal; a row without a date comes before all others.
func rank(d *dialect.Dialect, date, ordinal string) string {
	if date == "" {
		return ordinal
	}
	return fmt.Sprintf("(COALESCE(%s, -1000000) * 1000000000000 + %s)", d.DaysBetween(date, d.Date(epoch)), ordinal)
}

// Collapse returns the statements that bring the rows of one mapping, staged under
// a quoted name, into their input table, one row per key: the last row of the
// file, or of the latest date where rows have one, but where a pick says
// otherwise. Only keys that stand there several times, which are few in most
// files, are ranked.
func Collapse(d *dialect.Dialect, ns dialect.Namespace, staged string, target schemas.Table, picks []Pick) []dialect.Statement {
	best := rank(d, "s.observed_on", "s.position")
	aggregates := []string{fmt.Sprintf("MAX(%s) AS best", best)}
	joins := ""
	cols := make([]string, len(target.Columns))
	for i, c := range target.Columns {
		col := "s." + d.Ident(c.Name)
		which := ""
		if k := slices.IndexFunc(picks, func(p Pick) bool { return p.Column == c.Name }); k >= 0 {
			which = picks[k].Which
		}
		if c.Name == "first_observed_on" {
			which = "min"
		}
		picked := d.Ident("picked_" + c.Name)
		switch which {
		case "min", "max", "sum":
			aggregates = append(aggregates, fmt.Sprintf("%s AS %s", d.Cast(strings.ToUpper(which)+"("+col+")", c.Type), picked))
			col = fmt.Sprintf("CASE WHEN k.record_id IS NULL THEN %s ELSE k.%s END", col, picked)
		case "first":
			if joins == "" {
				aggregates = append(aggregates, "MIN(s.position) AS first_position")
				joins = fmt.Sprintf("\nLEFT JOIN %s f ON f.delivery_id = k.delivery_id AND f.record_id = k.record_id AND f.position = k.first_position", staged)
			}
			col = fmt.Sprintf("CASE WHEN k.record_id IS NULL THEN %s ELSE f.%s END", col, d.Ident(c.Name))
		}
		cols[i] = col + " AS " + d.Ident(c.Name)
	}
	repeated := ns("repeated_rows")
	return append(d.ReplaceAs("repeated keys of "+target.Name, repeated, fmt.Sprintf(`SELECT s.delivery_id, s.record_id, %s
FROM %s s
GROUP BY s.delivery_id, s.record_id
HAVING COUNT(*) > 1`, strings.Join(aggregates, ",\n  "), staged)),
		dialect.Statement{Name: "load " + target.Name, SQL: fmt.Sprintf(`INSERT INTO %s (%s)
SELECT %s
FROM %s s
LEFT JOIN %s k ON k.delivery_id = s.delivery_id AND k.record_id = s.record_id%s
WHERE k.record_id IS NULL OR k.best = %s`,
			ns(target.Name), d.Idents(target.ColumnNames()), strings.Join(cols, ",\n  "), staged, repeated, joins, best)})
}

// Append returns the statement that brings the rows of one mapping, staged under a
// quoted name, into their input table as they are: for mappings that number the
// rows of a key, so that no two have one.
func Append(d *dialect.Dialect, ns dialect.Namespace, staged string, target schemas.Table) dialect.Statement {
	columns := d.Idents(target.ColumnNames())
	return dialect.Statement{Name: "load " + target.Name,
		SQL: fmt.Sprintf("INSERT INTO %s (%s)\nSELECT %s FROM %s", ns(target.Name), columns, columns, staged)}
}

// Live returns the query of the deliveries whose rows count: of deliveries that
// bear one name only the last, since it corrects those before it.
func Live(ns dialect.Namespace) string {
	return fmt.Sprintf(`SELECT delivery_id, source, seq, delivered_on, MAX(seq) OVER (PARTITION BY source) AS last_seq FROM (
  SELECT delivery_id, source, seq, delivered_on,
    ROW_NUMBER() OVER (PARTITION BY source, CASE WHEN named THEN name ELSE delivery_id END ORDER BY seq DESC NULLS LAST) AS latest
  FROM %s
) named WHERE latest = 1`, ns("base_deliveries"))
}

// dated are the input tables in which a later date beats a later delivery: an
// old file that arrives late must not undo what is known since.
var dated = []string{"in_parties", "in_attributes", "in_consents", "in_addresses", "in_contact_points"}

// Absence is a column that some delivery of an input table lacked.
type Absence struct{ Target, Column string }

// Current returns the query of the rows of an input table that hold: of live
// deliveries, not replaced by a later snapshot or row of their key, not deleted.
// A column that a delivery lacked keeps the value of the delivery before, and
// a record its first date, also where a later snapshot replaced what said so.
// The query of the keys that stand in several live deliveries, which it reads
// under the name of Repeated, comes first: apart, so that the engine knows how
// few they are before it plans to join them with all rows. Where ns holds a slice
// of the input table, all holds all of it: which snapshot of a scope is the last
// is told by all rows.
func Current(d *dialect.Dialect, ns, all dialect.Namespace, target schemas.Table, absences []Absence) (repeated, current string) {
	name := strings.TrimPrefix(target.Name, schemas.InputPrefix)
	date, order := "", "r.seq DESC NULLS LAST"
	if slices.Contains(dated, target.Name) {
		date, order = "v.observed_on", "r.observed_on DESC NULLS LAST, "+order
	}
	best := rank(d, date, "v.seq")
	versions := "live_rows v"
	cols := make([]string, len(target.Columns))
	for i, c := range target.Columns {
		col := "v." + d.Ident(c.Name)
		if c.Name == "first_observed_on" {
			col = "COALESCE(k.first_observed_on, v.first_observed_on)"
		}
		cols[i] = col + " AS " + d.Ident(c.Name)
	}
	if lacked := lackedColumns(target, absences); len(lacked) > 0 {
		versions = kept(d, ns, target, lacked, order)
	}
	// with returns the rows of live deliveries with some of their columns.
	with := func(columns ...string) string {
		from := make([]string, len(columns))
		for i, c := range columns {
			from[i] = "f." + d.Ident(c)
		}
		return fmt.Sprintf(`WITH scopes AS (
  SELECT f.source, f.scope, MAX(live.seq) AS scope_seq
  FROM %[6]s f
  JOIN %[2]s live ON live.delivery_id = f.delivery_id
  WHERE f.scope IS NOT NULL
  GROUP BY f.source, f.scope
), live_rows AS (
  SELECT %[3]s, live.seq,
    CASE WHEN m.mode IS NULL OR m.mode <> 'snapshot' THEN 1
      WHEN live.seq = CASE WHEN f.scope IS NULL THEN live.last_seq ELSE scopes.scope_seq END THEN 1 ELSE 0 END AS holds
  FROM %[1]s f
  JOIN %[2]s live ON live.delivery_id = f.delivery_id
  LEFT JOIN %[4]s m ON m.source = f.source AND m.target = %[5]s
  LEFT JOIN scopes ON scopes.source = f.source AND scopes.scope = f.scope
)
`, ns(target.Name), ns("live_deliveries"), strings.Join(from, ", "), ns("base_modes"), d.String(name), all(target.Name))
	}
	repeated = with("source", "record_id", "observed_on", "first_observed_on") + fmt.Sprintf(`SELECT v.source, v.record_id, MAX(CASE WHEN v.holds = 1 THEN %s END) AS best, MIN(v.first_observed_on) AS first_observed_on
FROM live_rows v
GROUP BY v.source, v.record_id
HAVING COUNT(*) > 1`, best)
	current = with(target.ColumnNames()...) + fmt.Sprintf(`SELECT %s
FROM %s
LEFT JOIN %s k ON k.source = v.source AND k.record_id = v.record_id
WHERE v.holds = 1 AND (k.record_id IS NULL OR k.best = %s) AND (v.deleted IS NULL OR NOT v.deleted)`,
		strings.Join(cols, ", "), versions, ns(Repeated(target)), best)
	return repeated, current
}
