// Package companieshouse reads the basic company data of the register of the
// United Kingdom, a CSV file a month.
package companieshouse

import (
	"io"
	"iter"
	"strconv"
	"strings"

	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// Options of the register.
type Options struct {
	registry.Renewal
	Path string
}

// Spec adds the options to s.
func (o *Options) Spec(s *option.Spec) {
	s.String(&o.Path, "path", "", "the file, unpacked; relative to the config").Required().Example("registries/BasicCompanyDataAsOneFile.csv")
	o.Renewal.Spec(s, "70d", "age from which the values of the file are stale")
}

var card = registry.Card{
	Name: "companieshouse", Title: "Companies House", Countries: []string{"GB"}, AskedBy: []registry.Key{registry.KeyCompany},
	Licence: registry.Licence{
		Name: "Open Government Licence v3.0", URL: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
		Attribution: "Contains public sector information licensed under the Open Government Licence v3.0.",
	},
	Fresh: "a file a month (download.companieshouse.gov.uk)",
	Gives: []string{"names, former ones too", "legal form", "status", "incorporation and dissolution", "registered address", "SIC codes"},
	Lacks: []string{"revenue and headcount", "directors", "telephone and web site"},
}

// Register is the register.
type Register struct{}

// Card implements registry.Provider.
func (Register) Card() registry.Card { return card }

// Records implements registry.Bulk.
func (Register) Records(r io.Reader, wanted registry.Wanted) iter.Seq2[registry.Record, error] {
	return registry.Table{Register: card.Name, By: registry.KeyCompany, Key: "CompanyNumber", Needs: []string{"CompanyName", "CompanyStatus", "IncorporationDate"}}.Records(r, wanted, record)
}

func record(row registry.Row) registry.Record {
	r := registry.Record{
		Register: card.Name, Number: row.Get("CompanyNumber"),
		Names:   []registry.Name{{Text: row.Get("CompanyName"), Kind: registry.LegalName}},
		Form:    registry.LegalForm{List: "companieshouse", Code: row.Get("CompanyCategory"), Text: row.Get("CompanyCategory")},
		Status:  status(row.Get("CompanyStatus")),
		Filed:   row.Get("CompanyStatus"),
		Founded: day(row.Get("IncorporationDate")),
		Ended:   day(row.Get("DissolutionDate")),
	}
	if p := place(row); p.Text() != "" {
		r.Places = []registry.Place{p}
	}
	for i := 1; i <= 4; i++ {
		if code, text, ok := sector(row.Get("SICCode.SicText_" + strconv.Itoa(i))); ok {
			r.Sectors = append(r.Sectors, registry.Sector{List: "sic", Version: "2008", Code: code, Text: text, Main: len(r.Sectors) == 0})
		}
	}
	for i := 1; i <= 10; i++ {
		if name := row.Get("PreviousName_" + strconv.Itoa(i) + ".CompanyName"); name != "" {
			r.Names = append(r.Names, registry.Name{Text: name, Kind: registry.FormerName})
		}
	}
	return r
}

func place(row registry.Row) registry.Place {
	get := func(name string) string { return row.Get("RegAddress." + name) }
	var lines []string
	for _, name := range []string{"CareOf", "POBox", "AddressLine1", "AddressLine2"} {
		if line := get(name); line != "" {
			lines = append(lines, line)
		}
	}
	p := registry.Place{Kind: registry.Seat, Street: strings.Join(lines, ", "), Postcode: get("PostCode"), Town: get("PostTown"), Region: get("County"), Country: get("Country")}
	switch strings.ToUpper(p.Country) {
	case "ENGLAND", "SCOTLAND", "WALES", "NORTHERN IRELAND", "UNITED KINGDOM", "GREAT BRITAIN":
		p.Country = "GB"
	}
	return p
}

// sector reads a code of the SIC of 2007, which is NACE Rev. 2 with a fifth digit:
// "62020 - Information technology consultancy activities".
func sector(text string) (code, words string, ok bool) {
	code, words, ok = strings.Cut(text, " - ")
	return code, words, ok && len(code) == 5 && strings.Trim(code, "0123456789") == ""
}

func day(text string) registry.Date { return registry.DateOf(text, "02/01/2006") }

// status reads what the register calls the status of a company.
func status(word string) registry.Status {
	w := strings.ToLower(word)
	switch {
	case w == "":
		return ""
	case strings.HasPrefix(w, "active"): // "Active - Proposal to Strike off" too
		return registry.Active
	case strings.HasPrefix(w, "live but receiver"), strings.Contains(w, "administrati"), strings.Contains(w, "voluntary arrangement"), strings.Contains(w, "receiver"), strings.Contains(w, "insolvency"):
		return registry.Insolvent
	case strings.Contains(w, "liquidation"):
		return registry.Liquidating
	case strings.HasPrefix(w, "dissolved"), strings.HasPrefix(w, "closed"), strings.HasPrefix(w, "converted"), strings.HasPrefix(w, "removed"):
		return registry.Dissolved
	}
	return ""
}
