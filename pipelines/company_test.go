package pipelines_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// companyConfig is the config of a small company: what it sells comes in daily
// files, its web form in NDJSON, its invoices as a snapshot that is overwritten.
const companyConfig = `version: 1
company: { name: Voorbeeld, country: BE, languages: [nl], currency: EUR, timezone: Europe/Brussels }
warehouse: { duckdb: { memory: 1GB, threads: 2 } }
sources:
  orders:
    connector: csv
    path: incoming/orders/*.csv
    options: { delimiter: ";", decimal: "," }
    collective: ["99999"]
    tables:
      parties:
        key: [Klantnr]
        delivery: changes
        map: { name: Klant, vat_number: BTW, email: Mail, phone: Telefoon, street: Straat, postcode: Postcode, municipality: Gemeente, observed_on: { column: Datum, layout: "02/01/2006 15:04" } }
      orders:
        key: [Ordernr]
        delivery: append
        map: { order_id: Ordernr, party: Klantnr, ordered_at: { column: Datum, layout: "02/01/2006 15:04", pick: min } }
      order_lines:
        key: [Ordernr, Lijn]
        delivery: append
        filter: [{ name: no quantity, where: quantity <> 0 }]
        map: { order_id: Ordernr, line_no: Lijn, product: Artikel, quantity: Aantal, unit_price: Prijs }
  invoices:
    connector: csv
    path: incoming/invoices.csv
    options: { delimiter: ";", decimal: "," }
    tables:
      invoices:
        key: [Factuurnr]
        delivery: snapshot
        party_source: orders
        map: { invoice_id: Factuurnr, party: Klantnr, invoiced_on: { column: Datum, layout: 02/01/2006 }, due_on: { column: Vervaldag, layout: 02/01/2006 }, amount: Bedrag, open_amount: Open }
  forms:
    connector: json
    path: incoming/forms/*.ndjson
    options: { format: ndjson, columns: [token, submitted_at, name, email, phone, newsletter] }
    origin: form
    tables:
      parties:
        key: [token]
        delivery: append
        map: { name: name, email: email, phone: phone, observed_on: submitted_at }
      consents:
        key: [token]
        delivery: append
        map: { party: token, purpose: { value: marketing }, channel: { value: email }, basis: { value: consent }, status: { column: newsletter, values: { "true": granted, "false": refused } }, since: submitted_at }
      interactions:
        key: [token]
        delivery: append
        map: { interaction_id: token, party: token, occurred_at: submitted_at, channel: { value: form }, direction: { value: inbound } }
scores:
  customer_value:
    for: customers
    rules:
      - { name: recent, of: days_since_last_order, bins: [{ below: 3, points: 40 }, { below: 90, points: 20 }] }
      - { name: much, of: order_amount_total, bins: [{ above: 5000, points: 30 }, { above: 1000, points: 15 }] }
    classes: { A: 60, B: 40, C: 0 }
checks:
  assert:
    - { name: has a kind, that: "kind in ('organisation', 'person')" }
retention:
  landing: { of: landing, after: { period: 1d }, action: delete }
`

// company is a small company: its config and what its sources delivered so far,
// in a folder.
type company struct {
	tb  testing.TB
	dir string
}

// newCompany writes the config, in which each pair of texts replaces the one by
// the other.
func newCompany(tb testing.TB, dir string, edits ...string) company {
	tb.Helper()
	c := company{tb, dir}
	c.configure(edits...)
	return c
}

func (c company) configure(edits ...string) {
	c.tb.Helper()
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(companyConfig, edits[i]) {
			c.tb.Fatalf("the config does not say %q", edits[i])
		}
	}
	c.write("clientele.yaml", strings.NewReplacer(edits...).Replace(companyConfig))
}

func (c company) write(name, content string) {
	c.tb.Helper()
	file := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		c.tb.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		c.tb.Fatal(err)
	}
}

func (c company) remove(name string) {
	c.tb.Helper()
	if err := os.Remove(filepath.Join(c.dir, name)); err != nil {
		c.tb.Fatal(err)
	}
}

// sell delivers the order lines of a day.
func (c company) sell(day string) { c.write(ordersFile(day), ordersOf(day)) }

// firstNight delivers what the company's first night reads, about 1,600 rows.
func (c company) firstNight() {
	for _, day := range []string{"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"} {
		c.sell(day)
	}
	// Two orders of days to come: one of the next night, one beyond it.
	c.write(ordersFile("2026-03-05"), ordersOf("2026-03-05")+
		orderLine(7, 900_001, 1, date("2026-03-06"), 3, 1250)+orderLine(8, 900_002, 1, date("2026-03-09"), 1, 999))
	c.write("incoming/forms/week-9.ndjson", formsOf(0, 200, date("2026-03-02")))
	c.write("incoming/invoices.csv", invoicesOf(200, date("2026-03-05")))
}

// secondNight delivers what its second night reads on top: a new day, an old
// day corrected, more forms, all invoices again.
func (c company) secondNight() {
	c.sell("2026-03-06")
	c.write(ordersFile("2026-03-03"), corrected(ordersOf("2026-03-03")))
	c.write("incoming/forms/week-10.ndjson", formsOf(200, 60, date("2026-03-06")))
	c.write("incoming/invoices.csv", invoicesOf(240, date("2026-03-07")))
}

