package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/normalize"
)

// CustomerHit is a customer that was found. It is personal data.
type CustomerHit struct {
	CustomerID   string `json:"customer_id"`
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	Postcode     string `json:"postcode,omitempty"`
	Municipality string `json:"municipality,omitempty"`
	Email        string `json:"email,omitempty"`
	Phone        string `json:"phone,omitempty"`
	// By says what fits: id, former id, account number, e-mail, phone, VAT
	// number, enterprise number or name.
	By string `json:"by"`
}

// hitOrder lists what a hit can be by, the most telling first.
var hitOrder = []string{"id", "former id", "account number", "e-mail", "phone", "VAT number", "enterprise number", "name"}

// needle is what is looked for, in every form that it can have.
type needle struct {
	text, email, phone, vat, enterprise string
	words                               []string // of a name, folded
}

func (p *Project) needle(text string) needle {
	country := p.Config.Company.Country
	n := needle{text: normalize.Text(text)}
	n.email, _ = normalize.Email(text)
	n.phone, _ = normalize.Phone(text, country)
	n.vat, _ = normalize.VAT(text, country)
	n.enterprise, _ = normalize.EnterpriseNumber(text)
	n.words = strings.Fields(normalize.Fold(text))
	return n
}

// names reports whether every word is in one of the names.
func (n needle) names(names ...string) bool {
	if len(n.words) == 0 {
		return false
	}
	for _, name := range names {
		folded := normalize.Fold(name)
		if folded != "" && !slices.ContainsFunc(n.words, func(w string) bool { return !strings.Contains(folded, w) }) {
			return true
		}
	}
	return false
}

