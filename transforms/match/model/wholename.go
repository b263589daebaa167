package model

import "math"

// mostLetters is the length up to which names are compared as wholes: such texts need not
// be allocated.
const mostLetters = 32

// wholly holds the names of two records against each other as one word each, in either
// order. Where the blank between two names is misplaced or missing, letters of one stand
// with the other, as in "thomasv an de velde" and "duboiselise", and neither is like the one
// that it stands for.
func (s *Scorer) wholly(i, j int32, levels *Levels, own *[maxColumns]float32) {
	g, f := &s.parts[s.given], &s.parts[s.family]
	if len(g.column.Of(i))+len(g.column.Of(j)) == 0 || len(f.column.Of(i))+len(f.column.Of(j)) == 0 {
		return
	}
	level := uint8(2)
	if levels[s.given] == levelNull || levels[s.family] == levelNull { // one record has a single name
		level = levelNull
	}
	if levels[s.given] == levelExact || g.bits[level]+f.bits[2] <= own[s.given]+own[s.family] {
		return
	}
	if !s.wholeSketch(i).within(s.wholeSketch(j), mostTypos) {
		return
	}
	var a, b [mostLetters]byte
	x, y := s.whole(&a, i, s.given, s.family), s.whole(&b, j, s.given, s.family)
	if len(x) == 0 || len(y) == 0 {
		return
	}
	if !sameWhole(x, y) {
		var turned [mostLetters]byte
		if !sameWhole(s.whole(&turned, i, s.family, s.given), y) && !sameWhole(x, s.whole(&turned, j, s.family, s.given)) {
			return
		}
	}
	levels[s.given], levels[s.family] = level, 2
	own[s.given], own[s.family] = g.bits[level], f.bits[2]
}

// wholeSketch is the sketch of the names of a record without blanks, in any order.
func (s *Scorer) wholeSketch(i int32) (out sketch) {
	size, row := 0, s.row(i)
	for _, at := range [2]int{s.given, s.family} {
		switch v := row[at]; v {
		case 0:
		case several:
			return sketch{}
		default:
			n := &s.parts[at].names[v]
			if n.size == 0 {
				return sketch{}
			}
			out.set |= n.set
			size += int(n.size - n.blanks)
		}
	}
	if size > math.MaxUint8 {
		return sketch{}
	}
	out.set &^= 1 << blankBit
	out.size = uint8(size)
	return out
}

// sameWhole reports whether two names are one but for typing errors.
func sameWhole(a, b []byte) bool { return string(a) == string(b) || typo(string(a), string(b)) }

// whole writes the names of a record into letters, without blanks: those of the columns at
// two places. It is empty where they do not fit, or where the record has several
// of one.
func (s *Scorer) whole(letters *[mostLetters]byte, i int32, first, last int) []byte {
	n := 0
	for _, at := range [2]int{first, last} {
		column := s.parts[at].column
		of := column.Of(i)
		if len(of) > 1 {
			return nil
		}
		for _, v := range of {
			for _, c := range []byte(column.Values[v]) {
				switch {
				case c == ' ':
					continue
				case n == mostLetters:
					return nil
				}
				letters[n] = c
				n++
			}
		}
	}
	return letters[:n]
}
