package expr

import (
	"strconv"
	"strings"
	"time"

	"clientele/schemas"
)

// nodeKind says what a node of the syntax tree is.
type nodeKind uint8

const (
	literalNode nodeKind = iota // typ; text or value
	columnNode                  // text is its name
	orNode                      // two or more args
	andNode                     // two or more args
	notNode                     // one arg
	compareNode                 // text is = <> < <= > >=; two args
	isNullNode                  // one arg; negated
	inNode                      // the tested arg, then the list; negated
	betweenNode                 // the tested arg, from, to; negated
	likeNode                    // the tested arg, the pattern; negated
	binaryNode                  // text is + - * / ||; two args
	minusNode                   // one arg
	callNode                    // text is the function
	caseNode                    // when, then, when, then, … and, if odd, else
)

// Node is a parsed expression that is not typed yet.
type Node struct {
	kind    nodeKind
	pos     int
	depth   int
	text    string       // name, operator, or the value of a string literal
	typ     schemas.Type // of a literal; 0 is null
	value   int64        // of a literal: an integer, 1/10000 of a decimal, days since 1970, or 1 for true
	negated bool
	args    []*Node
}

// The binding strengths of operators, weakest first.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindCompare
	bindSum
	bindProduct
	bindMinus
	bindConcat
	bindPrimary
)

func (n *Node) binding() int {
	switch n.kind {
	case orNode:
		return bindOr
	case andNode:
		return bindAnd
	case notNode:
		return bindNot
	case compareNode, isNullNode, inNode, betweenNode, likeNode:
		return bindCompare
	case minusNode:
		return bindMinus
	case binaryNode:
		return binaryBinding(n.text)
	case literalNode:
		if n.isNumber() && n.value < 0 {
			return bindMinus
		}
	}
	return bindPrimary
}

func binaryBinding(operator string) int {
	switch operator {
	case "+", "-":
		return bindSum
	case "*", "/":
		return bindProduct
	default:
		return bindConcat
	}
}

func (n *Node) isNumber() bool {
	return n.kind == literalNode && (n.typ == schemas.Int || n.typ == schemas.Decimal)
}

// startsWithNumber reports whether the text of n, unless in parentheses, begins
// with a number.
func (n *Node) startsWithNumber() bool {
	return n.isNumber() || n.kind == binaryNode && n.text == "||" && n.args[0].startsWithNumber()
}

func (n *Node) isNull() bool { return n.kind == literalNode && n.typ == 0 }

// String returns the canonical text of n: keywords in lower case, one space
// around operators, no parentheses but those that are needed. Parsing it gives
// n again.
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b, bindOr)
	return b.String()
}

// write appends n, in parentheses if it binds weaker than least.
func (n *Node) write(b *strings.Builder, least int) {
	if n.binding() < least {
		b.WriteByte('(')
		n.write(b, bindOr)
		b.WriteByte(')')
		return
	}
	not := ""
	if n.negated {
		not = "not "
	}
	switch n.kind {
	case literalNode:
		b.WriteString(n.literal())
	case columnNode:
		b.WriteString(writeName(n.text))
	case orNode:
		writeList(b, n.args, " or ", bindOr+1)
	case andNode:
		writeList(b, n.args, " and ", bindAnd+1)
	case notNode:
		b.WriteString("not ")
		n.args[0].write(b, bindNot)
	case compareNode:
		writeList(b, n.args, " "+n.text+" ", bindSum)
	case isNullNode:
		n.args[0].write(b, bindSum)
		b.WriteString(" is " + not + "null")
	case inNode:
		n.args[0].write(b, bindSum)
		b.WriteString(" " + not + "in (")
		writeList(b, n.args[1:], ", ", bindOr)
		b.WriteByte(')')
	case betweenNode:
		n.args[0].write(b, bindSum)
		b.WriteString(" " + not + "between ")
		writeList(b, n.args[1:], " and ", bindSum)
	case likeNode:
		n.args[0].write(b, bindSum)
		b.WriteString(" " + not + "like ")
		n.args[1].write(b, bindSum)
	case binaryNode:
		n.args[0].write(b, n.binding())
		b.WriteString(" " + n.text + " ")
		n.args[1].write(b, n.binding()+1)
	case minusNode:
		b.WriteByte('-')
		least := bindConcat
		if n.args[0].startsWithNumber() { // -(5) is not the literal -5
			least = bindPrimary + 1
		}
		n.args[0].write(b, least)
	case callNode:
		b.WriteString(n.text + "(")
		writeList(b, n.args, ", ", bindOr)
		b.WriteByte(')')
	case caseNode:
		n.writeCase(b)
	}
}

func (n *Node) writeCase(b *strings.Builder) {
	b.WriteString("case")
	for i, arg := range n.args {
		switch {
		case i%2 == 1:
			b.WriteString(" then ")
		case i == len(n.args)-1:
			b.WriteString(" else ")
		default:
			b.WriteString(" when ")
		}
		arg.write(b, bindOr)
	}
	b.WriteString(" end")
}

func writeList(b *strings.Builder, nodes []*Node, between string, least int) {
	for i, n := range nodes {
		if i > 0 {
			b.WriteString(between)
		}
		n.write(b, least)
	}
}

func (n *Node) literal() string {
	switch n.typ {
	case schemas.String:
		return quoteText(n.text)
	case schemas.Int:
		return strconv.FormatInt(n.value, 10)
	case schemas.Decimal:
		text := decimalText(n.value)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	case schemas.Bool:
		return strconv.FormatBool(n.value == 1)
	case schemas.Date:
		return "date " + quoteText(dateOf(n.value).Format(time.DateOnly))
	default:
		return "null"
	}
}
