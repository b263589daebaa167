package expr

import (
	"slices"

	"clientele/schemas"
)

// Expr is a typed expression. It may be used by several goroutines.
type Expr struct {
	src       source
	node      *Node
	term      term
	columns   []string       // by slot
	types     []schemas.Type // by slot
	warehouse *Error
}

// Compile parses text and types it by scope. The result is of type want, or of
// the type the text has when want is 0: an integer is widened to a decimal or a
// float, a decimal to a float, a timestamp becomes its date. Errors are *Error.
func Compile(text string, scope Scope, want schemas.Type) (*Expr, error) {
	n, err := Parse(text)
	if err != nil {
		return nil, err
	}
	c := &checker{src: source(text), scope: scope}
	t, err := c.check(n)
	if err != nil {
		return nil, err
	}
	if want == 0 && t.typ == 0 {
		return nil, c.src.errorf(n.pos, "the expression is null: nothing tells its type")
	}
	if want != 0 {
		if t, err = c.result(t, want); err != nil {
			return nil, err
		}
	}
	return &Expr{src: source(text), node: n, term: t, columns: c.columns, types: c.types, warehouse: c.warehouse}, nil
}

// result coerces the whole expression to what its place wants.
func (c *checker) result(t term, want schemas.Type) (term, error) {
	out, err := c.coerce(t, want)
	if err == nil {
		return out, nil
	}
	wrong := c.src.errorf(t.pos, "the expression is %s, %s is wanted", article(t.typ), article(want))
	if want == schemas.Decimal && t.typ == schemas.Float {
		wrong.Message += ": round it with to_decimal(x, 2)"
	}
	return term{}, wrong
}

// Type returns the type of the expression's values.
func (e *Expr) Type() schemas.Type { return e.term.typ }

// Columns returns the names of the columns that the expression reads, in
// alphabetical order.
func (e *Expr) Columns() []string { return slices.Sorted(slices.Values(e.columns)) }

// String returns the canonical text: equal expressions that differ in spacing,
// case of keywords or needless parentheses have the same.
func (e *Expr) String() string { return e.node.String() }
