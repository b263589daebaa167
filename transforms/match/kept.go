package match

import (
	"errors"

	"clientele/transforms/match/blocking"
)

// Number is the column in which parties have their numbers, behind those of the engine.
const Number = "number"

// Keeper is told of a matching what a later one goes on from. Parties go by their numbers. It
// is called from several goroutines at once.
type Keeper interface {
	// Parts are who is in which block, of the parties of a kind.
	Parts(kind string, parts []blocking.Part) error
	// Pairs are those that weigh enough to be asked about, or to be a match.
	Pairs(kind string, pairs []KeptPair) error
	// Anew names the parties of a kind of which what was kept before no longer holds: their
	// parts, and the pairs that they are in.
	Anew(kind string, parties []int32) error
}

// KeptPair is a pair of parties, by their numbers, A below B.
type KeptPair struct {
	A, B int32
	Bits float32 // what it weighs
	Rule uint8   // the first rule of the plan that found it
}

// Kept is what was kept of the matching of the night before, and the parties of tonight.
type Kept interface {
	// Blocks are those of the parties of a kind.
	Blocks(kind string) blocking.Kept
	// Pairs are all pairs of the parties of a kind.
	Pairs(kind string) ([]KeptPair, error)
	// Parties streams those of some parties that are there tonight, with their numbers.
	Parties(numbers []int32) Reader
	// Numbers returns the numbers of those records that are parties tonight, or were the night
	// before.
	Numbers(records []Record) (map[Record]int32, error)
}

// Changes are what came between the night before and tonight.
type Changes struct {
	// Came are the parties that are new or have other values, and Left those that were there
	// the night before and have other values tonight, or are gone.
	Came, Left []int32
	// Decided are the records on which people decided since, or took a decision back.
	Decided []Record
	// Most is the number of parties up to which it pays to look only at those that changes
	// concern.
	Most int
}

// ErrWhole says that all parties must be matched: too many changed, or a model is to be
// trained.
var ErrWhole = errors.New("match: all parties must be matched")
