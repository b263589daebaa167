package enrich_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/transforms/merge"
	"clientele/transforms/transformstest"
)

const (
	firms     = "record_id | asked_by | number | asked_on | observed_on | known | legal_name | legal_form_code | status | sector_code | sector_version | sector_section | founded_on | non_mailing | lei | parent_lei\n"
	accounts  = "record_id | firm | year | revenue | total_assets | current_assets | equity | reserves | carried_forward | debts | current_debts | operating_result | headcount | headcount_unit | headcount_basis | currency\n"
	ofOne     = "enterprise_number=0403019261"
	threeOnes = `
		record_id | kind | name | legal_name | enterprise_number | vat_number | headcount | revenue | sector_code | postcode
		1 | organisation | Een  | Een nv     | 0403019261 |              | 4 | 100 | 99 | 1000
		2 | organisation | Twee | Twee nv    |            | BE0428759497 |   |     |    | 2000
		3 | organisation | Drie |            |            |              | 9 |     |    | 3000`
)

// company is a base with three firms, and a register of each rank.
func company(t *testing.T, policy merge.Policy) *transformstest.Base {
	t.Helper()
	b := transformstest.New(t)
	b.Policy = policy
	modes := map[string]string{"registry_firms": "changes", "registry_accounts": "append", "registry_directors": "append", "registry_places": "append"}
	b.Source("erp", transformstest.Source{Modes: map[string]string{"parties": "snapshot", "corrections": "changes"}})
	b.Source("registry.kbo", transformstest.Source{Origin: "register", Trust: 1, Modes: modes, Licence: "open", FreshSince: "2026-01-01"})
	b.Source("registry.nbb", transformstest.Source{Origin: "register", Trust: 2, Modes: modes, Licence: "closed", FreshSince: "2026-01-01"})
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "parties", Tables: map[string]string{"parties": threeOnes}})
	return b
}

func answer(b *transformstest.Base, source, id string, tables map[string]string) {
	b.Deliver(transformstest.Delivery{Source: source, ID: id, Tables: tables})
}

// The register of the country comes before the others, registers before what parties
// say, and staff before registers; each value names its source, date and terms.
func TestWhoseValueStands(t *testing.T) {
	b := company(t, merge.Policy{})
	b.Deliver(transformstest.Delivery{Source: "staff", ID: "right", Tables: map[string]string{"corrections": "record_id | party_source | party | field | value | who | corrected_on \n 1 | erp | 1 | legal_form_code | BE-NV | An | 2026-02-01"}})
	answer(b, "registry.kbo", "k1", map[string]string{"registry_firms": firms +
		ofOne + " | enterprise_number | 0403019261 | 2026-02-01 | 2026-01-31 | true | Een by KBO | BE-BV | active | 62010 | 2008 | J | 1999-01-01 | | |\n" +
		"enterprise_number=0428759497 | enterprise_number | 0428759497 | 2025-02-01 | 2025-02-01 | false | | | | | | | | | |"})
	answer(b, "registry.nbb", "n1", map[string]string{"registry_firms": firms + ofOne + " | enterprise_number | 0403019261 | 2026-02-01 | 2025-07-01 | true | Een by NBB | BE-NV | | 1 | | | | | |",
		"registry_accounts": accounts + ofOne + " 2024 | " + ofOne + " | 2024 | 3000000 | 1000000 | 500000 | 500000 | 100000 | 100000 | 500000 | 300000 | 50000 | 12.5 | fte | reported | EUR\n" +
			ofOne + " 2023 | " + ofOne + " | 2023 | 2000000 | 900000 | | | | | | | | 10 | fte | reported | EUR\n" +
			ofOne + " 2025 | " + ofOne + " | 2025 | 9 | | | | | | | | | | | | USD"})
	b.Night("2026-03-01")
	b.Want("organisations", `
		customer_id | legal_name | legal_form_code | sector_code | sector_version | sector | founded_on | registry | registry_status | enriched_on | registry_stale | revenue | revenue_year | revenue_basis | headcount | headcount_basis | size_class
		erp/1 | Een by KBO | BE-NV | 62010 | 2008 | informatica | 1999-01-01 | kbo | active | 2026-01-31 | false | 3000000 | 2024 | reported | 13 | reported | small
		erp/2 | Twee nv | | | | | | | not found | | true | | | absent | | absent |
		erp/3 | | | | | | | | | | | | | absent | 9 | reported | micro`)
	b.Want("organisation_years", `
		customer_id | year | revenue | headcount | revenue_growth | headcount_growth | altman_z
		erp/1 | 2023 | 2000000 | 10 | | |
		erp/1 | 2024 | 3000000 | 13 | 0.5 | 0.25 | 3.35`)
	got := b.Query("SELECT field, source, source_record_id, observed_on, rule, licence FROM base.main.customer_fields WHERE rule IN ('register', 'correction') ORDER BY field")
	want := []string{
		"founded_on | registry.kbo | " + ofOne + " | 2026-01-31 | register | open", "headcount | registry.nbb | " + ofOne + " 2024 | 2025-07-01 | register | closed",
		"legal_form_code | erp | 1 |  | correction | ", "legal_name | registry.kbo | " + ofOne + " | 2026-01-31 | register | open", "registry_status | registry.kbo | " + ofOne + " | 2026-01-31 | register | open",
		"revenue | registry.nbb | " + ofOne + " 2024 | 2025-07-01 | register | closed", "sector_code | registry.kbo | " + ofOne + " | 2026-01-31 | register | open", "total_assets | registry.nbb | " + ofOne + " 2024 | 2025-07-01 | register | closed",
	}
	equal(t, want, slicesWithout(got, "equity", "profit"))
	b.CheckKeys()
}

