package config

import (
	"slices"
	"time"

	"clientele/connectors"
	"clientele/schemas/option"
	"clientele/transforms/conform"
)

// Replaces says which source another one takes the place of, and from when: what
// is dated before From is the old source's to tell, the rest the new one's.
type Replaces struct {
	Source string
	From   time.Time
	IDs    Crosswalk
	At     option.Position
}

// Crosswalk is a CSV file that says which record of the old source became which
// of the new one.
type Crosswalk struct {
	Path    string // "" for none
	Options option.Part
	// Old and New are the columns with the key of parties in each of the two.
	Old, New []string
	At       option.Position
}

func (r *Replaces) spec(s *option.Spec) {
	s.At(&r.At)
	s.String(&r.Source, "source", "", "the source whose place this one takes").Required()
	s.Date(&r.From, "from", "first day of this one: facts before it are the old source's, those from then on this one's").Required().Example("2026-07-01")
	ids := s.Object("ids", "the crosswalk: a CSV file that says which party of the old source is which of this one").Spec()
	ids.At(&r.IDs.At)
	ids.Shorthand(ids.String(&r.IDs.Path, "path", "", "the file, relative to the config").Required())
	ids.Later(&r.IDs.Options, "options", "object", "options of connector csv")
	words := func(p *[]string, name, doc string) {
		*p = []string{name}
		s := ids.Words(name, doc, func(columns []string) error { *p = columns; return nil })
		s.Default = name
	}
	words(&r.IDs.Old, "old", "columns with the key of the party in the old source")
	words(&r.IDs.New, "new", "columns with its key in this one")
}

// Open returns the crosswalk as a source of rows.
func (c *Crosswalk) Open(p connectors.Project) (connectors.Source, error) {
	csv := &Source{Name: "ids", Connector: crosswalkConnector, Paths: []string{c.Path}, Options: c.Options, At: c.At}
	return csv.Open(p)
}

// crosswalkConnector reads crosswalks.
const crosswalkConnector = "csv"

// Successor returns the source that takes the place of the one called name.
func (c *Config) Successor(name string) (*Source, bool) {
	i := slices.IndexFunc(c.Sources, func(s *Source) bool { return s.Replaces.Source == name && name != "" })
	if i < 0 {
		return nil, false
	}
	return c.Sources[i], true
}

// Retired reports whether another source has taken the place of s for a night:
// the first one that holds facts of the new source's is the night after its first
// day.
func (c *Config) Retired(s *Source, asOf time.Time) bool {
	by, ok := c.Successor(s.Name)
	return ok && asOf.After(by.Replaces.From)
}

// Rank is that of a source's values in merging for a night; 1 wins. It goes by
// origin, but a source that is replaced comes right after the one that replaces
// it.
func (c *Config) Rank(s *Source, asOf time.Time) int {
	if s.Register != nil {
		return s.Register.Rank
	}
	const steps = 10 // between origins there is room for sources that were replaced
	rank := steps * trust[s.Origin]
	if by, ok := c.Successor(s.Name); ok && c.Retired(s, asOf) {
		return max(rank, c.Rank(by, asOf)+1)
	}
	return rank
}

// checkReplaces finds what is wrong with the source that s replaces.
func (c *Config) checkReplaces(s *Source) option.Findings {
	r := &s.Replaces
	if r.Source == "" {
		return nil
	}
	wrong := func(hint, format string, args ...any) option.Findings {
		return option.Findings{c.Finding(option.Error, "replaces", r.At, hint, "sources."+s.Name+".replaces: "+format, args...)}
	}
	old, ok := c.Source(r.Source)
	if !ok {
		return wrong("keep the old source in the config: its parties and facts stay", "no source is called %q", r.Source)
	}
	if by, _ := c.Successor(r.Source); by != s {
		return wrong("", "%s replaces %s already", by.Name, r.Source)
	}
	for seen, at := []string{s.Name}, old; at != nil; {
		if slices.Contains(seen, at.Name) {
			return wrong("", "%s comes back to itself", s.Name)
		}
		seen = append(seen, at.Name)
		at, _ = c.Source(at.Replaces.Source)
	}
	var fs option.Findings
	for _, m := range s.Mappings() {
		if m.Target == "order_lines" && !m.Fills("observed_on") {
			fs = append(fs, c.Finding(option.Error, "replaces", m.At, "map observed_on to the date of the order",
				"sources.%s.tables.%s: nothing dates its lines, and those of before %s must be told", s.Name, m.Name, r.From.Format(time.DateOnly)))
		}
	}
	if r.IDs.Path == "" {
		return fs
	}
	csv, _ := connectorOf(crosswalkConnector)
	_, spec := csv.options()
	fs = append(fs, r.IDs.Options.Parse(spec, r.IDs.At)...)
	for _, side := range []struct {
		source  *Source
		columns []string
		option  string
	}{{old, r.IDs.Old, "old"}, {s, r.IDs.New, "new"}} {
		if parties := side.source.Parties(); len(parties) == 0 {
			fs = append(fs, c.Finding(option.Error, "replaces", r.IDs.At, "leave ids out where a source has no parties", "sources.%s.replaces.ids: %s has no parties", s.Name, side.source.Name))
		} else if want := len(parties[0].Key); want != len(side.columns) {
			fs = append(fs, c.Finding(option.Error, "replaces", r.IDs.At, "", "sources.%s.replaces.ids.%s: the parties of %s have a key of %d columns, and this names %d",
				s.Name, side.option, side.source.Name, want, len(side.columns)))
		}
	}
	return fs
}

// Parties returns the mappings of a source that make parties.
func (s *Source) Parties() []*conform.Mapping {
	return slices.DeleteFunc(slices.Clone(s.Tables), func(m *conform.Mapping) bool { return m.Target != "parties" })
}
