package expr

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"clientele/schemas/suggest"
)

// Error is what is wrong with an expression, and where. Its text holds words of
// the expression, never a value of a row.
type Error struct {
	Pos        int    // byte offset into the expression
	Line, Col  int    // from 1; columns count characters
	Message    string // one sentence without a full stop
	Suggestion string // what to write instead, or ""
}

// Error returns the place, the message and the suggestion. Expressions of one
// line are placed by column alone.
func (e *Error) Error() string {
	place := fmt.Sprintf("column %d", e.Col)
	if e.Line > 1 {
		place = fmt.Sprintf("line %d, %s", e.Line, place)
	}
	if e.Suggestion == "" {
		return place + ": " + e.Message
	}
	return place + ": " + e.Message + "; did you mean " + e.Suggestion + "?"
}

// source is the text of an expression, to place errors in.
type source string

func (s source) errorf(pos int, format string, args ...any) *Error {
	before := string(s[:pos])
	line := strings.LastIndexByte(before, '\n') + 1
	return &Error{
		Pos:     pos,
		Line:    strings.Count(before, "\n") + 1,
		Col:     utf8.RuneCountInString(before[line:]) + 1,
		Message: fmt.Sprintf(format, args...),
	}
}

// unknown is the error of a name that is not known, with the one that was
// probably meant. write turns a name into how an expression spells it.
func (s source) unknown(pos int, what, name string, known []string, write func(string) string) *Error {
	e := s.errorf(pos, "unknown %s %q", what, name)
	if near := suggest.Suggest(name, known); near != "" {
		e.Suggestion = write(near)
	}
	return e
}
