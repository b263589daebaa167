// Package demo makes a fictitious company's customer data, with known truth:
// the wholesaler Voorbeeld Groothandel sells to firms and to people, and knows
// them from orders, a web form, a telephone survey and a bought list, each
// with its own errors. Names are common ones combined at random; enterprise
// numbers lie in blocks that are not in use; firms' domains are reserved ones.
package demo

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Options say what to generate.
type Options struct {
	Dir       string    // where incoming/, registries/ and truth/ go
	Customers int       // true customers; 0 means 20,000
	Seed      uint64    // the same seed gives the same bytes
	AsOf      time.Time // the night: the last fact is of the day before
	// Progress is told after each stretch of a step; nil means nobody listens.
	Progress func(step string, done, total int)
}

const (
	defaultCustomers = 20_000
	mostCustomers    = 5_000_000 // beyond it the blocks of numbers run out
	years            = 3
)

// generator holds what every customer needs: the options and the calendar.
// Days count from 0, the first day, to days-1, the day before the night.
type generator struct {
	Options
	seed      uint64
	start     time.Time
	days      int
	date      []string // of a day: 02/01/2006; runs on behind the last day for due dates
	yearMonth []string // of a day: 0601
	month     []int    // of a day: its index in months
	months    []string // 2006-01
	firstDay  []int    // of a month
}

func newGenerator(o Options) (*generator, error) {
	if o.Customers == 0 {
		o.Customers = defaultCustomers
	}
	switch {
	case o.Customers < 0 || o.Customers > mostCustomers:
		return nil, fmt.Errorf("demo: customers must lie between 1 and %d", mostCustomers)
	case o.AsOf.IsZero():
		return nil, errors.New("demo: an as-of date is needed")
	}
	year, month, day := o.AsOf.Date()
	end := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	g := &generator{Options: o, seed: mix(o.Seed), start: end.AddDate(-years, 0, 0)}
	g.days = int(end.Sub(g.start).Hours() / 24)
	for i := range g.days + 120 {
		t := g.start.AddDate(0, 0, i)
		g.date = append(g.date, t.Format("02/01/2006"))
		if i >= g.days {
			continue
		}
		if name := t.Format("2006-01"); len(g.months) == 0 || g.months[len(g.months)-1] != name {
			g.months = append(g.months, name)
			g.firstDay = append(g.firstDay, i)
		}
		g.yearMonth = append(g.yearMonth, t.Format("0601"))
		g.month = append(g.month, len(g.months)-1)
	}
	return g, nil
}

// monthDays is the half-open range of days of a month.
func (g *generator) monthDays(month int) (from, to int) {
	if month+1 == len(g.months) {
		return g.firstDay[month], g.days
	}
	return g.firstDay[month], g.firstDay[month+1]
}

// year is that of the last day.
func (g *generator) year() string { return g.months[len(g.months)-1][:4] }

// visit passes over all customers, in an order of its own for each stream, and
// calls write with every record. Nothing is kept between customers.
func (g *generator) visit(s stream, report func(int) error, write func(*customer, *record) error) error {
	for n := range g.Customers {
		if err := report(n); err != nil {
			return err
		}
		c := g.customer(permute(n, g.Customers, g.seed+100+uint64(s)))
		records := g.records(c)
		for i := range records {
			if err := write(c, &records[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// stretch is how many customers pass between two reports of progress and two
// looks at the context.
const stretch = 4096

// Generate writes the incoming files and the truth, and returns the truth's
// figures. Memory does not grow with the number of customers.
func Generate(ctx context.Context, o Options) (Truth, error) {
	g, err := newGenerator(o)
	if err != nil {
		return Truth{}, err
	}
	var truth Truth
	steps := []struct {
		name string
		run  func(report func(int) error) ([]FileRows, error)
	}{
		{"orders", func(report func(int) error) ([]FileRows, error) { return g.writeBooks(&truth.Bad, report) }},
		{"forms", g.writeForms},
		{"survey", g.writeSurvey},
		{"purchased", g.writePurchased},
		{"register", func(report func(int) error) ([]FileRows, error) { return nil, g.writeRegister(&truth, report) }},
		{"truth", func(report func(int) error) ([]FileRows, error) { return nil, g.writeTruth(&truth, report) }},
	}
	for _, step := range steps {
		report := func(done int) error {
			if done%stretch != 0 {
				return nil
			}
			if g.Progress != nil {
				g.Progress(step.name, done, g.Customers)
			}
			return ctx.Err()
		}
		files, err := step.run(report)
		if err != nil {
			return Truth{}, fmt.Errorf("generate %s: %w", step.name, err)
		}
		truth.Files = append(truth.Files, files...)
		if g.Progress != nil {
			g.Progress(step.name, g.Customers, g.Customers)
		}
	}
	if err := g.writeSummary(truth); err != nil {
		return Truth{}, fmt.Errorf("generate truth: %w", err)
	}
	return truth, nil
}

// writeBooks writes all that hangs on customer numbers.
func (g *generator) writeBooks(bad *BadRows, report func(int) error) (files []FileRows, err error) {
	b, err := g.openBooks()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	for month := range g.months {
		b.writeCounterSales(month)
	}
	b.writeCampaigns()
	err = g.visit(streamSales, report, func(c *customer, r *record) error {
		if r.source == orders {
			b.write(c, r)
		}
		return nil
	})
	for _, s := range b.sheets() {
		files = append(files, FileRows{s.path, s.rows})
	}
	*bad = b.bad
	return files, err
}
