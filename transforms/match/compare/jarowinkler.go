package compare

import (
	"math/bits"
	"slices"
	"unicode/utf8"
)

// Constants of Winkler (1990): a common prefix of up to four characters takes a
// tenth per character off what is missing, when the rest is alike at all.
const (
	winklerScale     = 0.1
	winklerPrefix    = 4
	winklerThreshold = 0.7
)

// JaroWinkler is the similarity of two short texts, such as names: 1 for equal
// ones, 0 when no character agrees. Characters agree within half the length of
// the longer text; characters that agree out of order count half (Jaro 1989),
// and a common prefix raises a similarity above 0.7 (Winkler 1990, "String
// Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of
// Record Linkage"). Two empty texts are equal.
func JaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	var jaro float64
	var ascii bool
	switch {
	case len(b) <= 16:
		jaro, ascii = jaroASCII[uint16](a, b)
	case len(b) <= 64:
		jaro, ascii = jaroASCII[uint64](a, b)
	}
	if !ascii {
		jaro = jaroRunes(a, b)
	}
	if jaro <= winklerThreshold {
		return jaro
	}
	return jaro + float64(prefixRunes(a, b))*winklerScale*(1-jaro)
}

// prefixRunes counts the runes that a and b begin with alike, up to
// winklerPrefix.
func prefixRunes(a, b string) int {
	n := 0
	for n < winklerPrefix && n < len(a) && n < len(b) && a[n] == b[n] && a[n] < utf8.RuneSelf {
		n++
	}
	a, b = a[n:], b[n:]
	for n < winklerPrefix && len(a) > 0 && len(b) > 0 {
		r, size := utf8.DecodeRuneInString(a)
		s, other := utf8.DecodeRuneInString(b)
		if r != s {
			break
		}
		a, b = a[size:], b[other:]
		n++
	}
	return n
}

// jaroASCII is Jaro's similarity of ASCII texts that have no more characters
// than W has bits, a being the shorter; false when one is not ASCII. A table
// tells, per character, at which places of b it stands.
func jaroASCII[W uint16 | uint64](a, b string) (jaro float64, ascii bool) {
	var places [utf8.RuneSelf]W
	var or byte
	bit := W(1)
	for i := 0; i < len(b); i++ {
		c := b[i]
		or |= c
		places[c&0x7f] |= bit
		bit <<= 1
	}
	reach := max(len(b)/2-1, 0)
	window := W(1)<<(reach+1) - 1 // the places of b within reach of i
	var inA, inB W                // the places that agree
	bit = 1
	for i := 0; i < len(a); i++ {
		c := a[i]
		or |= c
		free := places[c&0x7f] & window &^ inB
		first := free & -free
		inB |= first
		if first != 0 {
			inA |= bit
		}
		bit <<= 1
		if i < reach {
			window = window<<1 | 1
		} else {
			window <<= 1
		}
	}
	if or >= utf8.RuneSelf {
		return 0, false
	}
	agreeing, disordered := 0, 0
	for inA != 0 {
		if a[bits.TrailingZeros64(uint64(inA))&63] != b[bits.TrailingZeros64(uint64(inB))&63] {
			disordered++
		}
		inA &= inA - 1
		inB &= inB - 1
		agreeing++
	}
	return jaroOf(agreeing, disordered/2, len(a), len(b)), true
}

// jaroOf is Jaro's formula on counts of characters: those that agree, and how
// many pairs of them are out of order.
func jaroOf(agreeing, transposed, lenA, lenB int) float64 {
	if agreeing == 0 {
		return 0
	}
	m := float64(agreeing)
	return (m/float64(lenA) + m/float64(lenB) + (m-float64(transposed))/m) / 3
}

// jaroRunes is Jaro's similarity of any texts, in time n log n. Which
// characters agree is found per character: with its places in both texts in
// ascending order, the first two within reach of each other agree, and one that
// is out of reach of the other's first agrees with none.
func jaroRunes(a, b string) float64 {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.a, s.b = appendRunes(s.a[:0], a), appendRunes(s.b[:0], b)
	s.aKeys, s.bKeys = appendPlaces(s.aKeys[:0], s.a), appendPlaces(s.bKeys[:0], s.b)
	s.marks = zeroed(s.marks, len(s.a)+len(s.b))
	inA, inB := s.marks[:len(s.a)], s.marks[len(s.a):]
	reach := uint64(max(max(len(s.a), len(s.b))/2-1, 0))
	agreeing := 0
	for i, j := 0, 0; i < len(s.aKeys) && j < len(s.bKeys); {
		x, y := s.aKeys[i], s.bKeys[j]
		switch {
		case x>>32 == y>>32 && x <= y+reach && y <= x+reach:
			inA[uint32(x)], inB[uint32(y)] = 1, 1
			agreeing++
			i++
			j++
		case x < y:
			i++
		default:
			j++
		}
	}
	disordered, j := 0, 0
	for i, agrees := range inA {
		if agrees == 0 {
			continue
		}
		for inB[j] == 0 {
			j++
		}
		if s.a[i] != s.b[j] {
			disordered++
		}
		j++
	}
	return jaroOf(agreeing, disordered/2, len(s.a), len(s.b))
}

// appendPlaces appends one key per rune, by rune and then by place.
func appendPlaces(dst []uint64, text []rune) []uint64 {
	for i, r := range text {
		dst = append(dst, uint64(r)<<32|uint64(i))
	}
	slices.Sort(dst)
	return dst
}
