package matching

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/zeebo/xxh3"

	"clientele/connectors"
	"clientele/pipelines/proposal"
	"clientele/transforms/match"
	"clientele/transforms/match/records"
	"clientele/transforms/normalize"
)

// Propose looks at the first rows of files and returns the text of a config that
// matches them. What it can't know is marked as a guess.
func Propose(ctx context.Context, files *Files) (string, error) {
	p := &proposed{}
	var all []*sketch
	perFile := make([][]*sketch, len(files.List))
	for i, f := range files.List {
		columns, err := sketches(ctx, f)
		if err != nil {
			return "", err
		}
		perFile[i] = columns
		all = append(all, columns...)
		p.firms = p.firms || slices.ContainsFunc(columns, func(s *sketch) bool { g, ok := s.guess(); return ok && g.kind == records.FirmName })
	}
	for i, columns := range perFile {
		id, err := idOf(ctx, files.List[i], columns)
		if err != nil {
			return "", err
		}
		p.take(columns, id)
	}
	if len(p.fields) == 0 {
		p.anything(all)
	}
	if len(p.fields) == 0 {
		return "", connectors.Errorf(connectors.KindData, "nothing_to_compare", "name files with values, or write a config: docs/matching.md", "no column holds anything to compare records by")
	}
	return p.text(files, all), nil
}

// proposed is a config as it grows.
type proposed struct {
	// firms says that some file has names of firms: a name of another is of the same
	// kind, whatever its own values.
	firms  bool
	ids    []string
	fields []*proposedField
	idle   []string // columns that are not compared
}

type proposedField struct {
	kind    records.Kind
	columns []string
	files   []*File
	why     []string
}

// several are the kinds of which a record often has several values, in several
// columns.
var several = []records.Kind{records.Phone, records.Email, records.Website, records.IBAN, records.Enterprise}

// apart are the kinds of which two columns say different things.
var apart = []records.Kind{records.Identifier, records.Category, records.Text, records.Number, records.Date}

// idOf returns the place of the column that numbers the records of a file, -1 where
// none does. What the first rows promise is looked up in all of them.
func idOf(ctx context.Context, f *File, columns []*sketch) (int, error) {
	for at, s := range columns {
		if !s.numbers() {
			continue
		}
		ok, err := distinct(ctx, f, at)
		if err != nil || ok {
			return at, err
		}
	}
	return -1, nil
}

// distinct reports whether the values of a column are all there and all different.
func distinct(ctx context.Context, f *File, column int) (bool, error) {
	ok, rows := true, 0
	seen := map[uint64]struct{}{}
	var texts []string
	err := f.each(ctx, func(rec arrow.Record, lineage int) error {
		for i := range int(rec.NumRows()) {
			if _, bad := faulty(rec, lineage, i); bad {
				continue
			}
			if texts = records.AppendTexts(texts[:0], rec.Column(lineage+column), i); len(texts) == 0 {
				ok = false
				return errEnough
			}
			seen[xxh3.HashString(strings.TrimSpace(texts[0]))] = struct{}{}
			if rows++; len(seen) < rows {
				ok = false
				return errEnough
			}
		}
		return nil
	})
	return ok, err
}

// take takes in the columns of a file, of which the one at id numbers the records.
func (p *proposed) take(columns []*sketch, id int) {
	if id >= 0 && !slices.Contains(p.ids, columns[id].Name) {
		p.ids = append(p.ids, columns[id].Name)
	}
	parts := slices.ContainsFunc(columns, func(s *sketch) bool { g, ok := s.guess(); return ok && g.kind == records.FamilyName })
	for i, s := range columns {
		g, ok := s.guess()
		switch {
		case i == id:
			continue
		case ok && g.kind == records.PersonName && g.why == fewFirms && parts:
			g = guess{records.FirmName, "the person's name has columns of its own"}
		case ok && g.kind == records.PersonName && g.why == fewFirms && p.firms:
			g = guess{records.FirmName, "as in the other file"}
		}
		if !ok || !p.add(s, g) {
			p.leave(s)
		}
	}
}

// add gives a column to the field that it belongs to, or to a new one. It refuses a second
// column of a file for what a record has once.
func (p *proposed) add(s *sketch, g guess) bool {
	for _, f := range p.fields {
		if f.kind != g.kind {
			continue
		}
		joined, _ := folded(s.Name)
		own := slices.Contains(f.files, s.file)
		switch {
		case slices.Contains(several, g.kind):
		case g.kind == records.FirmName && headers[joined] == records.FirmName: // a trade name beside the legal one
		case slices.Contains(apart, g.kind) && (own || !slices.Contains(f.columns, s.Name)):
			continue
		case own:
			return false
		}
		f.files = append(f.files, s.file)
		if !slices.Contains(f.columns, s.Name) {
			f.columns = append(f.columns, s.Name)
		}
		if g.why != "" && !slices.Contains(f.why, g.why) {
			f.why = append(f.why, g.why)
		}
		return true
	}
	f := &proposedField{kind: g.kind, columns: []string{s.Name}, files: []*File{s.file}}
	if g.why != "" {
		f.why = []string{g.why}
	}
	p.fields = append(p.fields, f)
	return true
}

func (p *proposed) leave(s *sketch) {
	if s.Values > 0 && !slices.Contains(p.idle, s.Name) {
		p.idle = append(p.idle, s.Name)
	}
}

