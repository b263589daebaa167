package expr

import (
	"maps"

	"clientele/schemas"
)

// CheckVersions returns an error where the expression reads codes whose meaning depends
// on a version (schemas.VersionOf) and does not say which: 62010 is another activity in
// NACE 2008 than in 2025. A condition that says so stands beside it in an and, or in the
// when of a case; whether there is a code at all may be asked without. Errors are *Error.
func (e *Expr) CheckVersions() error {
	if n := e.node.unversioned(nil); n != nil {
		version, _ := schemas.VersionOf(n.text)
		return e.src.errorf(n.pos, "codes of %s mean different things in different versions: say which, as in %s = '2025' and ...", n.text, version)
	}
	return nil
}

// columns is a set of columns that hold one of some values.
type columns map[string]bool

// unversioned returns the first column of codes that n reads where their version is not
// among those that hold, nil for none.
func (n *Node) unversioned(hold columns) *Node {
	switch n.kind {
	case columnNode:
		if version, ok := schemas.VersionOf(n.text); ok && !hold[version] {
			return n
		}
		return nil
	case isNullNode:
		if n.args[0].kind == columnNode {
			return nil
		}
	case andNode:
		hold = with(hold, n.says())
	case caseNode:
		return n.unversionedCase(hold)
	}
	for _, arg := range n.args {
		if found := arg.unversioned(hold); found != nil {
			return found
		}
	}
	return nil
}

// unversionedCase: what a case gives is told where its condition holds.
func (n *Node) unversionedCase(hold columns) *Node {
	for i, arg := range n.args {
		holds := hold
		if i%2 == 1 {
			holds = with(hold, n.args[i-1].says())
		}
		if found := arg.unversioned(holds); found != nil {
			return found
		}
	}
	return nil
}

// says returns the columns that are one of some texts where n is true.
func (n *Node) says() columns {
	switch {
	case n.kind == compareNode && n.text == "=":
		for i, arg := range n.args {
			if arg.kind == columnNode && n.args[1-i].kind == literalNode {
				return columns{arg.text: true}
			}
		}
	case n.kind == inNode && !n.negated && n.args[0].kind == columnNode:
		for _, arg := range n.args[1:] {
			if arg.kind != literalNode {
				return nil
			}
		}
		return columns{n.args[0].text: true}
	case n.kind == andNode:
		out := columns{}
		for _, arg := range n.args {
			maps.Copy(out, arg.says())
		}
		return out
	case n.kind == orNode:
		out := n.args[0].says()
		for _, arg := range n.args[1:] {
			other := arg.says()
			maps.DeleteFunc(out, func(column string, _ bool) bool { return !other[column] })
		}
		return out
	}
	return nil
}

func with(a, b columns) columns {
	out := maps.Clone(a)
	if out == nil {
		out = columns{}
	}
	maps.Copy(out, b)
	return out
}
