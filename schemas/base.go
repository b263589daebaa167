package schemas

import "slices"

// bases are the tables that the base keeps between nights beside the input
// tables.
var bases = []Table{
	{Name: "base_meta", Layer: LayerBase, Key: []string{"name"},
		Doc: "what the base is: its version, by which a newer program brings it up to date and an older one refuses it",
		Columns: []Column{
			req("name", String, NotPersonal, Operation, "version"),
			req("value", String, NotPersonal, Operation, "what it is"),
		}},
	{Name: "base_deliveries", Layer: LayerBase, Key: []string{"delivery_id"},
		Doc: "ledger of the deliveries whose rows the base holds; it commits with them",
		Columns: []Column{
			req("delivery_id", String, NotPersonal, Operation, "id of the delivery"),
			req("source", String, NotPersonal, Operation, "source that it came from"),
			req("name", String, NotPersonal, Operation, "file or pull"),
			req("hash", String, NotPersonal, Operation, "SHA-256 of the content"),
			req("seq", Int, NotPersonal, Operation, "order in which deliveries were loaded; a later one wins"),
			req("delivered_on", Date, NotPersonal, Operation, "night that first loaded it"),
			c("named", Bool, NotPersonal, Operation, "the same name with other content is a correction of it"),
			c("cursor", String, NotPersonal, Operation, "where the source stands after it"),
			c("due_on", Date, NotPersonal, Operation, "earliest date of its rows that were still in the future; the first night after it loads them"),
			req("rows", Int, NotPersonal, Operation, "rows read"),
		}},
	{Name: "base_columns", Layer: LayerBase, Key: []string{"delivery_id", "column"},
		Doc: "columns of each delivery as it came: what a later one is compared with. New ones that a contract discards are not among them",
		Columns: []Column{
			req("delivery_id", String, NotPersonal, Operation, "delivery"),
			req("source", String, NotPersonal, Operation, "source that it came from"),
			req("column", String, NotPersonal, Operation, "column of the source"),
			req("type", String, NotPersonal, Operation, "what its first values look like: integer, number, date, text …"),
		}},
	{Name: "base_modes", Layer: LayerBase, Key: []string{"source", "target"},
		Doc: "how each source delivers each input table",
		Columns: []Column{
			req("source", String, NotPersonal, Operation, "source"),
			req("target", String, NotPersonal, Operation, "input table"),
			req("mode", String, NotPersonal, Operation, "snapshot, changes or append"),
		}},
	{Name: "base_quarantine", Layer: LayerBase, Key: []string{"delivery_id", "target", "position"},
		Doc: "rows that could not be conformed, as they were read",
		Columns: []Column{
			req("delivery_id", String, NotPersonal, Operation, "delivery that the row came with"),
			req("source", String, NotPersonal, Operation, "source"),
			req("target", String, NotPersonal, Operation, "input table that it was meant for"),
			req("position", Int, NotPersonal, Operation, "ordinal of the row within its delivery"),
			c("part", String, NotPersonal, Operation, "sheet or member"),
			req("row", Int, NotPersonal, Operation, "line, row of the sheet or ordinal of the record"),
			req("code", String, NotPersonal, Operation, "what is wrong: ragged, bad_date, missing_key …"),
			c("column", String, NotPersonal, Operation, "column of the source that is wrong"),
			req("message", String, NotPersonal, Operation, "what is wrong, in words, without the value"),
			req("values", String, Identity, Operation, "the row as JSON, by column of the source"),
			c("quarantined_on", Date, NotPersonal, Operation, "night"),
		}},
	{Name: "base_issues", Layer: LayerBase, Key: []string{"delivery_id", "target", "position", "column"},
		Doc: "bad values that became null",
		Columns: []Column{
			req("delivery_id", String, NotPersonal, Operation, "delivery that the value came with"),
			req("source", String, NotPersonal, Operation, "source"),
			req("target", String, NotPersonal, Operation, "input table"),
			req("position", Int, NotPersonal, Operation, "ordinal of the row within its delivery"),
			c("part", String, NotPersonal, Operation, "sheet or member"),
			req("row", Int, NotPersonal, Operation, "line, row of the sheet or ordinal of the record"),
			req("column", String, NotPersonal, Operation, "column of the input table"),
			req("code", String, NotPersonal, Operation, "what is wrong: bad_email, bad_check_digit, conflict …"),
		}},
	{Name: "base_tallies", Layer: LayerBase, Key: []string{"delivery_id", "target", "outcome", "code"},
		Doc: "what became of the rows of each delivery",
		Columns: []Column{
			req("delivery_id", String, NotPersonal, Operation, "delivery"),
			req("source", String, NotPersonal, Operation, "source"),
			req("target", String, NotPersonal, Operation, "input table"),
			req("outcome", String, NotPersonal, Operation, "read, conformed, filtered or quarantined"),
			c("code", String, NotPersonal, Operation, "filter or fault; empty for read and conformed"),
			req("rows", Int, NotPersonal, Operation, "how many"),
		}},
	{Name: "base_sources", Layer: LayerBase, Key: []string{"source"},
		Doc: "the sources as the config of the night has them",
		Columns: []Column{
			req("source", String, NotPersonal, Operation, "source"),
			req("origin", String, NotPersonal, Operation, "own, form, survey, purchased or register"),
			req("trust", Int, NotPersonal, Operation, "rank of its values; 1 wins"),
			c("owner", String, NotPersonal, Operation, "who answers for it"),
			c("basis", String, NotPersonal, Operation, "legal basis"),
			c("supplier", String, NotPersonal, Operation, "who sold a purchased list"),
			c("bought_on", Date, NotPersonal, Operation, "when it was bought"),
			c("licence_until", Date, NotPersonal, Operation, "last day of its licence"),
			c("cost", Float, NotPersonal, Operation, "what it cost, in the company's currency"),
			c("uses", String, NotPersonal, Operation, "what it may be used for; empty where the licence does not say"),
			c("channels", String, NotPersonal, Operation, "channels for which it may be used; empty for all"),
			c("notice_due_on", Date, NotPersonal, Operation, "day by which persons that only it knows must be told of it"),
			c("outdated", String, NotPersonal, Operation, "channels for which its list of who wants no approach is too old"),
			c("stale", Bool, NotPersonal, Operation, "it failed its guard, or the register did not answer: it keeps its last good data"),
			c("expected_by", Date, NotPersonal, Operation, "date by which it should deliver again"),
			c("replaced_by", String, NotPersonal, Operation, "source that takes its place"),
			c("replaced_on", Date, NotPersonal, Operation, "first day of that one"),
			c("licence", String, NotPersonal, Operation, "terms of an official register"),
			c("attribution", String, NotPersonal, Operation, "what must be shown with values of an official register"),
			c("fresh_since", Date, NotPersonal, Operation, "answers of an official register of before this date are stale"),
		}},
	{Name: "base_crosswalk", Layer: LayerBase, Key: []string{"source", "record_id", "replaced_source", "replaced_record_id"},
		Doc: "which record of a replaced source became which of the one that replaces it",
		Columns: []Column{
			req("source", String, NotPersonal, Operation, "source that replaces another"),
			req("record_id", String, Pseudonym, Operation, "key of the party in it"),
			req("replaced_source", String, NotPersonal, Operation, "source that it replaces"),
			req("replaced_record_id", String, Pseudonym, Operation, "key of the party in that one"),
			req("row", Int, NotPersonal, Operation, "line of the crosswalk"),
		}},
	{Name: "base_collectives", Layer: LayerBase, Key: []string{"source", "record_id"},
		Doc: "accounts that stand for nobody in particular: counter sales",
		Columns: []Column{
			req("source", String, NotPersonal, Operation, "source"),
			req("record_id", String, NotPersonal, Operation, "account"),
		}},
	{Name: "base_members", Layer: LayerBase, Key: []string{"source", "record_id"},
		Doc: "which customer each party is: the outcome of matching",
		Columns: []Column{
			req("source", String, NotPersonal, Operation, "source of the party"),
			req("record_id", String, Pseudonym, Operation, "key of the party"),
			req("customer_id", String, Pseudonym, Operation, "customer that it is"),
			c("probability", Float, NotPersonal, Operation, "probability that it belongs there"),
			c("matched_by", String, NotPersonal, Operation, "rule that joined it"),
		}},
	{Name: "base_ids", Layer: LayerBase, Key: []string{"customer_id"},
		Doc: "every customer id ever issued and the record that founded it",
		Columns: []Column{
			req("customer_id", String, Pseudonym, Operation, "id"),
			req("source", String, NotPersonal, Operation, "source of the founding record"),
			req("record_id", String, Pseudonym, Operation, "key of the founding record"),
			c("founded_on", Date, NotPersonal, Operation, "date of the founding record"),
			req("current_customer_id", String, Pseudonym, Operation, "customer that it leads to today"),
			req("state", String, NotPersonal, Operation, "current, merged or gone"),
		}},
	{Name: "base_models", Layer: LayerBase, Key: []string{"kind"},
		Doc: "models by which parties are matched, one per kind of party: trained once, they stay until they are trained anew",
		Columns: []Column{
			req("kind", String, NotPersonal, Operation, "organisation or person"),
			req("trained_on", Date, NotPersonal, Operation, "night on whose parties it was trained"),
			req("model", String, Identity, Operation, "the model as JSON, with the frequencies of the most frequent values"),
		}},
	{Name: "base_grey", Layer: LayerBase, Key: []string{"source_a", "record_a", "source_b", "record_b"},
		Doc: "pairs of parties that people are asked about: too alike to be two, and not enough to be one",
		Columns: []Column{
			req("source_a", String, NotPersonal, Operation, "source of the first party"),
			req("record_a", String, Pseudonym, Operation, "key of the first party"),
			req("source_b", String, NotPersonal, Operation, "source of the second party"),
			req("record_b", String, Pseudonym, Operation, "key of the second party"),
			req("kind", String, NotPersonal, Operation, "organisation or person: by whose model"),
			req("weight", Float, NotPersonal, Operation, "what the pair weighs, in bits"),
		}},
	{Name: "base_merges", Layer: LayerBase, Key: []string{"as_of", "from_customer_id", "to_customer_id"},
		Doc: "merges and splits of customers",
		Columns: []Column{
			req("as_of", Date, NotPersonal, Operation, "night"),
			req("from_customer_id", String, Pseudonym, Operation, "id before"),
			req("to_customer_id", String, Pseudonym, Operation, "id after"),
			req("why", String, NotPersonal, Operation, "merge or split"),
			c("reason", String, NotPersonal, Operation, "decision, or the rule that joined them; nothing where evidence parted them"),
			c("decided_by", String, NotPersonal, Operation, "who decided it, where people did"),
		}},
	{Name: "base_classes", Layer: LayerBase, Key: []string{"as_of", "customer_id", "score"},
		Doc: "class of each score on the last night and the one before, from which changes are told",
		Columns: []Column{
			req("customer_id", String, Pseudonym, Marketing, "customer"),
			req("score", String, NotPersonal, Marketing, "score"),
			c("class", String, Profile, Marketing, "class"),
			c("previous_class", String, Profile, Marketing, "class before that"),
			c("class_since", Date, NotPersonal, Marketing, "first night of the class"),
			req("as_of", Date, NotPersonal, Operation, "night"),
		}},
	{Name: "base_absences", Layer: LayerBase, Key: []string{"delivery_id", "target", "column"},
		Doc: "mapped columns that a delivery lacked: their nulls say nothing",
		Columns: []Column{
			req("delivery_id", String, NotPersonal, Operation, "delivery"),
			req("target", String, NotPersonal, Operation, "input table"),
			req("column", String, NotPersonal, Operation, "column of the input table"),
		}},
}

// Bases returns the tables that the base keeps beside the input tables.
func Bases() []Table { return slices.Clone(bases) }

// All returns every table of every layer.
func All() []Table { return slices.Concat(inputs, bases, published) }

// Lookup returns the table of that name in any layer.
func Lookup(name string) (Table, bool) {
	all := All()
	i := slices.IndexFunc(all, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, false
	}
	return all[i], true
}
