package normalize

import "strings"

// Postcode returns a postcode as its country writes it: 1000 (BE), 1234 AB (NL),
// 75001 (FR), 1234 (LU), 10115 (DE), SW1A 1AA (GB). A country prefix such as
// B-, BE- or L- is taken off, and a zero that a spreadsheet dropped is put back
// where the length shows it (FR, DE). Codes of other countries are returned in
// capitals without outer signs, when they hold a digit and have 3 to 10 characters.
func Postcode(s, country string) (code string, ok bool) {
	var buf [16]byte
	b, ok := compactUpper(buf[:0], s)
	if !ok {
		return "", false
	}
	switch homeCountry(country) {
	case "BE":
		return fourDigits(dropPrefix(b, "BE", "B"))
	case "LU":
		return fourDigits(dropPrefix(b, "LU", "L"))
	case "FR":
		return fiveDigits(dropPrefix(b, "FR", "F"))
	case "DE":
		return fiveDigits(dropPrefix(b, "DE", "D"))
	case "NL":
		return postcodeNL(b)
	case "GB":
		return postcodeGB(b)
	}
	return postcodeOther(s)
}

// dropPrefix takes off the first of the prefixes that a digit follows.
func dropPrefix(b []byte, prefixes ...string) []byte {
	for _, p := range prefixes {
		if len(b) > len(p) && string(b[:len(p)]) == p && isDigit(b[len(p)]) {
			return b[len(p):]
		}
	}
	return b
}

func fourDigits(b []byte) (string, bool) {
	if len(b) != 4 || b[0] == '0' || !allDigits(string(b)) {
		return "", false
	}
	return string(b), true
}

func fiveDigits(b []byte) (string, bool) {
	if !allDigits(string(b)) || string(b) == "0000" || string(b) == "00000" {
		return "", false
	}
	switch len(b) {
	case 4:
		return "0" + string(b), true
	case 5:
		return string(b), true
	}
	return "", false
}

// postcodeNL takes four digits, the first not 0, and two letters, which are
// never SA, SD or SS.
func postcodeNL(b []byte) (string, bool) {
	b = dropPrefix(b, "NL")
	if len(b) != 6 || b[0] == '0' || !allDigits(string(b[:4])) || isDigit(b[4]) || isDigit(b[5]) {
		return "", false
	}
	if letters := string(b[4:]); letters == "SA" || letters == "SD" || letters == "SS" {
		return "", false
	}
	return string(b[:4]) + " " + string(b[4:]), true
}

// postcodeGB takes an outward code (one or two letters, a digit, and possibly
// one more digit or letter) and an inward code (a digit and two letters).
func postcodeGB(b []byte) (string, bool) {
	if string(b) == "GIR0AA" {
		return "GIR 0AA", true
	}
	if len(b) < 5 || len(b) > 7 {
		return "", false
	}
	out, in := b[:len(b)-3], b[len(b)-3:]
	if !isDigit(in[0]) || isDigit(in[1]) || isDigit(in[2]) || isDigit(out[0]) {
		return "", false
	}
	area := 1
	if !isDigit(out[1]) {
		area = 2
	}
	district := out[area:]
	if len(district) == 0 || len(district) > 2 || !isDigit(district[0]) {
		return "", false
	}
	return string(out) + " " + string(in), true
}

func postcodeOther(s string) (string, bool) {
	code := strings.Trim(strings.ToUpper(Text(s)), " .-,/:_")
	if len(code) < 3 || len(code) > 10 || !strings.ContainsAny(code, "0123456789") {
		return "", false
	}
	for i := 0; i < len(code); i++ {
		if c := code[i]; !isDigit(c) && !isASCIILetter(c) && c != ' ' && c != '-' {
			return "", false
		}
	}
	return code, true
}
