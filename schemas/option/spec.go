// Package option describes the options of a config once: each option's name,
// type, default and meaning stand in a Spec that is bound to the variables it
// fills, as package flag does for command lines. Parsing, defaults, errors with
// file, line and column, did-you-mean, redaction and the pages of the manual
// all come from that one description.
package option

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Spec describes one object of a config: a source, a score, a connector's
// options. Its methods add an option and bind it to a variable, which is given
// its default at once.
type Spec struct {
	Name string
	Doc  string
	// fields in the order in which they were added.
	fields    []*Field
	shorthand *Field
	rest      func(key string) *Spec
	restDoc   string
	check     func() error
	at        *Position
}

// New returns an empty spec.
func New(name, doc string) *Spec { return &Spec{Name: name, Doc: doc} }

// Field is one option. Its methods refine it and return it, so that they chain.
type Field struct {
	Name    string
	Doc     string
	Type    string // as the manual prints it
	Default string // as the manual prints it; "" for none

	required bool
	secret   bool
	notBuilt string
	examples []string
	enum     []string

	set   func(text string) error      // scalars
	list  func() *Spec                 // one new element of a list of objects
	words func(texts []string) error   // a list of scalars
	child *Spec                        // a nested object
	each  func(key string) *Spec       // a map of objects
	at    *Position                    // where the value stands
	part  *Part                        // read later
	onSet func()                       // called when the option is present
	pairs func(key, text string) error // a map of scalars
}

// Required makes the option's absence an error.
func (f *Field) Required() *Field { f.required = true; return f }

// Secret keeps the option's value out of messages and printed configs.
func (f *Field) Secret() *Field { f.secret = true; return f }

// Example adds an example value to the manual.
func (f *Field) Example(text string) *Field { f.examples = append(f.examples, text); return f }

// NotBuilt marks an option that is accepted but does nothing yet: using it
// gives a warning that says so.
func (f *Field) NotBuilt(what string) *Field { f.notBuilt = what; return f }

// Present sets p to true when the config has the option.
func (f *Field) Present(p *bool) *Field { f.onSet = func() { *p = true }; return f }

// At stores where in the file the option's value stands.
func (f *Field) At(p *Position) *Field { f.at = p; return f }

// At stores where in the file the object stands.
func (s *Spec) At(p *Position) { s.at = p }

func (s *Spec) add(f *Field) *Field { s.fields = append(s.fields, f); return f }

// String adds a text option.
func (s *Spec) String(p *string, name, def, doc string) *Field {
	*p = def
	return s.add(&Field{Name: name, Doc: doc, Type: "text", Default: def, set: func(t string) error { *p = t; return nil }})
}

// Enum adds an option that is one of a few words.
func (s *Spec) Enum(p *string, name, def string, values []string, doc string) *Field {
	*p = def
	return s.add(&Field{Name: name, Doc: doc, Type: strings.Join(values, " | "), Default: def, enum: values,
		set: func(t string) error { *p = t; return nil }})
}

// Bool adds a yes-or-no option.
func (s *Spec) Bool(p *bool, name string, def bool, doc string) *Field {
	*p = def
	return s.add(&Field{Name: name, Doc: doc, Type: "true | false", Default: strconv.FormatBool(def), set: func(t string) error {
		b, err := strconv.ParseBool(strings.ToLower(t))
		if err != nil {
			return errors.New("must be true or false")
		}
		*p = b
		return nil
	}})
}

// Int adds an option that is a whole number between lo and hi.
func (s *Spec) Int(p *int, name string, def, lo, hi int, doc string) *Field {
	*p = def
	return s.add(&Field{Name: name, Doc: doc, Type: "number", Default: strconv.Itoa(def), set: func(t string) error {
		n, err := strconv.Atoi(strings.ReplaceAll(t, "_", ""))
		if err != nil || n < lo || n > hi {
			return fmt.Errorf("must be a whole number from %d to %d", lo, hi)
		}
		*p = n
		return nil
	}})
}

// Float adds an option that is a number between lo and hi.
func (s *Spec) Float(p *float64, name string, def, lo, hi float64, doc string) *Field {
	*p = def
	return s.add(&Field{Name: name, Doc: doc, Type: "number", Default: strconv.FormatFloat(def, 'g', -1, 64), set: func(t string) error {
		n, err := strconv.ParseFloat(t, 64)
		if err != nil || n < lo || n > hi {
			return fmt.Errorf("must be a number from %g to %g", lo, hi)
		}
		*p = n
		return nil
	}})
}

