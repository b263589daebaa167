package expr

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"clientele/schemas"
)

// primary reads a value that binds as one: a literal, a column, a call, a case
// or something in parentheses.
func (p *parser) primary() (*Node, error) {
	t := p.next()
	switch t.kind {
	case number:
		return p.number(t, t.pos, false)
	case quotedText:
		return p.node(Node{kind: literalNode, pos: t.pos, typ: schemas.String, text: t.text})
	case quotedName:
		return p.node(Node{kind: columnNode, pos: t.pos, text: t.text})
	case symbol:
		if t.text == "(" {
			n, err := p.descend(p.or)
			if err != nil {
				return nil, err
			}
			return n, p.expect(")", "to close the parenthesis")
		}
	case word:
		return p.word(t)
	}
	return nil, p.errorf(t, "expected a value, found %s", t.describe())
}

// word reads what begins with a word: a literal, a case, a call or a column.
func (p *parser) word(t token) (*Node, error) {
	switch t.text {
	case "true", "false":
		n := Node{kind: literalNode, pos: t.pos, typ: schemas.Bool}
		if t.text == "true" {
			n.value = 1
		}
		return p.node(n)
	case "null":
		return p.node(Node{kind: literalNode, pos: t.pos})
	case "case":
		return p.descend(func() (*Node, error) { return p.caseOf(t) })
	}
	if slices.Contains(keywords, t.text) {
		return nil, p.errorf(t, "expected a value, found the keyword '%s'", t.text)
	}
	if t.text == "date" && p.peek().kind == quotedText {
		day := p.next()
		at, err := time.Parse(time.DateOnly, day.text)
		if err != nil || at.Year() < 1 {
			return nil, p.errorf(day, "a date is written like date '2026-01-31'")
		}
		return p.node(Node{kind: literalNode, pos: t.pos, typ: schemas.Date, value: daysOf(at)})
	}
	if !p.accept("(") {
		return p.node(Node{kind: columnNode, pos: t.pos, text: t.text})
	}
	call := Node{kind: callNode, pos: t.pos, text: t.text}
	if !p.accept(")") {
		if err := p.arguments(&call); err != nil {
			return nil, err
		}
	}
	return p.node(call)
}

func (p *parser) caseOf(t token) (*Node, error) {
	n := Node{kind: caseNode, pos: t.pos}
	branch := func() error {
		arg, err := p.or()
		n.args = append(n.args, arg)
		return err
	}
	if !p.is("when") {
		return nil, p.errorf(p.peek(), "expected 'when' after 'case', found %s", p.peek().describe())
	}
	for p.accept("when") {
		if err := branch(); err != nil {
			return nil, err
		}
		if err := p.expect("then", "after the condition of 'when'"); err != nil {
			return nil, err
		}
		if err := branch(); err != nil {
			return nil, err
		}
	}
	if p.accept("else") {
		if err := branch(); err != nil {
			return nil, err
		}
	}
	if err := p.expect("end", "to close 'case'"); err != nil {
		return nil, err
	}
	return p.node(n)
}

// number makes the literal of digits; pos is that of its sign, if it has one.
func (p *parser) number(digits token, pos int, negative bool) (*Node, error) {
	n := Node{kind: literalNode, pos: pos, typ: schemas.Int}
	if strings.Contains(digits.text, ".") {
		value, ok := parseDecimal(digits.text, negative)
		if !ok {
			return nil, p.errorf(digits, "a decimal has at most %d digits before the point and %d after it",
				schemas.DecimalPrecision-schemas.DecimalScale, schemas.DecimalScale)
		}
		n.typ, n.value = schemas.Decimal, value
		return p.node(n)
	}
	text := digits.text
	if negative {
		text = "-" + text
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, p.errorf(digits, "an integer lies between -2^63 and 2^63-1")
	}
	n.value = value
	return p.node(n)
}
