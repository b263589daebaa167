package load

import (
	"slices"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Input is the name under which the current rows of an input table are read: a
// working table of parties, which many steps read, and views of all others.
func Input(target schemas.Table) string {
	return "current_" + target.Name[len(schemas.InputPrefix):]
}

// Repeated is the name of the working table of the keys of an input table that
// stand in several live deliveries.
func Repeated(target schemas.Table) string {
	return "repeated_" + target.Name[len(schemas.InputPrefix):]
}

// IsView reports whether a working name is that of a view: what one step reads.
func IsView(name string) bool {
	return strings.HasPrefix(name, "current_") && name != "current_parties" || strings.HasPrefix(name, "unsieved_") ||
		name == "corrected_parties" || name == "wanted_current_parties" || name == "work_subjects" || name == "known_versions" || name == "work_versions"
}

// Statements returns the statements that make what holds readable:
// live_deliveries, and the current rows of each input table, where ns holds slices
// of these and all holds all their rows. Those of registers have Registers of their own.
func Statements(d *dialect.Dialect, ns, all dialect.Namespace, absences []Absence) []dialect.Statement {
	return readable(d, ns, all, absences, slices.DeleteFunc(schemas.Inputs(), ofRegisters))
}

// Registers returns the statements that make what official registers answered readable,
// for nights that have any. They come behind Statements.
func Registers(d *dialect.Dialect, ns, all dialect.Namespace) []dialect.Statement {
	return current(d, ns, all, nil, slices.DeleteFunc(schemas.Inputs(), func(t schemas.Table) bool { return !ofRegisters(t) }))
}

func ofRegisters(t schemas.Table) bool {
	return strings.HasPrefix(t.Name, schemas.InputPrefix+schemas.RegistryInput)
}

// Parties returns those of Statements that make parties readable, and what staff
// corrected in them.
func Parties(d *dialect.Dialect, ns dialect.Namespace, absences []Absence) []dialect.Statement {
	parties, _ := schemas.Input("parties")
	corrections, _ := schemas.Input("corrections")
	return readable(d, ns, ns, absences, []schemas.Table{parties, corrections})
}

// rowColumns are those by which the rows of parties are told to hold.
var rowColumns = []string{"source", "record_id", "delivery_id", "scope", "deleted", "observed_on", "first_observed_on"}

// WithColumns returns an input table with few columns: those that are named, and those by which
// its rows are told to hold.
func WithColumns(target schemas.Table, names []string) schemas.Table {
	few := target
	few.Columns = nil
	for _, c := range target.Columns {
		if slices.Contains(rowColumns, c.Name) || slices.Contains(names, c.Name) {
			few.Columns = append(few.Columns, c)
		}
	}
	return few
}

// Slice returns the statements that make a slice of an input table readable, which ns holds,
// for one step: the current rows are a view. all holds all rows.
func Slice(d *dialect.Dialect, ns, all dialect.Namespace, target schemas.Table, absences []Absence) []dialect.Statement {
	repeated, current := Current(d, ns, all, target, absences)
	return slices.Concat(d.ReplaceAs("live deliveries", ns("live_deliveries"), Live(ns)),
		d.ReplaceAs("repeated keys of "+target.Name, ns(Repeated(target)), repeated),
		d.ReplaceView(Input(target), ns(Input(target)), current))
}

func readable(d *dialect.Dialect, ns, all dialect.Namespace, absences []Absence, inputs []schemas.Table) []dialect.Statement {
	return append(d.ReplaceAs("live deliveries", ns("live_deliveries"), Live(ns)), current(d, ns, all, absences, inputs)...)
}

func current(d *dialect.Dialect, ns, all dialect.Namespace, absences []Absence, inputs []schemas.Table) (out []dialect.Statement) {
	for _, t := range inputs {
		replace := d.ReplaceAs
		if IsView(Input(t)) {
			replace = d.ReplaceView
		}
		repeated, current := Current(d, ns, all, t, absences)
		out = append(out, d.ReplaceAs("repeated keys of "+t.Name, ns(Repeated(t)), repeated)...)
		out = append(out, replace(Input(t), ns(Input(t)), current)...)
	}
	return out
}
