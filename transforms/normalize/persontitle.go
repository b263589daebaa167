package normalize

import "strings"

// couple is what stripTitles notes for a salutation that addresses two people.
const couple = "couple"

// titles are the words before or behind a name that are no part of it, folded
// without dots, and the salutation that they imply.
var titles = map[string]string{
	"dhr": "mr", "de heer": "mr", "heer": "mr", "mijnheer": "mr", "meneer": "mr", "mr": "mr", "mister": "mr", "hr": "mr", "herr": "mr", "herrn": "mr",
	"m": "mr", "monsieur": "mr", "sir": "mr", "mssr": "mr",
	"mevr": "mrs", "mevrouw": "mrs", "mw": "mrs", "mvr": "mrs", "mej": "mrs", "mejuffrouw": "mrs", "juffrouw": "mrs", "mme": "mrs", "madame": "mrs",
	"mlle": "mrs", "mademoiselle": "mrs", "mrs": "mrs", "ms": "mrs", "miss": "mrs", "frau": "mrs", "fr": "mrs", "fräulein": "mrs", "fraulein": "mrs", "mvw": "mrs",
	"mx": "mx", "fam": couple, "familie": couple, "famille": couple, "family": couple, "messrs": couple, "mm": couple,
	"dr": "", "drs": "", "ir": "", "ing": "", "prof": "", "em": "", "lic": "", "mag": "", "dipl": "", "dipl-ing": "", "med": "", "phd": "", "msc": "", "bsc": "",
	"mba": "", "me": "", "maître": "", "maitre": "", "meester": "", "apr": "", "arch": "", "not": "", "notaris": "", "notaire": "", "eh": "", "professor": "",
	"professeur": "", "dokter": "", "docteur": "", "doctor": "", "tav": "", "attn": "", "baron": "", "baronne": "", "barones": "", "ridder": "", "jhr": "", "jkvr": "",
	"llm": "", "ba": "", "ma": "", "esq": "", "ceo": "", "weduwe": "mrs", "veuve": "mrs", "wwe": "mrs", "vve": "mrs", "mevr/dhr": "", "dhr/mevr": "", "m/mme": "",
}

// bareTitles are titles that are names or initials as well, and count only with
// a dot behind them; without one those that are written out here: in lower case
// they count in lower case only, with a capital in any case.
var bareTitles = map[string]string{
	"m": "M", "mr": "", "ms": "", "me": "Me", "em": "", "not": "", "fr": "", "mag": "", "med": "", "ba": "", "ma": "", "mm": "", "eh": "", "lic": "lic", "apr": "apr",
	"ing": "ing", "ir": "ir", "arch": "arch", "dipl": "Dipl", "hr": "Hr", "baron": "", "fam": "Fam", "meester": "", "ridder": "", "heer": "Heer", "family": "", "mba": "MBA",
}

// title looks a word up among the titles.
func title(word string) (salutation string, ok bool) {
	if len(word) > 16 {
		return "", false
	}
	plain := strings.Trim(word, "().")
	if strings.IndexByte(plain, '.') >= 0 {
		plain = strings.ReplaceAll(plain, ".", "")
	}
	var buf [16]byte
	key := appendLower(buf[:0], plain)
	salutation, ok = titles[string(key)]
	if !ok || word[len(word)-1] == '.' {
		return salutation, ok
	}
	if bare, limited := bareTitles[string(key)]; limited {
		if string(key) == "mr" || string(key) == "ms" {
			return salutation, true
		}
		return salutation, bare != "" && (bare == plain || bare != string(key) && strings.EqualFold(bare, plain))
	}
	return salutation, true
}

// stripTitles takes titles and salutations off both ends of a name, as long as
// a word is left, and answers whom they address; two of different kind are a
// couple and address nobody.
func stripTitles(words []string) (name []string, salutation string) {
	note := func(s string) {
		switch {
		case s == "" || s == salutation:
		case salutation == "":
			salutation = s
		default:
			salutation = couple
		}
	}
	for len(words) > 1 {
		if s, ok := title(words[0]); ok {
			note(s)
			words = words[1:]
			if len(words) > 2 && isJoint(words[0]) {
				if _, ok := title(words[1]); ok {
					words = words[1:]
				}
			}
			continue
		}
		if len(words) > 2 && strings.EqualFold(words[0], "de") && strings.EqualFold(words[1], "heer") {
			note("mr")
			words = words[2:]
			continue
		}
		break
	}
	for len(words) > 1 {
		last := words[len(words)-1]
		s, ok := title(last)
		if !ok || len(last) == 2 && last[1] == '.' || len(last) == 1 {
			break
		}
		note(s)
		words = words[:len(words)-1]
	}
	if len(words) == 1 {
		if s, ok := title(words[0]); ok && s != "" && s != couple && len(words[0]) > 2 {
			note(s)
			words = nil
		}
	}
	if salutation == couple {
		salutation = ""
	}
	return words, salutation
}

func isJoint(word string) bool {
	var buf [8]byte
	switch string(appendLower(buf[:0], word)) {
	case "en", "et", "und", "and", "&", "+", "/", "ou", "of":
		return true
	}
	return false
}

func onlyTitles(text string) bool {
	var buf [12]string
	for _, w := range splitWords(buf[:0], strings.ReplaceAll(text, ",", " ")) {
		if _, ok := title(w); !ok {
			return false
		}
	}
	return true
}
