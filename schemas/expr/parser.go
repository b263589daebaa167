package expr

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep an expression may nest, so that neither a reader nor the
// stack is overwhelmed. A chain of and, or, or in (…) counts as one level.
const maxDepth = 200

// Parse reads an expression without typing it. Its errors are *Error.
func Parse(text string) (*Node, error) {
	src := source(text)
	if i := firstInvalid(text); i >= 0 {
		return nil, src.errorf(i, "the text is not valid UTF-8")
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return nil, src.errorf(i, "the text holds a NUL character")
	}
	tokens, err := src.tokens()
	if err != nil {
		return nil, err
	}
	p := &parser{src: src, tokens: tokens}
	if p.peek().kind == endOfText {
		return nil, p.errorf(p.peek(), "the expression is empty")
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != endOfText {
		return nil, p.errorf(t, "unexpected %s after the end of the expression", t.describe())
	}
	return n, nil
}

func firstInvalid(text string) int {
	for i, r := range text {
		if r != utf8.RuneError {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
			return i
		}
	}
	return -1
}

// parser reads tokens by recursive descent, one method per binding strength.
type parser struct {
	src    source
	tokens []token
	at     int
	depth  int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != endOfText {
		p.at++
	}
	return t
}

// is reports whether the next token is the keyword or symbol text.
func (p *parser) is(text string) bool {
	t := p.peek()
	return (t.kind == word || t.kind == symbol) && t.text == text
}

func (p *parser) accept(text string) bool {
	if !p.is(text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(text, where string) error {
	if p.accept(text) {
		return nil
	}
	return p.errorf(p.peek(), "expected '%s' %s, found %s", text, where, p.peek().describe())
}

func (p *parser) errorf(t token, format string, args ...any) error {
	return p.src.errorf(t.pos, format, args...)
}

// node completes a node and holds it to maxDepth.
func (p *parser) node(n Node) (*Node, error) {
	for _, arg := range n.args {
		n.depth = max(n.depth, arg.depth+1)
	}
	if n.depth > maxDepth {
		return nil, p.src.errorf(n.pos, "the expression nests more than %d levels deep", maxDepth)
	}
	return &n, nil
}

// descend guards the recursion of parentheses, not and minus.
func (p *parser) descend(parse func() (*Node, error)) (*Node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.errorf(p.peek(), "the expression nests more than %d levels deep", maxDepth)
	}
	defer func() { p.depth-- }()
	return parse()
}

func (p *parser) or() (*Node, error)  { return p.chain(orNode, "or", p.and) }
func (p *parser) and() (*Node, error) { return p.chain(andNode, "and", p.not) }

func (p *parser) chain(kind nodeKind, keyword string, operand func() (*Node, error)) (*Node, error) {
	pos := p.peek().pos
	first, err := operand()
	if err != nil || !p.is(keyword) {
		return first, err
	}
	args := []*Node{first}
	for p.accept(keyword) {
		n, err := operand()
		if err != nil {
			return nil, err
		}
		args = append(args, n)
	}
	return p.node(Node{kind: kind, pos: pos, args: args})
}

func (p *parser) not() (*Node, error) {
	pos := p.peek().pos
	if !p.accept("not") {
		return p.comparison()
	}
	n, err := p.descend(p.not)
	if err != nil {
		return nil, err
	}
	return p.node(Node{kind: notNode, pos: pos, args: []*Node{n}})
}

var comparisons = []string{"=", "<>", "!=", "<", "<=", ">", ">="}

func (p *parser) comparison() (*Node, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	n, err := p.test(left)
	if err != nil {
		return nil, err
	}
	if n != left && p.startsTest() {
		return nil, p.errorf(p.peek(), "comparisons do not chain: join two with 'and', or put one in parentheses")
	}
	return n, nil
}

func (p *parser) startsTest() bool {
	t := p.peek()
	return t.kind == symbol && slices.Contains(comparisons, t.text) ||
		t.kind == word && slices.Contains([]string{"is", "not", "in", "between", "like"}, t.text)
}

// test reads the comparison, if any, that follows left.
func (p *parser) test(left *Node) (*Node, error) {
	t := p.peek()
	if t.kind == symbol && slices.Contains(comparisons, t.text) {
		p.next()
		right, err := p.sum()
		if err != nil {
			return nil, err
		}
		if t.text == "!=" {
			t.text = "<>"
		}
		return p.node(Node{kind: compareNode, pos: t.pos, text: t.text, args: []*Node{left, right}})
	}
	if p.accept("is") {
		negated := p.accept("not")
		if err := p.expect("null", "after 'is'"); err != nil {
			return nil, err
		}
		return p.node(Node{kind: isNullNode, pos: t.pos, negated: negated, args: []*Node{left}})
	}
	negated := p.accept("not")
	n := Node{pos: t.pos, negated: negated, args: []*Node{left}}
	var err error
	switch {
	case p.accept("in"):
		n.kind = inNode
		err = p.list(&n)
	case p.accept("between"):
		n.kind = betweenNode
		err = p.bounds(&n)
	case p.accept("like"):
		n.kind = likeNode
		err = p.operand(&n)
	case negated:
		err = p.errorf(p.peek(), "expected 'in', 'between' or 'like' after 'not', found %s", p.peek().describe())
	default:
		return left, nil
	}
	if err != nil {
		return nil, err
	}
	return p.node(n)
}

func (p *parser) operand(n *Node) error {
	arg, err := p.sum()
	n.args = append(n.args, arg)
	return err
}

func (p *parser) bounds(n *Node) error {
	if err := p.operand(n); err != nil {
		return err
	}
	if err := p.expect("and", "between the two bounds of 'between'"); err != nil {
		return err
	}
	return p.operand(n)
}

// list reads one or more expressions in parentheses.
func (p *parser) list(n *Node) error {
	if err := p.expect("(", "after 'in'"); err != nil {
		return err
	}
	if p.is(")") {
		return p.errorf(p.peek(), "the list of 'in' is empty")
	}
	return p.arguments(n)
}

// arguments reads expressions up to the closing parenthesis.
func (p *parser) arguments(n *Node) error {
	for {
		arg, err := p.descend(p.or)
		if err != nil {
			return err
		}
		n.args = append(n.args, arg)
		if p.accept(",") {
			continue
		}
		return p.expect(")", "or ','")
	}
}

func (p *parser) sum() (*Node, error)     { return p.leftChain(p.product, "+", "-") }
func (p *parser) product() (*Node, error) { return p.leftChain(p.minus, "*", "/") }

func (p *parser) leftChain(operand func() (*Node, error), operators ...string) (*Node, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}
	return p.leftChainFrom(left, operand, operators...)
}

func (p *parser) leftChainFrom(left *Node, operand func() (*Node, error), operators ...string) (*Node, error) {
	for {
		t := p.peek()
		if t.kind != symbol || !slices.Contains(operators, t.text) {
			return left, nil
		}
		p.next()
		right, err := operand()
		if err != nil {
			return nil, err
		}
		left, err = p.node(Node{kind: binaryNode, pos: t.pos, text: t.text, args: []*Node{left, right}})
		if err != nil {
			return nil, err
		}
	}
}

// minus reads a negation; a minus before a number makes a negative literal, so
// that the least integer can be written.
func (p *parser) minus() (*Node, error) {
	t := p.peek()
	if !p.accept("-") {
		return p.leftChain(p.primary, "||")
	}
	if digits := p.peek(); digits.kind == number {
		p.next()
		literal, err := p.number(digits, t.pos, true)
		if err != nil {
			return nil, err
		}
		return p.leftChainFrom(literal, p.primary, "||")
	}
	n, err := p.descend(p.minus)
	if err != nil {
		return nil, err
	}
	return p.node(Node{kind: minusNode, pos: t.pos, args: []*Node{n}})
}
