package expr

import (
	"strconv"

	"clientele/schemas"
)

// term is a typed expression: what it means in Go beside what it means in SQL.
type term struct {
	typ     schemas.Type // 0 for a null whose type nothing tells yet
	pos     int
	literal *Node                  // the literal it is, if it is one
	binding int                    // how strongly its SQL binds; 0 means bindPrimary
	eval    func(*frame) vector    // nil below a domain function
	sql     func(*renderer) string // without enclosing parentheses
}

func evalAll(f *frame, terms []term) []vector {
	out := make([]vector, len(terms))
	for i, t := range terms {
		out[i] = t.eval(f)
	}
	return out
}

func columnTerm(n *Node, typ schemas.Type, slot int) term {
	return term{
		typ: typ, pos: n.pos,
		eval: func(f *frame) vector { return f.columns[slot] },
		sql:  func(r *renderer) string { return r.env.Column(n.text) },
	}
}

func nullTerm(pos int, typ schemas.Type) term {
	return term{
		typ: typ, pos: pos,
		eval: func(*frame) vector { return nullScalar },
		sql:  func(r *renderer) string { return r.d.Null(typ) },
	}
}

func literalTerm(n *Node) term {
	if n.isNull() {
		t := nullTerm(n.pos, 0)
		t.literal = n
		return t
	}
	constant := vector{scalar: true}
	switch n.typ {
	case schemas.String:
		constant.texts = []string{n.text}
	case schemas.Bool:
		constant.bools = []bool{n.value == 1}
	default:
		constant.ints = []int64{n.value}
	}
	return term{
		typ: n.typ, pos: n.pos, literal: n,
		eval: func(*frame) vector { return constant },
		sql:  func(r *renderer) string { return r.literal(n) },
	}
}

// floatTerm is a literal number read as a float, nearest to its spelling.
func floatTerm(n *Node) term {
	text := n.literal()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic("expr: a number literal is not a number: " + err.Error()) // the lexer lets none through
	}
	constant := vector{scalar: true, floats: []float64{x}}
	return term{
		typ: schemas.Float, pos: n.pos,
		eval: func(*frame) vector { return constant },
		sql:  func(r *renderer) string { return r.d.Cast(r.d.String(text), schemas.Float) },
	}
}

func asOfTerm(n *Node) term {
	return term{
		typ: schemas.Date, pos: n.pos,
		eval: func(f *frame) vector { return vector{scalar: true, ints: []int64{f.asOf}} },
		sql:  func(r *renderer) string { return r.d.Date(r.env.AsOf) },
	}
}

// caseTerm is case and if: the first option whose condition is true, else the
// last option.
func caseTerm(pos int, typ schemas.Type, conditions, options []term) term {
	return term{
		typ: typ, pos: pos,
		eval: func(f *frame) vector {
			return whenTrue(f, classOf(typ), evalAll(f, conditions), evalAll(f, options))
		},
		sql: func(r *renderer) string {
			text := "CASE"
			for i, condition := range conditions {
				text += " WHEN " + r.sql(condition, bindOr) + " THEN " + r.value(options[i])
			}
			return text + " ELSE " + r.value(options[len(conditions)]) + " END"
		},
	}
}

// literal returns a literal's SQL. A bare integer takes its type from what
// stands beside it; renderer.value gives it one where nothing does.
func (r *renderer) literal(n *Node) string {
	switch n.typ {
	case schemas.String:
		return r.d.String(n.text)
	case schemas.Bool:
		if n.value == 1 {
			return "TRUE"
		}
		return "FALSE"
	case schemas.Date:
		return r.d.Date(dateOf(n.value))
	case schemas.Decimal:
		return r.d.Cast(r.d.String(n.literal()), schemas.Decimal)
	default:
		switch text := n.literal(); {
		case n.value == leastInt: // no engine reads the digits without their sign as an integer
			return r.d.Cast(r.d.String(text), schemas.Int)
		case n.value < 0:
			return "(" + text + ")"
		default:
			return text
		}
	}
}

const leastInt = -1 << 63
