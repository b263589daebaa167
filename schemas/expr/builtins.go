package expr

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"clientele/schemas"
)

// build types a call of a builtin.
type build = func(c *checker, call *Node, args []term) (term, error)

// maxLength is longer than any text.
const maxLength = math.MaxInt32

func textMap(eval func(string) string, sql func(r *renderer, x string) string) build {
	return func(c *checker, call *Node, args []term) (term, error) {
		arg, err := c.coerce(args[0], schemas.String)
		if err != nil {
			return term{}, err
		}
		return term{
			typ: schemas.String, pos: call.pos,
			eval: func(f *frame) vector { return onTexts(f, arg.eval(f), eval) },
			sql:  func(r *renderer) string { return sql(r, r.value(arg)) },
		}, nil
	}
}

// textTest is a test of two texts; an SQL form with > binds as a comparison.
func textTest(eval func(text, part string) bool, sql string) build {
	binding := bindPrimary
	if strings.Contains(sql, ">") {
		binding = bindCompare
	}
	return func(c *checker, call *Node, args []term) (term, error) {
		args, err := c.coerceAll(schemas.String, args)
		if err != nil {
			return term{}, err
		}
		return term{
			typ: schemas.Bool, pos: call.pos, binding: binding,
			eval: func(f *frame) vector { return testTexts(f, args[0].eval(f), args[1].eval(f), eval) },
			sql:  func(r *renderer) string { return fmt.Sprintf(sql, r.value(args[0]), r.value(args[1])) },
		}, nil
	}
}

func length(c *checker, call *Node, args []term) (term, error) {
	arg, err := c.coerce(args[0], schemas.String)
	if err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.Int, pos: call.pos,
		eval: func(f *frame) vector {
			a := arg.eval(f)
			out, n := f.result(a)
			out.ints = map1(n, a.texts, func(s string) int64 { return int64(utf8.RuneCountInString(s)) })
			return out
		},
		sql: func(r *renderer) string { return "LENGTH(" + r.value(arg) + ")" },
	}, nil
}

// substr takes literals only: engines disagree on what a start of 0 or below,
// or a negative length, means.
func substr(c *checker, call *Node, args []term) (term, error) {
	arg, err := c.coerce(args[0], schemas.String)
	if err != nil {
		return term{}, err
	}
	start, err := c.wholeLiteral(args[1], "the start of substr", 1, maxLength)
	if err != nil {
		return term{}, err
	}
	n, err := c.wholeLiteral(args[2], "the length of substr", 0, maxLength)
	if err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.String, pos: call.pos,
		eval: func(f *frame) vector {
			return onTexts(f, arg.eval(f), func(s string) string { return substring(s, start, n) })
		},
		sql: func(r *renderer) string { return fmt.Sprintf("SUBSTR(%s, %d, %d)", r.value(arg), start, n) },
	}, nil
}

func partOfDate(name string) build {
	return func(c *checker, call *Node, args []term) (term, error) {
		arg, err := c.coerce(args[0], schemas.Date)
		if err != nil {
			return term{}, err
		}
		return term{
			typ: schemas.Int, pos: call.pos,
			eval: func(f *frame) vector { return datePart(f, arg.eval(f), dateParts[name]) },
			sql: func(r *renderer) string {
				return "EXTRACT(" + strings.ToUpper(name) + " FROM " + r.value(arg) + ")"
			},
		}, nil
	}
}

// sameType brings arguments to the type in which they meet.
func (c *checker) sameType(call *Node, args []term) ([]term, schemas.Type, error) {
	typ, err := c.meetAll("choose between", 0, args...)
	if err != nil {
		return nil, 0, err
	}
	if typ == 0 {
		return nil, 0, c.src.errorf(call.pos, "every argument of %s is null: nothing tells their type", call.text)
	}
	args, err = c.coerceAll(typ, args)
	return args, typ, err
}

func coalesce(c *checker, call *Node, args []term) (term, error) {
	args, typ, err := c.sameType(call, args)
	if err != nil {
		return term{}, err
	}
	return term{
		typ: typ, pos: call.pos,
		eval: func(f *frame) vector { return firstNotNull(f, classOf(typ), evalAll(f, args)) },
		sql:  func(r *renderer) string { return "COALESCE(" + r.values(args) + ")" },
	}, nil
}

func nullIf(c *checker, call *Node, args []term) (term, error) {
	args, typ, err := c.sameType(call, args)
	if err != nil {
		return term{}, err
	}
	return term{
		typ: typ, pos: call.pos,
		eval: func(f *frame) vector {
			x := args[0].eval(f)
			same := compare(f, classOf(typ), "=", x, args[1].eval(f))
			return whenTrue(f, classOf(typ), []vector{same}, []vector{nullScalar, x})
		},
		sql: func(r *renderer) string { return "NULLIF(" + r.values(args) + ")" },
	}, nil
}

