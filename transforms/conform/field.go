package conform

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/schemas"
	"clientele/transforms/normalize"
)

// slot holds one value of a row: text in s, a float in f, all else in n (a
// decimal scaled by unit, a date in days, an instant in microseconds, a boolean
// as 0 or 1).
type slot struct {
	set bool
	s   string
	n   int64
	f   float64
}

// boundField is a field whose column of the source is found.
type boundField struct {
	*Field
	raw      int // column of the rows as read, -1 for a constant
	slot     int // column of the input table
	column   schemas.Column
	source   *Source
	zone     *time.Location // of the company
	critical bool           // a bad value takes the row to quarantine
	net      bool           // amounts are with VAT
	layouts  []string
	format   schemas.Format // of its texts
	clean    func(text, country string) (string, error)

	// The last text and what came of it: texts repeat from row to row.
	lastText, lastCountry string
	last                  slot
	lastErr               error
	seen                  bool
}

// prepare decides how the field's texts are read. types is what the contract of
// the table says of bad values.
func (f *boundField) prepare(target string, types Clause) {
	date := schemas.FactDate(target)
	amount := f.column.Type == schemas.Decimal && target != "parties"
	f.critical = f.Name == "party" || amount || f.Name == date
	switch types {
	case DiscardRow:
		f.critical = true
	case DiscardValue:
		f.critical = false
	}
	switch f.OnBad {
	case "null":
		f.critical = false
	case "quarantine":
		f.critical = true
	}
	f.net = amount && f.source.VATRate != 0 && (f.Name == "unit_price" || f.Name == "amount" || f.Name == "open_amount")
	if !f.Constant { // a constant stands in the config, not in the source
		f.format = f.source.Format
	}
	f.layouts = slices.Concat(f.Layouts, f.source.Format.DateLayouts, isoLayouts)
	switch target {
	case "parties":
		f.clean = cleaners[f.Name]
	case "addresses", "contact_points", "do_not_contact":
		if f.Name != "kind" { // of a party
			f.clean = cleaners[f.Name]
		}
	}
}

// read reads the field's value for row i of the batch into out. country is that
// of the row.
func (f *boundField) read(rec arrow.Record, i int, country string, out *slot) error {
	if f.raw < 0 {
		return f.readText(f.Value, country, out)
	}
	col := rec.Column(f.raw)
	if col.IsNull(i) {
		if f.Default != "" {
			return f.readText(f.Default, country, out)
		}
		*out = slot{}
		return nil
	}
	if texts, ok := col.(*array.String); ok {
		return f.readText(texts.Value(i), country, out)
	}
	if f.Values == nil && f.Type == 0 {
		if done := f.readTyped(col, i, out); done {
			return nil
		}
	}
	return f.readText(cellText(col, i), country, out)
}

// readText reads a text, and remembers what came of it.
func (f *boundField) readText(text, country string, out *slot) error {
	if !f.seen || text != f.lastText || country != f.lastCountry {
		f.last = slot{}
		f.lastErr = f.parse(text, country, &f.last)
		f.lastText, f.lastCountry, f.seen = strings.Clone(text), country, true
	}
	*out = f.last
	return f.lastErr
}

// unmistakable are the countries whose postcodes have letters in them: no other
// country's look like theirs.
var unmistakable = []string{"NL", "GB"}

// abroad reads the last text as a postcode of another country.
func (f *boundField) abroad() (country, code string, ok bool) {
	for _, country := range unmistakable {
		if code, ok := normalize.Postcode(f.lastText, country); ok {
			return country, code, true
		}
	}
	return "", "", false
}

func (f *boundField) parse(text, country string, out *slot) error {
	text = normalize.Text(text)
	if text == "" {
		text = f.Default
	}
	if text == "" {
		return nil
	}
	if f.Values != nil {
		v, ok := f.Values[text]
		if !ok {
			return errUnknownCode
		}
		text = v
	}
	if f.Type == schemas.Int {
		n, err := readInt(text, f.format)
		if err != nil {
			return err
		}
		text = strconv.FormatInt(n, 10)
	}
	return f.typed(text, country, out)
}

