package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"clientele/schemas"
	"clientele/schemas/option"
	"clientele/scoring"
	"clientele/transforms/conform"
	"clientele/transforms/match"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
	"clientele/transforms/normalize"
)

// Spec returns the options of a config, bound to c.
func (c *Config) Spec() *option.Spec {
	s := option.New("clientele.yaml", "The config of a project.")
	s.Int(&c.Version, "version", 1, 1, 1, "version of this format").Required()
	c.Company.spec(s.Object("company", "the company whose customers these are").Required().Spec())
	w := s.Object("warehouse", "where the tables live; embedded DuckDB files in --home where it is left out").Spec()
	c.Warehouse.spec(w)
	c.State.spec(s.Object("state", "where the journal, the lock and what people decide live; an SQLite file in --home where it is left out").Spec())
	c.Publish.spec(s.Object("publish", "further forms of the published tables").Spec())
	s.Strings(&c.Include, "include", "further files of sources, scores and retention, with * for any text; relative to this one, as are the paths in them").Example("sources/*.yaml")
	c.sourcesSpec(s)
	c.Registries.spec(s.Object("registries", "official registers of firms; docs/registries.md says what each gives").Spec())
	c.Estimates.spec(s.Object("estimates", "revenue and headcount of firms that report none, from the medians of their sector, marked as estimated; none where it is left out").Present(&c.Estimates.Asked).Spec())
	m := s.Object("match", "when two parties are one customer").Spec()
	c.Match.spec(m)
	c.Merge.Spec(s.Object("merge", "which value wins in a golden record").Spec())
	c.scoresSpec(s)
	unbuilt(s, "lists", "call, mail and visit lists come later")
	c.Checks.spec(s.Object("checks", "guards on the whole base: a failing one holds the night").Spec())
	c.retentionSpec(s)
	c.observeSpec(s)
	c.Schedule.spec(s.Object("schedule", "when nights are worked, for `clientele schedule` and `clientele run --if-due`").Present(&c.Schedule.Set).Spec())
	return s
}

func (c *Config) sourcesSpec(s *option.Spec) {
	s.Map("sources", "where customer data comes from, by name; at least one, here or in a file of include", func(key string) *option.Spec {
		src := &Source{Name: key}
		c.Sources = append(c.Sources, src)
		return src.spec()
	})
}

func (c *Config) scoresSpec(s *option.Spec) {
	s.Map("scores", "scores of customers, by name", func(key string) *option.Spec {
		card := &scoring.Scorecard{Name: key}
		c.Scores = append(c.Scores, card)
		return card.Spec()
	})
}

func (c *Config) retentionSpec(s *option.Spec) {
	s.Map("retention", "what is kept how long, by name", func(key string) *option.Spec {
		r := &Rule{Name: key}
		c.Retention = append(c.Retention, r)
		return r.spec()
	})
}

// The engines of matching.
const (
	EngineExact         = "exact"
	EngineProbabilistic = "probabilistic"
)

func (m *Match) spec(s *option.Spec) {
	s.Enum(&m.Engine, "engine", EngineExact, []string{EngineExact, EngineProbabilistic}, "exact joins parties that share a number, or a name with an address; probabilistic those that are alike enough (docs/matching.md)")
	s.Float(&m.AcceptAbove, "accept_above", match.AcceptAbove, 0.5, 0.999999, "probability from which they are one")
	s.Float(&m.ReviewAbove, "review_above", match.ReviewAbove, 0.000001, 0.999999, "probability from which people are asked, and nothing is merged meanwhile")
	s.Map("compare", "columns of parties that the probabilistic engine compares beside those that it always does, or on other levels, by their names", func(key string) *option.Spec {
		m.Compare = append(m.Compare, match.Compared{Column: key})
		return comparedSpec(&m.Compare[len(m.Compare)-1])
	})
	s.Check(func() error {
		if m.ReviewAbove > m.AcceptAbove {
			return errors.New("review_above must not be above accept_above")
		}
		return nil
	})
}

// comparedKinds are the kinds that a column of parties can be compared as.
var comparedKinds = []string{string(records.Number), string(records.Date), string(records.BirthDate), string(records.Identifier), string(records.IBAN), string(records.Category), string(records.Region), string(records.Text)}

