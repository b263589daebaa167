package merge_test

import (
	"testing"

	"clientele/transforms/merge"
	"clientele/transforms/transformstest"
)

// sources declares an own, a form, a survey and a purchased source, the most
// trusted first.
func sources(b *transformstest.Base) {
	for i, name := range []string{"own", "form", "survey", "purchased"} {
		b.Source(name, transformstest.Source{Origin: name, Trust: i + 1})
	}
}

// parties has every source deliver rows of parties.
func parties(b *transformstest.Base, rows map[string]string) {
	for _, name := range []string{"own", "form", "survey", "purchased"} {
		if text, ok := rows[name]; ok {
			b.Deliver(transformstest.Delivery{Source: name, ID: name + " parties", Tables: map[string]string{"parties": text}})
		}
	}
}

func TestSurvivorship(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	b.Policy = merge.Policy{Rules: map[string][]string{
		"language": {merge.Recency}, "profession": {merge.Frequency}, "habits": {merge.Length}, "phone": {merge.Frequency, merge.Recency},
	}}
	parties(b, map[string]string{
		"own": `
			record_id | enterprise_number | name      | email            | language | profession | habits | phone | observed_on
			1         | 0403019261        | Aerts     |                  | nl       | baker      | reads  | +321  | 2026-01-01
			2         | 0403019261        | Aerts NV  | own@aerts.example| fr       | baker      |        | +322  | 2026-01-03`,
		"form": `
			record_id | enterprise_number | name      | email            | language | profession | habits         | phone | observed_on
			1         | 0403019261        | AERTS     | form@aerts.example | de     | smith      | reads a lot    | +323  | 2026-02-01
			5         | 0403170701        | Alone     |                  |          |            |                |       | 2026-02-01`,
		"purchased": `
			record_id | enterprise_number | name      | email            | language | profession | habits     | phone | observed_on
			1         | 0403019261        | Aerts BV  | buy@aerts.example |         | smith      | reads more | +324  | 2026-02-20
			2         | 0403019261        | Aerts BV  | buy@aerts.example |         | smith      | reads      | +324  |`,
	})
	b.Night("2026-03-01")
	b.Want("customers", `
		customer_id | name     | email             | language | phone | source_count | first_seen_on | updated_at
		own/1       | Aerts NV | own@aerts.example | de       | +324  | 3            | 2026-01-01    | 2026-02-20
		form/5      | Alone    |                   |          |       | 1            | 2026-02-01    | 2026-02-01`)
	b.Want("customer_fields", `
		customer_id | field             | source    | source_record_id | observed_on | rule
		form/5      | enterprise_number | form      | 5                | 2026-02-01  | only
		form/5      | kind              | form      | 5                | 2026-02-01  | only
		form/5      | name              | form      | 5                | 2026-02-01  | only
		own/1       | enterprise_number | own       | 2                | 2026-01-03  | trust, recency, frequency, length
		own/1       | kind              | own       | 2                | 2026-01-03  | trust, recency, frequency, length
		own/1       | name              | own       | 2                | 2026-01-03  | trust, recency, frequency, length
		own/1       | email             | own       | 2                | 2026-01-03  | trust, recency, frequency, length
		own/1       | language          | form      | 1                | 2026-02-01  | recency, trust, frequency, length
		own/1       | profession        | form      | 1                | 2026-02-01  | frequency, trust, recency, length
		own/1       | habits            | form      | 1                | 2026-02-01  | length, trust, recency, frequency
		own/1       | phone             | purchased | 1                | 2026-02-20  | frequency, recency, trust, length`)
	b.Want("customer_sources", `
		customer_id | source    | source_record_id | matched_by        | last_seen_on
		own/1       | own       | 1                |                   | 2026-01-01
		own/1       | own       | 2                | enterprise number | 2026-01-03
		own/1       | form      | 1                | enterprise number | 2026-02-01
		own/1       | purchased | 1                | enterprise number | 2026-02-20
		own/1       | purchased | 2                | enterprise number |
		form/5      | form      | 5                |                   | 2026-02-01`)
	b.CheckKeys()
}

