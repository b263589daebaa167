package pipelines_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// sizedConfig is that of a company whose ERP says daily what changed, and which
// has a web shop: four CSV sources, one table each.
const sizedConfig = `version: 1
company: { name: Voorbeeld, country: BE, languages: [nl, fr], currency: EUR, timezone: Europe/Brussels }
sources:
  erp:
    connector: csv
    path: incoming/customers/*.csv
    tables:
      parties:
        key: [id]
        delivery: changes
        map: { kind: kind, name: name, vat_number: vat, email: email, phone: phone, street: street, postcode: postcode, municipality: town, language: language, observed_on: changed }
  shop:
    connector: csv
    path: incoming/accounts/*.csv
    origin: form
    tables:
      parties:
        key: [account]
        delivery: changes
        map: { kind: kind, name: name, email: email, phone: mobile, postcode: postcode, municipality: town, observed_on: registered }
  orders:
    connector: csv
    path: incoming/orders/*.csv
    tables:
      orders:
        key: [order]
        delivery: append
        party_source: erp
        map: { order_id: order, party: customer, ordered_at: { column: date, layout: "2006-01-02 15:04" }, status: status }
  lines:
    connector: csv
    path: incoming/lines/*.csv
    tables:
      order_lines:
        key: [order, line]
        delivery: append
        order_source: orders
        map: { order_id: order, line_no: line, product: product, quantity: quantity, unit_price: price, unit_cost: cost }
scores:
  value:
    for: customers
    rules:
      - { name: recent, of: days_since_last_order, bins: [{ below: 30, points: 40 }, { below: 90, points: 20 }] }
      - { name: much, of: order_amount_total, bins: [{ above: 5000, points: 30 }, { above: 1000, points: 15 }] }
    classes: { A: 60, B: 20, C: 0 }
`

// sizedCompany writes the sources of a company of so many customers, a million
// of which have 1.2 million party records, 1.7 million orders and 5 million
// order lines. The same size gives the same bytes.
type sizedCompany struct {
	dir       string
	customers int
}

// The files of a company; each delivery is a file of its own.
var sizedHeaders = map[string]string{
	"customers": "id,kind,name,vat,email,phone,street,postcode,town,language,changed",
	"accounts":  "account,kind,name,email,mobile,postcode,town,registered",
	"orders":    "order,customer,date,status",
	"lines":     "order,line,product,quantity,price,cost",
}

// first writes what the company has before its first night.
func (c sizedCompany) first(tb testing.TB) {
	tb.Helper()
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "clientele.yaml"), []byte(sizedConfig), 0o600); err != nil {
		tb.Fatal(err)
	}
	c.write(tb, "customers", "1", func(w *bufio.Writer) {
		for i := range c.customers {
			c.customer(w, i, "2026-01-05", 0)
		}
	})
	c.write(tb, "accounts", "1", func(w *bufio.Writer) {
		for i := 0; i < c.customers; i += 5 {
			c.account(w, i, 0)
		}
	})
	orders := c.customers * 17 / 10
	c.write(tb, "orders", "1", func(w *bufio.Writer) {
		for i := range orders {
			c.order(w, i, 1+i*7919%400)
		}
	})
	c.write(tb, "lines", "1", func(w *bufio.Writer) {
		for i := range orders {
			c.lines(w, i)
		}
	})
}

// change writes what one day brings: one customer of a hundred moved house, one
// account of a hundred changed, and one order of a hundred came on top.
func (c sizedCompany) change(tb testing.TB) {
	tb.Helper()
	c.write(tb, "customers", "2", func(w *bufio.Writer) {
		for i := 0; i < c.customers; i += 100 {
			c.customer(w, i, "2026-11-20", 1)
		}
	})
	c.write(tb, "accounts", "2", func(w *bufio.Writer) {
		for i := 0; i < c.customers; i += 500 {
			c.account(w, i, 1)
		}
	})
	from := c.customers * 17 / 10
	to := from + from/100
	c.write(tb, "orders", "2", func(w *bufio.Writer) {
		for i := from; i < to; i++ {
			c.order(w, i, 0)
		}
	})
	c.write(tb, "lines", "2", func(w *bufio.Writer) {
		for i := from; i < to; i++ {
			c.lines(w, i)
		}
	})
}

