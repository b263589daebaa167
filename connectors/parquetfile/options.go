package parquetfile

import (
	"clientele/connectors/objects"
	"clientele/schemas/option"
)

// Options says what is read of a file.
type Options struct {
	// Columns are the columns to read, all where it is nil.
	Columns []string
	// Store says how files elsewhere are reached.
	Store objects.Options
}

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("parquet", "Parquet files, as other programs write them. Columns keep their types; a time of day, a category and the like come as text. "+
		"Lists, maps and structs are refused: leave them out with columns.")
	s.Strings(&o.Columns, "columns", "the columns to read; all where it is left out").Example("[id, name, email]")
	o.Store.Spec(s)
	return s
}
