package expr

import (
	"fmt"
	"slices"
	"strings"

	"clientele/schemas"
)

// Builtin documents a function that every expression can call.
type Builtin struct {
	Name      string
	Signature string
	Doc       string
}

// builtin is a function: its documentation, how many arguments it takes, and
// how a call is typed.
type builtin struct {
	Builtin
	least, most int // most < 0: any number
	build       func(c *checker, call *Node, args []term) (term, error)
}

// builtins holds every function but those of the domain, by name. It is filled
// in init because typing a call looks functions up.
var builtins []builtin

func init() {
	builtins = []builtin{
		fn("abs(x)", "The magnitude of a number; null for the least integer, which has none.", absolute),
		fn("as_of()", "The date of the night.", func(_ *checker, call *Node, _ []term) (term, error) { return asOfTerm(call), nil }),
		variadic("coalesce(x, …)", "The first argument that is not null.", 1, coalesce),
		fn("contains(text, part)", "Whether part occurs in text.", textTest(strings.Contains, "STRPOS(%s, %s) > 0")),
		fn("day(date)", "The day of the month, 1 to 31.", partOfDate("day")),
		fn("days_between(later, earlier)", "The days from earlier to later; negative when they are the other way round.",
			func(c *checker, call *Node, args []term) (term, error) { return c.daysBetween(call, args[0], args[1]) }),
		fn("days_since(date)", "The days from a date to the date of the night.",
			func(c *checker, call *Node, args []term) (term, error) {
				return c.daysBetween(call, asOfTerm(call), args[0])
			}),
		fn("ends_with(text, part)", "Whether text ends with part.", textTest(strings.HasSuffix, "ENDS_WITH(%s, %s)")),
		variadic("greatest(x, …)", "The greatest argument, of those that are not null.", 1, extremeOf(">", "MAX")),
		fn("if(condition, x, y)", "x where the condition is true, y where it is false or null.", ifElse),
		variadic("least(x, …)", "The least argument, of those that are not null.", 1, extremeOf("<", "MIN")),
		fn("length(text)", "The number of characters (code points).", length),
		fn("lower(text)", "The text in lower case, letter by letter.",
			textMap(toLower, func(_ *renderer, x string) string { return "LOWER(" + x + ")" })),
		fn("month(date)", "The month, 1 to 12.", partOfDate("month")),
		fn("nullif(x, y)", "Null where x equals y, otherwise x.", nullIf),
		fn("round(x, n)", "The number rounded half away from zero to n decimals, 0 to 9; an integer stays as it is. A float is rounded as it is held, in binary.", round),
		fn("starts_with(text, part)", "Whether text begins with part.", textTest(strings.HasPrefix, "STARTS_WITH(%s, %s)")),
		fn("substr(text, start, n)", "At most n characters from the start-th, which are whole numbers; the first character is 1.", substr),
		fn("to_decimal(x, n)", "The number as a decimal, rounded half away from zero to n decimals, 0 to 4; null beyond 14 digits before the point.", toDecimal),
		fn("trim(text)", "The text without the blanks around it: spaces, tabs, line ends and no-break spaces.",
			textMap(trimBlanks, func(r *renderer, x string) string { return "TRIM(" + x + ", " + r.d.String(blanks) + ")" })),
		fn("upper(text)", "The text in upper case, letter by letter; the capital of ß is ẞ.",
			textMap(toUpper, func(r *renderer, x string) string { return r.upper(x) })),
		fn("year(date)", "The year.", partOfDate("year")),
	}
}

// fn makes a builtin that takes the arguments its signature shows.
func fn(signature, doc string, build func(*checker, *Node, []term) (term, error)) builtin {
	name, params, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
	n := 0
	if params != "" {
		n = strings.Count(params, ",") + 1
	}
	return builtin{Builtin{name, signature, doc}, n, n, build}
}

// variadic makes a builtin that takes least arguments or more.
func variadic(signature, doc string, least int, build func(*checker, *Node, []term) (term, error)) builtin {
	b := fn(signature, doc, build)
	b.least, b.most = least, -1
	return b
}

// Builtins returns the functions of the language in alphabetical order. Where a
// date is wanted, a timestamp is read as its date in the company's zone.
func Builtins() []Builtin {
	out := make([]Builtin, len(builtins))
	for i, b := range builtins {
		out[i] = b.Builtin
	}
	return out
}

// call types a function call: a builtin's or a domain function's.
func (c *checker) call(n *Node) (term, error) {
	i := slices.IndexFunc(builtins, func(b builtin) bool { return b.Name == n.text })
	domain, isDomain := c.scope.Function(n.text)
	if i < 0 && !isDomain {
		known := c.scope.FunctionNames()
		for _, b := range builtins {
			known = append(known, b.Name)
		}
		return term{}, c.src.unknown(n.pos, "function", n.text, known, func(name string) string { return name })
	}
	args, err := c.checkAll(n.args)
	if err != nil {
		return term{}, err
	}
	if i < 0 {
		return c.domain(n, domain, args)
	}
	b := builtins[i]
	if len(args) < b.least || b.most >= 0 && len(args) > b.most {
		return term{}, c.src.errorf(n.pos, "%s is called with %d arguments", b.Signature, len(args))
	}
	return b.build(c, n, args)
}

// domain types the call of a function that only a warehouse computes.
func (c *checker) domain(n *Node, f Function, args []term) (term, error) {
	if len(args) != len(f.Params) {
		return term{}, c.src.errorf(n.pos, "%s takes %d arguments, not %d", f.Name, len(f.Params), len(args))
	}
	literals := make([]string, len(args))
	for i, p := range f.Params {
		var err error
		if args[i], err = c.coerce(args[i], p.Type); err != nil {
			return term{}, err
		}
		if l := args[i].literal; l != nil && l.typ == schemas.String {
			literals[i] = l.text
		} else if p.Literal {
			return term{}, c.src.errorf(args[i].pos, "the %s of %s is a text in single quotes", p.Name, f.Name)
		}
	}
	if f.Check != nil {
		if err := f.Check(literals); err != nil {
			return term{}, c.src.errorf(n.pos, "%s: %s", f.Name, err.Error())
		}
	}
	if c.warehouse == nil {
		c.warehouse = c.src.errorf(n.pos, "%s is computed in the warehouse: it cannot be used where rows are read from a source", f.Name)
	}
	return term{
		typ: f.Result, pos: n.pos,
		sql: func(r *renderer) string {
			out := make([]Argument, len(args))
			for i, arg := range args {
				out[i] = Argument{SQL: r.value(arg), Literal: literals[i]}
			}
			return f.SQL(r.d, out)
		},
	}, nil
}

// wholeLiteral returns an argument that must be an integer literal in a range.
func (c *checker) wholeLiteral(t term, what string, least, most int64) (int64, error) {
	if t.literal == nil || t.typ != schemas.Int || t.literal.value < least || t.literal.value > most {
		limits := fmt.Sprintf("from %d to %d", least, most)
		if most == maxLength {
			limits = fmt.Sprintf("from %d", least)
		}
		return 0, c.src.errorf(t.pos, "%s is a whole number %s, written out", what, limits)
	}
	return t.literal.value, nil
}
