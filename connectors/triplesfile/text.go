package triplesfile

import (
	"encoding/xml"
	"strings"
)

// text is a text of a description, which may be there in several languages, and
// otherwise for interviews than for analysis.
type text struct {
	plain string
	in    []alternative
}

type alternative struct{ language, mode, plain string }

// UnmarshalXML reads a text and what stands in it: alternatives and line breaks.
func (t *text) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	var outer, inner strings.Builder
	to := &outer
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.CharData:
			to.Write(token)
		case xml.StartElement:
			depth++
			to.WriteByte(' ')
			if token.Name.Local == "text" {
				t.in = append(t.in, alternative{language: attribute(token, "lang"), mode: attribute(token, "mode")})
				inner.Reset()
				to = &inner
			}
		case xml.EndElement:
			depth--
			if token.Name.Local == "text" && len(t.in) > 0 {
				t.in[len(t.in)-1].plain = oneLine(inner.String())
				to = &outer
			}
		}
	}
	t.plain = oneLine(outer.String())
	return nil
}

// attribute returns an attribute by its name, whatever its space.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// of returns the text in a language, where it is there, before the one that is
// said without a language or in any; and what is for analysis before what is read
// out in interviews.
func (t text) of(language string) string {
	best, rank := t.plain, 2
	if best == "" {
		rank = -1
	}
	for _, a := range t.in {
		r := 0
		if language != "" && (a.language == language || strings.HasPrefix(a.language, language+"-")) {
			r = 4
		} else if a.language == "" {
			r = 2
		}
		if a.mode == "analysis" {
			r++
		}
		if a.plain != "" && r > rank {
			best, rank = a.plain, r
		}
	}
	return best
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
