package kvk

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"clientele/connectors"
	"clientele/connectors/registry"
)

// profile is the answer of Basisprofiel. Links are left out: older answers have
// an array of them, newer ones an object.
type profile struct {
	Number     string  `json:"kvkNummer"`
	NonMailing string  `json:"indNonMailing"`
	Name       string  `json:"naam"`
	Statutory  string  `json:"statutaireNaam"`
	Registered string  `json:"formeleRegistratiedatum"`
	Period     period  `json:"materieleRegistratie"`
	Workers    *int    `json:"totaalWerkzamePersonen"`
	Trade      []trade `json:"handelsnamen"`
	SBI        []sbi   `json:"sbiActiviteiten"`
	Embedded   struct {
		Owner struct {
			RSIN      string    `json:"rsin"`
			Form      string    `json:"rechtsvorm"`
			Extended  string    `json:"uitgebreideRechtsvorm"`
			Addresses []address `json:"adressen"`
			Sites     []string  `json:"websites"`
		} `json:"eigenaar"`
		Main *branch `json:"hoofdvestiging"`
	} `json:"_embedded"`
}

type period struct {
	From string `json:"datumAanvang"`
	To   string `json:"datumEinde"`
}

type trade struct {
	Name  string `json:"naam"`
	Order int    `json:"volgorde"`
}

type sbi struct {
	Code string `json:"sbiCode"`
	Text string `json:"sbiOmschrijving"`
	Main string `json:"indHoofdactiviteit"`
}

type branch struct {
	Number    string    `json:"vestigingsnummer"`
	Name      string    `json:"eersteHandelsnaam"`
	Period    period    `json:"materieleRegistratie"`
	Workers   *int      `json:"totaalWerkzamePersonen"`
	Addresses []address `json:"adressen"`
	Sites     []string  `json:"websites"`
}

type address struct {
	Type     string      `json:"type"`
	Shielded string      `json:"indAfgeschermd"`
	Street   string      `json:"straatnaam"`
	House    json.Number `json:"huisnummer"`
	Letter   string      `json:"huisletter"`
	Addition string      `json:"huisnummerToevoeging"`
	Box      json.Number `json:"postbusnummer"`
	Postcode string      `json:"postcode"`
	Town     string      `json:"plaats"`
	Country  string      `json:"land"`
	Whole    string      `json:"volledigAdres"`
}

// Parse implements registry.Caller. It reads profiles and what a search found, of
// which each registered firm is one record.
func (*Client) Parse(answers []registry.Answer) ([]registry.Record, error) {
	var out []registry.Record
	for _, a := range answers {
		if a.Status == http.StatusNotFound && unknown(a.Body) {
			continue
		}
		records, err := read(a)
		if err != nil {
			return nil, registry.Garbled(card.Name, err)
		}
		out = append(out, records...)
	}
	return out, nil
}

func read(a registry.Answer) ([]registry.Record, error) {
	if a.Call == callSearch {
		return readSearch(a)
	}
	var p profile
	if err := json.Unmarshal(a.Body, &p); err != nil {
		return nil, err
	}
	if p.Number == "" {
		return nil, errNoNumber
	}
	r := registry.Record{
		Register: card.Name, Number: p.Number, AsOf: a.Day(),
		Form:    registry.LegalForm{List: "kvk", Code: p.Embedded.Owner.Form, Text: cmp.Or(p.Embedded.Owner.Extended, p.Embedded.Owner.Form)},
		Founded: registry.Compact(p.Period.From), Ended: registry.Compact(p.Period.To), Status: registry.Active,
		NonMailing: truth(p.NonMailing),
	}
	if r.Ended != "" {
		r.Status = registry.Dissolved
	}
	r.Names = names(p)
	for _, s := range p.SBI {
		r.Sectors = append(r.Sectors, registry.Sector{List: "sbi", Code: s.Code, Text: s.Text, Main: truth(s.Main) == registry.Yes})
	}
	if p.Workers != nil { // which is absent where nothing was filed: that is not zero
		r.Figures = append(r.Figures, registry.People(*p.Workers, 0, "totaalWerkzamePersonen"))
	}
	for _, place := range p.Embedded.Owner.Addresses {
		r.Places = append(r.Places, place.place())
	}
	r.Sites = p.Embedded.Owner.Sites
	if m := p.Embedded.Main; m != nil {
		r.Places = append(r.Places, m.places()...)
		for _, site := range m.Sites {
			if !slices.Contains(r.Sites, site) {
				r.Sites = append(r.Sites, site)
			}
		}
	}
	return []registry.Record{r}, nil
}

// names returns the statutory name, which only legal persons have, the name that
// the register lists the firm under where it has none, and the trade names.
func names(p profile) []registry.Name {
	legal := cmp.Or(p.Statutory, p.Name)
	out := []registry.Name{{Text: legal, Kind: registry.LegalName}}
	trades := slices.Clone(p.Trade)
	slices.SortStableFunc(trades, func(a, b trade) int { return a.Order - b.Order })
	for _, t := range trades {
		if t.Name != "" && t.Name != legal {
			out = append(out, registry.Name{Text: t.Name, Kind: registry.TradeName})
		}
	}
	return out
}

