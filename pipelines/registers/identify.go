package registers

import (
	"strings"
	"unicode"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/transforms/normalize"
)

// Identity is what is known of a firm before a register is asked: one identifier,
// and those that follow from it.
type Identity struct {
	Country string                  // ISO 3166-1 alpha-2, "" for unknown
	By      registry.Key            // of these, the one that was given
	Values  map[registry.Key]string // in their canonical forms
}

// national are the numbers of national registers, by country.
var national = map[string]struct {
	key  registry.Key
	read func(string) (string, bool)
	rule string
}{
	"BE": {registry.KeyEnterprise, normalize.EnterpriseNumber, "Belgian enterprise numbers have 10 digits, of which the last two are 97 less the first eight modulo 97"},
	"NL": {registry.KeyKvK, normalize.KvK, "numbers of the Dutch trade register have 8 digits"},
	"FR": {registry.KeySIREN, normalize.SIREN, "French firms have 9 digits (SIREN) with a check digit, establishments 14 (SIRET)"},
	"GB": {registry.KeyCompany, normalize.CompanyNumber, "companies of the United Kingdom have 8 digits, or two letters and 6 digits"},
}

// Identify tells what a text is: an LEI, a VAT number with its prefix, a number of
// the national register of country, or else a name. A number that no register
// issues is an error and not a name.
func Identify(text, country string) (Identity, error) {
	text = strings.TrimSpace(text)
	id := Identity{Country: country, Values: map[registry.Key]string{}}
	if lei, ok := normalize.LEI(text); ok {
		id.Country = "" // the LEI says it better
		return id.with(registry.KeyLEI, lei), nil
	}
	if vat, ok := normalize.VAT(text, ""); ok {
		id.Country = vat[:2]
		if id.Country == "EL" {
			id.Country = "GR"
		}
		return id.with(registry.KeyVAT, vat), nil
	}
	if n, ok := national[country]; ok {
		if number, ok := n.read(text); ok {
			return id.with(n.key, number), nil
		}
	}
	if vat, ok := normalize.VAT(text, country); ok {
		return id.with(registry.KeyVAT, vat), nil
	}
	if text == "" {
		return id, connectors.Errorf(connectors.KindData, "no_question", "give a number, a VAT number, an LEI or a name", "there is nothing to look up")
	}
	if !numeric(text) {
		return id.with(registry.KeyName, text), nil
	}
	remedy := "--country says whose it is; VAT numbers begin with their country, like BE0403019261"
	if n, ok := national[country]; ok {
		remedy = n.rule + "; " + remedy
	}
	return id, connectors.Errorf(connectors.KindData, "bad_number", remedy, "no register issues this number")
}

// with adds an identifier and what follows from it.
func (i Identity) with(key registry.Key, value string) Identity {
	i.By = key
	i.Values[key] = value
	switch {
	case key == registry.KeyEnterprise:
		i.Values[registry.KeyVAT] = "BE" + value
	case key == registry.KeyVAT && i.Country == "BE":
		i.Values[registry.KeyEnterprise] = value[len("BE"):]
	case key == registry.KeyVAT && i.Country == "FR":
		if siren, ok := normalize.SIREN(value[len("FR00"):]); ok {
			i.Values[registry.KeySIREN] = siren
		}
	}
	return i
}

// numeric reports whether a text is meant as a number: most of it are digits.
func numeric(text string) bool {
	digits, letters := 0, 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return digits >= 7 && digits > letters
}
