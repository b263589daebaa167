package normalize

import (
	"slices"
	"strings"
	"unicode"
)

// FormList is a list of legal forms that a register keeps.
type FormList string

// The lists.
const (
	FormsKBO            FormList = "kbo"            // Belgian enterprise register, and the balance sheet office
	FormsELF            FormList = "elf"            // ISO 20275, entity legal forms
	FormsINSEE          FormList = "insee"          // French catégorie juridique
	FormsKvK            FormList = "kvk"            // the words of the Dutch trade register
	FormsCompaniesHouse FormList = "companieshouse" // the words of the register of the United Kingdom
)

// filedForm is a code in a list.
type filedForm struct {
	list FormList
	code string
}

// FiledForm returns the legal form that a register's code stands for: BE-BV for
// 610 of the Belgian register and for 015, the BVBA that it replaced. Where a
// register writes words they are read as those of its country. ok is false for
// codes of what is no legal form of firms, such as a ministry.
func FiledForm(list FormList, code string) (form string, ok bool) {
	switch list {
	case FormsKvK:
		return formInWords(code, "NL")
	case FormsCompaniesHouse:
		return formInWords(code, "GB")
	case FormsINSEE:
		for n := len(code); n > 0; n-- {
			if form, ok = filedForms[filedForm{list, code[:n]}]; ok {
				return form, true
			}
		}
		return "", false
	}
	form, ok = filedForms[filedForm{list, code}]
	return form, ok
}

// formInWords returns the form of a country that is written like this, as words
// or as one: Besloten Vennootschap, BeslotenVennootschap.
func formInWords(text, country string) (string, bool) {
	list := spellings[Fold(apart(text))]
	i := slices.IndexFunc(list, func(s spelling) bool { return s.form != stateOnly && legalForms[s.form].Country == country })
	if i < 0 {
		return "", false
	}
	return legalForms[list[i].form].Code, true
}

// apart puts blanks before capitals that follow a small letter.
func apart(text string) string {
	var b strings.Builder
	small := false
	for _, r := range text {
		if small && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		small = unicode.IsLower(r)
	}
	return b.String()
}

// NaturalPersonForm reports whether firms of a legal form are natural persons.
func NaturalPersonForm(code string) bool {
	i, ok := legalFormByCode[code]
	return ok && legalForms[i].NaturalPerson
}
