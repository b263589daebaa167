// Package delta confines a night to what it changes: it finds the parties that
// anything new may concern, cuts their rows out of the input tables, and puts
// what the other steps make of these in the place of what was there. The steps
// themselves are the same, on all rows or on a slice of them; what they make is
// the same too.
//
// A set of parties is closed when nothing outside it can change what is made of
// it, and nothing within it what is made of the others:
//
//   - with a party whose values changed, every party that shares a value with it
//     by which the matching engine joins; or, where it joins what shares nothing,
//     all parties that it joins otherwise than the night before,
//   - with a party, all that were one customer with it, and those of the customer
//     that it founded, which it takes back when it returns,
//   - with one who was contacted under a reference, all who were contacted under it,
//   - with a firm, those who work for it, as their orders are the firm's; with
//     one who ordered, the firm,
//   - with an answer of a register, the firms that have the number which it was asked
//     about; with a firm, those that registers say it belongs to, or that belong to it.
//
// It composes SQL that runs where the data lies.
package delta

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms"
	"clientele/transforms/enrich"
)

var (
	//go:embed changed.sql
	changedSQL string
	//go:embed numbered.sql
	numberedSQL string
	//go:embed wanted.sql
	wantedSQL string
	//go:embed ungrey.sql
	ungreySQL string
	//go:embed touched.sql
	touchedSQL string
	//go:embed joined.sql
	joinedSQL string
	//go:embed widen.sql
	widenSQL string
	//go:embed identities.sql
	identitiesSQL string
	//go:embed unissue.sql
	unissueSQL string
	//go:embed slice.sql
	sliceSQL string
	//go:embed sieve.sql
	sieveSQL string
	//go:embed replace.sql
	replaceSQL string
)

// Customers is the working table of the customers that are made anew.
const Customers = "touched_customers"

// Changes are what came between two nights.
type Changes struct {
	// Since is the night before: what is made of the base is right for it.
	Since time.Time
	// Deliveries are those that came, and those that count no more as another
	// bears their name.
	Deliveries []string
	// Snapshots are deliveries that replace all that their source said.
	Snapshots []Snapshot
	// Registers says that official registers were asked, tonight or before.
	Registers bool
	// Again says that deliveries that were in the base came again: Forget kept
	// the keys of their rows.
	Again bool
}

// Snapshot is a delivery that replaces all rows of its source in one input
// table, and the one that did so before it.
type Snapshot struct {
	Target        string // as configs call the input table
	Before, After string
}

// fact is a published table of facts: its key is the source and one more column,
// which the input table calls by another name where from says so.
type fact struct{ name, id, from string }

var facts = []fact{
	{"orders", "order_id", "order_id"}, {"quotes", "quote_id", "quote_id"}, {"invoices", "invoice_id", "invoice_id"},
	{"interactions", "interaction_id", "interaction_id"}, {"survey_answers", "answer_id", "record_id"},
}

// ofCustomers are the published tables that hold rows of one customer each, by
// the column that says whose.
var ofCustomers = []struct{ name, owner string }{
	{"customer_fields", "customer_id"}, {"customer_sources", "customer_id"}, {"customer_attributes", "customer_id"},
	{"consents", "customer_id"}, {"contact_points", "customer_id"}, {"addresses", "customer_id"}, {"contacts", "person_id"},
	{"contact_rights", "customer_id"}, {"customer_metrics", "customer_id"},
	{"organisation_years", "customer_id"}, {"directors", "customer_id"}, {"customers", "customer_id"}, {"organisations", "customer_id"}, {"persons", "customer_id"},
}

// whole are the input tables that are about no party: small, and read whole.
var whole = []string{"in_products", "in_rates", "in_campaigns", "in_do_not_contact", "in_registry_concordance"}

// Confined is the namespace of a night that is confined to changes: in it input
// tables, and published ones that are made anew for some customers, are slices.
func Confined(ns dialect.Namespace) dialect.Namespace {
	return func(name string) string {
		if isSliced(name) {
			return ns("slice_" + name)
		}
		return ns(name)
	}
}

// registryLinks is the input table, as configs would call it, of what registers know about
// parties and not about a number.
const registryLinks = schemas.RegistryInput + "links"

// isRegister reports whether an input table holds answers of official registers.
func isRegister(name string) bool {
	return strings.HasPrefix(name, schemas.InputPrefix+schemas.RegistryInput)
}

func isSliced(name string) bool {
	if strings.HasPrefix(name, schemas.InputPrefix) {
		return !slices.Contains(whole, name)
	}
	for _, f := range facts {
		if f.name == name {
			return true
		}
	}
	for _, t := range ofCustomers {
		if t.name == name {
			return true
		}
	}
	return name == "order_lines"
}

