package jsonfile

import (
	"errors"

	"clientele/connectors/objects"
	"clientele/schemas/option"
)

// Options says where the records of a file stand and how they become rows.
type Options struct {
	// Format is auto, json or ndjson.
	Format string
	// Records is the path of the array of records, "" for the document itself.
	Records string
	// Columns are the columns to read; without them all there are.
	Columns []string
	// Explode is the path of an array that gives one row per element.
	Explode string
	Pivot   Pivot
	// Store says how files elsewhere are reached.
	Store objects.Options
}

// Pivot turns an array of objects, each with a key and a value, into columns
// named by the key.
type Pivot struct {
	// At is the path of the array, "" for no pivot.
	At string
	// Key is the path of the key within an element.
	Key string
	// Value are the paths where the value may stand; the first that is there
	// counts.
	Value []string
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
	s.Strings(&o.Columns, "columns", "the columns to read; without this option the file is read once more, first, to find them").Example("[id, customer.email]")
	s.String(&o.Explode, "explode", "", "the path of an array that gives one row per element, with the rest of the record repeated; a record without elements gives one row").Example("lines")
	pivot := s.Object("pivot", "an array of objects with a key and a value each, to be turned into columns named by the key").
		Example("{ at: answers, key: field.ref }").Spec()
	pivot.String(&o.Pivot.At, "at", "", "the path of the array").Required().Example("answers")
	pivot.String(&o.Pivot.Key, "key", "field.ref", "the path of the key within an element")
	value := pivot.Strings(&o.Pivot.Value, "value", "the paths where an element's value may stand; the first that is there counts").Example("[text, number]")
	o.Pivot.Value = []string{"text", "email", "phone_number", "choice.label", "choices.labels", "number", "boolean", "date", "url", "file_url"}
	value.Default = "text, email, phone_number, choice.label, choices.labels, number, boolean, date, url, file_url"
	o.Store.Spec(s)
	s.Check(o.check)
	return s
}

func (o *Options) check() error {
	if o.Format == formatNDJSON && o.Records != "" {
		return errors.New("records needs format json: a file of one object per line has no array around them")
	}
	if o.Explode != "" && o.Explode == o.Pivot.At {
		return errors.New("explode and pivot can't take the same array")
	}
	return nil
}
