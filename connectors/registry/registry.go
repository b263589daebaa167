// Package registry holds the one vocabulary of what official registers say of a
// firm, and the interfaces of those who ask them. A register lives in a package
// of its own beside this one: kvk, nbb, vies, gleif, companieshouse, sirene.
//
// What a register answers is kept as it came (Answer) and read by a pure
// function of those bytes (Parse), so that a night can be replayed from what it
// landed, without a call.
package registry

import (
	"context"
	"io"
	"iter"
	"slices"
	"time"
)

// Provider is a register.
type Provider interface {
	// Card says what the register is and under which terms it may be used.
	Card() Card
}

// Caller is a register that is asked firm by firm.
type Caller interface {
	Provider
	// Ask puts one question. That the register knows no such firm is an answer;
	// an error is what keeps it from answering: a missing key, an outage.
	Ask(ctx context.Context, q Question) ([]Answer, error)
	// Parse reads what Ask returned, a record per firm; none where the register
	// knows no such firm. It depends on the answers alone.
	Parse(answers []Answer) ([]Record, error)
}

// Bulk is a register that comes as a file of all firms.
type Bulk interface {
	Provider
	// Records reads the records of firms of which wanted answers true for a number, in
	// the order of the file and with memory that its size does not change. The first
	// error is the last element.
	Records(r io.Reader, wanted Wanted) iter.Seq2[Record, error]
}

// Wanted reports whether the firm with a number of a kind is looked for.
type Wanted func(by Key, number string) bool

// Kept is a register of which a copy is kept on this machine.
type Kept interface {
	Provider
	// Refresh brings the copy up to date, and tells of all that it takes in.
	Refresh(ctx context.Context, each func(Refreshed)) error
	// Find returns the records of the firm with a number that the register is asked
	// by, or of those that bear a name; none where the copy knows no such firm.
	Find(ctx context.Context, q Question) ([]Record, error)
	// All calls each for the firms of numbers that the copy knows. Equal rows of the
	// copy make equal records, whatever its day.
	All(ctx context.Context, numbers []string, each func(number string, r Record) error) error
	// AsOf returns the day of which the copy is, "" where there is none yet.
	AsOf(ctx context.Context) (Date, error)
}

// Fetcher is a register whose files are downloaded from where it lays them.
type Fetcher interface {
	Kept
	// Fetches reports whether it is told from where.
	Fetches() bool
	// Fetch downloads the files that the copy lacks, for Refresh to take in, and tells of
	// each. A file is whole, or not there.
	Fetch(ctx context.Context, each func(Fetched)) error
}

// Fetched is a file that was downloaded.
type Fetched struct {
	Name string `json:"name"`
	Size int64  `json:"bytes"`
}

// Refreshed is a file that a copy of a register took in.
type Refreshed struct {
	Name string `json:"name"`
	AsOf Date   `json:"as_of"`
	Out  int64  `json:"rows_out"`
	In   int64  `json:"rows_in"`
}

// Key is a kind of identifier that a register can be asked by.
type Key string

// The keys.
const (
	KeyEnterprise Key = "enterprise_number" // Belgium: 10 digits
	KeyKvK        Key = "kvk_number"        // Netherlands: 8 digits
	KeySIREN      Key = "siren"             // France: 9 digits
	KeyCompany    Key = "company_number"    // United Kingdom: 8 characters
	KeyVAT        Key = "vat_number"        // with its country prefix
	KeyLEI        Key = "lei"               // ISO 17442, 20 characters
	KeyName       Key = "name"
)

// Question asks a register for one firm, by an identifier in its canonical form.
type Question struct {
	By      Key
	Value   string
	Country string // ISO 3166-1 alpha-2, for names; "" where it is unknown
}

// Answer is what a register answered, byte for byte.
type Answer struct {
	Register string
	Call     string // which of the register's calls it answers
	About    string // the number that was asked about
	Media    string // media type, without parameters
	Status   int    // of HTTP
	AskedAt  time.Time
	Body     []byte
}

// Day is the day, in UTC, on which the register was asked.
func (a Answer) Day() Date { return Date(a.AskedAt.UTC().Format(time.DateOnly)) }

// Card describes a register: whom it covers, what it is asked by, what it gives,
// and what may be done with that.
type Card struct {
	Name      string   // as configs call it
	Title     string   // as people do
	Countries []string // ISO 3166-1 alpha-2; none for all
	AskedBy   []Key    // the best first
	NeedsKey  bool     // without one it answers nothing
	KeyFrom   string   // where a key is got
	Licence   Licence
	Fresh     string // how old its values are
	Gives     []string
	Lacks     []string // what people look for there in vain
}

// Covers reports whether the register has firms of a country; of "", which is
// unknown, it does.
func (c Card) Covers(country string) bool {
	return country == "" || len(c.Countries) == 0 || slices.Contains(c.Countries, country)
}

// Licence are the terms of a register's values.
type Licence struct {
	Name        string
	URL         string
	Attribution string // what must be shown with the values; "" for nothing
	// Limits is what the terms forbid that a user of customer data would do.
	Limits string
}
