package normalize

import "strings"

// firmWords are the words by which a name without legal form is a firm's.
// Words that are family names too (De Smet, Bakker, Meunier) are left out.
var firmWords = wordSet(`
	advocaten advocatenkantoor agence agency architecten architectenbureau assurances atelier auberge autobedrijf autocars automobiles
	bakkerij bandencentrale bank banque beheer beenhouwerij beton bistro boekhandel boekhoudkantoor boulangerie boucherie bouw bouwbedrijf
	bouwonderneming brasserie brouwerij bureau cabinet cafe carrosserie centre centrum clinic clinique club coiffure collectif college
	commune communications computers conseil construct construction constructions consult consultancy consultants consulting cooperatie
	cooperative creations dakwerken design development digital distribution drukkerij ecole editions electro electronics elektro
	engineering enterprise enterprises entreprise entreprises ets etablissements etablissement events expertise fabriek factory
	feestzaal fiduciaire fietsen finance fleuriste fonds foods foundation friterie frituur fruithandel garage gemeente gemeentebestuur
	glaswerken gmbh groep group groupe groothandel haarsalon handel handelsonderneming harmonie holding hogeschool horeca hospital
	hotel immo immobilien immobiliere import export industries industrie informatique ingenieurs ingenieursbureau institut institute
	instituut insurance interieur international invest investment investments juwelier kantoor kapsalon keukens kinderdagverblijf koninklijke
	kwekerij laboratoire laboratorium law librairie logistics logistiek loodgieterij maison management manufacturing market marketing
	medical menuiserie metaalwerken ministerie motors music office onderneming optiek partners patisserie pharma pharmacie pizzeria
	plumbing praktijk productions projects properties publishing rederij reisbureau renovatie renting restaurant retail salon school
	schilderwerken schrijnwerkerij security service services shop slagerij snackbar software solutions sportclub stad stichting store
	studio studiebureau supermarkt superette systemes systems taverne taxi technics technologies technology telecom toitures tours
	traiteur transport transports travel trading tuinaanleg tuincentrum uitgeverij universite universiteit university vastgoed
	verhuizingen verhuur vereniging verzekeringen verzekeringskantoor ville voeding volkshogeschool webdesign webshop werken wijnhandel
	winkel zaakvoerder zorg ziekenhuis zwembad apotheek apotheke autohaus bauunternehmen backerei metzgerei gasthaus verein werkstatt
	academy association society community center church charities schools kerkfabriek fabrique daycare federation federatie syndicat vakbond
	verlag handelsgesellschaft beteiligungs versicherung steuerberatung immobilier associates brothers bros council trust ltd`)

// partnerWords make a firm of the name before "and".
var partnerWords = wordSet("zonen zoon zn fils sons son soehne sohne sohn co dochters dochter filles freres broers gebroeders partners associes vennoten")

// firmEndings make a firm of a longer word: Autobouwbedrijf, Vloerwerken.
var firmEndings = [...]string{"bedrijf", "handel", "werken", "bouw", "kantoor", "bureau", "winkel", "centrum", "gesellschaft", "maatschappij"}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
