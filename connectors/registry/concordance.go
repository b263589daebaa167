package registry

import (
	"context"

	"clientele/schemas/nace"
)

// KeyNACE is what a register is asked for when it is asked for no firm, but for its
// Concordance; the value is the version of NACE that codes are converted from.
const KeyNACE Key = "nace"

// Concordant is a register whose firms file their activities in two versions of NACE, so
// that it shows which code of one goes with which of the other.
type Concordant interface {
	Kept
	// Concordance returns what the copy shows, with no codes where it shows nothing. Equal
	// rows of the copy make an equal concordance.
	Concordance(ctx context.Context) (Concordance, error)
}

// Concordance tells how codes of NACE go over into those of another version, counted from
// what firms filed.
type Concordance struct {
	// AsOf is the day of the filings that were counted.
	AsOf Date `json:"as_of"`
	// Conversions are in the order of their codes, one per code. Those of four digits are
	// classes of NACE; those of five are of the national list of the register.
	Conversions []Conversion `json:"conversions"`
}

// The versions that codes are converted from and to.
const (
	ConvertedFrom = string(nace.V2008)
	ConvertedTo   = string(nace.V2025)
)

// Conversion is the code that firms file most often beside a code of the older version.
type Conversion struct {
	From string `json:"from"` // of ConvertedFrom
	To   string `json:"to"`   // of ConvertedTo
	// Share is that of the firms' votes for To, to four decimals: the confidence that a firm
	// which filed From alone would file To.
	Share float64 `json:"share"`
	// Firms is how many firms were counted, whatever they file beside From.
	Firms int64 `json:"firms"`
}

// Of returns the conversion of a code of the register's own list: of its five digits, or
// of its class where fewer than LeastFirms file these; ok is false where too few file both.
func (c Concordance) Of(code string) (conversion Conversion, ok bool) {
	for _, digits := range []int{nace.NationalDigits, nace.ClassDigits} {
		if len(code) < digits {
			continue
		}
		for _, x := range c.Conversions {
			if x.From == code[:digits] && x.Firms >= nace.LeastFirms {
				return x, true
			}
		}
	}
	return Conversion{}, false
}
