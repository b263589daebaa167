package registry

import "context"

// Listing is a register of which a copy is kept that can tell all firms it has, so that
// those of which no number is known can be looked for among them.
type Listing interface {
	Kept
	// List calls each with all firms of the copy, and with those of their establishments that
	// are elsewhere, in any order. What it gives is valid until each returns.
	List(ctx context.Context, each func(Listed) error) error
}

// Listed is a firm, or an establishment of one, by what it is found by.
type Listed struct {
	Number string   // of the firm
	Site   string   // of the establishment, "" for the firm itself
	Names  []string // of the firm, and of the establishment
	Form   LegalForm
	// An address, in all its languages.
	Streets, Towns       []string
	House, Box, Postcode string
	Phones, Emails       []string
	Sites                []string // web sites
}
