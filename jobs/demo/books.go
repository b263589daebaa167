package demo

import (
	"errors"
	"sort"
	"strconv"
)

// books are the files of the order system and of those who work with its
// customer numbers; one pass over the customers writes them all.
type books struct {
	g                                               *generator
	months                                          []*sheet // order lines by month
	quotes, invoices, visits, mailings, corrections *sheet
	campaigns                                       *sheet
	bad                                             BadRows
}

// openBooks creates the files with their headers.
func (g *generator) openBooks() (*books, error) {
	b := &books{g: g}
	var err error
	file := func(path string, columns ...string) *sheet {
		if err != nil {
			return nil
		}
		var s *sheet
		s, err = newSheet(g.Dir, path, columns...)
		return s
	}
	for _, name := range g.months {
		b.months = append(b.months, file("incoming/orders/orders-"+name+".csv", orderColumns...))
	}
	b.quotes = file("incoming/quotes/offertes.csv", "Offertenr", "Klantnr", "Aangevraagd", "Verzonden", "GeldigTot", "Bedrag", "Status", "Ordernr", "Verkoper", "Opvolgen")
	b.invoices = file("incoming/invoices/facturen.csv", "Factuurnr", "Klantnr", "Ordernr", "Factuurdatum", "Vervaldatum", "Betaald", "Bedrag", "Openstaand", "Munt")
	b.visits = file("incoming/visits/bezoeken.csv", "Bezoeknr", "Klantnr", "Datum", "Vertegenwoordiger", "Plaats", "Resultaat")
	b.campaigns = file("incoming/campaigns/campagnes.csv", "Campagne", "Kanaal", "Verzonden", "Kost")
	b.mailings = file("incoming/campaigns/mailings.csv", "Mailnr", "Campagne", "Klantnr", "Datum", "Gebeurtenis")
	b.corrections = file("incoming/corrections/correcties.csv", "Klantnr", "Veld", "Waarde", "Door", "Op")
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *books) sheets() []*sheet {
	return append(append([]*sheet{}, b.months...), b.quotes, b.invoices, b.visits, b.campaigns, b.mailings, b.corrections)
}

// close flushes all files and reports what went wrong.
func (b *books) close() error {
	var failed []error
	for _, s := range b.sheets() {
		if s != nil {
			failed = append(failed, s.close())
		}
	}
	return errors.Join(failed...)
}

// write writes all facts of one account.
func (b *books) write(c *customer, r *record) {
	a := b.g.open(c, r)
	b.writeOrders(a)
	b.writeQuotes(a)
	b.writeVisits(a)
	b.writeMailings(a)
	b.writeCorrections(a)
}

// writeInvoice bills an order; the amount is in cents.
func (b *books) writeInvoice(a *account, number string, day, amount int) {
	g, d := b.g, a.dice
	billed := day + d.between(0, 4)
	if billed >= g.days {
		return
	}
	term := 30
	if a.customer.kind == private {
		term = 14
	}
	due := billed + term
	paid := due + d.between(-12, 3)
	arrears := ArrearsRate
	if a.late {
		paid, arrears = due+d.between(5, 75), 5*ArrearsRate
	}
	if amount <= 0 {
		paid, arrears = billed, 0
	}
	s := b.invoices
	s.text("F" + number[2:] + number[:1])
	s.text(a.record.id)
	s.text(number)
	s.text(g.date[billed])
	s.text(g.date[due])
	open := 0
	if paid = max(paid, billed); paid < g.days && !d.chance(arrears) {
		s.text(g.date[paid])
	} else {
		s.text("")
		open = amount
		if d.chance(PartPaidRate) {
			open = amount / 2
		}
	}
	s.cents(amount)
	s.cents(open)
	s.text("EUR")
	s.end()
}

var salespeople = []string{"Sels A.", "Pirard M.", "Maes T.", "Lambert C.", "Claes D.", "Gillet F.", "Aerts N.", "Moens K."}

// writeQuotes writes the account's quotes; private persons get none.
func (b *books) writeQuotes(a *account) {
	g, d := b.g, a.dice
	if a.customer.kind == private {
		return
	}
	for n := range int(d.ExpFloat64() * 0.9) {
		asked := d.IntN(g.days)
		sent := asked + d.between(0, 6)
		s := b.quotes
		s.text("OF" + g.yearMonth[asked] + "-" + a.record.id + "-" + strconv.Itoa(n+1))
		s.text(a.record.id)
		s.text(g.date[asked])
		status, order, sentOn, validUntil, followUp := "aangevraagd", "", "", "", ""
		if sent < g.days {
			sentOn, validUntil = g.date[sent], g.date[sent+30]
			seq := sort.SearchInts(a.record.orders, sent) // the first order since
			switch u := d.Float64(); {
			case u < QuoteAccepted && seq < len(a.record.orders) && a.record.orders[seq] < sent+60:
				status, order = "aanvaard", g.orderNumber("VO", a.record.orders[seq], a.record.id, seq+1)
			case u < QuoteAccepted+QuoteRefused:
				status = "geweigerd"
			case sent+30 < g.days:
				status = "vervallen"
			default:
				status, followUp = "verzonden", g.date[sent+7]
			}
		}
		s.text(sentOn)
		s.text(validUntil)
		s.cents(5000 + int(d.ExpFloat64()*120_000))
		s.text(status)
		s.text(order)
		s.text(pick(d, salespeople))
		s.text(followUp)
		s.end()
	}
}
