package registers

import (
	"slices"

	"clientele/connectors/registry"
	"clientele/schemas/nace"
	"clientele/transforms/normalize"
)

// derived returns records with what follows from what they say: a legal form of
// natural persons makes the firm one.
func derived(records []registry.Record) []registry.Record {
	for i := range records {
		if form, ok := LegalForm(records[i].Form); ok && normalize.NaturalPersonForm(form) {
			records[i].NaturalPerson = registry.Yes
		}
	}
	return records
}

// LegalForm returns the code of a legal form that was filed, as all tables have
// it: BE-BV, NL-BV.
func LegalForm(f registry.LegalForm) (code string, ok bool) {
	return normalize.FiledForm(normalize.FormList(f.List), f.Code)
}

// Values returns what a record says, a row per value, with the legal form and the
// section of the main sector in this project's own terms behind those that were
// filed. Titles are in the first language that there are any in.
func Values(r registry.Record, c registry.Card, languages []string) []registry.Value {
	list := registry.Values(r, c)
	language := "en"
	if i := slices.IndexFunc(languages, func(l string) bool { return slices.Contains(nace.Languages, l) }); i >= 0 {
		language = languages[i]
	}
	if form, ok := LegalForm(r.Form); ok {
		list = behind(list, "legal_form_filed", registry.Value{Field: "legal_form", Text: form, Detail: normalize.LegalFormLabel(form, language)})
	}
	s := r.Main()
	if code, ok := nace.Parse(nace.Version(s.Version), s.Code); ok {
		list = behind(list, "sector", registry.Value{Field: "sector_section", Text: code.Section(), Detail: s.Version + " " + nace.Title(code.Version, code.Section(), language)})
	}
	return list
}

// behind inserts a value behind that of a field, with the same source.
func behind(list []registry.Value, field string, v registry.Value) []registry.Value {
	i := slices.IndexFunc(list, func(x registry.Value) bool { return x.Field == field })
	if i < 0 {
		return list
	}
	v.Register, v.AsOf, v.Licence, v.Personal = list[i].Register, list[i].AsOf, list[i].Licence, list[i].Personal
	return slices.Insert(list, i+1, v)
}
