package nbb

import (
	"bytes"
	"encoding/json"
	"errors"

	"clientele/connectors/registry"
)

// accounts is a filing as JSON (application/x.jsonxbrl).
type accounts struct {
	Reference string `json:"ReferenceNumber"`
	Name      string `json:"EnterpriseName"`
	Form      string `json:"LegalForm"`
	Address   struct {
		Street, Number, Box, City, Country, OtherPostalCode, OtherCity text
	} `json:"Address"`
	Rubrics []struct {
		Code, Value, Period text
	} `json:"Rubrics"`
	Administrators struct {
		NaturalPersons []struct {
			Person   person    `json:"Person"`
			Mandates []mandate `json:"Mandates"`
		}
		LegalPersons []struct {
			Entity struct {
				Name, Identifier text
			}
			Mandates        []mandate
			Representatives []person
		}
	} `json:"Administrators"`
}

type person struct{ FirstName, LastName text }

type mandate struct {
	FunctionMandate text
	MandateDates    struct{ StartDate, EndDate text }
}

// text is a JSON text, or a number as it is written; null is none.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		return nil
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*t = text(b)
		return nil
	}
	return errors.New("neither a text nor a number")
}

// The periods of a rubric.
const (
	thisYear     = "N"
	previousYear = "NM1"
)

func readJSON(body []byte) (filing, error) {
	var a accounts
	if err := json.Unmarshal(body, &a); err != nil {
		return filing{}, err
	}
	if a.Rubrics == nil {
		return filing{}, errNoFacts
	}
	f := filing{name: a.Name, form: lgf(a.Form)}
	f.place = registry.Place{
		Kind: registry.Seat, Street: string(a.Address.Street), House: string(a.Address.Number), Box: string(a.Address.Box),
		Postcode: enum(string(a.Address.City)), Country: enum(string(a.Address.Country)),
	}
	if a.Address.OtherPostalCode != "" || a.Address.OtherCity != "" {
		f.place.Postcode, f.place.Town = string(a.Address.OtherPostalCode), string(a.Address.OtherCity)
	}
	for _, r := range a.Rubrics {
		amount, ok := registry.ParseDecimal(string(r.Value))
		switch {
		case !ok: // a text of the notes
		case r.Period == thisYear:
			f.now.set(string(r.Code), amount)
		case r.Period == previousYear:
			f.old.set(string(r.Code), amount)
		}
	}
	for _, p := range a.Administrators.NaturalPersons {
		for _, m := range p.Mandates {
			f.officers = append(f.officers, m.officer(registry.Officer{Given: string(p.Person.FirstName), Family: string(p.Person.LastName)}))
		}
	}
	for _, p := range a.Administrators.LegalPersons {
		firm := registry.Officer{Firm: string(p.Entity.Name), Number: plain(string(p.Entity.Identifier))}
		for _, m := range p.Mandates {
			f.officers = append(f.officers, m.officer(firm))
			for _, r := range p.Representatives {
				f.officers = append(f.officers, m.officer(registry.Officer{Given: string(r.FirstName), Family: string(r.LastName), Of: firm.Firm}))
			}
		}
	}
	return f, nil
}

// officer returns who holds the mandate, with what it is.
func (m mandate) officer(o registry.Officer) registry.Officer {
	o.Role, o.RoleText = function(string(m.FunctionMandate))
	o.Since, o.Until = registry.Instant(string(m.MandateDates.StartDate)), registry.Instant(string(m.MandateDates.EndDate))
	return o
}
