package matching

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/pipelines/proposal"
	"clientele/transforms/match/records"
	"clientele/transforms/normalize"
)

// sketch is what a column looks like by its header and its first values.
type sketch struct {
	proposal.Column
	file   *File
	sample []string
	// distinct is the number of distinct values among the sample.
	distinct int
}

// How much of a file is looked at: rows for what a column is, and values for what
// costs more to tell.
const (
	sketchedRows   = 20_000
	sampledValues  = 2_000
	mostly         = 0.7  // share of values that must be what the header says
	someFirms      = 0.08 // share of names that must look like a firm's
	manyCategories = 50   // distinct values beyond which a column is no category
	fewValues      = 3    // distinct values below which they do not tell what a column is
	telling        = 0.2  // share of rows that must have a value for that
)

// sketches looks at the first rows of a file.
func sketches(ctx context.Context, f *File) ([]*sketch, error) {
	out := make([]*sketch, len(f.Columns))
	for i, name := range f.Columns {
		out[i] = &sketch{Column: proposal.Column{Name: name}, file: f}
	}
	rows := 0
	var texts []string
	err := f.each(ctx, func(rec arrow.Record, lineage int) error {
		for i := range int(rec.NumRows()) {
			if rows++; rows > sketchedRows {
				return errEnough
			}
			if _, bad := faulty(rec, lineage, i); bad {
				continue // it says nothing
			}
			for at, s := range out {
				if texts = records.AppendTexts(texts[:0], rec.Column(lineage+at), i); len(texts) == 0 {
					texts = append(texts, "")
				}
				s.Add(texts[0])
				if text := strings.TrimSpace(texts[0]); text != "" && len(s.sample) < sampledValues {
					s.sample = append(s.sample, strings.Clone(text))
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range out {
		s.distinct = len(slices.Compact(slices.Sorted(slices.Values(s.sample))))
	}
	return out, nil
}

// share is the part of the sample for which is holds.
func (s *sketch) share(is func(string) bool) float64 {
	if len(s.sample) == 0 {
		return 0
	}
	n := 0
	for _, v := range s.sample {
		if is(v) {
			n++
		}
	}
	return float64(n) / float64(len(s.sample))
}

// headers are further words of headers, beside those that say what fills an input
// table: folded, without blanks and signs.
var headers = map[string]records.Kind{
	"orgname": records.FirmName, "sitename": records.FirmName, "legalname": records.FirmName, "tradename": records.FirmName, "handelsnaam": records.FirmName,
	"fullname": records.PersonName, "volledigenaam": records.PersonName, "contact": records.PersonName, "contactpersoon": records.PersonName, "nomcomplet": records.PersonName,
	"streetnumber": records.HouseNumber, "streetno": records.HouseNumber, "housenr": records.HouseNumber, "number": records.HouseNumber, "nummer": records.HouseNumber,
	"streetname": records.Street, "straatnaam": records.Street, "suburb": records.Town, "locality": records.Town, "county": records.Region,
	"state": records.Region, "province": records.Region, "provincie": records.Region, "region": records.Region, "regio": records.Region, "bundesland": records.Region,
	"fax": records.Phone, "faxnr": records.Phone, "faxnumber": records.Phone, "telefax": records.Phone, "iban": records.IBAN, "rekeningnummer": records.IBAN,
	"gender": records.Category, "sex": records.Category, "geslacht": records.Category, "sexe": records.Category, "geschlecht": records.Category,
	"rijksregisternummer": records.Identifier, "bsn": records.Identifier, "ssn": records.Identifier, "socialsecuritynumber": records.Identifier, "isbn": records.Identifier, "ean": records.Identifier, "lei": records.Identifier,
}

// meanings are the kinds of what fills an input table.
var meanings = map[string]records.Kind{
	"given_name": records.GivenName, "family_name": records.FamilyName, "email": records.Email, "phone": records.Phone, "mobile": records.Phone, "website": records.Website,
	"address_line": records.Street, "street": records.Street, "house_number": records.HouseNumber, "box": records.Box, "postcode": records.Postcode, "municipality": records.Town,
	"country": records.Country, "vat_number": records.Enterprise, "enterprise_number": records.Enterprise, "birth_date": records.BirthDate,
}

// answers are words of headers of columns that hold what matching is to find.
var answers = []string{"cluster", "true", "truth", "group", "entity", "match", "duplicate", "label"}

// ids are words of headers of columns that number records.
var ids = []string{"id", "key", "nr", "no", "nummer", "number", "code", "ref"}

// guess is a kind that was proposed, with what speaks against relying on it.
type guess struct {
	kind records.Kind
	why  string // "" where header and values agree
}

// fewFirms is why names are taken for those of persons.
const fewFirms = "few of the names look like firms'"

// guess proposes the kind of a column, none where it tells nothing.
func (s *sketch) guess() (guess, bool) {
	if s.Values == 0 || s.answers() {
		return guess{}, false
	}
	joined, words := folded(s.Name)
	spellings := []string{joined, strings.TrimRight(joined, "0123456789")}
	for i, w := range slices.Concat([]string{joined, spellings[1]}, last(words), first(words)) {
		kind, ok := s.named(w)
		if !ok || !s.holds(kind) {
			continue
		}
		g := guess{kind: s.refine(kind)}
		if i > 1 {
			g.why = "by a word of its header"
		}
		if kind == records.FirmName && g.kind == records.PersonName {
			g.why = fewFirms
		}
		return g, true
	}
	if len(words) > 0 && slices.Contains(ids, words[len(words)-1]) {
		return guess{records.Identifier, "a number that a record keeps"}, s.distinct*2 > len(s.sample)
	}
	if s.distinct < fewValues || float64(s.Values) < telling*float64(s.Values+s.Nulls) {
		return guess{}, false
	}
	for _, kind := range []records.Kind{records.Email, records.IBAN, records.Enterprise, records.Website, records.Phone} {
		if s.share(func(v string) bool { return shows(kind, v) }) >= .9 {
			return guess{kind, "by its values"}, true
		}
	}
	return guess{}, false
}

func (s *sketch) named(word string) (records.Kind, bool) {
	if kind, ok := headers[word]; ok {
		return kind, true
	}
	m := proposal.Meaning(word)
	if m == "name" {
		return records.FirmName, true
	}
	kind, ok := meanings[m]
	return kind, ok
}

// holds reports whether the values can be of the kind that the header says.
func (s *sketch) holds(kind records.Kind) bool {
	switch kind {
	case records.Email, records.Website, records.Phone, records.IBAN, records.Enterprise, records.BirthDate, records.HouseNumber:
		return s.share(func(v string) bool { return isOf(kind, v) }) >= mostly
	case records.FirmName, records.PersonName, records.GivenName, records.FamilyName, records.Town:
		return s.share(func(v string) bool { return strings.IndexFunc(v, unicode.IsLetter) >= 0 }) >= mostly
	}
	return true
}

// isOf reports whether a value can be of a kind that its form shows.
func isOf(kind records.Kind, v string) bool {
	digits := strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, v), "0")
	switch kind {
	case records.Email:
		return strings.Contains(v, "@")
	case records.Website:
		_, ok := normalize.WebHost(v)
		return ok && strings.Contains(v, ".") && !strings.ContainsAny(v, "@ ")
	case records.Phone:
		return digits >= 6 && digits <= 15 && strings.IndexFunc(v, unicode.IsLetter) < 0 && (strings.ContainsAny(v, "+ /.-()") || v[0] == '0' || digits <= 11)
	case records.IBAN:
		_, ok := normalize.IBAN(v)
		return ok
	case records.Enterprise:
		return digits >= 7 && digits <= 14
	case records.BirthDate:
		return digits >= 4 && digits <= 14
	case records.HouseNumber:
		return digits > 0 && len(v) <= 12
	}
	return true
}

// shows reports whether a value is of a kind by its form alone, whatever the header
// says.
func shows(kind records.Kind, v string) bool {
	switch kind {
	case records.Enterprise:
		_, isVAT := normalize.VAT(v, "")
		_, isNumber := normalize.EnterpriseNumber(v)
		return isVAT || isNumber
	case records.Phone:
		return isOf(kind, v) && (strings.ContainsAny(v, "+ /-()") || v[0] == '0') && strings.Count(v, "-") != 2 // a date has two
	}
	return isOf(kind, v)
}

// refine tells kinds apart that headers do not.
func (s *sketch) refine(kind records.Kind) records.Kind {
	switch kind {
	case records.FirmName:
		if joined, _ := folded(s.Name); headers[joined] == records.FirmName || slices.ContainsFunc(firmWords, func(w string) bool { return strings.Contains(joined, w) }) {
			return kind
		}
		if s.share(func(v string) bool { return normalize.LooksLikeFirm(v, "") }) < someFirms {
			return records.PersonName
		}
	case records.Street:
		if s.share(func(v string) bool { return strings.ContainsAny(v, ",;\n") }) >= .5 {
			return records.Address
		}
	}
	return kind
}

// firmWords are parts of headers that say that names are those of firms.
var firmWords = []string{"company", "bedrijf", "firm", "organi", "societe", "entreprise", "unternehmen", "raisonsociale"}

// answers reports whether the column holds what matching is to find.
func (s *sketch) answers() bool {
	_, words := folded(s.Name)
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(answers, w) })
}

// numbers reports whether the column may number the records: all are there, and
// none twice.
func (s *sketch) numbers() bool {
	joined, words := folded(s.Name)
	index := joined == "column1" && s.Type() == proposal.Integer // what some programs write in front, without a header
	named := index || proposal.Meaning(s.Name) == "customer number" || slices.Contains([]string{"id", "key", "recid", "rowid", "recordid", "uniqueid"}, joined) ||
		len(words) > 0 && slices.Contains(ids, words[len(words)-1])
	return named && s.Unique() && s.Nulls == 0 && !s.answers()
}

// folded returns a header without blanks and signs, and its words.
func folded(header string) (joined string, words []string) {
	words = strings.FieldsFunc(normalize.Fold(header), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, ""), words
}

func last(words []string) []string {
	if len(words) < 2 || slices.Contains(ids, words[len(words)-1]) {
		return nil
	}
	return words[len(words)-1:]
}

func first(words []string) []string {
	if len(words) < 2 || slices.Contains(ids, words[0]) {
		return nil
	}
	return words[:1]
}
