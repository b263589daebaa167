package option

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"clientele/schemas/suggest"
)

// reader walks a document along a spec and collects what is wrong.
type reader struct {
	doc      *Document
	findings Findings
	unread   hidden // in parts that are read later: their own specs know which of it is secret
}

func (r *reader) add(sev Severity, code string, at Position, message, suggestion string) *Finding {
	r.findings = append(r.findings, Finding{Severity: sev, Code: code, Message: message, Where: at,
		Line: r.doc.line(at.Line), Suggestion: suggestion})
	return &r.findings[len(r.findings)-1]
}

// object reads n, whose path in the config is where, into what spec binds.
func (r *reader) object(spec *Spec, n ast.Node, where string) {
	at := r.doc.position(n)
	n = r.doc.plain(n)
	before := len(r.findings.Errors())
	if spec.at != nil {
		*spec.at = at
	}
	switch v := n.(type) {
	case *ast.MappingNode:
		r.members(spec, v.Values, at, where)
	case *ast.MappingValueNode:
		r.members(spec, []*ast.MappingValueNode{v}, at, where)
	case *ast.NullNode:
		r.members(spec, nil, at, where)
	default:
		if spec.shorthand == nil || !isScalar(n) {
			r.add(Error, "bad_type", at, where+" must be an object of options", "")
			return
		}
		r.field(spec.shorthand, n, where)
		r.missing(spec, map[string]bool{spec.shorthand.Name: true}, at, where)
	}
	if spec.check != nil && len(r.findings.Errors()) == before {
		if err := spec.check(); err != nil {
			hint := ""
			if h, ok := err.(interface{ Hint() string }); ok {
				hint = h.Hint()
			}
			if p, ok := err.(interface{ At() Position }); ok {
				at = p.At()
			}
			r.add(Error, "bad_value", at, strings.TrimPrefix(where+": ", ": ")+err.Error(), hint)
		}
	}
}

func (r *reader) members(spec *Spec, members []*ast.MappingValueNode, at Position, where string) {
	seen := map[string]bool{}
	for _, m := range r.doc.merged(members, maxAliases) {
		key := m.Key.GetToken().Value
		pos := r.doc.position(m.Key)
		i := slices.IndexFunc(spec.fields, func(f *Field) bool { return f.Name == key })
		switch {
		case i >= 0:
			seen[key] = true
			f := spec.fields[i]
			if f.notBuilt != "" {
				r.add(Warning, "not_built", pos, fmt.Sprintf("%s is not built yet: %s", join(where, key), f.notBuilt), "")
			}
			r.field(f, m.Value, join(where, key))
		case spec.rest != nil:
			r.object(spec.rest(key), m.Value, join(where, key))
		default:
			r.unknown(spec, key, pos, where)
			if !slices.ContainsFunc(spec.fields, func(f *Field) bool { return f.Name == suggested(spec, key) && !f.secret }) {
				ast.Walk(&r.doc.secrets, m.Value) // it may be a secret under a wrong name
			}
		}
	}
	r.missing(spec, seen, at, where)
}

func (r *reader) missing(spec *Spec, seen map[string]bool, at Position, where string) {
	for _, f := range spec.fields {
		if f.required && !seen[f.Name] {
			r.add(Error, "missing_option", at, join(where, f.Name)+" is missing: "+f.Doc, "")
		}
	}
}

func (r *reader) unknown(spec *Spec, key string, at Position, where string) {
	hint := "known here: " + strings.Join(names(spec), ", ")
	if s := suggested(spec, key); s != "" {
		hint = fmt.Sprintf("did you mean %q?", s)
	}
	place := ""
	if where != "" {
		place = " in " + where
	}
	r.add(Error, "unknown_option", at, fmt.Sprintf("no option is called %q%s", key, place), hint)
}

func names(spec *Spec) []string {
	known := make([]string, 0, len(spec.fields))
	for _, f := range spec.fields {
		known = append(known, f.Name)
	}
	return known
}

// suggested returns the option that is most like key, "" for none.
func suggested(spec *Spec, key string) string { return suggest.Suggest(key, names(spec)) }

