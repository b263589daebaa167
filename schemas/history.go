package schemas

import "slices"

// historyTable holds the versions of customers. It is kept in the base from
// night to night, and its rows say what was published on each.
var historyTable = publish("customers_history", "versions of customers: what `customers` said from one night to another", []string{"customer_id", "valid_from"},
	slices.Concat([]Column{
		customerID("customer"),
		req("valid_from", Date, NotPersonal, Operation, "first night of the version"),
		c("valid_to", Date, NotPersonal, Operation, "first night on which it held no more; null for the present one"),
		req("began", String, NotPersonal, Operation, "how it began: new, changed, split (from another customer) or reappeared"),
		c("split_from", String, Pseudonym, Operation, "customer that it was split from"),
		c("ended", String, NotPersonal, Operation, "how it ended: changed, merged (into another customer) or deleted (no party of it is left); null for the present one"),
		c("merged_into", String, Pseudonym, Operation, "customer that it was merged into"),
		c("changed_fields", String, NotPersonal, Operation, "columns that differ from the version before, separated by blanks; null where there is none"),
		req("change_hash", String, Pseudonym, Operation, "SHA-256 of the columns that follow"),
	}, untracked(customerTables[0].Tracked()))...)

// Tracked returns the columns whose changes make a new version in the history.
func (t Table) Tracked() []Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return !c.Tracked })
}

func untracked(columns []Column) []Column {
	for i := range columns {
		columns[i].Tracked = false
	}
	return columns
}
