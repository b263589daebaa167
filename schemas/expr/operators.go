package expr

import "clientele/schemas"

// binary types + - * / and ||.
func (c *checker) binary(n *Node, a, b term) (term, error) {
	switch {
	case n.text == "||":
		return c.concat(n, a, b)
	case n.text == "+" && isCalendar(b.typ) && !isCalendar(a.typ):
		return c.shift(n, b, a)
	case n.text == "-" && isCalendar(a.typ) && isCalendar(b.typ):
		return c.daysBetween(n, a, b)
	case (n.text == "+" || n.text == "-") && isCalendar(a.typ):
		return c.shift(n, a, b)
	}
	for _, t := range []term{a, b} {
		if t.typ != 0 && !isNumeric(t.typ) {
			return term{}, c.operandError(n, t)
		}
	}
	if n.text == "/" {
		return c.divide(n, a, b)
	}
	return c.arithmetic(n, a, b)
}

func (c *checker) operandError(n *Node, operand term) error {
	wants, hint := "numbers", ""
	switch {
	case n.text == "+" && operand.typ == schemas.String:
		hint = ": texts are joined with '||'"
	case n.text == "+" || n.text == "-":
		wants = "numbers, or a date and days"
	}
	return c.src.errorf(operand.pos, "'%s' wants %s, this is %s%s", n.text, wants, article(operand.typ), hint)
}

func (c *checker) concat(n *Node, a, b term) (term, error) {
	args, err := c.coerceAll(schemas.String, []term{a, b})
	if err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.String, pos: n.pos,
		eval: func(f *frame) vector { return concatenate(f, args[0].eval(f), args[1].eval(f)) },
		sql:  func(r *renderer) string { return "(" + r.list(args, " || ", bindPrimary) + ")" },
	}, nil
}

// shift is date ± integer.
func (c *checker) shift(n *Node, date, days term) (term, error) {
	date, err := c.coerce(date, schemas.Date)
	if err != nil {
		return term{}, err
	}
	if days.typ != schemas.Int && days.typ != 0 {
		return term{}, c.src.errorf(days.pos, "a date moves by a whole number of days, this is %s", article(days.typ))
	}
	if days, err = c.coerce(days, schemas.Int); err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.Date, pos: n.pos,
		eval: func(f *frame) vector { return shiftDays(f, n.text, date.eval(f), days.eval(f)) },
		sql: func(r *renderer) string {
			small := days.literal != nil && -maxShift <= days.literal.value && days.literal.value <= maxShift
			return r.shiftDays(n.text, r.sql(date, bindPrimary), r.sql(days, bindPrimary), small)
		},
	}, nil
}

func (c *checker) daysBetween(n *Node, later, earlier term) (term, error) {
	args, err := c.coerceAll(schemas.Date, []term{later, earlier})
	if err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.Int, pos: n.pos,
		eval: func(f *frame) vector { return daysBetween(f, args[0].eval(f), args[1].eval(f)) },
		sql:  func(r *renderer) string { return r.d.DaysBetween(r.value(args[0]), r.value(args[1])) },
	}, nil
}

func (c *checker) divide(n *Node, a, b term) (term, error) {
	args, err := c.coerceAll(schemas.Float, []term{a, b})
	if err != nil {
		return term{}, err
	}
	return term{
		typ: schemas.Float, pos: n.pos,
		eval: func(f *frame) vector { return divide(f, args[0].eval(f), args[1].eval(f)) },
		sql: func(r *renderer) string {
			// Divide makes floats of its operands itself.
			return r.d.Divide(r.operand(a), r.operand(b))
		},
	}, nil
}

// operand is the SQL of a number operand; a null that nothing types is a float.
func (r *renderer) operand(t term) string {
	if t.typ == 0 {
		return r.d.Null(schemas.Float)
	}
	return r.sql(t, bindOr)
}

// arithmetic is + - * of numbers.
func (c *checker) arithmetic(n *Node, a, b term) (term, error) {
	typ, err := c.meetAll("compute with", schemas.Int, a, b)
	if err != nil {
		return term{}, err
	}
	if typ == schemas.Decimal && n.text == "*" && (a.typ == schemas.Int || b.typ == schemas.Int) {
		return c.multiplyByInt(n, a, b)
	}
	args, err := c.aligned(typ, a, b)
	if err != nil {
		return term{}, err
	}
	eval := func(f *frame, x, y vector) vector { return arithmeticInts(f, n.text, x, y) }
	switch typ {
	case schemas.Decimal:
		eval = func(f *frame, x, y vector) vector { return arithmeticDecimals(f, n.text, x, y, decimalUnit) }
	case schemas.Float:
		eval = func(f *frame, x, y vector) vector { return arithmeticFloats(f, n.text, x, y) }
	}
	// In SQL an integer beside a decimal stays one, so its own type is told.
	types := [2]schemas.Type{args[0].typ, args[1].typ}
	for i, t := range []term{a, b} {
		if typ == schemas.Decimal && t.typ == schemas.Int {
			types[i] = schemas.Int
		}
	}
	return term{
		typ: typ, pos: n.pos,
		eval: func(f *frame) vector { return eval(f, args[0].eval(f), args[1].eval(f)) },
		sql: func(r *renderer) string {
			return r.arithmetic(n.text, typ, operand{r.value(args[0]), types[0]}, operand{r.sql(args[1], bindPrimary), types[1]})
		},
	}, nil
}

// multiplyByInt is decimal * integer, in either order. The integer is not made
// a decimal first: 14 digits would not do for every integer.
func (c *checker) multiplyByInt(n *Node, a, b term) (term, error) {
	return term{
		typ: schemas.Decimal, pos: n.pos,
		eval: func(f *frame) vector { return arithmeticDecimals(f, "*", a.eval(f), b.eval(f), 1) },
		sql: func(r *renderer) string {
			return r.arithmetic("*", schemas.Decimal,
				operand{r.sql(a, bindPrimary), a.typ}, operand{r.sql(b, bindPrimary), b.typ})
		},
	}, nil
}

func (c *checker) minus(n *Node, arg term) (term, error) {
	if arg.typ == 0 {
		arg = nullTerm(arg.pos, schemas.Int)
	}
	if !isNumeric(arg.typ) {
		return term{}, c.src.errorf(arg.pos, "'-' wants a number, this is %s", article(arg.typ))
	}
	t := term{
		typ: arg.typ, pos: n.pos,
		eval: func(f *frame) vector { return onInts(f, arg.eval(f), negateInt) },
		sql:  func(r *renderer) string { return "(-" + r.sql(arg, bindPrimary) + ")" },
	}
	switch arg.typ {
	case schemas.Int:
		t.sql = func(r *renderer) string { return r.negateInt(r.value(arg)) }
	case schemas.Float:
		t.eval = func(f *frame) vector { return onFloats(f, arg.eval(f), func(x float64) float64 { return -x }) }
	}
	return t, nil
}
