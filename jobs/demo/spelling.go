package demo

import "strings"

// unaccent writes the letters of Windows-1252 without their accents.
var unaccent = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "á", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "í", "i",
	"ô", "o", "ö", "o", "ó", "o", "û", "u", "ü", "u", "ù", "u", "ú", "u", "ß", "ss", "œ", "oe",
	"É", "E", "È", "E", "Ê", "E", "Ë", "E", "À", "A", "Â", "A", "Ä", "A", "Ç", "C", "Î", "I", "Ï", "I", "Ô", "O", "Ö", "O", "Û", "U", "Ü", "U",
)

// slug keeps the letters and digits of a text, small and without accents.
func slug(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(unaccent.Replace(text)))
}

// neighbours holds, for each letter, the keys beside it on a Belgian keyboard.
var neighbours = map[rune]string{
	'a': "zq", 'b': "vn", 'c': "xv", 'd': "sfe", 'e': "rzd", 'f': "dgr", 'g': "fht", 'h': "gjy", 'i': "uok", 'j': "hku", 'k': "jli", 'l': "kmo", 'm': "lp",
	'n': "bh", 'o': "ipl", 'p': "om", 'q': "sa", 'r': "etf", 's': "qdz", 't': "ryg", 'u': "yij", 'v': "cb", 'w': "xs", 'x': "wc", 'y': "tuh", 'z': "aes",
}

// mistype makes one typing error behind the first letter; texts of fewer than
// four letters stay as they are.
func mistype(d *dice, text string) string {
	runes := []rune(text)
	if len(runes) < 4 {
		return text
	}
	at := d.between(1, len(runes)-2)
	switch d.IntN(4) {
	case 0:
		if keys, ok := neighbours[runes[at]]; ok {
			runes[at] = rune(keys[d.IntN(len(keys))])
			return string(runes)
		}
		fallthrough
	case 1:
		runes[at], runes[at+1] = runes[at+1], runes[at]
	case 2:
		runes = append(runes[:at], runes[at+1:]...)
	case 3:
		runes = append(runes[:at+1], runes[at:]...)
	}
	return string(runes)
}

// misreadings are the confusions of optical character recognition.
var misreadings = [...][2]string{{"rn", "m"}, {"m", "rn"}, {"l", "1"}, {"o", "0"}, {"O", "0"}, {"i", "l"}, {"S", "5"}, {"e", "c"}}

// misread makes one optical misreading, where one fits.
func misread(d *dice, text string) string {
	first := d.IntN(len(misreadings))
	for i := range misreadings {
		pair := misreadings[(first+i)%len(misreadings)]
		if strings.Contains(text, pair[0]) {
			return strings.Replace(text, pair[0], pair[1], 1)
		}
	}
	return text
}

// misspell passes a name through the hands of a typist.
func misspell(d *dice, name string) string {
	if d.chance(NameTypo) {
		name = mistype(d, name)
		if d.chance(SecondTypo) {
			name = mistype(d, name)
		}
	}
	if d.chance(NameOCR) {
		name = misread(d, name)
	}
	if d.chance(AccentsLost) {
		name = unaccent.Replace(name)
	}
	switch u := d.Float64(); {
	case u < NameUpper:
		return strings.ToUpper(name)
	case u < NameUpper+NameLower:
		return strings.ToLower(name)
	}
	return name
}
