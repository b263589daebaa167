package selection

import "clientele/connectors"

// Preview is what a table shows to who does not know it yet.
type Preview struct {
	// Rows are the first of it, by its key or in no order.
	connectors.Rows
	// Keyed says that it declares a primary key.
	Keyed bool
	// Sortable are the columns that a key can be made of.
	Sortable []string
}
