package normalize

import (
	"strings"
	"testing"
)

func TestFiledForm(t *testing.T) {
	for _, test := range []struct {
		list       FormList
		code, want string
	}{
		{FormsKBO, "610", "BE-BV"}, {FormsKBO, "015", "BE-BV"}, {FormsKBO, "014", "BE-NV"}, {FormsKBO, "013", "BE-NV"}, {FormsKBO, "706", "BE-CV"}, {FormsKBO, "008", "BE-CV"},
		{FormsKBO, "612", "BE-COMMV"}, {FormsKBO, "012", "BE-COMMV"}, {FormsKBO, "606", "BE-VOF"}, {FormsKBO, "017", "BE-VZW"}, {FormsKBO, "301", ""}, {FormsKBO, "", ""},
		{FormsELF, "3W7E", "BE-BV"}, {FormsELF, "N5NT", "BE-BV"}, {FormsELF, "54M6", "NL-BV"}, {FormsELF, "SGST", "DE-SE"}, {FormsELF, "8888", ""},
		{FormsINSEE, "5499", "FR-SARL"}, {FormsINSEE, "5485", "FR-SELARL"}, {FormsINSEE, "5710", "FR-SAS"}, {FormsINSEE, "1000", "FR-EI"}, {FormsINSEE, "7210", ""},
		{FormsKvK, "Besloten Vennootschap", "NL-BV"}, {FormsKvK, "Eenmanszaak", "NL-EM"}, {FormsKvK, "Vereniging van Eigenaars", "NL-VVE"}, {FormsKvK, "Kerkgenootschap", ""},
		{FormsKvK, "BeslotenVennootschap", "NL-BV"}, {FormsKvK, "VerenigingVanEigenaars", "NL-VVE"}, {FormsKvK, "", ""}, {FormsKvK, "Commanditaire Vennootschap", "NL-CV"}, {FormsKvK, "Vennootschap onder Firma", "NL-VOF"}, {FormsKvK, "Naamloze Vennootschap", "NL-NV"},
		{FormsCompaniesHouse, "Private Limited Company", "GB-LTD"}, {FormsCompaniesHouse, "Limited Liability Partnership", "GB-LLP"}, {FormsCompaniesHouse, "Royal Charter Company", ""},
	} {
		if got, ok := FiledForm(test.list, test.code); got != test.want || ok != (test.want != "") {
			t.Errorf("%s %q: %q, %v; want %q", test.list, test.code, got, ok, test.want)
		}
	}
}

// TestFiledFormsAreKnown: each code stands for one form that there is, and two
// lists that know a form agree on whose it is.
func TestFiledFormsAreKnown(t *testing.T) {
	countries := map[FormList]string{FormsKBO: "BE", FormsINSEE: "FR"}
	for filed, form := range filedForms {
		i, ok := legalFormByCode[form]
		if !ok {
			t.Fatalf("%v stands for %s, which is no form", filed, form)
		}
		if land := countries[filed.list]; land != "" && legalForms[i].Country != land {
			t.Errorf("%v stands for %s", filed, form)
		}
	}
	codes := 0
	for line := range strings.Lines(legalFormTable) {
		head, _, _ := strings.Cut(line, " : ")
		_, filed, _ := strings.Cut(head, " / ")
		for list := range strings.SplitSeq(filed, "; ") {
			codes += max(len(strings.Fields(list))-1, 0)
		}
	}
	if len(filedForms) != codes || codes < 200 {
		t.Errorf("%d codes, %d different ones: each stands for one form", codes, len(filedForms))
	}
}

func TestNaturalPersonForm(t *testing.T) {
	for code, want := range map[string]bool{"NL-EM": true, "FR-EI": true, "BE-BV": false, "": false} {
		if NaturalPersonForm(code) != want {
			t.Errorf("%q", code)
		}
	}
}
