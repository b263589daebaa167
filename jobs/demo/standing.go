package demo

import "slices"

// fate is what the open data of the register has of a firm.
type fate uint8

const (
	listed    fate = iota // a legal person, active or in trouble
	natural               // a natural person: copies of the register leave it out
	foreign               // of a country that the register does not cover
	dissolved             // it stopped, and is gone from the open data
	merged                // another one took it over; its number is gone
)

func (f fate) String() string {
	return [...]string{"listed", "natural person", "foreign", "dissolved", "merged"}[f]
}

// standing is the truth about a customer's firm and the register.
type standing struct {
	fate
	changes   []string // renamed, bankrupt, in liquidation, reorganised, moved
	successor string   // number of the firm that took it over
	numbered  bool     // a record of it holds its number, whole
	// linkable says that it is listed, and that sources know enough of it: its number,
	// or under its name what agrees with the register.
	linkable bool
}

// stands draws what became of a firm, and how the register has it: nil where it does not.
func (g *generator) stands(c *customer, records []record) (standing, *entry) {
	d := newDice(g.seed, streamRegister, c.index)
	s := standing{numbered: slices.ContainsFunc(records, func(r record) bool { return r.number == first })}
	fate := d.Float64()
	e := g.enlist(d, c)
	switch {
	case c.home.town.country != "BE":
		s.fate = foreign
		return s, nil
	case c.kind == soleTrader:
		s.fate = natural
		return s, e
	case fate < DissolvedShare:
		s.fate = dissolved
		return s, nil
	case fate < DissolvedShare+MergedShare:
		if s.successor = g.strangerNumber(c, successor); s.successor != "" {
			s.fate = merged
			return s, nil
		}
	}
	e.settle(d, g, c, slices.ContainsFunc(records, func(r record) bool { return r.role == branch }))
	if d.chance(RenamedShare) {
		e.rename(d, c)
		s.changes = append(s.changes, "renamed")
	}
	switch u := d.Float64(); {
	case u < BankruptShare:
		e.situation = pick(d, []string{"050", "050", "050", "048"})
		s.changes = append(s.changes, "bankrupt")
	case u < BankruptShare+LiquidationShare:
		e.situation = "012"
		s.changes = append(s.changes, "in liquidation")
	case u < BankruptShare+LiquidationShare+ReorganisedShare:
		e.situation = "091"
		s.changes = append(s.changes, "reorganised")
	}
	s.linkable = s.numbered || e.reconcile(d, c, records)
	if c.movedOn >= 0 || e.seat != c.home {
		s.changes = append(s.changes, "moved")
	}
	return s, e
}

// agreement weighs what a record has in common with the register, like that of two
// records: a matcher must find the firm by its name and two fields more, or by as much.
func (e *entry) agreement(c *customer, r *record) int {
	points := 0
	if r.asFirm && e.knownAs {
		points += 2
	}
	if shared(r.phone, e.phone) {
		points += 2
	}
	if e.domain != "" && (r.mail == first || r.mail == other) {
		points += 3
	}
	if e.lies(c.at(r.place)) {
		if r.street && r.house {
			points += 2
		}
		if r.town {
			points++
		}
	}
	return points
}

// lies reports whether the seat or an establishment is at the address.
func (e *entry) lies(at address) bool {
	return e.seat == at || slices.ContainsFunc(e.places, func(p place) bool { return p.address == at })
}

// reconcile keeps the promise that a firm without a number agrees with the register in
// as much as two records of one customer do: it brings the register up to what a record
// that names the firm knows, field by field in random order, until there is enough and no
// more. It reports whether there is: of some firms no record knows enough.
func (e *entry) reconcile(d *dice, c *customer, records []record) bool {
	var known *record
	for i := range records {
		r := &records[i]
		if !r.asFirm {
			continue
		}
		if e.agreement(c, r) >= enough {
			return true
		}
		if known == nil || e.agreement(c, r) > e.agreement(c, known) {
			known = r
		}
	}
	if known == nil {
		return false
	}
	repairs := [...]func(){
		func() { // the phone
			if known.phone != none && known.phone != garbled {
				e.calls(c, known.phone)
			}
		},
		func() { // the web site
			if known.mail == first || known.mail == other {
				e.domain = c.domain()
				e.site = e.site || e.domain != "" && e.mail == ""
			}
		},
		func() { // the address
			if at := c.at(known.place); !e.lies(at) {
				e.seat = at
			}
		},
		func() { // the name
			if !e.knownAs {
				l := c.home.town.local(c.speaks)
				e.names, e.knownAs = append(e.names, denomination{code(l), tradeName, c.firm.plain(l)}), true
			}
		},
	}
	for _, i := range d.Perm(len(repairs)) {
		if e.agreement(c, known) >= enough {
			return true
		}
		repairs[i]()
	}
	return e.agreement(c, known) >= enough
}
