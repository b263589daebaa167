package schemas

import (
	"slices"
	"strings"
)

// c is a column; req is a required one. They keep the definitions below
// readable as tables.
func c(name string, typ Type, personal Category, purpose Purpose, doc string) Column {
	return Column{Name: name, Type: typ, Doc: doc, Personal: personal, Purpose: purpose}
}

func req(name string, typ Type, personal Category, purpose Purpose, doc string) Column {
	col := c(name, typ, personal, purpose, doc)
	col.Required = true
	return col
}

func volatile(col Column) Column { col.Volatile = true; return col }

func tracked(col Column) Column { col.Tracked = true; return col }

// InputPrefix stands before the name of an input table in the base.
const InputPrefix = "in_"

// Lineage returns the columns that every input table begins with: which row of
// which delivery this is, and which row it replaces.
func Lineage() []Column {
	return []Column{
		req("source", String, NotPersonal, Operation, "source that delivered the row"),
		req("record_id", String, Pseudonym, Operation, "key of the row within its source, as the source writes it"),
		req("delivery_id", String, NotPersonal, Operation, "delivery that the row came with"),
		req("position", Int, NotPersonal, Operation, "ordinal of the row within its delivery"),
		c("scope", String, NotPersonal, Operation, "part of the source that a snapshot replaces as a whole: a month, a wave; empty for all of it"),
		c("observed_on", Date, NotPersonal, Operation, "date for which the source says this"),
		c("first_observed_on", Date, NotPersonal, Operation, "earliest date for which the delivery says something of the record"),
		c("deleted", Bool, NotPersonal, Operation, "the source says that the record is gone"),
	}
}

// party refers to a party of a source.
func party(doc string) []Column {
	return []Column{
		c("party_source", String, NotPersonal, Operation, "source whose record the party is; empty for the row's own, customer_id where the party is an id of a customer, contact_ref where it is a reference given out with a contact"),
		c("party", String, Pseudonym, Service, doc),
	}
}

// PartyByID stands for a source where the party of a row is a customer, named by
// an id that Clientele issued, whenever that was: an agency returns the ids of those
// whom it was asked to call.
const PartyByID = "customer_id"

// PartyByRef stands for a source where the party of a row is whoever was contacted
// under a reference: an outbound interaction, of any source, has it as its
// contact_ref.
const PartyByRef = "contact_ref"

func input(name, doc string, columns ...[]Column) Table {
	t := Table{Name: InputPrefix + name, Doc: doc, Layer: LayerInput, Key: []string{"source", "record_id", "delivery_id"}, Columns: Lineage()}
	for _, cs := range columns {
		t.Columns = append(t.Columns, cs...)
	}
	return t
}

// RegistryInput begins the names, as configs call input tables, of those that
// answers of official registers are conformed to. No source maps rows to them.
const RegistryInput = "registry_"

// RegistryConcordance is the one of them, as configs would call it, that is about no firm.
const RegistryConcordance = RegistryInput + "concordance"

func registryInput(name, doc string, columns ...Column) Table {
	return input(RegistryInput+name, doc, columns)
}

