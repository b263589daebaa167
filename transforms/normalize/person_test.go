package normalize

import (
	"strings"
	"testing"
)

func TestPerson(t *testing.T) {
	for _, row := range []string{
		// name | given | family | salutation | core
		"Dhr. Jan Van den Berg|Jan|Van den Berg|mr|berg den jan van",
		"Dupont, Marie|Marie|Dupont||dupont marie",
		"DUPONT Marie|Marie|Dupont||dupont marie",
		"Marie DUPONT|Marie|Dupont||dupont marie",
		"ir. J.P. de Vries|J.P.|de Vries||de j p vries",
		"jan peeters|Jan|Peeters||jan peeters",
		"VAN DEN BERG JAN|Jan|Van den Berg||berg den jan van",
		"Mevr. AN D'HONDT|An|D'Hondt|mrs|an d hondt",
		"M. Dupont||Dupont|mr|dupont",
		"M. et Mme Dupont||Dupont||dupont",
		"Dhr. en Mevr. Jansen||Jansen||jansen",
		"Herr Dr. Klaus von der Leyen|Klaus|von der Leyen|mr|der klaus leyen von",
		"JEAN-PIERRE DE LA TOUR|Jean-Pierre|de la Tour||de jean la pierre tour",
		"Peeters, Jan, ir.|Jan|Peeters||jan peeters",
		"Jan Peeters, ir.|Jan|Peeters||jan peeters",
		"De heer Jan Peeters|Jan|Peeters|mr|jan peeters",
		"'T KINT JAN|Jan|'t Kint||jan kint t",
		"Jan 't Kint|Jan|'t Kint||jan kint t",
		"IJZERMAN||IJzerman||ijzerman",
		"ronald mcdonald|Ronald|McDonald||mcdonald ronald",
		"sean o'brien|Sean|O'Brien||brien o sean",
		"Prof. Dr. Ir. A. B. C. Janssens|A. B. C.|Janssens||a b c janssens",
		"t.a.v. Mevr. Els Claes|Els|Claes|mrs|claes els",
		"Jan Peeters PhD|Jan|Peeters||jan peeters",
		"Maria José de la Cruz|Maria José|de la Cruz||cruz de jose la maria",
		"Sarah Van de Walle-Peeters|Sarah|Van de Walle-Peeters||de peeters sarah van walle",
		"Vincent van Gogh|Vincent|van Gogh||gogh van vincent",
		"Elise V.d. Auwera|Elise|V.d. Auwera||auwera d elise v",
		"v.d. Bergh Dries|Dries|v.d. Bergh||bergh d dries v",
		"V.D. Janssens|V.D.|Janssens||d janssens v",
		"Familie Peeters||Peeters||peeters",
		"Mx Robin Claes|Robin|Claes|mx|claes robin",
		"Mevrouw|||mrs|",
		"Dr.||Dr.||dr",
		"Ben Affleck|Ben|Affleck||affleck ben",
		"Jan M.|Jan|M.||jan m",
		"|||||",
	} {
		f := strings.Split(row, "|")
		want := PersonName{Given: f[1], Family: f[2], Salutation: f[3], Core: f[4]}
		if got := Person(f[0]); got != want {
			t.Errorf("Person(%q) = %+v, want %+v", f[0], got, want)
		}
	}
}

func TestPersonParts(t *testing.T) {
	for _, row := range []string{
		// given | family | given | family | salutation
		"JAN|VAN DEN BERG|Jan|Van den Berg|",
		"Mevr. Els|claes|Els|Claes|mrs",
		"|Jan Claes|Jan|Claes|",
		"Jan Claes|Jan Claes|Jan|Claes|",
		"Jan||" + "|Jan|",
		"J.P.|de Vries|J.P.|de Vries|",
		"JP|DE VRIES|JP|De Vries|",
		"Marie|von der Leyen|Marie|von der Leyen|",
	} {
		f := strings.Split(row, "|")
		got := PersonParts(f[0], f[1])
		if got.Given != f[2] || got.Family != f[3] || got.Salutation != f[4] {
			t.Errorf("PersonParts(%q, %q) = %+v, want %v", f[0], f[1], got, f[2:])
		}
	}
}

func TestFamilyKey(t *testing.T) {
	for name, want := range map[string]string{
		"Van den Berg": "van den berg", "V.d. Berg": "van de berg", "v/d Auwera": "van de auwera", "vd Auwera": "van de auwera",
		"Vd": "vd", "D'Hondt": "d hondt", "Vdovin": "vdovin",
	} {
		if got := FamilyKey(name); got != want {
			t.Errorf("%q has the key %q, want %q", name, got, want)
		}
	}
}
