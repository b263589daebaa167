package config

import (
	"fmt"
	"strings"

	"clientele/connectors"
	"clientele/connectors/bigquerysource"
	"clientele/connectors/csvfile"
	"clientele/connectors/jsonfile"
	"clientele/connectors/parquetfile"
	"clientele/connectors/restapi"
	"clientele/connectors/savfile"
	"clientele/connectors/sqldb"
	"clientele/connectors/triplesfile"
	"clientele/connectors/xlsxfile"
	"clientele/schemas/option"
)

// connector is a kind of source as configs call it.
type connector struct {
	name string
	doc  string
	// options returns fresh options and the spec that is bound to them.
	options func() (any, *option.Spec)
	// auth returns the spec of the source's auth, bound to options; nil for a
	// connector that needs none.
	auth func(options any) *option.Spec
	// remote says that the source's url says what is read.
	remote bool
	// open returns the source.
	open func(p connectors.Project, s *Source, options any) (connectors.Source, error)
	// pathless says that it reads no files: the source has no path.
	pathless bool
	// partial reports whether deliveries hold what changed, and not all there
	// is; nil for always all.
	partial func(options any) bool
}

// connectorList is every connector there is: a new one is added here.
var connectorList = []connector{
	{
		name: "csv", doc: "delimited text files",
		options: func() (any, *option.Spec) { o := &csvfile.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, s *Source, o any) (connectors.Source, error) {
			return csvfile.New(p, s.Paths, *o.(*csvfile.Options))
		},
	},
	{
		name: "xlsx", doc: "Excel workbooks",
		options: func() (any, *option.Spec) { o := &xlsxfile.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, s *Source, o any) (connectors.Source, error) {
			return xlsxfile.New(p, s.Paths, *o.(*xlsxfile.Options))
		},
	},
	{
		name: "json", doc: "JSON documents and NDJSON files",
		options: func() (any, *option.Spec) { o := &jsonfile.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, s *Source, o any) (connectors.Source, error) {
			return jsonfile.New(p, s.Paths, *o.(*jsonfile.Options))
		},
	},
	{
		name: "rest", doc: "HTTP interfaces that answer JSON", remote: true, pathless: true,
		partial: func(o any) bool { return o.(*restapi.Config).Partial() },
		options: func() (any, *option.Spec) { o := &restapi.Config{}; return o, o.Spec() },
		auth:    func(o any) *option.Spec { return o.(*restapi.Config).Auth.Spec() },
		open: func(p connectors.Project, s *Source, o any) (connectors.Source, error) {
			c := *o.(*restapi.Config)
			c.URL = s.URL
			if !s.Lookback.Zero() {
				c.Cursor.Lookback = s.Lookback
			}
			return restapi.New(p, c)
		},
	},
	{
		name: "sav", doc: "data files of SPSS",
		options: func() (any, *option.Spec) { o := &savfile.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, s *Source, o any) (connectors.Source, error) {
			return savfile.New(p, s.Paths, *o.(*savfile.Options))
		},
	},
	{
		name: "triples", doc: "surveys in Triple-S",
		options: func() (any, *option.Spec) { o := &triplesfile.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, s *Source, o any) (connectors.Source, error) {
			return triplesfile.New(p, s.Paths, *o.(*triplesfile.Options))
		},
	},
	{
		name: "parquet", doc: "Parquet files",
		options: func() (any, *option.Spec) { o := &parquetfile.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, s *Source, o any) (connectors.Source, error) {
			return parquetfile.New(p, s.Paths, *o.(*parquetfile.Options))
		},
	},
	{
		name: "sql", doc: "tables and queries of PostgreSQL, MySQL, MariaDB, SQL Server and SQLite",
		options: func() (any, *option.Spec) { o := &sqldb.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, _ *Source, o any) (connectors.Source, error) {
			return sqldb.New(p, *o.(*sqldb.Options))
		},
		pathless: true,
		partial:  func(o any) bool { return o.(*sqldb.Options).Partial() },
	},
	{
		name: "bigquery", doc: "tables, views and queries of Google BigQuery",
		options: func() (any, *option.Spec) { o := &bigquerysource.Options{}; return o, o.Spec() },
		open: func(p connectors.Project, _ *Source, o any) (connectors.Source, error) {
			return bigquerysource.New(p, *o.(*bigquerysource.Options))
		},
		pathless: true,
		partial:  func(o any) bool { return o.(*bigquerysource.Options).Partial() },
	},
}

func connectorOf(name string) (connector, bool) {
	for _, c := range connectorList {
		if c.name == name {
			return c, true
		}
	}
	return connector{}, false
}

// ConnectorNames returns the names of the connectors.
func ConnectorNames() []string {
	names := make([]string, len(connectorList))
	for i, c := range connectorList {
		names[i] = c.name
	}
	return names
}

// ConnectorSpec returns the options of a connector, and what it reads.
func ConnectorSpec(name string) (spec *option.Spec, doc string, ok bool) {
	c, ok := connectorOf(name)
	if !ok {
		return nil, "", false
	}
	_, spec = c.options()
	return spec, c.doc, true
}

// ConnectorAuth returns the options of auth for a connector, nil for one that needs
// none.
func ConnectorAuth(name string) *option.Spec {
	c, ok := connectorOf(name)
	if !ok || c.auth == nil {
		return nil
	}
	o, _ := c.options()
	return c.auth(o)
}

// Open returns the source that s configures. Its options were checked when the
// config was read.
func (s *Source) Open(p connectors.Project) (connectors.Source, error) {
	if s.Register != nil {
		return answers{}, nil
	}
	c, _ := connectorOf(s.Connector)
	o, findings := s.settings(c)
	if err := findings.Err(); err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	return c.open(p, s, o)
}

// settings returns the options of a source's connector: what its preset says, and
// over it what it says itself.
func (s *Source) settings(c connector) (any, option.Findings) {
	var fs option.Findings
	o, spec := c.options()
	parts, auths := []option.Part{s.Options}, []option.Part{s.Auth}
	if s.preset != nil {
		parts, auths = []option.Part{s.preset.Options, s.Options}, []option.Part{s.preset.Auth, s.Auth}
	}
	for _, part := range parts {
		fs = append(fs, part.Parse(spec, s.At)...)
	}
	if c.auth != nil {
		spec := c.auth(o)
		for _, part := range auths {
			fs = append(fs, part.Parse(spec, s.At)...)
		}
	}
	return o, fs
}

// Place says where a source reads, for messages.
func (s *Source) Place() string {
	c, _ := connectorOf(s.Connector)
	switch {
	case c.remote:
		return "url"
	case c.pathless:
		return "options"
	}
	return "path: " + strings.Join(s.Paths, ", ")
}
