package demo

import (
	"fmt"
	"strconv"
)

// orderColumns repeat the customer on every order line, as ERP exports do.
var orderColumns = []string{
	"Klantnr", "Klant", "BTW", "Mail", "Telefoon", "Straat", "Postcode", "Gemeente", "Land", "Taal", "Klantgroep",
	"Ordernr", "Lijn", "Datum", "Status", "Artikel", "Omschrijving", "Aantal", "Prijs", "Kostprijs",
}

// The statuses of an order.
const (
	delivered = "geleverd"
	ordered   = "besteld"
	cancelled = "geannuleerd"
)

// Collective is the account number of the counter sales, which belong to nobody.
const Collective = "99999"

// article is one thing the wholesaler sells; price and cost in cents.
type article struct {
	code, name  string
	price, cost int
}

var articles = loadArticles(articleList)

func loadArticles(list string) []article {
	var out []article
	for i, f := range rows(list, "=") {
		price, _ := strconv.Atoi(f[1])
		out = append(out, article{fmt.Sprintf("A%04d", 1000+17*i), f[0], price, price * (55 + i*7%30) / 100})
	}
	return out
}

// account is one customer number while its facts are written.
type account struct {
	customer    *customer
	record      *record
	dice        *dice
	now, before []byte // the customer's columns, since and before the move
	late        bool
}

// columns returns the customer's columns as they were on the day.
func (a *account) columns(day int) []byte {
	if day < a.customer.movedOn && a.record.role != branch {
		return a.before
	}
	return a.now
}

// groupOf is the customer group of the order system.
func groupOf(c *customer) string {
	if c.kind == private {
		return "Particulier"
	}
	switch c.trade.nace[:2] {
	case "41", "42", "43":
		return "Bouw"
	case "55", "56":
		return "Horeca"
	case "45", "46", "47":
		return "Handel"
	}
	return "Diensten"
}

// encode renders the customer's columns of the order files once per account.
func (g *generator) encode(c *customer, r *record) []byte {
	f := g.render(c, r)
	s := sheet{}
	s.text(r.id)
	for _, value := range []string{f.nameLine(), f.vat, f.mail, f.phone, f.streetLine(), f.postcode, f.town, f.country, c.speaks.letter(), groupOf(c)} {
		s.text(value)
	}
	return s.line
}

// open makes the account of a record of the order system.
func (g *generator) open(c *customer, r *record) *account {
	a := &account{customer: c, record: r, dice: newDice(g.seed, streamSales, r.key(c.index))}
	a.now = g.encode(c, r)
	a.before = a.now
	if c.movedOn >= 0 && r.role != branch {
		old := *r
		old.place = other
		a.before = g.encode(c, &old)
	}
	a.late = a.dice.chance(LatePayerShare)
	return a
}

