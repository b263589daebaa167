package demo

import (
	"slices"
	"strings"
	"time"
)

// entry is an enterprise as the register has it.
type entry struct {
	index     int // of the customer or stranger, from which numbers of establishments follow
	number    string
	situation string
	form      string
	started   time.Time
	natural   *person // a natural person, of whom the register gives no more than the name
	names     []denomination
	seat      address
	places    []place
	trades    []*trade // the main one first
	employer  bool
	phone     which
	line      phone  // what the register writes for it
	mail      string // of the domain, where the firm has one
	domain    string // whose web site or mailbox is in the register
	site      bool
	knownAs   bool // one of the names is that by which sources know the firm
}

// denomination is a name in the register: codes of language and kind, and the text.
type denomination struct{ language, kind, text string }

// The register's codes of languages, and of kinds of names.
const (
	unknownLanguage, inFrench, inDutch = "0", "1", "2"
	legalName, tradeName               = "001", "003"
)

// place is an establishment.
type place struct {
	address
	name  string // "" where it has none
	since time.Time
}

// mostPlaces is how many establishments an entry has at most.
const mostPlaces = 4

// enlist draws how the register knows a firm: all but what became of it.
func (g *generator) enlist(d *dice, c *customer) *entry {
	e := &entry{index: c.index, number: c.number, situation: "000", seat: c.home, trades: []*trade{c.trade}, started: g.founded(d, c.old)}
	if c.kind == soleTrader {
		e.natural = &c.person
		return e
	}
	e.form = c.form.nowCode
	filedOld := c.old && d.chance(OldFormKept)
	if filedOld {
		e.form = c.form.oldCode
	}
	e.named(d, c, c.firm, filedOld)
	e.knownAs = true
	if d.chance(TradeNameShare) {
		e.names = append(e.names, denomination{code(c.home.town.local(c.speaks)), tradeName, invented(d)})
	}
	e.employer = d.chance(EmployerShare)
	if d.chance(SecondActivity) {
		e.trades = append(e.trades, &trades[d.IntN(len(trades))])
	}
	if d.chance(RegisterPhone) {
		e.calls(c, other)
		if d.chance(RegisterMobile) {
			e.calls(c, first)
		}
	}
	domain := c.domain()
	if d.chance(RegisterEmail) {
		e.mail, e.domain = c.otherMail, domain
	}
	if domain != "" && d.chance(RegisterSite) {
		e.site, e.domain = true, domain
	}
	return e
}

// founded draws the day on which a firm began, old ones before the reform of legal
// forms; all of them did before the orders.
func (g *generator) founded(d *dice, old bool) time.Time {
	from, until := time.Date(1975, 1, 1, 0, 0, 0, 0, time.UTC), g.start
	if reform := time.Date(2019, 5, 1, 0, 0, 0, 0, time.UTC); reform.Before(g.start) {
		if old {
			until = reform
		} else {
			from = reform
		}
	}
	return from.AddDate(0, 0, d.IntN(max(1, int(until.Sub(from).Hours()/24))))
}

// code is the register's code of a language.
func code(l language) string {
	if l == dutch {
		return inDutch
	}
	return inFrench
}

// named gives the entry its legal name, in both languages of a town that has two, where
// the name can be said in both.
func (e *entry) named(d *dice, c *customer, name firmName, old bool) {
	t := c.home.town
	spoken := []language{t.local(c.speaks)}
	if t.tongue == tongueBoth && name.trade != nil && d.chance(RegisterBothNames) {
		spoken = []language{dutch, french}
	}
	formed, upper := d.chance(RegisterForm), d.chance(RegisterUpper)
	for _, l := range spoken {
		text := name.plain(l)
		if formed {
			words := c.form.now
			if old {
				words = c.form.old
			}
			text += " " + words.in(l)
		}
		if upper {
			text = strings.ToUpper(text)
		}
		e.names = append(e.names, denomination{code(l), legalName, text})
	}
}

// rename gives the firm a legal name that no source knows.
func (e *entry) rename(d *dice, c *customer) {
	t := c.home.town
	l := t.local(c.speaks)
	e.names = slices.DeleteFunc(e.names, func(n denomination) bool { return n.kind == legalName })
	e.named(d, c, drawFirmName(d, organisation, drawPerson(d, c.speaks), t, c.speaks), false)
	if e.knownAs = d.chance(OldNameKept); e.knownAs {
		e.names = append(e.names, denomination{code(l), tradeName, c.firm.plain(l)})
	}
}

// settle gives the firm its seat and its establishments; branch says that sources know
// one.
func (e *entry) settle(d *dice, g *generator, c *customer, branch bool) {
	t := c.home.town
	add := func(at address, name string) {
		if !d.chance(PlaceNamed) {
			name = ""
		}
		e.places = append(e.places, place{at, name, e.started.AddDate(0, d.between(0, 30), 0)})
	}
	name := c.firm.plain(t.local(c.speaks))
	moved := c.movedOn >= 0
	switch {
	case moved && d.chance(RegisterStale):
		e.seat = c.earlier
	case !moved && d.chance(RegisterMoved):
		e.seat = drawAddress(d, g.townNear(d, t))
	}
	if d.chance(SeatIsPlace) {
		add(e.seat, name)
	}
	if moved && e.seat != c.earlier && d.chance(PlaceStays) {
		add(c.earlier, name)
	}
	if branch || d.chance(BranchUnseen) {
		add(c.branch, name+" "+c.branch.town.name(c.branch.town.local(c.speaks)))
	}
}

// calls puts a phone of the firm into the register.
func (e *entry) calls(c *customer, w which) {
	e.phone, e.line = w, c.mobile
	switch w {
	case other:
		e.line = c.landline
	case third:
		e.line = c.branchLine
	}
}

// domain is that of the firm, "" where its mailboxes are at a free host.
func (c *customer) domain() string {
	_, host, _ := strings.Cut(c.mail, "@")
	if !strings.HasSuffix(host, ".example") {
		return ""
	}
	return host
}
