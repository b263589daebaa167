package model

import (
	"math"
	"math/bits"
	"unicode/utf8"

	"clientele/transforms/match/compare"
)

// sketch is what of a text tells in a few bits that it is unlike another.
type sketch struct {
	// set holds its ASCII characters.
	set uint64
	// size is its length, 0 for a text that is empty, long or not of ASCII alone: a sketch
	// says nothing of it.
	size, first uint8
}

// sketches are those of the values of a column, by value.
type sketches []sketch

func sketchesOf(values []string) sketches {
	out := make(sketches, len(values))
	for v, s := range values {
		out[v] = sketchOf(s)
	}
	return out
}

// sketchOf keeps letters apart from digits and signs, and takes a few signs for one
// another, which makes sets more alike.
func sketchOf(s string) (out sketch) {
	if len(s) == 0 || len(s) > math.MaxUint8 {
		return sketch{}
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return sketch{}
		}
		out.set |= 1 << (c&31 | ^c>>1&32)
	}
	out.size, out.first = uint8(len(s)), s[0]
	return out
}

// words reports whether a text may have several words: those of one word have no blank.
func (x sketch) words() bool { return x.size == 0 || x.set>>blankBit&1 == 1 }

// blankBit is the place of the blank in a set; no other character of texts has it.
const blankBit = 32

// apart is how many characters of each text the other surely has not.
func (x sketch) apart(y sketch) (ofX, ofY int) {
	return bits.OnesCount64(x.set &^ y.set), bits.OnesCount64(y.set &^ x.set)
}

// within reports whether two texts may be so few edits apart: an edit takes one
// character out of a set at most and puts one in.
func (x sketch) within(y sketch, edits int) bool {
	if x.size == 0 || y.size == 0 {
		return true
	}
	ofX, ofY := x.apart(y)
	return max(ofX, ofY) <= edits && max(x.size, y.size)-min(x.size, y.size) <= uint8(edits)
}

// alike reports whether the similarity of Jaro and Winkler of two texts may be at least
// as much. Characters that the other has not agree with none, and without a common
// first letter there is no common prefix.
func (x sketch) alike(y sketch, least float64) bool {
	if x.size == 0 || y.size == 0 {
		return true
	}
	ofX, ofY := x.apart(y)
	agree := float64(max(0, min(int(x.size)-ofX, int(y.size)-ofY)))
	jaro := (agree/float64(x.size) + agree/float64(y.size) + 1) / 3
	if x.first == y.first && jaro > .7 {
		jaro += .4 * (1 - jaro)
	}
	return jaro > least-1e-9
}

// typo is the function of that name.
func (x sketch) typo(y sketch, a, b string) bool { return x.within(y, mostTypos) && typo(a, b) }

// jaroWinkler reports whether the similarity of Jaro and Winkler is at least as much.
func (x sketch) jaroWinkler(y sketch, a, b string, least float64) bool {
	return x.alike(y, least) && compare.JaroWinkler(a, b) >= least
}
