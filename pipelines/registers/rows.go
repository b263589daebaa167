package registers

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow/decimal128"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/schemas"
	"clientele/schemas/nace"
	"clientele/transforms/normalize"
)

// Origin says with which delivery an answer came.
type Origin struct {
	Source, Delivery string
	Position         int64
}

// Row is a row of an input table, a value per column in their order.
type Row []any

// Rows returns what a landed answer says as rows of the input tables of registers, in
// the order of schemas.RegistryInputs: one of the firm, whether the register knows it
// or not, and any number of the others. It depends on the answer alone. A concordance has
// a row there too, as if it were a firm, so that the answer of the next time is told from it.
func (r *Registers) Rows(name string, l Landed, from Origin) ([][]Row, error) {
	if link, ok, err := l.Link(); err != nil {
		return nil, err
	} else if ok {
		return linkRows(l, link, from), nil
	}
	if l.By == registry.KeyNACE {
		return concordanceRows(name, l, from)
	}
	record, known, err := r.read(name, l)
	if err != nil {
		return nil, err
	}
	w := &rowWriter{from: from, firm: l.Key(), observed: day(record.AsOf)}
	if countries := r.Card(name).Countries; len(countries) == 1 {
		w.country = countries[0]
	}
	if w.observed.IsZero() {
		w.observed = day(l.AskedOn)
	}
	w.asked(l, known)
	if known {
		if r.Card(name).AskedBy[0] == registry.KeyLEI {
			record.Numbers = append(record.Numbers, registry.Number{Key: registry.KeyLEI, Value: record.Number})
		}
		w.record(record)
	}
	return w.tables, nil
}

// read returns what a register says of the firm that it was asked about.
func (r *Registers) read(name string, l Landed) (out registry.Record, known bool, err error) {
	i := r.index(name)
	if i < 0 {
		return out, false, connectors.Errorf(connectors.KindConfig, "unknown_register", "", "no register is called %q", name)
	}
	var records []registry.Record
	// What was read of a file lands as a record, whatever the register is asked by today.
	if caller, ok := r.list[i].Provider.(registry.Caller); ok && !(len(l.Answers) > 0 && l.Answers[0].Call == callCopy) {
		if records, err = caller.Parse(l.Answers); err != nil {
			return out, false, err
		}
	} else {
		for _, a := range l.Answers {
			var record registry.Record
			if err := json.Unmarshal(a.Body, &record); err != nil {
				return out, false, registry.Garbled(name, err)
			}
			record.AsOf = a.Day()
			records = append(records, record)
		}
	}
	records = derived(records)
	// A number that was reused, or branches: the one that bears it and is there.
	slices.SortStableFunc(records, func(a, b registry.Record) int { return cmp.Compare(distance(a, l), distance(b, l)) })
	if len(records) == 0 {
		return out, false, nil
	}
	return records[0], true, nil
}

// distance is the less the better a record answers a question.
func distance(r registry.Record, l Landed) int {
	d := 0
	if r.Number != l.Number && !slices.Contains(r.Numbers, registry.Number{Key: l.By, Value: l.Number}) {
		d += 2
	}
	if r.Status == registry.Dissolved {
		d++
	}
	return d
}

// callCopy is what the answers of registers that are read, and not called, are answers to.
const callCopy = "copy"

// copied is the answer that a copy gives.
func copied(name string, asOf registry.Date, number string, record registry.Record) (registry.Answer, error) {
	record.AsOf = "" // it is that of the copy
	body, err := json.Marshal(record)
	if err != nil {
		return registry.Answer{}, fmt.Errorf("write a record of %s: %w", name, err)
	}
	return copyAnswer(name, asOf, number, body), nil
}

// copyAnswer is an answer that was read from a copy, of the day that this is of.
func copyAnswer(name string, asOf registry.Date, about string, body []byte) registry.Answer {
	return registry.Answer{Register: name, Call: callCopy, About: about, Media: "application/json", Status: 200, AskedAt: day(asOf), Body: body}
}

