package normalize

import "strings"

// EnterpriseNumber returns the ten digits of a Belgian enterprise number: first
// digit 0 or 1, and the last two equal to 97 less the first eight modulo 97.
// Dots, blanks, dashes and a prefix (BE, BTW, TVA, KBO, BCE …) are taken off;
// nine digits, as printed before 2005, get their leading 0.
func EnterpriseNumber(s string) (number string, ok bool) {
	var buf [12]byte
	d, ok := digitsAfterPrefix(buf[:0], s)
	if !ok {
		return "", false
	}
	if len(d) == 9 {
		d = append(d, 0)
		copy(d[1:], d)
		d[0] = '0'
	}
	if len(d) != 10 || d[0] > '1' || !belgianCheck(d) {
		return "", false
	}
	return string(d), true
}

// EstablishmentNumber returns the ten digits of a Belgian establishment
// number: first digit 2 to 8, same check digits as an enterprise number.
func EstablishmentNumber(s string) (number string, ok bool) {
	var buf [12]byte
	d, ok := digitsAfterPrefix(buf[:0], s)
	if !ok || len(d) != 10 || d[0] < '2' || d[0] > '8' || !belgianCheck(d) {
		return "", false
	}
	return string(d), true
}

// RegistryNumberFromVAT returns the enterprise number that a Belgian VAT number
// holds; ok is false for other countries.
func RegistryNumberFromVAT(vat string) (number string, ok bool) {
	canonical, ok := VAT(vat, "BE")
	if !ok || !strings.HasPrefix(canonical, "BE") {
		return "", false
	}
	return canonical[len("BE"):], true
}

// KvK returns the eight digits of a number of the Dutch trade register; seven
// digits, as spreadsheets leave them, get their leading 0. It has no check digit.
func KvK(s string) (number string, ok bool) {
	var buf [12]byte
	d, ok := digitsAfterPrefix(buf[:0], s)
	if !ok || len(d) < 7 || len(d) > 8 {
		return "", false
	}
	if len(d) == 7 {
		d = append(d, 0)
		copy(d[1:], d)
		d[0] = '0'
	}
	if string(d) == "00000000" {
		return "", false
	}
	return string(d), true
}

// belgianCheck tests the two check digits of ten ASCII digits; 00 never
// occurs, 97 does.
func belgianCheck[T string | []byte](d T) bool {
	base := decimal(d[:8])
	return base > 0 && 97-base%97 == decimal(d[8:])
}

// numberPrefixes are the words that people write before a number.
var numberPrefixes = map[string]bool{
	"be": true, "btw": true, "tva": true, "vat": true, "kbo": true, "bce": true, "cbe": true,
	"zdu": true, "rpr": true, "rpm": true, "nr": true, "no": true, "n": true, "kvk": true, "mwst": true,
	"ondernemingsnummer": true, "vestigingsnummer": true, "entreprise": true, "numero": true,
}

// digitsAfterPrefix appends the digits of s to dst; ok is false when s holds
// more digits than dst can take, or letters that are no prefix.
func digitsAfterPrefix(dst []byte, s string) (digits []byte, ok bool) {
	limit := cap(dst)
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if len(dst) == limit {
				return nil, false
			}
			dst = append(dst, c)
			i++
		case isASCIILetter(c):
			end := i
			for end < len(s) && isASCIILetter(s[end]) {
				end++
			}
			if len(dst) > 0 || !numberPrefixes[lowerASCII(s[i:end])] {
				return nil, false
			}
			i = end
		case c == ' ' || c == '.' || c == '-' || c == '/' || c == ':' || c == '\t' || c == '_':
			i++
		case strings.HasPrefix(s[i:], "\u00a0"), strings.HasPrefix(s[i:], "°"):
			i += 2
		default:
			return nil, false
		}
	}
	return dst, true
}