func TestAddressTravelsTogether(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	parties(b, map[string]string{
		"own": `
			record_id | enterprise_number | name  | street     | house_number | box | postcode | municipality | country | observed_on
			1         | 0403019261        | Aerts |            |              |     | 9000     |              |         | 2026-01-01`,
		"form": `
			record_id | enterprise_number | name  | street     | house_number | box | postcode | municipality | country | observed_on
			1         | 0403019261        | Aerts | Kerkstraat | 12a          | 3   | 1000     | Brussel      | BE      | 2026-02-01
			2         | 0403019261        | Aerts | Kerkstraat | 12A          | 3   | 1000     | Brussel      | BE      | 2026-02-01
			3         | 0403019261        | Aerts | Oude Markt | 1            |     | 3000     | Leuven       | BE      | 2026-01-01`,
	})
	b.Deliver(transformstest.Delivery{Source: "form", ID: "form addresses", Tables: map[string]string{"addresses": `
		record_id | party | kind     | street     | house_number | postcode | municipality | country | observed_on
		a1        | 3     | delivery | Dorp       | 9            | 2000     | Antwerpen    | BE      | 2026-01-01
		a2        | 9     | delivery | Of nobody  | 9            | 2000     | Antwerpen    | BE      | 2026-01-01`}})
	b.Night("2026-03-01")
	b.Want("customers", `
		customer_id | street | house_number | box | postcode | municipality | country
		form/3      |        |              |     | 9000     |              |`)
	// Of two spellings of one address the same one stays, whatever the order.
	b.Want("addresses", `
		customer_id | kind     | street     | house_number | box | postcode | municipality | source
		form/3      | seat     |            |              |     | 9000     |              | own
		form/3      | seat     | Kerkstraat | 12A          | 3   | 1000     | Brussel      | form
		form/3      | seat     | Oude Markt | 1            |     | 3000     | Leuven       | form
		form/3      | delivery | Dorp       | 9            |     | 2000     | Antwerpen    | form`)
	b.CheckKeys()
}

func TestCorrectionsHoldUntilTheSourceChangesItsValue(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	b.Source("staff", transformstest.Source{Origin: "own", Trust: 1})
	own := func(id, rows string, absent ...string) {
		b.Deliver(transformstest.Delivery{Source: "own", ID: id, Absent: absent, Tables: map[string]string{"parties": rows}})
	}
	own("o1", `
		record_id | name  | email             | profession | observed_on
		1         | Aerts | old@aerts.example | baker      | 2026-01-01
		2         | Baert | b@baert.example   | smith      | 2026-01-01
		3         | Claes | c@claes.example   | tailor     | 2026-01-01`)
	b.Deliver(transformstest.Delivery{Source: "staff", ID: "s1", Tables: map[string]string{"corrections": `
		record_id | party_source | party | field      | value               | who | corrected_on
		c1        | own          | 1     | email      | wrong@aerts.example | An  | 2026-01-10
		c2        | own          | 1     | email      | right@aerts.example | An  | 2026-01-12
		c3        | own          | 2     | email      |                     | Bo  | 2026-01-12
		c4        | own          | 3     | email      | new@claes.example   | Bo  | 2026-01-12
		c5        | own          | 1     | profession | butcher             | An  | 2026-01-12
		c6        | own          | 77    | email      | of@nobody.example   | An  | 2026-01-12`}})
	b.Night("2026-02-01")
	b.Want("customers", `
		customer_id | name  | email
		own/1       | Aerts | right@aerts.example
		own/2       | Baert |
		own/3       | Claes | new@claes.example`)
	b.Want("customer_fields", `
		customer_id | field      | source_record_id | rule
		own/1       | kind       | 1                | only
		own/1       | name       | 1                | only
		own/1       | email      | 1                | correction
		own/1       | profession | 1                | correction
		own/2       | kind       | 2                | only
		own/2       | name       | 2                | only
		own/2       | profession | 2                | only
		own/3       | kind       | 3                | only
		own/3       | name       | 3                | only
		own/3       | email      | 3                | correction
		own/3       | profession | 3                | only`)

	// The source says the same again of 1, and something else of 3; its
	// profession column is not there at all, which changes no value.
	own("o2", `
		record_id | name  | email               | observed_on
		1         | Aerts | old@aerts.example   | 2026-02-01
		3         | Claes | latest@claes.example | 2026-02-01`, "parties.profession")
	b.Night("2026-02-02")
	b.Want("corrected_parties", `
		source | record_id | email                | profession
		own    | 1         | right@aerts.example  | butcher
		own    | 2         |                      | smith
		own    | 3         | latest@claes.example | tailor`)
}