// inputs are the tables that sources map their rows to.
var inputs = []Table{
	input("parties", "firms and persons as one source knows them", []Column{
		c("kind", String, NotPersonal, Service, "organisation or person; inferred from the name where the source does not say"),
		c("name", String, Identity, Service, "name as written: of the firm, or the person's full name"),
		c("legal_name", String, Identity, Service, "registered name of a firm, where it differs"),
		c("trade_name", String, Identity, Service, "name under which a firm trades"),
		c("given_name", String, Identity, Service, "given name of a person"),
		c("family_name", String, Identity, Service, "family name of a person, with particles"),
		c("salutation", String, Profile, Service, "mr, mrs or mx"),
		c("language", String, Profile, Service, "language to write in, ISO 639-1"),
		c("birth_date", Date, Identity, Service, "date of birth"),
		c("profession", String, Profile, Marketing, "profession of a person"),
		c("habits", String, Profile, Marketing, "what a person likes to do or buy"),
		c("email", String, Contact, Service, "e-mail address, normalised"),
		c("phone", String, Contact, Service, "telephone number, E.164"),
		c("mobile", String, Contact, Service, "second telephone number, E.164"),
		c("website", String, Contact, Service, "host of the web site"),
		c("street", String, Location, Service, "street without number"),
		c("house_number", String, Location, Service, "house number"),
		c("box", String, Location, Service, "box, floor or flat"),
		c("postcode", String, Location, Service, "postcode as the country writes it"),
		c("municipality", String, Location, Service, "town"),
		c("region", String, Location, Service, "province or region"),
		c("country", String, Location, Service, "country, ISO 3166-1 alpha-2"),
		c("vat_number", String, Identity, Service, "VAT number with a valid check digit"),
		c("enterprise_number", String, Identity, Service, "number in the national register, with a valid check digit"),
		c("iban", String, Financial, Accounting, "bank account"),
		c("sector_code", String, NotPersonal, Marketing, "activity code as the source says"),
		c("sector_version", String, NotPersonal, Marketing, "version of NACE that the activity code is of: 2008 or 2025; where it is empty no rule can tell what the code means"),
		c("headcount", Int, NotPersonal, Marketing, "staff as the source says; of a band its lower end"),
		c("headcount_basis", String, NotPersonal, Marketing, "reported, band or estimated; reported where the source does not say"),
		c("revenue", Decimal, NotPersonal, Marketing, "yearly revenue as the source says; of a band its lower end"),
		c("revenue_basis", String, NotPersonal, Marketing, "reported, band or estimated; reported where the source does not say"),
		c("account_manager", String, NotPersonal, Service, "who looks after the customer"),
		c("organisation", String, Pseudonym, Service, "record of the firm that a contact works for, in the same source"),
		c("role", String, Profile, Service, "what a contact does there"),
		c("is_primary", Bool, NotPersonal, Service, "the contact is the firm's first"),
		c("until", Date, Profile, Service, "date on which a contact left"),
		c("opted_out", Bool, Profile, Marketing, "the source says that the party does not want to be approached"),
		// What conform derives for matching.
		c("name_key", String, Identity, Operation, "name folded for comparison, without legal form"),
		c("legal_form_code", String, NotPersonal, Service, "legal form taken from the name, like BE-BV"),
		c("natural_person", Bool, NotPersonal, Service, "the firm is a person in trade"),
		c("street_key", String, Location, Operation, "street folded for comparison"),
		c("town_key", String, Location, Operation, "town folded for comparison, one key for its names in all languages"),
	}),
	input("addresses", "further addresses of a party", party("party that the address is of"), []Column{
		c("kind", String, NotPersonal, Service, "seat, delivery, invoice, establishment or former"),
		c("street", String, Location, Service, "street without number"),
		c("house_number", String, Location, Service, "house number"),
		c("box", String, Location, Service, "box, floor or flat"),
		c("postcode", String, Location, Service, "postcode"),
		c("municipality", String, Location, Service, "town"),
		c("country", String, Location, Service, "country, ISO 3166-1 alpha-2"),
	}),
	input("contact_points", "further phones, e-mail addresses and sites of a party", party("party that is reached there"), []Column{
		req("kind", String, NotPersonal, Service, "phone, mobile, email or website"),
		req("value", String, Contact, Service, "number, address or host, normalised"),
		c("status", String, NotPersonal, Service, "ok, bounced, wrong number or moved"),
	}),
	input("attributes", "fields that a company declares of its own", party("party that has the attribute"), []Column{
		req("name", String, NotPersonal, Service, "name of the attribute"),
		c("value", String, Profile, Service, "its value as text"),
		c("type", String, NotPersonal, Operation, "type that expressions read it as"),
	}),
	input("consents", "what a party allowed or refused", party("party that consents"), []Column{
		req("purpose", String, NotPersonal, Marketing, "what for: marketing, service …"),
		req("channel", String, NotPersonal, Marketing, "email, phone, post, visit or all"),
		c("basis", String, NotPersonal, Marketing, "consent, contract, legitimate_interest or objection"),
		req("status", String, Profile, Marketing, "granted, refused or withdrawn"),
		c("since", Date, NotPersonal, Marketing, "date from which it holds"),
		c("evidence", String, Profile, Marketing, "where it can be seen"),
	}),
	input("do_not_contact", "who is on a list of those who want no approach: do-not-call registers, Robinson lists", []Column{
		c("phone", String, Contact, Marketing, "telephone number that may not be called, E.164"),
		c("email", String, Contact, Marketing, "e-mail address that may not be written to"),
		c("name", String, Identity, Marketing, "name of who wants no post, as written"),
		c("given_name", String, Identity, Marketing, "given name"),
		c("family_name", String, Identity, Marketing, "family name, with particles"),
		c("street", String, Location, Marketing, "street without number"),
		c("house_number", String, Location, Marketing, "house number"),
		c("box", String, Location, Marketing, "box, floor or flat"),
		c("postcode", String, Location, Marketing, "postcode"),
		c("municipality", String, Location, Marketing, "town"),
		c("country", String, Location, Marketing, "country, ISO 3166-1 alpha-2"),
		c("listed_on", Date, NotPersonal, Marketing, "date from which the list has it"),
		c("name_key", String, Identity, Operation, "name folded for comparison"),
	}),
	input("corrections", "what staff put right by hand", party("party that is corrected"), []Column{
		req("field", String, NotPersonal, Service, "column of parties that is corrected"),
		c("value", String, Identity, Service, "right value; empty for none"),
		c("who", String, NotPersonal, Operation, "who corrected it"),
		c("corrected_on", Date, NotPersonal, Operation, "when"),
	}),
	input("products", "what is sold", []Column{
		req("product", String, NotPersonal, Service, "product code"),
		c("name", String, NotPersonal, Service, "description"),
		c("category", String, NotPersonal, Marketing, "product group"),
		c("unit_price", Decimal, NotPersonal, Service, "list price"),
		c("unit_cost", Decimal, NotPersonal, Service, "cost"),
	}),
	input("orders", "orders", party("party that ordered"), []Column{
		req("order_id", String, Pseudonym, Service, "order number"),
		req("ordered_at", Timestamp, Behaviour, Service, "instant of the order"),
		c("status", String, NotPersonal, Service, "open, delivered, cancelled or credited"),
		c("amount", Decimal, Financial, Service, "amount without VAT, where the source has it per order; else the sum of its lines"),
		c("currency", String, NotPersonal, Service, "currency, ISO 4217"),
		c("salesperson", String, NotPersonal, Service, "who sold"),
		c("channel", String, NotPersonal, Marketing, "shop, web, phone, visit …"),
	}),
	input("order_lines", "lines of orders", []Column{
		c("order_source", String, NotPersonal, Operation, "source whose order the line is of; empty for the row's own"),
		req("order_id", String, Pseudonym, Service, "order number"),
		c("line_no", Int, NotPersonal, Service, "number of the line within the order"),
		c("product", String, Behaviour, Service, "product code"),
		c("description", String, Behaviour, Service, "text of the line"),
		req("quantity", Decimal, Behaviour, Service, "quantity; negative for a return"),
		req("unit_price", Decimal, Financial, Service, "price of one without VAT"),
		c("unit_cost", Decimal, NotPersonal, Service, "cost of one"),
	}),
	input("quotes", "quotes", party("party that asked for it"), []Column{
		req("quote_id", String, Pseudonym, Service, "quote number"),
		c("requested_at", Timestamp, Behaviour, Service, "instant of the request"),
		c("sent_at", Timestamp, Behaviour, Service, "instant at which it was sent"),
		c("valid_until", Date, NotPersonal, Service, "last day on which it holds"),
		c("amount", Decimal, Financial, Service, "amount without VAT"),
		c("currency", String, NotPersonal, Service, "currency, ISO 4217"),
		c("status", String, NotPersonal, Service, "open, won, lost or expired"),
		c("order_id", String, Pseudonym, Service, "order that came of it"),
		c("salesperson", String, NotPersonal, Service, "who made it"),
		c("follow_up_on", Date, NotPersonal, Service, "date on which to ask again"),
	}),
	input("invoices", "invoices", party("party that is to pay"), []Column{
		req("invoice_id", String, Pseudonym, Accounting, "invoice number"),
		c("order_id", String, Pseudonym, Accounting, "order that it is for"),
		req("invoiced_on", Date, Behaviour, Accounting, "date of the invoice"),
		c("due_on", Date, NotPersonal, Accounting, "date on which it is due"),
		c("paid_on", Date, Behaviour, Accounting, "date on which it was paid"),
		req("amount", Decimal, Financial, Accounting, "amount without VAT; negative for a credit note"),
		c("open_amount", Decimal, Financial, Accounting, "what is still to be paid"),
		c("currency", String, NotPersonal, Accounting, "currency, ISO 4217"),
	}),
	input("interactions", "contacts with a party: calls, visits, mails, forms, complaints", party("party that was in contact"), []Column{
		req("interaction_id", String, Pseudonym, Service, "key of the contact"),
		req("occurred_at", Timestamp, Behaviour, Service, "instant of the contact"),
		req("channel", String, NotPersonal, Marketing, "call, visit, email, post, form, survey, event or complaint"),
		c("direction", String, NotPersonal, Marketing, "outbound (ours) or inbound (theirs)"),
		c("campaign", String, NotPersonal, Marketing, "campaign that it belongs to"),
		c("contact_ref", String, Pseudonym, Marketing, "reference given out with an outbound contact, by which what came of it is told"),
		c("by", String, NotPersonal, Service, "who was in contact on our side"),
		c("place", String, NotPersonal, Service, "where"),
		c("order_id", String, Pseudonym, Service, "order that it is about"),
		c("quote_id", String, Pseudonym, Service, "quote that it is about"),
		c("outcome", String, Behaviour, Marketing, "answered, refused, no_answer, wrong_number, call_back, sent, opened, clicked, bounced, unsubscribed …"),
		c("message", String, Behaviour, Service, "what was said"),
	}),
	input("survey_answers", "answers to survey questions", party("party that answered"), []Column{
		req("survey", String, NotPersonal, Marketing, "name of the survey"),
		c("wave", String, NotPersonal, Marketing, "wave of the survey"),
		req("question", String, NotPersonal, Marketing, "code of the question"),
		c("code", String, Profile, Marketing, "code of the answer"),
		c("label", String, Profile, Marketing, "text of the answer"),
		c("answered_on", Date, Behaviour, Marketing, "date of the answer"),
	}),
	registryInput("firms", "what an official register answered about a firm, a row per question",
		c("asked_by", String, NotPersonal, Operation, "kind of number that the register was asked by: enterprise_number, kvk_number, siren, company_number, vat_number or lei; nace where it was asked for its concordance"),
		c("number", String, Identity, Service, "number that it was asked about"),
		c("asked_on", Date, NotPersonal, Operation, "date on which it was asked; of a copy, that of the copy"),
		c("calls", Int, NotPersonal, Operation, "calls that it took"),
		c("answer_hash", String, NotPersonal, Operation, "SHA-256 of the answer"),
		c("known", Bool, NotPersonal, Service, "the register knows the firm"),
		c("legal_name", String, Identity, Service, "registered name"),
		c("trade_name", String, Identity, Service, "name under which the firm trades"),
		c("legal_form_code", String, NotPersonal, Service, "legal form, like BE-BV"),
		c("status", String, NotPersonal, Service, "active, insolvent, liquidating or dissolved"),
		c("founded_on", Date, NotPersonal, Marketing, "date of foundation"),
		c("ended_on", Date, NotPersonal, Service, "date on which the firm ended"),
		c("vat_valid", Bool, NotPersonal, Service, "its VAT number is valid"),
		c("sector_code", String, NotPersonal, Marketing, "code of the main activity"),
		c("sector_version", String, NotPersonal, Marketing, "version of NACE that the code is of"),
		c("sector_section", String, NotPersonal, Marketing, "section of the code in its version"),
		c("purpose", String, NotPersonal, Marketing, "what the firm is for, as its statutes say"),
		c("website", String, Contact, Service, "host of the web site"),
		c("non_mailing", Bool, NotPersonal, Marketing, "the firm objects to mail and visits of those who use the register"),
		c("natural_person", Bool, NotPersonal, Service, "the firm is a person in trade"),
		c("lei", String, Identity, Service, "legal entity identifier"),
		c("parent_lei", String, Identity, Service, "legal entity identifier of the direct parent"),
		c("doubts", String, NotPersonal, Operation, "what does not add up in the record itself"),
	),
	registryInput("accounts", "yearly figures of firms in an official register",
		c("firm", String, Pseudonym, Operation, "row of registry_firms that they are of"),
		req("year", Int, NotPersonal, Marketing, "financial year; of a figure of now, the year in which the register said it"),
		c("currency", String, NotPersonal, Marketing, "currency of the amounts, ISO 4217"),
		c("revenue", Decimal, NotPersonal, Marketing, "turnover"),
		c("gross_margin", Decimal, NotPersonal, Marketing, "gross margin"),
		c("operating_result", Decimal, NotPersonal, Marketing, "earnings before interest and taxes"),
		c("profit", Decimal, NotPersonal, Marketing, "profit or loss of the year"),
		c("total_assets", Decimal, NotPersonal, Marketing, "total assets"),
		c("current_assets", Decimal, NotPersonal, Marketing, "current assets"),
		c("equity", Decimal, NotPersonal, Marketing, "equity"),
		c("reserves", Decimal, NotPersonal, Marketing, "reserves"),
		c("carried_forward", Decimal, NotPersonal, Marketing, "profit or loss of earlier years"),
		c("debts", Decimal, NotPersonal, Marketing, "debts"),
		c("current_debts", Decimal, NotPersonal, Marketing, "debts within a year"),
		c("revenue_basis", String, NotPersonal, Marketing, "reported, band or estimated"),
		c("headcount", Decimal, NotPersonal, Marketing, "staff; of a band its lower end"),
		c("headcount_unit", String, NotPersonal, Marketing, "persons, or fte for full-time equivalents"),
		c("headcount_basis", String, NotPersonal, Marketing, "reported, band or estimated"),
	),
	registryInput("directors", "directors of firms in an official register",
		c("firm", String, Pseudonym, Operation, "row of registry_firms that they are of"),
		req("name", String, Identity, Service, "name"),
		c("role", String, Profile, Service, "mandate"),
		c("since", Date, Profile, Service, "start of the mandate"),
		c("until", Date, Profile, Service, "end of the mandate"),
	),
	registryInput("places", "addresses of firms and of their establishments in an official register",
		c("firm", String, Pseudonym, Operation, "row of registry_firms that they are of"),
		c("kind", String, NotPersonal, Service, "seat or establishment"),
		c("street", String, Location, Service, "street without number"),
		c("house_number", String, Location, Service, "house number"),
		c("box", String, Location, Service, "box, floor or flat"),
		c("postcode", String, Location, Service, "postcode"),
		c("municipality", String, Location, Service, "town"),
		c("country", String, Location, Service, "country, ISO 3166-1 alpha-2"),
		c("street_key", String, Location, Operation, "street folded for comparison"),
		c("town_key", String, Location, Operation, "town folded for comparison, one key for its names in all languages"),
		c("language", String, NotPersonal, Service, "language of the address where the register has it in several, ISO 639-1"),
	),
	registryInput("names", "names of firms in an official register",
		c("firm", String, Pseudonym, Operation, "row of registry_firms that they are of"),
		req("kind", String, NotPersonal, Service, "legal, trade, abbreviation or former"),
		req("name", String, Identity, Service, "name"),
		c("language", String, NotPersonal, Service, "its language, ISO 639-1; empty where the register does not say"),
	),
	registryInput("contact_points", "telephones, e-mail addresses and sites of firms in an official register",
		c("firm", String, Pseudonym, Operation, "row of registry_firms that they are of"),
		req("kind", String, NotPersonal, Service, "phone, email or website"),
		req("value", String, Contact, Service, "number, address or host, normalised"),
	),
	registryInput("links", "registered firms that were found for firms of which no number is known",
		c("link_source", String, NotPersonal, Operation, "source of the party that was looked for"),
		c("link_record", String, Pseudonym, Service, "record of the party"),
		c("asked_on", Date, NotPersonal, Operation, "day of the copy of the register in which it was looked for"),
		c("party_hash", String, NotPersonal, Operation, "hash of what the party was looked for by"),
		c("number", String, Identity, Service, "number of the firm that was found; nothing where none was"),
		c("establishment", String, Identity, Service, "number of its establishment that the party is"),
		c("relation", String, NotPersonal, Service, "likeness, renamed, branch or succeeded"),
		c("probability", Float, NotPersonal, Operation, "probability that the party is the firm"),
		c("rival", Float, NotPersonal, Operation, "probability of the firm that comes next"),
	),
	registryInput("concordance", "how codes of NACE go over into those of another version, by what firms filed in an official register; each answer stands in the place of the one before",
		req("from_version", String, NotPersonal, Operation, "version of NACE that the code is of"),
		req("from_code", String, NotPersonal, Operation, "code: four digits of a class, or five of the register's national list"),
		req("to_version", String, NotPersonal, Operation, "version of NACE that it goes over into"),
		req("to_code", String, NotPersonal, Operation, "code that firms file most often beside it, of as many digits"),
		c("to_section", String, NotPersonal, Operation, "section of that code"),
		req("share", Float, NotPersonal, Operation, "share of the firms' votes for that code"),
		req("firms", Int, NotPersonal, Operation, "firms that were counted"),
	),
	input("rates", "dated exchange rates", []Column{
		req("currency", String, NotPersonal, Accounting, "currency, ISO 4217"),
		req("valid_from", Date, NotPersonal, Accounting, "first day of the rate"),
		req("rate", Float, NotPersonal, Accounting, "units of that currency for one of the company's"),
	}),
	input("campaigns", "campaigns", []Column{
		req("campaign", String, NotPersonal, Marketing, "name of the campaign"),
		c("channel", String, NotPersonal, Marketing, "channel that it used"),
		c("sent_on", Date, NotPersonal, Marketing, "date on which it went out"),
		c("cost", Decimal, NotPersonal, Marketing, "what it cost"),
	}),
}

