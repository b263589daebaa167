package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
)

// RegisterAnswers are what registers answered about a customer, and which of their
// values stand. Of a firm that is a person it is personal data.
type RegisterAnswers struct {
	Resolved
	// Links are the registered firms that the customer's parties were taken to be.
	Links     []PartyLink      `json:"links"`
	Registers []RegisterAnswer `json:"registers"`
}

// PartyLink is what was found for a party without a number in the copy of a register.
type PartyLink struct {
	Register string `json:"register"`
	Party    string `json:"party"` // SOURCE:RECORD
	SoughtOn string `json:"sought_on"`
	registers.Link
}

// RegisterAnswer is what one register answered.
type RegisterAnswer struct {
	Register string `json:"register"`
	Title    string `json:"title"`
	Licence  string `json:"licence"`
	// AskedBy and Number are what it is asked by, "" where it can't be asked about the
	// customer.
	AskedBy string `json:"asked_by,omitempty"`
	Number  string `json:"number,omitempty"`
	// AskedOn is "" where it was not asked yet.
	AskedOn string `json:"asked_on,omitempty"`
	Known   bool   `json:"known"`
	// Stale says that the answer is older than it may be.
	Stale    bool            `json:"stale"`
	Delivery string          `json:"delivery,omitempty"`
	Values   []RegisterValue `json:"values"`
}

// RegisterValue is a value of an answer.
type RegisterValue struct {
	Field string `json:"field"`
	Value string `json:"value"`
	// Detail is the language of a name or an address, where the register has several.
	Detail string `json:"detail,omitempty"`
	// Stands says that it is the customer's; where it is not, By says whose is.
	Stands bool   `json:"stands"`
	By     string `json:"by,omitempty"`
}

// answerFields are the columns of answers that explanations show, by the field of
// customer_fields that they are told in.
var answerFields = []struct{ column, field string }{
	{"legal_name", "legal_name"}, {"trade_name", "trade_name"}, {"legal_form_code", "legal_form_code"}, {"status", "registry_status"}, {"founded_on", "founded_on"},
	{"sector_code", "sector_code"}, {"purpose", "purpose"}, {"lei", "lei"}, {"parent_lei", ""}, {"vat_valid", ""}, {"non_mailing", ""}, {"doubts", ""},
}

// ExplainRegisters tells what registers answered about a customer, by any id that it
// ever had or SOURCE:RECORD, and which of it stands.
func (p *Project) ExplainRegisters(ctx context.Context, ref string) (*RegisterAnswers, error) {
	published, err := p.Warehouse.Published(ctx)
	if err != nil {
		return nil, err
	}
	defer published.Close()
	w := &why{p, published}
	found, gone, err := w.customer(ctx, p.reference(ref))
	if err != nil {
		return nil, err
	}
	if gone != nil {
		return nil, connectors.Errorf(connectors.KindData, "unknown_customer", "`clientele customer why` says what became of it", "%s", gone.Answer)
	}
	d := p.Warehouse.Dialect()
	who := d.String(found.Current)
	firm, err := rows(ctx, published, "SELECT COALESCE(o.enterprise_number, o.registry_number) AS enterprise_number, o.vat_number, c.country FROM organisations o JOIN customers c ON c.customer_id = o.customer_id WHERE o.customer_id = "+who)
	if err != nil {
		return nil, err
	}
	if len(firm.Values) == 0 {
		return nil, connectors.Errorf(connectors.KindData, "no_organisation", "registers are asked about firms", "customer %s is a person", found.Current)
	}
	fields, err := rows(ctx, published, "SELECT field, source FROM customer_fields WHERE customer_id = "+who)
	if err != nil {
		return nil, err
	}
	by := map[string]string{}
	for i := range fields.Values {
		by[fields.text(i, "field")] = fields.text(i, "source")
	}
	night, ok, err := p.lastNight(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		night = p.Today()
	}
	known := registers.Open(p.Config.Registries, filepath.Clean(p.Config.Dir()), p.Home, registry.World{Outside: connectors.Outside{Now: p.env.Now}})
	defer known.Close()
	out := &RegisterAnswers{Resolved: found, Links: []PartyLink{}, Registers: []RegisterAnswer{}}
	subject := registers.Firm{Enterprise: firm.text(0, "enterprise_number"), VAT: firm.text(0, "vat_number"), Country: firm.text(0, "country")}
	err = p.look(ctx, func(base connectors.Reader) error {
		if err := p.lastLinks(ctx, base, who, out); err != nil {
			return err
		}
		for _, s := range p.Config.Registers {
			card := known.Card(s.Register.Name)
			a := RegisterAnswer{Register: card.Name, Title: card.Title, Licence: card.Licence.Name, Values: []RegisterValue{}}
			if questions := known.Questions(card.Name, []registers.Firm{subject}); len(questions) > 0 {
				a.AskedBy, a.Number = string(questions[0].By), questions[0].Value
				if err := p.lastAnswer(ctx, base, s, registers.QuestionKey(questions[0]), night, &a); err != nil {
					return err
				}
			}
			told := map[string]bool{} // a field is told once; what else there is of it stands beside
			for i, v := range a.Values {
				source := by[v.Field]
				if !told[v.Field] && source != s.Name {
					a.Values[i].By = source
				}
				a.Values[i].Stands = !told[v.Field] && source == s.Name
				told[v.Field] = true
			}
			out.Registers = append(out.Registers, a)
		}
		return nil
	})
	return out, err
}

