package normalize

import "strings"

// The check digits of national VAT numbers, as the tax administrations publish
// them. Each function may count on the format having been matched.

// weighted tests that the weighted sum of the digits is a multiple of modulus;
// the weight of the check digit is part of weights.
func weighted(modulus int, weights ...int) func(string) bool {
	return func(n string) bool { return weightedSum(n, weights...)%modulus == 0 }
}

func weightedSum(n string, weights ...int) (sum int) {
	for i, w := range weights {
		sum += w * int(n[i]-'0')
	}
	return sum
}

// remainder is the number modulo m, for numbers of any length.
func remainder(n string, m int) (r int) {
	for i := 0; i < len(n); i++ {
		r = (r*10 + int(n[i]-'0')) % m
	}
	return r
}

// luhn tests the check digit of Luhn (ISO/IEC 7812-1, annex B).
func luhn(n string) bool {
	sum := 0
	for i := range len(n) {
		d := int(n[len(n)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// mod1110 tests the check digit of ISO 7064 mod 11, 10.
func mod1110(n string) bool {
	p := 10
	for i := 0; i < len(n)-1; i++ {
		s := (p + int(n[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (p+int(n[len(n)-1]-'0'))%10 == 1
}

// vatCheckNL takes either the eleven test of the number that firms have or,
// since 2020, the mod 97 test of the number that sole traders have, in which
// letters count as in an IBAN (NL = 23 21, B = 11).
func vatCheckNL(n string) bool {
	if weightedSum(n, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0 && decimal(n[:9]) > 0 {
		return true
	}
	return remainder("2321"+n[:9]+"11"+n[10:], 97) == 1
}

// vatCheckFR tests the two characters before the SIREN: 12 + 3 × SIREN modulo
// 97 when they are digits; the newer key holds a letter and leaves the SIREN's
// own check (Luhn; Monaco's numbers begin with 000 and have none).
func vatCheckFR(n string) bool {
	siren := n[2:]
	if !strings.HasPrefix(siren, "000") && !luhn(siren) {
		return false
	}
	if allDigits(n[:2]) {
		return (12+3*(decimal(siren)%97))%97 == decimal(n[:2])
	}
	const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	first, second := strings.IndexByte(alphabet, n[0]), strings.IndexByte(alphabet, n[1])
	if first < 0 || second < 0 {
		return false
	}
	key := first*34 + second - 100
	if isDigit(n[0]) {
		key = first*24 + second - 10
	}
	return (decimal(siren)+1+key/11)%11 == key%11
}

func vatCheckAT(n string) bool {
	sum := 4
	for i := 1; i < 8; i++ {
		d := int(n[i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10-sum%10)%10 == int(n[8]-'0')
}

func vatCheckEL(n string) bool {
	return weightedSum(n, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == int(n[8]-'0')
}

// vatCheckES tests a person's DNI or NIE (number modulo 23 gives the letter)
// or a legal person's CIF (Luhn; the check is a digit or the letter for it).
func vatCheckES(n string) bool {
	const personLetters = "TRWAGMYFPDXBNJZSQVHLCKE"
	switch c := n[0]; {
	case isDigit(c):
		return personLetters[decimal(n[:8])%23] == n[8]
	case c >= 'X' && c <= 'Z':
		return personLetters[(int(c-'X')*10_000_000+decimal(n[1:8]))%23] == n[8]
	case c == 'K' || c == 'L' || c == 'M':
		return personLetters[decimal(n[1:8])%23] == n[8] || cifCheck(n)
	case strings.IndexByte("ABCDEFGHJNPQRSUVW", c) >= 0:
		return cifCheck(n)
	}
	return false
}

func cifCheck(n string) bool {
	for d := byte('0'); d <= '9'; d++ {
		if luhn(n[1:8] + string(d)) {
			return n[8] == d || n[8] == "JABCDEFGHI"[d-'0']
		}
	}
	return false
}

// matchGB takes 9 digits, 12 with a branch, and the five characters of
// government departments (GD) and health authorities (HA).
func matchGB(n string) bool {
	switch len(n) {
	case 5:
		return (n[:2] == "GD" || n[:2] == "HA") && allDigits(n[2:])
	case 9, 12:
		return allDigits(n)
	}
	return false
}

// vatCheckGB tests modulo 97, and the same with 55 added for numbers given
// out since 2010.
func vatCheckGB(n string) bool {
	if len(n) == 5 {
		number := decimal(n[2:])
		return (n[0] == 'G') == (number < 500)
	}
	sum := weightedSum(n, 8, 7, 6, 5, 4, 3, 2) + decimal(n[7:9])
	return decimal(n[:7]) > 0 && (sum%97 == 0 || (sum+55)%97 == 0)
}

// matchIE takes seven digits with one or two letters, and the older form with
// a letter or sign in the second place.
func matchIE(n string) bool {
	if len(n) != 8 && len(n) != 9 || !isDigit(n[0]) || !allDigits(n[2:7]) || !isASCIILetter(n[7]) {
		return false
	}
	if len(n) == 9 {
		return isDigit(n[1]) && n[8] >= 'A' && n[8] <= 'W'
	}
	return isDigit(n[1]) || isASCIILetter(n[1])
}

func vatCheckIE(n string) bool {
	const letters = "WABCDEFGHIJKLMNOPQRSTUV"
	if !isDigit(n[1]) {
		n = "0" + n[2:7] + n[:1] + n[7:]
	}
	sum := weightedSum(n, 8, 7, 6, 5, 4, 3, 2)
	if len(n) == 9 {
		sum += 9 * strings.IndexByte(letters, n[8])
	}
	return letters[sum%23] == n[7]
}

func vatCheckPL(n string) bool {
	return weightedSum(n, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == int(n[9]-'0')
}

func vatCheckPT(n string) bool {
	return (11-weightedSum(n, 9, 8, 7, 6, 5, 4, 3, 2)%11)%11%10 == int(n[8]-'0')
}
