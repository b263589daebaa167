package match

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
)

// Probabilistic joins parties that are alike enough: firms under one model, persons under
// another, and firms with those who may stand for them under a third. docs/matching.md
// has the model.
type Probabilistic struct {
	// AcceptAbove and ReviewAbove are those of Config.
	AcceptAbove, ReviewAbove float64
	// Country is the ISO code of the country whose notations parties use where
	// they do not say it.
	Country string
	// Models are those of the night before. A kind of party that has none is
	// trained.
	Models Models
	// Decided is what people decided.
	Decided Decisions
	// Compare are columns that are compared beside those of all parties, or otherwise.
	Compare []Compared
	// Keep, where it is not nil, keeps of the matching what Rematch goes on from.
	Keep Keeper
}

// Compared is a column of parties that a company wants compared, by the kind of its
// values.
type Compared struct {
	Column string
	Kind   records.Kind
	// Levels are those of records.Field.
	Levels string
	// Of is the kind of party of which it is compared, "" for both.
	Of string
}

// Models are models by kind of party.
type Models map[string]*model.Model

// Kinds returns the kinds that there are models of, in order.
func (m Models) Kinds() []string { return slices.Sorted(maps.Keys(m)) }

// The kinds of parties that have a model of their own.
const (
	KindOrganisation = "organisation"
	KindPerson       = "person"
	// KindContact is that of pairs of a firm and a person who may stand for it: a contact who
	// left the company out, a person in trade, a firm whose name does not tell that it is one.
	KindContact = "contact"
)

// outgrown is how many times as many parties as a model was trained on make it
// that of another company: its rules were chosen for the number of pairs there
// were then.
const outgrown = 4

// likeness is the rule of parties that no rule of the plan stands for: where there
// are few, all are compared.
const likeness = "likeness"

// feed is a field of records and the columns of parties that are its values.
type feed struct {
	field   string
	kind    records.Kind
	columns []string
	levels  string
}

// where parties are and how they are reached, of both kinds.
var reached = []feed{
	{"street", records.Street, []string{"street"}, ""},
	{"house_number", records.HouseNumber, []string{"house_number"}, ""},
	{"box", records.Box, []string{"box"}, ""},
	{"postcode", records.Postcode, []string{"postcode"}, ""},
	{"town", records.Town, []string{"municipality"}, ""},
	{"phone", records.Phone, []string{"phone", "mobile"}, ""},
	{"email", records.Email, []string{"email"}, ""},
}

var feeds = map[string][]feed{
	KindOrganisation: append([]feed{
		{"name", records.FirmName, []string{"name", "legal_name", "trade_name"}, ""},
		{"legal_form", records.Category, []string{"legal_form_code"}, ""},
		{"enterprise_number", records.Enterprise, []string{"enterprise_number"}, ""},
		{"vat_number", records.Enterprise, []string{"vat_number"}, ""},
		{"website", records.Website, []string{"website"}, ""},
	}, reached...),
	KindPerson: append([]feed{
		{"given_name", records.GivenName, []string{"given_name"}, ""},
		{"family_name", records.FamilyName, []string{"family_name"}, ""},
		{"birth_date", records.BirthDate, []string{"birth_date"}, ""},
	}, reached...),
	KindContact: append([]feed{
		{"name", records.FirmName, []string{"name", "legal_name", "trade_name"}, ""},
	}, reached...),
}

// Name returns "probabilistic".
func (*Probabilistic) Name() string { return "probabilistic" }

// Columns returns what parties are compared by, each once.
func (p *Probabilistic) Columns() []string {
	columns := append(slices.Clone(partyColumns), "organisation", "birth_date")
	for _, kind := range []string{KindOrganisation, KindPerson} {
		for _, f := range p.feeds(kind) {
			for _, c := range f.columns {
				if !slices.Contains(columns, c) {
					columns = append(columns, c)
				}
			}
		}
	}
	return columns
}

// Where Columns has what tells that a person is no firm's record.
var (
	organisationCol = len(partyColumns)
	birthDateCol    = organisationCol + 1
)

// feeds returns what parties of a kind are compared by.
func (p *Probabilistic) feeds(kind string) []feed {
	out := slices.Clone(feeds[kind])
	for _, c := range p.Compare {
		if c.Of != "" && c.Of != kind {
			continue
		}
		own := feed{c.Column, c.Kind, []string{c.Column}, c.Levels}
		if at := slices.IndexFunc(out, func(f feed) bool { return f.field == c.Column }); at >= 0 {
			out[at] = own
		} else {
			out = append(out, own)
		}
	}
	return out
}

// Shared returns no column: two parties may be one that have no value in common.
func (*Probabilistic) Shared() []string { return nil }

