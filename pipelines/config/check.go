package config

import (
	"errors"
	"slices"
	"strings"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/expr"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
	"clientele/transforms/conform"
)

// check finds what is wrong beyond single options: connectors and their
// options, expressions, references from one part to another.
func (c *Config) check() option.Findings {
	var fs option.Findings
	for _, s := range c.Sources {
		fs = append(fs, c.checkSource(s)...)
	}
	for _, card := range c.Scores {
		for _, r := range card.Rules {
			if err := r.Validate(); err != nil {
				fs = append(fs, c.expression(r.At, "scores."+card.Name+"."+r.Name, err))
			}
		}
	}
	for _, a := range c.Checks.Assert {
		t, ok := schemas.Lookup(a.Table)
		if !ok || t.Layer != schemas.LayerPublished {
			fs = append(fs, c.Finding(option.Error, "unknown_table", a.At, "`clientele tables` lists them", "no published table is called %q", a.Table))
			continue
		}
		e, err := expr.Compile(a.Where, expr.ScopeOf(t), schemas.Bool)
		if err == nil {
			err = e.CheckVersions()
		}
		if err != nil {
			fs = append(fs, c.expression(a.At, "checks."+a.Name, err))
		}
	}
	for _, r := range c.Retention {
		if r.Of != "landing" {
			fs = append(fs, c.Finding(option.Warning, "not_built", r.At, "", "retention of %s is not built yet: the rule %q removes nothing", r.Of, r.Name))
		} else if r.Period.Zero() {
			fs = append(fs, c.Finding(option.Error, "bad_value", r.At, "", "retention.%s: landed files need a period, like { period: 30d }", r.Name))
		}
	}
	fs = append(fs, c.checkObserve()...)
	for _, name := range c.Publish.Tables {
		if t, ok := schemas.Lookup(name); !ok || t.Layer != schemas.LayerPublished {
			fs = append(fs, c.Finding(option.Error, "unknown_table", option.Position{File: c.Path}, "`clientele tables` lists them", "publish.tables: no published table is called %q", name))
		}
	}
	return fs
}

func (c *Config) checkSource(s *Source) option.Findings {
	var fs option.Findings
	if s.Name == schemas.PartyByID || s.Name == schemas.PartyByRef {
		fs = append(fs, c.Finding(option.Error, "bad_value", s.At, "call it otherwise", "no source can be called %s: as a party_source it stands for ids of customers, or of contacts", s.Name))
	}
	kind, ok := connectorOf(s.Connector)
	if !ok {
		hint := "connectors: " + strings.Join(ConnectorNames(), ", ")
		if like := suggest.Suggest(s.Connector, ConnectorNames()); like != "" {
			hint = "did you mean \"" + like + "\"?"
		}
		return option.Findings{c.Finding(option.Error, "unknown_connector", s.ConnectorAt, hint, "no connector is called %q", s.Connector)}
	}
	options, findings := s.settings(kind)
	fs = append(fs, findings...)
	switch {
	case kind.pathless && len(s.Paths) > 0:
		fs = append(fs, c.Finding(option.Error, "bad_value", s.At, "`clientele connectors describe "+kind.name+"` has its options", "sources.%s: the connector %s reads no files: it has no path", s.Name, kind.name))
	case kind.remote && s.URL == "":
		fs = append(fs, c.Finding(option.Error, "missing_option", s.At, "", "sources.%s.url is missing: where it is read", s.Name))
	case kind.remote && c.answered && len(findings.Errors()) == 0:
		if _, err := kind.open(connectors.Project{Dir: c.Dir()}, s, options); err != nil {
			fs = append(fs, c.Finding(option.Error, "bad_value", s.At, "", "sources.%s: %v", s.Name, err))
		}
	case !kind.pathless && len(s.Paths) == 0:
		fs = append(fs, c.Finding(option.Error, "missing_option", s.At, "", "sources.%s.path is missing: files to read", s.Name))
	}
	partial := kind.partial != nil && kind.partial(options)
	if len(s.Tables) == 0 {
		fs = append(fs, c.Finding(option.Warning, "no_tables", s.At, "`clientele init --from FILE` proposes them", "sources.%s has no tables: its rows are landed and become nothing", s.Name))
	}
	modes := map[string]conform.Delivery{}
	for i, m := range s.Tables {
		if mode, ok := modes[m.Target]; ok && mode != m.Delivery {
			fs = append(fs, c.Finding(option.Error, "bad_value", m.At, "", "sources.%s: two tables fill %s and differ in delivery", s.Name, m.Target))
		}
		modes[m.Target] = m.Delivery
		for _, other := range s.Tables[:i] {
			if m.SameKey(other) {
				fs = append(fs, c.Finding(option.Error, "bad_value", m.At, "tell them apart with key_suffix", "sources.%s: the tables %s and %s fill %s with the same keys", s.Name, other.Name, m.Name, m.Target))
			}
		}
		others := []string{m.OrderSource}
		switch {
		case m.PartySource != schemas.PartyByID && m.PartySource != schemas.PartyByRef:
			others = append(others, m.PartySource)
		case m.Target == "corrections":
			fs = append(fs, c.Finding(option.Error, "bad_value", m.At, "name the source whose record is corrected", "sources.%s.tables.%s: a correction is of a record, not of a customer", s.Name, m.Name))
		}
		for _, other := range others {
			if _, ok := c.Source(other); !ok && other != "" {
				fs = append(fs, c.Finding(option.Error, "unknown_source", m.At, "", "sources.%s.tables.%s: no source is called %q", s.Name, m.Name, other))
			}
		}
		if partial && m.Delivery == conform.Snapshot {
			fs = append(fs, c.Finding(option.Error, "bad_value", m.At, "say delivery: changes, or append for facts that stay as they are", "sources.%s.tables.%s: with a cursor a delivery holds what changed, and a snapshot of that would delete all else", s.Name, m.Name))
		}
		if m.Delivery != conform.Snapshot && m.Scope.Of != "" {
			fs = append(fs, c.Finding(option.Error, "bad_value", m.At, "", "sources.%s.tables.%s: a scope goes with delivery: snapshot", s.Name, m.Name))
		}
	}
	fs = append(fs, c.checkReplaces(s)...)
	conform.CheckFilters(s.Filters, s.Tables, func(f conform.Filter, err error) {
		fs = append(fs, c.expression(f.At, "filter of "+s.Name, err))
	})
	return fs
}

// expression turns the error of an expression into a finding at its option.
func (c *Config) expression(at option.Position, where string, err error) option.Finding {
	message, hint := err.Error(), ""
	var e *expr.Error
	if errors.As(err, &e) && e.Suggestion != "" {
		hint = "did you mean " + e.Suggestion + "?"
		message = strings.TrimSuffix(message, "; "+hint) // which is said below
	}
	return c.Finding(option.Error, "bad_expression", at, hint, "%s: %s", where, message)
}

// Mappings returns the mappings of a source, those of its attributes too.
func (s *Source) Mappings() []*conform.Mapping { return conform.Expand(s.Tables) }

// Targets returns the input tables that a source fills, in order.
func (s *Source) Targets() []string {
	var names []string
	for _, m := range s.Mappings() {
		if !slices.Contains(names, m.Target) {
			names = append(names, m.Target)
		}
	}
	return names
}