func comparedSpec(c *match.Compared) *option.Spec {
	s := option.New("compare", "A column of parties that is compared.")
	var kind, of string
	var levels []string
	s.Enum(&kind, "kind", "", comparedKinds, "what its values are").Required()
	s.Strings(&levels, "levels", "levels of agreement, the best first, where not those of the kind: exact; within 2, within 5 %; within 31 days; jaro-winkler 0.9; edits 2; first 4; jaccard 0.6; same words").Example("[exact, within 2 %, within 10 %]")
	s.Enum(&of, "of", "both", []string{"both", match.KindOrganisation, match.KindPerson}, "of which parties")
	s.Check(func() error {
		c.Kind, c.Levels = records.Kind(kind), strings.Join(levels, "; ")
		if of != "both" {
			c.Of = of
		}
		parties, _ := schemas.Input("parties")
		if _, ok := parties.Column(c.Column); !ok {
			return fmt.Errorf("parties have no column %q", c.Column)
		}
		if c.Levels == "" {
			return nil
		}
		if err := model.CheckLevels(c.Kind, c.Levels); err != nil {
			return fmt.Errorf("levels: %w", err)
		}
		return nil
	})
	return s
}

// unbuilt adds an object that is accepted whole and does nothing yet.
func unbuilt(s *option.Spec, name, why string) {
	var ignored option.Part
	s.Later(&ignored, name, "object", "reserved").NotBuilt(why)
}

func (c *Company) spec(s *option.Spec) {
	s.String(&c.Name, "name", "", "name of the company").Required()
	country(s, &c.Country, "country", "country, ISO 3166-1 alpha-2: phones and numbers without one are read as its own").Required().Example("BE")
	s.Strings(&c.Languages, "languages", "languages that the company writes in").Example("[nl, fr]")
	c.Currency = "EUR"
	money(s, &c.Currency, "currency", "currency that amounts are added up in").Default = "EUR"
	zone(s, &c.Zone, "timezone", "time zone in which its days begin").Required().Example("Europe/Brussels")
	c.LapsedAfter = option.Period{Years: 1}
	p := &c.LapsedAfter
	lapsed := s.Func("lapsed_after", "period", "a customer whose last order is older has lapsed", func(t string) (err error) {
		*p, err = option.ParsePeriod(t)
		return err
	})
	lapsed.Default = p.String()
}

func (w *Warehouse) spec(s *option.Spec) {
	var duckdb, bigquery bool
	b := &BigQuery{}
	d := s.Object("duckdb", "the embedded warehouse").Present(&duckdb)
	w.DuckDB.spec(d.Spec())
	q := s.Object("bigquery", "Google BigQuery; docs/bigquery.md says what it needs").Present(&bigquery)
	b.spec(q.Spec())
	s.Check(func() error {
		if duckdb && bigquery {
			return errors.New("names two warehouses: leave duckdb or bigquery out")
		}
		if bigquery {
			w.BigQuery = b
		}
		return nil
	})
}

func (d *DuckDB) spec(s *option.Spec) {
	p := s.Object("published", "the published file").Spec()
	p.String(&d.Group, "group", "", "group that may read it")
	d.Mode = 0o440
	mode := p.Func("mode", "octal", "permissions; write bits are taken off", func(t string) error {
		m, err := strconv.ParseUint(t, 8, 9)
		if err != nil {
			return errors.New(`must be octal permissions like "0640"`)
		}
		d.Mode = os.FileMode(m) &^ 0o222
		return nil
	}).Example(`"0640"`)
	mode.Default = "0440"
	s.String(&d.MemoryLimit, "memory", "3GB", "memory that the engine may use; what does not fit goes to --home").Example("4GB")
	s.Int(&d.Threads, "threads", 0, 0, 1024, "threads that the engine may use; 0 for all cores")
}

func (p *Publish) spec(s *option.Spec) {
	s.String(&p.XLSX, "xlsx", "", "workbook to write, for people without a database tool").Example("out/customers.xlsx")
	s.String(&p.CSV, "csv", "", "folder for CSV files")
	s.String(&p.Parquet, "parquet", "", "folder for Parquet files")
	s.Strings(&p.Tables, "tables", "tables to write there; all where it is left out")
}

