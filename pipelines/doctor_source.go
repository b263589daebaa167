package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"clientele/connectors"
	"clientele/pipelines/config"
)

// source looks whether a source can be read, how old its newest delivery is, and
// whether that has the columns that the mappings read.
func (d *doctor) source(ctx context.Context, p *Project, s *config.Source) {
	about := "source " + s.Name
	src, err := s.Open(p.project())
	if err != nil {
		d.add(ProbeError(about, err))
		return
	}
	deliveries, err := src.Deliveries(ctx, "")
	if err != nil {
		d.add(ProbeError(about, err))
		return
	}
	if len(deliveries) == 0 {
		d.add(warned(about, "no_delivery", "check its "+s.Place(), "there is nothing to read"))
		return
	}
	newest := deliveries[len(deliveries)-1]
	in, _, err := p.sample(ctx, s, src, newest, p.Today(), 1, 0)
	if err != nil {
		d.add(ProbeError(about, err))
		return
	}
	found := len(d.probes)
	for _, t := range in.Tables {
		for _, m := range t.Missing {
			if m.Optional {
				continue
			}
			hint := "correct the file, or the map"
			if m.Likely != "" {
				hint = fmt.Sprintf("%q may have taken its place", m.Likely)
			}
			d.add(warned(about, "missing_column", hint, "%s lacks the column %q, which tables.%s reads: the source would be held back", newest.Name, m.Column, t.Table))
		}
		if t.Error != "" && len(t.Missing) == 0 {
			d.add(warned(about, "mapping", "see: clientele inspect "+s.Name, "%s: tables.%s: %s", newest.Name, t.Table, t.Error))
		}
	}
	age := d.age(newest)
	if limit := cmp.Or(s.Expect.MaxAge, s.Expect.Every); age.known && !limit.Zero() && age.at.Before(limit.Before(d.env.Now())) {
		d.add(warned(about, "old", "ask who delivers it"+owner(s), "%s is %s, and may be %s old", newest.Name, age, limit))
	}
	if len(d.probes) == found {
		d.add(passed(about, "%d deliveries; the newest, %s, has the columns that are read%s", len(deliveries), newest.Name, age.said()))
	}
}

func owner(s *config.Source) string {
	if s.Owner == "" {
		return ""
	}
	return ": " + s.Owner
}

// fileAge is when a delivery's file was last changed.
type fileAge struct {
	known bool
	at    time.Time
	days  int
}

func (a fileAge) String() string {
	switch a.days {
	case 0:
		return "of today"
	case 1:
		return "1 day old"
	}
	return fmt.Sprintf("%d days old", a.days)
}

func (a fileAge) said() string {
	if !a.known {
		return ""
	}
	return ", and is " + a.String()
}

// age returns how old the file of a delivery is, where it is one.
func (d *doctor) age(delivery connectors.Delivery) fileAge {
	at := delivery.Modified
	if at.IsZero() {
		return fileAge{}
	}
	return fileAge{known: true, at: at, days: max(0, int(d.env.Now().Sub(at).Hours()/24))}
}

// suspect is an account that looks like a collective one.
type suspect struct {
	source, account string
	orders, usual   int64
}

// What makes an account look like a collective one: so many orders, so many times
// what all but a twentieth of the accounts have at most, in a source of so many
// accounts that this means something.
const (
	suspectOrders   = 50
	suspectTimes    = 20
	suspectAccounts = 20
	suspectsShown   = 3
)

// collectives returns the accounts of each source that have extraordinarily many
// orders and are not declared.
func (p *Project) collectives(ctx context.Context, r connectors.Reader) ([]suspect, error) {
	counted := fmt.Sprintf("(SELECT COALESCE(party_source, source) AS source, party, COUNT(DISTINCT record_id) AS orders FROM %s WHERE party IS NOT NULL GROUP BY COALESCE(party_source, source), party) o", p.Warehouse.Base("in_orders"))
	histogram, err := rows(ctx, r, "SELECT source, orders, COUNT(*) AS accounts FROM "+counted+" GROUP BY source, orders ORDER BY source ASC NULLS LAST, orders ASC NULLS LAST")
	if err != nil {
		return nil, err
	}
	type bar struct{ orders, accounts int64 }
	bars := map[string][]bar{}
	for i, row := range histogram.Values {
		orders, _ := row[1].(int64)
		accounts, _ := row[2].(int64)
		source := histogram.text(i, "source")
		bars[source] = append(bars[source], bar{orders, accounts})
	}
	var out []suspect
	for _, source := range sortedKeys(bars) {
		var total, seen, usual int64
		for _, b := range bars[source] {
			total += b.accounts
		}
		for _, b := range bars[source] {
			if seen += b.accounts; seen*20 >= total*19 {
				usual = b.orders
				break
			}
		}
		if total < suspectAccounts {
			continue
		}
		dialect := p.Warehouse.Dialect()
		found, err := rows(ctx, r, fmt.Sprintf("SELECT party, orders FROM %s WHERE source = %s AND orders >= %d ORDER BY orders DESC NULLS LAST, party ASC NULLS LAST",
			counted, dialect.String(source), max(suspectOrders, suspectTimes*usual)))
		if err != nil {
			return nil, err
		}
		shown := 0
		for i, row := range found.Values {
			account := found.text(i, "party")
			if s, ok := p.Config.Source(source); ok && slices.Contains(s.Collectives, account) || shown == suspectsShown {
				continue
			}
			shown++
			n, _ := row[1].(int64)
			out = append(out, suspect{source, account, n, usual})
		}
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
