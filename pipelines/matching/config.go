// Package matching dedupes and links files of any columns, without a project:
// it reads them into records, trains a model or takes one, and writes which
// records are one, why, and how sure that is.
package matching

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"clientele/connectors"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
	"clientele/transforms/match"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
)

// Config is what a person says of the files that are matched.
type Config struct {
	// ID are the columns that hold the id of a record: of each file the first that
	// it has. Records have the number of their row where a file has none.
	ID []string
	// Fields are the columns that are compared.
	Fields []*Field
	// Match are the thresholds and what is known of the files.
	Match match.Config
	// Text is the config as it was read.
	Text string

	country string
	idAt    option.Position
	at      option.Position
	doc     *option.Document
}

// Field is a property of records and the columns that hold it.
type Field struct {
	Name string
	// Columns hold the values: in each file those that it has. A record that has
	// several values has them as alternatives.
	Columns []string
	Kind    records.Kind
	Country string
	// Levels are those of agreement on which the values are compared, the best first;
	// none for those of the kind.
	Levels []string
	at     option.Position
}

// Load reads the config file at path.
func Load(path string) (*Config, option.Findings, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, connectors.Errorf(connectors.KindConfig, "no_config", "`clientele match init FILE` proposes one", "there is no config file %s", path)
	}
	if err != nil {
		return nil, nil, connectors.Errorf(connectors.KindEnvironment, "unreadable", "check its permissions", "read config: %w", err)
	}
	c, findings := Parse(path, string(text))
	return c, findings, nil
}

// Parse reads and checks the text of a config, which is called name in messages.
// With errors the config is nil.
func Parse(name, text string) (*Config, option.Findings) {
	doc, findings := option.Open(name, []byte(text), nil)
	if doc == nil {
		return nil, findings
	}
	c := &Config{Text: text, doc: doc}
	findings = append(findings, doc.Parse(c.Spec())...)
	findings.Sort()
	if len(findings.Errors()) > 0 {
		return nil, findings
	}
	for _, f := range c.Fields {
		if len(f.Columns) == 0 {
			f.Columns = []string{f.Name}
		}
		if f.Country == "" {
			f.Country = c.country
		}
		c.Match.Fields = append(c.Match.Fields, records.Field{Name: f.Name, Kind: f.Kind, Country: f.Country, Levels: strings.Join(f.Levels, "; ")})
	}
	return c, findings
}

// Spec returns the options of a config, bound to c.
func (c *Config) Spec() *option.Spec {
	s := option.New("match.yaml", "What is compared when files are matched, and when two records are one.")
	m := s.Object("match", "how records of files are matched").Required().Spec()
	m.At(&c.at)
	m.Strings(&c.ID, "id", "column that holds the id of a record, or several of which each file has one; records are called by the number of their row where it is left out").At(&c.idAt).Example("Klantnr")
	m.Map("fields", "what is compared: a name, which is also that of the column unless columns says otherwise, and the kind of its values", func(key string) *option.Spec {
		f := &Field{Name: key}
		c.Fields = append(c.Fields, f)
		return f.spec()
	}).Required()
	country(m, &c.country, "country", "country whose notations of phones, postcodes and streets the values have where they do not say it").Example("BE")
	d := match.Config{AcceptAbove: match.AcceptAbove, ReviewAbove: match.ReviewAbove}
	m.Float(&c.Match.AcceptAbove, "accept_above", d.AcceptAbove, 0, 1, "probability from which two records are one")
	m.Float(&c.Match.ReviewAbove, "review_above", d.ReviewAbove, 0, 1, "probability from which a pair is reported, and people are asked; no greater than accept_above")
	budget := 0
	m.Int(&budget, "pair_budget", 0, 0, 1<<40, fmt.Sprintf("largest number of pairs to compare; 0 for %d for each record, and at least %d", match.PairsPerRecord, match.LeastBudget))
	m.Bool(&c.Match.OneToOne, "one_to_one", false, "no file holds anything twice: a record matches one record of each other file at most")
	m.Strings(&c.Match.DuplicateFree, "duplicate_free", "files that hold nothing twice, by their names").Example("[register.csv]")
	m.Strings(&c.Match.CannotLink, "cannot_link", "fields of which two different values say that two records are not one; enterprise numbers always do").Example("[birth_date]")
	m.Check(func() error {
		c.Match.PairBudget = int64(budget)
		return c.check()
	})
	return s
}