// channels are those by which customers are approached.
var channels = []string{"email", "phone", "post", "visit"}

func (s *Source) spec() *option.Spec {
	o := option.New("source", "A source of customer data.")
	o.At(&s.At)
	o.String(&s.Connector, "connector", "", "how it is read; `clientele connectors list` names them").Required().At(&s.ConnectorAt)
	o.Strings(&s.Paths, "path", "files to read, with * for any text; relative to the config, or an address like s3://bucket/in/*.csv (docs/stores.md)")
	o.String(&s.URL, "url", "", "where it is read over the network").Example("https://api.example.com/v1/orders")
	o.String(&s.Preset, "preset", "", "what fills in url, options and tables for a product, where the config does not; docs/presets.md lists them").At(&s.PresetAt).Example("typeform")
	o.Later(&s.Auth, "auth", "object", "who asks, where the connector needs to know").Secret().Example(`{ bearer: "${FORMS_TOKEN}" }`)
	o.Period(&s.Lookback, "lookback", "how far before its last pull a source that remembers it reads again, for what becomes visible late").Example("2d")
	o.Later(&s.Options, "options", "object", "options of the connector")
	o.Enum(&s.Origin, "origin", "own", []string{"own", "form", "survey", "purchased"}, "where the data was got: says whose value wins")
	o.String(&s.Owner, "owner", "", "who answers for the source; a mail address lets notify reach them")
	o.String(&s.Basis, "basis", "", "legal basis of keeping the data").Example("contract")
	o.Strings(&s.Purposes, "purposes", "what the data may be used for")
	country(o, &s.Country, "country", "country of phones and numbers without one; the company's where it is left out")
	zone(o, &s.Zone, "timezone", "time zone of instants without one; the company's where it is left out")
	money(o, &s.Currency, "currency", "currency of amounts without one; the company's where it is left out")
	o.Enum(&s.VAT, "vat", "excluded", []string{"excluded", "included"}, "whether amounts are with VAT")
	o.Float(&s.VATRate, "vat_rate", 0, 0, 100, "rate of VAT in percent, where amounts are with it")
	o.Strings(&s.Collectives, "collective", "accounts that stand for nobody in particular: their orders count in totals and belong to no customer")
	o.List("filter", "rows to keep, for all tables of the source", func() *option.Spec {
		s.Filters = append(s.Filters, conform.Filter{})
		return s.Filters[len(s.Filters)-1].Spec()
	}).Example(`["quantity > 0"]`)
	o.Map("tables", "input tables that its rows become", func(key string) *option.Spec {
		m := &conform.Mapping{Name: key}
		s.Tables = append(s.Tables, m)
		return m.Spec()
	})
	o.Func("dated", "layout", "what dates a delivery, for backfills: a layout of the date in its name, or `modified` for when the file was last changed; "+
		"where it is left out the rows say, and wait for their day", func(t string) (err error) {
		s.Dated, err = ParseDated(t)
		return err
	}).Example(`"2006-01-02"`).Example("modified")
	s.Expect.spec(o.Object("expect", "guard: a source that fails it keeps its last good data").Spec())
	p := o.Object("purchase", "how a list was bought").Spec()
	p.String(&s.Purchase.Supplier, "supplier", "", "who sold it")
	p.Date(&s.Purchase.BoughtOn, "bought_on", "when")
	p.Date(&s.Purchase.LicenceUntil, "licence_until", "last day of the licence")
	p.Float(&s.Purchase.Cost, "cost", 0, 0, 1e12, "what it cost, in the company's currency")
	p.Strings(&s.Purchase.Uses, "uses", "what the licence allows it to be used for").Example("[prospecting]")
	p.Words("channels", "channels for which the licence allows it: email, phone, post, visit; all where it is left out", func(texts []string) error {
		for _, t := range texts {
			if !slices.Contains(channels, t) {
				return fmt.Errorf("%q is none of %s", t, strings.Join(channels, ", "))
			}
		}
		s.Purchase.Channels = texts
		return nil
	}).Example("[phone, post]")
	s.Replaces.spec(o.Object("replaces", "the source whose place this one takes, as when a company moves to another system").Spec())
	o.Check(func() error {
		if s.VAT == "included" && s.VATRate == 0 {
			return errors.New("amounts with VAT need a vat_rate")
		}
		return nil
	})
	return o
}

