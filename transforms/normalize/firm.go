package normalize

import "strings"

// FirmName is the name of a firm, taken apart.
type FirmName struct {
	Display   string // the name as written, cleaned, without its legal form
	Core      string // the key to compare by: folded, without legal form, "and" for &, en, et, und
	LegalForm string // code of the legal form, as in LegalForms; "" when there is none or its country is in doubt
	Former    bool   // the form as written was abolished, and LegalForm is what replaced it (BVBA, now BE-BV)
}

// Firm takes the legal form off the name of a firm, wherever it stands: behind,
// in front, in brackets, dotted, in two languages (NV/SA), before a state such
// as "in vereffening". country (ISO code, "" when not known) decides what an
// ambiguous form means: CV is a cooperative in Belgium and a limited
// partnership in the Netherlands. Without a country, a form that several
// countries have is taken off and LegalForm is left empty, unless two forms
// together settle it. A name that is only a legal form keeps it as its Core.
func Firm(name, country string) FirmName {
	p := firmParsers.Get().(*firmParser)
	defer firmParsers.Put(p)
	p.parse(Text(name), homeCountry(country))
	f := p.result()
	if p.cutTo > 0 { // with a form out of its middle, the name may show another
		rest := Firm(f.Display, country)
		f.Display, f.Core = rest.Display, rest.Core
	}
	return f
}

// LooksLikeFirm reports whether a name is that of a firm rather than of a
// person: it has a legal form, a word that firms carry (bakkerij, garage,
// consulting, holding), or a partner clause (& Zonen, et Fils, & Co).
func LooksLikeFirm(name, country string) bool {
	p := firmParsers.Get().(*firmParser)
	defer firmParsers.Put(p)
	p.parse(Text(name), homeCountry(country))
	if p.forms > 0 {
		return true
	}
	for i := range p.words {
		w := p.word(i)
		if firmWords[string(w)] || (i > 0 && partnerWords[string(w)] && string(p.word(i-1)) == "and") {
			return true
		}
		for _, ending := range firmEndings {
			if len(w) > len(ending)+2 && string(w[len(w)-len(ending):]) == ending {
				return true
			}
		}
	}
	return false
}

// stripBack takes one legal form, or state, off the end of the name.
func (p *firmParser) stripBack() bool {
	left := p.last - p.first
	if left < 2 {
		return false
	}
	for n := min(formEnds[string(p.word(p.last-1))], left-1); n > 0; n-- {
		if p.take(p.last-n, p.last, behind) {
			p.last -= n
			return true
		}
	}
	return false
}

// stripFront takes one legal form off the front of the name.
func (p *firmParser) stripFront() bool {
	left := p.last - p.first
	if left < 2 {
		return false
	}
	for n := min(formStarts[string(p.word(p.first))], left-1); n > 0; n-- {
		if p.take(p.first, p.first+n, before) {
			p.first += n
			return true
		}
	}
	return false
}

// stripMiddle takes a legal form of one word out of the name: an unmistakable
// one, or one in capitals that ends a part of the name ("Jansen BV (Gent)").
func (p *firmParser) stripMiddle() {
	for i := p.first + 1; i < p.last-1; i++ {
		w := p.words[i]
		if n := w.keyEnd - w.keyStart; n < 2 || n > 7 || formEnds[string(p.word(i))] == 0 {
			continue
		}
		where := within
		gap := p.name[w.end:p.words[i+1].start]
		if strings.ContainsAny(gap, "-–(,/:;|") && p.name[p.words[i-1].end:w.start] == " " && hasInnerCapital(p.name[w.start:w.end]) {
			where = behind
		}
		if p.take(i, i+1, where) {
			p.cutFrom, p.cutTo = i, i+1
			return
		}
	}
}

// side is where in a name a legal form is looked for.
type side uint8

const (
	behind side = iota
	before
	within
)

