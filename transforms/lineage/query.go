package lineage

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// relation is what a query yields, or FROM makes readable under a name: columns,
// with what each is made of.
type relation struct {
	name    string
	columns []string
	from    []sources
	rows    sources // whose rows it has
}

func (r *relation) column(name string) (sources, bool) {
	i := slices.IndexFunc(r.columns, func(c string) bool { return strings.EqualFold(c, name) })
	if i < 0 {
		return nil, false
	}
	return r.from[i], true
}

// named returns the relation under another name, and its first columns too.
func (r *relation) named(name string, columns []any) *relation {
	out := &relation{name: name, columns: slices.Clone(r.columns), from: r.from, rows: r.rows}
	for i, c := range columns {
		if i < len(out.columns) {
			out.columns[i], _ = c.(string)
		}
	}
	return out
}

// resolver finds what the columns of one statement's query are made of.
type resolver struct {
	graph  *Graph
	before func(table string) bool
}

// scope is what names in a query mean.
type scope struct {
	relations []*relation
	rows      sources
	outer     *scope // of the query around a subquery
	ctes      map[string]*relation
}

// node is a node of the tree.
type node map[string]any

func (n node) text(key string) string { s, _ := n[key].(string); return s }
func (n node) list(key string) []any  { l, _ := n[key].([]any); return l }
func (n node) child(key string) node  { m, _ := n[key].(map[string]any); return m }

// read parses a query and resolves it.
func (r *resolver) read(ctx context.Context, p Parser, query string) (*relation, error) {
	text, err := p.Tree(ctx, query)
	if err != nil {
		return nil, err
	}
	var tree struct {
		Error      bool
		Message    string `json:"error_message"`
		Statements []node
	}
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	if tree.Error || len(tree.Statements) != 1 {
		return nil, fmt.Errorf("it can't be parsed: %s", tree.Message)
	}
	return r.query(tree.Statements[0].child("node"), &scope{})
}

// query resolves a query that stands in a scope.
func (r *resolver) query(n node, outer *scope) (*relation, error) {
	ctes := maps.Clone(outer.ctes)
	if ctes == nil {
		ctes = map[string]*relation{}
	}
	for _, entry := range n.child("cte_map").list("map") {
		cte := node(entry.(map[string]any))
		value := cte.child("value")
		made, err := r.query(value.child("query").child("node"), &scope{outer: outer.outer, ctes: ctes})
		if err != nil {
			return nil, err
		}
		ctes[strings.ToLower(cte.text("key"))] = made.named(cte.text("key"), value.list("aliases"))
	}
	inner := &scope{outer: outer, ctes: ctes}
	switch n.text("type") {
	case "SELECT_NODE":
		return r.selected(n, inner)
	case "SET_OPERATION_NODE":
		return r.united(n, inner)
	case "CTE_NODE":
		return r.query(n.child("child"), inner)
	}
	return nil, fmt.Errorf("lineage knows no query of the kind %s", n.text("type"))
}

// united puts the columns of two queries together, by their places.
func (r *resolver) united(n node, s *scope) (*relation, error) {
	left, err := r.query(n.child("left"), s)
	if err != nil {
		return nil, err
	}
	right, err := r.query(n.child("right"), s)
	if err != nil {
		return nil, err
	}
	if len(left.columns) != len(right.columns) {
		return nil, fmt.Errorf("a union of %d columns with %d", len(left.columns), len(right.columns))
	}
	out := &relation{columns: left.columns, rows: sources{}}
	for i := range left.from {
		both := sources{}
		both.add(left.from[i])
		both.add(right.from[i])
		out.from = append(out.from, both)
	}
	out.rows.add(left.rows)
	out.rows.add(right.rows)
	return out, nil
}

// selected resolves a SELECT.
func (r *resolver) selected(n node, s *scope) (*relation, error) {
	var err error
	if s.relations, s.rows, err = r.tables(n.child("from_table"), s); err != nil {
		return nil, err
	}
	out := &relation{rows: s.rows}
	for i, item := range n.list("select_list") {
		e := node(item.(map[string]any))
		if e.text("class") == "STAR" {
			for _, rel := range s.relations {
				if of := e.text("relation_name"); of == "" || strings.EqualFold(of, rel.name) {
					out.columns = append(out.columns, rel.columns...)
					out.from = append(out.from, rel.from...)
				}
			}
			continue
		}
		from := sources{}
		if err := r.value(map[string]any(e), s, from); err != nil {
			return nil, err
		}
		out.columns = append(out.columns, nameOf(e, i))
		out.from = append(out.from, from)
	}
	return out, nil
}

// nameOf returns the name of a select list's item.
func nameOf(e node, i int) string {
	if alias := e.text("alias"); alias != "" {
		return alias
	}
	if path := e.list("column_names"); len(path) > 0 {
		name, _ := path[len(path)-1].(string)
		return name
	}
	return fmt.Sprintf("column %d", i+1)
}

// tables resolves what stands behind FROM: the relations, and whose rows their
// join has.
func (r *resolver) tables(n node, s *scope) ([]*relation, sources, error) {
	one := func(rel *relation) ([]*relation, sources, error) { return []*relation{rel}, rel.rows, nil }
	alias := n.text("alias")
	switch kind := n.text("type"); kind {
	case "", "EMPTY":
		return nil, sources{}, nil
	case "BASE_TABLE":
		name := n.text("table_name")
		if alias == "" {
			alias = name
		}
		if cte, ok := s.ctes[strings.ToLower(name)]; ok {
			return one(cte.named(alias, n.list("column_name_alias")))
		}
		table, err := r.table(name)
		if err != nil {
			return nil, nil, err
		}
		return one(table.named(alias, n.list("column_name_alias")))
	case "EXPRESSION_LIST":
		values, err := r.list(n, s)
		if err != nil {
			return nil, nil, err
		}
		return one(values)
	case "SUBQUERY":
		made, err := r.query(n.child("subquery").child("node"), s)
		if err != nil {
			return nil, nil, err
		}
		return one(made.named(alias, n.list("column_name_alias")))
	case "JOIN":
		left, leftRows, err := r.tables(n.child("left"), s)
		if err != nil {
			return nil, nil, err
		}
		right, rightRows, err := r.tables(n.child("right"), s)
		if err != nil {
			return nil, nil, err
		}
		rows := sources{}
		switch n.text("join_type") {
		case "LEFT", "SEMI", "ANTI":
			rows = leftRows
		case "RIGHT":
			rows = rightRows
		default:
			rows.add(leftRows)
			rows.add(rightRows)
		}
		return append(left, right...), rows, nil
	default:
		return nil, nil, fmt.Errorf("lineage knows no %s behind FROM", kind)
	}
}

// list resolves the rows of a VALUES, whose columns the query around it names.
func (r *resolver) list(n node, s *scope) (*relation, error) {
	out := &relation{rows: sources{}}
	for _, row := range n.list("values") {
		cells, _ := row.([]any)
		for i, cell := range cells {
			if i == len(out.columns) {
				out.columns = append(out.columns, fmt.Sprintf("col%d", i))
				out.from = append(out.from, sources{})
			}
			if err := r.value(cell, s, out.from[i]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// table returns a table as the statement reads it.
func (r *resolver) table(name string) (*relation, error) {
	columns, ok := r.graph.columns[name]
	if !ok {
		return nil, fmt.Errorf("it reads %s, which nothing makes before it", name)
	}
	before := r.before(name)
	out := &relation{columns: columns, rows: sources{{Column{name, Rows}, before}: true}}
	for _, c := range columns {
		out.from = append(out.from, sources{{Column{name, c}, before}: true})
	}
	return out, nil
}
