package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/connectors"
	"clientele/pipelines/config"
)

// Why explains a customer, two of them, or what became of a record. It is
// personal data.
type Why struct {
	Answer  string   `json:"answer"`
	Reasons []string `json:"reasons,omitempty"`
	// Parties are those of the customer, in the order in which they were first
	// seen, each with the rule that joined it to those before it.
	Parties *Rows `json:"parties,omitempty"`
	// Fields say where each value of the golden record comes from, and which rule
	// chose it.
	Fields *Rows `json:"fields,omitempty"`
	// Pairs are the pairs of parties that weigh most, where a model weighs them: of each
	// party of the customer but the first, or the one between two customers.
	Pairs []*PairWhy `json:"pairs,omitempty"`
	// Compared are the values that matching looks at, of two customers.
	Compared []ComparedField `json:"compared,omitempty"`
}

// ComparedField sets the values of two customers side by side.
type ComparedField struct {
	Field   string   `json:"field"`
	Verdict string   `json:"verdict"` // same, differs or unknown of one
	First   []string `json:"first,omitempty"`
	Second  []string `json:"second,omitempty"`
}

// reference is a customer id, or a record as its source knows it.
type reference struct {
	id     string
	source *config.Source
	record string
}

// reference reads ID or SOURCE:RECORD.
func (p *Project) reference(text string) reference {
	if name, record, ok := strings.Cut(text, ":"); ok {
		if s, ok := p.Config.Source(name); ok {
			return reference{source: s, record: record}
		}
	}
	return reference{id: text}
}

// why is an explanation under way.
type why struct {
	*Project
	published connectors.Reader
}

