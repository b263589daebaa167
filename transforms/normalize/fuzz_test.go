package normalize

import "testing"

// fuzzLaw fuzzes a function that must be idempotent and never panic.
func fuzzLaw(f *testing.F, normalise func(s string) string, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := normalise(s)
		if twice := normalise(once); twice != once {
			t.Fatalf("%q gives %q, then %q", s, once, twice)
		}
	})
}

func FuzzText(f *testing.F) {
	fuzzLaw(f, Text, " a\u00a0b ", "e\u0301", "\ufeffx", "\xff")
}

func FuzzFold(f *testing.F) {
	fuzzLaw(f, Fold, "D'Hondt & Co.", "Straße", "İ", "ﬁ", "Å")
}

func FuzzEmail(f *testing.F) {
	fuzzLaw(f, func(s string) string { v, _ := Email(s); return v }, "Jan <jan@voorbeeld.be>", "mailto:jan@voorbeeld.be?x", "info@bücher.de", "a@b.be;c@d.be")
}

func FuzzWebHost(f *testing.F) {
	fuzzLaw(f, func(s string) string { v, _ := WebHost(s); return v }, "https://www.voorbeeld.be/x", "www.bücher.de", "www.www.be")
}

func FuzzVAT(f *testing.F) {
	fuzzLaw(f, func(s string) string { v, _ := VAT(s, "BE"); return v }, "BTW BE 0403.019.261", "FR83404833048", "IE8D79739I", "CHE-107.787.577 MWST", "GBGD123")
}

func FuzzIBAN(f *testing.F) {
	fuzzLaw(f, func(s string) string { v, _ := IBAN(s); return v }, "BE68 5390 0754 7034", "IBAN NL91ABNA0417164300")
}

func FuzzEnterpriseNumber(f *testing.F) {
	fuzzLaw(f, func(s string) string { v, _ := EnterpriseNumber(s); return v }, "BE 403.019.261", "ondernemingsnummer: 0403 019 261")
}

func FuzzPostcode(f *testing.F) {
	fuzzLaw(f, func(s string) string {
		v, _ := Postcode(s, "BE")
		n, _ := Postcode(s, "NL")
		g, _ := Postcode(s, "GB")
		o, _ := Postcode(s, "US")
		return firstOf(firstOf(v, n), firstOf(g, o))
	}, "B-1000", "1234 ab", "sw1a1aa", "12345-6789")
}

func FuzzFirm(f *testing.F) {
	for _, s := range []string{"Jansen B.V.B.A.", "Dupont NV/SA", "(NV) Foo & Co. (Gent)", "Müller GmbH & Co. KG", "S.à r.l. X", "A BV - B", "a.b"} {
		f.Add(s, "BE")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, s, country string) { firmLaws(t, s, country) })
}

func FuzzPerson(f *testing.F) {
	for _, s := range []string{"Dhr. Jan Van den Berg", "DUPONT, Marie", "'T KINT JAN", "M. et Mme Dupont", "De heer Jan", "van 't"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { personLaws(t, s) })
}

func FuzzStreet(f *testing.F) {
	for _, s := range []string{"Kerkstraat 12 bus 3", "12 bis, rue X", "Postbus 12", "Flat 2, 12 High Street", "Kerkstraat 12/b", "12-", "1 / 2 / 3", "Kerkstraat 12, 9000 Gent"} {
		f.Add(s, "BE")
		f.Add(s, "GB")
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		line := Street(s, country)
		if (line == StreetLine{}) && Fold(s) != "" {
			t.Fatalf("Street(%q) lost everything", s)
		}
		if key := StreetKey(line.Street); StreetKey(key) != key {
			t.Fatalf("StreetKey(%q) = %q is not stable", line.Street, key)
		}
	})
}