func (b *branch) places() []registry.Place {
	main := registry.Place{Kind: registry.Establishment, Number: b.Number, Name: b.Name, Status: registry.Active, Since: registry.Compact(b.Period.From)}
	if registry.Compact(b.Period.To) != "" {
		main.Status = registry.Dissolved
	}
	if b.Workers != nil {
		main.Staff = registry.People(*b.Workers, 0, "totaalWerkzamePersonen")
	}
	var out []registry.Place
	for _, a := range b.Addresses {
		p := a.place()
		if p.Kind == registry.Seat { // where it is visited
			p.Kind, p.Number, p.Name, p.Status, p.Since, p.Staff = main.Kind, main.Number, main.Name, main.Status, main.Since, main.Staff
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		out = append(out, main)
	}
	return out
}

func (a address) place() registry.Place {
	p := registry.Place{
		Kind: registry.Seat, Street: a.Street, House: strings.TrimSpace(a.House.String() + a.Letter), Box: a.Addition,
		Postcode: a.Postcode, Town: a.Town, Country: country(a.Country), Shielded: truth(a.Shielded),
	}
	if a.Type == "correspondentieadres" {
		p.Kind = registry.Post
	}
	if n := a.Box.String(); n != "" {
		p.Street, p.House = "Postbus", n
	}
	if p.Street == "" {
		p.Lines = strings.Join(strings.Fields(a.Whole), " ")
	}
	return p
}

func country(name string) string {
	if name == "" || name == "Nederland" {
		return "NL"
	}
	return name
}

func truth(word string) registry.Truth {
	switch word {
	case "Ja":
		return registry.Yes
	case "Nee":
		return registry.No
	}
	return registry.Unknown
}

// found is the answer of Zoeken.
type found struct {
	Results *[]struct {
		Number  string `json:"kvkNummer"`
		Branch  string `json:"vestigingsnummer"`
		Name    string `json:"naam"`
		Type    string `json:"type"`
		Active  string `json:"actief"`
		Address struct {
			Domestic address `json:"binnenlandsAdres"`
		} `json:"adres"`
	} `json:"resultaten"`
}

// readSearch makes a record of each firm that was found, with its name and town;
// its branches are places of it.
func readSearch(a registry.Answer) ([]registry.Record, error) {
	var f found
	if err := json.Unmarshal(a.Body, &f); err != nil {
		return nil, err
	}
	if f.Results == nil {
		return nil, errNoNumber
	}
	var out []registry.Record
	index := map[string]int{}
	for _, hit := range *f.Results {
		i, ok := index[hit.Number]
		if !ok {
			i = len(out)
			index[hit.Number] = i
			out = append(out, registry.Record{Register: card.Name, Number: hit.Number, AsOf: a.Day()})
		}
		r := &out[i]
		place := hit.Address.Domestic.place()
		place.Kind, place.Number, place.Name = registry.Establishment, hit.Branch, hit.Name
		name := registry.Name{Text: hit.Name, Kind: registry.TradeName}
		if hit.Type == "nevenvestiging" {
			r.Names = append(r.Names, name)
			r.Places = append(r.Places, place)
			continue
		}
		name.Kind = registry.LegalName // of the head office or the legal person, which go first
		if hit.Branch == "" {
			place.Kind = registry.Seat
		}
		r.Names, r.Places = slices.Insert(r.Names, 0, name), slices.Insert(r.Places, 0, place)
	}
	return out, nil
}

type faults struct {
	Faults []struct {
		Code string `json:"code"`
	} `json:"fout"`
}

// fault returns the code of the first fault in an answer, "" for none.
func fault(body []byte) string {
	var f faults
	if json.Unmarshal(body, &f) != nil || len(f.Faults) == 0 {
		return ""
	}
	return f.Faults[0].Code
}

// unknown reports whether an answer says that the register has no such firm:
// IPD0005 of profiles, IPD5200 of a search, IPD0001 of the open data.
func unknown(body []byte) bool {
	return slices.Contains([]string{"IPD0001", "IPD0005", "IPD5200"}, fault(body))
}

// refusal adds to an error what the register said: its code, and not its words,
// which repeat the number.
func refusal(a registry.Answer, err error) error {
	code := fault(a.Body)
	switch {
	case code == "":
		return err
	case code == "IPD0004" || code == "IPD0006" || code == "IPD0007" || code == "IPD0010":
		return connectors.Errorf(connectors.KindData, "refused_number", "correct the number", "%s refuses the question (%s): %w", card.Title, code, err)
	}
	return connectors.Errorf(connectors.KindOf(err), connectors.CodeOf(err), "its documentation says what the code means", "%s answers %s: %w", card.Title, code, err)
}

var errNoNumber = errors.New("no number")
