package registry

import "strings"

// Item is what a figure counts.
type Item string

// The items, amounts in the currency of the figure unless they say otherwise.
const (
	Revenue         Item = "revenue"
	GrossMargin     Item = "gross_margin"
	OperatingResult Item = "operating_result" // earnings before interest and taxes
	ResultBeforeTax Item = "result_before_tax"
	Profit          Item = "profit" // or loss, of the year
	Depreciation    Item = "depreciation"
	StaffCost       Item = "staff_cost"
	TotalAssets     Item = "total_assets"
	FixedAssets     Item = "fixed_assets"
	CurrentAssets   Item = "current_assets"
	Stocks          Item = "stocks"
	Receivables     Item = "receivables" // within a year
	Cash            Item = "cash"
	Equity          Item = "equity"
	Reserves        Item = "reserves"
	CarriedForward  Item = "carried_forward" // profit or loss of earlier years
	Debts           Item = "debts"
	CurrentDebts    Item = "current_debts" // within a year
	Headcount       Item = "headcount"     // people; Unit says how they are counted
)

// Basis says how sure a figure is, or a code.
type Basis string

// The bases.
const (
	Reported  Basis = "reported"  // filed by the firm
	Band      Basis = "band"      // the register tells from Low to High
	Estimated Basis = "estimated" // made by somebody
	Converted Basis = "converted" // a code that was made of the one of another version
)

// Figure is a number about a year of a firm.
type Figure struct {
	Item     Item
	Year     int // in which the period ends
	Start    Date
	End      Date
	Amount   Decimal // "" for a band
	Low      Decimal // of a band
	High     Decimal // of a band, "" for one that is open
	Currency string  // ISO 4217
	Unit     string  // of a headcount: persons, or fte for full-time equivalents
	Basis    Basis
	Code     string // the register's code of it
}

// Decimal is a number in decimal notation, exact and canonical: a dash for
// negative ones, no leading zeros, no trailing ones behind the point. "" is no
// number, which is not zero.
type Decimal string

// maxDigits is as many as a decimal of a database has at most.
const maxDigits = 38

// ParseDecimal reads a number with a point, without exponent or separators.
func ParseDecimal(text string) (d Decimal, ok bool) {
	text = strings.TrimSpace(text)
	minus := strings.HasPrefix(text, "-")
	if minus || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	digits := whole + fraction
	if digits == "" || len(digits) > maxDigits || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if minus && whole != "0" {
		whole = "-" + whole
	}
	return Decimal(whole), true
}
