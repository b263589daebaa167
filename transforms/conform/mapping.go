// Package conform turns the rows of a source, as they were read, into rows of
// the input tables: it maps columns, reads numbers and dates in the declared
// layouts, normalises names, numbers and addresses, filters, and puts aside
// what can't be used. Every row that goes in is accounted for: conformed,
// filtered by a named filter, or quarantined with a code.
package conform

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"clientele/schemas"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
)

// Delivery says what a delivery of a source means for a table.
type Delivery string

// The meanings of a delivery.
const (
	Snapshot Delivery = "snapshot" // all there is: what is not in it is gone
	Changes  Delivery = "changes"  // what changed since
	Append   Delivery = "append"   // what was added since
)

// Mapping says how the rows of a source become rows of one input table.
type Mapping struct {
	Name        string // in the config
	Target      string // input table, as configs call it
	Key         []KeyPart
	Ordinal     string // column that numbers the rows of one key, and joins the key
	Delivery    Delivery
	Scope       Scope
	PartySource string
	OrderSource string // of order lines
	Fields      []*Field
	Attributes  []Attribute
	Unpivot     *Unpivot
	Filters     []Filter
	Contract    Contract
	At          option.Position

	// suffix joins the key, so that several rows can be made of one.
	suffix string
	// parties is the mapping that makes the party of each row, nil where a field
	// names it.
	parties *Mapping
}

// KeyPart is a column of the source that, with the others, identifies a row.
type KeyPart struct {
	Column string
	Type   schemas.Type // Int makes 17850, 17850.0 and 017850 one key
	At     option.Position
}

// Scope is the part of a source that a snapshot replaces.
type Scope struct {
	Of string // column of the input table
	By string // value, day, month or year
}

// Field fills one column of the input table.
type Field struct {
	Name     string // column of the input table
	Column   string // column of the source
	Expr     string // expression over columns of the source, in place of one of them
	Value    string // constant, where Constant
	Constant bool
	Type     schemas.Type // of the text, where it is not that of the column
	Layouts  []string     // of dates, as package time has them
	Values   map[string]string
	Default  string // for an absent value
	Optional bool   // the source may lack the column
	OnBad    string // null, quarantine or "" for the rule of the column
	Pick     string // of several rows of one key: last, first, min, max or sum
	At       option.Position
}

// Attribute fills a row of attributes from a column of the source.
type Attribute struct {
	Name   string
	Column string
	At     option.Position
}

// Unpivot makes a row of each of several columns.
type Unpivot struct {
	Columns []string // names or patterns of columns of the source
	Name    string   // column of the input table that takes the column's name
	Value   string   // column of the input table that takes the value
	Split   string   // separator of several values in one cell, "" for none
	// Choices are questions whose choices stand in columns of their own, each with
	// one of Chosen where it was chosen: a row's value is then what the column's
	// name has in place of the * of the pattern.
	Choices []Choices
	Chosen  []string
	// Label is the name of the column beside each that holds the text of its
	// value, with * for the name of the column, "" for none. It fills label.
	Label string
}

// Choices is a question whose choices stand in columns of their own.
type Choices struct {
	Question string
	Columns  string // pattern of their names with one *
}

// choice returns which choice of the question a column is for, "" for none.
func (c Choices) choice(column string) string {
	before, after, _ := strings.Cut(c.Columns, "*")
	if len(column) <= len(before)+len(after) || !strings.HasPrefix(column, before) || !strings.HasSuffix(column, after) {
		return ""
	}
	return column[len(before) : len(column)-len(after)]
}

// labelOf returns the column that holds the text of a column's value, "" for none.
func (u *Unpivot) labelOf(column string) string {
	if u.Label == "" {
		return ""
	}
	return strings.ReplaceAll(u.Label, "*", column)
}

// cells returns the columns that make rows, of those that rows as read have. What
// holds the texts of others does not, also where it matches.
func (u *Unpivot) cells(columns []string) (cells []cell) {
	var labels []string
	for _, c := range columns {
		if label := u.labelOf(c); label != c && matches(u.Columns, c) {
			labels = append(labels, label)
		}
	}
	for i, c := range columns {
		if slices.Contains(labels, c) {
			continue
		}
		at := cell{value: i, label: slices.Index(columns, u.labelOf(c)), question: c}
		if matches(u.Columns, c) {
			cells = append(cells, at)
			continue
		}
		for _, question := range u.Choices {
			if at.choice = question.choice(c); at.choice != "" {
				at.question = question.Question
				cells = append(cells, at)
				break
			}
		}
	}
	return cells
}

// Filter keeps the rows for which an expression is true. The others count as
// filtered under its name.
type Filter struct {
	Name  string
	Where string
	At    option.Position
}

