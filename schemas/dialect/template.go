package dialect

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"clientele/schemas"
)

// Namespace resolves a table of schemas to its quoted, qualified name in one
// warehouse: "base"."orders" or `project.dataset.orders`.
type Namespace func(table string) string

// Plain is the namespace in which a table is called by its quoted name alone.
func (d *Dialect) Plain() Namespace { return d.Ident }

// Render executes a SQL template for d. Templates call the Dialect's methods by
// lower-case names (div, money, days_between, local_date, …), `table` for a
// table's qualified name, `replace` and `replace_view` for what makes
// it anew, up to its query, `ident`, `str` and `date` for identifiers and
// literals; data is what `.` means. An unknown field or function is an
// error that names the template.
func (d *Dialect) Render(name, text string, ns Namespace, data any) (string, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(d.funcs(ns)).Parse(text)
	if err != nil {
		return "", fmt.Errorf("sql template %s: %w", name, err)
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("sql template %s for %s: %w", name, d.name, err)
	}
	return b.String(), nil
}

func (d *Dialect) funcs(ns Namespace) template.FuncMap {
	typed := func(f func(string, schemas.Type) string) func(string, string) (string, error) {
		return func(x, typeName string) (string, error) {
			t, ok := schemas.ParseType(typeName)
			if !ok {
				return "", fmt.Errorf("no column type is called %q", typeName)
			}
			return f(x, t), nil
		}
	}
	return template.FuncMap{
		"table":        func(name string) string { return ns(name) },
		"replace":      func(name string) string { return strings.Join(d.replace("TABLE", ns(name)), ";\n") },
		"replace_view": func(name string) string { return strings.Join(d.replace("VIEW", ns(name)), ";\n") },
		"ident":        d.Ident,
		"idents":       d.Idents,
		"str":          d.String,
		"date":         func(t time.Time) string { return d.Date(t) },
		"cast":         typed(d.Cast),
		"null": func(t string) (string, error) {
			return typed(func(_ string, t schemas.Type) string { return d.Null(t) })("", t)
		},
		"div":          d.Divide,
		"money":        d.Money,
		"times":        d.Times,
		"days_between": d.DaysBetween,
		"local_date":   d.LocalDate,
		"add_days":     d.AddDays,
		"sha256":       d.SHA256,
		"bool_or":      d.BoolOr,
		"string_agg":   d.StringAgg,
	}
}
