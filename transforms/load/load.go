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

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Pick says which value counts when several rows of a delivery have one key.
type Pick struct{ Column, Which string }

// Collapse returns the statement that brings the rows of one mapping, staged under
// a quoted name, into their input table, one row per key: the last row of the file, but where a pick
// says otherwise.
func Collapse(d *dialect.Dialect, ns dialect.Namespace, staged string, target schemas.Table, picks []Pick) dialect.Statement {
	const window = "PARTITION BY s.source, s.delivery_id, s.record_id"
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
		switch which {
		case "min", "max", "sum":
			col = fmt.Sprintf("CAST(%s(%s) OVER (%s) AS %s)", strings.ToUpper(which), col, window, d.Type(c.Type))
		case "first":
			col = fmt.Sprintf("FIRST_VALUE(%s) OVER (%s ORDER BY s.position ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)", col, window)
		}
		cols[i] = col + " AS " + d.Ident(c.Name)
	}
	names := d.Idents(target.ColumnNames())
	return dialect.Statement{Name: "load " + target.Name, SQL: fmt.Sprintf(`INSERT INTO %s (%s)
SELECT %s FROM (
  SELECT %s,
    ROW_NUMBER() OVER (%s ORDER BY s.observed_on DESC NULLS LAST, s.position DESC NULLS LAST) AS latest
  FROM %s s
) ranked WHERE latest = 1`, ns(target.Name), names, names, strings.Join(cols, ",\n    "), window, staged)}
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
// A column that a delivery lacked keeps the value of the delivery before.
func Current(d *dialect.Dialect, ns dialect.Namespace, target schemas.Table, absences []Absence) string {
	order := "seq DESC NULLS LAST, position DESC NULLS LAST"
	if slices.Contains(dated, target.Name) {
		order = "observed_on DESC NULLS LAST, " + order
	}
	name := strings.TrimPrefix(target.Name, schemas.InputPrefix)
	cols := make([]string, len(target.Columns))
	for i, c := range target.Columns {
		col := d.Ident(c.Name)
		cols[i] = col
		switch {
		case c.Name == "first_observed_on":
			cols[i] = fmt.Sprintf("MIN(%s) OVER (PARTITION BY source, record_id) AS %s", col, col)
		case slices.Contains(absences, Absence{name, c.Name}):
			cols[i] = fmt.Sprintf(`FIRST_VALUE(%s) OVER (PARTITION BY source, record_id ORDER BY
      CASE WHEN delivery_id IN (SELECT delivery_id FROM %s WHERE target = %s AND %s = %s) THEN 1 ELSE 0 END ASC NULLS LAST, %s
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS %s`,
				col, ns("base_absences"), d.String(name), d.Ident("column"), d.String(c.Name), order, col)
		}
	}
	names := d.Idents(target.ColumnNames())
	from := make([]string, len(target.Columns))
	for i, c := range target.Columns {
		from[i] = "f." + d.Ident(c.Name)
	}
	return fmt.Sprintf(`SELECT %s FROM (
  SELECT %s,
    ROW_NUMBER() OVER (PARTITION BY source, record_id ORDER BY %s) AS latest
  FROM (
    SELECT %s, live.seq, m.mode,
      CASE WHEN f.scope IS NULL THEN live.last_seq ELSE MAX(live.seq) OVER (PARTITION BY f.source, f.scope) END AS scope_seq
    FROM %s f
    JOIN %s live ON live.delivery_id = f.delivery_id
    LEFT JOIN %s m ON m.source = f.source AND m.target = %s
  ) scoped
  WHERE mode IS NULL OR mode <> 'snapshot' OR seq = scope_seq
) versions WHERE latest = 1 AND (deleted IS NULL OR NOT deleted)`,
		names, strings.Join(cols, ",\n    "), order, strings.Join(from, ", "), ns(target.Name), ns("live_deliveries"), ns("base_modes"), d.String(name))
}