func extremeOf(operator, aggregate string) build {
	return func(c *checker, call *Node, args []term) (term, error) {
		args, typ, err := c.sameType(call, args)
		if err != nil {
			return term{}, err
		}
		if typ == schemas.Bool {
			return term{}, c.src.errorf(call.pos, "booleans have no order: %s wants numbers, texts or dates", call.text)
		}
		return term{
			typ: typ, pos: call.pos,
			eval: func(f *frame) vector { return extreme(f, classOf(typ), operator, evalAll(f, args)) },
			sql:  func(r *renderer) string { return r.extreme(aggregate, r.values(args)) },
		}, nil
	}
}

func ifElse(c *checker, call *Node, args []term) (term, error) {
	condition, err := c.coerce(args[0], schemas.Bool)
	if err != nil {
		return term{}, err
	}
	return c.choice(call.pos, []term{condition}, args[1:])
}

func (c *checker) number(t term) (term, error) {
	if t.typ == 0 {
		return nullTerm(t.pos, schemas.Int), nil
	}
	if !isNumeric(t.typ) {
		return term{}, c.src.errorf(t.pos, "a number is wanted here, this is %s", article(t.typ))
	}
	return t, nil
}

func absolute(c *checker, call *Node, args []term) (term, error) {
	arg, err := c.number(args[0])
	if err != nil {
		return term{}, err
	}
	t := term{
		typ: arg.typ, pos: call.pos,
		eval: func(f *frame) vector { return onInts(f, arg.eval(f), absInt) },
		sql:  func(r *renderer) string { return "ABS(" + r.value(arg) + ")" },
	}
	switch arg.typ {
	case schemas.Int:
		t.sql = func(r *renderer) string { return r.absInt(r.value(arg)) }
	case schemas.Float:
		t.eval = func(f *frame) vector { return onFloats(f, arg.eval(f), math.Abs) }
	}
	return t, nil
}

// maxPlaces is how many decimals round keeps of a float.
const maxPlaces = 9

func round(c *checker, call *Node, args []term) (term, error) {
	arg, err := c.number(args[0])
	if err != nil {
		return term{}, err
	}
	n, err := c.wholeLiteral(args[1], "the number of decimals", 0, maxPlaces)
	if err != nil {
		return term{}, err
	}
	switch {
	case arg.typ == schemas.Float:
		return term{
			typ: schemas.Float, pos: call.pos,
			eval: func(f *frame) vector {
				return onFloats(f, arg.eval(f), func(x float64) float64 { return roundFloat(x, int(n)) })
			},
			sql: func(r *renderer) string { return fmt.Sprintf("ROUND(%s, %d)", r.value(arg), n) },
		}, nil
	case arg.typ == schemas.Decimal && n < schemas.DecimalScale:
		return roundedDecimal(call, arg, int(n)), nil
	default:
		return arg, nil
	}
}

func roundedDecimal(call *Node, arg term, places int) term {
	return term{
		typ: schemas.Decimal, pos: call.pos,
		eval: func(f *frame) vector {
			return onInts(f, arg.eval(f), func(x int64) (int64, bool) { return roundDecimal(x, places) })
		},
		sql: func(r *renderer) string { return r.exact(fmt.Sprintf("ROUND(%s, %d)", r.value(arg), places)) },
	}
}

func toDecimal(c *checker, call *Node, args []term) (term, error) {
	arg, err := c.number(args[0])
	if err != nil {
		return term{}, err
	}
	n, err := c.wholeLiteral(args[1], "the number of decimals", 0, schemas.DecimalScale)
	if err != nil {
		return term{}, err
	}
	switch arg.typ {
	case schemas.Int:
		return decimalOf(arg), nil
	case schemas.Decimal:
		return roundedDecimal(call, arg, int(n)), nil
	}
	return term{
		typ: schemas.Decimal, pos: call.pos,
		eval: func(f *frame) vector {
			a := arg.eval(f)
			out, rows := f.result(a)
			out.ints, out.null = tryMap1(rows, a.floats, out.null, func(x float64) (int64, bool) {
				return decimalOfFloat(roundFloat(x, int(n)))
			})
			return out
		},
		sql: func(r *renderer) string { return r.exact(fmt.Sprintf("ROUND(%s, %d)", r.value(arg), n)) },
	}, nil
}
