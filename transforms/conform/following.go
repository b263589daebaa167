package conform

import "slices"

// derived are the columns that follow from another of their table, by the column
// that they follow from.
var derived = map[string]map[string][]string{
	"parties": {
		"name":         {"kind", "name_key", "given_name", "family_name", "salutation", "legal_form_code", "natural_person"},
		"given_name":   {"name", "name_key"},
		"family_name":  {"name", "name_key"},
		"street":       {"house_number", "box", "street_key"},
		"postcode":     {"country"},
		"municipality": {"town_key"},
		"vat_number":   {"kind", "enterprise_number"},
	},
	"addresses":      {"street": {"house_number", "box"}, "postcode": {"country"}},
	"do_not_contact": {"name": {"name_key"}, "street": {"house_number", "box"}, "postcode": {"country"}},
}

// Following returns the columns of the target that follow from one of the fields
// and that no field fills: of several rows of one key the value that counts of the
// field counts of them.
func (m *Mapping) Following(field string) []string {
	return slices.DeleteFunc(slices.Clone(derived[m.Target][field]), func(column string) bool {
		return slices.ContainsFunc(m.Fields, func(f *Field) bool { return f.Name == column })
	})
}