func ordersFile(day string) string { return "incoming/orders/" + day + ".csv" }

const ordersHeader = "Klantnr;Klant;BTW;Mail;Telefoon;Straat;Postcode;Gemeente;Ordernr;Lijn;Datum;Artikel;Aantal;Prijs\n"

// ordersOf returns the order lines of a day as a file: 120 orders of two lines
// by some of 250 customers, a few counter sales, and a few rows that no system
// should have written.
func ordersOf(day string) string {
	at := date(day)
	dice := rand.New(rand.NewPCG(1, uint64(at.Unix())))
	var b strings.Builder
	b.WriteString(ordersHeader)
	for i := range 120 {
		order := at.YearDay()*1000 + i
		customer := dice.IntN(250)
		if i%40 == 7 {
			customer = 99_999
		}
		for line := range 2 {
			quantity := dice.IntN(12) // none at times: filtered
			b.WriteString(orderLine(customer, order, line+1, at.Add(time.Duration(8*60+i)*time.Minute), quantity, 100+dice.IntN(20_000)))
		}
	}
	bad := orderLine(3, at.YearDay()*1000+500, 1, at, 2, 500)
	b.WriteString(strings.Replace(bad, at.Format("02/01/2006"), "31/02/2026", 1)) // no such date
	b.WriteString(strings.Replace(bad, ";2;5,00", ";twee;5,00", 1))               // no number
	b.WriteString(strings.Replace(bad, ";2;5,00", ";2;5,00;6,00", 1))             // one cell too many
	return b.String()
}

// orderLine returns a line of an orders file. Customers of odd number are firms;
// of those, the last fifty are spelled otherwise than the first and share their
// VAT number.
func orderLine(customer, order, line int, at time.Time, quantity, cents int) string {
	vat, mail := "", fmt.Sprintf("klant%d@voorbeeld.be", customer)
	name := fmt.Sprintf("Jan %s", surname(customer))
	if customer%2 == 1 {
		name = fmt.Sprintf("%s & Zonen BV", surname(customer%200))
		vat = belgianVAT(customer % 200)
	}
	if customer%17 == 0 {
		mail = "geen mail" // an issue
	}
	return fmt.Sprintf("%d;%s;%s;%s;02 555 %02d %02d;Dorpsstraat %d;1000;Brussel;%d;%d;%s;A%03d;%d;%d,%02d\n",
		customer, name, vat, mail, customer/100%100, customer%100, customer%90+1, order, line, at.Format("02/01/2006 15:04"), order%37, quantity, cents/100, cents%100)
}

// surname makes a name of a number, as letters: digits are no part of names.
func surname(n int) string {
	syllables := []string{"ver", "mee", "len", "stra", "pee", "ters", "van", "loo", "dek", "ker"}
	return strings.ToUpper(syllables[n/100%10][:1]) + syllables[n/100%10][1:] + syllables[n/10%10] + syllables[n%10]
}

// belgianVAT returns a number with a valid check digit.
func belgianVAT(n int) string {
	base := 4_000_000 + n
	return fmt.Sprintf("BE0%07d%02d", base, 97-base%97)
}

// corrected returns a file of order lines in which ten lines have other prices.
func corrected(file string) string {
	lines := strings.Split(file, "\n")
	for i := range 10 {
		at := 3 + i*7
		cells := strings.Split(lines[at], ";")
		cells[len(cells)-1] = fmt.Sprintf("%d,50", 10+i)
		lines[at] = strings.Join(cells, ";")
	}
	return strings.Join(lines, "\n")
}

// formsOf returns n forms that were sent in, from the given one on: half of
// them by customers, with the e-mail address that their orders have.
func formsOf(from, n int, at time.Time) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		mail := fmt.Sprintf("klant%d@voorbeeld.be", i)
		if i%2 == 1 {
			mail = fmt.Sprintf("bezoeker%d@elders.be", i)
		}
		fmt.Fprintf(&b, `{"token":"t%d","submitted_at":%q,"name":"Jan %s","email":%q,"phone":"0470 55 %02d %02d","newsletter":%t}`+"\n",
			i, at.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), surname(i), mail, i/100, i%100, i%3 == 0)
	}
	return b.String()
}

// invoicesOf returns the first n invoices, of which more are paid on a later
// day.
func invoicesOf(n int, on time.Time) string {
	var b strings.Builder
	b.WriteString("Factuurnr;Klantnr;Datum;Vervaldag;Bedrag;Open\n")
	for i := range n {
		invoiced := date("2026-02-01").AddDate(0, 0, i%30)
		open := 0
		if invoiced.AddDate(0, 0, 20).After(on) {
			open = 100 + i
		}
		fmt.Fprintf(&b, "F%d;%d;%s;%s;%d,00;%d,00\n", i, i, invoiced.Format("02/01/2006"), invoiced.AddDate(0, 0, 14).Format("02/01/2006"), 100+i, open)
	}
	return b.String()
}

func date(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // of a test's own making
	}
	return t
}
