package normalize

import "strings"

// StreetLine is an address line taken apart.
type StreetLine struct {
	Street string // as written; "Postbus", "BP" … for a post-office box
	Number string // house number: digits, a range (12-14), a letter in capitals (12A) or bis, ter, quater (12bis)
	Box    string // what tells apart doors of one house number, or the number of a post-office box; in capitals
}

// Street takes a line with street, house number and box apart: "Kerkstraat 12
// bus 3", "Rue de la Loi 16/b2", "12 bis, rue X", "Hauptstr. 5a", "Flat 2, 12
// High Street", "Postbus 123". Where a number stands at both ends, country
// (ISO code) tells which is the house number. A line without a house number is
// all Street.
func Street(line, country string) StreetLine {
	line = withoutTown(strings.TrimRight(Text(line), " ,;-"))
	country = homeCountry(country)
	var buf [24]streetToken
	toks := lexStreet(buf[:0], line)
	if len(toks) == 0 {
		return StreetLine{Street: line}
	}
	if box, ok := postBox(toks); ok {
		return box
	}
	numberFirst := numberFirst(country)
	if numberFirst {
		if s, ok := leadingNumber(line, toks, country); ok {
			return s
		}
	}
	for i := 1; i < len(toks); i++ {
		var s StreetLine
		if len(toks[i-1].text) > 1 && boxMarker(toks[i-1].text) == boxWord {
			continue
		}
		if s.readNumber(toks[i:], country) {
			s.Street = streetText(line[:toks[i].start])
			return s
		}
	}
	if !numberFirst {
		if s, ok := leadingNumber(line, toks, country); ok {
			return s
		}
	}
	return StreetLine{Street: line}
}

// withoutTown cuts off a postcode and town that follow a comma.
func withoutTown(line string) string {
	i := strings.LastIndexByte(line, ',')
	if i < 1 {
		return line
	}
	code, town, ok := strings.Cut(strings.TrimSpace(line[i+1:]), " ")
	town, _, _ = strings.Cut(town, " ")
	if ok && len(code) >= 4 && len(code) <= 5 && allDigits(code) && isStreetStart(town) && boxMarker(town) == notBox && strings.ContainsAny(line[:i], "0123456789") {
		return strings.TrimRight(line[:i], " ,;-")
	}
	return line
}

// numberFirst reports whether a country writes the number before the street.
func numberFirst(country string) bool {
	switch country {
	case "FR", "LU", "GB", "IE", "US", "CA", "AU", "NZ", "MC":
		return true
	}
	return false
}

// streetToken is a word of an address line, folded where it serves as key.
type streetToken struct {
	text  string // as written, without commas
	start int    // offset in the line
}

// lexStreet splits at blanks and commas, takes a slash as a token, and parts a
// house number from the word that it is glued to (Hauptstr.5).
func lexStreet(dst []streetToken, line string) []streetToken {
	start := -1
	for i := 0; i <= len(line); i++ {
		if i < len(line) && line[i] != ' ' && line[i] != ',' && line[i] != '/' && line[i] != ';' {
			if start >= 0 && isDigit(line[i]) && endsStreetWord(line[start:i]) {
				dst = append(dst, streetToken{line[start:i], start})
				start = i
			}
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			dst = append(dst, streetToken{line[start:i], start})
			start = -1
		}
		if i < len(line) && line[i] == '/' {
			dst = append(dst, streetToken{"/", i})
		}
	}
	return dst
}

// endsStreetWord reports whether a number can be glued to word: four letters or
// more, the last of them possibly a dot.
func endsStreetWord(word string) bool {
	if len(word) < 4 {
		return false
	}
	for i := 0; i < len(word); i++ {
		if isDigit(word[i]) || word[i] == '-' {
			return false
		}
	}
	return boxMarker(word) == notBox
}

// readNumber reads a house number with all that follows it; false when the
// tokens hold anything else.
func (s *StreetLine) readNumber(toks []streetToken, country string) bool {
	if numberMarker(toks[0].text) && len(toks) > 1 {
		toks = toks[1:]
	}
	n := s.readHouse(toks)
	if n == 0 {
		return false
	}
	if rest := toks[n:]; len(rest) == 1 && s.Box == "" && strings.IndexByte(s.Number, '-') < 0 && bareBox(rest[0].text, country) {
		s.Box = upperASCII(rest[0].text)
		return true
	}
	return s.readBox(toks[n:])
}

