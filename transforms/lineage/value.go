package lineage

import (
	"fmt"
	"strings"
)

// value adds what an expression is made of to a set.
func (r *resolver) value(v any, s *scope, into sources) error {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if err := r.value(x, s, into); err != nil {
				return err
			}
		}
	case map[string]any:
		n := node(v)
		switch n.text("class") {
		case "COLUMN_REF":
			return s.resolve(n.list("column_names"), into)
		case "STAR": // as in COUNT(*)
			into.add(s.rows)
			return nil
		case "SUBQUERY":
			return r.subquery(n, s, into)
		case "WINDOW":
			return r.window(n, s, into)
		case "FUNCTION":
			if strings.HasPrefix(n.text("function_name"), "count") && len(n.list("children")) == 0 {
				into.add(s.rows)
			}
		}
		for key, x := range v {
			if key == "order_bys" { // says in which order values are joined, and is none
				continue
			}
			if err := r.value(x, s, into); err != nil {
				return err
			}
		}
	}
	return nil
}

// window adds what a window function is made of: its arguments or, where it has
// none and so counts or numbers rows, the rows and what sets them apart.
func (r *resolver) window(n node, s *scope, into sources) error {
	parts := []string{"children", "offset_expr", "default_expr", "filter_expr"}
	if len(n.list("children")) == 0 {
		into.add(s.rows)
		parts = []string{"partitions", "orders", "filter_expr"}
	}
	for _, part := range parts {
		if err := r.value(n[part], s, into); err != nil {
			return err
		}
	}
	return nil
}

// subquery adds what a subquery in an expression is made of, and what is compared
// with it.
func (r *resolver) subquery(n node, s *scope, into sources) error {
	made, err := r.query(n.child("subquery").child("node"), s)
	if err != nil {
		return err
	}
	for _, from := range made.from {
		into.add(from)
	}
	if strings.Contains(n.text("subquery_type"), "EXISTS") {
		into.add(made.rows)
	}
	return r.value(n["child"], s, into)
}

// resolve adds what a name means: a column, with or without its relation's name.
func (s *scope) resolve(path []any, into sources) error {
	names := make([]string, len(path))
	for i, p := range path {
		names[i], _ = p.(string)
	}
	column := names[len(names)-1]
	for at := s; at != nil; at = at.outer {
		for _, rel := range at.relations {
			if len(names) > 1 && !strings.EqualFold(names[len(names)-2], rel.name) {
				continue
			}
			if from, ok := rel.column(column); ok {
				into.add(from)
				return nil
			}
		}
	}
	return fmt.Errorf("it names %s, which no table that it reads has", strings.Join(names, "."))
}
