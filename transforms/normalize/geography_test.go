package normalize

import (
	"strings"
	"testing"
)

func TestCountry(t *testing.T) {
	check(t, "Country", Country, map[string]string{
		"BE": "BE", "be": "BE", "BEL": "BE", "België": "BE", "BELGIQUE": "BE", "Belgien": "BE", "B": "BE", "UK": "GB", "EL": "GR", "Grèce": "GR",
		"Nederland": "NL", "Pays-Bas": "NL", "The Netherlands": "NL", "Österreich": "AT", "United States of America": "US", "U.S.A.": "US",
		"Zwitserland": "CH", "Norvège": "NO", "Tsjechië": "CZ", "Côte": "", "": "", "Narnia": "", "Grand-Duché de Luxembourg": "LU", "Verenigd Koninkrijk": "GB",
	})
}

func TestLanguage(t *testing.T) {
	check(t, "Language", Language, map[string]string{
		"nl": "nl", "NL": "nl", "N": "nl", "nld": "nl", "Nederlands": "nl", "Néerlandais": "nl", "nl-BE": "nl", "fr_FR": "fr", "F": "fr", "Français": "fr",
		"Deutsch": "de", "D": "de", "English": "en", "zh-Hans-CN": "zh", "x": "", "": "", "Klingon": "",
	})
}

func TestPostcode(t *testing.T) {
	for country, want := range map[string]map[string]string{
		"BE": {"1000": "1000", "B-1000": "1000", "BE-1000": "1000", "B 1000": "1000", "be1000": "1000", " 9000 ": "9000", "0999": "", "10000": "", "ABCD": "", "": ""},
		"NL": {"1234 AB": "1234 AB", "1234ab": "1234 AB", "NL-1234 AB": "1234 AB", "1234": "", "0123 AB": "", "1234 SS": "", "1234 A1": ""},
		"FR": {"75001": "75001", "F-75001": "75001", "1000": "01000", "750011": "", "00000": ""},
		"LU": {"L-1234": "1234", "1234": "1234", "LU-1234": "1234", "12345": ""},
		"DE": {"10115": "10115", "D-10115": "10115", "1067": "01067", "D 01067": "01067"},
		"GB": {"SW1A1AA": "SW1A 1AA", "sw1a 1aa": "SW1A 1AA", "M1 1AE": "M1 1AE", "B33 8TH": "B33 8TH", "CR2 6XH": "CR2 6XH", "DN55 1PT": "DN55 1PT", "1000": "", "SW1A": "", "GIR 0AA": "GIR 0AA"},
		"US": {"12345-6789": "12345-6789", "x": "", "ABCDEF": ""},
		"":   {"1234 ab": "1234 AB"},
	} {
		check(t, "Postcode "+country, in(country, Postcode), want)
	}
}

func TestTownKey(t *testing.T) {
	for _, same := range []string{
		"Antwerpen|Anvers|Antwerp|ANTWERPEN|2000 Antwerpen", "Bergen|Mons", "Luik|Liège|Lüttich|LIEGE", "Elsene|Ixelles", "Gent|Gand|Ghent",
		"Sint-Jans-Molenbeek|Molenbeek-Saint-Jean|St.-Jans-Molenbeek|Molenbeek-St-Jean", "Sint-Niklaas|St-Niklaas|St. Niklaas", "Brussel|Bruxelles|Brussels|Brüssel",
		"'s-Gravenbrakel|Braine-le-Comte", "Eigenbrakel|Braine-l'Alleud", "Leuven|Louvain|Löwen", "Ukkel|Uccle", "Tongeren|Tongres", "Kelmis|La Calamine",
		"Den Haag|'s-Gravenhage|La Haye", "Lyon|Lyon Cedex 03", "Rijsel|Lille", "Vorst|Forest|Vorst (Brussel-Hoofdstad)", "Sint-Pieters-Woluwe|Woluwe-Saint-Pierre",
	} {
		names := strings.Split(same, "|")
		for _, name := range names[1:] {
			if got, want := TownKey(name), TownKey(names[0]); got != want {
				t.Errorf("TownKey(%q) = %q, TownKey(%q) = %q", name, got, names[0], want)
			}
		}
	}
	if TownKey("Namen") == TownKey("Bergen") || TownKey("1000") != "1000" || TownKey("") != "" {
		t.Error("different towns share a key")
	}
	if n := strings.Count(towns, "\n"); n < 60 {
		t.Errorf("only %d towns have more than one name", n)
	}
}
