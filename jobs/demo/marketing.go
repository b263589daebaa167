package demo

import "strconv"

var (
	channels = []string{"e-mail", "e-mail", "post", "telefoon"}
	outcomes = []string{"bestelling", "offerte gevraagd", "geen interesse", "niet aanwezig", "terugbellen", "kennismaking"}
)

// writeCampaigns writes one campaign a month and what it cost.
func (b *books) writeCampaigns() {
	for month := range b.g.months {
		d := newDice(b.g.seed, streamCampaign, month)
		from, to := b.g.monthDays(month)
		s := b.campaigns
		s.text(b.g.campaign(month))
		s.text(pick(d, channels))
		s.text(b.g.date[from+(to-from)/3])
		s.cents(25_000 + d.IntN(100)*b.g.Customers/10)
		s.end()
	}
}

// campaign names the campaign of the month.
func (g *generator) campaign(month int) string { return "C" + g.months[month] }

// writeMailings writes which campaigns reached the account and what came of it.
func (b *books) writeMailings(a *account) {
	g := b.g
	d := newDice(g.seed, streamMarketing, a.record.key(a.customer.index))
	keen := 0.15 + 0.4*d.Float64()
	mails := d.between(0, 6)
	for n := range mails {
		month := d.IntN(len(g.months))
		from, to := g.monthDays(month)
		day := from + (to-from)/3
		number := "M" + a.record.id + "-" + strconv.Itoa(n+1)
		event := func(suffix string, day int, what string) bool {
			if day >= g.days {
				return false
			}
			s := b.mailings
			s.text(number + suffix)
			s.text(g.campaign(month))
			s.text(a.record.id)
			s.text(g.date[day])
			s.text(what)
			s.end()
			return true
		}
		if !event("", day, "sent") {
			continue
		}
		switch {
		case d.chance(BouncedRate):
			event("b", day, "bounced")
		case d.chance(keen) && event("o", day+d.between(0, 3), "opened"):
			if d.chance(ClickedRate) && event("c", day+d.between(3, 4), "clicked") && d.chance(AnsweredRate) {
				event("a", day+d.between(4, 9), "answered")
			}
			if n == mails-1 && d.chance(UnsubscribedRate) {
				event("u", day+4, "unsubscribed")
			}
		}
	}
}

// writeVisits writes the calls that salespeople paid to a firm.
func (b *books) writeVisits(a *account) {
	g := b.g
	d := newDice(g.seed, streamMarketing, -a.record.key(a.customer.index)-1)
	if a.customer.kind == private || !d.chance(VisitedShare) {
		return
	}
	rep := pick(d, salespeople)
	for n := range 1 + min(int(d.ExpFloat64()*1.5), 12) {
		s := b.visits
		s.text("B" + a.record.id + "-" + strconv.Itoa(n+1))
		s.text(a.record.id)
		s.text(g.date[d.IntN(g.days)])
		s.text(rep)
		s.text(a.customer.at(a.record.place).town.dutch)
		s.text(pick(d, outcomes))
		s.end()
	}
}

// writeCorrections writes what the staff put right by hand; the value is true.
func (b *books) writeCorrections(a *account) {
	d, c := a.dice, a.customer
	if !d.chance(CorrectionRate) {
		return
	}
	corrections := [][2]string{
		{"email", c.mail},
		{"telefoon", c.mobile.prefix + c.mobile.rest},
		{"naam", c.name()},
		{"straat", c.home.street.in(c.home.town.local(c.speaks)) + " " + strconv.Itoa(c.home.house)},
	}
	chosen := pick(d, corrections)
	s := b.corrections
	s.text(a.record.id)
	s.text(chosen[0])
	s.text(chosen[1])
	s.text(pick(d, salespeople))
	s.text(b.g.date[d.IntN(b.g.days)])
	s.end()
}