func (c *Config) check() error {
	if len(c.Fields) == 0 {
		return errors.New("fields is empty: name at least one column and its kind")
	}
	if c.Match.ReviewAbove > c.Match.AcceptAbove {
		c.Match.ReviewAbove = c.Match.AcceptAbove
	}
	if c.Match.AcceptAbove <= 0 || c.Match.AcceptAbove >= 1 || c.Match.ReviewAbove <= 0 {
		return errors.New("accept_above and review_above must be greater than 0 and less than 1: no evidence is certain")
	}
	names := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		names[i] = f.Name
	}
	for _, name := range c.Match.CannotLink {
		if !slices.Contains(names, name) {
			return didYouMean(fmt.Errorf("cannot_link: no field is called %q", name), name, names)
		}
	}
	return nil
}

func (f *Field) spec() *option.Spec {
	s := option.New("field", "A property of records.")
	s.At(&f.at)
	var column string
	kind := s.Func("kind", "kind", "what the values are: "+kindNames(), f.setKind)
	kind.Required().Example("firm name")
	s.Shorthand(kind)
	s.String(&column, "column", "", "column that holds the values, where it is not called as the field").Example("Naam")
	s.Strings(&f.Columns, "columns", "columns that hold the values: alternatives where a record has several, other names where files differ").Example("[Tel, GSM]")
	country(s, &f.Country, "country", "country whose notations the values have where they do not say it; that of match where it is left out")
	s.Strings(&f.Levels, "levels", "levels of agreement on which the values are compared, the best first, where not those of the kind: exact; within 2, within 5 %; within 31 days; jaro-winkler 0.9; edits 2; first 4; jaccard 0.6; same words").Example("[exact, within 2 %, within 10 %]")
	s.Check(func() error {
		if len(f.Levels) > 0 {
			if err := model.CheckLevels(f.Kind, strings.Join(f.Levels, "; ")); err != nil {
				return fmt.Errorf("levels: %w", err)
			}
		}
		if column != "" && len(f.Columns) > 0 {
			return errors.New("says both column and columns: keep one of them")
		}
		if column != "" {
			f.Columns = []string{column}
		}
		return nil
	})
	return s
}

// setKind reads a kind, which may be written with blanks: firm name.
func (f *Field) setKind(text string) error {
	f.Kind = records.Kind(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text)), " ", "_"))
	if f.Kind.Valid() {
		return nil
	}
	known := strings.Split(kindNames(), ", ")
	return didYouMean(fmt.Errorf("can't be %q: the kinds are %s", text, kindNames()), strings.ReplaceAll(text, "_", " "), known)
}

// kindNames lists the kinds as people write them.
func kindNames() string {
	names := make([]string, 0, len(records.Kinds()))
	for _, k := range records.Kinds() {
		names = append(names, KindName(k))
	}
	return strings.Join(names, ", ")
}

// KindName is a kind as people write it.
func KindName(k records.Kind) string { return strings.ReplaceAll(string(k), "_", " ") }

func country(s *option.Spec, p *string, name, doc string) *option.Field {
	return s.Func(name, "country", doc, func(text string) error {
		if region, err := language.ParseRegion(text); err == nil && region.IsCountry() && region.String() == text {
			*p = text
			return nil
		}
		return fmt.Errorf("can't be %q: countries have two capitals, like BE", text)
	})
}

// hinted is an error with a proposal.
type hinted struct {
	error
	hint string
}

// Hint implements what option asks of errors.
func (h hinted) Hint() string { return h.hint }

func didYouMean(err error, word string, known []string) error {
	if like := suggest.Suggest(word, known); like != "" {
		return hinted{err, fmt.Sprintf("did you mean %q?", like)}
	}
	return err
}

// finding is an error, or a warning, about a place in the config.
func (c *Config) finding(sev option.Severity, code string, at option.Position, suggestion, format string, args ...any) option.Finding {
	return c.doc.Finding(sev, code, at, fmt.Sprintf(format, args...), suggestion)
}