// typed reads a text as the type of the column.
func (f *boundField) typed(text, country string, out *slot) (err error) {
	switch f.column.Type {
	case schemas.Int:
		out.n, err = readInt(text, f.format)
	case schemas.Decimal:
		out.n, err = readDecimal(text, f.format)
		out.n = f.amount(out.n)
	case schemas.Float:
		out.f, err = readFloat(text, f.format)
	case schemas.Bool:
		var b bool
		if b, err = readBool(text); b {
			out.n = 1
		}
	case schemas.Date, schemas.Timestamp:
		var t time.Time
		var clock bool
		if t, clock, err = readTime(text, f.layouts, f.source.Zone); f.column.Type == schemas.Date {
			if clock { // an instant has its date where the company is
				t = t.In(f.zone)
			}
			out.n = days(t)
		} else {
			out.n = t.UnixMicro()
		}
	default:
		out.s = text
		if f.clean != nil {
			out.s, err = f.clean(text, country)
		}
		out.set = err == nil && out.s != ""
		return err
	}
	out.set = err == nil
	return err
}

// typedColumn makes the field read a column that is not text: its numbers are
// as Go writes them, whatever the texts of the source are like.
func (f *boundField) typedColumn() { f.format = schemas.Format{} }

// readTyped reads a value of a typed source without going through text, where
// that can be.
func (f *boundField) readTyped(col arrow.Array, i int, out *slot) bool {
	*out = slot{set: true}
	switch v := col.(type) {
	case *array.Int64:
		switch n := v.Value(i); {
		case f.column.Type == schemas.Int:
			out.n = n
			return true
		case f.column.Type == schemas.Decimal && n <= maxScaled/unit && n >= -maxScaled/unit:
			out.n = f.amount(n * unit)
			return true
		}
	case *array.Decimal128:
		if t, ok := v.DataType().(*arrow.Decimal128Type); ok && f.column.Type == schemas.Decimal && t.Scale == schemas.DecimalScale && v.Value(i).FitsInPrecision(schemas.DecimalPrecision) {
			out.n = f.amount(v.Value(i).BigInt().Int64())
			return true
		}
	case *array.Float64:
		if x := v.Value(i); f.column.Type == schemas.Float && !math.IsNaN(x) && !math.IsInf(x, 0) {
			out.f = x
			return true
		}
	case *array.Boolean:
		if f.column.Type == schemas.Bool {
			if v.Value(i) {
				out.n = 1
			}
			return true
		}
	case *array.Date32:
		if f.column.Type == schemas.Date {
			out.n = int64(v.Value(i))
			return true
		}
	case *array.Timestamp:
		if f.column.Type == schemas.Date || f.column.Type == schemas.Timestamp {
			t := f.instant(v, i)
			if out.n = t.UnixMicro(); f.column.Type == schemas.Date {
				out.n = days(t)
			}
			return true
		}
	}
	*out = slot{}
	return false
}

// instant returns the instant of a value in the source's time zone; one without
// a zone is one of the source's.
func (f *boundField) instant(v *array.Timestamp, i int) time.Time {
	typ := v.DataType().(*arrow.TimestampType)
	t := v.Value(i).ToTime(typ.Unit)
	if typ.TimeZone != "" {
		return t.In(f.source.Zone)
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), f.source.Zone)
}

// amount takes the VAT off a scaled amount that has it.
func (f *boundField) amount(n int64) int64 {
	if f.net {
		return withoutVAT(n, f.source.VATRate)
	}
	return n
}

