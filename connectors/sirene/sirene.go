// Package sirene reads the stock files of Sirene, the register of firms in France
// that INSEE keeps: StockUniteLegale of firms, StockEtablissement of their
// establishments, and StockEtablissementHistorique of what these were before.
package sirene

import (
	"bufio"
	"io"
	"iter"
	"strings"

	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// Options of the register.
type Options struct {
	registry.Renewal
	Paths []string
}

// Spec adds the options to s.
func (o *Options) Spec(s *option.Spec) {
	s.Strings(&o.Paths, "path", "stock files as CSV, unpacked: of firms, of establishments; relative to the config").Required().Example("[registries/StockUniteLegale_utf8.csv, registries/StockEtablissement_utf8.csv]")
	o.Renewal.Spec(s, "70d", "age from which the values of the files are stale")
}

var card = registry.Card{
	Name: "sirene", Title: "Sirene (INSEE)", Countries: []string{"FR"}, AskedBy: []registry.Key{registry.KeySIREN},
	Licence: registry.Licence{
		Name: "Licence Ouverte 2.0", URL: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/", Attribution: "Source : Insee, Sirene",
		Limits: "who is not “diffusible” objects to the use of its record for prospecting",
	},
	Fresh: "files once a month; a headcount is that of the year it names, two or three years ago",
	Gives: []string{"names", "legal form", "status", "founding", "NAF code", "headcount as a band with its year", "establishments with addresses"},
	Lacks: []string{"revenue", "directors", "telephone and web site", "name and address of who is not diffusible"},
}

// Register is the register.
type Register struct{}

// Card implements registry.Provider.
func (Register) Card() registry.Card { return card }

// Records implements registry.Bulk. The header says which of the stock files it
// is. Of establishments each is a record with no more than that place; of the
// history only what holds today is read.
func (Register) Records(r io.Reader, wanted registry.Wanted) iter.Seq2[registry.Record, error] {
	head := bufio.NewReaderSize(r, 1<<14)
	first, _ := head.Peek(1 << 13) // an error comes again when it is read
	line, _, _ := strings.Cut(string(first), "\n")
	t := registry.Table{Register: card.Name, By: registry.KeySIREN, Key: "siren", Needs: []string{"categorieJuridiqueUniteLegale", "denominationUniteLegale"}}
	record := unit
	if strings.Contains(line, "siret") {
		t.Needs, record = []string{"siret", "etatAdministratifEtablissement"}, establishment
	}
	return func(yield func(registry.Record, error) bool) {
		for x, err := range t.Records(head, wanted, record) {
			if err == nil && x.Number == "" {
				continue // a period that is over
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

func unit(row registry.Row) registry.Record {
	get := func(name string) string { return row.Get(name + "UniteLegale") }
	category := get("categorieJuridique")
	r := registry.Record{
		Register: card.Name, Number: row.Get("siren"), AsOf: registry.Instant(get("dateDernierTraitement")),
		Form:          registry.LegalForm{List: "insee", Code: category},
		Status:        status(get("etatAdministratif")),
		Filed:         get("etatAdministratif"),
		Founded:       registry.Instant(get("dateCreation")),
		Withheld:      withheld(get("statutDiffusion")),
		NaturalPerson: registry.TruthOf(strings.HasPrefix(category, "1")),
	}
	if r.Status == registry.Dissolved {
		r.Ended = registry.Instant(row.Get("dateDebut")) // of the period in which it is not
	}
	for _, n := range []struct {
		kind registry.NameKind
		text string
	}{
		{registry.LegalName, given(get("denomination"))},
		{registry.LegalName, person(given(get("prenomUsuel")), given(get("nomUsage")), given(get("nom")))},
		{registry.Abbreviation, given(get("sigle"))},
		{registry.TradeName, given(row.Get("denominationUsuelle1UniteLegale"))},
		{registry.TradeName, given(row.Get("denominationUsuelle2UniteLegale"))},
		{registry.TradeName, given(row.Get("denominationUsuelle3UniteLegale"))},
	} {
		if n.text != "" {
			r.Names = append(r.Names, registry.Name{Text: n.text, Kind: n.kind, Language: "fr"})
		}
	}
	if s := sector(get("activitePrincipale"), get("nomenclatureActivitePrincipale")); s.Code != "" {
		s.Main = true
		r.Sectors = []registry.Sector{s}
	}
	if f, ok := band(get("trancheEffectifs"), get("anneeEffectifs")); ok {
		r.Figures = []registry.Figure{f}
	}
	return r
}

// person returns the name of a natural person: the name that they go by wins over
// that of their birth.
func person(first, used, born string) string {
	if used == "" {
		used = born
	}
	if used == "" {
		return ""
	}
	return strings.TrimSpace(first + " " + used)
}

func establishment(row registry.Row) registry.Record {
	if row.Get("dateFin") != "" {
		return registry.Record{}
	}
	get := func(name string) string { return row.Get(name + "Etablissement") }
	p := registry.Place{
		Kind: registry.Establishment, Number: row.Get("siret"), Status: status(get("etatAdministratif")), Since: registry.Instant(get("dateCreation")),
		Sector: sector(get("activitePrincipale"), get("nomenclatureActivitePrincipale")),
		Street: strings.Join(strings.Fields(given(get("typeVoie"))+" "+given(get("libelleVoie"))), " "),
		House:  strings.Join(strings.Fields(given(get("numeroVoie"))+" "+given(get("indiceRepetition"))), " "),
		Box:    given(get("distributionSpeciale")), Postcode: given(get("codePostal")), Town: given(get("libelleCommune")), Country: "FR",
		Shielded: withheld(get("statutDiffusion")),
	}
	if abroad := given(get("libellePaysEtranger")); abroad != "" {
		p.Country, p.Town = abroad, given(get("libelleCommuneEtranger"))
	}
	if get("etablissementSiege") == "true" || row.Get("etablissementSiege") == "true" {
		p.Kind = registry.Seat
	}
	for _, name := range []string{"denominationUsuelle", "enseigne1", "enseigne2", "enseigne3"} {
		if text := given(get(name)); text != "" && p.Name == "" {
			p.Name = text
		}
	}
	if f, ok := band(get("trancheEffectifs"), get("anneeEffectifs")); ok {
		p.Staff = f
	}
	r := registry.Record{Register: card.Name, Number: row.Get("siren"), AsOf: registry.Instant(get("dateDernierTraitement")), Places: []registry.Place{p}, Withheld: p.Shielded}
	if r.AsOf == "" {
		r.AsOf = registry.Instant(row.Get("dateDebut"))
	}
	return r
}
