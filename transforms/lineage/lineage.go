// Package lineage tells which columns the values of a column are made of. It
// reads the SQL that a night runs, so that nobody keeps a second account of it.
//
// It follows values: what a select list names, through joins, unions, windows,
// CASE and subqueries, the conditions of CASE with them. A count, or the number of
// a row, is made of rows: of the column Rows of the tables counted. It does not
// follow what only decides which rows there are: WHERE, ON, HAVING, GROUP BY and
// the order of rows.
package lineage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Rows is the name of the column that stands for the rows of a table.
const Rows = "*"

// Parser parses SQL.
type Parser interface {
	// Tree returns the tree of a SELECT of DuckDB's dialect as its function
	// json_serialize_sql writes it.
	Tree(ctx context.Context, query string) ([]byte, error)
}

// Column is a column of a table.
type Column struct{ Table, Name string }

// String returns table.column.
func (c Column) String() string {
	if c.Name == Rows {
		return "rows of " + c.Table
	}
	return c.Table + "." + c.Name
}

// Source is a column that values are made of.
type Source struct {
	Column
	// Before says that it is read before the night makes it anew: the values are
	// those of the night before.
	Before bool
}

// Step is one statement's making of a column. A column without sources has
// constants, or the night's date.
type Step struct {
	Column
	Statement string
	From      []Source
}

// Graph is what the columns of all tables are made of.
type Graph struct {
	columns map[string][]string // of each table, in order
	steps   map[Column][]Step
}

// Of reads the statements of a night, rendered in DuckDB's dialect with plain
// names, in their order. Tables are those that there are before the first.
func Of(ctx context.Context, p Parser, tables []schemas.Table, statements []dialect.Statement) (*Graph, error) {
	g := &Graph{columns: map[string][]string{}, steps: map[Column][]Step{}}
	for _, t := range tables {
		g.columns[t.Name] = t.ColumnNames()
	}
	changes := make([]change, len(statements))
	changed := map[string]bool{}
	for i, s := range statements {
		c, err := changeOf(s.SQL)
		if err != nil {
			return nil, fmt.Errorf("lineage of %s: %w", s.Name, err)
		}
		changes[i] = c
		changed[c.table] = true
	}
	replaced := map[string]bool{}
	for i, c := range changes {
		if c.query == "" {
			continue
		}
		r := resolver{graph: g, before: func(table string) bool { return changed[table] && !replaced[table] }}
		made, err := r.read(ctx, p, c.query)
		if err == nil {
			err = g.apply(statements[i].Name, c, made)
		}
		if err != nil {
			return nil, fmt.Errorf("lineage of %s: %w", statements[i].Name, err)
		}
		replaced[c.table] = replaced[c.table] || c.replaces
	}
	return g, nil
}

// apply enters what a statement makes of its table.
func (g *Graph) apply(statement string, c change, made *relation) error {
	names := c.columns
	if names == nil {
		names = made.columns
	}
	if len(names) != len(made.columns) {
		return fmt.Errorf("it fills %d columns of %s with %d", len(names), c.table, len(made.columns))
	}
	if c.replaces {
		g.columns[c.table] = names
	}
	known := g.columns[c.table]
	for i, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s has no column %s", c.table, name)
		}
		g.add(Step{Column{c.table, name}, statement, made.from[i].sorted()})
	}
	if !c.updates {
		g.add(Step{Column{c.table, Rows}, statement, made.rows.sorted()})
	}
	return nil
}

func (g *Graph) add(s Step) { g.steps[s.Column] = append(g.steps[s.Column], s) }

// Columns returns the columns of a table, and whether there is one.
func (g *Graph) Columns(table string) ([]string, bool) {
	columns, ok := g.columns[table]
	return columns, ok
}

// Made returns the statements that make a column, none where none does.
func (g *Graph) Made(c Column) []Step { return g.steps[c] }

// Trace returns every step on the way to a column, each once: the column's own
// first, then those of its sources.
func (g *Graph) Trace(c Column) []Step {
	var out []Step
	seen := map[Column]bool{c: true}
	for queue := []Column{c}; len(queue) > 0; queue = queue[1:] {
		for _, s := range g.steps[queue[0]] {
			out = append(out, s)
			for _, from := range s.From {
				if !from.Before && !seen[from.Column] {
					seen[from.Column] = true
					queue = append(queue, from.Column)
				}
			}
		}
	}
	return out
}

// sources is a set of columns.
type sources map[Source]bool

func (s sources) add(o sources) {
	for from := range o {
		s[from] = true
	}
}

func (s sources) sorted() []Source {
	out := make([]Source, 0, len(s))
	for from := range s {
		out = append(out, from)
	}
	slices.SortFunc(out, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), strings.Compare(a.Name, b.Name))
	})
	return out
}