// FindCustomers returns the published customers that a text fits, at most limit
// (0 for all): an id that was ever issued, an account number, an e-mail address,
// a telephone, VAT or enterprise number however it is written, or words of a
// name.
func (p *Project) FindCustomers(ctx context.Context, wanted string, limit int) ([]CustomerHit, error) {
	r, err := p.Warehouse.Published(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	n := p.needle(wanted)
	by, err := p.exactHits(ctx, r, n)
	if err != nil {
		return nil, err
	}
	hits := []CustomerHit{}
	err = r.Read(ctx, `SELECT c.customer_id, c.kind, c.name, c.postcode, c.municipality, c.email, c.phone,
  o.vat_number, o.enterprise_number, o.legal_name, o.trade_name
FROM customers c LEFT JOIN organisations o ON o.customer_id = c.customer_id ORDER BY c.customer_id ASC NULLS LAST`, func(rec arrow.Record) error {
		at := func(col, i int) string { // not kept
			c := rec.Column(col).(*array.String)
			if c.IsNull(i) {
				return ""
			}
			return c.Value(i)
		}
		for i := range int(rec.NumRows()) {
			why := by[at(0, i)]
			switch {
			case why != "":
			case n.vat != "" && at(7, i) == n.vat:
				why = "VAT number"
			case n.enterprise != "" && at(8, i) == n.enterprise:
				why = "enterprise number"
			case n.names(at(2, i), at(9, i), at(10, i)):
				why = "name"
			default:
				continue
			}
			hits = append(hits, CustomerHit{CustomerID: text(rec, 0, i), Kind: text(rec, 1, i), Name: text(rec, 2, i), Postcode: text(rec, 3, i),
				Municipality: text(rec, 4, i), Email: text(rec, 5, i), Phone: text(rec, 6, i), By: why})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(hits, func(a, b CustomerHit) int {
		return cmp.Or(cmp.Compare(slices.Index(hitOrder, a.By), slices.Index(hitOrder, b.By)), cmp.Compare(len(a.Name), len(b.Name)))
	})
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	return hits, nil
}

// exactHits returns what each customer is found by that is told apart by a key.
func (p *Project) exactHits(ctx context.Context, r connectors.Reader, n needle) (map[string]string, error) {
	d := p.Warehouse.Dialect()
	by := map[string]string{}
	ask := func(why, sql string) error {
		return r.Read(ctx, sql, func(rec arrow.Record) error {
			for i := range int(rec.NumRows()) {
				if id := text(rec, 0, i); by[id] == "" {
					by[id] = why
				}
			}
			return nil
		})
	}
	queries := []struct{ why, sql string }{
		{"id", fmt.Sprintf("SELECT customer_id FROM customers WHERE customer_id = %s", d.String(strings.ToLower(n.text)))},
		{"former id", fmt.Sprintf("SELECT current_customer_id FROM customer_ids WHERE customer_id = %s", d.String(strings.ToLower(n.text)))},
		{"account number", fmt.Sprintf("SELECT customer_id FROM customer_sources WHERE source_record_id = %s ORDER BY customer_id ASC NULLS LAST", d.String(n.text))},
	}
	for _, c := range []struct{ why, column, value string }{{"e-mail", "email", n.email}, {"phone", "phone", n.phone}} {
		if c.value != "" {
			queries = append(queries, struct{ why, sql string }{c.why, fmt.Sprintf(
				"SELECT customer_id FROM customers WHERE %[1]s = %[2]s UNION ALL SELECT customer_id FROM contact_points WHERE %[3]s = %[2]s ORDER BY customer_id ASC NULLS LAST",
				d.Ident(c.column), d.String(c.value), d.Ident("value"))})
		}
	}
	for _, q := range queries {
		if err := ask(q.why, q.sql); err != nil {
			return nil, err
		}
	}
	return by, nil
}

// Resolved is where a customer id leads today.
type Resolved struct {
	Asked   string `json:"asked"`
	Current string `json:"customer_id"`
	State   string `json:"state"` // current, merged or gone
}

// resolve follows an id that was ever issued.
func (p *Project) resolve(ctx context.Context, r connectors.Reader, id string) (Resolved, error) {
	found, err := rows(ctx, r, fmt.Sprintf("SELECT customer_id, current_customer_id, state FROM customer_ids WHERE customer_id = %s", p.Warehouse.Dialect().String(id)))
	if err != nil {
		return Resolved{}, err
	}
	if len(found.Values) == 0 {
		return Resolved{}, connectors.Errorf(connectors.KindConfig, "unknown_customer", "`clientele customer find` looks for one by name, e-mail, phone or account number", "no customer id %q was ever issued", id)
	}
	return Resolved{Asked: id, Current: found.text(0, "current_customer_id"), State: found.text(0, "state")}, nil
}

// Section is what one published table says of a customer.
type Section struct {
	Table string `json:"table"`
	Rows  Rows   `json:"rows"`
}

// CustomerView is all that is published of one customer. It is personal data.
type CustomerView struct {
	Resolved
	Sections []Section `json:"sections"`
}

// sections of a view: the table and, where only the last rows are shown, the
// column that says which those are.
var sections = []struct {
	table, latest string
}{
	{"customers", ""}, {"organisations", ""}, {"organisation_years", ""}, {"directors", ""}, {"persons", ""}, {"customer_sources", ""}, {"customer_fields", ""}, {"customer_attributes", ""},
	{"addresses", ""}, {"contact_points", ""}, {"customer_metrics", ""}, {"scores", ""}, {"score_parts", ""}, {"segments", ""}, {"lists", ""},
	{"contact_rights", ""}, {"consents", ""}, {"orders", "ordered_at"}, {"quotes", "requested_at"}, {"invoices", "invoiced_on"},
	{"interactions", "occurred_at"}, {"survey_answers", "answered_on"}, {"customers_history", "valid_from"},
}

// keyOrder returns the order of a published table by its key.
func keyOrder(d *dialect.Dialect, table string) string {
	t, _ := schemas.Lookup(table)
	order := make([]string, len(t.Key))
	for i, k := range t.Key {
		order[i] = d.Ident(k) + " ASC NULLS LAST"
	}
	return strings.Join(order, ", ")
}

// ShowCustomer returns all that is published of a customer, by any id that it
// ever had; of facts the last ones.
func (p *Project) ShowCustomer(ctx context.Context, id string, last int) (*CustomerView, error) {
	r, err := p.Warehouse.Published(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	view := &CustomerView{}
	if view.Resolved, err = p.resolve(ctx, r, id); err != nil {
		return nil, err
	}
	d := p.Warehouse.Dialect()
	who := d.String(view.Current)
	add := func(table, sql string) error {
		found, err := rows(ctx, r, sql)
		if err == nil && len(found.Values) > 0 {
			view.Sections = append(view.Sections, Section{Table: table, Rows: found})
		}
		return err
	}
	for _, s := range sections {
		sql := fmt.Sprintf("SELECT * FROM %s WHERE customer_id = %s ORDER BY ", d.Ident(s.table), who)
		if s.latest != "" {
			sql += d.Ident(s.latest) + " DESC NULLS LAST, "
		}
		sql += keyOrder(d, s.table)
		if s.latest != "" {
			sql += fmt.Sprintf(" LIMIT %d", last)
		}
		if err := add(s.table, sql); err != nil {
			return nil, err
		}
	}
	return view, add("contacts", fmt.Sprintf("SELECT * FROM contacts WHERE organisation_id = %[1]s OR person_id = %[1]s ORDER BY organisation_id ASC NULLS LAST, person_id ASC NULLS LAST", who))
}