// Pseudo-columns of parties that are taken apart into several columns.
var pseudo = map[string][]schemas.Column{
	"parties": {
		{Name: "address_line", Type: schemas.String, Doc: "street, number and box in one text"},
	},
	"addresses": {
		{Name: "address_line", Type: schemas.String, Doc: "street, number and box in one text"},
	},
	"do_not_contact": {
		{Name: "address_line", Type: schemas.String, Doc: "street, number and box in one text"},
	},
}

// Columns returns what a mapping onto an input table can fill.
func Columns(target string) []schemas.Column {
	t, _ := schemas.Input(target)
	cols := slices.Clone(t.MappedColumns())
	cols = append(cols, pseudo[target]...)
	return append(cols, schemas.Column{Name: "observed_on", Type: schemas.Date, Doc: "date for which the source says this"},
		schemas.Column{Name: "deleted", Type: schemas.Bool, Doc: "the source says that the record is gone"})
}

func column(target, name string) (schemas.Column, bool) {
	cols := Columns(target)
	i := slices.IndexFunc(cols, func(c schemas.Column) bool { return c.Name == name })
	if i < 0 {
		return schemas.Column{}, false
	}
	return cols[i], true
}

// Spec returns the options of a mapping, bound to m.
func (m *Mapping) Spec() *option.Spec {
	s := option.New("table", "How the rows of a source become rows of one input table.")
	s.At(&m.At)
	s.Enum(&m.Target, "table", m.Name, schemas.InputNames(), "input table; the entry's own name where it is left out")
	s.List("key", "columns that identify a row within the source", func() *option.Spec {
		m.Key = append(m.Key, KeyPart{})
		return m.Key[len(m.Key)-1].spec()
	}).Example("[Ordernr, Lijn]")
	s.String(&m.Ordinal, "ordinal", "", "column of the table that numbers the rows of one key in the order of the file, and joins the key").Example("line_no")
	s.String(&m.suffix, "key_suffix", "", "text that joins the key, where a second table makes further rows of the same input table").Example("contact")
	s.Enum((*string)(&m.Delivery), "delivery", string(Changes), []string{string(Snapshot), string(Changes), string(Append)},
		"snapshot: what it no longer holds is gone; changes: rows replace earlier ones of their key; append: rows are added")
	scope := s.Object("scope", "part of the source that a snapshot replaces as a whole").Spec()
	scope.Shorthand(scope.String(&m.Scope.Of, "of", "", "column of the table").Required())
	scope.Enum(&m.Scope.By, "by", "value", []string{"value", "day", "month", "year"}, "how its values make scopes")
	s.String(&m.PartySource, "party_source", "", "source that `party` is a record of, where it is another one; customer_id where it is the id of a customer, of today or any that was issued before; contact_ref where it is a reference that an outbound interaction of any source has as its contact_ref").Example("customer_id").Example("contact_ref")
	s.String(&m.OrderSource, "order_source", "", "source that the orders of order lines come from, where it is another one")
	s.Map("map", "what fills each column of the table", func(key string) *option.Spec {
		m.Fields = append(m.Fields, &Field{Name: key})
		return m.Fields[len(m.Fields)-1].spec()
	}).Example("{ party: Klantnr, ordered_at: { column: Datum, layout: \"02/01/2006\" } }")
	s.Map("attributes", "own fields of a party, by name", func(key string) *option.Spec {
		m.Attributes = append(m.Attributes, Attribute{Name: key})
		a := &m.Attributes[len(m.Attributes)-1]
		spec := option.New(key, "own field")
		spec.At(&a.At)
		spec.Shorthand(spec.String(&a.Column, "column", "", "column of the source").Required())
		return spec
	})
	var u Unpivot
	var unpivots bool
	us := s.Object("unpivot", "makes a row of each of several columns: survey answers").Present(&unpivots).Spec()
	us.Strings(&u.Columns, "columns", "columns of the source, with * for any text").Example(`["Q*"]`)
	us.Pairs("choices", "questions whose choices stand in columns of their own, by their names: where one was chosen, the row's value is what stands in place of the *", func(question, columns string) error {
		if strings.Count(columns, "*") != 1 {
			return fmt.Errorf("%q needs one *, in place of the choice", columns)
		}
		u.Choices = append(u.Choices, Choices{question, columns})
		return nil
	}).Example(`{ Q3: "Q3[*]" }`)
	us.Strings(&u.Chosen, "chosen", "what such a column says where its choice was chosen").Default = "1, Y"
	u.Chosen = []string{"1", "Y"}
	us.String(&u.Name, "name", "question", "column of the table that takes the column's name")
	us.String(&u.Value, "value", "code", "column of the table that takes the value")
	us.String(&u.Split, "split", "", "separator of several values in one cell: each makes a row").Example(`";"`)
	us.String(&u.Label, "label", "", "the column beside each that holds the texts of its values, with * for the column's name; fills the table's label").Example(`"*.label"`)
	s.List("filter", "rows to keep: expressions over the table's columns; the first that is not true takes the row out", func() *option.Spec {
		m.Filters = append(m.Filters, Filter{})
		return m.Filters[len(m.Filters)-1].Spec()
	}).Example(`["quantity > 0"]`)
	m.Contract.spec(s.Object("contract", "what becomes of a file that changes its form").Spec())
	s.Check(func() error {
		if unpivots {
			m.Unpivot = &u
			if len(u.Columns) == 0 && len(u.Choices) == 0 {
				return errors.New("unpivot needs columns or choices")
			}
		}
		if !slices.Contains(schemas.InputNames(), m.Target) {
			return &unknownName{message: fmt.Sprintf("no input table is called %q; `table:` says which one it is", m.Target),
				name: m.Target, known: schemas.InputNames(), at: m.At}
		}
		for _, f := range m.Fields {
			if _, ok := column(m.Target, f.Name); !ok {
				return &unknownName{message: fmt.Sprintf("%s has no column %q", m.Target, f.Name), name: f.Name, known: columnNames(m.Target), at: f.At}
			}
		}
		if m.OrderSource != "" && m.Target != "order_lines" {
			return errors.New("order_source is for order_lines")
		}
		if len(m.Key) == 0 {
			return errors.New("it needs a key: the columns that identify a row")
		}
		return nil
	})
	return s
}

