package dialect

import "strings"

// ReplaceAs returns the statements of the step that makes table hold exactly
// what query yields: one, or two on an engine that drops what there is first.
func (d *Dialect) ReplaceAs(step, table, query string) []Statement {
	return d.replaced(step, "TABLE", table, query)
}

// ReplaceView returns the statements of the step that makes view stand for what
// query yields.
func (d *Dialect) ReplaceView(step, view, query string) []Statement {
	return d.replaced(step, "VIEW", view, query)
}

func (d *Dialect) replaced(step, what, name, query string) []Statement {
	var out []Statement
	for _, s := range d.replace(what, name) {
		out = append(out, Statement{Name: step, SQL: s})
	}
	out[len(out)-1].SQL += "\n" + query
	return out
}

// replace returns the statements that make a table or view anew, the last of
// them up to its query. A name of the catalog of temporary tables is that of a
// temporary one.
func (d *Dialect) replace(what, name string) []string {
	if d.temporary != "" && strings.HasPrefix(name, d.Ident(d.temporary)+".") {
		what = "TEMP " + what
	}
	if d.dropFirst {
		return []string{"DROP " + what + " IF EXISTS " + name, "CREATE " + what + " " + name + " AS"}
	}
	return []string{"CREATE OR REPLACE " + what + " " + name + " AS"}
}
