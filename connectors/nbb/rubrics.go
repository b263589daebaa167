package nbb

import (
	_ "embed" // the map of rubrics
	"strings"

	"clientele/connectors/registry"
)

//go:embed rubrics.csv
var rubricTable string

// rubricOf is the rubric of a fact, by its metric and the members of its
// dimensions without that of the period.
var rubricOf = readRubrics(rubricTable)

func readRubrics(table string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(table) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		rubric, key, _ := strings.Cut(line, ",")
		out[key] = rubric
	}
	return out
}

// The rubrics of both sides of a balance sheet.
const (
	totalAssets      = "20/58"
	totalLiabilities = "10/49"
)

// items are the figures that rubrics tell, in the order in which they are
// reported. Gross margin (9900) stands in place of turnover (70) in abridged and
// micro accounts, and is not one.
var items = []struct {
	item    registry.Item
	rubrics []string // the first that was filed
}{
	{registry.Revenue, []string{"70"}},
	{registry.GrossMargin, []string{"9900"}},
	{registry.OperatingResult, []string{"9901"}},
	{registry.ResultBeforeTax, []string{"9903"}},
	{registry.Profit, []string{"9904"}},
	{registry.Depreciation, []string{"630"}},
	{registry.StaffCost, []string{"62"}},
	{registry.TotalAssets, []string{totalAssets}},
	{registry.FixedAssets, []string{"21/28"}},
	{registry.CurrentAssets, []string{"29/58"}},
	{registry.Stocks, []string{"3"}},
	{registry.Receivables, []string{"40/41"}},
	{registry.Cash, []string{"54/58"}},
	{registry.Equity, []string{"10/15"}},
	{registry.Reserves, []string{"13"}},
	{registry.CarriedForward, []string{"14"}},
	{registry.Debts, []string{"17/49"}},
	{registry.CurrentDebts, []string{"42/48"}},
	{registry.Headcount, []string{"9087", "1003"}}, // averages in full-time equivalents, of the notes and of the social balance
}

// year is a financial year of a filing: its rubrics by code.
type year struct {
	start, end registry.Date
	year       int
	rubrics    map[string]registry.Decimal
}

func (y *year) set(code string, d registry.Decimal) {
	if y.rubrics == nil {
		y.rubrics = map[string]registry.Decimal{}
	}
	y.rubrics[code] = d
}

// figures returns what the rubrics tell. One that was not filed gives no figure.
func (y year) figures(currency string) (out []registry.Figure) {
	for _, i := range items {
		for _, code := range i.rubrics {
			amount, ok := y.rubrics[code]
			if !ok {
				continue
			}
			f := registry.Figure{Item: i.item, Year: y.year, Start: y.start, End: y.end, Amount: amount, Currency: currency, Basis: registry.Reported, Code: code}
			if i.item == registry.Headcount {
				f.Currency, f.Unit = "", "fte"
			}
			out = append(out, f)
			break
		}
	}
	return out
}

// doubts says what does not add up: both sides of a balance sheet are equal.
func (y year) doubts() []string {
	assets, one := y.rubrics[totalAssets]
	liabilities, other := y.rubrics[totalLiabilities]
	if one && other && assets != liabilities {
		return []string{"the balance sheet of " + y.label() + " does not balance: " + totalAssets + " is not " + totalLiabilities}
	}
	return nil
}

func (y year) label() string {
	if y.end != "" {
		return string(y.end)
	}
	return "a year"
}
