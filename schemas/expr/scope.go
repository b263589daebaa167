package expr

import (
	"maps"
	"slices"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Scope says what the names in an expression mean.
type Scope interface {
	// Column returns the type of a column.
	Column(name string) (schemas.Type, bool)
	// Names returns every column's name, for did-you-mean.
	Names() []string
	// Function returns a function of the domain, in addition to Builtins.
	Function(name string) (Function, bool)
	// FunctionNames returns every domain function's name.
	FunctionNames() []string
}

// Function is a function that only a warehouse can compute, such as
// score_class('name'). An expression that calls one renders but does not bind.
type Function struct {
	Name   string
	Doc    string
	Params []Param
	Result schemas.Type
	// Check, unless nil, judges a call when it is typed. It gets the text of
	// each literal argument, "" for others; its error becomes the message.
	Check func(literals []string) error
	// SQL returns the call in a dialect: an expression over columns that the
	// query provides. It is no subquery, which DuckDB's TRY does not take.
	SQL func(d *dialect.Dialect, args []Argument) string
}

// Param is a parameter of a Function.
type Param struct {
	Name    string
	Type    schemas.Type
	Literal bool // only a text literal will do
}

// Argument is what a call passes for a Param.
type Argument struct {
	SQL     string
	Literal string // the text of a text literal, "" for others
}

// Columns is a Scope made of a list of columns.
type Columns struct {
	types     map[string]schemas.Type
	functions map[string]Function
}

// NewScope returns the scope of columns by name.
func NewScope(types map[string]schemas.Type) Columns {
	return Columns{types: maps.Clone(types)}
}

// ScopeOf returns the scope of the tables' columns. A name that several tables
// have means the first one's column.
func ScopeOf(tables ...schemas.Table) Columns {
	types := make(map[string]schemas.Type)
	for _, t := range tables {
		for _, c := range t.Columns {
			if _, taken := types[c.Name]; !taken {
				types[c.Name] = c.Type
			}
		}
	}
	return Columns{types: types}
}

// With returns the scope with domain functions added.
func (c Columns) With(functions ...Function) Columns {
	all := maps.Clone(c.functions)
	if all == nil {
		all = make(map[string]Function, len(functions))
	}
	for _, f := range functions {
		all[f.Name] = f
	}
	return Columns{types: c.types, functions: all}
}

// Column returns the type of a column.
func (c Columns) Column(name string) (schemas.Type, bool) {
	t, ok := c.types[name]
	return t, ok
}

// Names returns the columns' names in alphabetical order.
func (c Columns) Names() []string { return slices.Sorted(maps.Keys(c.types)) }

// Function returns a domain function.
func (c Columns) Function(name string) (Function, bool) {
	f, ok := c.functions[name]
	return f, ok
}

// FunctionNames returns the domain functions' names in alphabetical order.
func (c Columns) FunctionNames() []string { return slices.Sorted(maps.Keys(c.functions)) }