// Rune adds an option that is one character; `\t`, "tab" and "none" are words
// for the tab and for no character at all.
func (s *Spec) Rune(p *rune, name string, def rune, doc string) *Field {
	*p = def
	text := "none"
	if def != 0 {
		text = string(def)
	}
	return s.add(&Field{Name: name, Doc: doc, Type: "one character", Default: text, set: func(t string) error {
		switch strings.ToLower(t) {
		case "tab", `\t`:
			t = "\t"
		case "none":
			*p = 0
			return nil
		}
		r, size := utf8.DecodeRuneInString(t)
		if size == 0 || size != len(t) {
			return errors.New(`must be one character, "tab" or "none"`)
		}
		*p = r
		return nil
	}})
}

// Date adds an option that is a calendar date, midnight UTC.
func (s *Spec) Date(p *time.Time, name, doc string) *Field {
	*p = time.Time{}
	return s.add(&Field{Name: name, Doc: doc, Type: "date", set: func(t string) error {
		d, err := time.Parse(time.DateOnly, t)
		if err != nil {
			return errors.New("must be a date like 2026-05-01")
		}
		*p = d
		return nil
	}})
}

// Period adds an option that is a calendar period: 30d, 6m, 3y.
func (s *Spec) Period(p *Period, name, doc string) *Field {
	*p = Period{}
	return s.add(&Field{Name: name, Doc: doc, Type: "period", set: func(t string) error {
		v, err := ParsePeriod(t)
		if err != nil {
			return err
		}
		*p = v
		return nil
	}})
}

// Func adds an option whose text a function of the caller's reads.
func (s *Spec) Func(name, typ, doc string, set func(text string) error) *Field {
	return s.add(&Field{Name: name, Doc: doc, Type: typ, set: set})
}

// Strings adds a list of texts; a single text stands for a list of one.
func (s *Spec) Strings(p *[]string, name, doc string) *Field {
	*p = nil
	return s.add(&Field{Name: name, Doc: doc, Type: "list of texts", words: func(ts []string) error { *p = ts; return nil }})
}

// Words adds a list of texts that a function of the caller's reads.
func (s *Spec) Words(name, doc string, set func(texts []string) error) *Field {
	return s.add(&Field{Name: name, Doc: doc, Type: "list of texts", words: set})
}

// Object adds a nested object, described by the spec that is returned.
func (s *Spec) Object(name, doc string) *Field {
	return s.add(&Field{Name: name, Doc: doc, Type: "object", child: New(name, doc)})
}

// Spec returns the spec of a nested object.
func (f *Field) Spec() *Spec { return f.child }

// List adds a list of objects: element is called for each, in order, and
// returns the spec bound to a new one.
func (s *Spec) List(name, doc string, element func() *Spec) *Field {
	return s.add(&Field{Name: name, Doc: doc, Type: "list", list: element})
}

// Map adds an object whose keys are names that the user chooses: each is called
// per key, in the order of the file, and returns the spec bound to a new entry.
func (s *Spec) Map(name, doc string, each func(key string) *Spec) *Field {
	return s.add(&Field{Name: name, Doc: doc, Type: "names", each: each})
}

// Pairs adds an object of names and texts: set is called per pair, in the order
// of the file.
func (s *Spec) Pairs(name, doc string, set func(key, text string) error) *Field {
	return s.add(&Field{Name: name, Doc: doc, Type: "pairs", pairs: set})
}

// Later adds an option whose spec depends on others: it is read when Part.Parse
// is called, after the object it stands in.
func (s *Spec) Later(p *Part, name, typ, doc string) *Field {
	*p = Part{}
	return s.add(&Field{Name: name, Doc: doc, Type: typ, part: p})
}

// Rest lets the object itself have keys that the user chooses, beside its own
// options.
func (s *Spec) Rest(doc string, each func(key string) *Spec) { s.rest, s.restDoc = each, doc }

// Shorthand says that a plain text in place of the object sets f.
func (s *Spec) Shorthand(f *Field) { s.shorthand = f }

// Check adds a test of the whole object, made when all its options are read.
func (s *Spec) Check(check func() error) { s.check = check }

// Fields returns the options in order.
func (s *Spec) Fields() []*Field { return s.fields }