// cellText returns the text of a value that is there: of a float all its digits,
// without an exponent, so that a number is one key in every file; of an instant
// without a zone none.
func cellText(col arrow.Array, i int) string {
	switch v := col.(type) {
	case *array.Float64:
		return strconv.FormatFloat(v.Value(i), 'f', -1, 64)
	case *array.Decimal128:
		return schemas.DecimalText(v.Value(i), v.DataType().(*arrow.Decimal128Type).Scale)
	case *array.Timestamp:
		if t := v.DataType().(*arrow.TimestampType); t.TimeZone == "" {
			return v.Value(i).ToTime(t.Unit).Format("2006-01-02 15:04:05.999999999")
		}
	}
	return col.ValueStr(i)
}

// withoutVAT takes VAT at rate percent, exact to hundredths of a percent, off a
// scaled amount, rounding half away from zero.
func withoutVAT(n int64, rate float64) int64 {
	const percent = 100 * 100 // hundredths of a percent in one
	whole := uint64(percent) + uint64(math.Round(rate*100))
	amount := uint64(max(n, -n))
	hi, lo := bits.Mul64(amount, percent)
	quotient, rest := bits.Div64(hi, lo, whole) // hi is far below whole: amounts have 18 digits
	if 2*rest >= whole {
		quotient++
	}
	if n < 0 {
		return -int64(quotient)
	}
	return int64(quotient)
}

// The faults that normalising finds.
var (
	errBadEmail    = errors.New("bad_email")
	errBadPhone    = errors.New("bad_phone")
	errBadHost     = errors.New("bad_website")
	errBadPostcode = errors.New("bad_postcode")
	errBadCountry  = errors.New("bad_country")
	errBadDigits   = errors.New("bad_check_digit")
	errBadLanguage = errors.New("bad_language")
)

// cleaners normalise the columns of parties that have a canonical form.
var cleaners = map[string]func(text, country string) (string, error){
	"email":             orFault(func(s, _ string) (string, bool) { return normalize.Email(s) }, errBadEmail),
	"phone":             orFault(normalize.Phone, errBadPhone),
	"mobile":            orFault(normalize.Phone, errBadPhone),
	"website":           orFault(func(s, _ string) (string, bool) { return normalize.WebHost(s) }, errBadHost),
	"postcode":          orFault(normalize.Postcode, errBadPostcode),
	"country":           orFault(func(s, _ string) (string, bool) { return normalize.Country(s) }, errBadCountry),
	"language":          orFault(func(s, _ string) (string, bool) { return normalize.Language(s) }, errBadLanguage),
	"vat_number":        orFault(normalize.VAT, errBadDigits),
	"enterprise_number": orFault(registryNumber, errBadDigits),
	"iban":              orFault(func(s, _ string) (string, bool) { return normalize.IBAN(s) }, errBadDigits),
	"kind":              orFault(kindOf, errUnknownCode),
	"salutation":        orFault(salutationOf, errUnknownCode),
}

func orFault(clean func(text, country string) (string, bool), fault error) func(string, string) (string, error) {
	return func(text, country string) (string, error) {
		s, ok := clean(text, country)
		if !ok {
			return "", fault
		}
		return s, nil
	}
}

// registryNumber reads the number that a country's register gives a firm.
func registryNumber(s, country string) (string, bool) {
	switch country {
	case "BE":
		return normalize.EnterpriseNumber(s)
	case "NL":
		return normalize.KvK(s)
	}
	return strings.ToUpper(s), true
}

func kindOf(s, _ string) (string, bool) {
	switch strings.ToLower(s) {
	case "organisation", "organization", "firm", "company", "bedrijf", "société", "firma", "b2b", "o":
		return "organisation", true
	case "person", "persoon", "particulier", "personne", "privatperson", "b2c", "p":
		return "person", true
	}
	return "", false
}

func salutationOf(s, _ string) (string, bool) {
	switch strings.ToLower(strings.TrimRight(s, ".")) {
	case "mr", "dhr", "heer", "de heer", "m", "monsieur", "herr", "sir":
		return "mr", true
	case "mrs", "ms", "mevr", "mevrouw", "mw", "mme", "madame", "mlle", "frau", "miss":
		return "mrs", true
	case "mx":
		return "mx", true
	}
	return "", false
}
