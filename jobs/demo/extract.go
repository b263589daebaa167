package demo

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"clientele/connectors/kbo"
)

// extractOf says which full extract was the last one on a night: the register makes one
// on the first Sunday of each month, of the Friday before. Extracts of all kinds are
// counted day by day from number 140, of 5 October 2025.
func extractOf(night time.Time) kbo.Meta {
	sunday := firstSunday(night.Year(), night.Month())
	if sunday.After(night) {
		sunday = firstSunday(night.Year(), night.Month()-1)
	}
	counted := int(sunday.Sub(time.Date(2025, 10, 5, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	return kbo.Meta{Number: max(1, 140+counted), Full: true, Snapshot: sunday.AddDate(0, 0, -2)}
}

func firstSunday(year int, month time.Month) time.Time {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (7-int(first.Weekday()))%7)
}

// writeRegister writes the open data of the register of enterprises: the customers'
// firms that are in it, and as many that no source knows.
func (g *generator) writeRegister(truth *Truth, report func(int) error) (err error) {
	m := extractOf(g.AsOf)
	name := fmt.Sprintf("KboOpenData_%04d_%s_Full", m.Number, m.Snapshot.AddDate(0, 0, 2).Format("2006_01_02"))
	w, err := kbo.Create(filepath.Join(g.Dir, "registries", name), m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	x := extract{w, g, &truth.Register}
	x.codes()
	for n := range g.Customers {
		if err := report(n); err != nil {
			return err
		}
		c := g.customer(permute(n, g.Customers, g.seed+100+uint64(streamRegister)))
		var s standing
		if c.kind != private {
			var own *entry
			if s, own = g.stands(c, g.records(c)); own != nil {
				x.write(own)
			}
		}
		for _, e := range g.beside(c, s) {
			x.write(e)
			x.Strangers++
		}
	}
	return nil
}

// extract writes entries.
type extract struct {
	*kbo.Writer
	*generator
	*RegisterRows
}

// codes writes the code lists: the forms and situations of the demo, and its trades.
func (x *extract) codes() {
	put := func(category, code, dutch, french string) {
		x.Put("code", category, code, "FR", french)
		x.Put("code", category, code, "NL", dutch)
	}
	for _, r := range rows(codeList, "|") {
		put(r[0], r[1], r[2], r[3])
	}
	seen := map[string]bool{}
	for _, t := range trades {
		for _, a := range t.activities() {
			if key := a.version + a.code; !seen[key] {
				seen[key] = true
				put("Nace"+a.version, a.code, t.word.dutch, t.word.french)
			}
		}
	}
}

// activity is a code of a version of NACE-BEL.
type activity struct{ version, code string }

func (t *trade) activities() [2]activity {
	return [...]activity{{"2008", t.nace}, {"2025", t.nace2025}}
}

// write writes all rows of an entry.
func (x *extract) write(e *entry) {
	x.Enterprises++
	if e.natural != nil {
		x.Put("enterprise", e.number, "AC", e.situation, "1", "", "", kbo.Date(e.started))
		x.Put("denomination", e.number, unknownLanguage, legalName, e.natural.family+", "+e.natural.given)
		x.activities(e.number, e, "003")
		return
	}
	x.LegalPersons++
	x.Put("enterprise", e.number, "AC", e.situation, "2", e.form, "", kbo.Date(e.started))
	for _, n := range e.names {
		x.Put("denomination", e.number, n.language, n.kind, n.text)
	}
	x.address(e.number, "REGO", e, e.seat)
	if e.phone != none {
		x.Put("contact", e.number, "ENT", "TEL", e.line.write(x.dice(e)))
	}
	if e.mail != "" {
		x.Put("contact", e.number, "ENT", "EMAIL", e.mail)
	}
	if e.site {
		x.Put("contact", e.number, "ENT", "WEB", pick(x.dice(e), []string{"www.", "", "http://www.", "https://"})+e.domain)
	}
	x.activities(e.number, e, "001", "003")
	if e.employer {
		x.activities(e.number, e, "006")
	}
	for i, p := range e.places {
		n := x.placeNumber(e.index, i)
		x.Put("establishment", n, kbo.Date(p.since), e.number)
		if p.name != "" {
			x.Put("denomination", n, code(p.town.local(dutch)), tradeName, p.name)
		}
		x.address(n, "BAET", e, p.address)
		x.activities(n, e, "003")
	}
}

// dice are those of how an entry is written.
func (x *extract) dice(e *entry) *dice { return newDice(x.seed, streamRegister, -e.index-1) }

// activities writes the trades of an entry as administrations file them, in both
// versions of the code list.
func (x *extract) activities(entity string, e *entry, groups ...string) {
	for _, group := range groups {
		for i, t := range e.trades {
			class := "MAIN"
			if i > 0 {
				class = "SECO"
			}
			for _, a := range t.activities() {
				x.Put("activity", entity, group, a.version, a.code, class)
			}
		}
	}
}

// address writes an address: the columns of both languages hold the same text but where
// two are spoken.
func (x *extract) address(entity, kind string, e *entry, a address) {
	dutchTown, frenchTown, dutchStreet, frenchStreet := a.town.dutch, a.town.french, a.street.dutch, a.street.french
	if a.town.tongue != tongueBoth {
		l := a.town.local(dutch)
		dutchTown, frenchTown, dutchStreet, frenchStreet = a.town.name(l), a.town.name(l), a.street.in(l), a.street.in(l)
	}
	if x.dice(e).chance(RegisterSuffix) {
		suffix := "(" + strings.ToUpper(slug(dutchTown)[:3]) + ")"
		dutchStreet, frenchStreet = dutchStreet+suffix, frenchStreet+suffix
	}
	x.Put("address", entity, kind, "", "", a.postcode(), dutchTown, frenchTown, dutchStreet, frenchStreet, strconv.Itoa(a.house), a.box, "", "")
}
