package normalize

import (
	"slices"
	"strings"
	"testing"
)

func TestFirm(t *testing.T) {
	for _, row := range []string{
		// name | country | display | core | form | * when it was abolished
		"Otman CommV|BE|Otman|otman|BE-COMMV|",
		"Cap Horizons ASBL|BE|Cap Horizons|cap horizons|BE-VZW|",
		"Jansen B.V.B.A.|BE|Jansen|jansen|BE-BV|*",
		"Jansen B. V.|NL|Jansen|jansen|NL-BV|",
		"EBVBA Jansen|BE|Jansen|jansen|BE-BV|*",
		"Jansen bvba-so|BE|Jansen|jansen|BE-BV|*",
		"Advocaten BV CVBA|BE|Advocaten|advocaten|BE-CV|*",
		"Advocaten BV o.v.v. BVBA|BE|Advocaten|advocaten|BE-BV|*",
		"SC SPRL Dupont|BE|Dupont|dupont|BE-BV|*",
		"Dupont SC SPRL|BE|Dupont|dupont|BE-BV|*",
		"Dupont scrl|BE|Dupont|dupont|BE-CV|*",
		"Garage Peeters gcv|BE|Garage Peeters|garage peeters|BE-COMMV|*",
		"Comm.V. Jansen|BE|Jansen|jansen|BE-COMMV|*",
		"Jansen Comm. VA|BE|Jansen|jansen|BE-NV|*",
		"De Bakker bv/srl||De Bakker|de bakker|BE-BV|",
		"Dupont NV/SA||Dupont|dupont|BE-NV|",
		"N.V. Bekaert S.A.|BE|Bekaert|bekaert|BE-NV|",
		"SA NV|BE|SA|sa|BE-NV|",
		"NV|BE|NV|nv||",
		"Société Anonyme|BE|Société Anonyme|societe anonyme||",
		"Compagnie des Wagons, société anonyme|BE|Compagnie des Wagons|compagnie des wagons|BE-NV|",
		"Jan Peeters (BVBA)|BE|Jan Peeters|jan peeters|BE-BV|*",
		"(NV) De Kroon|BE|De Kroon|de kroon|BE-NV|",
		"Jansen BV (Gent)|BE|Jansen (Gent)|jansen gent|BE-BV|",
		"Foo (Bar NV)|BE|Foo (Bar)|foo bar|BE-NV|",
		"Coca-Cola NV - Belgium|BE|Coca-Cola - Belgium|coca cola belgium|BE-NV|",
		"Dupont SPRL Bruxelles|BE|Dupont Bruxelles|dupont bruxelles|BE-BV|*",
		"ACME nv in vereffening|BE|ACME|acme|BE-NV|",
		"Bakkerij 't Hoekje eenmanszaak|BE|Bakkerij 't Hoekje|bakkerij t hoekje|BE-EP|",
		"Müller GmbH & Co. KG|DE|Müller|muller|DE-KG|",
		"Foo UG (haftungsbeschränkt)|DE|Foo|foo|DE-UG|",
		"Verein der Freunde e.V.|DE|Verein der Freunde|verein der freunde|DE-EV|",
		"Max Mustermann e. K.|DE|Max Mustermann|max mustermann|DE-EK|",
		"Müller GmbH|BE|Müller|muller|BE-BV|",
		"Müller GmbH||Müller|muller|DE-GMBH|",
		"SAS DUPONT|FR|DUPONT|dupont|FR-SAS|",
		"SAS Institute|BE|SAS Institute|sas institute||",
		"AG Insurance nv|BE|AG Insurance|ag insurance|BE-NV|",
		"De Sa|BE|De Sa|de sa||",
		"CV-ketels Janssens|BE|CV-ketels Janssens|cv ketels janssens||",
		"Café de Flore S.à r.l.|LU|Café de Flore|cafe de flore|LU-SARL|",
		"C&A Nederland C.V.|NL|C&A Nederland|c and a nederland|NL-CV|",
		"C & A||C & A|c and a||",
		"Drukkers CV|BE|Drukkers|drukkers|BE-CV|",
		"Drukkers CV||Drukkers|drukkers||",
		"Stichting Bolderbast|NL|Bolderbast|bolderbast|NL-ST|",
		"Coöperatie Friesland U.A.|NL|Friesland|friesland|NL-COOP|",
		"Penhale Logistics Ltd.|GB|Penhale Logistics|penhale logistics|GB-LTD|",
		"Penhale Logistics Limited|UK|Penhale Logistics|penhale logistics|GB-LTD|",
		"Schumm PLC|BE|Schumm|schumm|GB-PLC|",
		"Rossi S.r.l.|IT|Rossi|rossi|IT-SRL|",
		"Rossi SA|IT|Rossi|rossi||",
		"Jansen en Zonen BV|NL|Jansen en Zonen|jansen and zonen|NL-BV|",
		"Jansen & Zonen|NL|Jansen & Zonen|jansen and zonen||",
		"Peeters et Cie SPRL|BE|Peeters et Cie|peeters and co|BE-BV|*",
		"Peeters & Co|BE|Peeters & Co|peeters and co||",
		"Yahoo! NV|BE|Yahoo!|yahoo|BE-NV|",
		"J.B. Dupont|FR|J.B. Dupont|jb dupont||",
		"!!!|BE|!!!|!!!||",
		"|BE||||",
	} {
		f := strings.Split(row, "|")
		want := FirmName{Display: f[2], Core: f[3], LegalForm: f[4], Former: f[5] == "*"}
		if got := Firm(f[0], f[1]); got != want {
			t.Errorf("Firm(%q, %s) = %+v, want %+v", f[0], f[1], got, want)
		}
	}
}

