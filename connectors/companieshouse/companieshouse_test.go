package companieshouse_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/companieshouse"
	"clientele/connectors/registry"
	"clientele/connectors/registrytest"
)

// file has the blanks before names of columns that the register's file has.
const file = `CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox,RegAddress.AddressLine1, RegAddress.AddressLine2,RegAddress.PostTown,RegAddress.County,RegAddress.Country,RegAddress.PostCode,CompanyCategory,CompanyStatus,CountryOfOrigin,DissolutionDate,IncorporationDate,SICCode.SicText_1,SICCode.SicText_2,SICCode.SicText_3,SICCode.SicText_4,PreviousName_1.CONDATE, PreviousName_1.CompanyName
"EXAMPLE, LTD","00123456","","","1 EXAMPLE STREET","FLOOR 2","EXAMPLETON","","ENGLAND","EX1 1EX","Private Limited Company","Active","United Kingdom","","31/01/1999","62020 - Information technology consultancy activities","70100 - Activities of head offices","","","01/02/2003","OLD EXAMPLE LTD"
"GONE LLP","OC300001","","","","","","","","","Limited Liability Partnership","Liquidation","United Kingdom","","01/13/1999","None Supplied","","","","",""
`

func TestRecords(t *testing.T) {
	registrytest.Card(t, companieshouse.Register{})
	records, err := registrytest.Records(companieshouse.Register{}, []byte(file), registrytest.All)
	if err != nil {
		t.Fatal(err)
	}
	want := []registry.Record{
		{
			Register: "companieshouse", Number: "00123456", Status: registry.Active, Filed: "Active", Founded: "1999-01-31",
			Names: []registry.Name{{Text: "EXAMPLE, LTD", Kind: registry.LegalName}, {Text: "OLD EXAMPLE LTD", Kind: registry.FormerName}},
			Form:  registry.LegalForm{List: "companieshouse", Code: "Private Limited Company", Text: "Private Limited Company"},
			Sectors: []registry.Sector{
				{List: "sic", Version: "2008", Code: "62020", Text: "Information technology consultancy activities", Main: true}, {List: "sic", Version: "2008", Code: "70100", Text: "Activities of head offices"},
			},
			Places: []registry.Place{{Kind: registry.Seat, Street: "1 EXAMPLE STREET, FLOOR 2", Town: "EXAMPLETON", Postcode: "EX1 1EX", Country: "GB"}},
		},
		{
			Register: "companieshouse", Number: "OC300001", Status: registry.Liquidating, Filed: "Liquidation", Names: []registry.Name{{Text: "GONE LLP", Kind: registry.LegalName}},
			Form: registry.LegalForm{List: "companieshouse", Code: "Limited Liability Partnership", Text: "Limited Liability Partnership"},
		},
	}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStatuses(t *testing.T) {
	for word, want := range map[string]registry.Status{
		"Active": registry.Active, "Active - Proposal to Strike off": registry.Active, "In Administration": registry.Insolvent, "Live but Receiver Manager on at least one charge": registry.Insolvent,
		"Voluntary Arrangement": registry.Insolvent, "Liquidation": registry.Liquidating, "Dissolved": registry.Dissolved, "Converted/Closed": registry.Dissolved, "Something new": "", "": "",
	} {
		text := "CompanyName,CompanyNumber,CompanyStatus,IncorporationDate\nX,1," + word + ",\n"
		records, err := registrytest.Records(companieshouse.Register{}, []byte(text), registrytest.All)
		if err != nil || records[0].Status != want {
			t.Errorf("%q: %+v, %v; want %q", word, records, err, want)
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte(file))
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := registrytest.Records(companieshouse.Register{}, text, registrytest.All)
		if err != nil && connectors.KindOf(err) != connectors.KindData {
			t.Error(err)
		}
		for _, r := range records {
			registry.Values(r, companieshouse.Register{}.Card())
		}
	})
}
