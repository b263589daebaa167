// Package metrics counts what each customer did: the criteria that scores,
// segments and lists are made of.
package metrics

import (
	_ "embed"

	"clientele/schemas/dialect"
	"clientele/transforms"
)

//go:embed metrics.sql
var metricsSQL string

// Statements returns the statements that make customer_metrics from the
// published facts.
func Statements(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night) ([]dialect.Statement, error) {
	return d.Script("metrics", metricsSQL, ns, night)
}
