package match_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clientele/transforms/match"
	"clientele/transforms/match/records"
)

// lookupFields are what firms are looked up by.
var lookupFields = []records.Field{
	{Name: "name", Kind: records.FirmName, Country: "BE"}, {Name: "street", Kind: records.Street, Country: "BE"}, {Name: "house_number", Kind: records.HouseNumber},
	{Name: "postcode", Kind: records.Postcode, Country: "BE"}, {Name: "town", Kind: records.Town}, {Name: "phone", Kind: records.Phone, Country: "BE"},
}

// register makes firms with names of few words, so that some are namesakes.
type register struct{ *rand.Rand }

func (r register) word() string {
	var b strings.Builder
	for range 2 + r.IntN(2) {
		b.WriteByte("bdfgklmnprstvz"[r.IntN(14)])
		b.WriteByte("aeiou"[r.IntN(5)])
	}
	return b.String()
}

func (r register) firm(words, streets []string) [][]string {
	name := words[r.IntN(len(words))]
	if r.IntN(3) > 0 {
		name += " " + []string{"bouw", "transport", "consult", "garage", "horeca", "immo", "invest", "tuinen"}[r.IntN(8)]
	}
	if r.IntN(3) == 0 {
		name = words[r.IntN(len(words))] + " " + name
	}
	phone := []string(nil)
	if r.IntN(3) == 0 {
		phone = []string{fmt.Sprintf("09%07d", 2000000+r.IntN(7000000))}
	}
	town := r.IntN(500)
	return [][]string{{name}, {streets[r.IntN(len(streets))] + "straat"}, {fmt.Sprint(1 + r.IntN(200))}, {fmt.Sprint(1000 + town*17)}, {fmt.Sprintf("%sgem", words[town])}, phone}
}

// noisy is what a source knows of a firm.
func (r register) noisy(firm [][]string, words, streets []string) [][]string {
	out := make([][]string, len(firm))
	copy(out, firm)
	if r.IntN(3) == 0 {
		out[0] = []string{firm[0][0] + []string{" BV", " NV", " BVBA", " Groep"}[r.IntN(4)]}
	}
	if n := out[0][0]; r.IntN(8) == 0 {
		at := r.IntN(len(n)-1) + 1
		out[0] = []string{n[:at-1] + n[at:]}
	}
	switch r.IntN(12) {
	case 0: // moved
		other := r.firm(words, streets)
		out[1], out[2], out[3], out[4] = other[1], other[2], other[3], other[4]
	case 1:
		out[1], out[2] = nil, nil
	}
	if r.IntN(2) == 0 {
		out[5] = nil
	}
	return out
}

// world makes a register of firms, of which some are neighbours, and records to look up, of
// which one in five is of no registered firm and perhaps at the address of one; with the firm
// that each record is of, −1 for none.
func (r register) world(tb testing.TB, firms, lookedUp int) (*records.Records, []int32) {
	tb.Helper()
	words, streets := make([]string, 500+firms/40), make([]string, 300+firms/100)
	for i := range words {
		words[i] = r.word()
	}
	for i := range streets {
		streets[i] = r.word()
	}
	b, err := records.NewBuilder(lookupFields)
	if err != nil {
		tb.Fatal(err)
	}
	known := make([][][]string, firms)
	for i := range known {
		known[i] = r.firm(words, streets)
		if i > 0 && r.IntN(4) == 0 {
			copy(known[i][1:5], known[i-1][1:5])
		}
		b.Add("register", fmt.Sprintf("%08d", i), known[i])
	}
	of := make([]int32, lookedUp)
	for i := range of {
		of[i] = int32(r.IntN(firms))
		firm := known[of[i]]
		if r.IntN(5) == 0 {
			stranger := r.firm(words, streets)
			if r.IntN(3) == 0 {
				copy(stranger[1:5], firm[1:5])
			}
			of[i], firm = -1, stranger
		}
		b.Add("asked", fmt.Sprintf("%08d", i), r.noisy(firm, words, streets))
	}
	recs, err := b.Records()
	if err != nil {
		tb.Fatal(err)
	}
	return recs, of
}

var lookupConfig = match.Config{Fields: lookupFields, Register: "register", ReviewAbove: .05}

// lookUp returns how many records were found right, wrong, and not at all though the register
// has them.
func lookUp(tb testing.TB, recs *records.Records, of []int32, least float64) (right, wrong, missed int) {
	tb.Helper()
	m, err := match.Train(context.Background(), lookupConfig, recs)
	if err != nil {
		tb.Fatal(err)
	}
	matching, err := match.Match(context.Background(), lookupConfig, recs, m, match.Decisions{})
	if err != nil {
		tb.Fatal(err)
	}
	asked := int32(len(of)) // which stand before the register
	found := map[int32]int32{}
	for _, f := range matching.Found(func(int32) bool { return true }, func(i int32) int32 { return i }) {
		if f.Probability >= least {
			found[f.Record] = f.Is - asked
		}
	}
	for i, is := range of {
		switch at, ok := found[int32(i)]; {
		case ok && at == is:
			right++
		case ok:
			wrong++
		case is >= 0:
			missed++
		}
	}
	return right, wrong, missed
}

func TestFirmsAreFoundInARegister(t *testing.T) {
	for _, size := range []struct{ firms, lookedUp int }{{20_000, 40}, {20_000, 2000}, {5000, 5000}} {
		r := register{rand.New(rand.NewPCG(3, uint64(size.firms)))}
		recs, of := r.world(t, size.firms, size.lookedUp)
		right, wrong, missed := lookUp(t, recs, of, match.AcceptAbove)
		t.Logf("%d of %d: %d right, %d wrong, %d missed", size.lookedUp, size.firms, right, wrong, missed)
		if 200*wrong > right || 100*right < 90*(right+missed) {
			t.Errorf("of %d looked up in %d, %d are right, %d wrong and %d missed", size.lookedUp, size.firms, right, wrong, missed)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	r := register{rand.New(rand.NewPCG(3, 3))}
	recs, of := r.world(b, 1_940_000, 100_000)
	for b.Loop() {
		right, wrong, missed := lookUp(b, recs, of, match.AcceptAbove)
		b.ReportMetric(float64(right), "right")
		b.ReportMetric(float64(wrong), "wrong")
		b.ReportMetric(float64(missed), "missed")
	}
}
