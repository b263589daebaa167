// Package config is the file that tells Clientele what to do: the company, its
// sources, how customers are matched, scored and kept. Every option is defined
// once, in a Spec that parses it, gives its default, explains it and finds what
// is wrong with its place in the file.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
	"clientele/scoring"
	"clientele/transforms/conform"
	"clientele/transforms/match"
	"clientele/transforms/merge"
)

// Config is a whole config.
type Config struct {
	Version   int
	Company   Company
	Warehouse Warehouse
	State     State
	Publish   Publish
	Sources   []*Source

	Registries Registries
	// Registers are the sources that the registers are which Registries names: they
	// deliver what nights ask them.
	Registers []*Source

	Estimates Estimates
	Merge     merge.Policy
	Match     Match
	Scores    []*scoring.Scorecard
	Checks    Checks
	Retention []*Rule
	Schedule  Schedule

	Notify      []*Channel
	Mail        Mail
	Telemetry   Telemetry
	OpenLineage OpenLineage

	// Include are the patterns of further files.
	Include []string

	// Path is the config file, Hash the SHA-256 of its bytes and those of the files
	// that it includes, Given that of what the environment gave for ${NAME} in them.
	Path     string
	Hash     string
	Given    string
	doc      *option.Document
	answered bool                        // references to the environment stand for what they refer to
	included map[string]*option.Document // by their name in messages
}

// Company is the company whose customers these are.
type Company struct {
	Name      string
	Country   string
	Languages []string
	Currency  string
	Zone      *time.Location
	// LapsedAfter makes a customer whose last order is older a lapsed one.
	LapsedAfter option.Period
}

// Warehouse says where base and published tables live.
type Warehouse struct {
	DuckDB DuckDB
	// BigQuery is nil where the embedded warehouse is used.
	BigQuery *BigQuery
}

// DuckDB are the options of the embedded warehouse.
type DuckDB struct {
	Group       string
	Mode        os.FileMode
	MemoryLimit string
	Threads     int
}

// Publish says in which further forms the published tables are written.
type Publish struct {
	XLSX    string // workbook
	CSV     string // folder
	Parquet string // folder
	Tables  []string
}

// Source is one configured source.
type Source struct {
	Name        string
	Connector   string
	Paths       []string
	URL         string
	Preset      string
	Auth        option.Part
	Lookback    option.Period
	Options     option.Part
	Origin      string
	Owner       string
	Basis       string
	Purposes    []string
	Country     string
	Zone        *time.Location
	Currency    string
	VAT         string
	VATRate     float64
	Collectives []string
	Filters     []conform.Filter
	Tables      []*conform.Mapping
	Expect      Expect
	Dated       Dated
	Purchase    Purchase
	Replaces    Replaces
	Register    *Register // nil for a source of the file
	At          option.Position
	ConnectorAt option.Position
	PresetAt    option.Position

	preset *Source // what Preset says, nil for none
}

// Expect is the guard of a source.
type Expect struct {
	Every          option.Period
	MaxAge         option.Period
	MinRows        int
	MaxQuarantined float64 // share of rows
	IfMissing      string  // warn or hold
}

// Purchase says how a list was bought.
type Purchase struct {
	Supplier     string
	BoughtOn     time.Time
	LicenceUntil time.Time
	Cost         float64
	Uses         []string // what it may be used for
	Channels     []string // for which it may be used; nil for all
}

// NoticeDue returns the day by which persons whom only the list knows must be told
// of it, at most a month after their data was got (GDPR, article 14(3)(a)); zero
// where the config does not say when that was.
func (p Purchase) NoticeDue() time.Time {
	if p.BoughtOn.IsZero() {
		return time.Time{}
	}
	next := time.Date(p.BoughtOn.Year(), p.BoughtOn.Month()+2, 0, 0, 0, 0, 0, time.UTC) // last day of the next month
	return next.AddDate(0, 0, min(p.BoughtOn.Day()-next.Day(), 0))
}

// Unwilling returns the channels of which the source lists who wants no approach.
func (s *Source) Unwilling() (channels []string) {
	for _, m := range s.Mappings() {
		if m.Target != "do_not_contact" {
			continue
		}
		for column, channel := range map[string]string{"email": "email", "phone": "phone", "postcode": "post"} {
			if m.Fills(column) && !slices.Contains(channels, channel) {
				channels = append(channels, channel)
			}
		}
	}
	slices.Sort(channels)
	return channels
}

// Match says by which engine parties are matched, and its thresholds.
type Match struct {
	Engine      string
	AcceptAbove float64
	ReviewAbove float64
	// Compare are further columns of parties that the probabilistic engine compares.
	Compare []match.Compared
}

// Checks are the guards on the whole base. A failing one holds the night.
type Checks struct {
	MinCustomers int
	MaxLost      float64 // share of customers that may vanish in a night
	MaxMerged    float64 // share that may be merged into others
	MaxSplit     float64 // share that may come apart
	Assert       []Assertion
}

// Assertion is a data test: an expression over a published table that must hold
// for every row.
type Assertion struct {
	Name  string
	Table string
	Where string
	At    option.Position
}