func (c sizedCompany) write(tb testing.TB, source, name string, rows func(*bufio.Writer)) {
	tb.Helper()
	path := filepath.Join(c.dir, "incoming", source, name+".csv")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, sizedHeaders[source])
	rows(w)
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
}

var (
	sizedGiven     = strings.Fields("Jan Piet An Els Marc Luc Rita Paul Lien Tom Bart Griet Joke Karel Nele Koen Sofie Wim Hilde Dirk")
	sizedTrades    = strings.Fields("Drukkerij Bakkerij Garage Schrijnwerkerij Apotheek Slagerij Boekhandel Brouwerij")
	sizedStreets   = strings.Fields("Kerkstraat Stationsstraat Nieuwstraat Molenweg Schoolstraat Dorpsplein Lindelaan Veldstraat")
	sizedTowns     = [][2]string{{"1000", "Brussel"}, {"2000", "Antwerpen"}, {"9000", "Gent"}, {"8000", "Brugge"}, {"3000", "Leuven"}, {"4000", "Luik"}, {"5000", "Namen"}, {"3500", "Hasselt"}}
	sizedSyllables = strings.Fields("ba de ki lo mu na pe ri so tu va we zo fa ge hi")
)

// sizedSurname writes a number as syllables: every customer has a name of its own.
func sizedSurname(i int) string {
	var b strings.Builder
	for n := i + 256; n > 0; n /= len(sizedSyllables) {
		b.WriteString(sizedSyllables[n%len(sizedSyllables)])
	}
	name := b.String()
	return strings.ToUpper(name[:1]) + name[1:]
}

func sizedName(i int) (kind, name string) {
	if i%5 < 2 {
		return "organisation", sizedTrades[i%8] + " " + sizedSurname(i) + " BV"
	}
	return "person", sizedGiven[i%20] + " " + sizedSurname(i)
}

func (c sizedCompany) customer(w *bufio.Writer, i int, changed string, moves int) {
	kind, name := sizedName(i)
	town := sizedTowns[(i/3+moves)%8]
	vat := ""
	if kind == "organisation" {
		number := 10000000 + i
		vat = fmt.Sprintf("BE%08d%02d", number, 97-number%97)
	}
	fmt.Fprintf(w, "%d,%s,%s,%s,info%d@voorbeeld.example,02/%03d.%02d.%02d,%s %d,%s,%s,%s,%s\n", 100000+i, kind, name, vat, i,
		200+i%700, i/700%100, i/70000%100, sizedStreets[i%8], 1+(i+moves)%200, town[0], town[1], []string{"nl", "fr"}[i%2], changed)
}

func (c sizedCompany) account(w *bufio.Writer, i, version int) {
	kind, name := sizedName(i)
	town := sizedTowns[i/3%8]
	fmt.Fprintf(w, "w%d,%s,%s,info%d@voorbeeld.example,0%d,%s,%s,2026-0%d-01\n", i, kind, name, i, 470000000+i+version, town[0], town[1], 3+version)
}

// order writes an order of so many days before the last day.
func (c sizedCompany) order(w *bufio.Writer, i, days int) {
	day := sizedDay(days)
	status := "delivered"
	if i%50 == 0 {
		status = "cancelled"
	}
	fmt.Fprintf(w, "VO%d,%d,%s %02d:%02d,%s\n", i, 100000+i*31%c.customers, day, 8+i%10, i%60, status)
}

// lines writes the lines of an order: about three.
func (c sizedCompany) lines(w *bufio.Writer, i int) {
	n := 1 + i*13%5
	if i%17 == 0 {
		n--
	}
	var line []byte
	for l := range max(1, n) {
		cents := 100 + (i*101+l*977)%20000
		line = append(line[:0], "VO"...)
		line = strconv.AppendInt(line, int64(i), 10)
		line = fmt.Appendf(line, ",%d,A%d,%d,%d.%02d,%d.%02d\n", l+1, (i*37+l*11)%20000, 1+(i+l)%12, cents/100, cents%100, cents*7/1000, cents*7/10%100)
		_, _ = w.Write(line)
	}
}
