package demo

import "strings"

// language is the one a customer speaks.
type language uint8

const (
	dutch language = iota
	french
	german
	english
)

// code is the ISO 639-1 code.
func (l language) code() string { return [...]string{"nl", "fr", "de", "en"}[l] }

// letter is the code of the order system.
func (l language) letter() string { return [...]string{"N", "F", "D", "E"}[l] }

// person is a natural person: a customer, a sole trader or a firm's contact.
type person struct{ given, family string }

var (
	givenNames  = [...][]string{words(givenNL), words(givenFR), words(givenDE), words(givenEN)}
	familyNames = [...][]string{words(familyNL), words(familyFR), words(familyDE), words(familyEN)}
	nicknames   = nicknamesOf(nicknameList)
	honorifics  = [...][]string{{"Dhr.", "Mevr.", "De heer"}, {"M.", "Mme", "Monsieur"}, {"Herr", "Frau"}, {"Mr", "Mrs"}}
)

func nicknamesOf(list string) map[string]string {
	out := map[string]string{}
	for _, entry := range words(list) {
		if given, nick, ok := strings.Cut(entry, "="); ok {
			out[given] = nick
		}
	}
	return out
}

// drawPerson combines a given and a family name of the language.
func drawPerson(d *dice, l language) person {
	return person{given: common(d, givenNames[l]), family: common(d, familyNames[l])}
}

// manner is how a source likes to write a person.
type manner uint8

const (
	givenFirst manner = iota
	familyFirst
)

// write renders the person as somebody typed it, in one text.
func (p person) write(d *dice, l language, m manner, strict bool) string {
	given, family := p.names(d, strict)
	reversed := d.chance(NameSwapped)
	if m == familyFirst {
		reversed = d.chance(NameReversed)
	}
	text := given + " " + family
	if reversed {
		text = family + " " + given
	}
	text = strings.TrimSpace(text)
	if d.chance(HonorificShare) {
		text = pick(d, honorifics[l]) + " " + text
	}
	return text
}

// names are the person's names as somebody typed them. A strict name keeps the whole
// given name: it tells members of one household apart.
func (p person) names(d *dice, strict bool) (given, family string) {
	given, family = p.given, p.family
	if d.chance(ParticleGlued) {
		family = gluedParticle(d, family)
	}
	if nick, ok := nicknames[given]; ok && !strict && d.chance(NameNickname) {
		given = nick
	}
	switch u := d.Float64(); {
	case strict:
	case u < NameInitial:
		given = string([]rune(given)[:1]) + "."
	case u < NameInitial+GivenMissing:
		given = ""
	}
	return given, family
}

// gluedParticle writes the particle of a Flemish or Dutch name another way.
func gluedParticle(d *dice, family string) string {
	parts := strings.Fields(family)
	if len(parts) < 2 {
		return family
	}
	last := parts[len(parts)-1]
	if len(parts) == 3 && d.chance(ParticleInitials) {
		return strings.ToUpper(parts[0][:1]) + "." + strings.ToLower(parts[1][:1]) + ". " + last
	}
	return parts[0] + strings.ToLower(strings.Join(parts[1:], ""))
}
