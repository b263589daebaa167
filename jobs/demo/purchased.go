package demo

import (
	"errors"
	"strings"
)

// listColumns are those of the bought list.
var listColumns = []any{
	"Id", "Company", "Contact", "Street", "Postcode", "Town", "Country", "Phone", "E-mail", "VAT", "NACE", "Employees", "Turnover", "Opt-out",
}

// headcounts are the classes in which the broker tells a firm's size.
var headcounts = []string{"1-4", "1-4", "5-9", "5-9", "10-19", "20-49", "50-99", "100-199", "200+"}

// turnover draws the yearly revenue that the broker tells of a firm, in thousands of euros.
func turnover(d *dice, employees string) int {
	from, _, _ := strings.Cut(strings.TrimSuffix(employees, "+"), "-")
	return int(weight(from)*(60+d.ExpFloat64()*140)) + 20
}

// writePurchased writes the bought list of firms and persons.
func (g *generator) writePurchased(report func(int) error) ([]FileRows, error) {
	w := &workbook{
		dir: g.Dir, stem: "incoming/lists/purchased-" + g.year(),
		begin:  func(w *workbook) error { return w.line(listColumns) },
		finish: func(*workbook) error { return nil },
	}
	err := g.visit(streamList, report, func(c *customer, r *record) error {
		if r.source != purchased {
			return nil
		}
		if err := w.room(); err != nil {
			return err
		}
		return w.add(g.listed(c, r))
	})
	if err == nil {
		err = w.save()
	}
	return w.written, errors.Join(err, w.discard())
}

// listed is one row of the bought list.
func (g *generator) listed(c *customer, r *record) []any {
	d := newDice(g.seed, streamList, r.key(c.index))
	f := g.render(c, r)
	nace, employees, revenue, optOut := "", "", any(nil), ""
	if c.kind != private {
		nace = c.trade.nace
		if d.chance(EmployeesShare) {
			employees = common(d, headcounts)
		}
	}
	if d.chance(OptOutShare) {
		optOut = pick(d, []string{"x", "J", "1"})
	}
	if employees != "" && d.chance(TurnoverShare) {
		revenue = 1000 * turnover(d, employees)
	}
	return []any{r.id, f.company, f.person, f.streetLine(), f.postcode, f.town, f.country, f.phone, f.mail, f.vat, nace, employees, revenue, optOut}
}
