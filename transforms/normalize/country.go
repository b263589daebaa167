package normalize

import "strings"

// Country returns the ISO 3166-1 alpha-2 code of a country written as a code of
// two or three letters or as a name in Dutch, French, German or English. UK and
// EL, which are not ISO codes, stand for GB and GR.
func Country(s string) (iso2 string, ok bool) {
	if len(s) == 2 {
		code := upperASCII(s)
		if iso2, ok = countryCodes[code]; ok {
			return iso2, true
		}
	}
	iso2, ok = countryNames[Fold(s)]
	return iso2, ok
}

// countries holds a line per country: alpha-2, alpha-3, then names and other
// codes, folded, in any language.
const countries = `
AD AND andorra
AE ARE verenigde arabische emiraten|emirats arabes unis|vereinigte arabische emirate|united arab emirates|uae
AL ALB albanie|albanien|albania
AR ARG argentinie|argentine|argentinien|argentina
AT AUT oostenrijk|autriche|osterreich|oesterreich|austria
AU AUS australie|australien|australia
BA BIH bosnie en herzegovina|bosnie herzegovine|bosnien und herzegowina|bosnia and herzegovina|bosnie|bosnia
BE BEL belgie|belgique|belgien|belgium|koninkrijk belgie|royaume de belgique|b
BG BGR bulgarije|bulgarie|bulgarien|bulgaria
BR BRA brazilie|bresil|brasilien|brazil|brasil
BY BLR belarus|wit rusland|bielorussie|weissrussland
CA CAN canada|kanada
CD COD congo|dr congo|democratische republiek congo|republique democratique du congo|rdc
CH CHE zwitserland|suisse|schweiz|switzerland|svizzera
CN CHN china|chine|volksrepubliek china
CY CYP cyprus|chypre|zypern
CZ CZE tsjechie|tchequie|tschechien|czechia|tsjechische republiek|republique tcheque|tschechische republik|czech republic
DE DEU duitsland|allemagne|deutschland|germany|bundesrepublik deutschland|brd
DK DNK denemarken|danemark|danmark|denmark
DZ DZA algerije|algerie|algerien|algeria
EE EST estland|estonie|estonia
ES ESP spanje|espagne|spanien|spain|espana
FI FIN finland|finlande|finnland|suomi
FR FRA frankrijk|france|frankreich|f
GB GBR verenigd koninkrijk|royaume uni|vereinigtes konigreich|united kingdom|great britain|groot brittannie|grande bretagne|grossbritannien|engeland|angleterre|england|schotland|ecosse|schottland|scotland|wales|northern ireland|noord ierland|irlande du nord
GR GRC griekenland|grece|griechenland|greece|hellas
HK HKG hong kong|hongkong
HR HRV kroatie|croatie|kroatien|croatia
HU HUN hongarije|hongrie|ungarn|hungary
IE IRL ierland|irlande|irland|ireland|eire
IL ISR israel
IN IND india|inde|indien
IS ISL ijsland|islande|island|iceland
IT ITA italie|italien|italy|italia
JP JPN japan|japon
KR KOR zuid korea|coree du sud|sudkorea|south korea
LI LIE liechtenstein
LT LTU litouwen|lituanie|litauen|lithuania
LU LUX luxemburg|luxembourg|groothertogdom luxemburg|grand duche de luxembourg|grossherzogtum luxemburg|gd luxembourg|l
LV LVA letland|lettonie|lettland|latvia
MA MAR marokko|maroc|morocco
MC MCO monaco
MD MDA moldavie|moldau|moldova
ME MNE montenegro
MK MKD noord macedonie|macedoine du nord|nordmazedonien|north macedonia
MT MLT malta|malte
MX MEX mexico|mexique|mexiko
NL NLD nederland|pays bas|niederlande|netherlands|the netherlands|holland|hollande
NO NOR noorwegen|norvege|norwegen|norway|norge
NZ NZL nieuw zeeland|nouvelle zelande|neuseeland|new zealand
PL POL polen|pologne|poland|polska
PT PRT portugal
RO ROU roemenie|roumanie|rumanien|romania
RS SRB servie|serbie|serbien|serbia
RU RUS rusland|russie|russland|russia
SE SWE zweden|suede|schweden|sweden|sverige
SG SGP singapore|singapour|singapur
SI SVN slovenie|slowenien|slovenia
SK SVK slowakije|slovaquie|slowakei|slovakia
SM SMR san marino|saint marin
TN TUN tunesie|tunisie|tunesien|tunisia
TR TUR turkije|turquie|turkei|turkey|turkiye
UA UKR oekraine|ukraine
US USA verenigde staten|etats unis|vereinigte staten|united states|verenigde staten van amerika|etats unis d amerique|vereinigte staten von amerika|united states of america|amerika|u s a
VA VAT vaticaanstad|vatican|vatikanstadt|vatican city
ZA ZAF zuid afrika|afrique du sud|sudafrika|south africa
`

// countryCodes maps what is written in two letters; countryNames the rest.
var countryCodes, countryNames = func() (codes, names map[string]string) {
	codes = map[string]string{"UK": "GB", "EL": "GR"}
	names = map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(countries)) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		codes[fields[0]] = fields[0]
		for _, name := range append(strings.Split(fields[2], "|"), Fold(fields[1]), Fold(fields[0])) {
			names[name] = fields[0]
		}
	}
	names["uk"], names["el"] = "GB", "GR"
	return codes, names
}()

// homeCountry reduces what callers pass as a country to an ISO code, and "" when
// it is not known.
func homeCountry(country string) string {
	switch {
	case country == "":
		return ""
	case len(country) == 2:
		code := upperASCII(country)
		if iso2, ok := countryCodes[code]; ok {
			return iso2
		}
		return code
	}
	iso2, _ := Country(country)
	return iso2
}
