package records

import (
	"strings"

	"clientele/transforms/normalize"
)

// parse takes a value apart and hands each attribute to emit. Values that stand
// for no value yield nothing.
func parse(f Field, raw string, emit func(Role, string)) {
	folded := normalize.Fold(raw)
	if absent[folded] {
		return
	}
	switch f.Kind {
	case PersonName:
		p := normalize.Person(raw)
		emit(RoleGiven, normalize.Fold(p.Given))
		emit(RoleFamily, normalize.FamilyKey(p.Family))
	case FamilyName:
		emit(RoleFamily, normalize.FamilyKey(raw))
	case FirmName:
		p := normalize.Firm(raw, f.Country)
		emit(RoleFirm, p.Core)
		emit(RoleLegalForm, p.LegalForm)
		emit(RoleWritten, folded)
		if front, _, ok := strings.Cut(raw, " - "); ok { // who is behind the firm, or where it is
			emit(RoleFirm, normalize.Firm(front, f.Country).Core)
		}
	case Address:
		parseAddress(raw, f.Country, emit)
	case Street:
		parseStreet(raw, f.Country, emit)
	case HouseNumber, Box, Identifier:
		emit(Role(f.Kind), strings.ReplaceAll(folded, " ", ""))
	case Postcode:
		if code, ok := normalize.Postcode(raw, f.Country); ok {
			folded = normalize.Fold(code)
		}
		emit(RolePostcode, strings.ReplaceAll(folded, " ", ""))
	case Town:
		emit(RoleTown, normalize.TownKey(raw))
	case Country:
		if code, ok := normalize.Country(raw); ok {
			folded = code
		}
		emit(RoleCountry, folded)
	case BirthDate, Date:
		emit(Role(f.Kind), date(raw))
	case Email:
		if addr, ok := normalize.Email(raw); ok {
			emit(RoleEmail, addr)
		} else if strings.Contains(raw, "@") { // damaged, yet telling
			emit(RoleEmail, strings.ToLower(strings.TrimSpace(raw)))
		}
	case Phone:
		if number, ok := normalize.Phone(raw, f.Country); ok {
			emit(RolePhone, number[1:])
		} else if d := strings.TrimLeft(digits(raw), "0"); len(d) >= 5 {
			emit(RolePhone, d)
		}
	case Website:
		if host, ok := normalize.WebHost(raw); ok {
			emit(RoleWebsite, host)
		}
	case Enterprise:
		if number, ok := enterprise(raw, f.Country); ok {
			emit(RoleEnterprise, number)
		}
	case IBAN:
		if number, ok := normalize.IBAN(raw); ok {
			emit(RoleIBAN, number)
		}
	case Number:
		emit(RoleNumber, number(raw))
	default:
		emit(Role(f.Kind), folded)
	}
}

// absent are the folded forms of what people type where they know nothing.
var absent = map[string]bool{"": true, "null": true, "none": true, "nan": true, "na": true, "n a": true, "nil": true, "unknown": true, "not known": true,
	"not available": true, "onbekend": true, "inconnu": true, "inconnue": true, "unbekannt": true, "nvt": true, "n v t": true, "geen": true,
	"neant": true, "keine": true, "tbd": true, "x": true, "xx": true, "xxx": true}

// parseAddress reads the first line or part as the street; of what follows, a
// part with a digit is the postcode, with or without the town, and one without
// is the town.
func parseAddress(raw, country string, emit func(Role, string)) {
	parts := strings.FieldsFunc(raw, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' })
	if len(parts) == 0 {
		return
	}
	street := 0
	if len(parts) > 1 && !hasDigit(parts[0]) && hasDigit(parts[1]) && len(strings.Fields(parts[1])) > 2 {
		street = 1 // a building's name stands in front
	}
	parseStreet(parts[street], country, emit)
	for _, part := range parts[street+1:] {
		words := strings.Fields(normalize.Fold(part))
		var code, town []string
		for _, w := range words {
			if hasDigit(w) {
				code = append(code, w)
			} else {
				town = append(town, w)
			}
		}
		if len(code) > 0 && len(strings.Join(code, "")) >= 3 {
			emit(RolePostcode, strings.Join(code, ""))
		}
		if len(town) > 0 && len(town[0]) > 2 {
			emit(RoleTown, normalize.TownKey(strings.Join(town, " ")))
		}
	}
}

func parseStreet(raw, country string, emit func(Role, string)) {
	if number, street, ok := numberFirst(raw, country); ok {
		emit(RoleHouse, number)
		emit(RoleStreet, normalize.StreetKey(street))
		return
	}
	line := normalize.Street(raw, country)
	emit(RoleStreet, normalize.StreetKey(line.Street))
	emit(RoleHouse, strings.ToLower(strings.ReplaceAll(line.Number, " ", "")))
	emit(RoleBox, strings.ReplaceAll(normalize.Fold(line.Box), " ", ""))
}

// numberLast are the countries that write the house number after the street.
var numberLast = map[string]bool{"BE": true, "NL": true, "LU": true, "DE": true, "AT": true, "CH": true, "IT": true, "ES": true, "PT": true,
	"DK": true, "SE": true, "NO": true, "FI": true, "PL": true, "CZ": true}

// numberFirst takes lines apart that begin with the house number, as English and
// American ones do: 1919 W. Taylor St. Room 128. What follows a word for a
// part of the building is left out.
func numberFirst(raw, country string) (number, street string, ok bool) {
	if numberLast[country] {
		return "", "", false
	}
	line := strings.ToLower(strings.TrimSpace(raw))
	if i := strings.IndexAny(line, "(#"); i > 0 {
		line = line[:i]
	}
	words := strings.Fields(strings.ReplaceAll(line, ",", " "))
	if len(words) < 2 || strings.Trim(words[0], "0123456789-/") != "" || !hasDigit(words[0]) {
		return "", "", false
	}
	for i, w := range words {
		if i > 1 && partOfBuilding[strings.Trim(w, ".")] {
			words = words[:i]
			break
		}
	}
	last := words[len(words)-1]
	if strings.Trim(last, "0123456789") == "" && len(words) > 2 && country == "" {
		return "", "", false // a number at either end
	}
	return strings.Trim(words[0], "-/"), strings.Join(words[1:], " "), true
}

var partOfBuilding = map[string]bool{"apt": true, "apartment": true, "flat": true, "floor": true, "fl": true, "rm": true, "room": true, "suite": true,
	"ste": true, "unit": true, "bldg": true, "building": true}

// enterprise returns a register number in one form, whichever notation it came
// in, when its check digits hold. A Belgian VAT number is its enterprise number.
func enterprise(raw, country string) (string, bool) {
	if vat, ok := normalize.VAT(raw, country); ok {
		if number, ok := normalize.RegistryNumberFromVAT(vat); ok {
			return number, true
		}
		return vat, true
	}
	if number, ok := normalize.EnterpriseNumber(raw); ok {
		return number, true
	}
	if number, ok := normalize.KvK(raw); ok && country == "NL" {
		return "kvk" + number, true
	}
	return "", false
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }
