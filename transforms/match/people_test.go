package match_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"clientele/transforms/match"
	"clientele/transforms/match/records"
)

// people makes persons with a share of noisy duplicates, the same ones for a
// seed.
type people struct{ dice *rand.Rand }

var peopleFields = fields("given:given_name", "family:family_name", "street:street", "number:house_number", "postcode", "town",
	"born:birth_date", "email", "phone")

func init() {
	for i := range peopleFields {
		peopleFields[i].Country = "BE"
	}
}

var syllables = strings.Fields("ba be bo da de do fa fe fi ga ge go ha he ho ja jo ka ke ki ko la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi wa we za")

// word makes the i-th of many words, all distinct.
func word(i int) string {
	var b strings.Builder
	for n := i + len(syllables)*len(syllables); n > 0; n /= len(syllables) {
		b.WriteString(syllables[n%len(syllables)])
	}
	return b.String()
}

// skewed draws one of n, the first ones more often.
func (p people) skewed(n int) int {
	f := p.dice.Float64()
	return int(f * f * f * float64(n))
}

func (p people) person(i int) []string {
	given, family := word(p.skewed(800)), word(1000+p.skewed(40_000))
	town := p.skewed(600)
	return []string{given, family, word(50_000+p.skewed(8000)) + "straat", strconv.Itoa(1 + p.skewed(250)), strconv.Itoa(1000 + town*7), word(90_000 + town),
		fmt.Sprintf("%04d-%02d-%02d", 1930+p.dice.IntN(75), 1+p.dice.IntN(12), 1+p.dice.IntN(28)),
		fmt.Sprintf("%s.%s%d@%s.be", given, family, i%97, word(p.skewed(40))), fmt.Sprintf("+3247%07d", p.dice.IntN(10_000_000))}
}

// noisy is a record of the same person as another system has it.
func (p people) noisy(person []string) []string {
	out := append([]string(nil), person...)
	for f := range out {
		switch r := p.dice.Float64(); {
		case r < .12:
			out[f] = ""
		case r < .20 && len(out[f]) > 3:
			at := 1 + p.dice.IntN(len(out[f])-2)
			b := []byte(out[f])
			switch p.dice.IntN(3) {
			case 0:
				b = append(b[:at], b[at+1:]...)
			case 1:
				b[at], b[at-1] = b[at-1], b[at]
			default:
				if b[at] >= '0' && b[at] <= '9' {
					b[at] = '0' + byte(p.dice.IntN(10))
				} else {
					b[at] = 'a' + byte(p.dice.IntN(26))
				}
			}
			out[f] = string(b)
		}
	}
	if p.dice.Float64() < .03 {
		out[0], out[1] = out[1], out[0]
	}
	if p.dice.Float64() < .2 { // moved
		moved := p.person(p.dice.IntN(1 << 20))
		copy(out[2:6], moved[2:6])
	}
	return out
}

// make adds n records, a fifth of them duplicates, and returns the truth by
// record in the order of records.
func (p people) make(tb testing.TB, n int) (*records.Records, []string) {
	tb.Helper()
	b, err := records.NewBuilder(peopleFields)
	if err != nil {
		tb.Fatal(err)
	}
	truth := make([]string, 0, n)
	var last [][]string
	for i := range n {
		var row []string
		if i%5 == 4 {
			of := p.dice.IntN(len(last))
			row = p.noisy(last[of])
			truth = append(truth, truth[i-i%1000+of])
		} else {
			if i%1000 == 0 {
				last = last[:0]
			}
			row = p.person(i)
			truth = append(truth, strconv.Itoa(i))
		}
		last = append(last, row)
		cells := make([][]string, len(row))
		for f := range row {
			cells[f] = row[f : f+1]
		}
		b.Add("people", fmt.Sprintf("%08d", i), cells)
	}
	recs, err := b.Records()
	if err != nil {
		tb.Fatal(err)
	}
	return recs, truth
}

// BenchmarkMatch dedupes persons end to end, from rows in memory to clusters.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				recs, truth := people{rand.New(rand.NewPCG(1, 2))}.make(b, n)
				cfg := match.Config{Fields: peopleFields}
				m, err := match.Train(context.Background(), cfg, recs)
				if err != nil {
					b.Fatal(err)
				}
				found, err := match.Match(context.Background(), cfg, recs, m, match.Decisions{})
				if err != nil {
					b.Fatal(err)
				}
				a := match.Pairwise(truth, found.Cluster)
				b.ReportMetric(a.F1, "F1")
				b.ReportMetric(float64(found.Compared)/float64(n), "pairs/record")
			}
		})
	}
}