func TestLooksLikeFirm(t *testing.T) {
	for name, want := range map[string]bool{
		"Jansen BV": true, "Bakkerij Peeters": true, "Jansen & Zonen": true, "Dupont et Fils": true, "Autobouwbedrijf Smet": true, "ASBL Horizons": true,
		"Jan Peeters": false, "Van den Berg, Jan": false, "De Sa": false, "Jan en Els Peeters": false, "M. & Mme Dupont": false, "": false, "De Bakker": false,
	} {
		if got := LooksLikeFirm(name, "BE"); got != want {
			t.Errorf("LooksLikeFirm(%q) = %v", name, got)
		}
	}
}

func TestLegalForms(t *testing.T) {
	seen := map[string]bool{}
	for _, form := range LegalForms() {
		if seen[form.Code] || form.Country != form.Code[:2] || len(form.Names) == 0 {
			t.Errorf("%+v is incomplete or there twice", form)
		}
		seen[form.Code] = true
		for lang, name := range form.Names {
			if got := LegalFormLabel(form.Code, lang); got != name || name == "" {
				t.Errorf("LegalFormLabel(%s, %s) = %q, want %q", form.Code, lang, got, name)
			}
		}
	}
	if got := LegalFormLabel("BE-BV", "fr"); got != "SRL" {
		t.Errorf("the French BV is %q", got)
	}
	if got := LegalFormLabel("NL-BV", "fr"); got != "BV" {
		t.Errorf("the Dutch BV in French is %q", got)
	}
	if got := LegalFormLabel("XX-YY", "fr"); got != "" {
		t.Errorf("an unknown form has the label %q", got)
	}
	persons := []string{}
	for _, form := range LegalForms() {
		if form.NaturalPerson {
			persons = append(persons, form.Code)
		}
	}
	if want := []string{"BE-EP", "NL-EM", "FR-EI", "LU-EI", "DE-EK", "GB-SOLE", "AT-EU"}; !slices.Equal(persons, want) {
		t.Errorf("natural persons are %v, want %v", persons, want)
	}
}

// TestSpellingsResolve: every spelling, at the end of a name in its own country
// and in capitals, is recognised as the form that it belongs to.
func TestSpellingsResolve(t *testing.T) {
	for text, all := range spellings {
		for _, s := range all {
			if s.form == stateOnly || !s.back {
				continue
			}
			form := legalForms[s.form]
			got := Firm("Voorbeeld "+strings.ToUpper(text), form.Country)
			if got.LegalForm != form.Code || got.Core != "voorbeeld" {
				t.Errorf("%q in %s gives %+v, want %s", text, form.Country, got, form.Code)
			}
		}
	}
}
