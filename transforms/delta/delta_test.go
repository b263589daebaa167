package delta_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/scoring"
	"clientele/transforms/match"
	"clientele/transforms/transformstest"
)

// company makes deliveries of a small company in which whatever can meet does:
// customers merge and part, change firms, order in each other's name, are
// corrected, forgotten and sent again. From one night to the next most of its
// records stay as they are.
type company struct {
	r    *rand.Rand
	day  time.Time
	next int                 // number of the next delivery
	said map[string][]string // rows by table and key
}

// records are how many keys a table has.
const records = 40

// sources are those of the company, with how they deliver.
var sources = map[string]transformstest.Source{
	"crm":            {Origin: "own", Trust: 1, Modes: map[string]string{"parties": "snapshot", "attributes": "snapshot"}, Collective: []string{"9"}},
	"web":            {Origin: "form", Trust: 2, Modes: map[string]string{"parties": "changes", "consents": "changes", "contact_points": "changes"}},
	"shop":           {Origin: "own", Trust: 1, Modes: map[string]string{"orders": "append", "order_lines": "append", "quotes": "changes"}},
	"books":          {Origin: "own", Trust: 1, Modes: map[string]string{"invoices": "changes", "rates": "changes", "order_lines": "changes"}},
	"calls":          {Origin: "survey", Trust: 3, Modes: map[string]string{"interactions": "append", "survey_answers": "snapshot", "campaigns": "changes"}},
	"firms":          {Origin: "own", Trust: 2, Modes: map[string]string{"parties": "changes"}},
	"registry.kbo":   {Origin: "register", Trust: 1, Modes: registerModes},
	"registry.gleif": {Origin: "register", Trust: 3, Modes: registerModes},
	"people":         {Origin: "own", Trust: 1, Modes: map[string]string{"corrections": "changes", "addresses": "changes", "products": "changes", "do_not_contact": "snapshot"}},
}

var registerModes = map[string]string{"registry_concordance": "snapshot", "registry_firms": "changes", "registry_accounts": "append", "registry_directors": "append", "registry_places": "append", "registry_links": "changes", "registry_contact_points": "append"}

// numbers are those of firms; a few of them belong to others.
var numbers = []string{"0403019261", "0403170701", "0428759497", "0244142664"}

// answers are what a register said of some firms when it was asked.
func (c *company) answers(register string) map[string]string {
	firms := []string{"record_id | asked_by | number | asked_on | observed_on | known | legal_name | legal_form_code | status | sector_code | sector_version | founded_on | non_mailing | lei | parent_lei"}
	points := []string{"record_id | firm | kind | value"}
	accounts, directors, places := []string{"record_id | firm | year | revenue | total_assets | headcount"}, []string{"record_id | firm | name | role"}, []string{"record_id | firm | kind | street | postcode"}
	for _, number := range numbers {
		if c.n(2) == 0 {
			continue
		}
		by := "enterprise_number"
		if register == "registry.gleif" && c.n(2) == 0 {
			by, number = "vat_number", "BE"+number
		}
		key := by + "=" + number
		row := []string{key, by, number, c.day.Format(time.DateOnly), c.on(9), "false"}
		if c.n(4) > 0 {
			lei := func() string { return c.pick("", "L1", "L2", "L3") }
			row = append(row[:5], "true", c.pick("", "Aerts NV", "Baert BV"), c.pick("", "BE-BV"), c.pick("active", "insolvent"), c.pick("", "62010", "62020", "10711"), c.pick("2008", "2008", "2025"), c.pick("", "1999-01-01"), c.pick("", "true"), lei(), lei())
			for range c.n(3) {
				year := fmt.Sprint(2022 + c.n(3))
				accounts = append(accounts, strings.Join([]string{key + " " + year, key, year, c.pick("", "1000000", "3000000"), c.pick("", "500000"), c.pick("", "5", "49.5")}, " | "))
			}
			directors = append(directors, strings.Join([]string{key + " d", key, c.pick("An", "Bo"), c.pick("director", "")}, " | "))
			points = append(points, strings.Join([]string{key + " c", key, "phone", c.pick("+3223151351", "+3223151352")}, " | "))
			places = append(places, strings.Join([]string{key + " p", key, c.pick("seat", "establishment"), c.pick("Dorp", "Kerkstraat"), "1000"}, " | "))
		}
		for len(row) < 15 {
			row = append(row, "")
		}
		firms = append(firms, strings.Join(row, " | "))
	}
	links := []string{"record_id | link_source | link_record | number | relation | probability | asked_on"}
	if register == "registry.kbo" {
		for range c.n(6) {
			source, record := c.pick("crm", "web"), fmt.Sprint(c.n(records))
			cells := []string{"", "", ""}
			if c.n(4) > 0 {
				cells = []string{c.pick(numbers...), c.pick("likeness", "renamed", "branch", "succeeded"), c.pick("0.96", "0.99")}
			}
			links = append(links, strings.Join(slices.Concat([]string{"party=" + source + ":" + record, source, record}, cells, []string{c.day.Format(time.DateOnly)}), " | "))
		}
	}
	tables := map[string]string{"registry_links": strings.Join(links, "\n"), "registry_firms": strings.Join(firms, "\n"), "registry_accounts": strings.Join(accounts, "\n"), "registry_directors": strings.Join(directors, "\n"), "registry_places": strings.Join(places, "\n"), "registry_contact_points": strings.Join(points, "\n")}
	if register == "registry.kbo" && c.n(2) == 0 { // it was counted anew
		codes := []string{"record_id | scope | from_version | from_code | to_version | to_code | to_section | share | firms"}
		for _, code := range []string{"62010", "6201", "6202", "1071"} {
			if c.n(4) > 0 {
				codes = append(codes, strings.Join([]string{"nace=2008 " + code, "2008", "2008", code, "2025", c.pick("6210", "6220"), "K", c.pick("0.5", "0.75"), c.pick("9", "100")}, " | "))
			}
		}
		tables["registry_concordance"] = strings.Join(codes, "\n")
	}
	return tables
}

