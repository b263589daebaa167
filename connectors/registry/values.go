package registry

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Value is one thing that a register says of a firm, with where it comes from.
type Value struct {
	Field    string `json:"field"`
	Text     string `json:"value"`
	Detail   string `json:"detail,omitempty"` // language, code list and version, unit, code of the register
	Year     int    `json:"year,omitempty"`
	Basis    Basis  `json:"basis,omitempty"`
	Register string `json:"register"`
	AsOf     Date   `json:"as_of,omitempty"`
	Licence  string `json:"licence"`
	Personal bool   `json:"personal,omitempty"` // of a natural person
}

// Values returns what a record says, a row per value, in a fixed order: what the
// register does not say has no row.
func Values(r Record, c Card) []Value {
	s := &sheet{record: r, licence: c.Licence.Name}
	s.add(Value{Field: "number", Text: r.Number})
	for _, n := range r.Numbers {
		s.add(Value{Field: string(n.Key), Text: n.Value})
	}
	for _, n := range r.Names {
		s.add(Value{Field: string(n.Kind) + "_name", Text: n.Text, Detail: n.Language})
	}
	s.add(Value{Field: "legal_form_filed", Text: cmp.Or(r.Form.Text, r.Form.Code), Detail: words(r.Form.List, r.Form.Code)})
	s.add(Value{Field: "status", Text: string(r.Status), Detail: r.Filed})
	s.add(Value{Field: "founded_on", Text: string(r.Founded)})
	s.add(Value{Field: "ended_on", Text: string(r.Ended)})
	s.add(Value{Field: "vat_valid", Text: string(r.VAT)})
	for _, x := range r.Sectors {
		v := Value{Field: "sector", Text: x.Code, Detail: words(x.List, x.Version, x.Group, x.Text)}
		switch c := x.Converted; {
		case c != nil:
			v.Field, v.Basis = "sector_"+x.Version, Converted
			v.Detail = fmt.Sprintf("%s; %.2f by %d firms with %s", v.Detail, c.Share, c.Firms, c.From)
		case !x.Main:
			v.Field = "further_sector"
		}
		s.add(v)
	}
	s.add(Value{Field: "purpose", Text: r.Purpose})
	s.add(Value{Field: "filing", Text: r.Filing})
	for _, f := range r.Figures {
		s.add(Value{Field: string(f.Item), Text: f.Text(), Detail: words(f.Currency, f.Unit, f.Code), Year: f.Year, Basis: f.Basis})
	}
	for _, o := range r.Officers {
		s.add(o.value())
	}
	for _, p := range r.Places {
		s.add(Value{Field: string(p.Kind), Text: p.Text(), Detail: words(p.Language, p.Number, p.Name, string(p.Status))})
	}
	for _, p := range r.Parents {
		s.add(Value{Field: p.Kind + "_parent", Text: cmp.Or(p.Name, p.LEI, p.Reason), Detail: p.LEI})
	}
	for _, site := range r.Sites {
		s.add(Value{Field: "website", Text: site})
	}
	for _, phone := range r.Phones {
		s.add(Value{Field: "phone", Text: phone})
	}
	for _, email := range r.Emails {
		s.add(Value{Field: "email", Text: email})
	}
	s.add(Value{Field: "non_mailing", Text: string(r.NonMailing)})
	s.add(Value{Field: "natural_person", Text: string(r.NaturalPerson)})
	s.add(Value{Field: "withheld", Text: string(r.Withheld)})
	for _, d := range r.Doubts {
		s.add(Value{Field: "doubt", Text: d})
	}
	return s.values
}

// sheet collects the values of a record.
type sheet struct {
	record  Record
	licence string
	values  []Value
}

func (s *sheet) add(v Value) {
	if v.Text == "" {
		return
	}
	v.Register, v.AsOf, v.Licence = s.record.Register, s.record.AsOf, s.licence
	v.Personal = v.Personal || s.record.NaturalPerson == Yes
	s.values = append(s.values, v)
}

func (o Officer) value() Value {
	v := Value{Field: "officer", Text: o.Firm, Personal: o.Family != ""}
	if o.Family != "" || o.Given != "" {
		v.Text = words(o.Given, o.Family)
	}
	since := ""
	if o.Since != "" {
		since = "since " + string(o.Since)
	}
	if o.Until != "" {
		since = strings.TrimSpace(since + " until " + string(o.Until))
	}
	of := ""
	if o.Of != "" {
		of = "for " + o.Of
	}
	v.Detail = words(o.RoleText, o.Role, o.Number, of, since)
	return v
}

// Text returns the figure as people write it: a number, or the ends of a band.
func (f Figure) Text() string {
	switch {
	case f.Amount != "":
		return string(f.Amount)
	case f.High != "" && f.High != f.Low:
		return string(f.Low) + "–" + string(f.High)
	case f.High == "" && f.Low != "":
		return string(f.Low) + "+"
	}
	return string(f.Low)
}

// Text returns the address in one line.
func (p Place) Text() string {
	if p.Lines != "" {
		return strings.Join(strings.Fields(p.Lines), " ")
	}
	box := p.Box
	if box != "" {
		box = "box " + box
	}
	parts := []string{words(p.Street, p.House, box), words(p.Postcode, p.Town), p.Country}
	out := parts[:0]
	for _, part := range parts {
		if part != "" {
			out = append(out, part)
		}
	}
	if text := strings.Join(out, ", "); text != "" {
		return text
	}
	return cmp.Or(p.Name, p.Number)
}

// words joins what is not empty by blanks.
func words(texts ...string) string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, " ")
}

// People returns a headcount that the register reports; year is 0 where it does
// not say of when.
func People(n int, year int, code string) Figure {
	return Figure{Item: Headcount, Year: year, Amount: Decimal(strconv.Itoa(n)), Unit: "persons", Basis: Reported, Code: code}
}
