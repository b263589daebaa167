package registry_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/connectors/registry"
)

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]registry.Decimal{
		"0": "0", "-0": "0", "-0.00": "0", "007": "7", "554894.28": "554894.28", "1.50": "1.5", "+3": "3", " 12 ": "12", ".5": "0.5", "5.": "5", "-.5": "-0.5",
		"": "", ".": "", "-": "", "1,5": "", "1e3": "", "--1": "", "1.2.3": "", "NaN": "", "1 000": "", strings.Repeat("9", 39): "",
	} {
		if got, ok := registry.ParseDecimal(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", text, got, ok, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[+-]?[0-9]{0,12}(\.[0-9]{0,6})?`).Draw(t, "text")
		if once, ok := registry.ParseDecimal(text); ok {
			if twice, ok := registry.ParseDecimal(string(once)); !ok || twice != once {
				t.Fatalf("%q becomes %q, and that %q, %v", text, once, twice, ok)
			}
		}
	})
}

func TestDates(t *testing.T) {
	for text, want := range map[string]registry.Date{
		"20150630": "2015-06-30", "20150600": "2015-06", "20150000": "2015", "00000000": "", "20151300": "", "20150231": "", "2015063": "", "2015ab30": "", "": "", "-2015063": "",
	} {
		if got := registry.Compact(text); got != want {
			t.Errorf("compact %q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]registry.Date{
		"2024-04-23T08:04:10.919Z": "2024-04-23", "2024-04-23T23:30:00-02:00": "2024-04-24", "2024-04-23": "2024-04-23", "2018-01-01T00:00:00": "2018-01-01", "yesterday": "", "": "", "0000-01-01": "",
	} {
		if got := registry.Instant(text); got != want {
			t.Errorf("instant %q: %q, want %q", text, got, want)
		}
	}
	for date, want := range map[registry.Date]int{"2015-06-30": 2015, "2015": 2015, "": 0} {
		if got := date.Year(); got != want {
			t.Errorf("year of %q: %d", date, got)
		}
	}
}

func TestFigureText(t *testing.T) {
	for want, f := range map[string]registry.Figure{
		"12.5": {Amount: "12.5"}, "20–49": {Low: "20", High: "49"}, "10000+": {Low: "10000"}, "0": {Low: "0", High: "0"}, "": {},
	} {
		if got := f.Text(); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

// TestFigure: the latest year where none is asked for, and nothing where nothing
// was reported.
func TestFigure(t *testing.T) {
	r := registry.Record{Figures: []registry.Figure{{Item: registry.Profit, Year: 2024, Amount: "1"}, {Item: registry.Profit, Year: 2025, Amount: "2"}, {Item: registry.Profit, Year: 2023, Amount: "3"}}}
	for year, want := range map[int]registry.Decimal{0: "2", 2024: "1", 2022: ""} {
		if f, ok := r.Figure(registry.Profit, year); f.Amount != want || ok != (want != "") {
			t.Errorf("%d: %+v, %v", year, f, ok)
		}
	}
	if _, ok := r.Figure(registry.Revenue, 0); ok {
		t.Error("no revenue was reported")
	}
}

// TestValues: what a register does not say has no row, and each row knows where it
// is from.
func TestValues(t *testing.T) {
	card := registry.Card{Name: "test", Licence: registry.Licence{Name: "terms"}}
	if got := registry.Values(registry.Record{Register: "test"}, card); len(got) != 0 {
		t.Errorf("an empty record says %+v", got)
	}
	r := registry.Record{
		Register: "test", Number: "1", AsOf: "2026-01-02", Names: []registry.Name{{Text: "Firm", Kind: registry.TradeName, Language: "nl"}},
		Sectors:  []registry.Sector{{List: "naf", Version: "2008", Code: "6201Z", Main: true}, {List: "naf", Version: "2008", Code: "6202A"}},
		Figures:  []registry.Figure{{Item: registry.Headcount, Year: 2025, Low: "3", High: "5", Unit: "persons", Basis: registry.Band}},
		Officers: []registry.Officer{{Given: "An", Family: "Vos", Role: "m13", Since: "2020"}, {Firm: "Beheer", Number: "2", Until: "2021-01-01"}},
		Places:   []registry.Place{{Kind: registry.Seat, Street: "Laan", House: "1", Box: "2", Postcode: "9999", Town: "Dam", Country: "NL"}},
		Parents:  []registry.Parent{{Kind: "direct", LEI: "L", Name: "Top"}, {Kind: "ultimate", Reason: "none reported"}},
	}
	value := func(field, text, detail string) registry.Value {
		return registry.Value{Field: field, Text: text, Detail: detail, Register: "test", AsOf: "2026-01-02", Licence: "terms"}
	}
	headcount, officer := value("headcount", "3–5", "persons"), value("officer", "An Vos", "m13 since 2020")
	headcount.Year, headcount.Basis, officer.Personal = 2025, registry.Band, true
	want := []registry.Value{
		value("number", "1", ""), value("trade_name", "Firm", "nl"), value("sector", "6201Z", "naf 2008"), value("further_sector", "6202A", "naf 2008"), headcount,
		officer, value("officer", "Beheer", "2 until 2021-01-01"), value("seat", "Laan 1 box 2, 9999 Dam, NL", ""), value("direct_parent", "Top", "L"), value("ultimate_parent", "none reported", ""),
	}
	if diff := cmp.Diff(want, registry.Values(r, card)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.NaturalPerson = registry.Yes
	for _, v := range registry.Values(r, card) {
		if !v.Personal {
			t.Errorf("all that is said of a natural person is personal data: %+v", v)
		}
	}
}

func TestCovers(t *testing.T) {
	some, all := registry.Card{Countries: []string{"BE"}}, registry.Card{}
	if !some.Covers("BE") || some.Covers("NL") || !some.Covers("") || !all.Covers("NL") {
		t.Error("wrong countries")
	}
}

func TestDay(t *testing.T) {
	a := registry.Answer{AskedAt: time.Date(2026, 1, 2, 1, 0, 0, 0, time.FixedZone("", 2*3600))}
	if a.Day() != "2026-01-01" {
		t.Error(a.Day())
	}
}
