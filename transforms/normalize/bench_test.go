package normalize

import "testing"

// BenchmarkNormalize times each function on values as they come: most of them
// clean, some not.
func BenchmarkNormalize(b *testing.B) {
	one := func(f func(string)) func([]string) func(*testing.B) {
		return func(values []string) func(*testing.B) {
			return func(b *testing.B) {
				b.ReportAllocs()
				for i := range b.N {
					f(values[i%len(values)])
				}
			}
		}
	}
	firms := []string{"Bakkerij Peeters & Zonen BVBA", "Koninklijke Harmonie Sinte Cecilia", "Dupont NV/SA", "Müller GmbH & Co. KG"}
	persons := []string{"Dhr. Jan Van den Berg", "Dupont, Marie", "els claes", "Jean-Pierre de la Tour"}
	streets := []string{"Kerkstraat 12 bus 3", "Rue de la Loi 16/b2", "Brugsesteenweg 198", "Avenue Louise 500"}
	for _, bench := range []struct {
		name string
		run  func(*testing.B)
	}{
		{"TextClean", one(func(s string) { Text(s) })([]string{"Koninklijke Harmonie Sinte Cecilia"})},
		{"TextMessy", one(func(s string) { Text(s) })([]string{" Café  de la\u00a0Gare "})},
		{"FoldASCII", one(func(s string) { Fold(s) })([]string{"Bakkerij Peeters & Zonen"})},
		{"FoldAccents", one(func(s string) { Fold(s) })([]string{"Café de la Gare à Liège"})},
		{"Firm", one(func(s string) { Firm(s, "BE") })(firms)},
		{"LooksLikeFirm", one(func(s string) { LooksLikeFirm(s, "BE") })(firms)},
		{"Person", one(func(s string) { Person(s) })(persons)},
		{"Phone", one(func(s string) { Phone(s, "BE") })([]string{"0475/12.34.56", "+32 (0)3 231 23 45", "0031 20 624 11 11"})},
		{"PhoneLibrary", one(func(s string) { Phone(s, "FR") })([]string{"01 42 68 53 00"})},
		{"PhoneKind", one(func(s string) { PhoneKind(s) })([]string{"+32475123456", "+3232312345"})},
		{"Email", one(func(s string) { Email(s) })([]string{"jan.peeters@voorbeeld.be", " Jan.Peeters@Voorbeeld.BE", "info@voorbeeld.be"})},
		{"WebHost", one(func(s string) { WebHost(s) })([]string{"https://www.voorbeeld.be/contact", "www.voorbeeld.be"})},
		{"Street", one(func(s string) { Street(s, "BE") })(streets)},
		{"StreetKey", one(func(s string) { StreetKey(s) })([]string{"Kerkstraat", "Avenue Louise", "Rue de la Loi"})},
		{"Postcode", one(func(s string) { Postcode(s, "BE") })([]string{"9000", "B-1000"})},
		{"Country", one(func(s string) { Country(s) })([]string{"BE", "België", "Nederland"})},
		{"Language", one(func(s string) { Language(s) })([]string{"nl", "Français"})},
		{"TownKey", one(func(s string) { TownKey(s) })([]string{"Antwerpen", "Liège", "Sint-Niklaas"})},
		{"EnterpriseNumber", one(func(s string) { EnterpriseNumber(s) })([]string{"0403.019.261", "BE 0403019261"})},
		{"VAT", one(func(s string) { VAT(s, "BE") })([]string{"BE0403019261", "BTW BE 0403.019.261"})},
		{"IBAN", one(func(s string) { IBAN(s) })([]string{"BE68 5390 0754 7034"})},
	} {
		b.Run(bench.name, bench.run)
	}
}