// Cluster joins the parties of each kind under its model, and then firms with those who
// stand for them.
func (p *Probabilistic) Cluster(ctx context.Context, parties Reader) (*Clusters, error) {
	c := &Clusters{Models: Models{}}
	pools, err := p.read(ctx, parties, c, reading{})
	if err != nil {
		return nil, fmt.Errorf("match parties: %w", err)
	}
	v, all := p.Decided.verdicts(), newJoined(len(c.Parties))
	for _, pool := range pools {
		found, err := p.join(ctx, pool, c, v)
		if err != nil {
			return nil, fmt.Errorf("match parties of kind %s: %w", pool.kind, err)
		}
		all.add(pool, found)
	}
	all.tell(c, v)
	c.askOfTwo()
	return c, nil
}

// askOfTwo leaves only those pairs to be asked about that are not one by now, as those of
// one kind may be joined by one of the other.
func (c *Clusters) askOfTwo() {
	root := map[Record]int32{}
	for _, g := range c.Grey {
		root[g.A], root[g.B] = -1, -1
	}
	for i, p := range c.Parties {
		r := Record{p.Source, p.Record}
		if _, asked := root[r]; asked {
			root[r] = c.Root[i]
		}
	}
	c.Grey = slices.DeleteFunc(c.Grey, func(g GreyPair) bool { return root[g.A] == root[g.B] })
}

// pool holds the parties of one kind.
type pool struct {
	kind    string
	config  Config
	builder *records.Builder
	feeds   [][]int // per field the columns of a batch
	parties []int32 // place among all parties, in the order of adding
}

func (p *Probabilistic) pool(kind string) (*pool, error) {
	out := &pool{kind: kind, config: Config{AcceptAbove: p.AcceptAbove, ReviewAbove: p.ReviewAbove}}
	columns := p.Columns()
	for _, f := range p.feeds(kind) {
		out.config.Fields = append(out.config.Fields, records.Field{Name: f.field, Kind: f.kind, Country: p.Country, Levels: f.levels})
		at := make([]int, len(f.columns))
		for i, c := range f.columns {
			at[i] = slices.Index(columns, c)
		}
		out.feeds = append(out.feeds, at)
	}
	var err error
	out.builder, err = records.NewBuilder(out.config.Fields)
	return out, err
}

// reading is what is read of parties.
type reading struct {
	wanted func(Record) bool // nil for all
	// numbered says that the last column of parties is their number; else they are numbered
	// in their order.
	numbered bool
}

// read makes records of parties, and of each a cluster of its own.
func (p *Probabilistic) read(ctx context.Context, parties Reader, c *Clusters, as reading) ([]*pool, error) {
	firms, err := p.pool(KindOrganisation)
	if err != nil {
		return nil, err
	}
	persons, err := p.pool(KindPerson)
	if err != nil {
		return nil, err
	}
	contacts, err := p.pool(KindContact)
	if err != nil {
		return nil, err
	}
	contacts.config.LinkOnly = true
	sources, columns := map[string]string{}, p.Columns()
	if as.numbered {
		columns = append(columns, Number)
	}
	err = parties(func(rec arrow.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := newRow(rec, columns)
		if err != nil {
			return err
		}
		for i := range int(rec.NumRows()) {
			if as.wanted != nil && !as.wanted(Record{r.text(sourceCol, i), r.text(recordCol, i)}) {
				continue
			}
			at := int32(len(c.Parties))
			party := r.party(i, sources)
			if party.Number = at + 1; as.numbered {
				party.Number = r.number(i)
			}
			c.Parties = append(c.Parties, party)
			c.Root, c.Rule, c.Probability = append(c.Root, at), append(c.Rule, ""), append(c.Probability, 1)
			switch id := contactID(Record{party.Source, party.Record}); {
			case r.kind(i) == "o":
				firms.add(r, i, at, party.Source, party.Record)
				contacts.add(r, i, at, KindOrganisation, id)
			default:
				persons.add(r, i, at, party.Source, party.Record)
				if mayStandForFirm(r, i) {
					contacts.add(r, i, at, KindPerson, id)
				}
			}
		}
		return nil
	})
	return []*pool{firms, persons, contacts}, err
}

// mayStandForFirm reports whether a person may be a firm's record: not whose birth is told,
// nor who is known to work for a firm of the same source.
func mayStandForFirm(r *row, i int) bool {
	return r.value(birthDateCol, i) == "" && r.text(organisationCol, i) == ""
}

// contactID is how a party is called among contacts, whose sources are the kinds.
func contactID(r Record) string { return r.Source + "\x00" + r.ID }

// record returns the party that a record of a matching of the pool is.
func (o *pool) record(found *Matching, i int32) Record {
	r := found.record(i)
	if o.config.LinkOnly {
		r.Source, r.ID, _ = strings.Cut(r.ID, "\x00")
	}
	return r
}

// add adds the party of a row, called id in source.
func (o *pool) add(r *row, i int, at int32, source, id string) {
	values := make([][]string, len(o.feeds))
	for f, columns := range o.feeds {
		for _, c := range columns {
			if v := r.value(c, i); v != "" {
				values[f] = append(values[f], strings.Clone(v)) // the batch goes before it is normalised
			}
		}
	}
	o.builder.Add(source, id, values)
	o.parties = append(o.parties, at)
}

