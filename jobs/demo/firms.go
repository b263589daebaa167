package demo

import (
	"strings"
)

// trade is what a firm does: the word in its name, and its codes of NACE-BEL 2008
// and 2025.
type trade struct {
	word           twin
	nace, nace2025 string
}

var trades = loadTrades(tradeList)

func loadTrades(list string) []trade {
	var out []trade
	for _, f := range rows(list, "=") {
		out = append(out, trade{twin{f[0], f[1]}, f[2], f[3]})
	}
	return out
}

// form is a legal form before and after the Belgian reform of 2019, with the codes
// of the register for both; they are the same where the reform changed nothing.
type form struct {
	old, now         twin
	oldCode, nowCode string
}

var (
	belgianForms = []form{
		{twin{"BVBA", "SPRL"}, twin{"BV", "SRL"}, "015", "610"},
		{twin{"NV", "SA"}, twin{"NV", "SA"}, "014", "014"},
		{twin{"CVBA", "SCRL"}, twin{"CV", "SC"}, "008", "706"},
		{twin{"VOF", "SNC"}, twin{"VOF", "SNC"}, "011", "011"},
		{twin{"GCV", "SCS"}, twin{"CommV", "SComm"}, "012", "612"},
		{twin{"EBVBA", "SPRLU"}, twin{"BV", "SRL"}, "010", "610"},
		{twin{"VZW", "ASBL"}, twin{"VZW", "ASBL"}, "017", "017"},
	}
	dutchForms = []form{
		{old: twin{"B.V.", "B.V."}, now: twin{"BV", "BV"}},
		{old: twin{"V.O.F.", "V.O.F."}, now: twin{"VOF", "VOF"}},
		{old: twin{"N.V.", "N.V."}, now: twin{"NV", "NV"}},
	}
)

// drawForm picks a legal form by how common it is among traders.
func drawForm(d *dice, country string) form {
	if country == "NL" {
		return common(d, dutchForms)
	}
	u := d.Float64()
	for i, upTo := range [...]float64{0.58, 0.78, 0.83, 0.88, 0.92, 0.96} {
		if u < upTo {
			return belgianForms[i]
		}
	}
	return belgianForms[6]
}

// firmName is a firm's name in its parts, so that a source may write one part
// in the other language, abbreviate it or leave it out. Rest holds what is
// left of a name beside the trade; it is never empty.
type firmName struct {
	trade  *trade // the trade word in the name; nil where the name has none
	rest   string
	behind bool // the trade word stands behind the rest
}

var (
	heads     = words("Vor, Bel, Nova, Tec, Omni, Pro, Luma, Ver, Axi, Cora, Del, Euro, Flex, Gala, Hexa, Inter, Jupi, Kino, Lexi, Multi, Nexi, Opti, Pano, Quadra, Rivo, Sola, Terra, Uni, Vita, Xeno, Zeni, Alti, Brio, Cedra, Domo, Elva, Fero, Grano, Halo, Ilma, Jora, Kela, Loxo, Mira, Noro, Ora, Pelo, Rana, Sero, Tano")
	middles   = words("mon, tra, ble, ri, den, lux, na, ver, co, sta, li, gra, mel, to, van, ro, be, dis, fa, pla, que, sen, tin, vo, wel, xa, zo, ka, mo, per")
	tails     = words("tis, xa, ra, nova, tec, mat, dis, lux, co, na, gro, plan, pack, trade, max, via, rix, sol, tex, con, lab, dor, fin, mar, sys")
	suffixes  = words("Group, Services, Solutions, Logistics, Projects, Consult, Technics, Construct, Invest, Trading, Engineering, Supplies, International, Benelux, Partners, Design, Products, Systems")
	epithets  = []twin{{"Gouden", "d'Or"}, {"Groene", "Vert"}, {"Oude", "Ancien"}, {"Witte", "Blanc"}, {"Zwarte", "Noir"}, {"Blauwe", "Bleu"}, {"Kleine", "Petit"}, {"Rode", "Rouge"}}
	emblems   = []twin{{"Leeuw", "Lion"}, {"Arend", "Aigle"}, {"Zwaan", "Cygne"}, {"Molen", "Moulin"}, {"Ketel", "Chaudron"}, {"Haan", "Coq"}, {"Hert", "Cerf"}, {"Toren", "Donjon"}, {"Sleutel", "Verrou"}, {"Vos", "Renard"}, {"Pelikaan", "Pélican"}, {"Beer", "Ours"}, {"Boom", "Chêne"}, {"Draak", "Dragon"}, {"Spiegel", "Miroir"}, {"Wolf", "Loup"}}
	familyOf  = []twin{{"& Zonen", "& Fils"}, {"en Zoon", "et Fils"}, {"Gebroeders", "Frères"}, {"& Co", "& Cie"}, {"& Partners", "& Associés"}}
	shortened = strings.NewReplacer(
		"Gebroeders", "Gebr.", "Etablissements", "Ets", "Etablissementen", "Ets", "& Zonen", "en Zn", "en Zoon", "& Zn", "Frères", "Frs", "& Fils", "et fils", "& Partners", "en partners", "& Associés", "et Ass.",
		"Bouwonderneming", "Bouwond.", "Entreprise de Construction", "Entr. Constr.", "Construct", "Constr.", "International", "Int.", "Services", "Serv.", "Engineering", "Eng.", "Solutions", "Sol.",
		"werken", "w.", "handel", "hdl", "bedrijf", "bedr.", "kantoor", "kant.", "Générale", "Gén.", "Constructions", "Constr.", "Commerce", "Comm.", "Bureau", "Bur.", "Boulangerie", "Boul.", "Transport", "Transp.", "Restaurant", "Rest.",
	)
)