func (c *company) n(below int) int { return c.r.IntN(below) }

func (c *company) pick(texts ...string) string { return texts[c.n(len(texts))] }

// on is a date up to so many days ago, or ahead where days is negative.
func (c *company) on(days int) string {
	if days < 0 {
		return c.day.AddDate(0, 0, c.n(-days)).Format(time.DateOnly)
	}
	return c.day.AddDate(0, 0, -1-c.n(days)).Format(time.DateOnly)
}

func (c *company) at(days int) string { return c.on(days) + "T10:00:00Z" }

// rows writes so many changed records at most, and where all is true those that
// did not change with them.
func (c *company) rows(table, header string, atMost int, all bool, row func(key int) []string) string {
	lines := []string{header}
	write := func(key int, cells []string) { lines = append(lines, fmt.Sprint(key)+" | "+strings.Join(cells, " | ")) }
	changed := c.r.Perm(records)[:c.n(atMost+1)]
	for key := range records {
		id := fmt.Sprint(table, key)
		switch known := c.said[id]; {
		case slices.Contains(changed, key):
			if c.said[id] = row(key); all && c.n(4) == 0 {
				delete(c.said, id) // which it has no more
				continue
			}
			write(key, c.said[id])
		case all && known != nil:
			write(key, known)
		}
	}
	return strings.Join(lines, "\n")
}

func (c *company) party() []string {
	source, record := c.pick("crm", "web", "crm", "web", "", schemas.PartyByID, schemas.PartyByRef), fmt.Sprint(c.n(records))
	switch source {
	case schemas.PartyByID: // of today, of earlier or not issued yet
		record = match.ID(c.pick("crm", "web"), record)
	case schemas.PartyByRef: // given out to one, to several or to nobody
		record = fmt.Sprint("r", c.n(5))
	}
	return []string{source, record}
}

func (c *company) partyRow(int) []string {
	kind := c.pick("organisation", "person")
	firm := ""
	if kind == "person" {
		firm = c.pick("", fmt.Sprint(c.n(records)))
	}
	return []string{kind, fmt.Sprint(c.pick("Aerts", "Baert", "Claes"), " ", c.n(12)), c.pick("", "", numbers[0], numbers[1], numbers[2]), c.pick("", "", "BE"+numbers[1], "BE"+numbers[3]), c.pick("1000", "2000", "9000"),
		c.pick("", "a@voorbeeld.example", "b@voorbeeld.example"), c.pick("", "+3221", "+3222"), firm, c.pick("", c.on(30), c.on(-9)), c.pick("nl", "fr", ""), c.pick("", "", "true"), c.pick("", c.on(90)), c.pick("", "peeters", "maes")}
}

// sector is what a firm does, and how large it is.
func (c *company) sector() []string {
	return []string{c.pick("62.010", "62.010", "6202", "10711"), c.pick("", "2008", "2008", "2025"), c.pick("", fmt.Sprint(100*(1+c.n(50)), ".5")), c.pick("", fmt.Sprint(c.n(300)))}
}

const partyHeader = "record_id | kind | name | enterprise_number | vat_number | postcode | email | phone | organisation | until | language | opted_out | observed_on | name_key"