func TestContactPoints(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	parties(b, map[string]string{
		"own": `
			record_id | enterprise_number | name  | email           | phone | mobile | website       | observed_on
			1         | 0403019261        | Aerts | a@aerts.example | +321  | +322   | aerts.example | 2026-01-01`,
		"form": `
			record_id | enterprise_number | name  | email           | phone | mobile | website | observed_on
			1         | 0403019261        | Aerts | a@aerts.example | +322  |        |         | 2026-02-01`,
	})
	b.Deliver(transformstest.Delivery{Source: "survey", ID: "points", Tables: map[string]string{"contact_points": `
		record_id | party_source | party | kind   | value           | status       | observed_on
		p1        | own          | 1     | email  | a@aerts.example | bounced      | 2026-01-15
		p2        | own          | 1     | mobile | +329            | wrong number | 2026-01-15
		p3        | own          | 1     | phone  | +329            |              | 2026-01-16`}})
	b.Night("2026-03-01")
	// What a source knows of an address outlives its being said again.
	b.Want("contact_points", `
		customer_id | kind    | value           | status       | source | observed_on
		own/1       | email   | a@aerts.example | bounced      | survey | 2026-01-15
		own/1       | phone   | +321            |              | own    | 2026-01-01
		own/1       | phone   | +322            |              | form   | 2026-02-01
		own/1       | phone   | +329            | wrong number | survey | 2026-01-15
		own/1       | website | aerts.example   |              | own    | 2026-01-01`)
	b.CheckKeys()
}

func TestAttributes(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	parties(b, map[string]string{
		"own":  "record_id | enterprise_number | name\n 1 | 0403019261 | Aerts",
		"form": "record_id | enterprise_number | name\n 1 | 0403019261 | Aerts",
	})
	for _, d := range []struct{ source, rows string }{
		{"own", "record_id | party | name | value | observed_on\n 1|1|price_group|A|2026-01-01"},
		{"form", "record_id | party | name | value | observed_on\n 1|1|price_group|B|2026-02-01\n 2|1|size|XL|2026-02-01"},
	} {
		b.Deliver(transformstest.Delivery{Source: d.source, ID: d.source + " attributes", Tables: map[string]string{"attributes": d.rows}})
	}
	b.Night("2026-03-01")
	b.Want("customer_attributes", `
		customer_id | name        | value
		form/1      | price_group | A
		form/1      | size        | XL`)
}

// A figure says what it is, by the party that tells it: one that says nothing reports.
func TestBasisOfFigures(t *testing.T) {
	b := transformstest.New(t)
	sources(b)
	const columns = "record_id | kind | name | headcount | headcount_basis | revenue | revenue_basis\n"
	parties(b, map[string]string{
		"own":       columns + "1 | organisation | Een | | reported | 5000 |\n 2 | organisation | Twee | 7 | | | estimated",
		"purchased": columns + "3 | organisation | Drie | 10 | band | 900 | estimated\n 4 | organisation | Vier | 20 | counted | |",
	})
	b.Night("2026-03-01")
	b.Want("organisations", `
		customer_id | headcount | headcount_basis | revenue | revenue_basis
		own/1       |           | absent          | 5000    | reported
		own/2       | 7         | reported        |         | absent
		purchased/3 | 10        | band            | 900     | estimated
		purchased/4 | 20        | reported        |         | absent`)
}
