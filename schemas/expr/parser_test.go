package expr

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"clientele/schemas"
)

func TestCanonicalText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// strength, from weak to strong
		{"a OR b AND NOT c", "a or b and not c"},
		{"(a or b) and c", "(a or b) and c"},
		{"a or (b and c)", "a or b and c"},
		{"(a and b) and c", "(a and b) and c"},
		{"not (a = 1)", "not a = 1"},
		{"(not a) = b", "(not a) = b"},
		{"not (a or b)", "not (a or b)"},
		{"a+1<b*2", "a + 1 < b * 2"},
		{"(a+b)*c", "(a + b) * c"},
		{"a+(b*c)", "a + b * c"},
		{"a-(b-c)", "a - (b - c)"},
		{"(a-b)-c", "a - b - c"},
		{"a/(b*c)", "a / (b * c)"},
		{"-a*b", "-a * b"},
		{"-(a*b)", "-(a * b)"},
		{"-a||b", "-a || b"},
		{"(-a)||b", "(-a) || b"},
		{"a||b||c", "a || b || c"},
		{"a||(b||c)", "a || (b || c)"},
		{"(a = b) = c", "(a = b) = c"},
		// literals
		{"12.50", "12.5"},
		{"12.0", "12.0"},
		{"007", "7"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"a - -5", "a - -5"},
		{"a-5", "a - 5"},
		{"-(5)", "-(5)"},
		{"- -5", "-(-5)"},
		{"--a", "-(-a)"},
		{"-(5 || 'x' || 'y')", "-(5 || 'x' || 'y')"},
		{"-5 || 'x'", "(-5) || 'x'"},
		{"'it''s'", "'it''s'"},
		{"''", "''"},
		{"TRUE and False or NULL", "true and false or null"},
		{"DATE '2026-01-31'", "date '2026-01-31'"},
		// names
		{"Quantity > 0", "quantity > 0"},
		{`"Klantnr" = "case"`, `"Klantnr" = "case"`},
		{`"quantity" > 0`, "quantity > 0"},
		{`"a ""quoted"" name"`, `"a ""quoted"" name"`},
		{"date > date '2026-01-31'", "date > date '2026-01-31'"},
		// tests
		{"a!=b", "a <> b"},
		{"a is null or b IS NOT NULL", "a is null or b is not null"},
		{"a not in (1,2)", "a not in (1, 2)"},
		{"a between 1+1 and 3 and b", "a between 1 + 1 and 3 and b"},
		{"a not between 1 and 2", "a not between 1 and 2"},
		{"a like 'A%_'", "a like 'A%_'"},
		{"not a like 'x'", "not a like 'x'"},
		{"(a is null) = true", "(a is null) = true"},
		// calls and cases
		{"COALESCE( a ,b )", "coalesce(a, b)"},
		{"as_of()", "as_of()"},
		{"case when a then 1 when b then 2 else 3 end", "case when a then 1 when b then 2 else 3 end"},
		{"case when a\nthen 1\nend", "case when a then 1 end"},
		{"if(a, (b), c)", "if(a, b, c)"},
	} {
		n, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := n.String(); got != c.want {
			t.Errorf("%s: canonical text is %s, want %s", c.text, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "column 1: the expression is empty"},
		{"  ", "column 3: the expression is empty"},
		{"a =", "column 4: expected a value, found the end"},
		{"a > 1 b", "column 7: unexpected 'b' after the end of the expression"},
		{"(a or b", "column 8: expected ')' to close the parenthesis, found the end"},
		{"a or or b", "column 6: expected a value, found the keyword 'or'"},
		{"a < b < c", "column 7: comparisons do not chain: join two with 'and', or put one in parentheses"},
		{"a is 5", "column 6: expected 'null' after 'is', found '5'"},
		{"a not b", "column 7: expected 'in', 'between' or 'like' after 'not', found 'b'"},
		{"a in ()", "column 7: the list of 'in' is empty"},
		{"a in 1", "column 6: expected '(' after 'in', found '1'"},
		{"a in (1 2)", "column 9: expected ')' or ',', found '2'"},
		{"a between 1 or 2", "column 13: expected 'and' between the two bounds of 'between', found 'or'"},
		{"name = 'abc", "column 8: the text that begins here is not closed with '"},
		{`"Naam = 1`, `column 1: the name that begins here is not closed with "`},
		{`"" = 1`, "column 1: a quoted name is empty"},
		{"12abc", "column 1: a number is written like 12 or 12.50"},
		{"1.2.3", "column 1: a number is written like 12 or 12.50"},
		{"1.23456", "column 1: a decimal has at most 14 digits before the point and 4 after it"},
		{"123456789012345.0", "column 1: a decimal has at most 14 digits before the point and 4 after it"},
		{"9223372036854775808", "column 1: an integer lies between -2^63 and 2^63-1"},
		{"date '31/01/2026'", "column 6: a date is written like date '2026-01-31'"},
		{"date '2026-02-30'", "column 6: a date is written like date '2026-01-31'"},
		{"date '0000-01-01'", "column 6: a date is written like date '2026-01-31'"},
		{"a = b;", "column 6: unexpected character ';'"},
		{"straße = 1", "column 5: unexpected character 'ß': a column whose name is not plain letters, digits and _ stands in double quotes"},
		{"case a when 1 then 2 end", "column 6: expected 'when' after 'case', found 'a'"},
		{"case when a 1 end", "column 13: expected 'then' after the condition of 'when', found '1'"},
		{"case when a then 1", "column 19: expected 'end' to close 'case', found the end"},
		{"f(a, ", "column 6: expected a value, found the end"},
		{"a\nand é", "line 2, column 5: unexpected character 'é': a column whose name is not plain letters, digits and _ stands in double quotes"},
		{"a\xff", "column 2: the text is not valid UTF-8"},
		{"'a\x00'", "column 3: the text holds a NUL character"},
		{strings.Repeat("(", 201) + "a" + strings.Repeat(")", 201), "column 202: the expression nests more than 200 levels deep"},
		{"a" + strings.Repeat(" + a", 201), "column 803: the expression nests more than 200 levels deep"},
	} {
		_, err := Parse(c.text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: error is %v, want *Error", c.text, err)
			continue
		}
		if e.Error() != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, e, c.want)
		}
	}
}

