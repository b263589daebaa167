package enrich_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clientele/transforms/transformstest"
)

const (
	conversions = "record_id | scope | from_version | from_code | to_version | to_code | to_section | share | firms | observed_on\n"
	described   = "record_id | kind | name | enterprise_number | sector_code | sector_version | revenue | headcount\n"
)

// derive is a base with a register that has a concordance, and one source of firms.
func derive(t *testing.T) *transformstest.Base {
	t.Helper()
	b := transformstest.New(t)
	modes := map[string]string{"registry_firms": "changes", "registry_concordance": "snapshot"}
	b.Source("erp", transformstest.Source{Modes: map[string]string{"parties": "snapshot"}})
	b.Source("registry.kbo", transformstest.Source{Origin: "register", Trust: 1, Modes: modes, Licence: "open"})
	b.Source("registry.sirene", transformstest.Source{Origin: "register", Trust: 1, Modes: modes})
	return b
}

// A code of 2008 is told in terms of 2025 beside what was filed: by the firms of its own
// register where enough of them file it, else by its class; what they filed stays.
func TestCodesAreConverted(t *testing.T) {
	b := derive(t)
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "parties", Tables: map[string]string{"parties": described + `
		1 | organisation | Own    | 0403019261 | | | |
		2 | organisation | Few    | 0428759497 | | | |
		3 | organisation | French | 732829320 | | | |
		4 | organisation | Said   | | 62.01 | 2008 | |
		5 | organisation | Newer  | | 62.10 | 2025 | |
		6 | organisation | Silent | | 62010 | | |
		7 | organisation | Rare   | | 99999 | 2008 | |
		8 | organisation | None   | | | 2008 | |`}})
	firm := func(by, number, code string) string {
		return by + "=" + number + " | " + by + " | " + number + " | 2026-02-01 | 2026-02-01 | true | | | | " + code + " | 2008 | J | | | |\n"
	}
	say := func(id, share string) {
		answer(b, "registry.kbo", id, map[string]string{"registry_firms": firms + firm("enterprise_number", "0403019261", "6201002") + firm("enterprise_number", "0428759497", "62020"),
			"registry_concordance": conversions +
				"a | 2008 | 2008 | 62010 | 2025 | 62100 | K | " + share + " | 812 | 2026-01-03\n" +
				"b | 2008 | 2008 | 62020 | 2025 | 62200 | K | 1 | 9 | 2026-01-03\n" +
				"c | 2008 | 2008 | 6201 | 2025 | 6210 | K | 0.96 | 900 | 2026-01-03\n" +
				"d | 2008 | 2008 | 6202 | 2025 | 6220 | K | 0.5 | 10 | 2026-01-03\n" +
				"e | 2008 | 2008 | 9999 | 2025 | 9999 | V | 1 | 9 | 2026-01-03"})
	}
	say("k1", "0.9712")
	answer(b, "registry.sirene", "s1", map[string]string{"registry_firms": firms + firm("siren", "732829320", "6201Z")})
	b.Night("2026-03-01")
	b.Want("organisations", `
		customer_id | sector_code | sector_version | sector_section | sector_2025 | sector_2025_section | sector_2025_basis | sector_2025_confidence
		erp/1 | 6201002 | 2008 | J | 62100 | K | converted | 0.9712
		erp/2 | 62020   | 2008 | J | 6220  | K | converted | 0.5
		erp/3 | 6201Z   | 2008 | J | 6210  | K | converted | 0.96
		erp/4 | 62.01   | 2008 | J | 6210  | K | converted | 0.96
		erp/5 | 62.10   | 2025 | K | 62.10 | K | filed |
		erp/6 | 62010   | | | | | |
		erp/7 | 99999   | 2008 | U | | | |
		erp/8 | | | | | | |`)
	b.Want("sector_concordance", `
		from_version | from_code | to_version | to_code | to_section | share | firms | source | as_of | licence
		2008 | 62010 | 2025 | 62100 | K | 0.9712 | 812 | registry.kbo | 2026-01-03 | open
		2008 | 62020 | 2025 | 62200 | K | 1 | 9 | registry.kbo | 2026-01-03 | open
		2008 | 6201  | 2025 | 6210 | K | 0.96 | 900 | registry.kbo | 2026-01-03 | open
		2008 | 6202  | 2025 | 6220 | K | 0.5 | 10 | registry.kbo | 2026-01-03 | open
		2008 | 9999  | 2025 | 9999 | V | 1 | 9 | registry.kbo | 2026-01-03 | open`)
	b.CheckKeys()

	// The concordance of the next time stands in its place, whole; a delivery without one
	// leaves it, and one that is taken back brings the old one back.
	say("k2", "0.8")
	answer(b, "registry.kbo", "k3", map[string]string{"registry_firms": firms + firm("enterprise_number", "0428759497", "62020")})
	b.Night("2026-03-02")
	confidence := "SELECT sector_2025_confidence FROM base.main.organisations WHERE enterprise_number = '0403019261'"
	equal(t, []string{"0.8"}, b.Query(confidence))
	b.Withdraw("k2")
	b.Night("2026-03-02")
	equal(t, []string{"0.9712"}, b.Query(confidence))
}

