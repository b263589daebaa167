package gleif

import (
	"io"
	"iter"

	"clientele/connectors/registry"
)

// Records implements registry.Bulk: it reads a golden copy of LEI records as CSV.
// Parents are in another file of GLEIF's, and not here.
func (*Client) Records(r io.Reader, wanted func(lei string) bool) iter.Seq2[registry.Record, error] {
	return registry.Table{Register: card.Name, Key: "LEI", Needs: []string{"Entity.LegalName", "Entity.EntityStatus"}}.Records(r, wanted, goldenRecord)
}

func goldenRecord(row registry.Row) registry.Record {
	r := registry.Record{
		Register: card.Name, Number: row.Get("LEI"), AsOf: registry.Instant(row.Get("Registration.LastUpdateDate")),
		Form:          form(row.Get("Entity.LegalForm.EntityLegalFormCode"), row.Get("Entity.LegalForm.OtherLegalForm")),
		Status:        status(row.Get("Entity.EntityStatus")),
		Filed:         row.Get("Entity.EntityStatus"),
		Founded:       registry.Instant(row.Get("Entity.EntityCreationDate")),
		Numbers:       national(row.Get("Entity.RegistrationAuthority.RegistrationAuthorityID"), row.Get("Entity.RegistrationAuthority.RegistrationAuthorityEntityID")),
		Doubts:        lapsed(row.Get("Registration.RegistrationStatus")),
		NaturalPerson: registry.TruthOf(row.Get("Entity.EntityCategory") == "SOLE_PROPRIETOR"),
	}
	r.Names = []registry.Name{{Text: row.Get("Entity.LegalName"), Kind: registry.LegalName, Language: row.Get("Entity.LegalName.xmllang")}}
	for _, at := range []struct {
		kind   registry.PlaceKind
		prefix string
	}{{registry.Seat, "Entity.LegalAddress."}, {registry.Headquarters, "Entity.HeadquartersAddress."}} {
		a := address{Town: row.Get(at.prefix + "City"), Region: row.Get(at.prefix + "Region"), Country: row.Get(at.prefix + "Country"), Postcode: row.Get(at.prefix + "PostalCode")}
		for _, line := range []string{row.Get(at.prefix + "FirstAddressLine"), row.Get(at.prefix + "AdditionalAddressLine.1")} {
			if line != "" {
				a.Lines = append(a.Lines, line)
			}
		}
		if p := a.place(at.kind); p.Text() != "" {
			r.Places = append(r.Places, p)
		}
	}
	return r
}
