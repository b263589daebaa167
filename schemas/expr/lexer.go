package expr

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	endOfText  tokenKind = iota
	word                 // an identifier or keyword, in lower case
	quotedName           // "A Name", without its quotes
	number               // 12 or 12.50
	quotedText           // 'text', without its quotes
	symbol               // an operator, a parenthesis, a comma
)

type token struct {
	kind tokenKind
	text string
	pos  int
}

// describe names t as an error message does.
func (t token) describe() string {
	switch t.kind {
	case endOfText:
		return "the end"
	case quotedText:
		return "a text"
	case quotedName:
		return quoteName(t.text)
	default:
		return "'" + t.text + "'"
	}
}

// keywords are the words that no unquoted column may be called.
var keywords = []string{
	"and", "between", "case", "else", "end", "false", "in", "is", "like", "not", "null", "or", "then", "true", "when",
}

// symbols are the operators and marks, the longer ones first.
var symbols = []string{"<>", "!=", "<=", ">=", "||", "=", "<", ">", "+", "-", "*", "/", "(", ")", ","}

// tokens splits an expression. The last token is endOfText.
func (s source) tokens() ([]token, error) {
	var out []token
	for pos := 0; ; {
		for pos < len(s) && strings.IndexByte(" \t\r\n", s[pos]) >= 0 {
			pos++
		}
		if pos == len(s) {
			return append(out, token{kind: endOfText, pos: pos}), nil
		}
		t, end, err := s.token(pos)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		pos = end
	}
}

// token reads the token at pos and returns where it ends.
func (s source) token(pos int) (token, int, error) {
	switch c := s[pos]; {
	case c == '\'':
		text, end, err := s.quoted(pos, "text")
		return token{quotedText, text, pos}, end, err
	case c == '"':
		text, end, err := s.quoted(pos, "name")
		if err == nil && text == "" {
			err = s.errorf(pos, "a quoted name is empty")
		}
		return token{quotedName, text, pos}, end, err
	case isDigit(c):
		end := s.span(pos, isDigit)
		if end+1 < len(s) && s[end] == '.' && isDigit(s[end+1]) {
			end = s.span(end+1, isDigit)
		}
		if end < len(s) && (isLetter(s[end]) || s[end] == '.') {
			return token{}, 0, s.errorf(pos, "a number is written like 12 or 12.50")
		}
		return token{number, string(s[pos:end]), pos}, end, nil
	case isLetter(c):
		end := s.span(pos, func(c byte) bool { return isLetter(c) || isDigit(c) })
		return token{word, strings.ToLower(string(s[pos:end])), pos}, end, nil
	}
	for _, mark := range symbols {
		if strings.HasPrefix(string(s[pos:]), mark) {
			return token{symbol, mark, pos}, pos + len(mark), nil
		}
	}
	r, _ := utf8.DecodeRuneInString(string(s[pos:]))
	if r >= utf8.RuneSelf {
		return token{}, 0, s.errorf(pos, "unexpected character %q: a column whose name is not plain letters, digits and _ stands in double quotes", r)
	}
	return token{}, 0, s.errorf(pos, "unexpected character %q", r)
}

// quoted reads a text or name whose quote character stands at pos and, doubled,
// stands for itself.
func (s source) quoted(pos int, what string) (string, int, error) {
	quote := s[pos]
	var b strings.Builder
	for i := pos + 1; i < len(s); i++ {
		if s[i] != quote {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == quote {
			b.WriteByte(quote)
			i++
			continue
		}
		return b.String(), i + 1, nil
	}
	return "", 0, s.errorf(pos, "the %s that begins here is not closed with %c", what, quote)
}

func (s source) span(pos int, of func(byte) bool) int {
	for pos < len(s) && of(s[pos]) {
		pos++
	}
	return pos
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

// writeName returns how an expression spells a column: bare where it can be.
func writeName(name string) string {
	bare := name != "" && !isDigit(name[0]) && !slices.Contains(keywords, name)
	for i := 0; bare && i < len(name); i++ {
		c := name[i]
		bare = isDigit(c) || isLetter(c) && (c < 'A' || c > 'Z')
	}
	if bare {
		return name
	}
	return quoteName(name)
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
