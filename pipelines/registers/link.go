package registers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clientele/connectors/registry"
	"clientele/transforms/match"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
	"clientele/transforms/normalize"
)

// Party is a firm as a source knows it, by what it can be found in a register.
type Party struct {
	Source, Record string
	// Number is the one that the register knows it by, "" where none is known. Those that
	// have one are not looked for: they show how sources differ from the register.
	Number string
	// Gone says that the register does not know the number any more.
	Gone                     bool
	Names                    []string
	Form                     string // legal form, like BE-BV
	Street, HouseNumber, Box string
	Postcode, Town           string
	Phones                   []string
	Email, Website           string
}

// Ref is the party in one text, as people write it.
func (p Party) Ref() string { return p.Source + ":" + p.Record }

// Hash tells whether what a party is found by is what it was.
func (p Party) Hash() string {
	sum := sha256.New()
	for _, v := range slices.Concat(p.Names, []string{"", p.Form, p.Street, p.HouseNumber, p.Box, p.Postcode, p.Town, p.Email, p.Website, ""}, p.Phones) {
		fmt.Fprintf(sum, "%q\n", v)
	}
	if p.Gone {
		fmt.Fprintln(sum, "gone")
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// Relation says what a party is to the registered firm that was found for it.
type Relation string

// The relations.
const (
	// Likeness: name and place say that the party is the firm.
	Likeness Relation = "likeness"
	// Renamed: place, phone or site say so, and the register has another name.
	Renamed Relation = "renamed"
	// Branch: the party is at an establishment of the firm, not at its seat.
	Branch Relation = "branch"
	// Succeeded: the number of the party is gone from the register, and the firm is found in its
	// place: it took the party over, or goes on under another number.
	Succeeded Relation = "succeeded"
)

// Link is the registered firm that was found for a party.
type Link struct {
	Number      string   `json:"number,omitempty"` // "" where none was found
	Site        string   `json:"establishment,omitempty"`
	Relation    Relation `json:"relation,omitempty"`
	Probability float64  `json:"probability,omitempty"`
	// Rival is the probability of the firm that comes next.
	Rival float64 `json:"rival,omitempty"`
}

// keyParty is what landed links are asked by.
const keyParty registry.Key = "party"

// LinkKey is Landed.Key of the link of a party.
func LinkKey(p Party) string { return key(keyParty, p.Ref()) }

// LandedLink is a link as nights land it, of a copy of a day.
func LandedLink(name string, p Party, l Link, asOf registry.Date) (Landed, error) {
	body, err := json.Marshal(l)
	if err != nil {
		return Landed{}, fmt.Errorf("write a link to %s: %w", name, err)
	}
	return Landed{By: keyParty, Number: p.Ref(), AskedOn: asOf, Answers: []registry.Answer{
		{Register: name, Call: "link", About: p.Hash(), Media: "application/json", Status: 200, AskedAt: day(asOf), Body: body}}}, nil
}

// Link returns the link that a landed answer is; ok is false for answers of firms.
func (l Landed) Link() (link Link, ok bool, err error) {
	if l.By != keyParty {
		return Link{}, false, nil
	}
	if len(l.Answers) != 1 {
		return Link{}, true, registry.Garbled("link", nil)
	}
	if err := json.Unmarshal(l.Answers[0].Body, &link); err != nil {
		return Link{}, true, registry.Garbled("link", err)
	}
	return link, true, nil
}

// linkFields are what parties are compared by with firms of a register.
func linkFields(country string) []records.Field {
	return []records.Field{
		{Name: "name", Kind: records.FirmName, Country: country}, {Name: "legal_form", Kind: records.Category}, {Name: "website", Kind: records.Website},
		{Name: "street", Kind: records.Street, Country: country}, {Name: "house_number", Kind: records.HouseNumber}, {Name: "box", Kind: records.Box},
		{Name: "postcode", Kind: records.Postcode, Country: country}, {Name: "town", Kind: records.Town},
		{Name: "phone", Kind: records.Phone, Country: country}, {Name: "email", Kind: records.Email},
	}
}

// theRegister and theParties are the sources of what is matched.
const (
	theParties  = "parties"
	theRegister = "register"
)

// leastLink is the probability below which a pair is not looked at again.
const leastLink = .02

// Lists reports whether a register can tell all firms that it has.
func (r *Registers) Lists(name string) bool {
	_, ok := r.list[r.index(name)].Provider.(registry.Listing)
	return ok
}

// Link looks parties up in the copy of a register, by a model that it trains on all of them: those
// whose number is known are labels. It returns what was found of those without number, and of
// those whose number is gone, in their order; a firm that is less probable than least is none.
func (r *Registers) Link(ctx context.Context, name string, parties []Party, least float64) ([]Link, error) {
	x := r.list[r.index(name)]
	cfg := match.Config{Fields: linkFields(x.Card().Countries[0]), Register: theRegister, ReviewAbove: leastLink, AcceptAbove: max(least, leastLink)}
	recs, err := linkRecords(ctx, x.Provider.(registry.Listing), cfg.Fields, parties)
	if err != nil {
		return nil, err
	}
	out := make([]Link, len(parties))
	if len(recs.Sources) < 2 { // no parties, or an empty register
		return out, nil
	}
	m, err := match.TrainTold(ctx, cfg, recs, match.Told{Labels: linkLabels(recs, parties)})
	if err != nil {
		return nil, err
	}
	found, err := match.Match(ctx, cfg, recs, m, match.Decisions{})
	if err != nil {
		return nil, err
	}
	first := int32(len(parties)) // of the register, which stands behind them
	firm := firmsOf(recs, first)
	names := slices.IndexFunc(m.Comparisons, func(c model.Comparison) bool { return c.Role == records.RoleFirm })
	asked := func(i int32) bool { return parties[i].Number == "" || parties[i].Gone }
	for _, f := range found.Found(asked, func(i int32) int32 { return firm[i-first] }) {
		if f.Probability < least {
			continue
		}
		p := parties[f.Record]
		l := Link{Relation: Likeness, Probability: f.Probability, Rival: f.Rival}
		l.Number, l.Site = listedAs(recs, f.Is)
		_, levels := found.Scorer.Score(f.Record, f.Is)
		switch differs := int(levels[names]) == len(m.Comparisons[names].Levels); {
		case p.Gone && l.Number == p.Number:
			continue
		case p.Gone:
			l.Relation = Succeeded
		case differs:
			l.Relation = Renamed
		case l.Site != "":
			l.Relation = Branch
		}
		out[f.Record] = l
	}
	return out, nil
}

// linkRecords makes records of parties, and behind them of all that a register lists.
func linkRecords(ctx context.Context, register registry.Listing, fields []records.Field, parties []Party) (*records.Records, error) {
	b, err := records.NewBuilder(fields)
	if err != nil {
		return nil, err
	}
	for i, p := range parties {
		b.Add(theParties, fmt.Sprintf("%09d", i), [][]string{p.Names, some(p.Form), sites(some(p.Website), some(p.Email)), some(p.Street), some(p.HouseNumber), some(p.Box),
			some(p.Postcode), some(p.Town), p.Phones, some(p.Email)})
	}
	err = register.List(ctx, func(l registry.Listed) error {
		form, _ := LegalForm(l.Form)
		b.Add(theRegister, l.Number+ofSite+l.Site, [][]string{l.Names, some(form), sites(l.Sites, l.Emails), l.Streets, some(l.House), some(l.Box), some(l.Postcode), l.Towns, l.Phones, l.Emails})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.Records()
}

// ofSite stands in the ids of listed records between the number of the firm and that of
// the establishment, "" for its seat.
const ofSite = "/"

// listedAs is the firm, and the establishment, that a record of the register is.
func listedAs(recs *records.Records, i int32) (number, site string) {
	number, site, _ = strings.Cut(recs.ID(i), ofSite)
	return number, site
}

// linkLabels labels the parties whose number is known, and the seats of the firms that they are.
func linkLabels(recs *records.Records, parties []Party) []string {
	labels, known := make([]string, recs.Len()), map[string]bool{}
	for i, p := range parties {
		if p.Number != "" && !p.Gone {
			labels[i], known[p.Number] = p.Number, true
		}
	}
	for i := int32(len(parties)); i < int32(recs.Len()); i++ {
		if number, site := listedAs(recs, i); site == "" && known[number] {
			labels[i] = number
		}
	}
	return labels
}

// firmsOf numbers the firms that listed records are of, of which the first is told.
func firmsOf(recs *records.Records, first int32) []int32 {
	out := make([]int32, int32(recs.Len())-first)
	last, n := "", int32(-1)
	for i := range out { // in the order of their numbers
		if number, _ := listedAs(recs, first+int32(i)); number != last {
			last, n = number, n+1
		}
		out[i] = n
	}
	return out
}

func some(v string) []string {
	if v == "" {
		return nil
	}
	return []string{v}
}

// linkRows are the rows of the input tables of registers that a link makes.
func linkRows(l Landed, link Link, from Origin) [][]Row {
	source, record, _ := strings.Cut(l.Number, ":")
	w := &rowWriter{from: from, observed: day(l.AskedOn)}
	values := map[string]any{"link_source": source, "link_record": record, "asked_on": day(l.AskedOn), "party_hash": l.Answers[0].About}
	if link.Number != "" {
		values["number"], values["relation"], values["probability"], values["rival"] = link.Number, string(link.Relation), link.Probability, link.Rival
	}
	if link.Site != "" {
		values["establishment"] = link.Site
	}
	w.add("links", l.Key(), values)
	return w.tables
}

// Recall is what is remembered of a landed answer of a register.
func (r *Registers) Recall(name string, l Landed) Last {
	out := Last{On: day(l.AskedOn), Hash: l.Hash()}
	if link, ok, err := l.Link(); ok {
		if err == nil {
			out.Known, out.Number, out.Hash = link.Number != "", link.Follows(), l.Answers[0].About
		}
		return out
	}
	if l.By == registry.KeyNACE {
		out.Known = true
		return out
	}
	_, known, err := r.read(name, l)
	out.Known = err == nil && known
	return out
}

// Follows is the number by which registers are asked about a party that was linked, "" for none.
func (l Link) Follows() string {
	if l.Relation == Succeeded {
		return ""
	}
	return l.Number
}

// sites returns web sites, and the domains of addresses of mail that are a firm's own.
func sites(hosts, emails []string) []string {
	for _, e := range emails {
		if addr, ok := normalize.Email(e); ok && !normalize.IsPublicMailHost(normalize.EmailDomain(addr)) {
			hosts = append(slices.Clip(hosts), normalize.EmailDomain(addr))
		}
	}
	return hosts
}
