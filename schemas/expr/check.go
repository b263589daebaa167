package expr

import (
	"slices"

	"clientele/schemas"
)

// checker types an expression.
type checker struct {
	src       source
	scope     Scope
	columns   []string // by slot
	types     []schemas.Type
	warehouse *Error // where a function stands that Go cannot compute
}

func (c *checker) check(n *Node) (term, error) {
	switch n.kind {
	case literalNode:
		return literalTerm(n), nil
	case columnNode:
		return c.column(n)
	case callNode:
		return c.call(n)
	}
	args, err := c.checkAll(n.args)
	if err != nil {
		return term{}, err
	}
	switch n.kind {
	case orNode:
		return c.connective(n, args, " OR ", bindOr, or3)
	case andNode:
		return c.connective(n, args, " AND ", bindAnd, and3)
	case notNode:
		return c.not(n, args[0])
	case compareNode:
		return c.compare(n, args)
	case isNullNode:
		return c.isNull(n, args[0])
	case inNode:
		return c.in(n, args)
	case betweenNode:
		return c.between(n, args)
	case likeNode:
		return c.like(n, args[0], args[1])
	case minusNode:
		return c.minus(n, args[0])
	case caseNode:
		return c.caseOf(n, args)
	default:
		return c.binary(n, args[0], args[1])
	}
}

func (c *checker) checkAll(nodes []*Node) ([]term, error) {
	terms := make([]term, len(nodes))
	for i, n := range nodes {
		var err error
		if terms[i], err = c.check(n); err != nil {
			return nil, err
		}
	}
	return terms, nil
}

func (c *checker) column(n *Node) (term, error) {
	typ, ok := c.scope.Column(n.text)
	if !ok {
		return term{}, c.src.unknown(n.pos, "column", n.text, c.scope.Names(), writeName)
	}
	slot := slices.Index(c.columns, n.text)
	if slot < 0 {
		slot = len(c.columns)
		c.columns = append(c.columns, n.text)
		c.types = append(c.types, typ)
	}
	return columnTerm(n, typ, slot), nil
}

// coerceAll coerces every term to one type.
func (c *checker) coerceAll(to schemas.Type, terms []term) ([]term, error) {
	out := make([]term, len(terms))
	for i, t := range terms {
		var err error
		if out[i], err = c.coerce(t, to); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *checker) connective(n *Node, args []term, operator string, binding int, fn func(*frame, vector, vector) vector) (term, error) {
	args, err := c.coerceAll(schemas.Bool, args)
	if err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.Bool, pos: n.pos, binding: binding,
		eval: func(f *frame) vector {
			out := args[0].eval(f)
			for _, arg := range args[1:] {
				out = fn(f, out, arg.eval(f))
			}
			return out
		},
		sql: func(r *renderer) string { return r.list(args, operator, binding+1) },
	}, nil
}

func (c *checker) not(n *Node, arg term) (term, error) {
	arg, err := c.coerce(arg, schemas.Bool)
	if err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.Bool, pos: n.pos, binding: bindNot,
		eval: func(f *frame) vector { return not3(f, arg.eval(f)) },
		sql:  func(r *renderer) string { return "NOT " + r.sql(arg, bindCompare) },
	}, nil
}

// refuseNull refuses a literal null where it would make the result null for
// every row: who writes it means something else.
func (c *checker) refuseNull(args []term, message string) error {
	for _, arg := range args {
		if arg.literal != nil && arg.literal.isNull() {
			return c.src.errorf(arg.pos, "%s", message)
		}
	}
	return nil
}

func (c *checker) compare(n *Node, args []term) (term, error) {
	if err := c.refuseNull(args, "a comparison with null is never true: write 'is null' or 'is not null'"); err != nil {
		return term{}, err
	}
	typ, err := c.meetAll("compare", schemas.String, args...)
	if err != nil {
		return term{}, err
	}
	if typ == schemas.Bool && n.text != "=" && n.text != "<>" {
		return term{}, c.src.errorf(n.pos, "booleans have no order: only = and <> compare them")
	}
	if args, err = c.aligned(typ, args...); err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.Bool, pos: n.pos, binding: bindCompare,
		eval: func(f *frame) vector { return compare(f, classOf(typ), n.text, args[0].eval(f), args[1].eval(f)) },
		sql:  func(r *renderer) string { return r.list(args, " "+n.text+" ", bindSum) },
	}, nil
}

