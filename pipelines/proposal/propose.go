package proposal

import (
	"fmt"
	"slices"
	"strings"
)

// table is one table of a source as it is proposed.
type table struct {
	name        string
	key         []string
	ordinal     string
	delivery    string
	partySource string
	orderSource string
	fields      []string // "name: column", as YAML
	guesses     []string
}

// finder finds the columns of a file by what their headers mean.
type finder struct {
	columns map[meaning]*Column
	known   string // source whose parties have customer numbers, "" for none
	orders  string // source of the orders of files that have lines alone, "" for none
}

func newFinder(f *found) finder {
	out := finder{columns: map[meaning]*Column{}}
	for i := range f.columns {
		c := &f.columns[i]
		m := meaningOf(c.Name)
		if m == "name" && c.Type() == Integer {
			m = customerNumber // a customer who is a number
		}
		if m == "" && c.Type() == Email {
			m = "email"
		}
		if m != "" && out.columns[m] == nil {
			out.columns[m] = c
		}
	}
	// What firms call an invoice is an order where it has lines.
	if out.has("invoice_id", "quantity", "unit_price") && !out.has("order_id") {
		out.columns["order_id"] = out.columns["invoice_id"]
		delete(out.columns, "invoice_id")
	}
	if out.has("mobile") && !out.has("phone") {
		out.columns["phone"] = out.columns["mobile"]
		delete(out.columns, "mobile")
	}
	if out.has(streetLine, "house_number") {
		out.columns["street"] = out.columns[streetLine]
		delete(out.columns, streetLine)
	}
	return out
}

// has reports whether there is a column of each meaning.
func (f finder) has(ms ...meaning) bool {
	return !slices.ContainsFunc(ms, func(m meaning) bool { return f.columns[m] == nil })
}

// name returns the name of the column of a meaning.
func (f finder) name(m meaning) string { return f.columns[m].Name }

// partyFacts are the meanings that describe a party, in the order of the input
// table.
var partyFacts = []meaning{"name", "given_name", "family_name", "language", "birth_date", "email", "phone", "mobile", "website", streetLine, "street", "house_number", "box", "postcode", "municipality", "country", "vat_number", "enterprise_number"}

// tables proposes the tables of a file.
func (f finder) tables(all []Column) []table {
	var out []table
	var key []string // of the party that a row names
	if !f.has(customerNumber) || f.known == "" || f.describes() {
		if t, ok := f.parties(); ok {
			out = append(out, t)
			key = t.key
		}
	} else {
		key = []string{f.name(customerNumber)}
	}
	dated := f.has(anyDate)
	switch {
	case f.hasOrders():
		out = append(out, f.facts("orders", "order_id", "ordered_at", key))
		if f.has("quantity", "unit_price") {
			out = append(out, f.lines())
		}
	case f.hasLinesAlone() && f.orders != "":
		t := f.lines()
		t.orderSource = f.orders
		t.guesses = append(t.guesses, "order numbers are those of source "+f.orders)
		out = append(out, t)
	case f.has("invoice_id", anyAmount) && dated:
		out = append(out, f.facts("invoices", "invoice_id", "invoiced_on", key))
	case f.has("product") && f.has("description") && !f.has("order_id"):
		t := table{name: "products", key: []string{f.name("product")}, delivery: "changes"}
		t.add(f, "product", "product")
		t.add(f, "name", "description")
		t.add(f, "unit_price", "unit_price")
		out = append(out, t)
	}
	if len(out) == 0 {
		out = append(out, unknown(all))
	}
	return out
}

// hasOrders reports whether the file says when orders were made, and
// hasLinesAlone whether it only says what was ordered.
func (f finder) hasOrders() bool { return f.has("order_id", anyDate) }
func (f finder) hasLinesAlone() bool {
	return f.has("order_id", "quantity", "unit_price") && !f.has(anyDate)
}

// describes reports whether the file says something of parties beyond their
// number.
func (f finder) describes() bool {
	return slices.ContainsFunc(partyFacts, func(m meaning) bool { return m != "country" && f.has(m) })
}