// field reads n into the option f.
func (r *reader) field(f *Field, n ast.Node, where string) {
	at := r.doc.position(n)
	n = r.doc.plain(n)
	if f.secret {
		ast.Walk(&r.doc.secrets, n)
	}
	if f.onSet != nil {
		f.onSet()
	}
	if f.at != nil {
		*f.at = at
	}
	switch {
	case f.part != nil:
		*f.part = Part{doc: r.doc, node: n, where: where}
		ast.Walk(&r.unread, n)
	case f.child != nil:
		r.object(f.child, n, where)
	case f.each != nil:
		for _, m := range r.mapping(n, at, where) {
			key := m.Key.GetToken().Value
			r.object(f.each(key), m.Value, join(where, key))
		}
	case f.pairs != nil:
		for _, m := range r.mapping(n, at, where) {
			key := m.Key.GetToken().Value
			if text, ok := r.scalar(f, m.Value, join(where, key)); ok {
				r.report(f, f.pairs(key, text), r.doc.position(m.Value), join(where, key))
			}
		}
	case f.list != nil:
		elements := []ast.Node{n}
		if seq, ok := n.(*ast.SequenceNode); ok {
			elements = seq.Values
		}
		for i, e := range elements {
			r.object(f.list(), e, fmt.Sprintf("%s[%d]", where, i))
		}
	case f.words != nil:
		elements := []ast.Node{n}
		if seq, ok := n.(*ast.SequenceNode); ok {
			elements = seq.Values
		}
		var texts []string
		for i, e := range elements {
			if text, ok := r.scalar(f, e, fmt.Sprintf("%s[%d]", where, i)); ok {
				texts = append(texts, text)
			}
		}
		r.report(f, f.words(texts), at, where)
	default:
		text, ok := r.scalar(f, n, where)
		if !ok {
			return
		}
		if f.enum != nil && !slices.Contains(f.enum, text) {
			hint := "one of: " + strings.Join(f.enum, ", ")
			if s := suggest.Suggest(text, f.enum); s != "" {
				hint = fmt.Sprintf("did you mean %q?", s)
			}
			r.add(Error, "bad_value", at, fmt.Sprintf("%s can't be %q", where, text), hint)
			return
		}
		r.report(f, f.set(text), at, where)
	}
}

func (r *reader) report(f *Field, err error, at Position, where string) {
	if err == nil {
		return
	}
	finding := r.add(Error, "bad_value", at, where+" "+err.Error(), "")
	if located, ok := err.(interface{ Hint() string }); ok {
		finding.Suggestion = located.Hint()
	}
}

func (r *reader) mapping(n ast.Node, at Position, where string) []*ast.MappingValueNode {
	switch v := n.(type) {
	case *ast.MappingNode:
		return r.doc.merged(v.Values, maxAliases)
	case *ast.MappingValueNode:
		return r.doc.merged([]*ast.MappingValueNode{v}, maxAliases)
	case *ast.NullNode:
		return nil
	}
	r.add(Error, "bad_type", at, where+" must be an object of names", "")
	return nil
}

// scalar returns the text of a scalar with its references resolved.
func (r *reader) scalar(f *Field, n ast.Node, where string) (string, bool) {
	at := r.doc.position(n)
	n = r.doc.plain(n)
	if n.Type() == ast.NullType && slices.Contains(f.enum, "null") {
		return "null", true // the word, which YAML takes for its null
	}
	if !isScalar(n) {
		r.add(Error, "bad_type", at, where+" must be "+article(f.Type), "")
		return "", false
	}
	text := n.GetToken().Value
	if lit, ok := n.(*ast.LiteralNode); ok {
		text = lit.Value.Value
	}
	text, err := r.doc.expand(text)
	if err != nil {
		finding := r.add(Error, "unset_variable", at, where+": "+err.Error(), "")
		var unanswered *referenceError
		if errors.As(err, &unanswered) {
			finding.Suggestion = unanswered.Hint()
		}
		return "", false
	}
	return text, true
}

func isScalar(n ast.Node) bool {
	_, ok := n.(ast.ScalarNode)
	return ok && n.Type() != ast.NullType
}

func join(where, key string) string {
	switch {
	case where == "":
		return key
	case key == "":
		return where
	}
	return where + "." + key
}

func article(typ string) string {
	switch typ {
	case "text", "date", "number", "period":
		return "a " + typ
	case "list of texts":
		return "a text or a list of texts"
	}
	return typ
}
