package sirene_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/connectors/registrytest"
	"clientele/connectors/sirene"
)

const (
	units = `siren,statutDiffusionUniteLegale,dateCreationUniteLegale,sigleUniteLegale,prenomUsuelUniteLegale,trancheEffectifsUniteLegale,anneeEffectifsUniteLegale,dateDernierTraitementUniteLegale,dateDebut,etatAdministratifUniteLegale,nomUniteLegale,nomUsageUniteLegale,denominationUniteLegale,denominationUsuelle1UniteLegale,categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale
111111118,O,2001-02-03,ESS,,12,2023,2026-01-02T10:00:00,2010-01-01,A,,,ESSAI LOGICIELS,ESSAI,5499,62.01Z,NAFRev2
222222226,P,2001-02-03,,[ND],NN,,2026-01-02T10:00:00,2020-05-06,C,[ND],[ND],,,1000,62.01Z,NAP
333333334,O,2001-02-03,,BOB,53,2023,,2020-05-06,A,BOBSON,DUPONT,,,1000,62.10Y,NAF2025
`
	places = `siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,trancheEffectifsEtablissement,anneeEffectifsEtablissement,etablissementSiege,numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,libelleCommuneEtrangerEtablissement,libellePaysEtrangerEtablissement,etatAdministratifEtablissement,enseigne1Etablissement,activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement
111111118,00011,11111111800011,O,2001-02-03,01,2023,true,5,B,RUE,DES ESSAIS,75001,PARIS,,,A,AU BON ESSAI,62.01Z,NAFRev2
111111118,00029,11111111800029,P,2001-02-03,,,false,[ND],,[ND],[ND],[ND],[ND],BRUXELLES,BELGIQUE,F,,,
`
)

