package jsonfile

import (
	"errors"

	"clientele/connectors/jsonrows"
	"clientele/connectors/objects"
	"clientele/schemas/option"
)

// Options says where the records of a file stand and how they become rows.
type Options struct {
	// Format is auto, json or ndjson.
	Format string
	// Records is the path of the array of records, "" for the document itself.
	Records string
	// Store says how files elsewhere are reached.
	Store objects.Options
	// Shape says how records become rows.
	jsonrows.Shape
}

const (
	formatAuto   = "auto"
	formatJSON   = "json"
	formatNDJSON = "ndjson"
)

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("json", "JSON documents and files of one JSON object per line (NDJSON). Nested objects become columns "+
		"with dotted names; gzipped files are unpacked by themselves.")
	s.Enum(&o.Format, "format", formatAuto, []string{formatAuto, formatJSON, formatNDJSON}, "one document, or one object per line; auto looks at the first line")
	s.String(&o.Records, "records", "", "the path of the array of records within the document").Example("data.items")
	o.Shape.Spec(s)
	o.Store.Spec(s)
	s.Check(o.check)
	return s
}

func (o *Options) check() error {
	if o.Format == formatNDJSON && o.Records != "" {
		return errors.New("records needs format json: a file of one object per line has no array around them")
	}
	return o.Shape.Check()
}