// anything compares what there is, where no column tells what it holds.
func (p *proposed) anything(all []*sketch) {
	for _, s := range all {
		if s.Values == 0 || s.answers() || slices.Contains(p.ids, s.Name) {
			continue
		}
		kind := records.Text
		switch {
		case s.Type() == proposal.Number || s.Type() == proposal.Integer:
			kind = records.Number
		case s.Type() == proposal.Date || s.Type() == proposal.DateTime:
			kind = records.Date
		case s.distinct <= manyCategories && s.distinct*4 < len(s.sample):
			kind = records.Category
		}
		p.add(s, guess{kind, "nothing is known of this column"})
		p.idle = slices.DeleteFunc(p.idle, func(name string) bool { return name == s.Name })
	}
}

// text writes the config.
func (p *proposed) text(files *Files, all []*sketch) string {
	var b strings.Builder
	names, against := make([]string, 0, len(files.List)), ""
	for _, f := range files.List {
		if f.Against {
			against += " --against " + filepath.Base(f.Path)
		} else {
			names = append(names, filepath.Base(f.Path))
		}
	}
	fmt.Fprintf(&b, "# What says that two records are one. Look at every guess, then:\n# clientele match run %s%s --config match.yaml --out matched\nmatch:\n", strings.Join(names, " "), against)
	switch {
	case len(p.ids) == 1:
		fmt.Fprintf(&b, "  id: %s   # guess: no value stands twice\n", scalar(p.ids[0]))
	case len(p.ids) > 1:
		fmt.Fprintf(&b, "  id: [%s]   # guess: no value stands twice\n", strings.Join(scalars(p.ids), ", "))
	default:
		b.WriteString("  # id: Nr   # column with the id of a record; it is called by the number of its row without one\n")
	}
	if code := countryOf(all); code != "" {
		fmt.Fprintf(&b, "  country: %s   # guess: most values have its notation\n", code)
	} else {
		b.WriteString("  # country: BE   # whose notations phones, postcodes and streets have where they do not say it\n")
	}
	b.WriteString("  fields:   # column: kind of its values\n")
	for _, f := range p.fields {
		fmt.Fprintf(&b, "    %s%s\n", f.line(p.fields), comment(f.why))
	}
	if len(p.idle) > 0 {
		fmt.Fprintf(&b, "    # not compared: %s\n", strings.ReplaceAll(strings.Join(p.idle, ", "), "\n", " "))
	}
	fmt.Fprintf(&b, "  accept_above: %g   # two records are one from this probability on\n  review_above: %g   # pairs from here to there are reported, and left to people\n", match.AcceptAbove, match.ReviewAbove)
	if files.Link {
		b.WriteString("  # one_to_one: true   # no file holds anything twice\n")
	}
	return b.String()
}

func comment(why []string) string {
	if len(why) == 0 {
		return ""
	}
	return "   # guess: " + strings.Join(why, "; ")
}

// line writes a field in its shortest form.
func (f *proposedField) line(all []*proposedField) string {
	if len(f.columns) == 1 {
		return scalar(f.columns[0]) + ": " + KindName(f.kind)
	}
	name := string(f.kind)
	for n := 2; slices.ContainsFunc(all, func(o *proposedField) bool { return o != f && len(o.columns) == 1 && o.columns[0] == name }); n++ {
		name = fmt.Sprintf("%s_%d", f.kind, n)
	}
	return fmt.Sprintf("%s: { columns: [%s], kind: %s }", name, strings.Join(scalars(f.columns), ", "), KindName(f.kind))
}

// scalar writes a text as YAML. A config of matching refers to no environment, so that
// a $ stands for itself.
func scalar(text string) string { return strings.ReplaceAll(proposal.Scalar(text), "$$", "$") }

func scalars(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = scalar(t)
	}
	return out
}

// countryOf returns the country that most records are of, as far as their values say
// it: by a column of countries, telephone numbers with a prefix, accounts, VAT numbers, and
// postcodes that only one country writes so; "" where it does not show.
func countryOf(all []*sketch) string {
	count, total := map[string]int{}, 0
	for _, s := range all {
		g, ok := s.guess()
		if !ok {
			continue
		}
		for _, v := range s.sample {
			if code := countryIn(g.kind, v); code != "" {
				count[code]++
				total++
			}
		}
	}
	for code, n := range count { // at most one has most
		if float64(n) >= mostly*float64(total) {
			return code
		}
	}
	return ""
}

// callingCodes are those of the countries whose notations differ at home.
var callingCodes = map[string]string{"32": "BE", "31": "NL", "33": "FR", "49": "DE", "352": "LU", "44": "GB", "43": "AT", "41": "CH", "39": "IT", "34": "ES"}

// countryIn returns the country that a value shows, "" for none.
func countryIn(kind records.Kind, v string) string {
	switch kind {
	case records.Country:
		code, _ := normalize.Country(v)
		return code
	case records.Postcode:
		if code, ok := normalize.Postcode(v, "NL"); ok && strings.ContainsFunc(code, unicode.IsLetter) {
			return "NL"
		}
	case records.Phone:
		if number, ok := normalize.Phone(v, ""); ok {
			for n := 2; n <= 3; n++ {
				if code, ok := callingCodes[number[1:1+n]]; ok {
					return code
				}
			}
		}
	case records.IBAN, records.Enterprise:
		if number, ok := normalize.IBAN(v); ok {
			return number[:2]
		}
		if number, ok := normalize.VAT(v, ""); ok {
			return number[:2]
		}
	}
	return ""
}