// Rule is a retention rule.
type Rule struct {
	Name   string
	Of     string
	Where  string
	Period option.Period
	Since  string
	Until  string
	Action string
	At     option.Position
}

// Load reads and checks the config file at path. lookup answers references to
// the environment. Warnings are returned with a usable config; with errors the
// config is nil.
func Load(path string, lookup func(string) (string, bool)) (*Config, option.Findings, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, connectors.Errorf(connectors.KindConfig, "no_config", "`clientele init` writes a first one; --config names another", "there is no config file %s", path)
	}
	if err != nil {
		return nil, nil, connectors.Errorf(connectors.KindEnvironment, "unreadable", "check its permissions", "read config: %w", err)
	}
	c, findings := Parse(path, text, lookup)
	return c, findings, nil
}

// Parse reads and checks the text of a config file whose name is path, and the
// files that it includes.
func Parse(path string, text []byte, lookup func(string) (string, bool)) (*Config, option.Findings) {
	c := &Config{Path: path, answered: lookup != nil}
	typed, given := sha256.New(), sha256.New()
	typed.Write(text)
	lookup = noted(lookup, given)
	doc, findings := option.Open(path, text, lookup)
	if doc == nil {
		return nil, findings
	}
	c.doc, c.included = doc, map[string]*option.Document{}
	findings = append(findings, doc.Parse(c.Spec())...)
	findings = append(findings, c.include(typed, lookup)...)
	if len(c.Sources) == 0 && len(findings.Errors()) == 0 {
		findings = append(findings, c.Finding(option.Error, "missing_option", option.Position{File: path, Line: 1, Column: 1}, "", "sources is missing: where customer data comes from, by name"))
	}
	findings.Sort()
	if len(findings.Errors()) > 0 {
		return nil, findings
	}
	c.Hash, c.Given = hex.EncodeToString(typed.Sum(nil)), hex.EncodeToString(given.Sum(nil))
	findings = append(findings, c.fillIn()...)
	c.addRegisters()
	c.inherit()
	findings = append(findings, c.check()...)
	findings.Sort()
	if len(findings.Errors()) > 0 {
		return nil, findings
	}
	return c, findings
}

// noted writes what lookup answers to w.
func noted(lookup func(string) (string, bool), w io.Writer) func(string) (string, bool) {
	if lookup == nil {
		return nil
	}
	return func(name string) (string, bool) {
		value, ok := lookup(name)
		fmt.Fprintf(w, "%q=%q %t\n", name, value, ok)
		return value, ok
	}
}

// WithWarehouse returns the config with another warehouse: text is what would
// stand behind `warehouse:`.
func (c *Config) WithWarehouse(text string, lookup func(string) (string, bool)) (*Config, option.Findings, error) {
	old, err := os.ReadFile(c.Path)
	if err != nil {
		return nil, nil, connectors.Errorf(connectors.KindEnvironment, "unreadable", "check its permissions", "read config: %w", err)
	}
	lines := strings.Split(strings.TrimRight(string(old), "\n"), "\n")
	if n := len(c.doc.Lines("warehouse")); n > 0 {
		from := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "warehouse:") })
		lines = slices.Delete(lines, from, from+n)
	}
	lines = append(lines, "warehouse: { "+text+" }", "")
	other, findings := Parse(c.Path, []byte(strings.Join(lines, "\n")), lookup)
	return other, findings, nil
}

// Dir is the folder that relative paths of the config start from.
func (c *Config) Dir() string { return filepath.Dir(c.Path) }

// Lines returns the lines of the config file that hold an option of its top level.
func (c *Config) Lines(option string) []string { return c.doc.Lines(option) }

// Source returns the source of that name, or the register.
func (c *Config) Source(name string) (*Source, bool) {
	for _, s := range c.AllSources() {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// UnknownSource is the error of a name that no source has.
func (c *Config) UnknownSource(name string) error {
	names := make([]string, len(c.Sources))
	for i, s := range c.Sources {
		names[i] = s.Name
	}
	remedy := "there are: " + strings.Join(names, ", ")
	if like := suggest.Suggest(name, names); like != "" {
		remedy = fmt.Sprintf("did you mean %q?", like)
	}
	return connectors.Errorf(connectors.KindConfig, "unknown_source", remedy, "no source is called %q", name)
}

// Finding returns a finding about a place in the config file.
func (c *Config) Finding(sev option.Severity, code string, at option.Position, suggestion, format string, args ...any) option.Finding {
	return c.docOf(at).Finding(sev, code, at, fmt.Sprintf(format, args...), suggestion)
}

// inherit fills in what sources take from the company.
func (c *Config) inherit() {
	if c.Schedule.Zone == nil {
		c.Schedule.Zone = c.Company.Zone
	}
	for _, s := range c.AllSources() {
		if s.Country == "" {
			s.Country = c.Company.Country
		}
		if s.Zone == nil {
			s.Zone = c.Company.Zone
		}
		if s.Currency == "" {
			s.Currency = c.Company.Currency
		}
	}
}

// trust is the rank of a source's values by origin: the lowest wins. A correction
// by staff stands before all of them.
var trust = map[string]int{"own": 2, "form": 3, "survey": 4, "purchased": 5}