// join matches the parties of a pool under the model that is kept, or one that is
// trained on them. It returns nil where there are no two.
func (p *Probabilistic) join(ctx context.Context, o *pool, c *Clusters, v *verdicts) (found *Matching, err error) {
	kept := p.Models[o.kind]
	recs, err := o.builder.Records()
	if err != nil {
		return nil, err
	}
	var numbers []int32
	if p.Keep != nil {
		numbers = o.numbers(c, recs)
		if err := p.Keep.Parts(o.kind, everyone(numbers)); err != nil {
			return nil, err
		}
	}
	if recs.Len() < 2 || o.config.LinkOnly && len(recs.Sources) < 2 {
		if kept != nil {
			c.Models[o.kind] = kept
		}
		return nil, nil
	}
	m := kept
	if !o.fits(m, recs.Len()) {
		if m, err = TrainTold(ctx, o.config, recs, Told{Shares: o.shares(c.Models)}); err != nil {
			return nil, err
		}
	}
	c.Models[o.kind] = m
	if p.Keep == nil {
		if found, err = Match(ctx, o.config, recs, m, o.heeds(c, v)); err != nil {
			return nil, err
		}
	} else if found, err = p.matchAndKeep(ctx, o, recs, m, o.heeds(c, v), numbers); err != nil {
		return nil, err
	}
	o.tell(found, c, v)
	return found, nil
}

// matchAndKeep is Match, and keeps of it what Rematch goes on from.
func (p *Probabilistic) matchAndKeep(ctx context.Context, o *pool, recs *records.Records, m *model.Model, decided Decisions, numbers []int32) (*Matching, error) {
	var mu sync.Mutex
	var failed error
	found, err := matchKeeping(ctx, o.config, recs, m, decided, func(parts []blocking.Part) {
		for i := range parts {
			parts[i].Record = numbers[parts[i].Record]
		}
		if err := p.Keep.Parts(o.kind, parts); err != nil {
			mu.Lock()
			failed = errors.Join(failed, err)
			mu.Unlock()
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return nil, err
	}
	pairs := make([]KeptPair, len(found.Pairs))
	for i, pair := range found.Pairs {
		pairs[i] = keptPair(pair, numbers)
	}
	return found, p.Keep.Pairs(o.kind, pairs)
}

// heeds returns what people decided on the parties of a pool. What they decided across kinds
// is heeded when kinds are joined.
func (o *pool) heeds(c *Clusters, v *verdicts) Decisions {
	if o.config.LinkOnly {
		return Decisions{}
	}
	return o.decided(c, v)
}

// tell adds the pairs of a matching of the pool that people are asked about, and heeds what
// its clusters make of verdicts.
func (o *pool) tell(found *Matching, c *Clusters, v *verdicts) {
	for _, pair := range found.Grey() {
		c.Grey = append(c.Grey, GreyPair{Kind: o.kind, A: o.record(found, pair.A), B: o.record(found, pair.B), Bits: float64(pair.Bits)})
	}
	if !o.config.LinkOnly {
		o.unite(found, v)
	}
}

// shares are, for pairs of a firm and a person, what firms and persons tell of where and how
// one is reached. Those who stand for a firm are few: among them, who merely has the name
// of a firm elsewhere would be taken for a match that moved.
func (o *pool) shares(models Models) map[string][]float64 {
	if o.kind != KindContact {
		return nil
	}
	out := map[string][]float64{}
	firms, persons := models[KindOrganisation].Levels(), models[KindPerson].Levels()
	for column, of := range firms {
		other := persons[column]
		if len(other) != len(of) {
			continue
		}
		for l := range of {
			out[column] = append(out[column], (of[l].M+other[l].M)/2)
		}
	}
	return out
}

// decided returns what people decided on the parties of a pool.
func (o *pool) decided(c *Clusters, v *verdicts) Decisions {
	if len(v.ids) == 0 {
		return Decisions{}
	}
	own := make([]Record, len(o.parties))
	for i, at := range o.parties {
		own[i] = Record{c.Parties[at].Source, c.Parties[at].Record}
	}
	return v.within(own)
}

// unite makes the verdicts on the parties of each cluster those of one: what people
// said of one of them then holds for the others, in other pools too.
func (o *pool) unite(found *Matching, v *verdicts) {
	set := map[int32]int32{} // by cluster
	for i, cluster := range found.Cluster {
		own := v.of(found.record(int32(i)))
		if own < 0 {
			continue
		}
		if first, ok := set[cluster]; ok {
			v.unite(first, own)
		} else {
			set[cluster] = own
		}
	}
}

// fits reports whether a model is one of these fields, and of about as many
// parties.
func (o *pool) fits(m *model.Model, parties int) bool {
	return m != nil && m.Version == model.Version && slices.Equal(m.Fields, o.config.Fields) && parties <= outgrown*m.Report.Records
}