// A policy that puts parties first leaves registers what parties do not say.
func TestPartiesFirst(t *testing.T) {
	b := company(t, merge.Policy{Rules: map[string][]string{"legal_name": {merge.Trust}, "headcount": {merge.Recency, merge.Register}, "sector_code": {merge.Register}}})
	both := func(number, name string) string {
		return "enterprise_number=" + number + " | enterprise_number | " + number + " | 2026-02-01 | 2026-02-01 | true | " + name + " | | | 62010 | 2008 | J | | | |\n"
	}
	answer(b, "registry.kbo", "k1", map[string]string{"registry_firms": firms + both("0403019261", "Een by KBO") + both("0428759497", "Twee by KBO"),
		"registry_accounts": accounts + "a | " + ofOne + " | 2024 | | | | | | | | | | 50 | persons | band |"})
	b.Night("2026-03-01")
	b.Want("organisations", `
		customer_id | legal_name | headcount | headcount_basis | sector_code
		erp/1 | Een nv | 4 | reported | 62010
		erp/2 | Twee nv | | absent | 62010
		erp/3 | | 9 | reported |`)
}

// What a register says of a firm is what its last answer says: directors and years that
// it no longer has are gone; and without the delivery the one before holds again.
func TestLastAnswerCounts(t *testing.T) {
	b := company(t, merge.Policy{})
	say := func(id, on, director string) {
		answer(b, "registry.nbb", id, map[string]string{"registry_firms": firms + ofOne + " | enterprise_number | 0403019261 | " + on + " | " + on + " | true | | | | | | | | | |",
			"registry_directors": "record_id | firm | name | role | since | until \n" + director})
	}
	say("first", "2026-01-05", "d1 | "+ofOne+" | An | director | 2020-01-01 |\n d2 | "+ofOne+" | Bo | director | | 2025-01-01")
	b.Night("2026-02-01")
	b.Want("directors", "customer_id | name | as_of \n erp/1 | An | 2026-01-05")
	say("second", "2026-02-05", "d1 | "+ofOne+" | Cas | director | |")
	b.Night("2026-03-01")
	b.Want("directors", "customer_id | name | as_of \n erp/1 | Cas | 2026-02-05")
	b.Withdraw("second")
	b.Night("2026-03-01")
	b.Want("directors", "customer_id | name | as_of \n erp/1 | An | 2026-01-05")
}

