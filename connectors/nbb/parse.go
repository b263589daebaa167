package nbb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"clientele/connectors/registry"
)

// reference is a filing as the register lists it.
type reference struct {
	Number    string        `json:"ReferenceNumber"`
	Deposited registry.Date `json:"DepositDate"`
	Exercise  struct {
		Start registry.Date `json:"startDate"`
		End   registry.Date `json:"endDate"`
	} `json:"ExerciseDates"`
	Model    string `json:"ModelType"`
	Type     string `json:"DepositType"`
	Currency string `json:"Currency"`
	Firm     string `json:"EnterpriseNumber"`
	Name     string `json:"EnterpriseName"`
	Form     string `json:"LegalForm"`
	Activity text   `json:"ActivityCode"`
	Address  struct {
		Street, Number, Box, PostalCode, City, CountryCode text
	} `json:"Address"`
	Data string `json:"AccountingDataURL"`
}

func readReferences(body []byte) (list []reference, err error) {
	return list, json.Unmarshal(body, &list)
}

// latestOf returns the filing about the latest year, and of several about the
// same year the one deposited last, which corrects the others. Filings without
// data, such as consolidated accounts, are none.
func latestOf(list []reference) (reference, bool) {
	list = slices.DeleteFunc(slices.Clone(list), func(r reference) bool { return r.Data == "" || r.Number == "" })
	if len(list) == 0 {
		return reference{}, false
	}
	return slices.MaxFunc(list, func(a, b reference) int {
		return cmp.Or(cmp.Compare(a.Exercise.End, b.Exercise.End), cmp.Compare(a.Deposited, b.Deposited), cmp.Compare(a.Number, b.Number))
	}), true
}

// Parse implements registry.Caller. Answers are the list of filings and accounts
// of one of them; accounts alone can be read too.
func (*Client) Parse(answers []registry.Answer) ([]registry.Record, error) {
	var (
		list []reference
		out  []registry.Record
	)
	for _, a := range answers {
		if a.Status == http.StatusNotFound {
			continue
		}
		if a.Call == callReferences {
			var err error
			if list, err = readReferences(a.Body); err != nil {
				return nil, registry.Garbled(card.Name, err)
			}
			if r, ok := latestOf(list); ok {
				out = append(out, r.record(a))
			}
			continue
		}
		f, err := readAccounts(a.Body)
		if err != nil {
			return nil, registry.Garbled(card.Name, err)
		}
		i := slices.IndexFunc(list, func(r reference) bool { return r.Number == a.About })
		if i < 0 || len(out) == 0 { // replayed alone
			out = append(out, f.record(reference{Number: a.About}, registry.Record{Register: card.Name, AsOf: a.Day()}))
			continue
		}
		if f.number != "" && f.number != out[0].Number {
			return nil, registry.Garbled(card.Name, errOther)
		}
		out[0] = f.record(list[i], out[0])
	}
	return out, nil
}

// readAccounts reads a filing, in whichever format it came.
func readAccounts(body []byte) (filing, error) {
	if bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff"))), []byte("<")) {
		return readXBRL(body)
	}
	return readJSON(body)
}

// record is what the list of filings says of the firm.
func (r reference) record(a registry.Answer) registry.Record {
	out := registry.Record{
		Register: card.Name, Number: cmp.Or(plain(r.Firm), a.About), AsOf: cmp.Or(r.Deposited, a.Day()),
		Form: registry.LegalForm{List: "kbo", Code: lgf(r.Form)}, Filing: r.Number,
	}
	if r.Name != "" {
		out.Names = []registry.Name{{Text: r.Name, Kind: registry.LegalName}}
	}
	if r.Activity != "" { // of which version, the list does not say
		out.Sectors = []registry.Sector{{List: "nacebel", Code: plain(string(r.Activity)), Main: true}}
	}
	p := registry.Place{
		Kind: registry.Seat, Street: string(r.Address.Street), House: string(r.Address.Number), Box: string(r.Address.Box),
		Postcode: string(r.Address.PostalCode), Town: string(r.Address.City), Country: string(r.Address.CountryCode),
	}
	if p.Text() != "" {
		out.Places = []registry.Place{p}
	}
	return out
}

// record adds what a filing says to what the list of filings said of the firm.
func (f filing) record(r reference, out registry.Record) registry.Record {
	out.Number = cmp.Or(out.Number, f.number)
	out.Filing = join(r.Number, cmp.Or(f.model, r.Model), string(r.Deposited))
	if f.form != "" {
		out.Form = registry.LegalForm{List: "kbo", Code: f.form}
	}
	if len(out.Names) == 0 && f.name != "" {
		out.Names = []registry.Name{{Text: f.name, Kind: registry.LegalName}}
	}
	if len(out.Places) == 0 && f.place.Text() != "" {
		out.Places = []registry.Place{f.place}
	}
	out.Officers = f.officers
	now, old := f.now, f.old
	if now.end == "" {
		now.start, now.end, now.year = r.Exercise.Start, r.Exercise.End, r.Exercise.End.Year()
	}
	if old.year == 0 && now.year != 0 {
		old.year = now.year - 1
	}
	currency := cmp.Or(f.currency, r.Currency, "EUR")
	for _, y := range []year{now, old} {
		out.Figures = append(out.Figures, y.figures(currency)...)
		out.Doubts = append(out.Doubts, y.doubts()...)
	}
	return out
}

var errOther = errors.New("accounts of another firm")

func join(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), ", ")
}
