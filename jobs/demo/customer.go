package demo

// kind is what sort of customer it is.
type kind uint8

const (
	organisation kind = iota // a company or another body
	soleTrader               // one natural person with a firm of its own
	private                  // a private person
)

func (k kind) String() string { return [...]string{"organisation", "sole_trader", "person"}[k] }

// customer is the truth about one customer; the records are what the sources
// made of it.
type customer struct {
	index  int
	kind   kind
	speaks language
	strict bool // shares an address or a name with another person: given names stay whole

	person person // the private person, the sole trader or the first contact
	second person // a firm's other contact
	firm   firmName
	form   form
	old    bool // founded under the old legal forms
	trade  *trade
	number string // enterprise or VAT number of a firm

	home, earlier, branch address
	movedOn               int // day of the move; -1 for those that never moved

	mobile, landline, branchLine phone
	sharedLine                   bool // the land line is the household's
	mail, otherMail              string
}

// core is what other customers may need to know of a customer: neighbours in
// a household and namesakes take from it.
type core struct {
	kind   kind
	speaks language
	person person
	town   *town
	head   int // whose home and land line it is
	strict bool
}

// rawCore draws the core of customer i without regard to the others.
func (g *generator) rawCore(i int) core {
	d := newDice(g.seed, streamCore, i)
	c := core{kind: organisation, head: i}
	if d.chance(PersonShare) {
		c.kind = private
	} else if d.chance(SoleTraderShare) {
		c.kind = soleTrader
	}
	if d.chance(DutchShare) {
		c.town = drawTown(d, dutchTowns)
	} else {
		c.town = drawTown(d, belgianTowns)
	}
	c.speaks = speaks(d, c.town)
	c.person = drawPerson(d, c.speaks)
	return c
}

// speaks draws the language of somebody who lives in the town.
func speaks(d *dice, t *town) language {
	u := d.Float64()
	switch t.tongue {
	case tongueDutch:
		switch {
		case u < 0.94:
			return dutch
		case u < 0.97:
			return french
		}
	case tongueFrench:
		switch {
		case u < 0.96:
			return french
		case u < 0.98:
			return dutch
		}
	case tongueGerman:
		if u < 0.85 {
			return german
		}
		return french
	default:
		switch {
		case u < 0.60:
			return french
		case u < 0.86:
			return dutch
		}
	}
	if u > 0.992 {
		return german
	}
	return english
}

// core resolves namesakes and households by arithmetic on the index: an even
// index may bear the name of the customer two before it, an odd one may live
// with the customer before it.
func (g *generator) core(i int) core {
	c := g.rawCore(i)
	if c.kind != private {
		return c
	}
	if i%4 == 2 {
		if other := g.rawCore(i - 2); other.kind == private && newDice(g.seed, streamHome, -i).chance(NamesakeShare) {
			c.person, c.town, c.speaks, c.strict = other.person, other.town, other.speaks, true
		}
	}
	if i%2 == 0 {
		c.strict = c.strict || g.rawCore(i+1).kind == private && g.household(i)
		return c
	}
	head := g.core(i - 1)
	if head.kind != private || !g.household(i-1) {
		return c
	}
	c.town, c.speaks, c.head, c.strict = head.town, head.speaks, i-1, true
	d := newDice(g.seed, streamHome, -i)
	c.person = drawPerson(d, c.speaks)
	if d.chance(HouseholdFamilyShare) {
		c.person.family = head.person.family
	}
	for c.person.given == head.person.given {
		c.person.given = pick(d, givenNames[c.speaks])
	}
	return c
}

// household reports whether the pair that starts with the even index lives together.
func (g *generator) household(even int) bool {
	return newDice(g.seed, streamHome, -even-1<<40).chance(HouseholdShare)
}

// customer draws the whole truth about customer i.
func (g *generator) customer(i int) *customer {
	core := g.core(i)
	d := newDice(g.seed, streamTraits, i)
	t := core.town
	c := &customer{index: i, kind: core.kind, speaks: core.speaks, person: core.person, strict: core.strict, movedOn: -1}
	c.home = drawAddress(newDice(g.seed, streamHome, core.head), t)
	c.sharedLine = core.strict
	c.mobile = g.mobileOf(i, t.country)
	if c.kind != private || core.head != i || d.chance(LandlinePersonShare) {
		c.landline = g.landlineOf(core.head, t)
	}
	if d.chance(MovedShare) {
		c.movedOn = d.between(30, g.days-1)
		c.earlier = drawAddress(d, g.townNear(d, t))
	}
	if c.kind == private {
		c.mail = g.privateMail(d, c.person, t.country, i)
		c.otherMail = g.privateMail(d, c.person, t.country, i)
		return c
	}
	c.second = drawPerson(d, c.speaks)
	c.firm = drawFirmName(d, c.kind, c.person, t, c.speaks)
	c.form, c.old = drawForm(d, t.country), d.chance(OldFormShare)
	if c.trade = c.firm.trade; c.trade == nil {
		c.trade = &trades[d.IntN(len(trades))]
	}
	c.number = g.enterpriseNumber(i)
	if t.country == "NL" {
		c.number = g.dutchVAT(i)
	}
	c.branch = drawAddress(d, drawTown(d, sameCountry(t)))
	c.branchLine = g.landlineOf(i, c.branch.town)
	if d.chance(FreeMailFirmShare) {
		c.mail = g.privateMail(d, c.person, t.country, i)
		c.otherMail = g.officeMail(d, c.firm.plain(t.local(c.speaks)), t.country, i)
		return c
	}
	domain := g.domainOf(d, c.firm.plain(t.local(c.speaks)), t.name(t.local(c.speaks)), i)
	c.mail = firmMail(d, c.person, domain)
	c.otherMail = pick(d, officeNames) + "@" + domain
	return c
}

// townNear is where a mover came from: mostly the same town.
func (g *generator) townNear(d *dice, t *town) *town {
	if d.chance(MovedWithinTown) {
		return t
	}
	return drawTown(d, sameCountry(t))
}

func sameCountry(t *town) []town {
	if t.country == "NL" {
		return dutchTowns
	}
	return belgianTowns
}

// name is the customer's name without legal form, as the customer writes it.
func (c *customer) name() string {
	if c.kind == private {
		return c.person.given + " " + c.person.family
	}
	return c.firm.plain(c.home.town.local(c.speaks))
}
