package demo

import (
	"fmt"
	"slices"
	"strconv"
)

// source is a place that records come from.
type source uint8

const (
	orders source = iota
	forms
	survey
	purchased
)

func (s source) String() string { return [...]string{"orders", "forms", "survey", "purchased"}[s] }

// role is why a customer has the account; the other sources have one role.
type role uint8

const (
	regular role = iota
	duplicate
	branch
)

// Which of a customer's values a record holds. The zero value is none of them;
// a garbled value is there, but agrees with nothing.
type which uint8

const (
	none which = iota
	first
	other
	third // the branch's
	garbled
)

// record is one source's view of a customer: first which values it holds,
// and render makes the text of them.
type record struct {
	source source
	role   role
	serial int // counts the customer's records of one source from 0
	id     string
	day    int   // when it was last observed, in days from the start
	orders []int // days of an account's orders, ascending

	asFirm, asPerson bool  // what the name shows
	contact          which // which contact of a firm
	number           which
	mail             which
	phone            which
	place            which // home, earlier or branch address
	street, house    bool
	town             bool
}

// records draws the customer's one to five records.
func (g *generator) records(c *customer) []record {
	d := newDice(g.seed, streamRecords, c.index)
	var out []record
	add := func(s source, r role, serial int) {
		if len(out) < 5 {
			rec := g.observe(c, d, s, r, serial)
			if len(out) > 0 {
				c.reconcile(d, &out[0], &rec)
			}
			out = append(out, rec)
		}
	}
	prospect := d.chance(ProspectShare)
	formShare, surveyShare, listShare := FormShare, SurveyShare, ListFirmShare
	if c.kind == private {
		listShare = ListPersonShare
	}
	if prospect {
		formShare, surveyShare, listShare = FormProspectShare, SurveyProspectShare, ListProspectShare
	} else {
		add(orders, regular, 0)
		if d.chance(DuplicateAccountShare) {
			add(orders, duplicate, 1)
		}
		if c.kind == organisation && d.chance(BranchAccountShare) {
			add(orders, branch, 2)
		}
	}
	inForm, inSurvey, inList := d.chance(formShare), d.chance(surveyShare), d.chance(listShare)
	if inList || prospect && !inForm && !inSurvey {
		add(purchased, regular, 0)
	}
	if inForm {
		add(forms, regular, 0)
		if d.chance(SecondFormShare) {
			add(forms, regular, 1)
		}
	}
	if inSurvey {
		add(survey, regular, 0)
	}
	return out
}

// observe draws which of the customer's values a source holds.
func (g *generator) observe(c *customer, d *dice, s source, r role, serial int) record {
	rec := record{source: s, role: r, serial: serial, id: g.recordID(c.index, s, serial), place: first, contact: first}
	switch s {
	case orders:
		rec.orders = g.drawOrderDays(c, d, r)
		rec.day = rec.orders[len(rec.orders)-1]
	case survey:
		rec.day = g.days - d.between(1, min(120, g.days))
	case purchased:
		rec.day = g.days - d.between(1, min(200, g.days))
	default:
		rec.day = d.IntN(g.days)
	}
	stale := s == orders && d.chance(StaleAddressShare) || s == purchased && d.chance(StaleListShare)
	if c.movedOn > rec.day || c.movedOn >= 0 && stale {
		rec.place = other
	}
	if r == branch {
		rec.place = third
	}
	if d.chance(ContactChangeShare) {
		rec.contact = other
	}
	rec.asPerson, rec.asFirm = c.kind == private || s != orders, c.kind != private
	if c.kind == soleTrader {
		rec.asPerson = true
		if d.chance(SoleTraderNameShare) {
			rec.asPerson = d.chance(0.5)
			rec.asFirm = !rec.asPerson
		}
	}
	if s == forms && c.kind == organisation && d.chance(FormCompanyMissing) {
		rec.asFirm = false
	}
	number, mail, phone, street, town := AccountNumberShare, AccountEmailShare, AccountPhoneShare, StreetShare, 1.0
	switch s {
	case forms:
		number, mail, phone, street, town = 0, FormEmailShare, FormPhoneShare, 0, FormTownShare
	case survey:
		number, mail, phone, street = 0, 0, 1, SurveyStreetShare
	case purchased:
		number, mail, phone = ListNumberShare, ListEmailShare, ListPhoneShare
	}
	if c.number != "" && rec.asFirm && d.chance(number) {
		rec.number = garbledOr(d, WrongNumberShare, first)
	}
	if d.chance(mail) {
		rec.mail = garbledOr(d, WrongEmailShare, c.anyMail(d))
	}
	if d.chance(phone) {
		rec.phone = garbledOr(d, WrongPhoneShare, c.anyPhone(d, r))
	}
	rec.street, rec.house, rec.town = d.chance(street), !d.chance(HouseMissingShare), d.chance(town)
	return rec
}

func garbledOr(d *dice, p float64, w which) which {
	if d.chance(p) {
		return garbled
	}
	return w
}

func (c *customer) anyMail(d *dice) which {
	if d.chance(OtherEmailShare) {
		return other
	}
	return first
}

func (c *customer) anyPhone(d *dice, r role) which {
	switch {
	case r == branch:
		return third
	case c.landline.some() && d.chance(OtherPhoneShare):
		return other
	}
	return first
}

// recordID names the record in its source; ids say nothing of the customer.
func (g *generator) recordID(i int, s source, serial int) string {
	switch s {
	case orders:
		return strconv.Itoa(100_000 + permute(3*i+serial, 3*g.Customers, g.seed+6))
	case forms:
		n := mix(g.seed ^ mix(uint64(2*i+serial)))
		return fmt.Sprintf("%016x%08x", n, mix(n)>>32)
	case survey:
		return strconv.Itoa(1 + permute(i, g.Customers, g.seed+7))
	default:
		return fmt.Sprintf("LB%07d", 1+permute(i, g.Customers, g.seed+8))
	}
}

// drawOrderDays draws when the account ordered: a few large buyers, many small
// ones, and some that have gone away.
func (g *generator) drawOrderDays(c *customer, d *dice, r role) []int {
	mean := 5.0
	if c.kind == private {
		mean = 2.2
	}
	n := 1 + min(int(d.ExpFloat64()*mean), 60)
	if r != regular {
		n = d.between(1, 3)
	}
	from, until := int(float64(d.IntN(g.days))*d.Float64()), g.days
	if d.chance(GoneShare) {
		until = from + 1 + d.IntN(g.days-from)
	}
	days := make([]int, n)
	for i := range days {
		days[i] = from + d.IntN(until-from)
	}
	slices.Sort(days)
	return days
}
