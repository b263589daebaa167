package demo

import (
	"strconv"
	"strings"
)

// fields is a record as text, each in the way somebody typed it. Empty is missing.
type fields struct {
	company, person         string
	vat, mail, phone        string
	street, house, box      string // box with its word in front
	postcode, town, country string
}

// streetLine is the street with number and box in one text.
func (f *fields) streetLine() string {
	if f.street == "" {
		return ""
	}
	return strings.TrimSpace(f.street+" "+f.house) + f.box
}

// nameLine is firm and person in one text.
func (f *fields) nameLine() string {
	switch {
	case f.company == "":
		return f.person
	case f.person == "":
		return f.company
	}
	return f.company + " - " + f.person
}

// render makes the text of a record. The dice belong to the record, so that a
// source's file and the truth agree on it.
func (g *generator) render(c *customer, r *record) fields {
	d := newDice(g.seed, streamRender, r.key(c.index))
	var f fields
	at := c.at(r.place)
	if r.asFirm {
		f.company = c.writeFirm(d, r, at)
	}
	if r.asPerson {
		f.person = c.writePerson(d, r)
	}
	switch r.number {
	case first:
		f.vat = writeNumber(d, c.number)
	case garbled:
		f.vat = writeNumber(d, garbleNumber(d, c.number))
	}
	switch r.mail {
	case first:
		f.mail = c.mail
	case other:
		f.mail = c.otherMail
	case garbled:
		f.mail = garbleMail(d, c.mail)
	}
	if r.mail != none && d.chance(MailCapital) {
		f.mail = strings.ToUpper(f.mail[:1]) + f.mail[1:]
	}
	if r.phone != none {
		f.phone = c.line(d, r.phone).write(d)
	}
	c.writePlace(d, r, at, &f)
	return f
}

// at is the address that the record knows.
func (c *customer) at(place which) address {
	switch place {
	case other:
		return c.earlier
	case third:
		return c.branch
	}
	return c.home
}

// line is the phone that the record knows.
func (c *customer) line(d *dice, w which) phone {
	switch {
	case w == other && c.landline.some():
		return c.landline
	case w == third:
		return c.branchLine
	case w == garbled:
		return c.mobile.garbled(d)
	}
	return c.mobile
}

func (c *customer) writeFirm(d *dice, r *record, at address) string {
	home := c.home.town
	name := misspell(d, c.firm.write(d, home, c.speaks))
	if r.role == branch && d.chance(BranchPlace) {
		name += " " + at.town.name(at.town.local(c.speaks))
	}
	if c.kind == soleTrader {
		return name
	}
	form := c.form.write(d, c.old, home, c.speaks)
	switch {
	case form == "":
		return name
	case d.chance(FormInFront):
		return form + " " + name
	}
	return name + " " + form
}

func (c *customer) writePerson(d *dice, r *record) string {
	who, style := c.person, givenFirst
	if c.kind == organisation && r.contact == other {
		who = c.second
	}
	if r.source == orders {
		style = familyFirst
	}
	return misspell(d, who.write(d, c.speaks, style, c.strict))
}

// writePlace renders the address; without a town only the country is left.
func (c *customer) writePlace(d *dice, r *record, at address, f *fields) {
	if r.street {
		f.street = at.writeStreet(d, c.speaks)
		if r.house {
			f.house, f.box = strconv.Itoa(at.house), at.writeBox(d, c.speaks)
		}
	}
	f.country = at.writeCountry(d)
	if r.town {
		f.postcode, f.town = at.writePostcode(d), at.writeTown(d, c.speaks)
	}
}

// key is the index of the record's own dice.
func (r *record) key(customer int) int { return 16*customer + 4*int(r.source) + r.serial }
