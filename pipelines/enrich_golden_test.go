package pipelines_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines"
)

const goldenHeader = "LEI,Entity.LegalName,Entity.RegistrationAuthority.RegistrationAuthorityID,Entity.RegistrationAuthority.RegistrationAuthorityEntityID,Entity.LegalForm.EntityLegalFormCode,Entity.EntityStatus,Registration.LastUpdateDate,Registration.RegistrationStatus\n"

// TestGoldenCopyOfGLEIF: firms of several countries get their LEI and their parents from
// golden copies, by their numbers in the national registers, and no call is made.
func TestGoldenCopyOfGLEIF(t *testing.T) {
	s, d := asking(t, `gleif: { url: "URL/gleif", rate: 1000 }`, "gleif: { path: [lei2.csv, rr.csv] }", "  nbb:", "  #nbb:", "  kvk:", "  #kvk:", "  vies:", "  #vies:", "  kbo:", "  #kbo:")
	s.write("in/customers.csv", registersCustomers+"5;Exemple sa;75001;FR;FR40303265045;;\n")
	s.write("lei2.csv", goldenHeader+
		"529900EXAMPLE0000172,Bakkerij,RA000025,0403.019.261,3W7E,ACTIVE,2026-01-15T00:00:00Z,ISSUED\n"+
		"529900EXAMPLE0000999,Bakkerij oud,RA000025,0403.019.261,3W7E,ACTIVE,2020-01-15T00:00:00Z,LAPSED\n"+
		"529900EXAMPLE0000269,Slagerij,RA000025,0428.759.497,R85P,ACTIVE,2026-01-15T00:00:00Z,ISSUED\n"+
		"529900EXAMPLE0000366,Holland,RA000463,69599084,,ACTIVE,2026-01-15T00:00:00Z,ISSUED\n"+
		"529900EXAMPLE0000463,A British one,RA000585,69599084,,ACTIVE,2026-01-15T00:00:00Z,ISSUED\n"+
		"529900EXAMPLE0000560,Exemple,RA000189,303265045,,ACTIVE,2026-01-15T00:00:00Z,ISSUED\n"+
		"529900EXAMPLE0000657,Nobody's,RA000025,0244.142.665,,ACTIVE,2026-01-15T00:00:00Z,ISSUED\n")
	s.write("rr.csv", "Relationship.StartNode.NodeID,Relationship.EndNode.NodeID,Relationship.RelationshipType,Relationship.RelationshipStatus\n"+
		"529900EXAMPLE0000172,529900EXAMPLE0000269,IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE\n529900EXAMPLE0000366,529900EXAMPLE0000999,IS_DIRECTLY_CONSOLIDATED_BY,INACTIVE\n")
	p := s.open()
	report := s.run(p)
	if diff := cmp.Diff(pipelines.RegisterReport{Register: "gleif", Firms: 5, Due: 5, Answered: 4, Unknown: 1, AsOf: register(t, report, "gleif").AsOf}, register(t, report, "gleif")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := []string{"0244142664|Onbekend|", "0403019261|Bakkerij Peeters|529900EXAMPLE0000172", "0428759497|Slagerij Maes|529900EXAMPLE0000269", "69599084|Holland|529900EXAMPLE0000366", "|Exemple|529900EXAMPLE0000560"}
	got := s.organisations(p, "coalesce(o.enterprise_number, ''), c.name, coalesce(o.lei, '')")
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("LEIs (-want +got):\n%s", diff)
	}
	if got := s.column(p, "SELECT concat_ws(' of ', c.name, p.name) FROM customers c JOIN customers p ON p.customer_id = c.parent_customer_id"); fmt.Sprint(got) != "[Bakkerij Peeters of Slagerij Maes]" {
		t.Errorf("parents: %v", got)
	}
	if asked := d.asked(); len(asked) > 0 {
		t.Errorf("calls: %v", asked)
	}
	// The night after nothing of it has changed, and it is not read.
	s.now = s.now.AddDate(0, 0, 1)
	if r := register(t, s.run(p), "gleif"); r.Due != 0 || r.Answered != 4 {
		t.Errorf("%+v", r)
	}
}