// Why explains one reference (which parties a customer is made of and why, whence
// its values, or what became of a record), or why two are one customer or are
// not. A reference is a customer id, or SOURCE:RECORD.
func (p *Project) Why(ctx context.Context, first, second string) (*Why, error) {
	r, err := p.Warehouse.Published(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	w := &why{p, r}
	a, gone, err := w.customer(ctx, p.reference(first))
	if err != nil || gone != nil {
		return gone, err
	}
	if second == "" {
		return w.one(ctx, p.reference(first), a)
	}
	b, gone, err := w.customer(ctx, p.reference(second))
	if err != nil || gone != nil {
		return gone, err
	}
	if a.Current != b.Current {
		return w.two(ctx, a.Current, b.Current)
	}
	out, err := w.one(ctx, reference{id: a.Current}, Resolved{Asked: a.Current, Current: a.Current, State: "current"})
	if err == nil {
		out.Answer = fmt.Sprintf("%s and %s are one customer, %s", first, second, a.Current)
		out.Fields = nil
	}
	return out, err
}

// customer returns the customer that a reference leads to, or why there is none.
func (w *why) customer(ctx context.Context, ref reference) (Resolved, *Why, error) {
	if ref.source != nil {
		d := w.Warehouse.Dialect()
		found, err := rows(ctx, w.published, fmt.Sprintf("SELECT customer_id FROM customer_sources WHERE source = %s AND source_record_id = %s", d.String(ref.source.Name), d.String(ref.record)))
		if err != nil {
			return Resolved{}, nil, err
		}
		if len(found.Values) == 0 {
			gone, err := w.record(ctx, ref)
			return Resolved{}, gone, err
		}
		id := found.text(0, "customer_id")
		return Resolved{Asked: id, Current: id, State: "current"}, nil, nil
	}
	got, err := w.resolve(ctx, w.published, ref.id)
	if err != nil || got.State != "gone" {
		return got, nil, err
	}
	gone, err := w.gone(ctx, got)
	return got, gone, err
}

// gone explains an id that no party is left of, by the record that founded it.
func (w *why) gone(ctx context.Context, id Resolved) (*Why, error) {
	var founder Rows
	d := w.Warehouse.Dialect()
	err := w.look(ctx, func(r connectors.Reader) (err error) {
		founder, err = rows(ctx, r, fmt.Sprintf("SELECT source, record_id FROM %s WHERE customer_id = %s", w.Warehouse.Base("base_ids"), d.String(id.Asked)))
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &Why{}
	if len(founder.Values) > 0 {
		source, record := founder.text(0, "source"), founder.text(0, "record_id")
		if s, ok := w.Config.Source(source); ok {
			if out, err = w.record(ctx, reference{source: s, record: record}); err != nil {
				return nil, err
			}
		} else {
			out.Reasons = []string{fmt.Sprintf("source %s, whose record founded it, is no longer in the config", source)}
		}
		out.Reasons = slices.Insert(out.Reasons, 0, fmt.Sprintf("record %s of source %s founded it", record, source))
	}
	out.Answer = fmt.Sprintf("customer %s is gone: no party of it is left", id.Asked)
	return out, nil
}

// one explains a customer that is there.
func (w *why) one(ctx context.Context, ref reference, c Resolved) (*Why, error) {
	d := w.Warehouse.Dialect()
	who := d.String(c.Current)
	out := &Why{}
	parties, err := rows(ctx, w.published, fmt.Sprintf(`SELECT source, source_record_id, matched_by, match_probability, first_seen_on FROM customer_sources WHERE customer_id = %s
ORDER BY first_seen_on ASC NULLS LAST, source ASC NULLS LAST, source_record_id ASC NULLS LAST`, who))
	if err != nil {
		return nil, err
	}
	fields, err := rows(ctx, w.published, fmt.Sprintf("SELECT field, source, source_record_id, observed_on, rule, licence FROM customer_fields WHERE customer_id = %s ORDER BY field ASC NULLS LAST", who))
	if err != nil {
		return nil, err
	}
	explainRules(fields)
	out.Parties, out.Fields = &parties, &fields
	switch {
	case ref.source != nil:
		out.Answer = fmt.Sprintf("record %s of source %s is customer %s", ref.record, ref.source.Name, c.Current)
	case c.State == "merged":
		out.Answer = fmt.Sprintf("%s was merged: it leads to customer %s", c.Asked, c.Current)
	default:
		out.Answer = fmt.Sprintf("customer %s is made of %d parties", c.Current, len(parties.Values))
	}
	for i := range parties.Values {
		if rule := parties.text(i, "matched_by"); rule != "" {
			out.Reasons = append(out.Reasons, fmt.Sprintf("%s:%s was joined by %s", parties.text(i, "source"), parties.text(i, "source_record_id"), rule))
		}
	}
	if err := w.weigh(ctx, out, c.Current, c.Current); err != nil {
		return nil, err
	}
	merges, err := rows(ctx, w.published, fmt.Sprintf(`SELECT as_of, from_customer_id, to_customer_id, why, reason, decided_by FROM customer_merges
WHERE from_customer_id IN (%[1]s, %[2]s) OR to_customer_id IN (%[1]s, %[2]s) ORDER BY as_of ASC NULLS LAST, from_customer_id ASC NULLS LAST, to_customer_id ASC NULLS LAST`, who, d.String(c.Asked)))
	if err != nil {
		return nil, err
	}
	for i := range merges.Values {
		by := ""
		if reason := merges.text(i, "reason"); reason != "" {
			by = ", by " + reason
		}
		if who := merges.text(i, "decided_by"); who != "" {
			by += " of " + who
		}
		out.Reasons = append(out.Reasons, fmt.Sprintf("night %s: %s of %s into %s%s", merges.text(i, "as_of"), merges.text(i, "why"), merges.text(i, "from_customer_id"), merges.text(i, "to_customer_id"), by))
	}
	return out, nil
}

// explainRules puts the rules of golden values in words.
func explainRules(fields Rows) {
	at := slices.Index(fields.Columns, "rule")
	for i, row := range fields.Values {
		switch rule := fields.text(i, "rule"); rule {
		case "only":
			row[at] = "the only party that says so"
		case "correction":
			row[at] = "corrected by staff"
		case "register":
			row[at] = "registers stand before sources, or no source says so"
		case "estimate":
			row[at] = "nobody says so: estimated as the median of the sector"
		case "":
		default:
			row[at] = "best by " + rule + ", in that order"
		}
	}
}

// compared are the columns of parties that tell whether two are one.
var compared = []string{"kind", "name_key", "enterprise_number", "vat_number", "email", "phone", "birth_date", "street_key", "house_number", "postcode", "town_key"}

// two sets two customers side by side.
func (w *why) two(ctx context.Context, first, second string) (*Why, error) {
	out := &Why{Answer: fmt.Sprintf("%s and %s are two customers: no rule joined a party of one to a party of the other", first, second)}
	values := map[string]map[string][]string{} // customer → column → values
	err := w.look(ctx, func(r connectors.Reader) error {
		for _, id := range []string{first, second} {
			v, err := w.partyValues(ctx, r, id)
			if err != nil {
				return err
			}
			values[id] = v
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, column := range compared {
		a, b := values[first][column], values[second][column]
		c := ComparedField{Field: column, First: a, Second: b, Verdict: "differs"}
		switch {
		case len(a) == 0 && len(b) == 0:
			continue
		case len(a) == 0 || len(b) == 0:
			c.Verdict = "unknown of one"
		case slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) }):
			c.Verdict = "same"
		}
		out.Compared = append(out.Compared, c)
	}
	return out, w.weigh(ctx, out, first, second)
}

// weigh adds what the pairs of parties weigh. While a night is under way the base can't
// be read, and the rest is told without.
func (w *why) weigh(ctx context.Context, out *Why, first, second string) (err error) {
	out.Pairs, err = w.pairs(ctx, first, second)
	if connectors.CodeOf(err) == "locked" {
		out.Reasons = append(out.Reasons, "a night is under way: what pairs of parties weigh can be told when it is done")
		return nil
	}
	return err
}

// partyValues returns what the parties of a customer say, by column, each value
// once, as the deliveries that the base holds have it.
func (w *why) partyValues(ctx context.Context, r connectors.Reader, id string) (map[string][]string, error) {
	d := w.Warehouse.Dialect()
	cols := make([]string, len(compared))
	for i, c := range compared {
		cols[i] = "p." + d.Ident(c)
	}
	found, err := rows(ctx, r, fmt.Sprintf("SELECT %s FROM %s p JOIN %s m ON m.source = p.source AND m.record_id = p.record_id WHERE m.customer_id = %s",
		strings.Join(cols, ", "), w.Warehouse.Base("in_parties"), w.Warehouse.Base("base_members"), d.String(id)))
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for i := range found.Values {
		for _, column := range compared {
			if v := found.text(i, column); v != "" && !slices.Contains(out[column], v) {
				out[column] = append(out[column], v)
			}
		}
	}
	for _, values := range out {
		slices.Sort(values)
	}
	return out, nil
}
