package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-googlesql"
)

// known is a table that statements find.
type known struct {
	columns []column
	table   *googlesql.SimpleTable
}

// analyser analyses statements against the tables that are known.
type analyser struct {
	language *googlesql.LanguageOptions
	options  *googlesql.AnalyzerOptions
	types    *googlesql.TypeFactory
	builtin  *googlesql.SimpleCatalog // of functions
	tables   map[string]known
	catalog  googlesql.CatalogNode // of tables and functions; nil after tables changed
}

func newAnalyser() (*analyser, error) {
	a := &analyser{tables: map[string]known{}}
	var err error
	if a.language, err = googlesql.NewLanguageOptions(); err != nil {
		return nil, err
	}
	for _, set := range []func() error{
		a.language.EnableMaximumLanguageFeatures,
		a.language.SetSupportsAllStatementKinds,
		func() error { return a.language.SetProductMode(googlesql.ProductModeProductExternal) },
		func() error { return a.language.EnableReservableKeyword("QUALIFY", true) },
		func() error { // SUM(x) FILTER (WHERE …), which the service does not have
			return a.language.DisableLanguageFeature(googlesql.LanguageFeatureFeatureAggregateFiltering)
		},
	} {
		if err := set(); err != nil {
			return nil, err
		}
	}
	if a.options, err = googlesql.NewAnalyzerOptions2(); err != nil {
		return nil, err
	}
	if err := a.options.SetLanguage(a.language); err != nil {
		return nil, err
	}
	if err := a.options.SetErrorMessageMode(googlesql.ErrorMessageModeErrorMessageMultiLineWithCaret); err != nil {
		return nil, err
	}
	if a.types, err = googlesql.NewTypeFactory(); err != nil {
		return nil, err
	}
	if a.builtin, err = googlesql.NewSimpleCatalog("builtin", a.types); err != nil {
		return nil, err
	}
	return a, a.builtin.AddBuiltinFunctionsAndTypes(&googlesql.BuiltinFunctionOptions{LanguageOptions: a.language})
}

// names returns the catalogue of the tables and functions. The analyser's can't
// forget a table, so that a change of one makes a new catalogue.
func (a *analyser) names() (googlesql.CatalogNode, error) {
	if a.catalog != nil {
		return a.catalog, nil
	}
	tables, err := googlesql.NewSimpleCatalog("tables", a.types)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(a.tables)) {
		if err := tables.AddTable(a.tables[name].table); err != nil {
			return nil, err
		}
	}
	if a.catalog, err = googlesql.NewMultiCatalogCreate("bigquery", []googlesql.CatalogNode{tables, a.builtin}); err != nil {
		return nil, err
	}
	return a.catalog, nil
}

// know makes a table known, in the place of one of that name.
func (a *analyser) know(name string, columns []column) error {
	t, err := googlesql.NewSimpleTable(name, 0)
	if err != nil {
		return err
	}
	for _, c := range columns {
		typ, err := a.typeOf(c.Type)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", name, c.Name, err)
		}
		col, err := googlesql.NewSimpleColumn(name, c.Name, typ, false, true)
		if err != nil {
			return err
		}
		if err := t.AddColumn2(col, false); err != nil {
			return err
		}
	}
	a.tables[name], a.catalog = known{columns, t}, nil
	return nil
}

func (a *analyser) typeOf(name string) (googlesql.Googlesql_TypeNode, error) {
	switch name {
	case "STRING":
		return a.types.GetString()
	case "INT64":
		return a.types.GetInt64()
	case "NUMERIC":
		return a.types.GetNumeric()
	case "FLOAT64":
		return a.types.GetDouble()
	case "BOOL":
		return a.types.GetBool()
	case "DATE":
		return a.types.GetDate()
	case "TIMESTAMP":
		return a.types.GetTimestamp()
	}
	return nil, fmt.Errorf("no column of Clientele is of the type %s", name)
}