// take recognises words from to to-1 as a legal form and notes what it can be.
func (p *firmParser) take(from, to int, where side) bool {
	all := spellings[string(p.key[p.words[from].keyStart:p.words[to-1].keyEnd])]
	if len(all) == 0 {
		return false
	}
	written := p.name[p.words[from].start:p.words[to-1].end]
	own := false
	for i := range all {
		own = own || all[i].land == p.country && all[i].fits(where, written)
	}
	var fitting [maxFormReadings]reading
	n := 0
	for i := range all {
		s := &all[i]
		if !s.fits(where, written) || (own && s.land != p.country) || (!own && s.local) {
			continue
		}
		if s.form == stateOnly {
			return true
		}
		if n < len(fitting) && (n == 0 || fitting[n-1].form != s.form) {
			fitting[n] = reading{s.form, s.former}
			n++
		}
	}
	if n > 0 {
		p.note(fitting[:n])
	}
	return n > 0
}

// note narrows what the legal form can be to the readings that an earlier form
// of the same name shares with these; two that share none: the sharper wins.
func (p *firmParser) note(readings []reading) {
	p.forms++
	if p.forms == 1 {
		p.readingCount = copy(p.readings[:], readings)
		return
	}
	var both [maxFormReadings]reading
	n := 0
	for _, a := range p.readings[:p.readingCount] {
		for _, b := range readings {
			if a.form == b.form {
				both[n] = reading{a.form, a.former && b.former}
				n++
				break
			}
		}
	}
	switch {
	case n > 0:
		p.readingCount = copy(p.readings[:], both[:n])
	case len(readings) < p.readingCount:
		p.readingCount = copy(p.readings[:], readings)
	}
}

// fits reports whether the spelling counts at that side, written that way.
func (s *spelling) fits(where side, written string) bool {
	switch where {
	case behind:
		if !s.back {
			return false
		}
	case before:
		if !s.front {
			return false
		}
	case within:
		if !s.middle {
			return false
		}
	}
	if s.exact || (s.name && where == before) {
		return hasInnerCapital(written)
	}
	return !s.name || written[0]|0x20 == written[0] || hasInnerCapital(written)
}

// hasInnerCapital reports whether an abbreviation is written as one: with a
// capital after its first character, or a dot between characters.
func hasInnerCapital(s string) bool {
	for i := 1; i < len(s); i++ {
		if (s[i] >= 'A' && s[i] <= 'Z') || (s[i] == '.' && i < len(s)-1) {
			return true
		}
	}
	return false
}

// result puts together what is left of the name.
func (p *firmParser) result() FirmName {
	if len(p.words) == 0 || len(p.words) == maxFirmWords {
		core := Fold(p.name)
		if core == "" {
			core = strings.ToLower(p.name)
		}
		return FirmName{Display: p.name, Core: core}
	}
	f := FirmName{Display: p.display(), Core: p.core()}
	if p.readingCount == 1 {
		f.LegalForm = legalForms[p.readings[0].form].Code
		f.Former = p.readings[0].former
	}
	return f
}

func (p *firmParser) core() string {
	from, to := p.words[p.first].keyStart, p.words[p.last-1].keyEnd
	if p.cutTo == 0 {
		return string(p.key[from:to])
	}
	return string(p.key[from:p.words[p.cutFrom].keyStart]) + string(p.key[p.words[p.cutTo].keyStart:to])
}

// display is the name without its legal form and without what joined them.
func (p *firmParser) display() string {
	from, to := 0, len(p.name)
	if p.last < len(p.words) {
		to = p.words[p.last].start
	}
	if p.first > 0 {
		from = p.words[p.first-1].end
	}
	shown := p.name[from:to]
	if p.cutTo > 0 {
		shown = strings.TrimRight(p.name[from:p.words[p.cutFrom].start], " ,") + " " + strings.TrimLeft(p.name[p.words[p.cutTo-1].end:to], " ,.")
	}
	if len(shown) == len(p.name) {
		return shown
	}
	if p.first > 0 {
		shown = strings.TrimLeft(shown, " .,;:-–/)]|_")
	}
	if p.last < len(p.words) {
		shown = strings.TrimRight(shown, " ,;:-–/([|_")
	}
	return balanced(shown)
}

// balanced mends brackets that lost their partner to a legal form.
func balanced(s string) string {
	switch open, shut := strings.Count(s, "("), strings.Count(s, ")"); {
	case open > shut:
		return s + strings.Repeat(")", open-shut)
	case open < shut && strings.HasSuffix(s, ")"):
		return balanced(strings.TrimRight(s[:len(s)-1], " "))
	}
	return s
}
