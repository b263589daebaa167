package dialect

import "strings"

// Statement is one SQL statement, rendered, with the name of the step that it
// belongs to.
type Statement struct {
	Name string
	SQL  string
}

// Script renders a template of several statements, each ended by a semicolon at
// the end of a line, and splits it. A comment heads and names a step; statements
// without one belong to the step before, as the two do that `replace` is on some
// engines.
func (d *Dialect) Script(name, text string, ns Namespace, data any) ([]Statement, error) {
	sql, err := d.Render(name, text, ns, data)
	if err != nil {
		return nil, err
	}
	var out []Statement
	step := name
	for _, s := range d.Statements(sql) {
		if head, rest, ok := strings.Cut(s, "\n"); ok && strings.HasPrefix(head, "-- ") {
			step, s = head[3:], rest
		}
		out = append(out, Statement{Name: step, SQL: s})
	}
	return out, nil
}

// Statements splits SQL at the semicolons that end a line, but for those inside
// a literal, a quoted identifier or a comment.
func (d *Dialect) Statements(sql string) []string {
	var out []string
	start := 0
	add := func(end int) {
		if s := strings.TrimSpace(sql[start:end]); s != "" {
			out = append(out, s)
		}
	}
	for i := 0; i < len(sql); i++ {
		switch sql[i] {
		case '\'', '"', '`':
			i = d.closing(sql, i)
		case '-':
			if strings.HasPrefix(sql[i:], "--") {
				i += max(0, strings.IndexByte(sql[i:]+"\n", '\n')-1)
			}
		case ';':
			if i+1 == len(sql) || sql[i+1] == '\n' {
				add(i)
				start = i + 1
			}
		}
	}
	add(len(sql))
	return out
}

// closing returns where the quote that opens at i is closed. A quote that is
// doubled opens a next literal at once, which ends where the first one would.
func (d *Dialect) closing(sql string, i int) int {
	quote := sql[i]
	for i++; i < len(sql) && sql[i] != quote; i++ {
		if sql[i] == '\\' && d.backslash {
			i++
		}
	}
	return i
}
