// Package facts publishes what happened: orders and their lines, quotes,
// invoices, interactions, answers, each with the customer that it belongs to.
package facts

import (
	_ "embed"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms"
)

var (
	//go:embed facts.sql
	factsSQL string
	//go:embed campaigns.sql
	campaignsSQL string
)

// Statements returns the statements that make the published tables of facts from
// the current rows and the members of customers.
func Statements(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night) ([]dialect.Statement, error) {
	var referring []string
	for _, t := range schemas.Referring() {
		referring = append(referring, t.Name)
	}
	return d.Script("facts", factsSQL, ns, struct {
		transforms.Night
		Referring []string // input tables
		ByID      string
		ByRef     string
	}{night, referring, schemas.PartyByID, schemas.PartyByRef})
}

// Campaigns returns the statements that count what came of campaigns, from the
// published facts of all customers.
func Campaigns(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("campaigns", campaignsSQL, ns, nil)
}
