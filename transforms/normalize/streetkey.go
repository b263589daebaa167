package normalize

import "strings"

// StreetKey returns the key that all spellings of one street name share:
// Kerkstraat, Kerk str. and KERKSTR.; av. and avenue, bd and boulevard, stwg
// and steenweg, rd and road; Sint, Saint and St. A qualifier in brackets is
// dropped. It translates nothing (Wetstraat is not Rue de la Loi) and is meant
// for comparing, not for showing.
func StreetKey(street string) string {
	if i := strings.IndexByte(street, '('); i > 0 {
		street = street[:i]
	}
	var in, out [96]byte
	folded := appendFold(in[:0], street)
	key := out[:0]
	for start := 0; start < len(folded); {
		end := start
		for end < len(folded) && folded[end] != ' ' {
			end++
		}
		word, first, last := folded[start:end], start == 0, end == len(folded)
		start = end + 1
		if last {
			if stem, ending := streetEnding(word); ending != "" && (stem > 0 || !first) {
				if stem > 0 && !first {
					key = append(key, ' ')
				}
				key = append(append(key, word[:stem]...), ending...)
				continue
			}
		}
		if !first {
			key = append(key, ' ')
		}
		key = append(key, streetWord(word, first, last)...)
	}
	return string(key)
}

// streetEndings are the ends of Germanic street names, glued on or apart, and
// what the key has for them; the longer before their own ends.
var streetEndings = [...]struct{ spelled, key string }{
	{"straat", "str"}, {"strasse", "str"}, {"street", "str"}, {"str", "str"},
	{"steenweg", "steenweg"}, {"stwg", "steenweg"}, {"stw", "steenweg"},
	{"laan", "laan"}, {"plein", "plein"}, {"platz", "plein"},
}

// streetEnding finds the ending of a word: where it starts, and its key. Short
// ones that are ends of ordinary words count only when they stand apart.
func streetEnding(word []byte) (stem int, key string) {
	switch string(word) {
	case "st":
		return 0, "str"
	case "ln", "lane":
		return 0, "laan"
	case "pln", "pl":
		return 0, "plein"
	}
	for _, e := range streetEndings {
		if stem = len(word) - len(e.spelled); stem >= 0 && string(word[stem:]) == e.spelled {
			return stem, e.key
		}
	}
	if stem = len(word) - len("ln"); stem >= 3 && string(word[stem:]) == "ln" {
		return stem, "laan"
	}
	return 0, ""
}

// streetWord spells out the abbreviation of a word of a street name. St at the
// end is a street, so a saint there stays one.
func streetWord(word []byte, first, last bool) []byte {
	switch string(word) {
	case "sint", "saint", "sankt", "sainte", "ste", "sinte":
		if first || !last {
			return []byte("st")
		}
	case "av", "ave", "aven":
		return []byte("avenue")
	case "bd", "bld", "blvd", "boul", "bvd", "blv":
		return []byte("boulevard")
	case "rd":
		return []byte("road")
	case "sq":
		return []byte("square")
	case "burg":
		return []byte("burgemeester")
	case "gen":
		return []byte("general")
	case "generaal":
		return []byte("general")
	case "dokter", "docteur", "doctor", "doktor":
		return []byte("dr")
	case "prof", "professeur":
		return []byte("professor")
	}
	if !first {
		return word
	}
	switch string(word) {
	case "r":
		return []byte("rue")
	case "ch":
		return []byte("chemin")
	case "chee", "chsee", "chss":
		return []byte("chaussee")
	case "pl":
		return []byte("place")
	case "imp":
		return []byte("impasse")
	case "all":
		return []byte("allee")
	case "rte":
		return []byte("route")
	case "fg", "fbg":
		return []byte("faubourg")
	}
	return word
}
