// Package account publishes what became of every row that was read: the
// deliveries, the rows of each by code, the values that were bad.
package account

import (
	_ "embed"

	"clientele/schemas/dialect"
)

//go:embed account.sql
var accountSQL string

// Statements returns the statements that make the published tables about
// sources, deliveries and their rows.
func Statements(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	return d.Script("account", accountSQL, ns, nil)
}
