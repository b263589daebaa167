package lineage

import (
	"fmt"
	"regexp"
	"strings"
)

// change is what one statement does to a table.
type change struct {
	table    string
	replaces bool     // nothing of the table stays
	updates  bool     // it has the same rows after
	columns  []string // that are filled, in the query's order; nil for the query's own
	query    string   // "" where it makes no value
}

var (
	creates = regexp.MustCompile(`(?is)^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?(?:TABLE|VIEW)\s+(\S+)\s+AS\s+(.*)$`)
	inserts = regexp.MustCompile(`(?is)^\s*INSERT\s+INTO\s+(\S+)\s*\(([^)]*)\)\s+(.*)$`)
	updates = regexp.MustCompile(`(?is)^\s*UPDATE\s+(\S+)\s+SET\s+(.*?)\s+WHERE\s`)
	removes = regexp.MustCompile(`(?i)^\s*(DELETE|DROP)\s`)
)

// changeOf reads the head of a statement.
func changeOf(sql string) (change, error) {
	if m := creates.FindStringSubmatch(sql); m != nil {
		return change{table: unquoted(m[1]), replaces: true, query: m[2]}, nil
	}
	if m := inserts.FindStringSubmatch(sql); m != nil {
		c := change{table: unquoted(m[1]), query: m[3]}
		for _, name := range strings.Split(m[2], ",") {
			c.columns = append(c.columns, unquoted(strings.TrimSpace(name)))
		}
		return c, nil
	}
	if m := updates.FindStringSubmatch(sql); m != nil {
		c := change{table: unquoted(m[1]), updates: true}
		var values []string
		for _, assignment := range split(m[2], ',') {
			column, value, _ := strings.Cut(assignment, "=")
			c.columns = append(c.columns, unquoted(strings.TrimSpace(column)))
			values = append(values, value)
		}
		c.query = "SELECT " + strings.Join(values, ", ") + " FROM " + m[1]
		return c, nil
	}
	if removes.MatchString(sql) {
		return change{}, nil
	}
	return change{}, fmt.Errorf("it is no statement that lineage can read: %.40q", sql)
}

func unquoted(name string) string { return strings.Trim(name, `"`) }

// split cuts a text where a character stands outside parentheses and quotes.
func split(text string, at byte) []string {
	var out []string
	depth, start := 0, 0
	var quote byte
	for i := range len(text) {
		c := text[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == at && depth == 0:
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}
