package demo

import (
	"strconv"
	"strings"
)

// freeMail hosts give mailboxes to everybody.
var (
	freeMail      = []string{"gmail.com", "hotmail.com", "telenet.be", "outlook.com", "skynet.be", "proximus.be", "live.be", "icloud.com", "scarlet.be", "voo.be"}
	freeMailDutch = []string{"gmail.com", "hotmail.com", "ziggo.nl", "kpnmail.nl", "outlook.com", "live.nl"}
)

// hosts a customer of the country may have a mailbox at.
func hosts(country string) []string {
	if country == "NL" {
		return freeMailDutch
	}
	return freeMail
}

// privateMail makes a mailbox at a free host; the number makes it nobody else's.
func (g *generator) privateMail(d *dice, p person, country string, i int) string {
	number := strconv.Itoa(permute(i, g.Customers, g.seed+4))
	given, family := slug(p.given), slug(p.family)
	local := ""
	switch d.IntN(5) {
	case 0, 1:
		local = given + "." + family + number
	case 2:
		local = given[:1] + family + number
	case 3:
		local = family + "." + given + number
	default:
		local = given + number + family[:min(3, len(family))]
	}
	return local + "@" + common(d, hosts(country))
}

// officeMail makes a firm's mailbox at a free host.
func (g *generator) officeMail(d *dice, name, country string, i int) string {
	return slug(name) + strconv.Itoa(permute(i, g.Customers, g.seed+4)) + "@" + common(d, hosts(country))
}

// domainOf makes a firm's domain of its name, under the top-level domain that
// RFC 2606 reserves, so that no mail can ever arrive.
func (g *generator) domainOf(d *dice, name, place string, i int) string {
	domain := slug(name)
	switch d.IntN(3) {
	case 0:
		domain += "-" + slug(place)
	case 1:
		domain += strconv.Itoa(permute(i, g.Customers, g.seed+5) % 1000)
	}
	return domain + ".example"
}

// firmMail makes the mailbox of a contact at the firm's domain.
func firmMail(d *dice, p person, domain string) string {
	given, family := slug(p.given), slug(p.family)
	return pick(d, []string{given + "." + family, given, given[:1] + "." + family, given[:1] + family}) + "@" + domain
}

// officeNames are impersonal mailboxes.
var officeNames = []string{"info", "info", "info", "info", "contact", "administratie", "boekhouding", "sales", "office"}

// garbleMail makes a typing error in front of the @.
func garbleMail(d *dice, mail string) string {
	local, host, _ := strings.Cut(mail, "@")
	if garbled := mistype(d, local); garbled != local {
		return garbled + "@" + host
	}
	return local + "x@" + host
}
