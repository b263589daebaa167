package option

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says how much a finding matters.
type Severity string

// The severities. An Error stops what was asked; a Warning is said and passed.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Position is a place in a config file. Lines and columns count from 1.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// String returns file:line:column, as editors and terminals link it.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Finding is one thing that is wrong, or worth saying, about a config.
type Finding struct {
	Severity Severity `json:"severity"`
	// Code names the kind of finding: unknown_option, bad_value, not_built …
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Where   Position `json:"where"`
	// Line is the text of the offending line, secrets redacted.
	Line       string `json:"line,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
}

// String formats a finding for people: the place, the message, the offending
// line with a mark below the column, and the remedy.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: %s", f.Where, f.Severity, f.Message)
	if f.Line != "" {
		fmt.Fprintf(&b, "\n%6d | %s\n       | %s^", f.Where.Line, f.Line, strings.Repeat(" ", max(0, f.Where.Column-1)))
	}
	if f.Suggestion != "" {
		fmt.Fprintf(&b, "\n         %s", f.Suggestion)
	}
	return b.String()
}

// Findings are several findings, in the order of the file.
type Findings []Finding

// Sort puts the findings in the order of the file; of one place, the earlier
// stays first.
func (fs Findings) Sort() {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Where.Line, b.Where.Line), cmp.Compare(a.Where.Column, b.Where.Column))
	})
}

// Errors returns those findings that are errors.
func (fs Findings) Errors() Findings {
	return slices.DeleteFunc(slices.Clone(fs), func(f Finding) bool { return f.Severity != Error })
}

// Err returns nil when no finding is an error, else an error that prints every
// one of them.
func (fs Findings) Err() error {
	if errs := fs.Errors(); len(errs) > 0 {
		return &InvalidError{Findings: errs}
	}
	return nil
}

// InvalidError says that a config can't be used, and why.
type InvalidError struct{ Findings Findings }

// Error joins the findings with newlines.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}
