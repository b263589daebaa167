// Package enrich joins what official registers answered to the customers that it is
// about, by number, and says which values of registers stand before those of parties.
// It composes SQL that runs where the data lies; golden records must be chosen, and
// merge.Customers publishes what it finds.
package enrich

import (
	_ "embed"
	"fmt"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

var (
	//go:embed firms.sql
	firmsSQL string
	//go:embed years.sql
	yearsSQL string
	//go:embed register.sql
	registerSQL string
)

// Numbers returns the query of the numbers by which registers are asked about firms:
// customer_id, asked_by and number, of a relation of customer_id, enterprise_number,
// vat_number, country and linked_number. Which register a number is of is told by its length, and for
// eight characters by the country; Belgian and French VAT numbers hold the number of
// the national register; linked_number is one that was found for the firm. One number may stand there twice.
func Numbers(relation string) string {
	return fmt.Sprintf(`SELECT customer_id, CASE WHEN LENGTH(enterprise_number) = 10 THEN 'enterprise_number' WHEN LENGTH(enterprise_number) = 9 THEN 'siren'
    WHEN LENGTH(enterprise_number) = 8 AND country = 'GB' THEN 'company_number' WHEN LENGTH(enterprise_number) = 8 THEN 'kvk_number' ELSE 'unknown' END AS asked_by, enterprise_number AS number
  FROM %[1]s WHERE enterprise_number IS NOT NULL
  UNION ALL
  SELECT customer_id, 'vat_number', vat_number FROM %[1]s WHERE vat_number IS NOT NULL
  UNION ALL
  SELECT customer_id, 'enterprise_number', SUBSTR(vat_number, 3) FROM %[1]s WHERE SUBSTR(vat_number, 1, 2) = 'BE'
  UNION ALL
  SELECT customer_id, 'siren', SUBSTR(vat_number, 5) FROM %[1]s WHERE SUBSTR(vat_number, 1, 2) = 'FR'
  UNION ALL
  SELECT customer_id, 'enterprise_number', linked_number FROM %[1]s WHERE linked_number IS NOT NULL`, relation)
}

// field is a value of an organisation that registers tell: the field of
// customer_fields, the columns of answers that travel together, and the column of
// which each is told in work_register.
type field struct {
	Name    string
	Columns []column
	first   bool // stands before what parties say, unless the policy says otherwise
}

type column struct {
	From, As string
	Type     schemas.Type
}

func text(name string) column { return column{name, name, schemas.String} }

// fields are those that answers tell; the first column says whether one does.
var fields = []field{
	{"lei", []column{text("lei")}, true},
	{"legal_name", []column{text("legal_name")}, true},
	{"trade_name", []column{text("trade_name")}, false},
	{"legal_form_code", []column{text("legal_form_code")}, true},
	{"natural_person", []column{{"natural_person", "natural_person", schemas.Bool}}, true},
	{"sector_code", []column{text("sector_code"), text("sector_version"), text("sector_section")}, true},
	{"purpose", []column{text("purpose")}, true},
	{"website", []column{text("website")}, false},
	{"founded_on", []column{{"founded_on", "founded_on", schemas.Date}}, true},
	{"registry_status", []column{{"status", "registry_status", schemas.String}}, true},
}

// figures are the fields that accounts tell, with the table of the year's figures
// that they are of.
var figures = []struct {
	Name, Of string
	Columns  []string
}{
	{"revenue", "amounts", []string{"revenue", "revenue_year", "revenue_basis"}},
	{"headcount", "headcounts", []string{"headcount", "headcount_year", "headcount_basis"}},
	{"equity", "amounts", []string{"equity"}},
	{"total_assets", "amounts", []string{"total_assets"}},
	{"profit", "amounts", []string{"profit"}},
}

// Nothing returns the statements of nights without registers: the tables that Statements
// makes, without rows.
func Nothing(d *dialect.Dialect, ns dialect.Namespace) []dialect.Statement {
	register := []schemas.Column{{Name: "customer_id", Type: schemas.String}, {Name: "non_mailing", Type: schemas.Int}, {Name: "stale", Type: schemas.Int}, {Name: "parent_lei", Type: schemas.String},
		{Name: "registry_number", Type: schemas.String}, {Name: "registry_link", Type: schemas.String}, {Name: "registry_probability", Type: schemas.Float}, {Name: "successor_number", Type: schemas.String},
		{Name: "registry", Type: schemas.String}, {Name: "enriched_on", Type: schemas.Date}, {Name: "missing", Type: schemas.String}}
	for _, f := range fields {
		for _, c := range f.Columns {
			register = append(register, schemas.Column{Name: c.As, Type: c.Type})
		}
	}
	organisations, _ := schemas.Lookup("organisations")
	for _, f := range figures {
		for _, name := range f.Columns {
			c, _ := organisations.Column(name)
			register = append(register, schemas.Column{Name: name, Type: c.Type})
		}
	}
	tables := []schemas.Table{{Name: "work_register", Columns: register},
		{Name: "work_parents", Columns: []schemas.Column{{Name: "customer_id", Type: schemas.String}, {Name: "parent_customer_id", Type: schemas.String}}}}
	for _, columns := range [][]string{
		{"work_firm_places", "kind", "street", "house_number", "box", "postcode", "municipality", "country", "street_key", "town_key", "language", "source"},
		{"work_firm_points", "kind", "value", "source", "licence"},
	} {
		t := schemas.Table{Name: columns[0], Columns: []schemas.Column{{Name: "customer_id", Type: schemas.String}, {Name: "observed_on", Type: schemas.Date}}}
		for _, column := range columns[1:] {
			t.Columns = append(t.Columns, schemas.Column{Name: column, Type: schemas.String})
		}
		tables = append(tables, t)
	}
	for _, name := range []string{"organisation_years", "directors"} {
		t, _ := schemas.Lookup(name)
		tables = append(tables, t)
	}
	var out []dialect.Statement
	for _, t := range tables {
		out = append(out, empty(d, ns, t)...)
	}
	return out
}

// Statements returns the statements that find what registers say of customers:
// work_register, a row per customer with the values that stand, work_parents, and
// the published years and directors; and that enter in customer_fields whose values
// these are. behind reports, for an official field, whether parties stand before
// registers. Amounts are those in the currency, ISO 4217.
func Statements(d *dialect.Dialect, ns dialect.Namespace, currency string, behind func(field string) bool) ([]dialect.Statement, error) {
	var first []string
	for _, f := range fields {
		if f.first && !behind(f.Name) {
			first = append(first, d.String(f.Name))
		}
	}
	for _, f := range figures {
		if !behind(f.Name) {
			first = append(first, d.String(f.Name))
		}
	}
	values := map[string]any{"Fields": fields, "Figures": figures, "Currency": currency, "Numbers": Numbers(ns("work_organisations")),
		"First": strings.Join(append(first, d.String("none")), ", ")}
	var out []dialect.Statement
	for _, script := range []struct{ name, text string }{{"registers", firmsSQL}, {"years of firms", yearsSQL}, {"values of registers", registerSQL}} {
		ss, err := d.Script(script.name, script.text, ns, values)
		if err != nil {
			return nil, err
		}
		out = append(out, ss...)
	}
	return out, nil
}
