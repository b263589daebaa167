package option

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Document is a parsed YAML text with what is needed to point into it.
type Document struct {
	file   string
	lines  []string
	body   ast.Node
	lookup func(name string) (string, bool)
	// anchors by name, for aliases.
	anchors map[string]ast.Node
	secrets hidden
	// answers are what references stand for: they may be secrets of any option.
	answers hidden
}

// Open parses text, whose name in messages is file. lookup answers ${NAME} in
// values, as os.LookupEnv does, and ${file:PATH}, which it is asked for as
// "file:PATH"; nil leaves references as they are written. A
// text that is not YAML gives one finding with its place.
func Open(file string, text []byte, lookup func(string) (string, bool)) (*Document, Findings) {
	d := &Document{file: file, lines: strings.Split(string(text), "\n"), lookup: lookup, anchors: map[string]ast.Node{}}
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, Findings{d.syntax(err)}
	}
	if len(tree.Docs) > 0 {
		d.body = tree.Docs[0].Body
		ast.Walk(anchorCollector{d.anchors}, d.body)
	}
	return d, nil
}

// Parse reads the whole document into what spec is bound to.
func (d *Document) Parse(spec *Spec) Findings {
	p := &reader{doc: d}
	if d.body == nil {
		p.add(Error, "empty", Position{File: d.file}, "the file is empty", "`clientele init` writes a first config")
		return p.findings
	}
	p.object(spec, d.body, "")
	return p.redacted()
}

// Part is a part of a document that is read later.
type Part struct {
	doc   *Document
	node  ast.Node
	where string
}

// Parse reads the part into what spec is bound to. A part that the document
// does not have is read as an empty object, so that required options are asked
// for; at is where that is said.
func (p Part) Parse(spec *Spec, at Position) Findings {
	r := &reader{doc: p.doc}
	if p.node == nil {
		r.doc = &Document{}
		r.missing(spec, nil, at, spec.Name)
		return r.findings
	}
	r.object(spec, p.node, p.where)
	return r.redacted()
}

func (d *Document) syntax(err error) Finding {
	f := Finding{Severity: Error, Code: "syntax", Message: err.Error(), Where: Position{File: d.file}}
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		f.Message = "not valid YAML: " + syntax.GetMessage()
		if tk := syntax.GetToken(); tk != nil {
			f.Where = Position{File: d.file, Line: tk.Position.Line, Column: tk.Position.Column}
			f.Line = d.line(tk.Position.Line)
		}
	}
	return f
}

func (d *Document) position(n ast.Node) Position {
	switch v := n.(type) { // the token of a block is the colon of its first key
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			n = v.Values[0].Key
		}
	case *ast.MappingValueNode:
		n = v.Key
	}
	tk := n.GetToken()
	if tk == nil || tk.Position == nil {
		return Position{File: d.file}
	}
	return Position{File: d.file, Line: tk.Position.Line, Column: tk.Position.Column}
}

func (d *Document) line(number int) string {
	if number < 1 || number > len(d.lines) {
		return ""
	}
	return strings.TrimRight(d.lines[number-1], "\r")
}

// Lines returns the lines of the file that hold a key of its top level, as they
// were typed, but without what is secret.
func (d *Document) Lines(key string) []string {
	var out []string
	for _, line := range d.lines {
		line = strings.TrimRight(line, "\r")
		inside := len(out) > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "#"))
		switch {
		case strings.HasPrefix(line, key+":"), inside:
			out = append(out, d.secrets.redact(line))
		case len(out) > 0:
			return out
		}
	}
	return out
}

// filePrefix begins a reference to a file: ${file:/run/secrets/key}.
const filePrefix = "file:"

// expand replaces ${NAME} and ${file:PATH} by what lookup answers. $$ stands for
// one $.
func (d *Document) expand(s string) (string, error) {
	if d.lookup == nil || !strings.Contains(s, "$") {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "$$"):
			b.WriteByte('$')
			i++
		case strings.HasPrefix(s[i:], "${"):
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return "", errors.New("a ${ is not closed by }")
			}
			name := s[i+2 : i+end]
			value, ok := d.lookup(name)
			if !ok {
				return "", &referenceError{name}
			}
			d.answers.hide(value)
			b.WriteString(value)
			i += end
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), nil
}

// referenceError is a reference that nothing answers.
type referenceError struct{ name string }

// Error says what there is not.
func (e *referenceError) Error() string {
	if path, ok := strings.CutPrefix(e.name, filePrefix); ok {
		return "the file " + path + " can't be read"
	}
	return "the environment variable " + e.name + " is not set"
}

// Hint says what to do.
func (e *referenceError) Hint() string {
	if strings.HasPrefix(e.name, filePrefix) {
		return "it must be there, small, and readable by the user that runs the program"
	}
	return "set it in the environment of the program, or in the file of --env-file"
}

type anchorCollector struct{ anchors map[string]ast.Node }

// Visit collects the nodes that aliases refer to.
func (c anchorCollector) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok {
		c.anchors[a.Name.String()] = a.Value
	}
	return c
}

// maxAliases is how many aliases may lead to one another: a cycle would be
// endless.
const maxAliases = 20

// merged returns the members of an object with those that it takes over by <<
// in the place of that. Its own members come before those taken over, and of
// several objects the first one has its way.
func (d *Document) merged(members []*ast.MappingValueNode, depth int) []*ast.MappingValueNode {
	isMerge := func(m *ast.MappingValueNode) bool { return m.Key.GetToken().Value == "<<" }
	if depth == 0 || !slices.ContainsFunc(members, isMerge) {
		return members
	}
	seen := map[string]bool{}
	for _, m := range members {
		seen[m.Key.GetToken().Value] = !isMerge(m)
	}
	var out []*ast.MappingValueNode
	for _, m := range members {
		if !isMerge(m) {
			out = append(out, m)
			continue
		}
		objects := []ast.Node{m.Value}
		if list, ok := d.plain(m.Value).(*ast.SequenceNode); ok {
			objects = list.Values
		}
		for _, o := range objects {
			var taken []*ast.MappingValueNode
			switch v := d.plain(o).(type) {
			case *ast.MappingNode:
				taken = v.Values
			case *ast.MappingValueNode:
				taken = []*ast.MappingValueNode{v}
			}
			for _, t := range d.merged(taken, depth-1) {
				if name := t.Key.GetToken().Value; !seen[name] {
					seen[name] = true
					out = append(out, t)
				}
			}
		}
	}
	return out
}

// plain looks through anchors, aliases and tags.
func (d *Document) plain(n ast.Node) ast.Node {
	for range maxAliases {
		switch v := n.(type) {
		case *ast.AnchorNode:
			n = v.Value
		case *ast.AliasNode:
			target, ok := d.anchors[v.Value.String()]
			if !ok {
				return n
			}
			n = target
		case *ast.TagNode:
			n = v.Value
		default:
			return n
		}
	}
	return n
}

// Finding returns a finding about a place in the document.
func (d *Document) Finding(sev Severity, code string, at Position, message, suggestion string) Finding {
	return Finding{Severity: sev, Code: code, Message: d.answers.hush(message), Where: at, Line: d.secrets.redact(d.line(at.Line)), Suggestion: d.answers.hush(suggestion)}
}
