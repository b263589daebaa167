package triplesfile

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"clientele/connectors"
	"clientele/connectors/localfiles"
)

// Bounds of a description.
const (
	maxDescription = 32 << 20
	maxVariables   = 50_000
	maxWidth       = 1 << 20  // of a line of answers, in characters
	maxSubfields   = 10_000   // of a variable
	maxRow         = 64 << 20 // of the texts that a line becomes, in bytes
)

// versions of Triple-S XML that are read.
var versions = []string{"1.1", "1.2", "2.0", "3.0"}

// survey is a description, as its XML has it.
type survey struct {
	Version   string    `xml:"version,attr"`
	Hierarchy *struct{} `xml:"hierarchy"`
	Records   []record  `xml:"survey>record"`
	Record    record    `xml:"-"`

	name     string // of the file
	encoding string // in which the XML is written
}

type record struct {
	Href      string      `xml:"href,attr"`
	Format    string      `xml:"format,attr"`
	Skip      int         `xml:"skip,attr"`
	Variables []*variable `xml:"variable"`
}

// variable is one variable of a survey.
type variable struct {
	Ident    string `xml:"ident,attr"`
	Type     string `xml:"type,attr"`
	Format   string `xml:"format,attr"` // literal, where codes are texts
	Name     text   `xml:"name"`
	Label    text   `xml:"label"`
	Position struct {
		Start  int `xml:"start,attr"`
		Finish int `xml:"finish,attr"`
	} `xml:"position"`
	Spread *struct {
		Subfields int `xml:"subfields,attr"`
		Width     int `xml:"width,attr"`
	} `xml:"spread"`
	Values struct {
		Values []value `xml:"value"`
	} `xml:"values"`
}

// value is a code with its label.
type value struct {
	Code  string
	Label text
}

// UnmarshalXML reads a code, which is an attribute of its label.
func (v *value) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	v.Code = attribute(start, "code")
	return v.Label.UnmarshalXML(d, start)
}

// survey reads and checks the description in a file.
func (s *Source) survey(ctx context.Context, d connectors.Delivery) (*survey, error) {
	file, err := s.files.OpenText(ctx, d)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxDescription+1))
	if err != nil {
		return nil, localfiles.Failure(d.Name, err)
	}
	return parse(d.Name, content)
}

func parse(name string, content []byte) (*survey, error) {
	malformed := func(format string, args ...any) error {
		return connectors.Errorf(connectors.KindData, "malformed", "export the survey again", "%s: %w", name, fmt.Errorf(format, args...))
	}
	switch {
	case len(content) > maxDescription:
		return nil, malformed("a description of more than %d MiB can't be right", maxDescription>>20)
	case len(bytes.TrimSpace(content)) == 0:
		return nil, connectors.Errorf(connectors.KindData, "empty_file", "ask for the file again", "%s is empty", name)
	case !bytes.Contains(content[:min(len(content), 4096)], []byte("<")):
		return nil, connectors.Errorf(connectors.KindData, "not_triples", "export the survey as Triple-S XML: versions 1.0 and 1.1 had a form before XML, with lines of keywords", "%s is not XML", name)
	}
	s := &survey{name: name, encoding: "utf-8"}
	decoder := xml.NewDecoder(bytes.NewReader(content))
	decoder.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, fmt.Errorf("no encoding is called %q", label)
		}
		s.encoding = label
		return e.NewDecoder().Reader(input), nil
	}
	root, err := rootOf(decoder)
	if err == nil && root.Name.Local != "sss" {
		return nil, connectors.Errorf(connectors.KindData, "not_triples", "name the description of the survey, not another file", "%s begins with <%s>, not <sss>", name, root.Name.Local)
	}
	if err == nil {
		err = decoder.DecodeElement(s, &root)
	}
	if err != nil {
		var syntax *xml.SyntaxError
		if errors.Is(err, io.EOF) || errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
			return nil, connectors.Errorf(connectors.KindData, "truncated", "the file ends too early; ask for it again", "%s: it is cut off", name)
		}
		return nil, malformed("at byte %d: %w", decoder.InputOffset(), err)
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	s.Record = s.Records[0]
	if err := s.Record.check(); err != nil {
		return nil, malformed("%w", err)
	}
	return s, nil
}

// rootOf returns the first element.
func rootOf(d *xml.Decoder) (xml.StartElement, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if start, ok := token.(xml.StartElement); ok {
			return start, nil
		}
	}
}

// check refuses what is no survey of one level.
func (s *survey) check() error {
	switch {
	case s.Hierarchy != nil:
		return connectors.Errorf(connectors.KindData, "hierarchy", "read each survey that it names as a source of its own, and map what refers to the level above",
			"%s describes a hierarchy of surveys, not a survey", s.name)
	case !slices.Contains(versions, s.Version):
		return connectors.Errorf(connectors.KindData, "unknown_version", "export the survey as one of versions "+strings.Join(versions, ", "), "%s is of version %q of Triple-S", s.name, s.Version)
	case len(s.Records) != 1:
		return connectors.Errorf(connectors.KindData, "malformed", "export the survey again", "%s describes %d kinds of record, not one", s.name, len(s.Records))
	}
	return nil
}

// types of variables.
const (
	typeSingle    = "single"
	typeMultiple  = "multiple"
	typeQuantity  = "quantity"
	typeCharacter = "character"
	typeLogical   = "logical"
	typeDate      = "date"
	typeTime      = "time"
)

var types = []string{typeSingle, typeMultiple, typeQuantity, typeCharacter, typeLogical, typeDate, typeTime}

// check holds what the record says of its variables to what can be.
func (r *record) check() error {
	switch {
	case r.Format == "":
		r.Format = "fixed"
	case r.Format != "fixed" && r.Format != "csv":
		return fmt.Errorf("its answers are in the format %q, which is neither fixed nor csv", r.Format)
	}
	if len(r.Variables) == 0 || len(r.Variables) > maxVariables || r.Skip < 0 || r.Skip > 1_000_000 {
		return fmt.Errorf("it has %d variables, behind %d lines", len(r.Variables), r.Skip)
	}
	for i, v := range r.Variables {
		p := &v.Position
		if p.Finish == 0 {
			p.Finish = p.Start
		}
		if !slices.Contains(types, v.Type) || p.Start < 1 || p.Finish < p.Start || p.Finish > maxWidth {
			return fmt.Errorf("variable %d, of type %q, stands from %d to %d", i+1, v.Type, p.Start, p.Finish)
		}
		if s := v.Spread; s != nil && (s.Subfields < 1 || s.Subfields > maxSubfields || s.Width < 0 || s.Width > maxWidth) {
			return fmt.Errorf("variable %d is spread over %d fields of width %d", i+1, s.Subfields, s.Width)
		}
	}
	return nil
}