// analyse returns the columns of the last statement of a text.
func (a *analyser) analyse(sql string) (out []column, err error) {
	at, err := googlesql.NewParseResumeLocationFromString(sql)
	if err != nil {
		return nil, err
	}
	for {
		catalog, err := a.names()
		if err != nil {
			return nil, err
		}
		analysed, err := googlesql.AnalyzeNextStatement(at, a.options, catalog, a.types)
		if err != nil {
			return nil, err
		}
		statement, err := analysed.ResolvedStatement()
		if err != nil {
			return nil, err
		}
		if err := inSubset(statement); err != nil {
			return nil, err
		}
		if out, err = a.apply(statement); err != nil {
			return nil, err
		}
		end, err := at.BytePosition()
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(sql[min(int(end), len(sql)):]) == "" {
			return out, nil
		}
	}
}

// apply changes what is known as a statement would, and returns its columns.
func (a *analyser) apply(statement googlesql.ResolvedStatementNode) ([]column, error) {
	switch s := statement.(type) {
	case *googlesql.ResolvedQueryStmt:
		return outputs(s.OutputColumnList())
	case *googlesql.ResolvedCreateTableAsSelectStmt:
		columns, err := outputs(s.OutputColumnList())
		if err != nil {
			return nil, err
		}
		return columns, a.create(s.ResolvedCreateStatement, columns)
	case *googlesql.ResolvedCreateViewStmt:
		columns, err := outputs(s.OutputColumnList())
		if err != nil {
			return nil, err
		}
		return columns, a.create(s.ResolvedCreateStatement, columns)
	case *googlesql.ResolvedCreateTableStmt:
		columns, err := definitions(s.ColumnDefinitionList())
		if err != nil {
			return nil, err
		}
		return columns, a.create(s.ResolvedCreateStatement, columns)
	case *googlesql.ResolvedDropStmt:
		path, err := s.NamePath()
		if err != nil {
			return nil, err
		}
		name := strings.Join(path, ".")
		missingOK, err := s.IsIfExists()
		if err != nil {
			return nil, err
		}
		if _, ok := a.tables[name]; !ok && !missingOK {
			return nil, fmt.Errorf("there is no table %s to drop", name)
		}
		delete(a.tables, name)
		a.catalog = nil
	}
	return nil, nil
}

// create makes a table or view known.
func (a *analyser) create(s *googlesql.ResolvedCreateStatement, columns []column) error {
	path, err := s.NamePath()
	if err != nil {
		return err
	}
	name := strings.Join(path, ".")
	mode, err := s.CreateMode()
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, c := range columns {
		if names[strings.ToLower(c.Name)] { // the service's own rule
			return fmt.Errorf("%s would have two columns %s", name, c.Name)
		}
		names[strings.ToLower(c.Name)] = true
	}
	if known, ok := a.tables[name]; ok {
		switch mode {
		case googlesql.ResolvedCreateStatementEnums_CreateModeCreateIfNotExists:
			return nil
		case googlesql.ResolvedCreateStatementEnums_CreateModeCreateDefault:
			return fmt.Errorf("there is a table %s already", name)
		}
		if slices.Equal(known.columns, columns) {
			return nil
		}
	}
	return a.know(name, columns)
}

func outputs(list []*googlesql.ResolvedOutputColumn, err error) ([]column, error) {
	if err != nil {
		return nil, err
	}
	out := make([]column, len(list))
	for i, o := range list {
		if out[i].Name, err = o.Name(); err != nil {
			return nil, err
		}
		c, err := o.Column()
		if err != nil {
			return nil, err
		}
		if out[i].Type, err = typeName(c.Type()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func definitions(list []*googlesql.ResolvedColumnDefinition, err error) ([]column, error) {
	if err != nil {
		return nil, err
	}
	out := make([]column, len(list))
	for i, c := range list {
		if out[i].Name, err = c.Name(); err != nil {
			return nil, err
		}
		if out[i].Type, err = typeName(c.Type()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func typeName(t googlesql.Googlesql_TypeNode, err error) (string, error) {
	if err != nil {
		return "", err
	}
	named, ok := t.(interface {
		TypeName(googlesql.ProductMode) (string, error)
	})
	if !ok {
		return "", fmt.Errorf("a type %T has no name", t)
	}
	return named.TypeName(googlesql.ProductModeProductExternal)
}