func (e *Expect) spec(s *option.Spec) {
	s.Period(&e.Every, "every", "how often it delivers").Example("1d")
	s.Period(&e.MaxAge, "max_age", "how old its last delivery may be").Example("3d")
	s.Int(&e.MinRows, "min_rows", 0, 0, 1<<40, "rows that a delivery has at least")
	s.Float(&e.MaxQuarantined, "max_quarantined", 0.5, 0, 1, "share of rows that may go to quarantine")
	s.Enum(&e.IfMissing, "if_missing", "warn", []string{"warn", "hold"}, "what is done when it does not deliver in time: said, or the night held")
}

func (c *Checks) spec(s *option.Spec) {
	s.Int(&c.MinCustomers, "min_customers", 0, 0, 1<<40, "customers that there are at least")
	s.Float(&c.MaxLost, "max_lost", 0.2, 0, 1, "share of last night's customers that may be gone")
	s.Float(&c.MaxMerged, "max_merged", 0.2, 0, 1, "share of last night's customers that may be merged into others; what people decided is not counted")
	s.Float(&c.MaxSplit, "max_split", 0.2, 0, 1, "share of last night's customers that may come apart; what people decided is not counted")
	s.List("assert", "expressions that hold for every row of a published table", func() *option.Spec {
		c.Assert = append(c.Assert, Assertion{})
		a := &c.Assert[len(c.Assert)-1]
		spec := option.New("assert", "a data test")
		spec.At(&a.At)
		spec.String(&a.Name, "name", "", "name of the test").Required()
		spec.String(&a.Table, "table", "customers", "published table")
		spec.String(&a.Where, "that", "", "expression that must be true").Required()
		return spec
	})
}

func (r *Rule) spec() *option.Spec {
	s := option.New("rule", "A retention rule.")
	s.At(&r.At)
	s.Enum(&r.Of, "of", "", []string{"landing", "persons", "organisations", "customers", "invoices", "orders", "interactions", "purchased_values", "quarantine"}, "what it is about").Required()
	s.String(&r.Where, "where", "", "expression that is true for what it is about")
	a := s.Object("after", "when it applies").Required().Spec()
	a.Period(&r.Period, "period", "how long after")
	a.String(&r.Since, "since", "", "date from which the period counts")
	a.String(&r.Until, "at", "", "date at which it applies")
	s.Enum(&r.Action, "action", "delete", []string{"delete", "null", "pseudonymise", "anonymise", "aggregate"}, "what is done")
	return s
}

func zone(s *option.Spec, p **time.Location, name, doc string) *option.Field {
	*p = nil
	return s.Func(name, "time zone", doc, func(text string) error {
		loc, err := time.LoadLocation(text)
		if err != nil || text == "" || text == "Local" {
			return fmt.Errorf("can't be %q: no such time zone; they are called like Europe/Brussels", text)
		}
		*p = loc
		return nil
	})
}

func country(s *option.Spec, p *string, name, doc string) *option.Field {
	return s.Func(name, "country", doc, func(text string) error {
		if region, err := language.ParseRegion(text); err == nil && region.IsCountry() && region.String() == text {
			*p = text
			return nil
		}
		if code, ok := normalize.Country(text); ok {
			return fmt.Errorf("can't be %q: write %s", text, code)
		}
		return fmt.Errorf("can't be %q: countries have two capitals, like BE", text)
	})
}

func money(s *option.Spec, p *string, name, doc string) *option.Field {
	return s.Func(name, "currency", doc, func(text string) error {
		unit, err := currency.ParseISO(text)
		if err != nil || unit.String() != text {
			return fmt.Errorf("can't be %q: currencies have three capitals, like EUR", text)
		}
		*p = text
		return nil
	})
}