func (k *KeyPart) spec() *option.Spec {
	s := option.New("key", "a column of the key")
	s.At(&k.At)
	s.Shorthand(s.String(&k.Column, "column", "", "column of the source").Required())
	typeOption(s, &k.Type)
	return s
}

func (f *Field) spec() *option.Spec {
	s := option.New("map", "what fills a column")
	s.At(&f.At)
	s.Shorthand(s.String(&f.Column, "column", "", "column of the source"))
	s.String(&f.Value, "value", "", "constant in place of a column").Present(&f.Constant)
	s.String(&f.Expr, "expr", "", "expression over the source's columns, which are texts and called by their quoted names").Example(`"case when \"Kind\" = 'B' then 'organisation' else 'person' end"`)
	typeOption(s, &f.Type)
	s.Strings(&f.Layouts, "layout", "how a date or an instant is written, as Go writes 2 January 2006 15:04:05; days and months are never guessed").Example(`"02/01/2006 15:04"`)
	s.Pairs("values", "what the source's codes stand for", func(k, v string) error {
		if f.Values == nil {
			f.Values = map[string]string{}
		}
		f.Values[k] = v
		return nil
	}).Example(`{ "1": answered, "2": refused }`)
	s.String(&f.Default, "default", "", "value where the source has none")
	s.Bool(&f.Optional, "optional", false, "the source may lack the column")
	s.Enum(&f.OnBad, "on_bad", "", []string{"null", "quarantine"}, "what a value that can't be read does: becomes null, or takes the row to quarantine")
	s.Enum(&f.Pick, "pick", "last", []string{"last", "first", "min", "max", "sum"}, "which value counts when several rows have one key")
	s.Check(func() error {
		ways := 0
		for _, given := range []bool{f.Column != "", f.Expr != "", f.Constant} {
			if given {
				ways++
			}
		}
		if ways != 1 {
			return errors.New("it needs one of column, expr and value")
		}
		return nil
	})
	return s
}

// Spec returns the options of a filter, bound to f.
func (f *Filter) Spec() *option.Spec {
	s := option.New("filter", "rows to keep")
	s.At(&f.At)
	s.Shorthand(s.String(&f.Where, "where", "", "expression that is true for the rows to keep").Required())
	s.String(&f.Name, "name", "", "name under which filtered rows are counted")
	s.Check(func() error {
		if f.Name == "" {
			f.Name = strings.Join(strings.Fields(f.Where), " ")
		}
		return nil
	})
	return s
}

// unknownName says that a mapping names a table or a column that there is not.
type unknownName struct {
	message string
	name    string
	known   []string
	at      option.Position
}

// Error says what there is not.
func (e *unknownName) Error() string { return e.message }

// At is where it stands in the config.
func (e *unknownName) At() option.Position { return e.at }

// Hint names what is most like it, or all there is.
func (e *unknownName) Hint() string {
	if s := suggest.Suggest(e.name, e.known); s != "" {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return "there are: " + strings.Join(e.known, ", ")
}

func columnNames(target string) []string {
	var names []string
	for _, c := range Columns(target) {
		names = append(names, c.Name)
	}
	return names
}

func typeOption(s *option.Spec, p *schemas.Type) {
	s.Func("type", "integer | text …", "type to read the text as first: integer makes 17850.0 the same as 17850", func(text string) error {
		t, ok := schemas.ParseType(text)
		if !ok {
			return fmt.Errorf("can't be %q", text)
		}
		*p = t
		return nil
	})
}
