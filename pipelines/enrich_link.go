package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/zeebo/xxh3"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
)

// teachers is how many firms whose number is known show how sources differ from a register.
const teachers = 20_000

// linkEvery is how much newer a copy must be for parties to be looked for in it again.
const linkEvery = 30 * 24 * time.Hour

// link looks in the copy of a register for those firms that no source knows the number of, or
// whose number is gone, and lands what is found. A copy that can't be searched is in the report,
// and keeps no night from ending.
func (e *enrichment) link(ctx context.Context, s *config.Source, pending []*conformed, asOf registry.Date, out *RegisterReport) ([]connectors.Landing, error) {
	parties, err := e.seekable(ctx, s, pending)
	if err != nil {
		return nil, err
	}
	day, err := time.Parse(time.DateOnly, string(asOf))
	if err != nil {
		return nil, fmt.Errorf("the day of the copy of %s: %w", s.Register.Name, err)
	}
	due := func(p registers.Party) bool {
		last, asked := e.last[s.Name][registers.LinkKey(p)]
		return !asked || last.Hash != p.Hash() || day.Sub(last.On) >= linkEvery
	}
	var asked, known []registers.Party
	for _, p := range parties {
		switch {
		case p.Number != "" && !p.Gone:
			known = append(known, p)
		case due(p):
			asked = append(asked, p)
		}
	}
	if out.Sought = len(asked); len(asked) == 0 {
		return nil, nil
	}
	// Those that come first by hash: they stay when others come and go.
	slices.SortFunc(known, func(a, b registers.Party) int {
		return cmp.Or(cmp.Compare(xxh3.HashString(a.Ref()), xxh3.HashString(b.Ref())), strings.Compare(a.Ref(), b.Ref()))
	})
	links, err := e.registers.Link(ctx, s.Register.Name, slices.Concat(asked, known[:min(len(known), teachers)]), s.Register.LinkAbove)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		out.Error = FailureOf(err).Public()
		return nil, nil
	}
	var landed []connectors.Landing
	for from := 0; from < len(asked); from += landLinks {
		to := min(from+landLinks, len(asked))
		list := make([]registers.Landed, 0, to-from)
		for i, p := range asked[from:to] {
			l, err := registers.LandedLink(s.Register.Name, p, links[from+i], asOf)
			if err != nil {
				return landed, err
			}
			if list = append(list, l); links[from+i].Number != "" {
				out.Linked++
			}
			e.remember(s.Name, l.Key(), e.registers.Recall(s.Register.Name, l))
		}
		l, err := e.land(ctx, s, list, fmt.Sprintf("links of %s, part %d", e.night.AsOf.Format(time.DateOnly), len(landed)+1), "")
		if err != nil {
			return landed, err
		}
		landed = append(landed, l)
	}
	return landed, nil
}

// landLinks is how many links land at a time.
const landLinks = 10_000

// found adds the firms that were found for parties to those that registers are asked about.
func (e *enrichment) found() {
	numbers := map[string]bool{}
	for _, answers := range e.last {
		for _, last := range answers {
			if last.Number != "" {
				numbers[last.Number] = true
			}
		}
	}
	for _, number := range slices.Sorted(maps.Keys(numbers)) {
		e.firms = append(e.firms, registers.Firm{Enterprise: number, Class: newcomer})
	}
}

// partyColumns are what a party is told by and looked for by.
var partyColumns = []string{"kind", "source", "record_id", "country", "enterprise_number", "vat_number", "name", "legal_name", "trade_name", "legal_form_code",
	"street", "house_number", "box", "postcode", "municipality", "phone", "mobile", "email", "website"}

// partyRow are the values of partyColumns of a party.
type partyRow []string

func (r partyRow) text(column string) string {
	return strings.Clone(r[slices.Index(partyColumns, column)]) // the row is that of a batch
}

// texts are the values of columns, without those that are not there.
func (r partyRow) texts(columns ...string) (out []string) {
	for _, c := range columns {
		if v := r.text(c); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// number is the one by which the national register of a card knows the party, "" for none.
func (r partyRow) number(c registry.Card) string {
	return registers.Firm{Enterprise: r.text("enterprise_number"), VAT: r.text("vat_number"), Country: r.text("country")}.NumberOf(c)
}

// seeker reads parties that may be looked for in a register.
type seeker struct {
	card registry.Card
	of   map[string]registers.Party
}

// add takes in a party, in the place of what was known of it before, with the number of
// its customer and whether that is gone, where it has one.
func (s *seeker) add(row partyRow, number string, gone bool) {
	if row.text("kind") != "organisation" {
		return
	}
	p := registers.Party{Source: row.text("source"), Record: row.text("record_id"), Number: number, Gone: gone, Names: row.texts("name", "legal_name", "trade_name"), Form: row.text("legal_form_code"),
		Street: row.text("street"), HouseNumber: row.text("house_number"), Box: row.text("box"), Postcode: row.text("postcode"), Town: row.text("municipality"),
		Phones: row.texts("phone", "mobile"), Email: row.text("email"), Website: row.text("website")}
	if number == "" {
		p.Number = row.number(s.card)
	}
	if !s.card.Covers(row.text("country")) || len(p.Names) == 0 {
		delete(s.of, p.Ref())
		return
	}
	s.of[p.Ref()] = p
}

// seekable returns the firms among the parties of the base and of tonight, by what each can
// be looked for, in the order of their references; those with a number too, which teach.
func (e *enrichment) seekable(ctx context.Context, source *config.Source, pending []*conformed) ([]registers.Party, error) {
	s := &seeker{card: e.registers.Card(source.Register.Name), of: map[string]registers.Party{}}
	base, err := e.lookBase(ctx)
	if err != nil {
		return nil, err
	}
	defer base.Close()
	columns := "p." + strings.Join(partyColumns, ", p.")
	sql := fmt.Sprintf(`SELECT %s, o.enterprise_number AS own_number, o.vat_number AS own_vat, o.registry_status
FROM %s p
JOIN %s l ON l.delivery_id = p.delivery_id
JOIN %s m ON m.source = p.source AND m.record_id = p.record_id
JOIN %s o ON o.customer_id = m.customer_id
WHERE p.kind = 'organisation'
ORDER BY l.seq ASC NULLS LAST, p.source ASC NULLS LAST, p.record_id ASC NULLS LAST`, columns, e.table("in_parties"), e.table("base_deliveries"), e.table("base_members"), e.table("organisations"))
	err = base.Read(ctx, sql, func(rec arrow.Record) error {
		row, n := make(partyRow, len(partyColumns)), len(partyColumns)
		for i := range int(rec.NumRows()) {
			for c := range row {
				row[c] = text(rec, c, i)
			}
			own := registers.Firm{Enterprise: text(rec, n, i), VAT: text(rec, n+1, i), Country: row.text("country")}.NumberOf(s.card)
			s.add(row, own, own != "" && text(rec, n+2, i) == "not found")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range pending {
		for _, t := range c.tables {
			if t.mapping.Target != "parties" {
				continue
			}
			if err := readColumnsOf(ctx, t.file, partyColumns, func(values []string) { s.add(values, "", false) }); err != nil {
				return nil, err
			}
		}
	}
	out := make([]registers.Party, 0, len(s.of))
	for _, ref := range slices.Sorted(maps.Keys(s.of)) {
		out = append(out, s.of[ref])
	}
	return out, nil
}
