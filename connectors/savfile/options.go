package savfile

import (
	"fmt"

	"clientele/connectors/objects"
	"clientele/schemas/option"
)

// Options says what of a file becomes of its columns. Spec gives them their
// defaults.
type Options struct {
	// Labels is code, text or both: what a value that has a label becomes.
	Labels string
	// Missing is null or keep: what values become that the file declares missing.
	Missing string
	// Names is name or label: what columns are called by.
	Names string
	// Encoding is that of texts, "" for what the file says.
	Encoding string
	// Store says how files elsewhere are reached.
	Store objects.Options
}

const (
	labelsCode   = "code"
	labelsText   = "text"
	labelsBoth   = "both"
	missingNull  = "null"
	missingKeep  = "keep"
	namesName    = "name"
	namesLabel   = "label"
	labelsSuffix = ".label" // of the column of labels beside one of codes
)

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("sav", "Data files of SPSS, .sav and .zsav, one row per case. Dates and instants come as such, times and durations as text like 26:03:00, "+
		"other numbers as they are. Weights weigh nothing: a case is one row, and the weight a column like any other. Gzipped files are unpacked by themselves.")
	s.Enum(&o.Labels, "labels", labelsCode, []string{labelsCode, labelsText, labelsBoth},
		"what a variable with value labels gives: its codes; the texts of its labels, and of a value without one the value; or the codes, with the labels in a second column NAME.label")
	s.Enum(&o.Missing, "missing", missingNull, []string{missingNull, missingKeep},
		"what becomes of values that the file declares missing, like 99 for no answer: absent, or kept as they are")
	s.Enum(&o.Names, "names", namesName, []string{namesName, namesLabel}, "what columns are called by: the variable's name, or its label, which often is the text of the question")
	s.String(&o.Encoding, "encoding", "", "how texts are written, for files that say it wrongly or not at all; those that don't say it are taken for windows-1252").Example("iso-8859-15")
	o.Store.Spec(s)
	s.Check(o.check)
	return s
}

func (o *Options) check() error {
	if o.Encoding != "" {
		if _, err := newDecoder(o.Encoding); err != nil {
			return fmt.Errorf("encoding can't be %q: they are called like utf-8 or windows-1252", o.Encoding)
		}
	}
	return nil
}
