package normalize

// LEI returns a legal entity identifier (ISO 17442): 20 letters and digits, the
// last two of which make it 1 modulo 97 (ISO 7064 mod 97-10).
func LEI(s string) (lei string, ok bool) {
	var buf [20]byte
	b, ok := compactUpper(buf[:0], s)
	if !ok || len(b) != 20 || !isDigit(b[18]) || !isDigit(b[19]) {
		return "", false
	}
	sum := 0
	for _, c := range b {
		if isDigit(c) {
			sum = (sum*10 + int(c-'0')) % 97
		} else {
			sum = (sum*100 + int(c-'A') + 10) % 97
		}
	}
	return string(b), sum == 1
}

// SIREN returns the nine digits of a French firm's number, by Luhn's check digit;
// of the fourteen of an establishment (SIRET) those of its firm.
func SIREN(s string) (siren string, ok bool) {
	var buf [14]byte
	d, ok := digitsAfterPrefix(buf[:0], s)
	if !ok || len(d) != 9 && len(d) != 14 {
		return "", false
	}
	siren = string(d[:9])
	if siren == "000000000" || !luhn(siren) {
		return "", false
	}
	// The establishments of La Poste have numbers with another check.
	if len(d) == 14 && siren != "356000000" && !luhn(string(d)) {
		return "", false
	}
	return siren, true
}

// CompanyNumber returns the eight characters of a number of the register of the
// United Kingdom: digits, or two letters and six digits (SC Scotland, NI Northern
// Ireland, OC partnerships …). Leading zeros that a spreadsheet took come back. It
// has no check digit.
func CompanyNumber(s string) (number string, ok bool) {
	var buf [8]byte
	b, ok := compactUpper(buf[:0], s)
	if !ok || len(b) == 0 {
		return "", false
	}
	letters := 0
	for letters < len(b) && !isDigit(b[letters]) {
		letters++
	}
	digits := string(b[letters:])
	if letters != 0 && letters != 2 || !allDigits(digits) || len(digits) < 4 {
		return "", false
	}
	for letters+len(digits) < 8 {
		digits = "0" + digits
	}
	return string(b[:letters]) + digits, true
}
