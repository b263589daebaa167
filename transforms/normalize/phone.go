package normalize

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone returns a telephone number in E.164 (+32475123456) when it is one that
// can exist in its country. A number without country code is one of country
// (ISO code). Every usual notation is understood: 0032, +32 (0)475/12.34.56, a
// leading 0 that a spreadsheet dropped, a country code without plus. Extensions
// are dropped; of several numbers in one field the first valid one is returned.
func Phone(s, country string) (e164 string, ok bool) {
	country = homeCountry(country)
	if e164, ok = benelux(s, country); ok {
		return e164, true
	}
	return anyPhone(s, country)
}

// anyPhone is Phone without the short cut for Belgian and Dutch numbers.
func anyPhone(s, country string) (e164 string, ok bool) {
	s = Text(s)
	digits := 0
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			digits++
		}
	}
	if digits < 6 {
		return "", false
	}
	if e164, ok = libraryPhone(s, country); ok || digits <= 8 {
		return e164, ok
	}
	if digits >= 11 && allDigits(s) && s[0] != '0' {
		return libraryPhone("+"+s, country)
	}
	for _, sep := range [...]string{" / ", ";", ",", " of ", " ou ", " or ", " oder ", " en ", " et ", " - ", "|", "/", " "} {
		if strings.Count(s, sep) == 0 || (sep == " " && digits < 16) || (sep == "/" && digits < 16) {
			continue
		}
		for part := range strings.SplitSeq(s, sep) {
			if e164, ok = libraryPhone(part, country); ok {
				return e164, true
			}
		}
	}
	return "", false
}

// libraryPhone parses one number with Google's metadata.
func libraryPhone(s, country string) (e164 string, ok bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "(00") || strings.HasPrefix(s, "(+") {
		s = s[1:]
	}
	if strings.HasPrefix(s, "00") {
		s = "+" + s[2:]
	}
	n, err := phonenumbers.Parse(s, country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// PhoneKind returns mobile or fixed for a number that Phone returned, and
// other for the rest: free, paid and company-wide numbers, and countries whose
// numbers do not tell.
func PhoneKind(e164 string) string {
	if len(e164) > 6 {
		var table *[1000]lineKind
		switch national := e164[3:]; {
		case e164[:3] == "+32" && len(national) == 8:
			table = &belgianFixed
		case e164[:3] == "+32" && len(national) == 9:
			table = &belgianMobile
		case e164[:3] == "+31" && len(national) == 9:
			table = &dutchLines
		}
		if table != nil && allDigits(e164[3:6]) {
			switch table[decimal(e164[3:6])] {
			case fixedLine:
				return "fixed"
			case mobileLine:
				return "mobile"
			}
		}
	}
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return "other"
	}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE:
		return "mobile"
	case phonenumbers.FIXED_LINE:
		return "fixed"
	}
	return "other"
}
