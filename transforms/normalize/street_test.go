package normalize

import (
	"strings"
	"testing"
)

func TestStreet(t *testing.T) {
	for _, row := range []string{
		// line | country | street | number | box
		"Kerkstraat 12 bus 3|BE|Kerkstraat|12|3",
		"Rue de la Loi 16/b2|BE|Rue de la Loi|16|2",
		"12 bis, rue X|FR|rue X|12bis|",
		"12 rue du 11 Novembre|FR|rue du 11 Novembre|12|",
		"12, rue de la Loi bte 4|BE|rue de la Loi|12|4",
		"Rue du 11 Novembre 5|BE|Rue du 11 Novembre|5|",
		"11 Novemberlaan|BE|11 Novemberlaan||",
		"2de Lansierslaan|BE|2de Lansierslaan||",
		"1e Helmersstraat 12-III|NL|1e Helmersstraat|12|III",
		"Plein 1940-1945 3|NL|Plein 1940-1945|3|",
		"Kerkstraat 12 hs|NL|Kerkstraat|12|HS",
		"Hauptstr. 5a|DE|Hauptstr.|5A|",
		"Hauptstr.5|DE|Hauptstr.|5|",
		"Straße des 17. Juni 135|DE|Straße des 17. Juni|135|",
		"12 High Street|GB|High Street|12|",
		"Flat 2, 12 High Street|GB|High Street|12|2",
		"Kerkstraat 12A bte 4|BE|Kerkstraat|12A|4",
		"Kerkstraat 12 B|BE|Kerkstraat|12B|",
		"Kerkstraat 12 b 3|BE|Kerkstraat|12|3",
		"Kerkstraat 12-14|BE|Kerkstraat|12-14|",
		"Kerkstraat 12 - 14|BE|Kerkstraat|12-14|",
		"Kerkstraat 12/0301|BE|Kerkstraat|12|0301",
		"Kerkstraat nr. 12|BE|Kerkstraat|12|",
		"Leuvenstraat 3 22|BE|Leuvenstraat|3|22",
		"Rue Haute 5 bte 2/3|BE|Rue Haute|5|2/3",
		"Avenue Louise, 500 boîte 12|BE|Avenue Louise|500|12",
		"Kerkstraat 12, 9000 Gent|BE|Kerkstraat|12|",
		"Postbus 123|NL|Postbus||123",
		"B.P. 12|BE|BP||12",
		"P.O. Box 12|GB|PO Box||12",
		"Postfach 10 12 34|DE|Postfach||101234",
		"1 N Main Street|US|N Main Street|1|",
		"Industriezone 5 Noord|BE|Industriezone 5 Noord||",
		"Kerkstraat|BE|Kerkstraat||",
		"12|BE|12||",
		"|BE|||",
	} {
		f := strings.Split(row, "|")
		want := StreetLine{Street: f[2], Number: f[3], Box: f[4]}
		if got := Street(f[0], f[1]); got != want {
			t.Errorf("Street(%q, %s) = %+v, want %+v", f[0], f[1], got, want)
		}
	}
}

func TestStreetKey(t *testing.T) {
	for _, same := range []string{
		"Kerkstraat|Kerkstr.|KERK STRAAT|kerk str.", "Avenue Louise|av. Louise|Av Louise", "Boulevard Louis Mettewie|Bd Louis Mettewie|bld. Louis Mettewie",
		"Leuvensesteenweg|Leuvensestwg.|Leuvense stw", "Louizalaan|Louiza ln|Louizaln", "High Street|High St.|HIGH STR", "Hauptstraße|Hauptstr.|Hauptstrasse",
		"Chaussée de Wavre|Chée de Wavre", "Sint-Pieterslaan|St. Pieterslaan", "Brugsesteenweg(Kor)|Brugsesteenweg", "Rue Neuve|R. Neuve", "Park Road|Park Rd",
	} {
		names := strings.Split(same, "|")
		for _, name := range names[1:] {
			if got, want := StreetKey(name), StreetKey(names[0]); got != want {
				t.Errorf("StreetKey(%q) = %q, StreetKey(%q) = %q", name, got, names[0], want)
			}
		}
	}
}
