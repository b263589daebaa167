package normalize

import "strings"

// VAT returns a VAT number with its country prefix and nothing else between
// its characters: BE0403019261, NL004495445B01, EL094259216. The prefix in s
// wins; without one, country (ISO code, GR or EL for Greece) gives it. Check
// digits are tested where the country publishes them; otherwise the format is.
// A leading word such as BTW, TVA, VAT or USt-IdNr. is taken off.
func VAT(s, country string) (vat string, ok bool) {
	var buf [32]byte
	b, ok := compactUpper(buf[:0], s)
	if !ok {
		return "", false
	}
	for _, word := range vatWords {
		if len(b) > len(word) && string(b[:len(word)]) == word {
			b = b[len(word):]
			break
		}
	}
	if len(b) < 4 {
		return "", false
	}
	if prefix := vatPrefix(string(b[:2])); prefix != "" {
		if number, ok := vatNumber(prefix, b[2:]); ok {
			return number, true
		}
	}
	if prefix := vatPrefix(country); prefix != "" {
		return vatNumber(prefix, b)
	}
	return "", false
}

// vatWords stand before a number; the longer before its own beginning.
var vatWords = []string{"BTWNUMMER", "BTWNR", "BTW", "NTVA", "TVA", "VATNUMBER", "VATNO", "VATNR", "VAT", "USTIDNR", "USTID", "UID", "MWSTNR", "MWST", "PARTITAIVA", "PIVA"}

// vatPrefix returns the VAT prefix of a country, or "" when it has none.
func vatPrefix(country string) string {
	switch {
	case country == "GR":
		return "EL"
	case country == "UK":
		return "GB"
	case vatRules[country].match == nil:
		return ""
	}
	return country
}

// vatNumber checks the national part of a VAT number of one country. The
// country's tax office writes some with fewer zeros than the format has.
func vatNumber(prefix string, national []byte) (vat string, ok bool) {
	n := string(national)
	switch prefix {
	case "BE":
		if len(n) == 9 {
			n = "0" + n
		}
	case "CH":
		n = strings.TrimPrefix(n, "E")
		for _, word := range []string{"MWST", "TVA", "IVA"} {
			n = strings.TrimSuffix(n, word)
		}
	case "NO":
		n = strings.TrimSuffix(n, "MVA")
	case "AT":
		if len(n) == 8 && allDigits(n) {
			n = "U" + n
		}
	}
	rule := vatRules[prefix]
	if !rule.match(n) || (rule.check != nil && !rule.check(n)) {
		return "", false
	}
	return prefix + n, true
}

// vatRule is what a national VAT number must look like, and its check digits.
type vatRule struct {
	match func(string) bool
	check func(string) bool // nil: none published, or none tested
}

// vatRules are the formats of the European Union, and of the neighbours whose
// numbers turn up in European lists, by VAT prefix.
var vatRules = map[string]vatRule{
	"AT": {func(n string) bool { return len(n) == 9 && n[0] == 'U' && allDigits(n[1:]) }, vatCheckAT},
	"BE": {func(n string) bool { return len(n) == 10 && n[0] <= '1' && allDigits(n) }, belgianCheck[string]},
	"BG": {digitCount(9, 10), nil},
	"CH": {digitCount(9), weighted(11, 5, 4, 3, 2, 7, 6, 5, 4, 1)},
	"CY": {func(n string) bool { return len(n) == 9 && allDigits(n[:8]) && isASCIILetter(n[8]) }, nil},
	"CZ": {digitCount(8, 9, 10), nil},
	"DE": {func(n string) bool { return len(n) == 9 && n[0] != '0' && allDigits(n) }, mod1110},
	"DK": {func(n string) bool { return len(n) == 8 && n[0] != '0' && allDigits(n) }, weighted(11, 2, 7, 6, 5, 4, 3, 2, 1)},
	"EE": {digitCount(9), weighted(10, 3, 7, 1, 3, 7, 1, 3, 7, 1)},
	"EL": {digitCount(9), vatCheckEL},
	"ES": {func(n string) bool { return len(n) == 9 && allDigits(n[1:8]) }, vatCheckES},
	"FI": {digitCount(8), weighted(11, 7, 9, 10, 5, 8, 4, 2, 1)},
	"FR": {func(n string) bool { return len(n) == 11 && allDigits(n[2:]) }, vatCheckFR},
	"GB": {matchGB, vatCheckGB},
	"HR": {digitCount(11), mod1110},
	"HU": {digitCount(8), weighted(10, 9, 7, 3, 1, 9, 7, 3, 1)},
	"IE": {matchIE, vatCheckIE},
	"IT": {digitCount(11), luhn},
	"LT": {digitCount(9, 12), nil},
	"LU": {digitCount(8), func(n string) bool { return decimal(n[:6])%89 == decimal(n[6:]) }},
	"LV": {digitCount(11), nil},
	"MT": {digitCount(8), weighted(37, 3, 4, 6, 7, 8, 9, 10, 1)},
	"NL": {func(n string) bool { return len(n) == 12 && allDigits(n[:9]) && n[9] == 'B' && allDigits(n[10:]) }, vatCheckNL},
	"NO": {digitCount(9), weighted(11, 3, 2, 7, 6, 5, 4, 3, 2, 1)},
	"PL": {digitCount(10), vatCheckPL},
	"PT": {func(n string) bool { return len(n) == 9 && n[0] != '0' && allDigits(n) }, vatCheckPT},
	"RO": {digitCount(2, 3, 4, 5, 6, 7, 8, 9, 10), nil},
	"SE": {func(n string) bool { return len(n) == 12 && allDigits(n) && n[10:] != "00" }, func(n string) bool { return luhn(n[:10]) }},
	"SI": {digitCount(8), nil},
	"SK": {digitCount(10), func(n string) bool { return remainder(n, 11) == 0 }},
	"XI": {matchGB, vatCheckGB},
}

func digitCount(lengths ...int) func(string) bool {
	var mask uint32
	for _, l := range lengths {
		mask |= 1 << l
	}
	return func(n string) bool { return len(n) < 32 && mask&(1<<len(n)) != 0 && allDigits(n) }
}