// lastLinks reads what was found last for the parties of a customer, who is a literal.
func (p *Project) lastLinks(ctx context.Context, base connectors.Reader, who string, out *RegisterAnswers) error {
	found, err := rows(ctx, base, fmt.Sprintf(`SELECT k.source, k.link_source, k.link_record, k.asked_on, k.number, k.establishment, k.relation, k.probability, k.rival
FROM %s k
JOIN %s l ON l.delivery_id = k.delivery_id
JOIN %s m ON m.source = k.link_source AND m.record_id = k.link_record
WHERE m.customer_id = %s ORDER BY k.source ASC NULLS LAST, k.record_id ASC NULLS LAST, l.seq DESC NULLS LAST`,
		p.Warehouse.Base("in_registry_links"), p.Warehouse.Base("base_deliveries"), p.Warehouse.Base("base_members"), who))
	if err != nil {
		return err
	}
	for i := range found.Values {
		l := PartyLink{Register: strings.TrimPrefix(found.text(i, "source"), config.RegisterSource), Party: found.text(i, "link_source") + ":" + found.text(i, "link_record"), SoughtOn: found.text(i, "asked_on"),
			Link: registers.Link{Number: found.text(i, "number"), Site: found.text(i, "establishment"), Relation: registers.Relation(found.text(i, "relation"))}}
		l.Probability, _ = found.Values[i][7].(float64)
		l.Rival, _ = found.Values[i][8].(float64)
		if n := len(out.Links); n == 0 || out.Links[n-1].Party != l.Party || out.Links[n-1].Register != l.Register { // the last one counts
			out.Links = append(out.Links, l)
		}
	}
	return nil
}

// lastAnswer reads the last answer to a question that the base holds.
func (p *Project) lastAnswer(ctx context.Context, base connectors.Reader, s *config.Source, key string, night time.Time, a *RegisterAnswer) error {
	d := p.Warehouse.Dialect()
	found, err := rows(ctx, base, fmt.Sprintf("SELECT f.* FROM %s f JOIN %s l ON l.delivery_id = f.delivery_id WHERE f.source = %s AND f.record_id = %s ORDER BY l.seq DESC NULLS LAST LIMIT 1",
		p.Warehouse.Base("in_registry_firms"), p.Warehouse.Base("base_deliveries"), d.String(s.Name), d.String(key)))
	if err != nil || len(found.Values) == 0 {
		return err
	}
	a.AskedOn, a.Delivery = found.text(0, "asked_on"), found.text(0, "delivery_id")
	a.Known, _ = found.Values[0][slices.Index(found.Columns, "known")].(bool)
	asked, _ := time.Parse(time.DateOnly, a.AskedOn) // a date of the base
	a.Stale = asked.Before(s.Register.RefreshAfter.Before(night))
	for _, f := range answerFields {
		if v := found.Values[0][slices.Index(found.Columns, f.column)]; v != nil {
			a.Values = append(a.Values, RegisterValue{Field: cmp.Or(f.field, f.column), Value: fmt.Sprint(v)})
		}
	}
	return p.answered(ctx, base, s.Name, key, a)
}

// answered adds what a register said besides: names and addresses in further languages,
// and how the firm is reached.
func (p *Project) answered(ctx context.Context, base connectors.Reader, source, key string, a *RegisterAnswer) error {
	d := p.Warehouse.Dialect()
	of := func(table string) (Rows, error) {
		return rows(ctx, base, fmt.Sprintf("SELECT * FROM %s WHERE source = %s AND firm = %s AND delivery_id = %s ORDER BY record_id ASC NULLS LAST",
			p.Warehouse.Base("in_registry_"+table), d.String(source), d.String(key), d.String(a.Delivery)))
	}
	names, err := of("names")
	if err != nil {
		return err
	}
	for i := range names.Values {
		v := RegisterValue{Field: names.text(i, "kind") + "_name", Value: names.text(i, "name"), Detail: names.text(i, "language")}
		if at := slices.IndexFunc(a.Values, func(x RegisterValue) bool { return x.Field == v.Field && x.Value == v.Value }); at >= 0 {
			a.Values[at].Detail = v.Detail
			continue
		}
		a.Values = append(a.Values, v)
	}
	places, err := of("places")
	if err != nil {
		return err
	}
	for i := range places.Values {
		place := registry.Place{Street: places.text(i, "street"), House: places.text(i, "house_number"), Box: places.text(i, "box"),
			Postcode: places.text(i, "postcode"), Town: places.text(i, "municipality"), Country: places.text(i, "country")}
		a.Values = append(a.Values, RegisterValue{Field: places.text(i, "kind"), Value: place.Text(), Detail: places.text(i, "language")})
	}
	points, err := of("contact_points")
	if err != nil {
		return err
	}
	for i := range points.Values {
		a.Values = append(a.Values, RegisterValue{Field: points.text(i, "kind"), Value: points.text(i, "value")})
	}
	return nil
}