// Who reports nothing gets the median of the finest level of the sector that has one. It
// is marked, and neither counts as reported, nor makes a size class, nor a year.
func TestEstimates(t *testing.T) {
	b := derive(t)
	b.LeastFirms = 3
	rows := described
	firm := func(id int, code, version, revenue, headcount string) {
		rows += fmt.Sprintf("%d | organisation | Firm %d | | %s | %s | %s | %s\n", id, id, code, version, revenue, headcount)
	}
	firm(1, "62.010", "2008", "100", "1")
	firm(2, "62010", "2008", "300", "2")
	firm(3, "62019", "2008", "200", "")
	firm(4, "6201", "2008", "999.0001", "4") // of four the lower of the two in the middle
	firm(5, "62010", "2008", "", "")         // revenue of the class, headcount too
	firm(6, "62020", "2008", "1", "10")      // another class
	firm(7, "62021", "2008", "", "")         // of the group
	firm(8, "62.010", "2025", "", "")        // no firm of this version
	firm(9, "62010", "", "", "")             // no version
	firm(10, "58110", "2008", "", "6")       // of the section: 58 is in J too
	firm(11, "01110", "2008", "", "")        // nobody to learn from
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "parties", Tables: map[string]string{"parties": rows}})
	b.Night("2026-03-01")
	want := `
		customer_id | revenue | revenue_year | revenue_basis | headcount | headcount_basis | size_class
		erp/1  | 100 | | reported  | 1 | reported  | micro
		erp/2  | 300 | | reported  | 2 | reported  | micro
		erp/3  | 200 | | reported  | 2 | estimated |
		erp/4  | 999.0001 | | reported | 4 | reported | micro
		erp/5  | 200 | | estimated | 2 | estimated |
		erp/6  | 1   | | reported  | 10 | reported | small
		erp/7  | 200 | | estimated | 2 | estimated |
		erp/8  |     | | absent    |   | absent    |
		erp/9  |     | | absent    |   | absent    |
		erp/10 | 200 | | estimated | 6 | reported  | micro
		erp/11 |     | | absent    |   | absent    |`
	b.Want("organisations", want)
	b.Want("sector_medians", `
		field | sector_version | level | sector_code | median | firms
		revenue   | 2008 | class    | 6201 | 200 | 4
		revenue   | 2008 | group    | 620  | 200 | 5
		revenue   | 2008 | division | 62   | 200 | 5
		revenue   | 2008 | section  | J    | 200 | 5
		headcount | 2008 | class    | 6201 | 2 | 3
		headcount | 2008 | group    | 620  | 2 | 4
		headcount | 2008 | division | 62   | 2 | 4
		headcount | 2008 | section  | J    | 4 | 5`)
	told := "SELECT customer_id, field, source, source_record_id, observed_on, rule, licence FROM base.main.customer_fields WHERE rule = 'estimate' ORDER BY source_record_id, customer_id, field"
	got := b.Query(told)
	slices.Sort(got)
	equal(t, []string{
		"erp/10 | revenue | sector_medians | 2008 section J |  | estimate | ",
		"erp/3 | headcount | sector_medians | 2008 class 6201 |  | estimate | ",
		"erp/5 | headcount | sector_medians | 2008 class 6201 |  | estimate | ",
		"erp/5 | revenue | sector_medians | 2008 class 6201 |  | estimate | ",
		"erp/7 | headcount | sector_medians | 2008 group 620 |  | estimate | ",
		"erp/7 | revenue | sector_medians | 2008 group 620 |  | estimate | ",
	}, got)
	b.Want("organisation_years", "customer_id")
	b.CheckKeys()

	// The night after the estimates of this one count as nothing.
	b.Confine = true
	b.Night("2026-03-02")
	b.Want("organisations", want)
	equal(t, got, sorted(b.Query(told)))
}

// Medians are those of the definition, whatever the number of firms and the order of rows:
// as many lie below as above, or one fewer.
func TestMedianIsOfTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	b := derive(t)
	b.LeastFirms = 1
	b.Shuffle = func(rows [][]string) { r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) }
	rows, firm, want := described, 0, []string{}
	for class := range 40 {
		amounts := make([]int, 1+r.IntN(12))
		for i := range amounts {
			amounts[i] = r.IntN([]int{3, 1_000_000_000}[class%2])
			firm++
			rows += fmt.Sprintf("%d | organisation | Firm %d | | %d | 2008 | %d.25 |\n", firm, firm, 1000+class, amounts[i])
		}
		slices.Sort(amounts)
		want = append(want, fmt.Sprintf("%d | %d.25 | %d", 1000+class, amounts[(len(amounts)-1)/2], len(amounts)))
	}
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "parties", Tables: map[string]string{"parties": rows}})
	b.Night("2026-03-01")
	equal(t, want, b.Query("SELECT sector_code, median, firms FROM base.main.sector_medians WHERE level = 'class' ORDER BY sector_code"))
}

func sorted(rows []string) []string {
	slices.Sort(rows)
	return rows
}

// Without registers and estimates nothing is derived, and codes of 2025 are told all the
// same.
func TestNothingIsDerived(t *testing.T) {
	b := transformstest.New(t)
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "parties", Tables: map[string]string{"parties": strings.TrimSpace(described) + `
		1 | organisation | Een | | 62100 | 2025 | |
		2 | organisation | Twee | | 62010 | 2008 | |`}})
	b.Night("2026-03-01")
	b.Want("organisations", "customer_id | sector_2025 | sector_2025_basis \n erp/1 | 62100 | filed \n erp/2 | |")
	b.Want("sector_concordance", "from_code")
	b.Want("sector_medians", "field")
}
