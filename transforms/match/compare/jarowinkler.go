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
	prefix := 0
	var or byte // of all bytes: tells whether one is not ASCII
	for prefix < len(a) && prefix < len(b) && a[prefix] == b[prefix] {
		or |= a[prefix]
		prefix++
	}
	if prefix == len(a) && prefix == len(b) {
		return 1
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	restA, restB := a[prefix:], b[prefix:]
	if len(restA) > len(restB) {
		restA, restB = restB, restA
	}
	reach := max(max(len(a), len(b))/2-1, 0)
	var agreeing, disordered int
	switch {
	case or >= utf8.RuneSelf:
	case len(restB) <= 16:
		agreeing, disordered, or = agreeASCII[uint16](restA, restB, reach)
	case len(restB) <= 64:
		agreeing, disordered, or = agreeASCII[uint64](restA, restB, reach)
	default:
		or = utf8.RuneSelf
	}
	if or >= utf8.RuneSelf {
		return winkler(jaroRunes(a, b), prefixRunes(a, b))
	}
	return winkler(jaro(prefix+agreeing, disordered, len(a), len(b)), prefix)
}

// winkler raises a similarity of texts that begin alike.
func winkler(jaro float64, prefix int) float64 {
	if jaro <= winklerThreshold {
		return jaro
	}
	return jaro + float64(min(prefix, winklerPrefix))*winklerScale*(1-jaro)
}

// prefixRunes counts the runes that a and b begin with alike, up to
// winklerPrefix.
func prefixRunes(a, b string) (n int) {
	for n < winklerPrefix && len(a) > 0 && len(b) > 0 {
		x, sizeA := utf8.DecodeRuneInString(a)
		y, sizeB := utf8.DecodeRuneInString(b)
		if x != y {
			break
		}
		a, b = a[sizeA:], b[sizeB:]
		n++
	}
	return n
}

// agreeASCII counts the characters of two texts that agree within reach, and
// those of them that are out of order, without what the texts begin with alike:
// those characters agree with each other and with no others. a is the shorter,
// and b has no more characters than W has bits. or is that of all bytes: when
// one is not ASCII, the counts are of no use.
//
// A table tells, per character, at which places of b it stands. No step of the
// loops depends on a branch, as none of these could be foreseen.
func agreeASCII[W uint16 | uint64](a, b string, reach int) (agreeing, disordered int, or byte) {
	var places [utf8.RuneSelf]W
	for i := 0; i < len(b); i++ {
		c := b[i]
		or |= c
		places[c&0x7f] |= 1 << (i & 63)
	}
	if or >= utf8.RuneSelf {
		return 0, 0, or
	}
	window := uint64(1)<<(reach+1) - 1  // the places of b within reach of i
	grow := uint64(1) << min(reach, 63) // keeps place 0 in the window while i is within reach of it
	var inA, inB uint64                 // the places that agree
	for i := 0; i < len(a); i++ {
		c := a[i]
		or |= c
		free := uint64(places[c&0x7f]) & window &^ inB
		first := free & -free
		inB |= first
		inA |= isSet(first) << (i & 63)
		grow >>= 1
		window = window<<1 | isSet(grow)
	}
	agreeing = bits.OnesCount64(inA)
	for inA != 0 {
		x, y := a[bits.TrailingZeros64(inA)&63], b[bits.TrailingZeros64(inB)&63]
		disordered += (int(x^y) + 0xff) >> 8
		inA &= inA - 1
		inB &= inB - 1
	}
	return agreeing, disordered, or
}

// isSet is 1 when any bit of x is.
func isSet(x uint64) uint64 { return (x | -x) >> 63 }

// jaro is Jaro's formula on counts of characters: those that agree, and those of
// them that are out of order, two of which are a transposition.
func jaro(agreeing, disordered, lenA, lenB int) float64 {
	if agreeing == 0 {
		return 0
	}
	m := float64(agreeing)
	return (m/float64(lenA) + m/float64(lenB) + (m-float64(disordered/2))/m) / 3
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
	return jaro(agreeing, disordered, len(s.a), len(s.b))
}

// appendPlaces appends one key per rune, by rune and then by place.
func appendPlaces(dst []uint64, text []rune) []uint64 {
	for i, r := range text {
		dst = append(dst, uint64(r)<<32|uint64(i))
	}
	slices.Sort(dst)
	return dst
}