// Unsieved is the namespace in which the current rows of a slice are made that
// Sieve then reads.
func Unsieved(ns dialect.Namespace) dialect.Namespace {
	confined := Confined(ns)
	return func(name string) string {
		if input := strings.TrimPrefix(name, "current_"); input != name && input != "parties" && !isRegister(schemas.InputPrefix+input) && isSliced(schemas.InputPrefix+input) {
			return ns("unsieved_" + input)
		}
		return confined(name)
	}
}

// table is an input table as the templates name what is made of it.
type table struct {
	Name    string // in_orders
	Short   string // orders
	Columns []string
}

func tableOf(t schemas.Table) table {
	return table{Name: t.Name, Short: strings.TrimPrefix(t.Name, schemas.InputPrefix), Columns: t.ColumnNames()}
}

// referring are the input tables whose rows are about a party.
func referring() (out []table) {
	for _, in := range schemas.Referring() {
		out = append(out, tableOf(in))
	}
	return out
}

// Forget returns the statements that keep the keys of the rows of deliveries, for
// when they are taken out of the base and come again.
func Forget(d *dialect.Dialect, ns dialect.Namespace, deliveries []string) []dialect.Statement {
	var out []dialect.Statement
	for _, in := range schemas.Inputs() {
		t := tableOf(in)
		out = append(out, d.ReplaceAs("keys of "+t.Name+" that come again", ns("forgotten_"+t.Short),
			"SELECT DISTINCT source, record_id FROM "+ns(t.Name)+" WHERE delivery_id IN ("+literals(d, deliveries)+")")...)
	}
	return out
}

func literals(d *dialect.Dialect, texts []string) string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = d.String(s)
	}
	return strings.Join(out, ", ")
}

// changedTable is an input table with what says which of its rows changed.
type changedTable struct {
	table
	Deliveries string
	Snapshots  []Snapshot
	Content    []string // columns by which two rows of one key differ
}

// Changed returns the statements that find the keys of the rows that came, went
// or changed: changed_<input>, for every input table.
func Changed(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night, c Changes) ([]dialect.Statement, error) {
	var tables []changedTable
	for _, in := range schemas.Inputs() {
		if isRegister(in.Name) && !c.Registers {
			continue
		}
		t := changedTable{table: tableOf(in)}
		deliveries := []string{""} // which none is called: a list must not be empty
		for _, id := range c.Deliveries {
			if !slices.ContainsFunc(c.Snapshots, func(s Snapshot) bool { return s.Target == t.Short && s.After == id }) {
				deliveries = append(deliveries, id)
			}
		}
		t.Deliveries = literals(d, deliveries)
		for _, s := range c.Snapshots {
			if s.Target == t.Short {
				t.Snapshots = append(t.Snapshots, s)
			}
		}
		for _, col := range in.ColumnNames() {
			if col != "delivery_id" && col != "position" {
				t.Content = append(t.Content, col)
			}
		}
		tables = append(tables, t)
	}
	// Orders change with their lines and with rates.
	slices.SortStableFunc(tables, func(a, b changedTable) int { return last(a.Short) - last(b.Short) })
	return d.Script("changed rows", changedSQL, ns, map[string]any{"Tables": tables, "Again": c.Again, "Since": c.Since, "AsOf": night.AsOf, "Zone": night.ZoneName()})
}

func last(name string) int {
	if name == "orders" {
		return 1
	}
	return 0
}

// Numbered returns the statements that tell the parties that changed by their numbers, those
// that are new by the next ones: numbered_changes.
func Numbered(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("numbered changes", numberedSQL, ns, nil)
}

// Wanted returns the statements that cut the rows of some parties out of their input table, of
// which parties has some columns. The numbers of the parties stand in a staged table of a
// quoted name.
func Wanted(d *dialect.Dialect, ns dialect.Namespace, parties schemas.Table, numbers string) ([]dialect.Statement, error) {
	return d.Script("wanted parties", wantedSQL, ns, map[string]any{"Numbers": numbers, "Name": parties.Name, "Columns": parties.ColumnNames()})
}

// WantedParties is the namespace in which the rows of parties are those that Wanted cut out.
func WantedParties(ns dialect.Namespace) dialect.Namespace {
	return func(name string) string {
		if parties, _ := schemas.Input("parties"); strings.HasSuffix(name, "_"+strings.TrimPrefix(parties.Name, schemas.InputPrefix)) {
			return ns("wanted_" + name)
		}
		return ns(name)
	}
}

