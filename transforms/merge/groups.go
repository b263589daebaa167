package merge

// group is a set of fields that travel together: all of them come from one
// party, so that no street stands beside another party's town.
type group struct {
	name   string
	fields []string // columns of in_parties; the first ones say whether a party has any
	needs  []string // columns of which at least one must be there; fields[0] where empty
	firms  bool     // parties that are firms come before persons
}

// groups are the fields of a golden record. Every mapped column of parties that
// describes the customer is in exactly one.
var groups = []group{
	{name: "kind", fields: []string{"kind"}, firms: true},
	{name: "name", fields: []string{"name", "given_name", "family_name"}, firms: true},
	{name: "legal_name", fields: []string{"legal_name"}},
	{name: "trade_name", fields: []string{"trade_name"}},
	{name: "legal_form_code", fields: []string{"legal_form_code"}},
	{name: "natural_person", fields: []string{"natural_person"}},
	{name: "enterprise_number", fields: []string{"enterprise_number"}},
	{name: "vat_number", fields: []string{"vat_number"}},
	{name: "sector_code", fields: []string{"sector_code", "sector_version"}},
	{name: "headcount", fields: []string{"headcount", "headcount_basis"}},
	{name: "revenue", fields: []string{"revenue", "revenue_basis"}},
	{name: "salutation", fields: []string{"salutation"}},
	{name: "language", fields: []string{"language"}},
	{name: "birth_date", fields: []string{"birth_date"}},
	{name: "profession", fields: []string{"profession"}},
	{name: "habits", fields: []string{"habits"}},
	{name: "email", fields: []string{"email"}},
	{name: "phone", fields: []string{"phone"}},
	{name: "website", fields: []string{"website"}},
	{name: "address", fields: []string{"street", "house_number", "box", "postcode", "municipality", "region", "country"},
		needs: []string{"street", "postcode", "municipality", "country"}},
	{name: "account_manager", fields: []string{"account_manager"}},
}

func (g group) required() []string {
	if len(g.needs) > 0 {
		return g.needs
	}
	return g.fields[:1]
}

// groupOf returns the group of a field.
func groupOf(field string) (group, bool) {
	for _, g := range groups {
		for _, f := range g.fields {
			if f == field {
				return g, true
			}
		}
	}
	return group{}, false
}