// parties proposes the parties of a file; ok is false where it names none.
func (f finder) parties() (t table, ok bool) {
	t = table{name: "parties", delivery: "changes", guesses: []string{"delivery: snapshot if the file always holds all of them"}}
	switch {
	case f.has(customerNumber):
		t.key = []string{f.name(customerNumber)}
	case f.has("email"):
		t.key = []string{f.name("email")}
		t.guesses = append(t.guesses, "the e-mail address is the key, as there is no customer number")
	case f.has("vat_number"):
		t.key = []string{f.name("vat_number")}
		t.guesses = append(t.guesses, "the VAT number is the key, as there is no customer number")
	case f.has("name", "postcode") && !f.has("order_id") && !f.has("invoice_id"):
		t.key = []string{f.name("name"), f.name("postcode")}
		t.guesses = append(t.guesses, "name and postcode are the key, as there is no customer number")
	case f.has("name"):
		t.key = []string{f.name("name")}
		t.guesses = append(t.guesses, "the name is the key, as there is no customer number")
	default:
		return t, false
	}
	for _, m := range partyFacts {
		t.add(f, string(m), m)
	}
	if !f.describes() {
		t.fields = append(t.fields, "kind: { value: organisation }")
		t.guesses = append(t.guesses, "customers are firms")
	}
	return t, true
}

// facts proposes dated facts of a party.
func (f finder) facts(name string, id, date meaning, party []string) table {
	t := table{name: name, key: []string{f.name(id)}, delivery: "append"}
	t.add(f, string(id), id)
	if len(party) == 1 {
		t.fields = append(t.fields, "party: "+scalar(party[0]))
	}
	if f.has(customerNumber) && f.known != "" && !f.describes() {
		t.partySource = f.known
		t.guesses = append(t.guesses, "customer numbers are those of source "+f.known)
	}
	t.add(f, string(date), anyDate)
	if name == "invoices" {
		t.add(f, "due_on", "due_on")
	}
	if !f.has("quantity", "unit_price") {
		t.add(f, "amount", anyAmount)
	}
	return t
}

func (f finder) lines() table {
	t := table{name: "order_lines", key: []string{f.name("order_id")}, delivery: "append"}
	t.add(f, "order_id", "order_id")
	if f.has(lineNumber) {
		t.key = append(t.key, f.name(lineNumber))
		t.add(f, "line_no", lineNumber)
	} else {
		t.ordinal = "line_no"
	}
	for _, m := range []meaning{"product", "description", "quantity", "unit_price"} {
		t.add(f, string(m), m)
	}
	return t
}

// unknown proposes parties where nothing is known of the columns.
func unknown(all []Column) table {
	t := table{name: "parties", delivery: "changes", guesses: []string{"nothing is known of these columns: which one is the key, and which the name?"}}
	if len(all) == 0 {
		return t
	}
	key := max(0, slices.IndexFunc(all, func(c Column) bool { return c.Unique() }))
	t.key = []string{all[key].Name}
	name := max(0, slices.IndexFunc(all, func(c Column) bool { return c.Type() == Text }))
	t.fields = append(t.fields, "name: "+scalar(all[name].Name))
	return t
}

// add maps a column of the table to the source's column of a meaning, if it has
// one.
func (t *table) add(f finder, column string, m meaning) {
	c := f.columns[m]
	if c == nil {
		return
	}
	layouts := c.Layouts()
	switch {
	case m != anyDate && m != "due_on" && m != "birth_date", len(layouts) == 0, len(layouts) == 1 && strings.HasPrefix(layouts[0], "2006-01-02"):
		t.fields = append(t.fields, column+": "+scalar(c.Name))
	case len(layouts) == 1:
		t.fields = append(t.fields, fmt.Sprintf("%s: { column: %s, layout: %s }", column, scalar(c.Name), quoted(layouts[0])))
	default:
		t.fields = append(t.fields, column+": "+scalar(c.Name))
		for i, layout := range layouts {
			layouts[i] = fmt.Sprintf("%s: { column: %s, layout: %s }", column, scalar(c.Name), quoted(layout))
		}
		t.guesses = append(t.guesses, "day and month can't be told apart, so say which: "+strings.Join(layouts, " or "))
	}
}