func TestErrorPosition(t *testing.T) {
	_, err := Parse("\"é\" = 1 and\n  ;")
	want := &Error{Pos: 15, Line: 2, Col: 3, Message: "unexpected character ';'"}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Error(diff)
	}
}

func TestLongChainsAreFlat(t *testing.T) {
	text := "a" + strings.Repeat(" or a", 5000)
	n, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if n.String() != text {
		t.Error("the chain came out otherwise")
	}
}

// sameTree compares syntax trees but for where they stand in the text.
var sameTree = cmp.Options{cmp.AllowUnexported(Node{}), cmpopts.IgnoreFields(Node{}, "pos", "depth")}

func TestCanonicalTextParsesToTheSameTree(t *testing.T) {
	tree := nodes()
	rapid.Check(t, func(t *rapid.T) {
		n := tree.Draw(t, "tree")
		text := n.String()
		back, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(n, back, sameTree); diff != "" {
			t.Fatalf("%s:\n%s", text, diff)
		}
	})
}

// nodes generates the trees that Parse can return, typed or not.
func nodes() *rapid.Generator[*Node] {
	name := rapid.OneOf(rapid.SampledFrom([]string{"a", "unit_price", "date", "if", "case", "Klant", "a b", `x"y`, "é", "1a"}), rapid.StringN(1, 5, -1).Filter(printable))
	leaf := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) *Node { return &Node{kind: columnNode, text: name.Draw(t, "name")} }),
		rapid.Custom(func(t *rapid.T) *Node {
			return &Node{kind: literalNode, typ: schemas.Int, value: rapid.Int64().Draw(t, "int")}
		}),
		rapid.Custom(func(t *rapid.T) *Node {
			return &Node{kind: literalNode, typ: schemas.Decimal, value: rapid.Int64Range(-decimalLimit+1, decimalLimit-1).Draw(t, "decimal")}
		}),
		rapid.Custom(func(t *rapid.T) *Node {
			return &Node{kind: literalNode, typ: schemas.String, text: rapid.String().Filter(printable).Draw(t, "text")}
		}),
		rapid.Custom(func(t *rapid.T) *Node {
			return &Node{kind: literalNode, typ: schemas.Date, value: rapid.Int64Range(firstDay, lastDay).Draw(t, "days")}
		}),
		rapid.SampledFrom([]*Node{{kind: literalNode}, {kind: literalNode, typ: schemas.Bool, value: 1}, {kind: literalNode, typ: schemas.Bool}}),
	)
	var tree func(depth int) *rapid.Generator[*Node]
	tree = func(depth int) *rapid.Generator[*Node] {
		if depth == 0 {
			return leaf
		}
		return rapid.Custom(func(t *rapid.T) *Node {
			child := rapid.OneOf(leaf, tree(depth-1))
			args := func(least, most int) []*Node { return rapid.SliceOfN(child, least, most).Draw(t, "args") }
			negated := rapid.Bool().Draw(t, "negated")
			switch kind := nodeKind(rapid.IntRange(int(orNode), int(caseNode)).Draw(t, "kind")); kind {
			case orNode, andNode:
				return &Node{kind: kind, args: args(2, 4)}
			case notNode, minusNode:
				return &Node{kind: kind, args: args(1, 1)}
			case compareNode:
				return &Node{kind: kind, text: rapid.SampledFrom([]string{"=", "<>", "<", "<=", ">", ">="}).Draw(t, "op"), args: args(2, 2)}
			case binaryNode:
				return &Node{kind: kind, text: rapid.SampledFrom([]string{"+", "-", "*", "/", "||"}).Draw(t, "op"), args: args(2, 2)}
			case isNullNode:
				return &Node{kind: kind, negated: negated, args: args(1, 1)}
			case inNode:
				return &Node{kind: kind, negated: negated, args: args(2, 4)}
			case betweenNode:
				return &Node{kind: kind, negated: negated, args: args(3, 3)}
			case likeNode:
				return &Node{kind: kind, negated: negated, args: args(2, 2)}
			case callNode:
				n := &Node{kind: kind, text: rapid.SampledFrom([]string{"lower", "if", "date", "any_name"}).Draw(t, "name")}
				n.args = append(n.args, args(0, 3)...)
				return n
			default:
				return &Node{kind: caseNode, args: args(2, 5)}
			}
		})
	}
	return tree(4)
}

func printable(s string) bool { return firstInvalid(s) < 0 && !strings.ContainsRune(s, 0) }

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"quantity > 0 and unit_price > 0", "a in (1, -2.5, 'x''y') or not b like '%'", "case when a then date '2026-01-31' end - as_of()",
		`"Naam" || 'é' is not null`, "((((", "- - -9223372036854775808", "'", "a between b and c and d",
	} {
		f.Add(text)
	}
	scope := NewScope(map[string]schemas.Type{"a": schemas.Bool, "quantity": schemas.Int, "unit_price": schemas.Decimal, "Naam": schemas.String})
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(text) || e.Message == "" {
				t.Fatalf("%q: error %#v", text, err)
			}
			return
		}
		canonical := n.String()
		back, err := Parse(canonical)
		if err != nil {
			t.Fatalf("%q became %q: %v", text, canonical, err)
		}
		if diff := cmp.Diff(n, back, sameTree, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q became %q:\n%s", text, canonical, diff)
		}
		if e, err := Compile(text, scope, 0); err == nil {
			renderAll(e)
		}
	})
}
