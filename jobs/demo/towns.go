package demo

import (
	"sort"
	"strconv"
	"strings"
)

// tongue says which languages a town's signs are in.
type tongue byte

const (
	tongueDutch  tongue = 'n'
	tongueFrench tongue = 'f'
	tongueBoth   tongue = 'b'
	tongueGerman tongue = 'd'
)

// town is a place with its postcode (the digits only for the Netherlands),
// its names, its telephone zone and its share of all inhabitants.
type town struct {
	postcode, dutch, french, zone string
	tongue                        tongue
	country                       string
	upTo                          float64
}

// name in the language; only Dutch and French names exist.
func (t *town) name(l language) string {
	if l == french {
		return t.french
	}
	return t.dutch
}

// local is the language of the town's own signs for somebody who speaks l.
func (t *town) local(l language) language {
	switch t.tongue {
	case tongueDutch:
		return dutch
	case tongueBoth:
		if l == dutch {
			return dutch
		}
	}
	return french
}

// twin is a bilingual pair of words.
type twin struct{ dutch, french string }

func (w twin) in(l language) string {
	if l == dutch {
		return w.dutch
	}
	return w.french
}

var (
	belgianTowns = loadBelgianTowns(townsBE)
	dutchTowns   = loadDutchTowns(townsNL)
	streets      = loadStreets(streetList)
)

func loadBelgianTowns(list string) []town {
	var towns []town
	var total float64
	for _, f := range rows(list, "|") {
		total += weight(f[5])
		towns = append(towns, town{postcode: f[0], dutch: f[1], french: f[2], tongue: tongue(f[3][0]), zone: f[4], country: "BE", upTo: total})
	}
	return towns
}

func loadDutchTowns(list string) []town {
	var towns []town
	var total float64
	for _, f := range rows(list, "|") {
		total += weight(f[3])
		towns = append(towns, town{postcode: f[0], dutch: f[1], french: f[1], tongue: tongueDutch, zone: f[2], country: "NL", upTo: total})
	}
	return towns
}

// weight reads the size column of the embedded lists, which a test checks.
func weight(text string) float64 {
	w, _ := strconv.ParseFloat(text, 64)
	return w
}

func loadStreets(list string) []twin {
	var out []twin
	for _, f := range rows(list, "=") {
		out = append(out, twin{f[0], f[1]})
	}
	return out
}

// drawTown picks a town by its size.
func drawTown(d *dice, towns []town) *town {
	u := d.Float64() * towns[len(towns)-1].upTo
	return &towns[sort.Search(len(towns)-1, func(i int) bool { return towns[i].upTo > u })]
}

// address is where a customer lives or is seated. Box is "" where there is none.
type address struct {
	street  twin
	house   int
	box     string
	letters string
	town    *town
}

// drawAddress picks a street and a house; some streets bear a person's name.
func drawAddress(d *dice, t *town) address {
	a := address{town: t, street: common(d, streets), house: 1 + int(float64(d.IntN(190))*d.Float64())}
	if d.chance(NamedStreetShare) {
		flemish, walloon := drawPerson(d, dutch), drawPerson(d, french)
		if t.tongue == tongueBoth {
			flemish = walloon
		}
		a.street = twin{
			flemish.given + " " + flemish.family + pick(d, []string{"straat", "laan", "plein", "dreef"}),
			pick(d, []string{"Rue ", "Avenue ", "Place ", "Allée "}) + walloon.given + " " + walloon.family,
		}
	}
	if d.chance(BoxShare) {
		a.box = strconv.Itoa(d.between(1, 24))
	}
	if t.country == "NL" {
		const alphabet = "ABCDEGHJKLMNPRTVWXZ"
		a.letters = string([]byte{alphabet[d.IntN(len(alphabet))], alphabet[d.IntN(len(alphabet))]})
	}
	return a
}

// postcode as the post would write it.
func (a address) postcode() string {
	if a.letters != "" {
		return a.town.postcode + " " + a.letters
	}
	return a.town.postcode
}

var streetAbbreviations = strings.NewReplacer(
	"straat", "str.", "steenweg", "stwg", "laan", "ln", "plein", "pl.", "Sint-", "St.-", "Avenue", "Av.", "Chaussée", "Ch.", "Boulevard", "Bd", "Place", "Pl.", "Saint-", "St-", "Rue", "R.",
)

// writeStreet renders the street as somebody typed it, without the number.
func (a address) writeStreet(d *dice, l language) string {
	spoken := a.town.local(l)
	if a.town.tongue == tongueBoth && d.chance(StreetForeign) {
		spoken = french - spoken
	}
	text := a.street.in(spoken)
	if d.chance(StreetShort) {
		text = streetAbbreviations.Replace(text)
	}
	if d.chance(StreetTypo) {
		text = mistype(d, text)
	}
	if d.chance(AccentsLost) {
		text = unaccent.Replace(text)
	}
	return text
}

// writeBox renders a box in one of the usual ways, or leaves it out.
func (a address) writeBox(d *dice, l language) string {
	if a.box == "" || d.chance(BoxMissingShare) {
		return ""
	}
	if a.town.local(l) == french {
		return pick(d, []string{" bte ", "/", " Bte", " boîte "}) + a.box
	}
	return pick(d, []string{" bus ", "/", " b", " bus"}) + a.box
}

// writePostcode renders the postcode with the errors that postcodes have.
func (a address) writePostcode(d *dice) string {
	code := a.postcode()
	switch u := d.Float64(); {
	case u < PostcodeMissing:
		return ""
	case u < PostcodeMissing+PostcodeWrong:
		digits := []byte(code)
		digits[d.between(1, 3)] = byte('0' + d.IntN(10))
		return string(digits)
	}
	if a.letters != "" && d.chance(PostcodeTight) {
		return strings.ReplaceAll(code, " ", "")
	}
	if a.town.country == "BE" && d.chance(PostcodePrefixed) {
		return "B-" + code
	}
	return code
}

// writeTown renders the town as somebody typed it.
func (a address) writeTown(d *dice, l language) string {
	spoken := a.town.local(l)
	if d.chance(TownForeign) {
		spoken = french - spoken
	}
	text := a.town.name(spoken)
	if d.chance(TownTypo) {
		text = mistype(d, text)
	}
	if d.chance(AccentsLost) {
		text = unaccent.Replace(text)
	}
	if d.chance(TownUpper) {
		text = strings.ToUpper(text)
	}
	return text
}

// writeCountry renders the country in the ways the order system has seen.
func (a address) writeCountry(d *dice) string {
	if a.town.country == "NL" {
		return pick(d, []string{"NL", "NL", "Nederland"})
	}
	return pick(d, []string{"BE", "BE", "BE", "BE", "", "België", "Belgique", "B"})
}
