package demo

import (
	"fmt"
	"strings"
)

// enterpriseNumber gives firm i a number of ten digits with a valid check:
// the last two are 97 minus the first eight modulo 97. The numbers lie in
// blocks that are not in use (0.1xx and 1.2xx to 1.9xx), so that no real
// enterprise is meant; the first block keeps the leading zero alive that
// spreadsheets lose.
func (g *generator) enterpriseNumber(i int) string {
	const old = 1_000_000
	base := 12_000_000 + permute(i, youngNumbers, g.seed+2)
	if i < old && mix(g.seed^uint64(i))&1 == 0 {
		base = 1_000_000 + permute(i, old, g.seed+2)
	}
	return checked(base)
}

// youngNumbers is how many numbers of enterprises the blocks 1.2xx to 1.9xx hold.
const youngNumbers = 8_000_000

// placeNumber gives an establishment of firm i a number, counted from 0. They lie in
// blocks that are not in use either: 3.xxx to 8.xxx.
func (g *generator) placeNumber(i, place int) string {
	const blocks = 60_000_000
	return checked(30_000_000 + permute(mostPlaces*i+place, blocks, g.seed+9))
}

// checked is the number whose first eight digits are given.
func checked(base int) string { return fmt.Sprintf("%08d%02d", base, 97-base%97) }

// dutchVAT gives firm i a Dutch VAT number whose nine digits pass the 11-test.
func (g *generator) dutchVAT(i int) string {
	base := 2 * (10_000_000 + permute(i, 30_000_000, g.seed+3))
	check := elevenTest(base)
	if check == 10 {
		base++
		check = elevenTest(base)
	}
	return fmt.Sprintf("NL%08d%dB01", base, check)
}

// elevenTest is the check digit for eight digits: weights 9 to 2, modulo 11.
func elevenTest(base int) int {
	sum := 0
	for w := 2; w <= 9; w++ {
		sum += w * (base % 10)
		base /= 10
	}
	return sum % 11
}

// writeNumber renders a VAT or enterprise number as somebody typed it.
func writeNumber(d *dice, number string) string {
	if strings.HasPrefix(number, "NL") {
		return pick(d, []string{number, number, "NL " + number[2:], number[:2] + number[2:6] + "." + number[6:9] + "." + number[9:]})
	}
	dotted := number[:4] + "." + number[4:7] + "." + number[7:]
	switch d.IntN(9) {
	case 0, 1:
		return "BE" + number
	case 2:
		return "BE " + dotted
	case 3:
		return "BE" + dotted
	case 4:
		return dotted
	case 5:
		return "BE " + number[:4] + " " + number[4:7] + " " + number[7:]
	case 6:
		return strings.TrimPrefix(number, "0")
	case 7:
		return "BTW BE " + dotted
	default:
		return number
	}
}

// garbleNumber changes a digit so that the check no longer holds: 97 and 11
// both catch every single wrong digit among the first eight.
func garbleNumber(d *dice, number string) string {
	digits := []byte(number)
	at := d.between(3, 7)
	digits[at] = byte('0' + (int(digits[at]-'0')+d.between(1, 9))%10)
	return string(digits)
}
