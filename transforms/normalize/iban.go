package normalize

// ibanLengths are the lengths of an IBAN by country, from the IBAN registry.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
	"BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
	"ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
	"HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
	"LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
	"MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
	"QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TL": 23,
	"TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}

// IBAN returns an international bank account number in capitals without
// blanks, when its length is that of its country and ISO 7064 mod 97-10 holds.
func IBAN(s string) (iban string, ok bool) {
	var buf [34]byte
	b, ok := compactUpper(buf[:0], s)
	if ok && len(b) > 8 && string(b[:4]) == "IBAN" {
		b = b[4:]
	}
	if !ok || len(b) < 15 || ibanLengths[string(b[:2])] != len(b) || !isDigit(b[2]) || !isDigit(b[3]) {
		return "", false
	}
	sum := 0
	for i := range b {
		c := b[(i+4)%len(b)]
		if isDigit(c) {
			sum = (sum*10 + int(c-'0')) % 97
		} else {
			sum = (sum*100 + int(c-'A') + 10) % 97
		}
	}
	if sum != 1 {
		return "", false
	}
	return string(b), true
}

// compactUpper appends the letters, in capitals, and the digits of s to dst,
// which is filled up to its capacity at most. Blanks, dots, dashes and slashes
// are dropped; ok is false when anything else occurs or dst is too small.
func compactUpper(dst []byte, s string) (compact []byte, ok bool) {
	limit := cap(dst)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= 'A' && c <= 'Z', isDigit(c):
		case c == ' ', c == '.', c == '-', c == '/', c == ':', c == '_', c == '\t':
			continue
		case c == 0xc2 && i+1 < len(s) && s[i+1] == 0xa0: // no-break space
			i++
			continue
		default:
			return nil, false
		}
		if len(dst) == limit {
			return nil, false
		}
		dst = append(dst, c)
	}
	return dst, true
}
