package compare

import "unicode/utf8"

// Within counts the typing errors between two texts, up to a limit: the least
// number of characters put in, left out, put in another's place or swapped with
// their neighbour that makes one of the other, where no part is edited twice
// (the Damerau-Levenshtein distance as optimal string alignment). It is
// therefore not a metric: from CA over AC to ABC is two steps, and the distance
// of CA and ABC is 3. ok reports whether the distance is at most limit; when it
// is not, distance is limit+1. Computed on 64 characters at a time (Hyyrö 2003,
// "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit
// Distances").
func Within(a, b string, limit int) (distance int, ok bool) {
	if limit < 0 {
		return limit + 1, false
	}
	a, b = trimAlike(a, b)
	if len(a) > len(b) {
		a, b = b, a
	}
	ascii := false
	switch {
	case (len(b)-len(a) > limit || limit <= 1 && !oneEdit(a, b)) && isASCII(a) && isASCII(b):
		return limit + 1, false
	case len(a) == 0:
		distance, ascii = utf8.RuneCountInString(b), true
	case len(a) <= 16:
		distance, ascii = alignASCII[uint16](a, b, limit)
	case len(a) <= 64:
		distance, ascii = alignASCII[uint64](a, b, limit)
	}
	if !ascii {
		distance = alignTexts(a, b, limit)
	}
	if distance > limit {
		return limit + 1, false
	}
	return distance, true
}

// oneEdit reports whether one edit at most makes b of a, where a is no longer than b and
// trimAlike left of either what the edit touches: ASCII texts that share no end.
func oneEdit(a, b string) bool {
	return len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// trimAlike takes off the ASCII characters that a and b begin and end with
// alike, which no edit need touch.
func trimAlike(a, b string) (string, string) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] && a[0] < utf8.RuneSelf {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] && a[len(a)-1] < utf8.RuneSelf {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

// alignASCII is the distance of ASCII texts, where a has from one character to
// as many as W has bits; or a number above limit, when the distance is that as
// well. It answers false when a text is not ASCII. A column of the table of
// distances is held as the places where it goes up and down by one from one row
// to the next.
func alignASCII[W uint16 | uint64](a, b string, limit int) (distance int, ascii bool) {
	var places [utf8.RuneSelf]W
	var or byte
	for i := 0; i < len(a); i++ {
		c := a[i]
		or |= c
		places[c&0x7f] |= 1 << (i & 63)
	}
	if or >= utf8.RuneSelf {
		return 0, false
	}
	last := len(a) - 1
	up, down := ^uint64(0), uint64(0)
	var diagonal, before uint64 // diagonal: where it costs nothing; before: places of the last character of b
	distance = len(a)
	for j := 0; j < len(b); j++ {
		c := b[j]
		or |= c
		here := uint64(places[c&0x7f])
		swapped := ((^diagonal & here) << 1) & before
		diagonal = (((here & up) + up) ^ up) | here | down | swapped
		right, left := down|^(diagonal|up), diagonal&up
		distance += int(right>>(last&63)&1) - int(left>>(last&63)&1)
		if distance-(len(b)-1-j) > limit {
			return limit + 1, or < utf8.RuneSelf && isASCII(b[j:])
		}
		right, left = right<<1|1, left<<1
		up, down = left|^(diagonal|right), right&diagonal
		before = here
	}
	return distance, or < utf8.RuneSelf
}

// What a strip of 64 rows hands to the strip below it, per column.
const (
	carryRight = 1 << iota // the distance goes up by one from the column before
	carryLeft              // it goes down by one
	carrySwap              // the first row below may end a swap
)

// alignTexts is the distance of any two texts, in strips of 64 rows; or a
// number above limit.
func alignTexts(a, b string, limit int) int {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.a, s.b = appendRunes(s.a[:0], a), appendRunes(s.b[:0], b)
	rows, columns := s.a, s.b
	if len(rows) > len(columns) {
		rows, columns = columns, rows
	}
	if len(columns)-len(rows) > limit {
		return limit + 1
	}
	s.marks = zeroed(s.marks, len(columns))
	for j := range s.marks {
		s.marks[j] = carryRight
	}
	distance := len(rows)
	for len(rows) > 0 {
		strip := rows[:min(64, len(rows))]
		rows = rows[len(strip):]
		alignStrip(strip, columns, s.marks)
	}
	for _, carry := range s.marks {
		distance += int(carry&carryRight) - int(carry&carryLeft)>>1
	}
	return distance
}

// alignStrip computes up to 64 rows of the table and replaces the carries of
// the strip above by its own.
func alignStrip(strip, columns []rune, carries []byte) {
	var places runePlaces
	for i, r := range strip {
		places.add(r, 1<<i)
	}
	last := len(strip) - 1
	up, down := ^uint64(0), uint64(0)
	var diagonal, before uint64
	for j, r := range columns {
		above := carries[j]
		here := places.of(r)
		enters := uint64(above&carryLeft) >> 1
		ends := ^diagonal & here
		swapped := (ends<<1 | uint64(above&carrySwap)>>2) & before
		match := here | enters
		diagonal = (((match & up) + up) ^ up) | match | down | swapped
		right, left := down|^(diagonal|up), diagonal&up
		carries[j] = byte(right>>last&1) | byte(left>>last&1)<<1 | byte(ends>>last&1)<<2
		right, left = right<<1|uint64(above&carryRight), left<<1|enters
		up, down = left|^(diagonal|right), right&diagonal
		before = here
	}
}

// runePlaces tells at which of 64 places a rune stands: a table with open
// addressing, half empty at most.
type runePlaces struct {
	runes  [128]rune
	places [128]uint64
}

func (p *runePlaces) slot(r rune) int {
	i := uint32(r) * 0x9e3779b1 >> 25
	for p.places[i] != 0 && p.runes[i] != r {
		i = (i + 1) & 127
	}
	return int(i)
}

func (p *runePlaces) add(r rune, place uint64) {
	i := p.slot(r)
	p.runes[i] = r
	p.places[i] |= place
}

func (p *runePlaces) of(r rune) uint64 { return p.places[p.slot(r)] }