// Eight characters are a Dutch number, or a British one where the address is; French
// and Belgian VAT numbers hold the number of the national register.
func TestNumbers(t *testing.T) {
	b := company(t, merge.Policy{})
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "more", Tables: map[string]string{"parties": `
		record_id | kind | name | enterprise_number | vat_number | country
		1 | organisation | Dutch   | 12345678 | | NL
		2 | organisation | British | 87654321 | | GB
		3 | organisation | French  | | FR12732829320 | FR
		4 | organisation | German  | | DE136695976 | DE`}})
	row := func(by, number string) string {
		return by + "=" + number + " | " + by + " | " + number + " | 2026-02-01 | 2026-02-01 | true | " + by + " | | | | | | | | |\n"
	}
	answer(b, "registry.kbo", "k1", map[string]string{"registry_firms": firms + row("kvk_number", "12345678") + row("company_number", "87654321") + row("kvk_number", "87654321") + row("siren", "732829320") + row("vat_number", "DE136695976")})
	b.Night("2026-03-01")
	b.Want("organisations", `
		customer_id | legal_name
		erp/1 | kvk_number
		erp/2 | company_number
		erp/3 | siren
		erp/4 | vat_number`)
}

// A firm belongs to the customer that its register names as its parent; who objects to
// mail by users of a register is on a list.
func TestGroupsAndObjections(t *testing.T) {
	b := company(t, merge.Policy{})
	answer(b, "registry.kbo", "k1", map[string]string{"registry_firms": firms +
		ofOne + " | enterprise_number | 0403019261 | 2026-02-01 | 2026-02-01 | true | | | | | | | | true | L1 | L2\n" +
		"vat_number=BE0428759497 | vat_number | BE0428759497 | 2026-02-01 | 2026-02-01 | true | | | | | | | | | L2 | L3",
		"registry_places": "record_id | firm | kind | street | house_number | postcode | municipality | country | street_key | town_key \n p | " + ofOne + " | establishment | Dorp | 1 | 9000 | Gent | BE | dorp | gent"})
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "where", Tables: map[string]string{"parties": `
		record_id | kind | name | enterprise_number | vat_number | street | municipality
		1 | organisation | Een  | 0403019261 | | Dorp | Gent
		2 | organisation | Twee | | BE0428759497 | Dorp | Gent`}})
	b.Night("2026-03-01")
	b.Want("customers", "customer_id | parent_customer_id | may_post \n erp/1 | erp/2 | false \n erp/2 | | true")
	b.Want("contact_rights", "customer_id | channel | reason \n erp/1 | email | no address \n erp/1 | phone | no number \n erp/1 | post | listed \n erp/2 | email | no address \n erp/2 | phone | no number \n erp/2 | post | organisation")
	equal(t, []string{"erp/1 | establishment | Gent"}, b.Query("SELECT customer_id, kind, municipality FROM base.main.addresses WHERE source = 'registry.kbo'"))
}

// Size classes by staff and by the less of two amounts.
func TestSizeClass(t *testing.T) {
	for _, test := range []struct{ headcount, revenue, assets, want string }{
		{"", "1", "1", ""}, {"9", "", "", "micro"}, {"10", "", "", "small"}, {"49", "10000000", "", "small"}, {"9", "2000001", "2000000", "micro"}, {"9", "2000001", "", "small"},
		{"249", "50000001", "43000000", "medium"}, {"249", "50000001", "43000001", "large"}, {"250", "1", "1", "large"}, {"49", "60000000", "50000000", "large"},
	} {
		b := company(t, merge.Policy{})
		answer(b, "registry.nbb", "n", map[string]string{"registry_firms": firms + "vat_number=BE0428759497 | vat_number | BE0428759497 | 2026-02-01 | 2026-02-01 | true | | | | | | | | | |",
			"registry_accounts": accounts + "a | vat_number=BE0428759497 | 2024 | " + test.revenue + " | " + test.assets + " | | | | | | | | " + test.headcount + " | persons | reported |"})
		b.Night("2026-03-01")
		equal(t, []string{test.want}, b.Query("SELECT size_class FROM base.main.organisations WHERE vat_number IS NOT NULL"))
	}
}

func equal(t *testing.T, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func slicesWithout(rows []string, fields ...string) []string {
	return slices.DeleteFunc(rows, func(row string) bool {
		field, _, _ := strings.Cut(row, " ")
		return slices.Contains(fields, field)
	})
}
