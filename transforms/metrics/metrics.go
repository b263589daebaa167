// Package metrics counts what each customer did: the criteria that scores,
// segments and lists are made of.
package metrics

import (
	_ "embed"
	"fmt"

	"clientele/schemas/dialect"
	"clientele/transforms"
)

//go:embed metrics.sql
var metricsSQL string

// Statements returns the statements that make customer_metrics from the
// published facts, of the customers in work_parties.
func Statements(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night) ([]dialect.Statement, error) {
	return d.Script("metrics", metricsSQL, ns, struct {
		transforms.Night
		DaysSinceLastOrder string
	}{night, daysSinceLastOrder(d, night, "o.last_order_on")})
}

// Age returns the statement that counts the days since the last order anew for a
// night on which nothing else became of a customer.
func Age(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night) dialect.Statement {
	return dialect.Statement{Name: "days since last orders", SQL: fmt.Sprintf("UPDATE %s SET days_since_last_order = %s WHERE last_order_on IS NOT NULL",
		ns("customer_metrics"), daysSinceLastOrder(d, night, "last_order_on"))}
}

func daysSinceLastOrder(d *dialect.Dialect, night transforms.Night, lastOrder string) string {
	return d.DaysBetween(d.Date(night.AsOf), lastOrder)
}
