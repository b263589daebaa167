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
		name == "corrected_parties" || name == "work_subjects" || name == "known_versions" || name == "work_versions"
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

// PartiesAlone returns those of Statements that make a slice of the parties readable, which
// ns holds.
func PartiesAlone(d *dialect.Dialect, ns, all dialect.Namespace, absences []Absence) []dialect.Statement {
	parties, _ := schemas.Input("parties")
	return readable(d, ns, all, absences, []schemas.Table{parties})
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
