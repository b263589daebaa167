package nbb

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"clientele/connectors/registry"
)

// filing is what a deposited document says, whatever its format.
type filing struct {
	number   string
	model    string // m87-f
	name     string
	form     string // code of the enterprise register
	currency string
	place    registry.Place
	officers []registry.Officer
	now, old year // the year of the filing, and the one before
}

// scope is the context of facts: whose they are, and under which dimensions.
type scope struct {
	entity   string
	explicit map[string]string // dimension to member, both without prefix dim
	typed    map[string]string
}

// fact is a value in a context. Its metric has the prefix that the bank gives the
// namespace, which is the last part of its URI.
type fact struct {
	metric string
	of     *scope
	value  string
}

var errNoFacts = errors.New("no facts")

// readXBRL reads an instance of the bank's taxonomy: the rubric of a fact is told
// by the dimensions of its context, and its year by the dimension prd.
func readXBRL(body []byte) (filing, error) {
	var f filing
	facts, err := readFacts(xml.NewDecoder(bytes.NewReader(body)), &f)
	if err != nil {
		return filing{}, err
	}
	if len(facts) == 0 {
		return filing{}, errNoFacts
	}
	f.read(facts)
	return f, nil
}

// readFacts returns the facts of an instance, and fills in what it says beside
// them: whose it is, by which model, in which currency.
func readFacts(d *xml.Decoder, f *filing) (facts []fact, err error) {
	scopes := map[string]*scope{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return facts, nil
		}
		if err != nil {
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch ref := attribute(start, "contextRef"); {
		case ref != "":
			var text string
			if err := d.DecodeElement(&text, &start); err != nil {
				return nil, err
			}
			if of := scopes[ref]; of != nil { // facts stand behind their contexts
				facts = append(facts, fact{metric: path.Base(start.Name.Space) + ":" + start.Name.Local, of: of, value: strings.TrimSpace(text)})
			}
		case start.Name.Local == "context":
			c, err := readScope(d)
			if err != nil {
				return nil, err
			}
			scopes[attribute(start, "id")] = c
			f.number = cmp.Or(f.number, c.entity)
		case start.Name.Local == "schemaRef":
			f.model = strings.TrimSuffix(path.Base(attribute(start, "href")), ".xsd")
		case start.Name.Local == "measure":
			var unit string
			if err := d.DecodeElement(&unit, &start); err != nil {
				return nil, err
			}
			if code, ok := strings.CutPrefix(strings.TrimSpace(unit), "iso4217:"); ok {
				f.currency = code
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// readScope reads up to the end of a context.
func readScope(d *xml.Decoder) (*scope, error) {
	c := &scope{explicit: map[string]string{}, typed: map[string]string{}}
	typed := ""
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			switch t.Name.Local {
			case "identifier", "explicitMember":
				var text string
				if err := d.DecodeElement(&text, &t); err != nil {
					return nil, err
				}
				depth--
				if text = strings.TrimSpace(text); t.Name.Local == "identifier" {
					c.entity = text
				} else {
					c.explicit[dimension(t)] = text
				}
			case "typedMember":
				typed = dimension(t)
				c.typed[typed] = ""
			}
		case xml.EndElement:
			depth--
			if t.Name.Local == "typedMember" {
				typed = ""
			}
		case xml.CharData:
			if typed != "" {
				c.typed[typed] += strings.TrimSpace(string(t))
			}
		}
	}
	return c, nil
}

func dimension(e xml.StartElement) string {
	return strings.TrimPrefix(attribute(e, "dimension"), "dim:")
}

// key is what rubrics are found by: the metric, and the members without the
// period's in the order of their names.
func (f fact) key() string {
	members := make([]string, 0, len(f.of.explicit))
	for d, m := range f.of.explicit {
		if d != "prd" {
			members = append(members, m)
		}
	}
	slices.Sort(members)
	return strings.TrimPrefix(f.metric, "met:") + "," + strings.Join(members, " ")
}

// is reports whether the fact stands under a dimension's member.
func (f fact) is(dimension, member string) bool {
	return f.of.explicit[dimension] == dimension+":"+member
}

// numeric reports whether the fact is a number.
func (f fact) numeric() bool {
	kind, ok := strings.CutPrefix(f.metric, "met:")
	kind = strings.TrimRight(kind, "0123456789")
	return ok && (kind == "am" || kind == "dec" || kind == "int" || kind == "pct")
}

// read sorts facts into what they say.
func (f *filing) read(facts []fact) {
	people := map[string]*registry.Officer{}
	var order []string
	for _, x := range facts {
		switch {
		case x.is("psn", "m12") || x.is("psn", "m10"):
			id := x.of.typed["afnp"] + "\x00" + x.of.typed["annp"] + "\x00" + x.of.typed["anlp"]
			if strings.Trim(id, "\x00") == "" {
				continue
			}
			if people[id] == nil {
				people[id] = &registry.Officer{Given: x.of.typed["afnp"], Family: x.of.typed["annp"], Firm: x.of.typed["anlp"]}
				order = append(order, id)
			}
			describe(people[id], x)
		case len(x.of.typed) > 0:
		case x.is("psn", "m1"):
			f.describe(x)
		case x.metric == "met:dte1" && x.is("bas", "m27") && x.is("part", "m2") && x.of.explicit["mmt"] != "":
			y := f.yearOf(x)
			if x.is("mmt", "m1") {
				y.start = registry.Instant(x.value)
			} else if x.is("mmt", "m2") {
				y.end = registry.Instant(x.value)
				y.year = y.end.Year()
			}
		case x.numeric():
			rubric, known := rubricOf[x.key()]
			if amount, ok := registry.ParseDecimal(x.value); ok && known {
				f.yearOf(x).set(rubric, amount)
			}
		}
	}
	for _, id := range order {
		if o := people[id]; o.Role != "" {
			f.officers = append(f.officers, *o)
		}
	}
}

// yearOf is the year that a fact is about.
func (f *filing) yearOf(x fact) *year {
	if x.is("prd", "m2") {
		return &f.old
	}
	return &f.now
}

// describe reads a fact about the firm itself: its name, form and address.
func (f *filing) describe(x fact) {
	part := ""
	switch {
	case x.is("bas", "m29"):
		f.name = x.value
	case x.is("bas", "m30"):
		f.form = lgf(x.value)
	case x.is("bas", "m31"):
		part = x.of.explicit["ctc"]
	}
	f.place.Kind = registry.Seat
	switch part {
	case "ctc:m1":
		f.place.Street = x.value
	case "ctc:m2":
		f.place.House = x.value
	case "ctc:m3":
		f.place.Box = x.value
	case "ctc:m4":
		f.place.Postcode = enum(x.value)
	case "ctc:m6":
		f.place.Country = enum(x.value)
	}
}

// describe reads a fact about a director. Their addresses are left where they
// are: nothing needs them.
func describe(o *registry.Officer, x fact) {
	switch {
	case x.metric == "fct-enum:list1":
		o.Role, o.RoleText = function(x.value)
	case x.metric == "met:dte1" && x.is("dcl", "m15"):
		o.Since = registry.Instant(x.value)
	case x.metric == "met:dte1" && x.is("dcl", "m16"):
		o.Until = registry.Instant(x.value)
	case x.metric == "met:str2" && x.is("bas", "m26") && x.is("qlt", "m1"):
		o.Number = plain(x.value)
	}
}
