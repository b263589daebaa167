package demo

import (
	"math"
	"math/rand/v2"
)

// A stream names what a customer's randomness is for, so that a draw added
// for one purpose leaves all others as they were.
type stream uint64

const (
	streamCore stream = iota + 1
	streamHome
	streamTraits
	streamRecords
	streamRender
	streamSales
	streamForm
	streamSurvey
	streamList
	streamMarketing
	streamCounter
	streamCampaign
	streamPerson
	streamBirth
	streamRegister
	streamStranger
)

// dice is a seeded source of draws for one customer and one stream.
type dice struct{ rand.Rand }

// newDice seeds by value: the same seed, index and stream give the same draws,
// in whatever order customers are visited.
func newDice(seed uint64, s stream, index int) *dice {
	return &dice{*rand.New(rand.NewPCG(mix(seed^mix(uint64(s))), mix(uint64(index)+0x632be59bd9b4e019)))}
}

// chance reports true with probability p.
func (d *dice) chance(p float64) bool { return d.Float64() < p }

// between draws from the closed interval [lo, hi].
func (d *dice) between(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

// pick draws one of the values, all alike.
func pick[T any](d *dice, values []T) T { return values[d.IntN(len(values))] }

// common draws one of the values, the earlier ones more often: of two hundred
// the first comes up once in fifty times.
func common[T any](d *dice, values []T) T {
	const lean = 1.35
	return values[int(math.Pow(d.Float64(), lean)*float64(len(values)))]
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// permute maps [0, n) onto itself, one to one, in an order that depends on
// the key. It shuffles without holding anything in memory.
func permute(i, n int, key uint64) int {
	if n < 2 {
		return i
	}
	step := int(mix(key)%uint64(n))/2*2 + 1
	for gcd(step, n) != 1 {
		step += 2
	}
	product := uint64(i) * uint64(step%n) % uint64(n)
	return int((product + mix(key+1)) % uint64(n))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