func TestUnits(t *testing.T) {
	registrytest.Card(t, sirene.Register{})
	records, err := registrytest.Records(sirene.Register{}, []byte(units), registrytest.All)
	if err != nil {
		t.Fatal(err)
	}
	sector := registry.Sector{List: "naf", Version: "2008", Code: "6201Z", Main: true}
	want := []registry.Record{
		{
			Register: "sirene", Number: "111111118", AsOf: "2026-01-02", Form: registry.LegalForm{List: "insee", Code: "5499"}, Status: registry.Active, Filed: "A", Founded: "2001-02-03",
			Names:   []registry.Name{{Text: "ESSAI LOGICIELS", Kind: registry.LegalName, Language: "fr"}, {Text: "ESS", Kind: registry.Abbreviation, Language: "fr"}, {Text: "ESSAI", Kind: registry.TradeName, Language: "fr"}},
			Sectors: []registry.Sector{sector}, Withheld: registry.No, NaturalPerson: registry.No,
			Figures: []registry.Figure{{Item: registry.Headcount, Year: 2023, Low: "20", High: "49", Unit: "persons", Basis: registry.Band, Code: "12"}},
		},
		{ // who is not diffusible has no name, a headcount that nobody told has no zero, a code before NACE has no sector
			Register: "sirene", Number: "222222226", AsOf: "2026-01-02", Form: registry.LegalForm{List: "insee", Code: "1000"}, Status: registry.Dissolved, Filed: "C",
			Founded: "2001-02-03", Ended: "2020-05-06", Withheld: registry.Yes, NaturalPerson: registry.Yes,
		},
		{
			Register: "sirene", Number: "333333334", Form: registry.LegalForm{List: "insee", Code: "1000"}, Status: registry.Active, Filed: "A", Founded: "2001-02-03",
			Names: []registry.Name{{Text: "BOB DUPONT", Kind: registry.LegalName, Language: "fr"}}, Sectors: []registry.Sector{{List: "naf", Version: "2025", Code: "6210Y", Main: true}},
			Withheld: registry.No, NaturalPerson: registry.Yes, Figures: []registry.Figure{{Item: registry.Headcount, Year: 2023, Low: "10000", Unit: "persons", Basis: registry.Band, Code: "53"}},
		},
	}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEstablishments(t *testing.T) {
	records, err := registrytest.Records(sirene.Register{}, []byte(places), registrytest.All)
	if err != nil || len(records) != 2 {
		t.Fatal(len(records), err)
	}
	want := []registry.Place{
		{
			Kind: registry.Seat, Number: "11111111800011", Name: "AU BON ESSAI", Status: registry.Active, Since: "2001-02-03", Sector: registry.Sector{List: "naf", Version: "2008", Code: "6201Z"},
			Staff:  registry.Figure{Item: registry.Headcount, Year: 2023, Low: "1", High: "2", Unit: "persons", Basis: registry.Band, Code: "01"},
			Street: "RUE DES ESSAIS", House: "5 B", Postcode: "75001", Town: "PARIS", Country: "FR", Shielded: registry.No,
		},
		{Kind: registry.Establishment, Number: "11111111800029", Status: registry.Dissolved, Since: "2001-02-03", Town: "BRUXELLES", Country: "BELGIQUE", Shielded: registry.Yes},
	}
	if diff := cmp.Diff(want, []registry.Place{records[0].Places[0], records[1].Places[0]}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSamples reads files in the register's own layout, filled with made-up rows.
func TestSamples(t *testing.T) {
	read := func(name string) []registry.Record {
		records, err := registrytest.Records(sirene.Register{}, registrytest.Sample(t, "sirene/"+name), registrytest.All)
		if err != nil {
			t.Fatal(err)
		}
		return records
	}
	got := ""
	for _, r := range read("sireneTestData.csv") {
		p := r.Places[0]
		got += fmt.Sprintf("%s %s %s %s %s|%s %s|%s|%s\n", r.Number, p.Number, p.Kind, p.Status, p.Since, p.Sector.Version, p.Sector.Code, p.Text(), p.Shielded)
	}
	const establishments = `956520573 67323298386574 establishment active 2007-04-20|2008 5221Z|CHE dguylittc, 64276 rjkxla, FR|
969792769 64981256987727 seat active |2008 0091U|RUE oyrdvmle 192, 08079 qxszfpieiukzzxr, FR|
497888333 86892908098964 seat active 2007-04-20|2008 5221Z|HAM demnbujm 55, 83699 hzvnctxvbgkms, FR|
121212123 12121212300001 seat dissolved 2007-04-20|2003 2841X|HAM demnbujm 55, 83699 hzvnctxvbgkms, FR|
232323234 23232323400001 seat active 2007-04-20|2008 2841X|HAM demnbujm 55, 83699 hzvnctxvbgkms, FR|
`
	if diff := cmp.Diff(establishments, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	firms := read("test_uniteLegale.csv")
	if len(firms) != 6 || firms[0].Name(registry.LegalName) != "BOB BOB" || firms[0].NaturalPerson != registry.Yes || firms[1].NaturalPerson != registry.No || firms[5].Main().Code != "8459A" || firms[1].Form.Code != "7490" || len(firms[0].Figures) != 0 {
		t.Errorf("%+v", firms)
	}
	// Of the history only what holds today.
	var now []string
	for _, r := range read("sireneHistoTestData.csv") {
		now = append(now, r.Places[0].Number+" "+string(r.Places[0].Status)+" "+string(r.AsOf)+" "+r.Places[0].Name)
	}
	if diff := cmp.Diff([]string{"00032517500016 dissolved 2009-05-27 ", "00032517500024 dissolved 2011-10-21 TAHITI PERLES CREATIONS"}, now); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOtherFile(t *testing.T) {
	for _, text := range []string{"", "a,b\n", "siren,x\n"} {
		if _, err := registrytest.Records(sirene.Register{}, []byte(text), registrytest.All); connectors.CodeOf(err) != "missing_column" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// BenchmarkLookup reads a file for one firm of many, as a lookup does.
func BenchmarkLookup(b *testing.B) {
	head, rows, _ := strings.Cut(units, "\n")
	text := []byte(head + "\n" + strings.Repeat(rows, 10_000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		records, err := registrytest.Records(sirene.Register{}, text, func(_ registry.Key, n string) bool { return n == "000000000" })
		if err != nil || len(records) > 0 {
			b.Fatal(len(records), err)
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte(units))
	f.Add([]byte(places))
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := registrytest.Records(sirene.Register{}, text, registrytest.All)
		if err != nil && connectors.KindOf(err) != connectors.KindData {
			t.Error(err)
		}
		for _, r := range records {
			registry.Values(r, sirene.Register{}.Card())
		}
	})
}
