// Package history keeps the versions of customers: one row for each time that
// the golden record, the lifecycle or the rights of a customer changed, with the
// nights between which it held. It composes SQL that runs where the data lies.
package history

import (
	_ "embed"
	"fmt"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms"
)

var (
	//go:embed never.sql
	neverSQL string
	//go:embed history.sql
	historySQL string
)

// Never returns the statements that take out the versions of customers which only
// withdrawn deliveries brought. They come before those of the night.
func Never(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("withdrawn customers", neverSQL, ns, nil)
}

// Statements returns the statements that bring customers_history up to the
// night: a customer whose tracked columns differ from its last version begins a
// new one tonight, and a customer that is there no more ends. What an earlier
// attempt at this night wrote is undone first, so that working a night again
// gives the same versions. Where only some customers are made anew, within names
// the working table that says which; "" stands for all.
func Statements(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night, within string) ([]dialect.Statement, error) {
	customers, _ := schemas.Lookup("customers")
	versions, _ := schemas.Lookup("customers_history")
	tracked := customers.Tracked()
	names := make([]string, len(tracked))
	for i, c := range tracked {
		names[i] = c.Name
	}
	return d.Script("history", historySQL, ns, map[string]any{
		"AsOf": night.AsOf, "Within": within, "Tracked": names, "Columns": versions.ColumnNames(),
		"Hash": d.SHA256(canonical(d, tracked)), "Changed": changed(d, tracked),
	})
}

// canonical returns the text that the hash of a version is made of: per column
// that has a value its name, the length of the value and the value. A column
// without a value says nothing, so that one which a new release tracks changes
// no hash before it is filled.
func canonical(d *dialect.Dialect, columns []schemas.Column) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		text := d.Text("c."+d.Ident(c.Name), c.Type)
		parts[i] = fmt.Sprintf("CASE WHEN c.%s IS NULL THEN '' ELSE %s || %s || ':' || %s END",
			d.Ident(c.Name), d.String(c.Name+"="), d.Text("LENGTH("+text+")", schemas.Int), text)
	}
	return strings.Join(parts, " ||\n  ")
}

// changed returns the names of the columns in which a version v differs from
// the one before it, l.
func changed(d *dialect.Dialect, columns []schemas.Column) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		name := d.Ident(c.Name)
		parts[i] = fmt.Sprintf("CASE WHEN v.%[1]s = l.%[1]s OR v.%[1]s IS NULL AND l.%[1]s IS NULL THEN '' ELSE %[2]s END", name, d.String(" "+c.Name))
	}
	return "SUBSTR(" + strings.Join(parts, " ||\n    ") + ", 2)"
}