// day returns a date, zero where it is not known whole.
func day(d registry.Date) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// rowWriter writes rows of the input tables of registers.
type rowWriter struct {
	from     Origin
	firm     string // key of the row of the firm
	country  string // of the register, "" where it has several
	observed time.Time
	tables   [][]Row
}

func (w *rowWriter) add(table, record string, values map[string]any) {
	inputs := schemas.RegistryInputs()
	if w.tables == nil {
		w.tables = make([][]Row, len(inputs))
	}
	at := slices.Index(inputs, schemas.RegistryInput+table)
	t, _ := schemas.Input(inputs[at])
	values["source"], values["record_id"], values["delivery_id"], values["position"] = w.from.Source, record, w.from.Delivery, w.from.Position
	values["observed_on"], values["first_observed_on"] = w.observed, w.observed
	row := make(Row, len(t.Columns))
	for i, c := range t.Columns {
		row[i] = values[c.Name]
	}
	w.tables[at] = append(w.tables[at], row)
}

// asked writes that a question was put, and whether the register knew its answer.
func (w *rowWriter) asked(l Landed, known bool) {
	w.add("firms", l.Key(), map[string]any{"asked_by": string(l.By), "number": l.Number, "asked_on": day(l.AskedOn), "calls": l.Calls, "answer_hash": l.Hash(), "known": known})
}

// record writes what a record says.
func (w *rowWriter) record(r registry.Record) {
	firm := w.tables[0][0]
	t, _ := schemas.Input(schemas.RegistryInputs()[0])
	put := func(column string, value any) {
		firm[slices.IndexFunc(t.Columns, func(c schemas.Column) bool { return c.Name == column })] = value
	}
	put("legal_name", r.Name(registry.LegalName))
	put("trade_name", r.Name(registry.TradeName))
	if form, ok := LegalForm(r.Form); ok {
		put("legal_form_code", form)
	}
	put("status", string(r.Status))
	put("founded_on", day(r.Founded))
	put("ended_on", day(r.Ended))
	s := r.Main()
	put("sector_code", s.Code)
	put("sector_version", s.Version)
	if code, ok := nace.Parse(nace.Version(s.Version), s.Code); ok {
		put("sector_section", code.Section())
	}
	put("purpose", r.Purpose)
	for column, truth := range map[string]registry.Truth{"vat_valid": r.VAT, "natural_person": r.NaturalPerson} {
		if truth != registry.Unknown {
			put(column, truth == registry.Yes)
		}
	}
	if r.NonMailing != registry.Unknown || r.Withheld != registry.Unknown {
		put("non_mailing", r.NonMailing == registry.Yes || r.Withheld == registry.Yes)
	}
	for _, n := range r.Numbers {
		if n.Key == registry.KeyLEI {
			put("lei", n.Value)
		}
	}
	for _, p := range r.Parents {
		if p.Kind == "direct" {
			put("parent_lei", p.LEI)
		}
	}
	put("doubts", strings.Join(r.Doubts, "; "))
	w.accounts(r)
	w.directors(r)
	w.places(r)
	for i, n := range r.Names {
		w.add("names", fmt.Sprintf("%s name %d", w.firm, i+1), map[string]any{"firm": w.firm, "kind": string(n.Kind), "name": n.Text, "language": n.Language})
	}
	if r.NaturalPerson != registry.Yes { // of whom nothing is taken by which they are reached
		put("website", w.points(r))
	}
}

// points writes how a firm is reached, and returns the host of its web site.
func (w *rowWriter) points(r registry.Record) (website string) {
	written := map[[2]string]bool{}
	write := func(kind string, texts []string, read func(string) (string, bool)) (first string) {
		for _, text := range texts {
			value, ok := read(text)
			if at := [2]string{kind, value}; ok && !written[at] {
				written[at], first = true, cmp.Or(first, value)
				w.add("contact_points", fmt.Sprintf("%s point %d", w.firm, len(written)), map[string]any{"firm": w.firm, "kind": kind, "value": value})
			}
		}
		return first
	}
	write("phone", r.Phones, func(text string) (string, bool) { return normalize.Phone(text, w.country) })
	write("email", r.Emails, normalize.Email)
	return write("website", r.Sites, normalize.WebHost)
}

