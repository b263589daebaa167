package load

import (
	"fmt"
	"slices"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// lackedColumns returns the columns of an input table whose null may say nothing,
// as some delivery lacked them.
func lackedColumns(target schemas.Table, absences []Absence) []string {
	var out []string
	for _, c := range target.Columns {
		if slices.Contains(absences, Absence{strings.TrimPrefix(target.Name, schemas.InputPrefix), c.Name}) {
			out = append(out, c.Name)
		}
	}
	return out
}

// kept returns the relation of live_rows v in which a column that a delivery
// lacked has the value of the delivery before. Which deliveries lacked a column
// is joined: not every engine takes a subquery in the order of a window.
func kept(d *dialect.Dialect, ns dialect.Namespace, target schemas.Table, lacked []string, order string) string {
	name := strings.TrimPrefix(target.Name, schemas.InputPrefix)
	flags := make([]string, len(lacked))
	for i, c := range lacked {
		flags[i] = fmt.Sprintf("MAX(CASE WHEN %s = %s THEN 1 ELSE 0 END) AS %s", d.Ident("column"), d.String(c), d.Ident("lacks_"+c))
	}
	columns := []string{"r.seq", "r.holds"}
	for _, c := range target.Columns {
		col := d.Ident(c.Name)
		if !slices.Contains(lacked, c.Name) {
			columns = append(columns, "r."+col)
			continue
		}
		columns = append(columns, fmt.Sprintf(`FIRST_VALUE(r.%[1]s) OVER (PARTITION BY r.source, r.record_id
      ORDER BY COALESCE(a.%[2]s, 0) ASC NULLS LAST, r.holds DESC NULLS LAST, %[3]s
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS %[1]s`, col, d.Ident("lacks_"+c.Name), order))
	}
	return fmt.Sprintf(`(
  SELECT %s
  FROM live_rows r
  LEFT JOIN (
    SELECT delivery_id, %s
    FROM %s WHERE target = %s
    GROUP BY delivery_id
  ) a ON a.delivery_id = r.delivery_id
) v`, strings.Join(columns, ",\n    "), strings.Join(flags, ",\n      "), ns("base_absences"), d.String(name))
}
