package gleif

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"clientele/connectors/registry"
)

// document is an answer of the JSON:API: one record, or a list.
type document struct {
	Meta struct {
		Copy struct {
			Published string `json:"publishDate"`
		} `json:"goldenCopy"`
	} `json:"meta"`
	Data json.RawMessage `json:"data"`
}

type resource struct {
	Attributes struct {
		LEI          string `json:"lei"`
		Entity       entity `json:"entity"`
		Registration struct {
			Updated string `json:"lastUpdateDate"`
			Status  string `json:"status"`
		} `json:"registration"`
	} `json:"attributes"`
	Relationships map[string]struct {
		Links map[string]any `json:"links"`
	} `json:"relationships"`
}

type entity struct {
	Name struct {
		Name     string `json:"name"`
		Language string `json:"language"`
	} `json:"legalName"`
	Others []struct {
		Name     string `json:"name"`
		Language string `json:"language"`
		Type     string `json:"type"`
	} `json:"otherNames"`
	Legal        address `json:"legalAddress"`
	Headquarters address `json:"headquartersAddress"`
	At           struct {
		ID string `json:"id"`
	} `json:"registeredAt"`
	As   string `json:"registeredAs"`
	Form struct {
		ID    string `json:"id"`
		Other string `json:"other"`
	} `json:"legalForm"`
	Category string `json:"category"`
	Status   string `json:"status"`
	Created  string `json:"creationDate"`
	Expired  struct {
		Date   string `json:"date"`
		Reason string `json:"reason"`
	} `json:"expiration"`
}

type address struct {
	Lines    []string `json:"addressLines"`
	Town     string   `json:"city"`
	Region   string   `json:"region"`
	Country  string   `json:"country"`
	Postcode string   `json:"postalCode"`
}

// Parse implements registry.Caller. Answers about parents add to the record of the
// firm that they were asked of.
func (*Client) Parse(answers []registry.Answer) ([]registry.Record, error) {
	var out []registry.Record
	for _, a := range answers {
		if a.Status == http.StatusNotFound {
			continue
		}
		published, list, err := resources(a.Body)
		if err != nil {
			return nil, registry.Garbled(card.Name, err)
		}
		if kind, ok := strings.CutSuffix(a.Call, "-parent"); ok {
			for i := range out {
				if out[i].Number == a.About && len(list) > 0 {
					e := list[0].Attributes
					out[i].Parents = append(out[i].Parents, registry.Parent{Kind: kind, LEI: e.LEI, Name: e.Entity.Name.Name})
				}
			}
			continue
		}
		for _, x := range list {
			if x.Attributes.LEI == "" {
				return nil, registry.Garbled(card.Name, nil)
			}
			r := x.record()
			r.AsOf = cmp.Or(r.AsOf, published, a.Day())
			out = append(out, r)
		}
	}
	return out, nil
}

// resources returns what a document holds, and the day of the golden copy.
func resources(body []byte) (published registry.Date, list []resource, err error) {
	var d document
	if err := json.Unmarshal(body, &d); err != nil {
		return "", nil, err
	}
	published = registry.Instant(d.Meta.Copy.Published)
	if strings.HasPrefix(strings.TrimSpace(string(d.Data)), "[") {
		return published, list, json.Unmarshal(d.Data, &list)
	}
	list = make([]resource, 1)
	return published, list, json.Unmarshal(d.Data, &list[0])
}

// parentsOf returns the LEI of the one firm in an answer, and the calls that tell its
// parents: a firm without one has a link to the reason instead.
func parentsOf(a registry.Answer) (lei string, calls []string) {
	_, list, err := resources(a.Body)
	if err != nil || len(list) != 1 { // Parse says what is wrong with it
		return "", nil
	}
	for _, call := range []string{callDirect, callUltimate} {
		if _, ok := list[0].Relationships[call].Links["related"]; ok {
			calls = append(calls, call)
		}
	}
	return list[0].Attributes.LEI, calls
}

func (x resource) record() registry.Record {
	e := x.Attributes.Entity
	r := registry.Record{
		Register: card.Name, Number: x.Attributes.LEI, AsOf: registry.Instant(x.Attributes.Registration.Updated),
		Names:   []registry.Name{{Text: e.Name.Name, Kind: registry.LegalName, Language: e.Name.Language}},
		Form:    form(e.Form.ID, e.Form.Other),
		Founded: registry.Instant(e.Created), Ended: registry.Instant(e.Expired.Date),
		NaturalPerson: registry.TruthOf(e.Category == "SOLE_PROPRIETOR"),
	}
	r.Status, r.Filed = status(e.Status), e.Status
	r.Doubts = lapsed(x.Attributes.Registration.Status)
	r.Numbers = national(e.At.ID, e.As)
	for _, n := range e.Others {
		if n.Name != "" {
			r.Names = append(r.Names, registry.Name{Text: n.Name, Kind: kinds[n.Type], Language: n.Language})
		}
	}
	for i := range r.Names {
		if r.Names[i].Kind == "" {
			r.Names[i].Kind = registry.TradeName
		}
	}
	for _, p := range []registry.Place{e.Legal.place(registry.Seat), e.Headquarters.place(registry.Headquarters)} {
		if p.Text() != "" {
			r.Places = append(r.Places, p)
		}
	}
	for _, kind := range []string{"direct", "ultimate"} {
		if _, ok := x.Relationships[kind+"-parent"].Links["reporting-exception"]; ok {
			r.Parents = append(r.Parents, registry.Parent{Kind: kind, Reason: "none reported"})
		}
	}
	return r
}

// kinds of other names; a name that is used beside the legal one is a trade name.
var kinds = map[string]registry.NameKind{
	"PREVIOUS_LEGAL_NAME": registry.FormerName, "TRADING_OR_OPERATING_NAME": registry.TradeName,
	"ALTERNATIVE_LANGUAGE_LEGAL_NAME": registry.LegalName, "AUTO_ASCII_TRANSLITERATED_LEGAL_NAME": registry.LegalName,
	"PREFERRED_ASCII_TRANSLITERATED_LEGAL_NAME": registry.LegalName,
}

// form returns a legal form by its ELF code (ISO 20275): 8888 means that the code
// is not yet there, 9999 that there is no form.
func form(code, other string) registry.LegalForm {
	f := registry.LegalForm{List: "elf", Code: code, Text: other}
	if code == "8888" || code == "9999" {
		f.Code = ""
	}
	return f
}

func status(word string) registry.Status {
	switch word {
	case "ACTIVE":
		return registry.Active
	case "INACTIVE":
		return registry.Dissolved
	}
	return ""
}

// lapsed says that nobody vouches for a record any more, where that is so.
func lapsed(registration string) []string {
	if registration == "LAPSED" {
		return []string{"the registration of the LEI has lapsed: nobody confirmed the record in the last year"}
	}
	return nil
}

// national returns the number of the national register: without dots and blanks
// where the register is one whose numbers are known, else none.
func national(authority, number string) []registry.Number {
	key, ok := authorities[authority]
	plain := strings.ToUpper(strings.NewReplacer(".", "", " ", "", "-", "").Replace(number))
	if !ok || plain == "" {
		return nil
	}
	return []registry.Number{{Key: key, Value: plain}}
}

func (a address) place(kind registry.PlaceKind) registry.Place {
	return registry.Place{Kind: kind, Street: strings.Join(a.Lines, ", "), Postcode: a.Postcode, Town: a.Town, Region: a.Region, Country: a.Country}
}