// drawFirmName makes a firm's name; sole traders mostly carry their own.
func drawFirmName(d *dice, k kind, p person, t *town, l language) firmName {
	own := &trades[d.IntN(len(trades))]
	if k == soleTrader && d.chance(TraderOwnName) {
		rest := p.family
		if d.chance(0.35) {
			rest = p.given + " " + p.family
		}
		return firmName{own, rest, d.chance(0.25)}
	}
	switch u := d.Float64(); {
	case u < 0.16:
		return firmName{own, p.family, false}
	case u < 0.28:
		bond := pick(d, familyOf).in(t.local(l))
		if bond == "Gebroeders" {
			return firmName{own, bond + " " + p.family, false}
		}
		return firmName{own, p.family + " " + bond, false}
	case u < 0.36:
		return firmName{own, p.family + "-" + common(d, familyNames[l]), false}
	case u < 0.42:
		return firmName{own, t.name(t.local(l)), false}
	case u < 0.50:
		return firmName{own, p.given + " " + p.family, d.chance(0.3)}
	case u < 0.58:
		return firmName{own, emblem(d, t.local(l)), false}
	case u < 0.66:
		return firmName{nil, initials(d) + " " + pick(d, suffixes), false}
	case u < 0.80:
		return firmName{own, invented(d), d.chance(0.5)}
	case u < 0.93:
		return firmName{nil, invented(d) + " " + pick(d, suffixes), false}
	default:
		return firmName{nil, invented(d), false}
	}
}

// emblem is a name like De Gouden Leeuw or Au Lion d'Or.
func emblem(d *dice, l language) string {
	epithet, beast := pick(d, epithets), pick(d, emblems)
	if l == dutch {
		return "De " + epithet.dutch + " " + beast.dutch
	}
	return "Au " + beast.french + " " + epithet.french
}

func initials(d *dice) string {
	n := d.between(2, 3)
	letters := make([]byte, n)
	for i := range letters {
		letters[i] = byte('A' + d.IntN(26))
	}
	if d.chance(0.4) {
		return strings.Join(strings.Split(string(letters), ""), ".") + "."
	}
	return string(letters)
}

// invented is a word that means nothing.
func invented(d *dice) string {
	word := pick(d, heads)
	if d.chance(0.6) {
		word += pick(d, middles)
	}
	return word + pick(d, tails)
}

// plain is the name as the firm itself writes it.
func (n firmName) plain(l language) string {
	switch {
	case n.trade == nil:
		return n.rest
	case n.behind:
		return n.rest + " " + n.trade.word.in(l)
	}
	return n.trade.word.in(l) + " " + n.rest
}

// write renders the name as somebody typed it, without the legal form.
func (n firmName) write(d *dice, t *town, l language) string {
	spoken := t.local(l)
	if t.tongue == tongueBoth && d.chance(TradeTranslated) {
		spoken = french - spoken
	}
	text := n.plain(spoken)
	if n.trade != nil && len(n.rest) > 4 && n.rest != t.name(spoken) && d.chance(TradeDropped) {
		text = n.rest
	}
	if d.chance(FirmAbbreviated) {
		text = shortened.Replace(text)
	}
	if d.chance(PlaceAppended) {
		text += " " + t.name(spoken)
	}
	return text
}

// write renders the legal form, "" where it is left out.
func (f form) write(d *dice, old bool, t *town, l language) string {
	if d.chance(FormMissing) {
		return ""
	}
	words := f.now
	if old && d.chance(FormStale) {
		words = f.old
	}
	spoken := t.local(l)
	if t.tongue == tongueBoth && d.chance(FormForeign) {
		spoken = french - spoken
	}
	text := words.in(spoken)
	if !strings.Contains(text, ".") && d.chance(FormDotted) {
		return strings.Join(strings.Split(strings.ToUpper(text), ""), ".") + "."
	}
	if d.chance(FormLower) {
		return strings.ToLower(text)
	}
	return text
}