// tables makes what a source delivers.
func (c *company) tables(source string) map[string]string {
	with := func(columns ...string) func(int) []string {
		return func(int) []string { return append(c.party(), columns...) }
	}
	switch source {
	case "crm":
		return map[string]string{
			"parties":    c.rows("crm", partyHeader, 6, true, c.partyRow),
			"attributes": c.rows("attributes", "record_id | party_source | party | name | value", 3, true, func(int) []string { return append(c.party(), c.pick("size", "group"), c.pick("A", "B")) }),
		}
	case "web":
		return map[string]string{
			"parties": c.rows("parties", partyHeader, 4, false, c.partyRow),
			"consents": c.rows("consents", "record_id | party_source | party | purpose | channel | status | since", 3, false, func(int) []string {
				return append(c.party(), "marketing", c.pick("email", "phone", "all"), c.pick("granted", "refused"), c.on(30))
			}),
			"contact_points": c.rows("contact_points", "record_id | party_source | party | kind | value | status", 3, false, func(int) []string {
				return append(c.party(), c.pick("email", "mobile"), c.pick("x", "y", "z"), c.pick("", "bounced"))
			}),
		}
	case "shop":
		return map[string]string{
			"orders": c.rows("orders", "record_id | order_id | party_source | party | ordered_at | status | currency", 5, false, func(key int) []string {
				return slices.Concat([]string{fmt.Sprint("o", key)}, c.party(), []string{c.at(80), c.pick("", "cancelled", "delivered"), c.pick("", "USD")})
			}),
			"order_lines": c.rows("order_lines", "record_id | order_id | line_no | product | quantity | unit_price | unit_cost", 6, false, func(key int) []string {
				return []string{fmt.Sprint("o", c.n(12)), fmt.Sprint(key), c.pick("p1", "p2"), fmt.Sprint(1 + c.n(5)), c.pick("10", "2.5"), c.pick("", "1")}
			}),
			"quotes": c.rows("quotes", "record_id | quote_id | party_source | party | requested_at | amount | status", 2, false, func(key int) []string {
				return slices.Concat([]string{fmt.Sprint("q", key)}, c.party(), []string{c.at(50), "100", c.pick("open", "won")})
			}),
		}
	case "books":
		return map[string]string{
			"invoices": c.rows("invoices", "record_id | invoice_id | party_source | party | invoiced_on | due_on | paid_on | amount | open_amount", 4, false, func(key int) []string {
				return slices.Concat([]string{fmt.Sprint("i", key)}, c.party(), []string{c.on(60), c.pick(c.on(30), c.on(-30)), c.pick("", c.on(20), c.on(-20)), c.pick("50", "-20"), c.pick("", "10", "0")})
			}),
			"order_lines": c.rows("later_lines", "record_id | order_id | order_source | line_no | product | quantity | unit_price", 2, false, func(key int) []string {
				return []string{fmt.Sprint("o", c.n(12)), c.pick("shop", "shop", ""), fmt.Sprint(records + key), "p1", "1", c.pick("3", "4")}
			}),
			"rates": c.rows("rates", "record_id | currency | valid_from | rate", 1, false, func(key int) []string {
				return []string{"USD", c.day.AddDate(0, 0, -90+7*key).Format(time.DateOnly), c.pick("1.25", "1.5", "2")}
			}),
		}
	case "firms": // which nobody else knows, and who say what they do
		return map[string]string{"parties": c.rows("firms", "record_id | kind | name | sector_code | sector_version | revenue | headcount", 8, false, func(key int) []string {
			return append([]string{"organisation", fmt.Sprint("Firma ", key)}, c.sector()...)
		})}
	case "registry.kbo", "registry.gleif":
		return c.answers(source)
	case "calls":
		return map[string]string{
			"interactions": c.rows("interactions", "record_id | interaction_id | party_source | party | occurred_at | channel | direction | campaign | outcome | contact_ref", 4, false, func(key int) []string {
				return slices.Concat([]string{fmt.Sprint("c", key)}, c.party(), []string{c.at(60), c.pick("call", "email", "visit"), c.pick("outbound", "inbound"), c.pick("", "spring"), c.pick("", "answered", "bounced", "wrong_number"), c.pick("", "", fmt.Sprint("r", c.n(5)))})
			}),
			"survey_answers": c.rows("survey_answers", "record_id | scope | party_source | party | survey | question | code", 4, false, func(key int) []string {
				return slices.Concat([]string{fmt.Sprint("wave ", key%8)}, c.party(), []string{"s", "q1", c.pick("1", "2")})
			}),
			"campaigns": c.rows("campaigns", "record_id | campaign | sent_on | cost", 1, false, func(int) []string { return []string{"spring", c.on(60), c.pick("100", "250")} }),
		}
	}
	return map[string]string{
		"corrections": c.rows("corrections", "record_id | party_source | party | field | value | who | corrected_on", 2, false, func(int) []string {
			what := c.pick("email", "name", "postcode", "enterprise_number", "legal_name")
			value := c.pick("", "right")
			if what == "enterprise_number" {
				value = c.pick("", numbers[0], numbers[3])
			}
			return append(c.party(), what, value, "An", c.on(20))
		}),
		"addresses": c.rows("addresses", "record_id | party_source | party | kind | street | house_number | postcode", 3, false, with("delivery", c.pick("Dorp", "Kerkstraat"), "1", "3000")),
		"do_not_contact": c.rows("do_not_contact", "record_id | phone | email | name_key | postcode", 2, true, func(int) []string {
			return []string{c.pick("", "+3221"), c.pick("", "a@voorbeeld.example"), c.pick("", "peeters", "maes"), c.pick("1000", "2000")}
		}),
		"products": c.rows("products", "record_id | product | name | unit_price", 2, false, func(key int) []string { return []string{fmt.Sprint("p", key), c.pick("bolt", "nut"), "1"} }),
	}
}

