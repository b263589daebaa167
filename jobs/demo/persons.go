package demo

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// PersonRecord is what one system knows of a private person, each value as
// somebody typed it; "" is missing.
type PersonRecord struct {
	ID       int // from 1, in no order of persons
	Customer int // the same in all records of a person
	// The values, in the order of PersonFields.
	Values [9]string
}

// PersonFields name the values of a PersonRecord.
var PersonFields = [9]string{"given_name", "family_name", "street", "house_number", "postcode", "town", "birth_date", "email", "phone"}

// Persons yields n records of private persons: the persons of the demo, with its
// noise, households and namesakes, and with dates of birth. One record of five is
// a second one of a person who has another. A record agrees with the first of its
// person as those of the demo do (evidence.go).
func Persons(seed uint64, n int) iter.Seq[PersonRecord] {
	return func(yield func(PersonRecord) bool) {
		// The day matters to nothing but how old addresses are.
		g, err := newGenerator(Options{Customers: 1, Seed: seed, AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil { // of options that are none of the caller's
			panic(err)
		}
		g.Customers = 2*n + 100 // more than have n records; it spreads the numbers of mailboxes
		made := 0
		for i := 0; made < n; i++ {
			if g.core(i).kind != private {
				continue
			}
			c := g.customer(i)
			for _, r := range g.personRecords(c, n-made) {
				if !yield(PersonRecord{ID: 1 + permute(made, n, g.seed+9), Customer: i, Values: g.personValues(c, &r)}) {
					return
				}
				made++
			}
		}
	}
}

// furtherRecords are the systems in which a person may stand once more.
var furtherRecords = []record{
	{source: orders, role: duplicate, serial: 1}, {source: forms}, {source: forms, serial: 1}, {source: purchased}, {source: survey},
}

// personRecords draws the records of a private person, at most so many.
func (g *generator) personRecords(c *customer, most int) []record {
	d := newDice(g.seed, streamPerson, c.index)
	out := []record{g.observe(c, d, orders, regular, 0)}
	for _, at := range d.Perm(len(furtherRecords)) {
		if len(out) == most || !d.chance(AgainShare) {
			break
		}
		of := furtherRecords[at]
		rec := g.observe(c, d, of.source, of.role, of.serial)
		c.reconcile(d, &out[0], &rec)
		out = append(out, rec)
	}
	return out
}

// personValues makes the text of a record, with the name in two columns.
func (g *generator) personValues(c *customer, r *record) [9]string {
	d := newDice(g.seed, streamPerson, -1-r.key(c.index))
	f := g.render(c, r)
	given, family := c.person.names(d, c.strict)
	given, family = misspell(d, given), misspell(d, family)
	if d.chance(NameSwapped) {
		given, family = family, given
	}
	return [9]string{given, family, f.street, f.house, f.postcode, f.town, g.writeBirth(d, c), f.mail, f.phone}
}

// writeBirth renders the date of birth, with the errors that such dates have.
func (g *generator) writeBirth(d *dice, c *customer) string {
	born := newDice(g.seed, streamBirth, c.index)
	year, month, day := born.between(1935, 2007), born.between(1, 12), born.between(1, 28)
	if !d.chance(BirthShare) {
		return ""
	}
	if d.chance(WrongBirthShare) {
		if day <= 12 && d.chance(0.5) {
			month, day = day, month
		} else {
			year = year/10*10 + (year+d.between(1, 9))%10
		}
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// Row is the record as texts: its id, its values and its person.
func (r *PersonRecord) Row() []string {
	row := append([]string{strconv.Itoa(r.ID)}, r.Values[:]...)
	return append(row, strconv.Itoa(r.Customer))
}

// PersonColumns are those of a file of persons, as Row orders them.
var PersonColumns = strings.Fields("record_id " + strings.Join(PersonFields[:], " ") + " cluster")