// items are the figures that are columns of accounts.
var items = []registry.Item{registry.Revenue, registry.GrossMargin, registry.OperatingResult, registry.Profit, registry.TotalAssets, registry.CurrentAssets,
	registry.Equity, registry.Reserves, registry.CarriedForward, registry.Debts, registry.CurrentDebts, registry.Headcount}

// accounts writes a row per year.
func (w *rowWriter) accounts(r registry.Record) {
	years := map[int]map[string]any{}
	var order []int
	for _, f := range r.Figures {
		amount, ok := decimal(cmp.Or(f.Amount, f.Low))
		if !ok || !slices.Contains(items, f.Item) {
			continue
		}
		year := f.Year
		if year == 0 { // of now
			year = w.observed.Year()
		}
		values := years[year]
		if values == nil {
			values = map[string]any{"firm": w.firm, "year": int64(year)}
			years[year], order = values, append(order, year)
		}
		column := string(f.Item)
		values[column] = amount
		switch {
		case f.Item == registry.Headcount:
			values["headcount_unit"], values["headcount_basis"] = f.Unit, string(f.Basis)
		case f.Item == registry.Revenue:
			values["revenue_basis"] = string(f.Basis)
		}
		if f.Currency != "" {
			values["currency"] = f.Currency
		}
	}
	slices.Sort(order)
	for _, year := range order {
		w.add("accounts", fmt.Sprintf("%s %d", w.firm, year), years[year])
	}
}

// decimal returns a number as tables have it: four decimals, what lies beyond is
// cut off.
func decimal(d registry.Decimal) (out decimal128.Num, ok bool) {
	text := string(d)
	if text == "" {
		return out, false
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > schemas.DecimalScale {
		fraction = fraction[:schemas.DecimalScale]
	}
	if len(strings.TrimPrefix(whole, "-")) > schemas.DecimalPrecision-schemas.DecimalScale {
		return out, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", schemas.DecimalScale-len(fraction)), 10, 64)
	return decimal128.FromI64(n), err == nil
}

func (w *rowWriter) directors(r registry.Record) {
	for i, o := range r.Officers {
		name := o.Firm
		if o.Family != "" || o.Given != "" {
			name = strings.TrimSpace(o.Given + " " + o.Family)
		}
		if name == "" {
			continue
		}
		w.add("directors", fmt.Sprintf("%s director %d", w.firm, i+1), map[string]any{"firm": w.firm, "name": name, "role": cmp.Or(o.RoleText, o.Role), "since": day(o.Since), "until": day(o.Until)})
	}
}

func (w *rowWriter) places(r registry.Record) {
	for i, p := range r.Places {
		kind := map[registry.PlaceKind]string{registry.Seat: "seat", registry.Establishment: "establishment"}[p.Kind]
		street, house, box := p.Street, p.House, p.Box
		if house == "" && street != "" {
			s := normalize.Street(street, p.Country)
			street, house, box = s.Street, s.Number, cmp.Or(box, s.Box)
		}
		if kind == "" || p.Shielded == registry.Yes || street == "" && p.Postcode == "" && p.Town == "" || p.Status == registry.Dissolved {
			continue
		}
		w.add("places", fmt.Sprintf("%s place %d", w.firm, i+1), map[string]any{"firm": w.firm, "kind": kind, "street": street, "house_number": house, "box": box,
			"postcode": p.Postcode, "municipality": p.Town, "country": p.Country, "street_key": normalize.StreetKey(street), "town_key": normalize.TownKey(p.Town), "language": p.Language})
	}
}
