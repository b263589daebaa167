package nace_test

import (
	"strings"
	"testing"

	"clientele/schemas/nace"
)

// TestTable: the versions have as many sections and divisions as their
// regulations, each with its titles.
func TestTable(t *testing.T) {
	for version, want := range map[nace.Version][2]int{nace.V2008: {21, 88}, nace.V2025: {22, 87}} {
		sections, divisions := nace.Sections(version), nace.Divisions(version)
		if len(sections) != want[0] || len(divisions) != want[1] {
			t.Errorf("%s: %d sections, %d divisions", version, len(sections), len(divisions))
		}
		for _, code := range append(sections, divisions...) {
			for _, language := range nace.Languages {
				title := nace.Title(version, code, language)
				if title == "" || strings.TrimSpace(title) != title || title == strings.ToUpper(title) && len(title) > 4 {
					t.Errorf("%s %s in %s: %q", version, code, language, title)
				}
			}
		}
	}
}

func TestSection(t *testing.T) {
	for _, test := range []struct {
		version       nace.Version
		text, section string
	}{
		{"2008", "62.010", "J"}, {"2025", "62.100", "K"}, {"2025", "58110", "J"}, {"2008", "6420001", "K"}, {"2025", "6420001", "L"},
		{"2008", "32.12Z", "C"}, {"2008", "01", "A"}, {"2025", "99", "V"}, {"2008", "99", "U"}, {"2025", "45", ""}, {"2008", "45", "G"},
		{"2003", "72100", ""}, {"", "62010", ""}, {"2008", "6", ""}, {"2008", "J", ""}, {"2008", "", ""}, {"2008", "Z1", ""},
	} {
		c, ok := nace.Parse(test.version, test.text)
		if c.Section() != test.section || ok != (test.section != "") {
			t.Errorf("%s %q: section %q, %v; want %q", test.version, test.text, c.Section(), ok, test.section)
		}
	}
	if got := nace.Title("2025", "K", "xx"); !strings.HasPrefix(got, "Telecommunication") {
		t.Errorf("a language without titles gives %q", got)
	}
	if got := nace.Title("2008", "ZZ", "nl"); got != "" {
		t.Errorf("no such code, and yet %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2008", "62.01Z")
	f.Add("2025", "\xff6")
	f.Fuzz(func(t *testing.T, version, text string) {
		c, ok := nace.Parse(nace.Version(version), text)
		if ok != (c.Section() != "") {
			t.Errorf("%q %q: %v, section %q", version, text, ok, c.Section())
		}
	})
}
