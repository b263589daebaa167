package registers

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"clientele/connectors/registry"
	"clientele/schemas/option"
	"clientele/transforms/normalize"
)

// Firm is a firm that a night may ask registers about, by the numbers that tables
// have of it, and how much it matters.
type Firm struct {
	Country         string // of its address, "" for unknown
	Enterprise, VAT string // "" for none
	Class           int    // 0 for customers, more for those who come after them
	Value           float64
}

// Last is what was answered last to a question.
type Last struct {
	On    time.Time // day on which it was asked
	Known bool
	Hash  string
	// Number is that of the firm that was found for a party, "" for none, and for answers
	// about firms.
	Number string
}

// identity is what a night knows a firm by. transforms/enrich joins answers to
// customers by the same rules: which register a number is of is told by its length,
// and for eight characters by the country.
func (f Firm) identity() Identity {
	id := Identity{Country: f.Country, Values: map[registry.Key]string{}}
	put := func(key registry.Key, text string, read func(string) (string, bool)) {
		if number, ok := read(text); ok && number == text {
			id.Values[key] = number
		}
	}
	switch n := len(f.Enterprise); {
	case n == 10:
		put(registry.KeyEnterprise, f.Enterprise, normalize.EnterpriseNumber)
	case n == 9:
		put(registry.KeySIREN, f.Enterprise, normalize.SIREN)
	case n == 8 && f.Country == "GB":
		put(registry.KeyCompany, f.Enterprise, normalize.CompanyNumber)
	case n == 8:
		put(registry.KeyKvK, f.Enterprise, normalize.KvK)
	}
	if f.VAT != "" {
		id.Values[registry.KeyVAT] = f.VAT
		if number, ok := strings.CutPrefix(f.VAT, "BE"); ok {
			put(registry.KeyEnterprise, number, normalize.EnterpriseNumber)
		}
		if strings.HasPrefix(f.VAT, "FR") && len(f.VAT) == len("FR")+11 {
			put(registry.KeySIREN, f.VAT[len("FR")+2:], normalize.SIREN)
		}
	}
	return id
}

// NumberOf returns the number that the national register of a card knows the firm by, ""
// where the firm has none.
func (f Firm) NumberOf(c registry.Card) string { return f.identity().Values[c.AskedBy[0]] }

// countries are those of the registers that issue numbers of a key.
var countries = map[registry.Key]string{registry.KeyEnterprise: "BE", registry.KeyKvK: "NL", registry.KeySIREN: "FR", registry.KeyCompany: "GB"}

// asks returns the question by which a register is asked about a firm in a night;
// never by its name, which several firms bear.
func (x register) asks(f Firm) (registry.Question, bool) {
	id := f.identity()
	for _, by := range x.Card().AskedBy {
		value, ok := id.Values[by]
		if !ok || by == registry.KeyName {
			continue
		}
		country := countries[by]
		if by == registry.KeyVAT {
			if country = value[:2]; country == "EL" {
				country = "GR"
			}
		}
		if x.Card().Covers(country) {
			return registry.Question{By: by, Value: value, Country: country}, true
		}
	}
	return registry.Question{}, false
}

// Questions returns the questions to a register that firms give, each once: those
// about customers first, in each class those of most value.
func (r *Registers) Questions(name string, firms []Firm) []registry.Question {
	i := r.index(name)
	type ranked struct {
		registry.Question
		class int
		value float64
	}
	var list []ranked
	at := map[string]int{}
	for _, f := range firms {
		q, ok := r.list[i].asks(f)
		if !ok {
			continue
		}
		k := key(q.By, q.Value)
		n, seen := at[k]
		if !seen {
			at[k] = len(list)
			list = append(list, ranked{q, f.Class, f.Value})
			continue
		}
		if c := cmp.Compare(f.Class, list[n].class); c < 0 || c == 0 && f.Value > list[n].value {
			list[n].class, list[n].value = f.Class, f.Value
		}
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b.value, a.value), strings.Compare(key(a.By, a.Value), key(b.By, b.Value)))
	})
	out := make([]registry.Question, len(list))
	for i, q := range list {
		out[i] = q.Question
	}
	return out
}

// Renewal says how old an answer may be.
type Renewal struct{ Known, Unknown option.Period }

// Due reports whether an answer is older than it may be on a night.
func (r Renewal) Due(night time.Time, last Last) bool {
	after := r.Known
	if !last.Known {
		after = r.Unknown
	}
	return last.On.Before(after.Before(night))
}

// Believed reports whether a register that knew a firm is believed on a night when it
// says that there is none: when its last answer is twice as old as it may be.
func (r Renewal) Believed(night time.Time, last Last) bool {
	return !last.Known || last.On.Before(r.Known.Before(r.Known.Before(night)))
}

// QuestionKey is Landed.Key of the answer to a question.
func QuestionKey(q registry.Question) string { return key(q.By, q.Value) }
