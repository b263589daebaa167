package gleif

import (
	"bufio"
	"io"
	"iter"
	"strings"

	"clientele/connectors/registry"
)

// Records implements registry.Bulk: it reads a golden copy as CSV, of LEI records
// (level 1), or of relationships (level 2), whose records have a number and parents
// alone. Which of the two it is the header says.
func (*Client) Records(r io.Reader, wanted registry.Wanted) iter.Seq2[registry.Record, error] {
	head := bufio.NewReaderSize(r, 1<<16)
	first, _ := head.Peek(1 << 14) // an error comes again when it is read
	line, _, _ := strings.Cut(string(first), "\n")
	t := registry.Table{Register: card.Name, By: registry.KeyLEI, Key: "LEI", Needs: []string{"Entity.LegalName", "Entity.EntityStatus"}, Numbers: goldenNumbers}
	if !strings.Contains(line, startNode) {
		return t.Records(head, wanted, goldenRecord)
	}
	t.Key, t.Needs, t.Numbers = startNode, []string{endNode, "Relationship.RelationshipType", "Relationship.RelationshipStatus"}, nil
	return func(yield func(registry.Record, error) bool) {
		for x, err := range t.Records(head, wanted, relationship) {
			if err == nil && len(x.Parents) == 0 {
				continue // of another kind, or over
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

// The columns of the two ends of a relationship: who is owned, and by whom.
const (
	startNode = "Relationship.StartNode.NodeID"
	endNode   = "Relationship.EndNode.NodeID"
)

// relationships are those that tell parents (RR-CDF of GLEIF), by the kind of parent.
var relationships = map[string]string{"IS_DIRECTLY_CONSOLIDATED_BY": "direct", "IS_ULTIMATELY_CONSOLIDATED_BY": "ultimate"}

func relationship(row registry.Row) registry.Record {
	r := registry.Record{Register: card.Name, Number: row.Get(startNode)}
	if kind := relationships[row.Get("Relationship.RelationshipType")]; kind != "" && row.Get("Relationship.RelationshipStatus") == "ACTIVE" {
		r.Parents = []registry.Parent{{Kind: kind, LEI: row.Get(endNode)}}
	}
	return r
}

func goldenNumbers(row registry.Row) []registry.Number {
	return national(row.Get("Entity.RegistrationAuthority.RegistrationAuthorityID"), row.Get("Entity.RegistrationAuthority.RegistrationAuthorityEntityID"))
}

func goldenRecord(row registry.Row) registry.Record {
	r := registry.Record{
		Register: card.Name, Number: row.Get("LEI"), AsOf: registry.Instant(row.Get("Registration.LastUpdateDate")),
		Form:          form(row.Get("Entity.LegalForm.EntityLegalFormCode"), row.Get("Entity.LegalForm.OtherLegalForm")),
		Status:        status(row.Get("Entity.EntityStatus")),
		Filed:         row.Get("Entity.EntityStatus"),
		Founded:       registry.Instant(row.Get("Entity.EntityCreationDate")),
		Numbers:       goldenNumbers(row),
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
