package normalize

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// messy makes text of the kind that the normalisers meet: their own notations,
// signs between them, letters with accents, blanks of every sort.
var messy = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{
			"Jan", "PEETERS", "van", "de", "'t", "Dhr.", "Mevr", "M.", "ir.", "BV", "B.V.B.A.", "nv", "SA", "s.a.", "gmbh", "Co.", "KG", "&", "en", "et", "Zonen", "(", ")", "/", "in vereffening",
			"Kerkstraat", "str.", "rue", "12", "12A", "bis", "bus", "b3", "3", "Postbus", "B-", "1000", "BE", "0403.019.261", "BE68539007547034", "+32", "(0)475", "12.34.56", "0032",
			"info@voorbeeld.be", "www.voorbeeld.be", "https://", "Sint", "St.", "Luik", "Liège", "België", "nl-BE", "ß", "É", "œ", "Ø", "e\u0301", "\u00a0", "\u200b", "\t", ",", ".", "-", "–", "日本", "İ",
		}),
		rapid.String(),
		rapid.StringMatching(`[A-Za-z0-9 .,/@&()'+-]{0,6}`),
	), 0, 7).Draw(t, "parts")
	return strings.Join(parts, rapid.SampledFrom([]string{" ", "", " ", "  "}).Draw(t, "joint"))
})

var anyCountry = rapid.SampledFrom([]string{"BE", "NL", "FR", "LU", "DE", "GB", "IT", "US", ""})

// TestIdempotent: a normaliser leaves its own result alone.
func TestIdempotent(t *testing.T) {
	for name, f := range map[string]func(s, country string) string{
		"Text":                  func(s, _ string) string { return Text(s) },
		"Fold":                  func(s, _ string) string { return Fold(s) },
		"FirmDisplay":           func(s, c string) string { return Firm(s, c).Display },
		"StreetKey":             func(s, _ string) string { return StreetKey(s) },
		"TownKey":               func(s, _ string) string { return TownKey(s) },
		"Phone":                 func(s, c string) string { v, _ := Phone(s, c); return v },
		"Email":                 func(s, _ string) string { v, _ := Email(s); return v },
		"WebHost":               func(s, _ string) string { v, _ := WebHost(s); return v },
		"Postcode":              func(s, c string) string { v, _ := Postcode(s, c); return v },
		"Country":               func(s, _ string) string { v, _ := Country(s); return v },
		"Language":              func(s, _ string) string { v, _ := Language(s); return v },
		"VAT":                   func(s, c string) string { v, _ := VAT(s, c); return v },
		"IBAN":                  func(s, _ string) string { v, _ := IBAN(s); return v },
		"KvK":                   func(s, _ string) string { v, _ := KvK(s); return v },
		"EnterpriseNumber":      func(s, _ string) string { v, _ := EnterpriseNumber(s); return v },
		"EstablishmentNumber":   func(s, _ string) string { v, _ := EstablishmentNumber(s); return v },
		"RegistryNumberFromVAT": func(s, _ string) string { v, _ := RegistryNumberFromVAT(s); return v },
	} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			s, country := messy.Draw(t, "s"), anyCountry.Draw(t, "country")
			once := f(s, country)
			if twice := f(once, country); twice != once {
				t.Fatalf("%s(%q) = %q, then %q", name, s, once, twice)
			}
			if !utf8.ValidString(once) {
				t.Fatalf("%s(%q) is not UTF-8", name, s)
			}
		}))
	}
}

// TestPersonLaws: the parts of a name survive a second pass, and the key is the
// same whatever the order of the parts.
func TestPersonLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { personLaws(t, messy.Draw(t, "s")) })
}

func personLaws(t interface{ Fatalf(string, ...any) }, s string) {
	p := Person(s)
	if p.Given == "" || p.Family == "" {
		return
	}
	again := PersonParts(p.Given, p.Family)
	if again.Given != p.Given || again.Family != p.Family || again.Core != p.Core {
		t.Fatalf("Person(%q) = %+v, then %+v", s, p, again)
	}
	if swapped := PersonParts(p.Family, p.Given); len(strings.Fields(swapped.Core)) == len(strings.Fields(p.Core)) && swapped.Core != p.Core {
		t.Fatalf("Person(%q) has key %q, swapped %q", s, p.Core, swapped.Core)
	}
}

// TestFirmLaws: a name that is not empty keeps a core, the core is folded, and
// every order of the two languages' forms gives the same result.
func TestFirmLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, country := messy.Draw(t, "s"), anyCountry.Draw(t, "country")
		firmLaws(t, s, country)
	})
}

func firmLaws(t interface{ Fatalf(string, ...any) }, s, country string) {
	f := Firm(s, country)
	if (f.Core == "") != (Text(s) == "") || (f.Display == "") != (Text(s) == "") {
		t.Fatalf("Firm(%q) = %+v", s, f)
	}
	if Fold(s) != "" && Fold(f.Core) != f.Core {
		t.Fatalf("the core of %q is %q, which is not folded", s, f.Core)
	}
}

// TestStreetLaws: a line put together from its parts comes apart the same way.
func TestStreetLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := StreetLine{
			Street: rapid.SampledFrom([]string{"Kerkstraat", "Rue de la Loi", "Rue du 11 Novembre", "2de Lansierslaan", "Steenweg op Gent"}).Draw(t, "street"),
			Number: rapid.StringMatching(`[1-9][0-9]{0,3}([A-Z]|bis)?`).Draw(t, "number"),
			Box:    rapid.StringMatching(`([AC-Z]?[0-9]{1,4})?`).Draw(t, "box"),
		}
		line := want.Street + rapid.SampledFrom([]string{" ", ", ", " nr. "}).Draw(t, "gap") + want.Number
		if want.Box != "" {
			line += rapid.SampledFrom([]string{" bus ", " bte ", "/", ", boîte ", " / ", " b "}).Draw(t, "marker") + want.Box
		}
		if got := Street(line, "BE"); got != want {
			t.Fatalf("Street(%q) = %+v, want %+v", line, got, want)
		}
	})
}

// TestCheckDigits: no number with one digit changed passes, nor does one with
// two neighbours swapped.
func TestCheckDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.IntRange(1, 19_999_999).Draw(t, "base")
		number := []byte(formatDigits(base, 8) + formatDigits(97-base%97, 2))
		if _, ok := EnterpriseNumber(string(number)); !ok {
			t.Fatalf("%s is refused", number)
		}
		i := rapid.IntRange(0, 9).Draw(t, "place")
		changed := append([]byte(nil), number...)
		changed[i] = '0' + (changed[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if got, ok := EnterpriseNumber(string(changed)); ok {
			t.Fatalf("%s passes as %s", changed, got)
		}
	})
}

func formatDigits(n, width int) string {
	b := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		b[i] = '0' + byte(n%10)
		n /= 10
	}
	return string(b)
}
