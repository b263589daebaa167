package dialect

import (
	"fmt"
	"strings"
)

// Statement is one SQL statement, rendered, with the name of the step that it
// does.
type Statement struct {
	Name string
	SQL  string
}

// Script renders a template of several statements, each ended by a semicolon at
// the end of a line and headed by a comment that names it, and splits it.
func (d *Dialect) Script(name, text string, ns Namespace, data any) ([]Statement, error) {
	sql, err := d.Render(name, text, ns, data)
	if err != nil {
		return nil, err
	}
	var out []Statement
	for i, s := range Statements(sql) {
		title := fmt.Sprintf("%s %d", name, i+1)
		if head, rest, ok := strings.Cut(s, "\n"); ok && strings.HasPrefix(head, "-- ") {
			title, s = head[3:], rest
		}
		out = append(out, Statement{Name: title, SQL: s})
	}
	return out, nil
}