// orderNumber names the seq-th order of the account; credit notes start with CN.
func (g *generator) orderNumber(prefix string, day int, account string, seq int) string {
	return prefix + g.yearMonth[day] + "-" + account + "-" + twoDigits(seq)
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// writeOrders writes the account's orders and what follows from them.
func (b *books) writeOrders(a *account) {
	g, d := b.g, a.dice
	for seq, day := range a.record.orders {
		number := g.orderNumber("VO", day, a.record.id, seq+1)
		status := delivered
		switch {
		case seq == 0:
		case d.chance(CancelledRate):
			status = cancelled
		case day > g.days-10 && d.chance(OpenOrderShare):
			status = ordered
		}
		lines := 1 + min(int(d.ExpFloat64()*1.2), 9)
		at := clock(d)
		var total int
		var returned soldLine
		for line := 1; line <= lines; line++ {
			sold := drawLine(d, a.customer.kind != private, seq > 0)
			total += sold.quantity * sold.price
			b.writeLine(a, number, line, day, at, status, sold, seq > 0)
			returned = sold
		}
		if status == delivered {
			b.writeInvoice(a, number, day, total)
		}
		if back := day + d.between(5, 20); status == delivered && seq > 0 && back < g.days && d.chance(CreditRate) && returned.quantity > 0 {
			returned.quantity = -d.between(1, returned.quantity)
			note := g.orderNumber("CN", back, a.record.id, seq+1)
			b.writeLine(a, note, 1, back, at, delivered, returned, false)
			b.writeInvoice(a, note, back, returned.quantity*returned.price)
		}
	}
}

// soldLine is one line of an order; price in cents.
type soldLine struct {
	article         *article
	quantity, price int
}

// drawLine draws what is bought; samples and nothings only where they may be.
func drawLine(d *dice, firm, odd bool) soldLine {
	sold := soldLine{article: &articles[int(d.Float64()*d.Float64()*float64(len(articles)))], quantity: 1}
	discount := 100
	if firm {
		sold.quantity += min(int(d.ExpFloat64()*4), 99)
		discount = 100 - d.IntN(4)*5
	} else {
		sold.quantity += int(d.ExpFloat64() * 0.7)
	}
	sold.price = sold.article.price * discount / 100
	switch u := d.Float64(); {
	case !odd:
	case u < SampleRate:
		sold.price = 0
	case u < SampleRate+ZeroRate:
		sold.quantity = 0
	}
	return sold
}

// clock draws a time within business hours, as the export writes it.
func clock(d *dice) string {
	return " " + twoDigits(d.between(7, 18)) + ":" + twoDigits(d.IntN(60))
}

// writeLine writes one order line; where it may be bad, a few are.
func (b *books) writeLine(a *account, number string, line, day int, at, status string, sold soldLine, mayBeBad bool) {
	g, d := b.g, a.dice
	s := b.months[g.month[day]]
	columns, date := a.columns(day), g.date[day]+at
	quantity := ""
	if mayBeBad {
		switch u := d.Float64(); {
		case u < BadDateRate:
			date = "31/02/" + g.date[day][6:] + at
			b.bad.Dates++
		case u < BadDateRate+BadNumberRate:
			quantity = "12,5x"
			b.bad.Numbers++
		case u < BadDateRate+BadNumberRate+RaggedRate:
			columns = spoil(columns, ';')
			b.bad.Ragged++
		case u < BadDateRate+BadNumberRate+RaggedRate+BadByteRate:
			columns = spoil(columns, 0x81)
			b.bad.Bytes++
		}
	}
	s.raw(columns)
	s.text(number)
	s.int(line)
	s.text(date)
	s.text(status)
	s.text(sold.article.code)
	s.text(sold.article.name)
	if quantity != "" {
		s.text(quantity)
	} else {
		s.int(sold.quantity)
	}
	s.cents(sold.price)
	s.cents(sold.article.cost)
	s.end()
}

// spoil puts a stray byte in the customer's name, after its first letter.
func spoil(columns []byte, stray byte) []byte {
	at := len("123456;") + 1
	for columns[at-2] != ';' {
		at++
	}
	out := append([]byte{}, columns[:at]...)
	return append(append(out, stray), columns[at:]...)
}

// writeCounterSales writes the month's sales on the collective account.
func (b *books) writeCounterSales(month int) {
	g := b.g
	d := newDice(g.seed, streamCounter, month)
	from, to := g.monthDays(month)
	for sale := range int(CounterSaleRate * float64(g.Customers)) {
		day := d.between(from, to-1)
		a := &account{dice: d, now: []byte(Collective + ";DIVERSE KLANTEN;;;;;;;BE;N;Toonbank"), record: &record{}, customer: &customer{movedOn: -1}}
		number := "VO" + g.yearMonth[day] + "-" + Collective + "-" + strconv.Itoa(sale+1)
		at := clock(d)
		for line := range d.between(1, 3) {
			b.writeLine(a, number, line+1, day, at, delivered, drawLine(d, false, false), false)
		}
	}
}