// Touched returns the statements that find the parties which changes concern:
// touched_parties, not closed yet. Parties that share a value of one of the
// columns may be joined by the engine.
func Touched(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night, c Changes, shared []string) ([]dialect.Statement, error) {
	return d.Script("touched parties", touchedSQL, ns, map[string]any{
		"ByID": schemas.PartyByID, "ByRef": schemas.PartyByRef, "Referring": referring(), "Shared": shared, "Since": c.Since, "AsOf": night.AsOf, "LapsedBefore": night.LapsedBefore,
		"Registers": c.Registers, "Numbers": enrich.Numbers(ns("known_organisations")),
	})
}

// JoinedParties is the working table of tonight's clusters that Joined reads.
var JoinedParties = schemas.Table{Name: "joined_parties", Columns: []schemas.Column{
	{Name: "source", Type: schemas.String}, {Name: "record_id", Type: schemas.String}, {Name: "cluster", Type: schemas.Int},
	{Name: "probability", Type: schemas.Float}, {Name: "matched_by", Type: schemas.String},
}}

// Joined returns the statements that add to touched_parties those of the clusters
// that were not one customer each the night before, joined as they are tonight. It
// is for engines that join what has no value in common: they match all parties
// first.
func Joined(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("joined parties", joinedSQL, ns, nil)
}

// Ungrey returns the statements that take out the pairs that people were asked about of which
// both parties changed, or were matched tonight: JoinedParties holds these.
func Ungrey(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("pairs asked about", ungreySQL, ns, nil)
}

// Widen returns the statements that add to touched_parties who was one customer
// with them and who works for them, and that say in touched_members who they were;
// where registers were asked, also those of one group of firms.
// The parties are closed when running them adds none.
func Widen(d *dialect.Dialect, ns dialect.Namespace, registers bool) ([]dialect.Statement, error) {
	return d.Script("wider", widenSQL, ns, map[string]any{"Registers": registers})
}

// Slice returns the statements that cut the rows of touched parties out of the
// input tables. They read touched_ids, which Identities makes.
func Slice(d *dialect.Dialect, ns dialect.Namespace, registers bool) ([]dialect.Statement, error) {
	parties, _ := schemas.Input("parties")
	lines, _ := schemas.Input("order_lines")
	return d.Script("slices", sliceSQL, ns, map[string]any{"Parties": tableOf(parties), "Lines": tableOf(lines), "Referring": referring(), "ByID": schemas.PartyByID, "ByRef": schemas.PartyByRef, "Registers": registers,
		"Firms": schemas.InputPrefix + schemas.RegistryInputs()[0], "OfFirms": ofFirms(), "Links": registryLinks})
}

// ofFirms are the input tables of registers, as configs would call them, whose rows are of
// a row of registry_firms.
func ofFirms() []string {
	return slices.DeleteFunc(schemas.RegistryInputs(), func(name string) bool {
		t, _ := schemas.Input(name)
		_, ok := t.Column("firm")
		return !ok
	})
}

// Sieve returns the statements that leave out of the current rows of slices those
// of records that were about a touched party once, and are about another today.
func Sieve(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	lines, _ := schemas.Input("order_lines")
	return d.Script("sieve", sieveSQL, ns, map[string]any{"Lines": tableOf(lines), "Referring": referring()})
}

// Identities returns the statements that find, of the ids ever issued, those that
// touched parties founded, those of their customers, and what leads to these:
// touched_ids.
func Identities(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("identities", identitiesSQL, ns, nil)
}

// Unissue returns the statements that take out who touched parties were, and the
// touched ids, before they are issued anew.
func Unissue(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("unissue", unissueSQL, ns, nil)
}

// replaced is a published table of which some rows are made anew.
type replaced struct {
	Name, ID, From string
	Columns        []string
}

func replacedOf(name, id, from string) replaced {
	t, _ := schemas.Lookup(name)
	return replaced{Name: name, ID: id, From: from, Columns: t.ColumnNames()}
}

// Replace returns the statements that put what was made of the slices in the place
// of what was there.
func Replace(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	var customers, events []replaced
	for _, t := range ofCustomers {
		customers = append(customers, replacedOf(t.name, t.owner, t.owner))
	}
	for _, f := range facts {
		events = append(events, replacedOf(f.name, f.id, f.from))
	}
	return d.Script("replace", replaceSQL, ns, map[string]any{"Customers": customers, "Facts": events, "Lines": replacedOf("order_lines", "order_id", "order_id")})
}
