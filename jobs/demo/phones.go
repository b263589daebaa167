package demo

import (
	"fmt"
	"strings"
)

// phone is a national number with its leading zero, split in the prefix (zone
// or mobile prefix) and the subscriber's digits.
type phone struct{ country, prefix, rest string }

// some reports whether there is a number at all.
func (p phone) some() bool { return p.rest != "" }

// mobileOf gives customer i a mobile number that no other customer has.
func (g *generator) mobileOf(i int, country string) phone {
	if country == "NL" {
		return phone{"NL", "06", fmt.Sprintf("%08d", 10000000+permute(i, 49_999_999, g.seed))}
	}
	// 0470–0479 and 0483–0499: the blocks of the Belgian operators.
	const blocks, size = 27, 1_000_000
	n := permute(i, blocks*size, g.seed)
	prefix := 470 + n/size
	if prefix > 479 {
		prefix += 3
	}
	return phone{"BE", fmt.Sprintf("0%d", prefix), fmt.Sprintf("%06d", n%size)}
}

// landlineOf gives customer i a land line in the zone of the town.
func (g *generator) landlineOf(i int, t *town) phone {
	digits := 9 - len(t.zone)
	if t.country == "NL" {
		digits = 10 - len(t.zone)
	}
	low, span := 200_000, 600_000
	if digits == 7 { // 02, 03, 04 and 09 all have numbers that begin with 2 or 3
		low, span = 2_000_000, 2_000_000
	}
	return phone{t.country, t.zone, fmt.Sprintf("%0*d", digits, low+permute(i%span, span, g.seed+1))}
}

// groups splits the subscriber's digits as people speak them: 3-2-2 or pairs.
func (p phone) groups() []string {
	rest := p.rest
	var parts []string
	if len(rest)%2 == 1 {
		parts, rest = append(parts, rest[:3]), rest[3:]
	}
	for ; rest != ""; rest = rest[2:] {
		parts = append(parts, rest[:2])
	}
	return parts
}

// write renders the number in one of the formats that people really type.
func (p phone) write(d *dice) string {
	country := "32"
	if p.country == "NL" {
		country = "31"
	}
	bare := p.prefix[1:]
	switch d.IntN(14) {
	case 0, 1, 2:
		return p.prefix + " " + strings.Join(p.groups(), " ")
	case 3:
		return p.prefix + "/" + strings.Join(p.groups(), ".")
	case 4:
		return p.prefix + "/" + strings.Join(p.groups(), " ")
	case 5:
		return p.prefix + "/" + p.rest
	case 6:
		return p.prefix + "-" + p.rest
	case 7, 8:
		return p.prefix + p.rest
	case 9:
		return "+" + country + " " + bare + " " + strings.Join(p.groups(), " ")
	case 10:
		return "+" + country + bare + p.rest
	case 11:
		return "+" + country + " (0)" + bare + " " + strings.Join(p.groups(), " ")
	case 12:
		return "00" + country + " " + bare + " " + p.rest
	default:
		return p.prefix + "." + strings.Join(p.groups(), ".")
	}
}

// garbled gets one of the subscriber's digits wrong.
func (p phone) garbled(d *dice) phone {
	digits := []byte(p.rest)
	at := d.between(1, len(digits)-1)
	digits[at] = byte('0' + (int(digits[at]-'0')+d.between(1, 9))%10)
	p.rest = string(digits)
	return p
}
