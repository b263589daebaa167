package normalize

import "testing"

// check runs a table of inputs and results, "" where nothing is to come out.
func check(t *testing.T, name string, f func(string) (string, bool), want map[string]string) {
	t.Helper()
	for in, out := range want {
		if got, ok := f(in); got != out || ok != (out != "") {
			t.Errorf("%s(%q) = %q, %v; want %q", name, in, got, ok, out)
		}
	}
}

// in fixes the country of a normaliser.
func in(country string, f func(s, country string) (string, bool)) func(string) (string, bool) {
	return func(s string) (string, bool) { return f(s, country) }
}

func TestEnterpriseNumber(t *testing.T) {
	check(t, "EnterpriseNumber", EnterpriseNumber, map[string]string{
		"0403019261": "0403019261", "0428759497": "0428759497", "0244142664": "0244142664", "0508773215": "0508773215",
		"0648822310": "0648822310", "0872480059": "0872480059", "403019261": "0403019261", "BE0403.019.261": "0403019261",
		"BE 403.019.261": "0403019261", "BTW BE 0403.019.261": "0403019261", "TVA: BE-0403-019-261": "0403019261",
		"Ondernemingsnummer 0403 019 261": "0403019261", "0403\u00a0019\u00a0261": "0403019261", "be0403019261": "0403019261",
		"1029.025.290": "1029025290", "0431150351": "", "0403019262": "", "2377470790": "", "": "", "BE": "", "12345678": "",
		"NL0403019261": "", "0403019261 01": "", "04030192610403019261": "", "0000000097": "",
	})
}

func TestEstablishmentNumber(t *testing.T) {
	check(t, "EstablishmentNumber", EstablishmentNumber, map[string]string{
		"2.377.470.790": "2377470790", "2377470790": "2377470790", "2.341.983.440": "2341983440", "2377470791": "", "0403019261": "", "": "",
	})
}

func TestRegistryNumberFromVAT(t *testing.T) {
	check(t, "RegistryNumberFromVAT", RegistryNumberFromVAT, map[string]string{
		"BE0403019261": "0403019261", "BE 403.019.261": "0403019261", "NL004495445B01": "", "BE0403019262": "", "": "",
	})
}

func TestKvK(t *testing.T) {
	check(t, "KvK", KvK, map[string]string{
		"69599084": "69599084", "KvK 6959 9084": "69599084", "KVK-nr. 1234567": "01234567", "123456": "", "123456789": "", "00000000": "", "": "", "6959908A": "",
	})
}

func TestVAT(t *testing.T) {
	check(t, "VAT BE", in("BE", VAT), map[string]string{
		"BE0403019261": "BE0403019261", "BE 403.019.261": "BE0403019261", "0403.019.261": "BE0403019261", "BTW: BE 0403.019.261": "BE0403019261",
		"TVA BE0403019261": "BE0403019261", "be0403019261": "BE0403019261", "0431150351": "", "BE0431150351": "", "": "", "BE": "", "onbekend": "",
		// other countries by their prefix
		"NL004495445B01": "NL004495445B01", "NL 0044.95.445.B.01": "NL004495445B01", "NL004495446B01": "", "NL123456789B13": "NL123456789B13",
		"FR40303265045": "FR40303265045", "FR 83 404 833 048": "FR83404833048", "FR84404833048": "", "FRK7399859412": "FRK7399859412",
		"LU15027442": "LU15027442", "LU15027443": "", "DE136695976": "DE136695976", "DE136695978": "", "USt-IdNr. DE 136 695 976": "DE136695976",
		"GB980780684": "GB980780684", "GB 802311781": "", "GB980780684001": "GB980780684001", "GBGD123": "GBGD123", "GBHA599": "GBHA599", "GBGD600": "",
		"ATU13585627": "ATU13585627", "ATU13585626": "", "DK13585628": "DK13585628", "DK13585627": "",
		"ES54362315K": "ES54362315K", "ESX2482300W": "ESX2482300W", "ESJ99216582": "ESJ99216582", "ESB58378431": "ESB58378431", "ES54362315Z": "", "ESJ99216583": "",
		"FI20774740": "FI20774740", "FI20774741": "", "IE6433435F": "IE6433435F", "IE6433435OA": "IE6433435OA", "IE8D79739I": "IE8D79739I", "IE6433435E": "",
		"IT00743110157": "IT00743110157", "IT00743110158": "", "PL8567346215": "PL8567346215", "PL8567346216": "", "PT501964843": "PT501964843", "PT501964842": "",
		"SE123456789701": "SE123456789701", "SE123456789101": "", "EL094259216": "EL094259216", "EL094259215": "", "GR094259216": "EL094259216",
		"CHE-107.787.577 MWST": "CH107787577", "NO 995 525 828 MVA": "NO995525828", "HR33392005961": "HR33392005961", "SK2022749619": "SK2022749619",
		"CZ25123891": "CZ25123891", "US123456789": "",
	})
	check(t, "VAT DE", in("DE", VAT), map[string]string{"136695976": "DE136695976", "136695978": "", "BE0403019261": "BE0403019261"})
	check(t, "VAT GR", in("GR", VAT), map[string]string{"094259216": "EL094259216"})
	check(t, "VAT none", in("", VAT), map[string]string{"0403019261": "", "BE0403019261": "BE0403019261"})
}

func TestIBAN(t *testing.T) {
	check(t, "IBAN", IBAN, map[string]string{
		"BE68 5390 0754 7034": "BE68539007547034", "be68539007547034": "BE68539007547034", "IBAN BE68-5390-0754-7034": "BE68539007547034",
		"NL91ABNA0417164300": "NL91ABNA0417164300", "FR14 2004 1010 0505 0001 3M02 606": "FR1420041010050500013M02606",
		"DE89370400440532013000": "DE89370400440532013000", "GB82WEST12345698765432": "GB82WEST12345698765432", "LU280019400644750000": "LU280019400644750000",
		"BE68539007547035": "", "BE6853900754703": "", "XX68539007547034": "", "539-0075470-34": "", "": "", "BE": "",
	})
}
