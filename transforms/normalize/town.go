package normalize

import "strings"

// TownKey returns the key that all names of one town share: Antwerpen, Anvers
// and Antwerp; Elsene and Ixelles; Luik, Liège and Lüttich. A qualifier in
// brackets, digits (a postcode, a Cedex number) and the word Cedex are dropped;
// Sint, Saint, Sankt and St are one. It is meant for comparing, not for showing.
// Two municipalities that share a name share a key: compare postcodes as well.
func TownKey(name string) string {
	var buf [96]byte
	key := appendTown(buf[:0], name)
	if same, ok := townNames[string(key)]; ok {
		return same
	}
	return string(key)
}

// appendTown appends the folded words of a town name without what does not
// name the town; where nothing would be left, the folded name as it is.
func appendTown(dst []byte, name string) []byte {
	if i := strings.IndexByte(name, '('); i > 0 {
		name = name[:i]
	}
	var buf [96]byte
	folded := appendFold(buf[:0], name)
	for start := 0; start < len(folded); {
		end := start
		digits := true
		for ; end < len(folded) && folded[end] != ' '; end++ {
			digits = digits && isDigit(folded[end])
		}
		word := folded[start:end]
		start = end + 1
		switch string(word) {
		case "cedex", "b", "be":
			continue
		case "sint", "saint", "sankt", "sainte", "ste", "sinte":
			word = []byte("st")
		}
		if digits {
			continue
		}
		if len(dst) > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, word...)
	}
	if len(dst) == 0 {
		return append(dst, folded...)
	}
	return dst
}

// towns holds a line per town with more than one name, folded, St for every
// saint; the first is the key. Belgium first, from the official names of the
// municipalities, then towns abroad that Belgian and Dutch lists translate.
const towns = `
aalst|alost
aarlen|arlon|arel
aat|ath
amel|ambleve
antwerpen|anvers|antwerp
baarle hertog|baerle duc
bastenaken|bastogne|bastnach
bergen|mons
bevekom|beauvechain
bever|bievene
bitsingen|bassenge
borgloon|looz
borgworm|waremme
brugge|bruges
brussel|bruxelles|brussels|bruessel|brussel stad|bruxelles ville|ville de bruxelles|stad brussel
bullingen|bullange
de panne|la panne
dendermonde|termonde
diksmuide|dixmude
doornik|tournai
dottenijs|dottignies
drongen|tronchiennes
dworp|tourneppe
edingen|enghien
eigenbrakel|braine l alleud
elsene|ixelles
elzele|ellezelles
galmaarden|gammerages
geldenaken|jodoigne
gellingen|ghislenghien
genepien|genappe
gent|gand|ghent
geraardsbergen|grammont
graven|grez doiceau
halle|hal
hannuit|hannut
helkijn|helchin
hendrik kapelle|henri chapelle
herk de stad|herck la ville
hoei|huy
ieper|ypres|ypern
itter|ittre
jurbeke|jurbise
kasteelbrakel|braine le chateau
kelmis|la calamine
klabbeek|clabecq
komen waasten|comines warneton
komen|comines
kortrijk|courtrai
kraainem|crainhem
leopoldsburg|bourg leopold
lessen|lessines
leuven|louvain|lowen
lier|lierre
lijsem|lincent
limburg|limbourg
luik|liege|luttich|luettich
mechelen|malines|mecheln
menen|menin
mesen|messines
moeskroen|mouscron
namen|namur
nieuwpoort|nieuport
nijvel|nivelles
oerle|oreye
oostende|ostende|ostend
opzullik|silly
oudenaarde|audenarde
oudergem|auderghem
roeselare|roulers
ronse|renaix
rozenaken|russeignies
rukkelingen loon|roclenge looz
schaarbeek|schaerbeek
scherpenheuvel zichem|montaigu zichem
scherpenheuvel|montaigu
s gravenbrakel|braine le comte
s gravenvoeren|fouron le comte
spiere helkijn|espierres helchin
spiere|espierres
st agatha berchem|berchem st agathe
st genesius rode|rhode st genese
st gillis|st gilles
st gillis waas|st gilles waes
st jans molenbeek|molenbeek st jean|molenbeek
st joost ten node|st josse ten noode|st josse
st katelijne waver|wavre st catherine
st lambrechts woluwe|woluwe st lambert
st martens voeren|fouron st martin
st niklaas|st nicolas waes
st pieters leeuw|leeuw st pierre
st pieters voeren|fouron st pierre
st pieters woluwe|woluwe st pierre
st renelde|saintes
st stevens woluwe|woluwe st etienne
st truiden|st trond
temse|tamise
terhulpen|la hulpe
ternaaien|lanaye
tienen|tirlemont
tongeren|tongres
tubeke|tubize
twee akren|deux acren
ukkel|uccle
veurne|furnes
vilvoorde|vilvorde
vloesberg|flobecq
voeren|fourons
vorst|forest
walshoutem|houtain l eveque
waasten|warneton
watermaal bosvoorde|watermael boitsfort
waver|wavre
weismes|waimes
wezet|vise
zinnik|soignies
zoutleeuw|leau
aken|aachen|aix la chapelle
basel|bale|bazel
berlijn|berlin
den bosch|s hertogenbosch|bois le duc
den haag|s gravenhage|la haye|the hague
duinkerke|dunkerque|dunkirk|duinkerken
frankfurt|frankfurt am main|francfort|francfort sur le main
geneve|genf|geneva
keulen|koln|cologne|koeln
lissabon|lisboa|lisbonne|lisbon
london|londen|londres
luxemburg|luxembourg|letzebuerg|luxembourg ville|luxemburg stad
maastricht|maestricht
milaan|milano|milan|mailand
munchen|munich|muenchen
parijs|paris
rijsel|lille
rome|roma|rom
st quentin|st kwinten
straatsburg|strasbourg|strassburg
trier|treves
valencijn|valenciennes
vlissingen|flessingue|flushing
wenen|wien|vienna
zurich|zuerich
`

var townNames = func() map[string]string {
	names := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(towns)) {
		all := strings.Split(strings.TrimSpace(line), "|")
		for _, name := range all[1:] {
			names[Fold(name)] = all[0]
		}
	}
	return names
}()