func (c *checker) isNull(n *Node, arg term) (term, error) {
	if arg.typ == 0 {
		arg = nullTerm(arg.pos, schemas.String)
	}
	return term{
		typ: schemas.Bool, pos: n.pos, binding: bindCompare,
		eval: func(f *frame) vector { return testNull(f, arg.eval(f), n.negated) },
		sql:  func(r *renderer) string { return r.sql(arg, bindSum) + " IS " + negation(n) + "NULL" },
	}, nil
}

func negation(n *Node) string {
	if n.negated {
		return "NOT "
	}
	return ""
}

// negatable ends a test that may be negated.
func negatable(n *Node, eval func(*frame) vector, sql func(*renderer) string) term {
	t := term{typ: schemas.Bool, pos: n.pos, binding: bindCompare, eval: eval, sql: sql}
	if n.negated {
		t.eval = func(f *frame) vector { return not3(f, eval(f)) }
	}
	return t
}

func (c *checker) in(n *Node, args []term) (term, error) {
	if err := c.refuseNull(args, "null in or before a list never matches: write 'is null' beside it"); err != nil {
		return term{}, err
	}
	typ, err := c.meetAll("look up", schemas.String, args...)
	if err != nil {
		return term{}, err
	}
	if args, err = c.aligned(typ, args...); err != nil {
		return term{}, err
	}
	return negatable(n,
		func(f *frame) vector { return member(f, classOf(typ), args[0].eval(f), evalAll(f, args[1:])) },
		func(r *renderer) string {
			return r.sql(args[0], bindSum) + " " + negation(n) + "IN (" + r.list(args[1:], ", ", bindOr) + ")"
		}), nil
}

func (c *checker) between(n *Node, args []term) (term, error) {
	if err := c.refuseNull(args, "a comparison with null is never true: write 'is null' or 'is not null'"); err != nil {
		return term{}, err
	}
	typ, err := c.meetAll("compare", schemas.String, args...)
	if err != nil {
		return term{}, err
	}
	if typ == schemas.Bool {
		return term{}, c.src.errorf(n.pos, "booleans have no order: only = and <> compare them")
	}
	if args, err = c.aligned(typ, args...); err != nil {
		return term{}, err
	}
	return negatable(n,
		func(f *frame) vector {
			x, of := args[0].eval(f), classOf(typ)
			return and3(f, compare(f, of, ">=", x, args[1].eval(f)), compare(f, of, "<=", x, args[2].eval(f)))
		},
		func(r *renderer) string {
			return r.sql(args[0], bindSum) + " " + negation(n) + "BETWEEN " + r.list(args[1:], " AND ", bindSum)
		}), nil
}

func (c *checker) like(n *Node, arg, pattern term) (term, error) {
	arg, err := c.coerce(arg, schemas.String)
	if err != nil {
		return term{}, err
	}
	if pattern.literal == nil || pattern.typ != schemas.String {
		return term{}, c.src.errorf(pattern.pos, "the pattern of 'like' is a text in single quotes: for a column use starts_with, ends_with or contains")
	}
	match := likeMatcher(pattern.literal.text)
	return negatable(n,
		func(f *frame) vector {
			a := arg.eval(f)
			out, rows := f.result(a)
			out.bools = map1(rows, a.texts, match)
			return out
		},
		func(r *renderer) string {
			return r.sql(arg, bindSum) + " " + negation(n) + "LIKE " + r.d.String(r.likePattern(pattern.literal.text))
		}), nil
}

// caseOf types when, then, …, else. Without else the result is null.
func (c *checker) caseOf(n *Node, args []term) (term, error) {
	var conditions, options []term
	for len(args) >= 2 {
		condition, err := c.coerce(args[0], schemas.Bool)
		if err != nil {
			return term{}, err
		}
		conditions, options, args = append(conditions, condition), append(options, args[1]), args[2:]
	}
	if len(args) == 0 {
		args = []term{nullTerm(n.pos, 0)}
	}
	return c.choice(n.pos, conditions, append(options, args[0]))
}

// choice types the options of case and if.
func (c *checker) choice(pos int, conditions, options []term) (term, error) {
	typ, err := c.meetAll("choose between", 0, options...)
	if err != nil {
		return term{}, err
	}
	if typ == 0 {
		return term{}, c.src.errorf(pos, "every outcome is null: nothing tells its type")
	}
	if options, err = c.coerceAll(typ, options); err != nil {
		return term{}, err
	}
	return caseTerm(pos, typ, conditions, options), nil
}