// Inputs returns the tables that sources map their rows to.
func Inputs() []Table { return slices.Clone(inputs) }

// Input returns the input table that configs call name ("orders").
func Input(name string) (Table, bool) {
	i := slices.IndexFunc(inputs, func(t Table) bool { return t.Name == InputPrefix+name })
	if i < 0 {
		return Table{}, false
	}
	return inputs[i], true
}

// InputNames returns the names that configs call the input tables.
func InputNames() []string {
	var names []string
	for _, t := range inputs {
		if name := t.Name[len(InputPrefix):]; !strings.HasPrefix(name, RegistryInput) {
			names = append(names, name)
		}
	}
	return names
}

// RegistryInputs returns the names of the input tables of registers, as configs
// would call them, that of firms first.
func RegistryInputs() []string {
	var names []string
	for _, t := range inputs {
		if name := t.Name[len(InputPrefix):]; strings.HasPrefix(name, RegistryInput) {
			names = append(names, name)
		}
	}
	return names
}

// Referring returns the input tables whose rows are about a party.
func Referring() []Table {
	return slices.DeleteFunc(Inputs(), func(t Table) bool {
		_, ok := t.Column("party")
		return !ok
	})
}

// MappedColumns returns the columns of an input table that a source can map:
// all but the lineage.
func (t Table) MappedColumns() []Column { return t.Columns[len(Lineage()):] }

// factDates names, per input table (as configs call it), the column that
// dates its rows. A row dated on or after the night is filtered as future; one
// without a date is quarantined where the column is required, and else of any
// night.
var factDates = map[string]string{
	"orders": "ordered_at", "quotes": "requested_at", "invoices": "invoiced_on",
	"interactions": "occurred_at", "survey_answers": "answered_on",
}

// FactDate returns the column that dates the rows of an input table (as configs
// call it), "" for tables that are not dated facts.
func FactDate(name string) string { return factDates[name] }
