package option

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// hidden are texts that no finding may show: values of secrets, and of what may
// turn out to be one when it is read.
type hidden []string

// Visit hides the scalars of a tree.
func (h *hidden) Visit(n ast.Node) ast.Visitor {
	if s, ok := n.(ast.ScalarNode); ok && s.GetToken() != nil {
		text := s.GetToken().Value
		if l, ok := n.(*ast.LiteralNode); ok {
			text = l.Value.Value
		}
		for line := range strings.Lines(text) {
			// A reference to the environment tells nothing, and one character is
			// no secret: it is a delimiter, which would blot out half the line.
			if line = strings.TrimSpace(line); utf8.RuneCountInString(line) > 1 && !strings.HasPrefix(line, "${") {
				*h = append(*h, line)
			}
		}
	}
	return h
}

// hide hides what a reference to the environment or to a file stands for. Up to
// three characters are no secret, and would blot out parts of words.
func (h *hidden) hide(value string) {
	if utf8.RuneCountInString(value) > 3 {
		quoted := strconv.Quote(value) // as messages show values
		*h = append(*h, value, quoted[1:len(quoted)-1])
	}
}

// hush returns a message without what is hidden.
func (h hidden) hush(message string) string {
	for _, text := range h {
		message = strings.ReplaceAll(message, text, "(redacted)")
	}
	return message
}

// redact returns a line without what is hidden. A star stands for each
// character, so that a mark stays below what it points at.
func (h hidden) redact(line string) string {
	for _, text := range h {
		line = strings.ReplaceAll(line, text, strings.Repeat("*", utf8.RuneCountInString(text)))
	}
	return line
}

// redacted returns the findings without what is hidden in the document, or has
// not been read yet.
func (r *reader) redacted() Findings {
	for i := range r.findings {
		f := &r.findings[i]
		f.Line = r.unread.redact(r.doc.secrets.redact(f.Line))
		f.Message, f.Suggestion = r.doc.answers.hush(f.Message), r.doc.answers.hush(f.Suggestion)
	}
	return r.findings
}
