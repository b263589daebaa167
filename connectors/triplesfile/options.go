package triplesfile

import (
	"fmt"

	"golang.org/x/text/encoding/htmlindex"

	"clientele/connectors/objects"
	"clientele/schemas/option"
)

// Options says what of a survey becomes of its columns. Spec gives them their
// defaults.
type Options struct {
	// Labels is code, text or both: what an answer that has a label becomes.
	Labels string
	// Names is name or label: what columns are called by.
	Names string
	// Language chooses among texts in several, "" for those without one.
	Language string
	// Encoding is that of the answers, "" for that of the description.
	Encoding string
	// Store says how files elsewhere are reached.
	Store objects.Options
}

const (
	labelsCode   = "code"
	labelsText   = "text"
	labelsBoth   = "both"
	namesName    = "name"
	namesLabel   = "label"
	labelsSuffix = ".label" // of the column of labels beside one of codes
	separator    = ";"      // of several answers to one question
)

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("triples", "Surveys in Triple-S XML, versions 1.1 to 3.0: `path` names the descriptions (.sss, .xml), and the answers lie beside them (.asc, .dat, .csv). One row per respondent. "+
		"Several answers to a question stand in one cell, separated by ; which is what `unpivot: { split: \";\" }` takes. Logical answers are true and false, dates 2026-05-01, times 09:30:00. "+
		"Filters and weights are passed over; a hierarchy is refused, and each survey of it can be read as a source.")
	s.Enum(&o.Labels, "labels", labelsCode, []string{labelsCode, labelsText, labelsBoth},
		"what a variable with labelled answers gives: its codes; the texts of its labels, and of an answer without one the code; or the codes, with the labels in a second column NAME.label")
	s.Enum(&o.Names, "names", namesName, []string{namesName, namesLabel}, "what columns are called by: the variable's name, or its label, which often is the text of the question")
	s.String(&o.Language, "language", "", "the language of labels that are there in several").Example("nl")
	s.String(&o.Encoding, "encoding", "", "how the answers are written, where they are not as the description is").Example("windows-1252")
	o.Store.Spec(s)
	s.Check(o.check)
	return s
}

func (o *Options) check() error {
	if o.Encoding == "" {
		return nil
	}
	if _, err := htmlindex.Get(o.Encoding); err != nil {
		return fmt.Errorf("encoding can't be %q: they are called like utf-8 or windows-1252", o.Encoding)
	}
	return nil
}
