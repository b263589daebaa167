package csvfile

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// naive reads text as the tokenizer does, simply: line by line, with all of it
// at hand. It knows no limit of a record's length.
func naive(text string, loneCR bool) (records []string) {
	ends := regexp.MustCompile(`\r?\n|\r\z`)
	if loneCR {
		ends = regexp.MustCompile(`\r\n|\r|\n`)
	}
	var lines, breaks []string // the break behind each line
	for text != "" {
		at := ends.FindStringIndex(text)
		if at == nil {
			at = []int{len(text), len(text)}
		}
		lines, breaks = append(lines, text[:at[0]]), append(breaks, text[at[0]:at[1]])
		text = text[at[1]:]
	}
	for n := 0; n < len(lines); n++ {
		first, raw, last := n, lines[n], n
		if raw == "" || raw == "\x1a" {
			continue
		}
		fields, stray, open := naiveFields(raw)
		for open && last+1 < len(lines) {
			raw += breaks[last] + lines[last+1]
			last++
			fields, stray, open = naiveFields(raw)
		}
		fault := ""
		switch {
		case open:
			fields, _, _ = naiveFields(lines[n])
			fault = faultUnclosed
		case stray:
			fault = faultStray
		}
		if !open {
			n = last
		}
		records = append(records, fmt.Sprintf("%d %q %s", first+1, fields, fault))
	}
	return records
}

// naiveFields reads the fields of a record. open says that its last field is
// not closed, stray that text stands behind a closing quote.
func naiveFields(s string) (fields []string, stray, open bool) {
	for {
		content := ""
		quoted := strings.HasPrefix(s, `"`)
		if quoted {
			s, open = s[1:], true
			for s != "" && open {
				switch {
				case strings.HasPrefix(s, `""`):
					content, s = content+`"`, s[2:]
				case s[0] == '"':
					s, open = s[1:], false
				default:
					content, s = content+s[:1], s[1:]
				}
			}
			if open {
				return append(fields, content), stray, true
			}
		}
		rest, behind, more := strings.Cut(s, ",")
		if !quoted || strings.Trim(rest, " \t") != "" {
			content += rest
			stray = stray || quoted
		}
		fields = append(fields, content)
		if !more {
			return fields, stray, false
		}
		s = behind
	}
}

func tokenize(t testing.TB, text string, window int) (records []string) {
	t.Helper()
	tokens, err := newTokenizer(strings.NewReader(text), defaults(), window)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := tokens.next()
		if errors.Is(err, io.EOF) {
			return records
		}
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, fmt.Sprintf("%d %q %s", rec.line, rec.fields, rec.fault))
	}
}

// FuzzTokenizer compares the tokenizer with the naive one, reading so few bytes
// at once that records span many reads. A first line says how lines end.
func FuzzTokenizer(f *testing.F) {
	for i, text := range []string{"a,b\n1,2\n", "a,\"b\r\nc\"\r\n", "\"a\"\"b\",c\"d\r\"", "\"a\n\"\"b,\n\"c\"d\n", "\"\"\"\n,\n\n\x1a\n\"", "\r\n\r\r\n,\"\r\""} {
		f.Add(text, i%2 == 0, uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, loneCR bool, window uint8) {
		lineEnd := "\n"
		if loneCR {
			lineEnd = "\r"
		}
		// A line feed would make a CRLF of the first line's CR.
		text = "x" + lineEnd + strings.TrimLeft(text, "\n")
		if diff := cmp.Diff(naive(text, loneCR), tokenize(t, text, 3+int(window))); diff != "" {
			t.Errorf("%q (-naive +tokenizer):\n%s", text, diff)
		}
	})
}
