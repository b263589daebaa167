package load

import (
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Input is the name of a working table that holds the current rows of an input
// table.
func Input(target schemas.Table) string {
	return "current_" + target.Name[len(schemas.InputPrefix):]
}

// Statements returns the statements that make the working tables of what holds:
// live_deliveries, and one of current rows per input table.
func Statements(d *dialect.Dialect, ns dialect.Namespace, absences []Absence) []dialect.Statement {
	out := []dialect.Statement{{Name: "live deliveries", SQL: d.ReplaceAs(ns("live_deliveries"), Live(ns))}}
	for _, t := range schemas.Inputs() {
		out = append(out, dialect.Statement{Name: Input(t), SQL: d.ReplaceAs(ns(Input(t)), Current(d, ns, t, absences))})
	}
	return out
}

// Working returns the names of the tables that Statements makes.
func Working() []string {
	out := []string{"live_deliveries"}
	for _, t := range schemas.Inputs() {
		out = append(out, Input(t))
	}
	return out
}