// deliveries are those of one night.
func (c *company) deliveries() (out []transformstest.Delivery) {
	for _, source := range []string{"crm", "web", "shop", "books", "calls", "people", "firms", "registry.kbo", "registry.gleif"} {
		if c.n(3) == 0 {
			continue
		}
		c.next++
		d := transformstest.Delivery{Source: source, ID: fmt.Sprintf("d%02d", c.next), Tables: c.tables(source)}
		if source == "shop" || source == "web" {
			d.Name, d.Named = c.pick("monday.csv", "tuesday.csv", d.ID+".csv"), true
		}
		if source != "shop" && c.n(4) == 0 {
			d.Absent = []string{"parties.email", "invoices.open_amount"}
		}
		out = append(out, d)
	}
	return out
}

// A base whose nights were confined to what changed is, night after night, that
// of a base whose nights made all anew.
func TestConfinedNightsMakeWhatWholeNightsMake(t *testing.T) {
	var mu sync.Mutex
	derived := map[string]int{} // how often it came about, by rule
	t.Cleanup(func() {
		if derived["converted"] < 5 || derived["filed"] < 5 || derived["estimate"] < 20 {
			t.Errorf("the companies are too plain: %v", derived)
		}
	})
	for seed := range 6 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := &company{r: rand.New(rand.NewPCG(uint64(seed), 1)), day: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), said: map[string][]string{}}
			whole, confined := transformstest.New(t), transformstest.New(t)
			confined.Confine = true
			for _, b := range []*transformstest.Base{whole, confined} {
				b.LapsedBefore, b.LeastFirms = 40, 2
				b.Scores = []*scoring.Scorecard{{Name: "value", For: "customers", Classes: []scoring.Class{{Name: "A", AtLeast: "2"}, {Name: "B", AtLeast: "0"}},
					Rules: []*scoring.Rule{{Name: "recent", Of: "days_since_last_order", Missing: "0", Bins: []scoring.Bin{{Below: "30", Points: "2"}, {Points: "1"}}}}}}
				for name, s := range sources {
					b.Source(name, s)
				}
			}
			for night := range 5 {
				asOf := c.day.Format(time.DateOnly)
				for _, d := range c.deliveries() {
					whole.Deliver(d)
					confined.Deliver(d)
				}
				for _, b := range []*transformstest.Base{whole, confined} { // answers grow old
					for _, name := range []string{"registry.kbo", "registry.gleif"} {
						s := sources[name]
						s.FreshSince = c.day.AddDate(0, 0, -12).Format(time.DateOnly)
						b.Source(name, s)
					}
					b.Night(asOf)
				}
				if diff := cmp.Diff(state(whole), state(confined)); diff != "" {
					t.Fatalf("night %d, %s: all made anew (-), what changed (+):\n%s", night, asOf, diff)
				}
				rows := whole.Query("SELECT sector_2025_basis FROM base.main.organisations UNION ALL SELECT rule FROM base.main.customer_fields")
				mu.Lock()
				for _, row := range rows {
					derived[row]++
				}
				mu.Unlock()
				c.day = c.day.AddDate(0, 0, 1+c.n(20))
			}
		})
	}
}

// state is what a base holds beside its inputs.
func state(b *transformstest.Base) map[string][]string {
	out := b.Published()
	for table, columns := range map[string]string{
		"base_members": "source, record_id, customer_id, matched_by", "base_ids": "customer_id, source, record_id, founded_on, current_customer_id, state",
		"base_merges": "as_of, from_customer_id, to_customer_id, why, reason, decided_by",
	} {
		out[table] = b.Query("SELECT " + columns + " FROM base.main." + dialect.DuckDB.Ident(table))
		slices.Sort(out[table])
	}
	for table, rows := range out {
		if len(rows) == 0 {
			delete(out, table)
		}
	}
	return out
}
