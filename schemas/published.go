package schemas

import "slices"

var published = laid(slices.Concat(customerTables, sectorTables, []Table{historyTable}, factTables, scoreTables, operationTables))

// Published returns the tables that readers see, in the order in which they are
// listed and written.
func Published() []Table { return slices.Clone(published) }

func publish(name, doc string, key []string, columns ...Column) Table {
	return Table{Name: name, Doc: doc, Layer: LayerPublished, Key: key, Columns: columns}
}

func customerID(doc string) Column { return c("customer_id", String, Pseudonym, Service, doc) }
