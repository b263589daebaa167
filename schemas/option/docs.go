package option

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the options of a spec as a page of the manual: what the
// object is, and a table of its options with those of nested objects behind
// their own, by dotted names. NAME stands for a name that the user chooses, [] for
// the elements of a list.
func (s *Spec) Markdown(w io.Writer) error {
	if s.Doc != "" {
		if _, err := fmt.Fprintf(w, "%s\n\n", s.Doc); err != nil {
			return err
		}
	}
	if len(s.fields) == 0 {
		_, err := fmt.Fprintln(w, "It has no options.")
		return err
	}
	if _, err := fmt.Fprintln(w, "| option | type | default | meaning | example |\n|---|---|---|---|---|"); err != nil {
		return err
	}
	return s.rows(w, "")
}

func (s *Spec) rows(w io.Writer, prefix string) error {
	for _, f := range s.fields {
		name := prefix + f.Name
		if _, err := fmt.Fprintf(w, "| `%s` | %s | %s | %s | %s |\n", name, bar(f.Type), f.defaultText(), bar(f.meaning()), codes(f.examples)); err != nil {
			return err
		}
		child, below := f.child, name+"."
		switch { // an entry is made, for its options alone
		case f.each != nil:
			child, below = f.each("NAME"), name+".NAME."
		case f.list != nil:
			child, below = f.list(), name+"[]."
		}
		if child != nil {
			if err := child.rows(w, below); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Field) defaultText() string {
	switch {
	case f.required:
		return "required"
	case f.Default == "":
		return ""
	}
	return codes([]string{f.Default})
}

// meaning is the doc, with what keeps the option from being used.
func (f *Field) meaning() string {
	switch {
	case f.notBuilt != "":
		return f.Doc + " (not built yet: " + f.notBuilt + ")"
	case f.secret:
		return f.Doc + " (kept out of messages)"
	}
	return f.Doc
}

// codes writes texts as code, so that nothing in them is taken for Markdown.
func codes(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		switch t {
		case "\t":
			t = "tab"
		case " ":
			t = "blank"
		}
		fence := "`"
		if strings.Contains(t, "`") {
			fence = "``"
		}
		out[i] = fence + bar(t) + fence
	}
	return strings.Join(out, ", ")
}

// bar keeps a text from ending its cell.
func bar(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// Description is an option as programs read it.
type Description struct {
	Name     string        `json:"name"`
	Type     string        `json:"type"`
	Default  string        `json:"default,omitempty"`
	Required bool          `json:"required,omitempty"`
	Secret   bool          `json:"secret,omitempty"`
	Doc      string        `json:"doc"`
	Examples []string      `json:"examples,omitempty"`
	Options  []Description `json:"options,omitempty"`
}

// Describe returns the options of a spec, those of nested objects within theirs.
func (s *Spec) Describe() []Description {
	out := make([]Description, len(s.fields))
	for i, f := range s.fields {
		out[i] = Description{Name: f.Name, Type: f.Type, Default: f.Default, Required: f.required, Secret: f.secret, Doc: f.meaning(), Examples: f.examples}
		if f.child != nil {
			out[i].Options = f.child.Describe()
		}
	}
	return out
}
