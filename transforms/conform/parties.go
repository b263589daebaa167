package conform

import (
	"slices"

	"clientele/transforms/normalize"
)

// derivations fill the columns of a row that follow from others. A fault that
// they return takes the row to quarantine.
var derivations = map[string]func(c *Conformer, row []slot) error{
	"parties":        deriveParty,
	"addresses":      deriveAddress,
	"corrections":    deriveCorrection,
	"contact_points": deriveContactPoint,
	"do_not_contact": deriveUnwilling,
}

func (c *Conformer) get(row []slot, column string) string { return row[c.columns[column]].s }

func (c *Conformer) put(row []slot, column, value string) {
	row[c.columns[column]] = slot{set: value != "", s: value}
}

// fill puts a value where there is none yet.
func (c *Conformer) fill(row []slot, column, value string) {
	if !row[c.columns[column]].set {
		c.put(row, column, value)
	}
}

func deriveAddress(c *Conformer, row []slot) error {
	country := c.get(row, "country")
	if country == "" {
		country = c.source.Country
		if c.get(row, "postcode") != "" || c.get(row, "municipality") != "" {
			c.put(row, "country", country)
		}
	}
	line := c.get(row, "address_line")
	if line == "" && c.get(row, "house_number") == "" {
		line = c.get(row, "street")
	}
	if line != "" {
		s := normalize.Street(line, country)
		c.put(row, "street", s.Street)
		c.fill(row, "house_number", s.Number)
		c.fill(row, "box", s.Box)
	}
	return nil
}

// deriveCorrection brings a corrected value into the form of its field: staff
// write a telephone number as anybody does.
func deriveCorrection(c *Conformer, row []slot) error {
	value := c.get(row, "value")
	clean := cleaners[c.get(row, "field")]
	if value == "" || clean == nil {
		return nil
	}
	cleaned, err := clean(value, c.source.Country)
	if err != nil {
		return err
	}
	c.put(row, "value", cleaned)
	return nil
}

// deriveContactPoint brings a number or an address into the form of its kind.
func deriveContactPoint(c *Conformer, row []slot) error {
	clean, value := cleaners[c.get(row, "kind")], c.get(row, "value")
	if clean == nil || value == "" {
		return nil
	}
	cleaned, err := clean(value, c.source.Country)
	if err != nil {
		return err
	}
	c.put(row, "value", cleaned)
	return nil
}

// deriveUnwilling makes of who wants no post what tells them from others.
func deriveUnwilling(c *Conformer, row []slot) error {
	if err := deriveAddress(c, row); err != nil {
		return err
	}
	given, family := c.get(row, "given_name"), c.get(row, "family_name")
	if given == "" && family == "" {
		c.put(row, "name_key", normalize.Person(c.get(row, "name")).Core)
	} else {
		c.put(row, "name_key", normalize.PersonParts(given, family).Core)
	}
	return nil
}

func deriveParty(c *Conformer, row []slot) error {
	if err := deriveAddress(c, row); err != nil {
		return err
	}
	country := c.get(row, "country")
	if country == "" {
		country = c.source.Country
	}
	if vat := c.get(row, "vat_number"); vat != "" && c.get(row, "enterprise_number") == "" {
		if n, ok := normalize.RegistryNumberFromVAT(vat); ok {
			c.put(row, "enterprise_number", n)
		}
	}
	kind := c.get(row, "kind")
	if kind == "" {
		kind = c.infer(row, country)
		c.put(row, "kind", kind)
	}
	name := c.get(row, "name")
	if kind == "organisation" {
		if name == "" {
			name = firstOf(c.get(row, "legal_name"), c.get(row, "trade_name"))
		}
		firm := normalize.Firm(name, country)
		c.put(row, "name", firm.Display)
		c.put(row, "name_key", firm.Core)
		c.fill(row, "legal_form_code", firm.LegalForm)
		if natural(firm.LegalForm) {
			row[c.columns["natural_person"]] = slot{set: true, n: 1}
		}
	} else {
		given, family := c.get(row, "given_name"), c.get(row, "family_name")
		var p normalize.PersonName
		if given == "" && family == "" {
			p = normalize.Person(name)
		} else {
			p = normalize.PersonParts(given, family)
		}
		c.put(row, "given_name", p.Given)
		c.put(row, "family_name", p.Family)
		c.fill(row, "salutation", p.Salutation)
		c.put(row, "name", join(p.Given, p.Family))
		c.put(row, "name_key", p.Core)
	}
	c.put(row, "street_key", normalize.StreetKey(c.get(row, "street")))
	c.put(row, "town_key", normalize.TownKey(c.get(row, "municipality")))
	return nil
}

// infer says whether a party is a firm or a person from what its source says
// otherwise. What nothing is known of counts as a person, which is the stricter
// of the two.
func (c *Conformer) infer(row []slot, country string) string {
	switch {
	case c.get(row, "enterprise_number") != "", c.get(row, "vat_number") != "", c.get(row, "legal_name") != "", c.get(row, "trade_name") != "":
		return "organisation"
	case c.get(row, "given_name") != "", c.get(row, "family_name") != "", c.get(row, "organisation") != "":
		return "person"
	case normalize.LooksLikeFirm(c.get(row, "name"), country):
		return "organisation"
	}
	return "person"
}

var naturalForms = func() []string {
	var codes []string
	for _, f := range normalize.LegalForms() {
		if f.NaturalPerson {
			codes = append(codes, f.Code)
		}
	}
	return codes
}()

// natural reports whether a legal form is that of a person in trade.
func natural(code string) bool { return slices.Contains(naturalForms, code) }

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
