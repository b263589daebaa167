package demo

// What a firm of no source is to the customer whose place in the list it stands beside.
type relation int

const (
	stranger  relation = iota // nothing
	sister                    // a holding at the same address
	namesake                  // of the same name
	neighbour                 // of the same street
	successor                 // it took the customer's firm over
	relations
)

// strangerIndex numbers the firms of no source behind the customers; ok is false where
// the blocks of numbers have run out, for demos of millions.
func (g *generator) strangerIndex(i int, r relation) (index int, ok bool) {
	index = g.Customers + int(relations)*i + int(r)
	return index, index < youngNumbers
}

// strangerNumber is the number of a firm beside a customer, "" where there is none left.
func (g *generator) strangerNumber(c *customer, r relation) string {
	i, ok := g.strangerIndex(c.index, r)
	if !ok {
		return ""
	}
	return g.enterpriseNumber(i)
}

// beside draws the firms of no source beside a customer: they make the register a place
// where firms are mixed up. How the customer's own firm stands says who took it over.
func (g *generator) beside(c *customer, s standing) []*entry {
	d := newDice(g.seed, streamStranger, c.index)
	var out []*entry
	add := func(r relation, change func(f *customer)) {
		i, ok := g.strangerIndex(c.index, r)
		if !ok {
			return
		}
		f := g.stranger(i)
		if change != nil {
			change(f)
		}
		fd := newDice(g.seed, streamRegister, i)
		if f.mail == "" {
			g.mailboxes(fd, f)
		}
		e := g.enlist(fd, f)
		e.settle(fd, g, f, false)
		if r == successor { // whose establishment the customer's firm is now
			e.places = append(e.places, place{c.home, c.firm.plain(c.home.town.local(c.speaks)), g.start})
		}
		out = append(out, e)
	}
	if d.chance(StrangerShare) {
		add(stranger, nil)
	}
	if c.kind != organisation || s.fate == foreign {
		return out
	}
	spoken := c.home.town.local(c.speaks)
	if d.chance(SisterShare) {
		shares, behind := d.chance(SisterShares), pick(d, holdings)
		add(sister, func(f *customer) {
			f.home, f.speaks, f.firm = c.home, c.speaks, firmName{rest: c.firm.rest + " " + behind}
			f.landline = g.landlineOf(f.index, c.home.town)
			if shares {
				f.mobile, f.landline, f.mail, f.otherMail = c.mobile, c.landline, c.mail, c.otherMail
			}
		})
	}
	if d.chance(RegisterNamesake) {
		near := d.chance(NamesakeNear)
		add(namesake, func(f *customer) {
			if near {
				f.home, f.speaks = drawAddress(d, c.home.town), c.speaks
				f.landline = g.landlineOf(f.index, c.home.town)
			}
			if f.home.town.local(f.speaks) == spoken {
				f.firm, f.trade = c.firm, c.trade
			}
		})
	}
	if d.chance(RegisterNeighbour) {
		sameHouse := d.chance(NeighbourSameHouse)
		add(neighbour, func(f *customer) {
			f.home, f.speaks = c.home, c.speaks
			if !sameHouse {
				f.home.house += 2 * d.between(1, 4)
				f.home.box = ""
			}
			f.firm = drawFirmName(d, organisation, drawPerson(d, c.speaks), c.home.town, c.speaks)
			f.landline = g.landlineOf(f.index, c.home.town)
		})
	}
	if s.successor != "" {
		add(successor, nil)
	}
	return out
}

// holdings are what the companies that hold others are called.
var holdings = words("Holding, Invest, Immo, Management, Beheer, Finance, Group, Participations")

// stranger draws a firm of no source.
func (g *generator) stranger(i int) *customer {
	d := newDice(g.seed, streamStranger, -i-1)
	t := drawTown(d, belgianTowns)
	c := &customer{index: i, kind: organisation, movedOn: -1, speaks: speaks(d, t)}
	c.person = drawPerson(d, c.speaks)
	c.home = drawAddress(d, t)
	c.firm = drawFirmName(d, c.kind, c.person, t, c.speaks)
	c.form, c.old = drawForm(d, t.country), d.chance(OldFormShare)
	if c.trade = c.firm.trade; c.trade == nil {
		c.trade = &trades[d.IntN(len(trades))]
	}
	c.number = g.enterpriseNumber(i)
	c.mobile, c.landline = g.mobileOf(i, t.country), g.landlineOf(i, t)
	c.branch = drawAddress(d, drawTown(d, belgianTowns))
	return c
}

// mailboxes gives a firm of no source its own.
func (g *generator) mailboxes(d *dice, c *customer) {
	t, l := c.home.town, c.home.town.local(c.speaks)
	name := c.firm.plain(l)
	if d.chance(FreeMailFirmShare) {
		c.mail = g.officeMail(d, name, t.country, c.index)
		c.otherMail = c.mail
		return
	}
	domain := g.domainOf(d, name, t.name(l), c.index)
	c.mail, c.otherMail = firmMail(d, c.person, domain), pick(d, officeNames)+"@"+domain
}
