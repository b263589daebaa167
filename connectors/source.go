// Package connectors holds the interfaces between Clientele and the outside
// world: a Source that customer data is read from, a Warehouse that holds the
// base and what is published, a State that remembers what must outlive both.
// Each member lives in a package of its own below this one and passes the
// conformance suite of its kind.
package connectors

import (
	"context"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/schemas"
)

// Source reads one configured place that customer data comes from. A Source
// holds no position of its own: the pipeline remembers what was read.
//
// All methods may be called again after an error; none changes the place that
// it reads.
type Source interface {
	// Deliveries lists what there is to read, in the order in which it is to be
	// read: one per file, or one per pull. after is the cursor of the last
	// delivery that landed, "" for the first time; a source without a cursor of
	// its own ignores it and lists everything, and the pipeline leaves out what
	// it has read by Name and Hash.
	Deliveries(ctx context.Context, after string) ([]Delivery, error)

	// Open starts reading a delivery. The caller closes the Rows.
	Open(ctx context.Context, d Delivery) (Rows, error)

	// Format says how the texts of this source write numbers.
	Format() Format
}

// Delivery is one file, or one pull, of a source.
type Delivery struct {
	// Name tells deliveries of a source apart: a file's path relative to the
	// config, with forward slashes.
	Name string
	// Hash is the SHA-256 of the content in hexadecimal, or of what the place
	// says of it without its being read: size and check sum. It is "" where the
	// content is known only by reading it: the pipeline then takes the SHA-256 of
	// what it landed, and drops a pull that brings what the last one brought.
	Hash string
	// Size in bytes, 0 where unknown.
	Size int64
	// Modified is when the content last changed, zero where unknown.
	Modified time.Time `json:",omitzero"`
	// Since is what the delivery begins behind, in the words of Cursor: "" for
	// the beginning, and for sources without a cursor.
	Since string `json:",omitempty"`
	// Cursor is where the source stands after this delivery, "" for sources
	// without one.
	Cursor string
	// Named says that the name identifies the delivery: the same name with
	// other content is a correction of the earlier one. A fixed path that is
	// overwritten each night is not Named; a file among others is.
	Named bool
}

// Rows streams a delivery's rows as Arrow record batches of bounded size.
//
// Every batch has the lineage columns of LineageSchema first, then the source's
// own columns, named as the source names them. Sources of text yield strings,
// with null for an absent value; typed sources yield typed columns.
type Rows interface {
	// Schema is that of every batch, known before the first.
	Schema() *arrow.Schema
	// Next returns the next batch, which the caller releases, or io.EOF.
	Next(ctx context.Context) (arrow.Record, error)
	// Close frees what reading held. It may be called more than once.
	Close() error
}

// Positioned is implemented by Rows of a source that knows only by reading where it
// stands after a delivery.
type Positioned interface {
	// Cursor is Delivery.Cursor, known when the rows are open.
	Cursor() string
}

// Sampler is implemented by a Source that can read the first rows of a delivery
// without fetching the rest of it.
type Sampler interface {
	// Sample is Open for a delivery of which at least so many records are wanted,
	// 0 for all.
	Sample(ctx context.Context, d Delivery, records int64) (Rows, error)
}

// The lineage columns, in the order in which they stand before a source's own.
const (
	ColumnRow   = schemas.RawRow
	ColumnPart  = schemas.RawPart
	ColumnFault = schemas.RawFault
)

// LineageFields are the fields of the lineage columns.
func LineageFields() []arrow.Field { return schemas.RawLineage() }

// TextSchema is the schema of a source of texts with the given columns.
func TextSchema(columns []string) *arrow.Schema {
	fields := LineageFields()
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

// Format says how the texts of a source write numbers and times.
type Format = schemas.Format

// Project is where the config stands; relative paths of a config are read from
// there, and temporary files are made in Temp.
type Project struct {
	Dir  string // folder of the config file
	Temp string // private folder for temporary files, under --home
	// Version of the program, for servers that ask who reads.
	Version string
	Outside Outside
}
