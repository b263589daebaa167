package normalize

import "strings"

// Language returns the ISO 639-1 code of a language written as a code (nl, NLD,
// nl-BE, fr_FR, and the N, F, D, E of Belgian forms) or as a name in that
// language or in Dutch, French, German or English.
func Language(s string) (iso string, ok bool) {
	if iso, ok = languageNames[s]; ok {
		return iso, true
	}
	folded := Fold(s)
	if iso, ok = languageNames[folded]; ok {
		return iso, true
	}
	// A locale: a language of two letters with a region or script after it.
	if len(folded) >= 5 && folded[2] == ' ' && strings.Count(folded, " ") <= 2 && len(folded) <= len("zh hans cn") {
		iso, ok = languageNames[folded[:2]]
	}
	return iso, ok
}

// languages holds a line per language: ISO 639-1, then everything else that
// stands for it, folded.
const languages = `
ar ara|arabisch|arabe|arabic
bg bul|bulgaars|bulgare|bulgarisch|bulgarian
cs ces|cze|tsjechisch|tcheque|tschechisch|czech
da dan|deens|danois|danisch|danish|dansk
de d|deu|ger|duits|allemand|deutsch|german
el ell|gre|grieks|grec|griechisch|greek
en e|eng|engels|anglais|englisch|english
es spa|spaans|espagnol|spanisch|spanish|espanol|castellano
et est|estisch|ests|estonien|estonian|estnisch
fi fin|fins|finnois|finnisch|finnish|suomi
fr f|fra|fre|frans|francais|franzosisch|french
hr hrv|kroatisch|croate|croatian
hu hun|hongaars|hongrois|ungarisch|hungarian|magyar
it ita|italiaans|italien|italienisch|italian|italiano
ja jpn|japans|japonais|japanisch|japanese
lb ltz|luxemburgs|luxembourgeois|luxemburgisch|luxembourgish|letzebuergesch
lt lit|litouws|lituanien|litauisch|lithuanian
lv lav|lets|letton|lettisch|latvian
nl n|nld|dut|nederlands|neerlandais|niederlandisch|dutch|vlaams|flamand|flemish|hollands|hollandais
no nor|nob|nb|noors|norvegien|norwegisch|norwegian|norsk
pl pol|pools|polonais|polnisch|polish|polski
pt por|portugees|portugais|portugiesisch|portuguese|portugues
ro ron|rum|roemeens|roumain|rumanisch|romanian
ru rus|russisch|russe|russian
sk slk|slo|slovaaks|slovaque|slowakisch|slovak
sl slv|sloveens|slovene|slowenisch|slovenian
sq sqi|alb|albanees|albanais|albanisch|albanian
sv swe|zweeds|suedois|schwedisch|swedish|svenska
tr tur|turks|turc|turkisch|turkish|turkce
uk ukr|oekraiens|ukrainien|ukrainisch|ukrainian
zh zho|chi|chinees|chinois|chinesisch|chinese|mandarin
`

var languageNames = func() map[string]string {
	names := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(languages)) {
		iso, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		names[iso] = iso
		for name := range strings.SplitSeq(rest, "|") {
			names[name] = iso
		}
	}
	return names
}()
