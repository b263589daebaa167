// Package schemas defines every table of Clientele once: its columns, their
// types and meaning, which of them are personal data and what they may be used
// for. The Arrow schema, the DDL of each SQL dialect, the data dictionary and
// the retention check all derive from these definitions; no other package
// repeats a column list.
//
// Three layers hold tables:
//
//   - Input tables are what a source maps its rows to (config `tables:`). They
//     live in the base as a log of rows per delivery, named in_<name>.
//   - Base tables are what the steps of a night keep between nights: the ledger
//     of deliveries, the match store, the quarantine.
//   - Published tables are what readers see.
package schemas

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// Type is the type of a column. Each has one Arrow type, one literal form and
// one SQL type per dialect.
type Type uint8

// The column types. Instants are UTC with microseconds; dates have no zone;
// Decimal is exact with 18 digits, 4 of them after the point.
const (
	String Type = iota + 1
	Int
	Decimal
	Float
	Bool
	Date
	Timestamp
)

// DecimalPrecision and DecimalScale are those of the Decimal type.
const (
	DecimalPrecision = 18
	DecimalScale     = 4
)

var typeNames = [...]string{"", "string", "integer", "decimal", "float", "boolean", "date", "timestamp"}

// String returns the type's name as configs and the data dictionary write it.
func (t Type) String() string {
	if int(t) >= len(typeNames) {
		return "unknown"
	}
	return typeNames[t]
}

// MarshalText writes the type as String does.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// ParseType returns the type that configs call name.
func ParseType(name string) (Type, bool) {
	i := slices.Index(typeNames[1:], name)
	return Type(i + 1), i >= 0
}

// Arrow returns the Arrow type that holds values of t.
func (t Type) Arrow() arrow.DataType {
	switch t {
	case Int:
		return arrow.PrimitiveTypes.Int64
	case Decimal:
		return &arrow.Decimal128Type{Precision: DecimalPrecision, Scale: DecimalScale}
	case Float:
		return arrow.PrimitiveTypes.Float64
	case Bool:
		return arrow.FixedWidthTypes.Boolean
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	default:
		return arrow.BinaryTypes.String
	}
}

// Category says what kind of personal data a column holds, if any.
type Category string

// The categories of personal data. NotPersonal columns hold none.
const (
	NotPersonal Category = ""
	Pseudonym   Category = "pseudonym" // an id that leads to a person
	Identity    Category = "identity"  // names, birth date, official numbers
	Contact     Category = "contact"   // phone, e-mail, web site
	Location    Category = "location"  // postal address and its parts
	Profile     Category = "profile"   // profession, habits, language, scores
	Behaviour   Category = "behaviour" // orders, visits, answers and their dates
	Financial   Category = "financial" // amounts, arrears
)

// Purpose says what a column is kept for. Retention and scoring refuse a use
// outside it.
type Purpose string

// The purposes of processing.
const (
	Operation  Purpose = "operation"  // running the pipeline: lineage, counts, keys
	Service    Purpose = "service"    // serving the customer: orders, quotes, contact
	Marketing  Purpose = "marketing"  // approaching and profiling customers
	Accounting Purpose = "accounting" // invoices and what the law wants kept of them
)

// Layer says where a table lives.
type Layer uint8

// The layers.
const (
	LayerInput Layer = iota + 1
	LayerBase
	LayerPublished
)

// Column is one column of a table.
type Column struct {
	Name     string   `json:"name"`
	Type     Type     `json:"type"`
	Doc      string   `json:"doc"`
	Personal Category `json:"personal,omitempty"`
	Purpose  Purpose  `json:"purpose"`
	// Required columns are never null: a row without them is quarantined.
	Required bool `json:"required,omitempty"`
	// Volatile columns (clock times, durations) differ between equal results
	// and stay out of digests.
	Volatile bool `json:"volatile,omitempty"`
	// Tracked columns are those whose changes make a new version of a row in
	// its history. Counters and last dates, which change with every fact, are
	// not.
	Tracked bool `json:"tracked,omitempty"`
}

// Table is one table: its columns in order and the columns that identify a row.
type Table struct {
	Name    string   `json:"name"`
	Doc     string   `json:"doc"`
	Layer   Layer    `json:"-"`
	Key     []string `json:"key"`
	Columns []Column `json:"columns"`
	// Partition is the date or instant by whose months an engine that can do so
	// keeps the rows apart, "" for none; Cluster the columns by which it lays
	// them together. Neither changes what a table holds.
	Partition string   `json:"partition,omitempty"`
	Cluster   []string `json:"cluster,omitempty"`
}

// Column returns the column called name.
func (t Table) Column(name string) (Column, bool) {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return t.Columns[i], true
}

// ColumnNames returns the names of t's columns in order.
func (t Table) ColumnNames() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// Arrow returns the Arrow schema of t. All fields are nullable, as the engines
// make them: Required is checked where rows are conformed.
func (t Table) Arrow() *arrow.Schema {
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type.Arrow(), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}
