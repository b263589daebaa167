package expr

import (
	"strings"
	"time"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// RenderEnv is what an expression's SQL depends on beside the dialect.
type RenderEnv struct {
	// AsOf is the date of the night: what as_of() means.
	AsOf time.Time
	// Zone is the company's IANA time zone, UTC when empty.
	Zone string
	// Column returns the SQL of a column; nil quotes the name.
	Column func(name string) string
}

// Render returns e as SQL. The text can stand in a WHERE clause or a select
// list; to combine it with operators, put it in parentheses.
func (e *Expr) Render(d *dialect.Dialect, env RenderEnv) string {
	if env.Column == nil {
		env.Column = d.Ident
	}
	if env.Zone == "" {
		env.Zone = "UTC"
	}
	r := &renderer{d: d, spelling: spellings[d], env: env}
	return r.value(e.term)
}

type renderer struct {
	spelling
	d   *dialect.Dialect
	env RenderEnv
}

// sql renders t, in parentheses if it binds weaker than least.
func (r *renderer) sql(t term, least int) string {
	text := t.sql(r)
	if t.binding != 0 && t.binding < least {
		return "(" + text + ")"
	}
	return text
}

// value renders t where its type must show: a bare integer would be of a
// narrower type than a column is.
func (r *renderer) value(t term) string {
	text := t.sql(r)
	if t.literal != nil && t.typ == schemas.Int && t.literal.value != leastInt {
		return r.d.Cast(text, schemas.Int)
	}
	return text
}

func (r *renderer) list(terms []term, between string, least int) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = r.sql(t, least)
	}
	return strings.Join(parts, between)
}

func (r *renderer) values(terms []term) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = r.value(t)
	}
	return strings.Join(parts, ", ")
}
