// Package jsonrows turns JSON records into rows of texts: nested objects become
// columns with dotted names, an array can give a row per element or a column per
// key. It serves all sources of JSON.
package jsonrows

import (
	"errors"

	"clientele/schemas/option"
)

// Shape says how records become rows.
type Shape struct {
	// Columns are the columns to read; without them all there are.
	Columns []string
	// Explode is the path of an array that gives one row per element.
	Explode string
	Pivot   Pivot
	// Tuples are the paths of arrays whose elements become columns of their own,
	// by their number from 0.
	Tuples []string
	// FalseIsNull says that false stands for no value.
	FalseIsNull bool
}

// Pivot turns an array of objects, each with a key and a value, into columns
// named by the key.
type Pivot struct {
	// At is the path of the array, "" for no pivot.
	At string
	// Key is the path of the key within an element.
	Key string
	// Prefix stands before the key in the name of a column.
	Prefix string
	// Value are the paths where the value may stand; the first that is there
	// counts.
	Value []string
}

// Spec adds the options of the shape to those of a connector.
func (o *Shape) Spec(s *option.Spec) {
	s.Strings(&o.Columns, "columns", "the columns to read; without this option all records are read once more, first, to find them").Example("[id, customer.email]")
	s.String(&o.Explode, "explode", "", "the path of an array that gives one row per element, with the rest of the record repeated; a record without elements gives one row").Example("lines")
	pivot := s.Object("pivot", "an array of objects with a key and a value each, to be turned into columns named by the key").
		Example("{ at: answers, key: field.ref }").Spec()
	pivot.String(&o.Pivot.At, "at", "", "the path of the array").Required().Example("answers")
	pivot.String(&o.Pivot.Key, "key", "field.ref", "the path of the key within an element")
	pivot.String(&o.Pivot.Prefix, "prefix", "", "a text before the key in the names of the columns").Example("answer.")
	value := pivot.Strings(&o.Pivot.Value, "value", "the paths where an element's value may stand; the first that is there counts").Example("[text, number]")
	o.Pivot.Value = []string{"text", "email", "phone_number", "choice.label", "choices.labels", "number", "boolean", "date", "url", "file_url"}
	value.Default = "text, email, phone_number, choice.label, choices.labels, number, boolean, date, url, file_url"
	s.Strings(&o.Tuples, "tuples", "the paths of arrays whose elements become columns of their own: a.0, a.1").Example("[partner_id]")
	s.Bool(&o.FalseIsNull, "false_is_null", false, "false stands for no value, as Odoo writes it")
}

// Check says what is wrong with the shape.
func (o *Shape) Check() error {
	if o.Explode != "" && o.Explode == o.Pivot.At {
		return errors.New("explode and pivot can't take the same array")
	}
	return nil
}