// readHouse reads a house number with its letter or bis at the start of toks
// and returns how many tokens it took, 0 for none.
func (s *StreetLine) readHouse(toks []streetToken) int {
	text := strings.TrimRight(toks[0].text, ".")
	digits := 0
	for digits < len(text) && isDigit(text[digits]) {
		digits++
	}
	if digits == 0 || digits > 5 || !s.readSuffix(text[:digits], text[digits:]) {
		return 0
	}
	if digits < len(text) || len(toks) == 1 {
		return 1
	}
	next := strings.Trim(toks[1].text, ".")
	switch {
	case repeated(next):
		s.Number += lowerASCII(next)
		return 2
	case len(next) == 1 && isASCIILetter(next[0]) && !(next[0]|0x20 == 'b' && len(toks) > 2):
		s.Number += upperASCII(next)
		return 2
	case next == "-" && len(toks) > 2 && allDigits(toks[2].text) && len(toks[2].text) <= 5:
		return 2 + boolInt(s.readSuffix(text, "-"+toks[2].text))
	}
	return 1
}

// readSuffix reads what is glued to the digits of a house number.
func (s *StreetLine) readSuffix(digits, rest string) bool {
	s.Number = digits
	switch {
	case rest == "":
		return true
	case len(rest) == 1 && isASCIILetter(rest[0]):
		s.Number += upperASCII(rest)
		return true
	case repeated(rest):
		s.Number += lowerASCII(rest)
		return true
	case ordinal(rest):
		return false
	case rest[0] == '-' || rest[0] == '+':
		rest = rest[1:]
		if allDigits(rest) && len(rest) <= 5 && decimal(rest) > decimal(digits) {
			s.Number += "-" + rest
			return true
		}
		s.Box = upperASCII(rest)
		return rest != "" && len(rest) <= 5 && isAlnum(rest)
	}
	letters := 0
	for letters < len(rest) && !isDigit(rest[letters]) {
		letters++
	}
	if letters == len(rest) || boxMarker(rest[:letters]) == notBox {
		return false
	}
	s.Box = upperASCII(rest[letters:])
	return isAlnum(s.Box)
}

// readBox reads the box and must come to the end of toks.
func (s *StreetLine) readBox(toks []streetToken) bool {
	if len(toks) == 0 {
		return true
	}
	slash := toks[0].text == "/"
	if slash {
		toks = toks[1:]
	}
	if len(toks) == 0 || len(toks) > 4 || s.Box != "" {
		return len(toks) == 0
	}
	box := strings.Trim(toks[0].text, ".-#°")
	if kind := boxMarker(box); kind == boxWord {
		if len(toks) == 1 {
			return !slash && len(box) > 1
		}
		toks = toks[1:]
		box = strings.Trim(toks[0].text, ".-#°")
	} else if kind == boxWithValue {
		box = box[strings.IndexAny(box, "0123456789"):]
	} else if !slash && toks[0].text[0] != '#' {
		return false
	}
	for _, t := range toks[1:] {
		box += t.text
	}
	s.Box = upperASCII(box)
	return box != "" && len(box) <= 8 && isBox(box)
}

// leadingNumber reads a line that begins with the house number, possibly
// after a flat or unit.
func leadingNumber(line string, toks []streetToken, country string) (s StreetLine, ok bool) {
	if len(toks) > 3 && len(toks[0].text) > 1 && boxMarker(toks[0].text) == boxWord && isDigit(toks[2].text[0]) {
		s.Box = upperASCII(toks[1].text)
		toks = toks[2:]
	}
	flat := s.Box
	house := toks
	if country == "US" || country == "CA" { // the N of "1 N Main Street" is north
		house = toks[:1]
	}
	n := s.readHouse(house)
	if n == 0 || n == len(toks) {
		return s, false
	}
	if flat != "" {
		s.Box = flat
	}
	if toks[n].text == "/" && n+2 < len(toks) && s.Box == "" && isAlnum(toks[n+1].text) {
		s.Box = upperASCII(toks[n+1].text)
		n += 2
	}
	rest := toks[n:]
	if first := rest[0].text; (!isStreetStart(first) && len(house) > 1) || monthDate(first) {
		return s, false
	}
	end := len(line)
	for i := 1; i < len(rest) && s.Box == ""; i++ {
		if boxMarker(rest[i].text) != notBox && s.readBox(rest[i:]) {
			end = rest[i].start
			break
		}
	}
	s.Street = streetText(line[rest[0].start:end])
	return s, true
}

// postBox reads a line that is a post-office box.
func postBox(toks []streetToken) (s StreetLine, ok bool) {
	var buf [32]byte
	key := buf[:0]
	words := 0
	for words < len(toks) && !isDigit(toks[words].text[0]) {
		if words == 3 || len(key)+len(toks[words].text) > 24 {
			return s, false
		}
		key = appendFold(key, toks[words].text)
		words++
	}
	var box string
	for _, t := range toks[words:] {
		box += t.text
	}
	if words == 0 || !isBox(box) {
		return s, false
	}
	switch strings.ReplaceAll(string(key), " ", "") {
	case "postbus", "pb", "postbox":
		s.Street = "Postbus"
	case "bp", "boitepostale", "casepostale", "cp":
		s.Street = "BP"
	case "postfach", "pf":
		s.Street = "Postfach"
	case "pobox":
		s.Street = "PO Box"
	default:
		return s, false
	}
	s.Box = upperASCII(box)
	return s, true
}
