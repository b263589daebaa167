package model

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
	"clientele/transforms/normalize"
)

func TestScalesAreWhole(t *testing.T) {
	for role, s := range scales {
		sum, chance := 0.0, 0.0
		for l, p := range s.prior {
			sum += p
			chance += s.expected(l)
		}
		if len(s.labels) != len(s.prior) || math.Abs(sum-1) > 1e-9 || math.Abs(chance-1) > 1e-9 || len(s.labels) > 14 {
			t.Errorf("%s has %d labels and %d priors that sum to %v, by chance %v", role, len(s.labels), len(s.prior), sum, chance)
		}
		if s.chain < 2 || s.chain > len(s.labels) {
			t.Errorf("%s has a chain of %d of %d levels", role, s.chain, len(s.labels))
		}
		if s.expected(len(s.labels)-1) <= s.expected(0) {
			t.Errorf("%s: by chance, more pairs agree than differ", role)
		}
	}
	for _, k := range records.Kinds() {
		if _, ok := scales[records.Role(k)]; !ok && k != records.PersonName && k != records.Address {
			t.Errorf("kind %s is not compared", k)
		}
	}
}

// However counts fall, a better level of the chain never weighs less, and no level
// less than disagreement.
func TestWeighFalls(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		role := rapid.SampledFrom([]records.Role{records.RoleGiven, records.RoleBirthDate, records.RoleEnterprise, records.RoleFirm}).Draw(r, "role")
		c := Comparison{Role: role}
		share := rapid.Float64Range(1e-6, 1)
		for range scales[role].labels {
			c.Levels = append(c.Levels, Level{M: share.Draw(r, "m"), U: share.Draw(r, "u")})
		}
		c.weigh()
		last := len(c.Levels) - 1
		for l := 1; l < scales[role].chain; l++ {
			if c.Levels[l].Bits > c.Levels[l-1].Bits+1e-9 {
				r.Fatalf("level %d weighs more than the one before: %+v", l, c.Levels)
			}
		}
		for l := range c.Levels {
			if c.Levels[l].Bits < c.Levels[last].Bits-1e-9 || c.Levels[l].Bits > c.Levels[0].Bits+1e-9 {
				r.Fatalf("level %d lies outside of exact and differs: %+v", l, c.Levels)
			}
		}
	})
}

// However many of the expected matches differ in a column, m stays a distribution in which
// they are few enough, and agreement outweighs disagreement.
func TestMatchesMostlyAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		role := rapid.SampledFrom([]records.Role{records.RoleFamily, records.RoleFirm, records.RolePhone, records.RoleTown}).Draw(r, "role")
		scale := scales[role]
		e := &expectation{model: &Model{Comparisons: []Comparison{{Role: role, Levels: make([]Level, len(scale.labels))}}}, rates: make([][16]float64, 1),
			sample: &blocking.Sample{Total: 1e6, Weight: 1}}
		e.rates[0][0] = 1
		var matched [16]float64
		for l := range scale.labels {
			matched[l+1] = rapid.Float64Range(0, 1e4).Draw(r, "matched")
			e.rates[0][l+1] = 1 / float64(len(scale.labels))
		}
		e.maximiseColumn(0, &matched)
		sum, levels := 0.0, e.model.Comparisons[0].Levels
		for _, l := range levels {
			sum += l.M
		}
		if last := levels[len(levels)-1]; last.M > scale.mostDiffer() || math.Abs(sum-1) > leastM*float64(len(levels)) {
			r.Fatalf("of %d levels the last has m %v, all have %v", len(levels), last.M, sum)
		}
	})
}

// Where all that agree hold values of two records, no such value is more frequent than
// another, and sharing one weighs what the level weighs.
func TestFrequencyIsOfSharedValues(t *testing.T) {
	b, err := records.NewBuilder([]records.Field{{Name: "firm", Kind: records.FirmName}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		name := i
		if i < 40 {
			name = i / 2
		}
		b.Add("s", strconv.Itoa(i), [][]string{{"firm " + strconv.Itoa(name)}})
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	m := prior(recs)
	m.frequencies(recs)
	if c := m.Comparisons[0]; len(c.Frequency) != 0 || math.Abs(c.Rare/c.Levels[0].U-1) > 1e-9 {
		t.Errorf("sharing a value of two records has a chance of %v and %v, the level %v", c.Rare, c.Frequency, c.Levels[0].U)
	}
}

// What a pair could weigh at most is what equal values weigh, and the prior alone for
// records with nothing in common to compare.
func TestMost(t *testing.T) {
	b, err := records.NewBuilder([]records.Field{{Name: "given", Kind: records.GivenName}, {Name: "town", Kind: records.Town}})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range [][][]string{{{"anna"}, nil}, {nil, {"gent"}}, {{"els"}, {"brugge"}}} {
		b.Add("s", strconv.Itoa(i), row)
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	s, err := prior(recs).Bind(recs)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Most(0, 1), s.Model.PriorBits(); math.Abs(got-want) > 1e-3 {
		t.Errorf("with nothing to compare a pair weighs %v at most, want the prior of %v", got, want)
	}
	if got, want := s.Most(0, 2), s.Model.PriorBits()+s.Model.Comparisons[0].Levels[0].Bits; math.Abs(got-want) > 1e-3 {
		t.Errorf("with given names to compare a pair weighs %v at most, want %v", got, want)
	}
}

func TestProbability(t *testing.T) {
	for bits, want := range map[float64]float64{0: .5, 1: 2.0 / 3, -1: 1.0 / 3, 5000: 1, -5000: 0} {
		if got := Probability(bits); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v bits are a probability of %v, want %v", bits, got, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		bits := rapid.Float64Range(-40, 40).Draw(r, "bits")
		if back := Bits(Probability(bits)); math.Abs(back-bits) > 1e-3 {
			r.Fatalf("%v bits come back as %v", bits, back)
		}
	})
}

func TestLevels(t *testing.T) {
	named := func(level func(x, y *name) uint8) func(a, b string) uint8 {
		return func(a, b string) uint8 {
			names := namesOf([]string{a, b})
			return level(&names[0], &names[1])
		}
	}
	given, family := named(givenLevel), named(familyLevel)
	email := func(a, b string) uint8 { return newMailboxes([]string{a, b}).level(0, 1) }
	house := func(a, b string) uint8 { return newHouses([]string{a, b}).level(0, 1) }
	phone := func(a, b string) uint8 { return newPhones([]string{a, b}).level(0, 1) }
	birth := func(a, b string) uint8 {
		return newDates(&records.Column{Values: []string{a, b}, Day: []int32{records.NoDay, records.NoDay}}).birthLevel(0, 1)
	}
	for _, c := range []struct {
		name  string
		level func(a, b string) uint8
		a, b  string
		want  uint8
	}{
		{"given", given, "robert", "robret", 2},
		{"given", given, "robert", "bob", 3},
		{"given", given, "r", "robert", 4},
		{"given", given, "jan", "piet", 7},
		{"family", family, "claes", "claeys", 2},
		{"family", family, "smith jones", "jones", 4},
		{"family", family, "maes", "wouters", 7},
		{"birth date", birth, "19710624", "19710642", 2},
		{"birth date", birth, "19711206", "19710612", 2},
		{"birth date", birth, "19710624", "19580624", 3},
		{"birth date", birth, "19710624", "20031101", 6},
		{"house", house, "7954-58", "7956", 2},
		{"house", house, "12a", "12", 2},
		{"house", house, "112", "121", 3},
		{"house", house, "5", "6", 4},
		{"postcode", postcodeLevel, "9000", "9001", 2},
		{"postcode", postcodeLevel, "9000", "9052", 3},
		{"postcode", postcodeLevel, "9000", "1050", 4},
		{"e-mail", email, "jan.claes@firm.be", "jan.cleas@firm.be", 2},
		{"e-mail", email, "jan.claes@firm.be", "jan.claes@other.org", 3},
		{"e-mail", email, "jan7@firm.be", "jan12@firm.be", 5},
		{"e-mail", email, "jan7@gmail.com", "jan12@gmail.com", 6},
		{"phone", phone, "32475123456", "475123456", 2},
		{"phone", phone, "32475123456", "32475123465", 3},
		{"phone", phone, "32475123456", "0033475123456", 2},
		{"phone", phone, "32475123456", "32475123499", 4},
		{"phone", phone, "3200000000", "0000000", 2},
		{"phone", phone, "12345", "12346", 3},
		{"e-mail", email, "christophe.vandenberghe@gmail.com", "christophe.vandenbergeh@gmail.be", 4},
		{"e-mail", email, "piet@firm.be", "marie@firm.be", 5},
		{"e-mail", email, "piet@gmail.com", "marie@gmail.com", 6},
		{"host", hostLevel, "firm.be", "firm.com", 2},
		{"identifier", identifierLevel, "1234567", "1234576", 2},
		{"identifier", identifierLevel, "1234567", "7654321", 4},
	} {
		if got, back := c.level(c.a, c.b), c.level(c.b, c.a); got != c.want || back != got {
			t.Errorf("%s: %s and %s are at level %d, the other way %d, want %d", c.name, c.a, c.b, got, back, c.want)
		}
	}
}

// edits is the number of edits between two texts, however many.
func edits(a, b string) int {
	d, _ := compare.Within(a, b, len(a)+len(b))
	return d
}

// Sketches never tell texts apart that are few edits apart, or alike.
func TestSketchesAllow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := rapid.StringOfN(rapid.RuneFrom([]rune("abcdexyz 0123@.-_é漢")), 0, 12, -1).Draw(r, "a")
		text := []rune(a)
		for range rapid.IntRange(0, 4).Draw(r, "edits") {
			at := rapid.IntRange(0, len(text)).Draw(r, "at")
			text = append(text[:at:at], append([]rune{rapid.RuneFrom([]rune("abqz19@ üß")).Draw(r, "in")}, text[min(at+rapid.IntRange(0, 1).Draw(r, "out"), len(text)):]...)...)
		}
		b := string(text)
		x, y := sketchOf(a), sketchOf(b)
		if d := edits(a, b); !x.within(y, d) || !y.within(x, d) {
			r.Fatalf("%q and %q are %d edits apart and can't be by their sketches", a, b, d)
		}
		if s := compare.JaroWinkler(a, b); !x.alike(y, s) || !y.alike(x, s) {
			r.Fatalf("%q and %q are alike by %v and can't be by their sketches", a, b, s)
		}
	})
}

// What is held of names and dates changes no level.
func TestHeldAndPlainNames(t *testing.T) {
	given := func(a, b string) uint8 {
		switch {
		case typo(a, b):
			return 2
		case compare.AgreeByInitial(a, b):
			return 4
		case compare.SameGiven(a, b) || compare.JaroWinkler(a, b) >= .85 || firstWord(a) == firstWord(b):
			return 3
		}
		return 7
	}
	family := func(a, b string) uint8 {
		switch {
		case typo(a, b) || compare.SameJoined(a, b):
			return 2
		case compare.JaroWinkler(a, b) >= .86:
			return 3
		case slices.ContainsFunc(strings.Fields(a), func(w string) bool { return len(w) > 2 && slices.Contains(strings.Fields(b), w) }):
			return 4
		}
		return 7
	}
	birth := func(a, b string) uint8 {
		same := 0
		for _, part := range [][2]int{{0, 4}, {4, 6}, {6, 8}} {
			if a[part[0]:part[1]] == b[part[0]:part[1]] {
				same++
			}
		}
		switch {
		case edits(a, b) <= 1 || a[:4] == b[:4] && a[4:6] == b[6:] && a[6:] == b[4:6]:
			return 2
		case same == 2:
			return 3
		}
		return 6
	}
	name := rapid.StringMatching(`(jan|jean|jos|piet|jp|j|é|els|elisabeth|[a-e]{1,6})( (jan|piet|p|van|de|b|[a-e]{2,6})){0,2}`)
	date := rapid.StringMatching(`19[67][0-9](0[1-9]|1[012])(0[1-9]|1[012]|2[0-9])`)
	rapid.Check(t, func(r *rapid.T) {
		v := []string{name.Draw(r, "name"), name.Draw(r, "other")}
		if cut := rapid.IntRange(0, min(len(v[0]), len(v[1]))).Draw(r, "cut"); rapid.Bool().Draw(r, "near") {
			v[1] = strings.ToValidUTF8(v[0][:cut]+v[1][cut:], "")
		}
		if v[0] != v[1] {
			names := namesOf(v)
			if held := givenLevel(&names[0], &names[1]); held != given(v[0], v[1]) {
				r.Fatalf("given names %q are at level %d, want %d", v, held, given(v[0], v[1]))
			}
			if held := familyLevel(&names[0], &names[1]); held != family(v[0], v[1]) {
				r.Fatalf("family names %q are at level %d, want %d", v, held, family(v[0], v[1]))
			}
		}
		v = []string{date.Draw(r, "date"), date.Draw(r, "other date")}
		if rapid.Bool().Draw(r, "swap") {
			at := rapid.IntRange(0, 6).Draw(r, "at")
			v[1] = v[0][:at] + v[0][at+1:at+2] + v[0][at:at+1] + v[0][at+2:]
		}
		if v[0] != v[1] {
			if held := newDates(&records.Column{Values: v, Day: []int32{records.NoDay, records.NoDay}}).birthLevel(0, 1); held != birth(v[0], v[1]) {
				r.Fatalf("dates %q are at level %d, want %d", v, held, birth(v[0], v[1]))
			}
		}
	})
}

// What is held of addresses and numbers changes no level.
func TestHeldAndPlainLevels(t *testing.T) {
	mail := func(a, b string) uint8 {
		la, da, _ := strings.Cut(a, "@")
		lb, db, _ := strings.Cut(b, "@")
		few := edits(a, b) <= 2
		switch {
		case numbered(la, lb):
		case few:
			return 2
		case la == lb && len(la) >= 4:
			return 3
		case compare.JaroWinkler(a, b) >= .92 && typo(la, lb):
			return 4
		case len(numberIn(la)) >= 3 && numberIn(la) == numberIn(lb):
			return 4
		}
		if da == db && da != "" && !normalize.IsPublicMailHost(da) {
			return 5
		}
		return 6
	}
	phone := func(a, b string) uint8 {
		if n := compare.CommonTail(a, b); n >= 7 && n == min(len(a), len(b)) || n >= 9 {
			return 2
		}
		if edits(a, b) <= 1 {
			return 3
		}
		return 4
	}
	house := func(a, b string) uint8 {
		fromA, toA := numbers(a)
		fromB, toB := numbers(b)
		if fromA > 0 && fromB > 0 && fromA <= toB && fromB <= toA {
			return 2
		}
		if edits(a, b) <= 1 && min(len(a), len(b)) >= 2 {
			return 3
		}
		return 4
	}
	rapid.Check(t, func(r *rapid.T) {
		draw := func(pattern, label string) []string {
			a, b := rapid.StringMatching(pattern).Draw(r, label), rapid.StringMatching(pattern).Draw(r, label)
			if cut := rapid.IntRange(0, len(a)).Draw(r, "cut"); rapid.Bool().Draw(r, "near") {
				b = a[:cut] + b[min(cut, len(b)):] // begins as the other
			}
			return []string{a, b}
		}
		if v := draw(`[ab12]{0,5}[a-c.]{0,4}[0-9]{0,2}(@(gmail\.com|firm\.be|firm\.bz))?`, "mail"); v[0] != v[1] {
			if held := newMailboxes(v).level(0, 1); held != mail(v[0], v[1]) {
				r.Fatalf("%q are at level %d, want %d", v, held, mail(v[0], v[1]))
			}
		}
		if v := draw(`0{0,3}[0-3]{0,4}[0-9]{5,9}`, "phone"); v[0] != v[1] {
			if held := newPhones(v).level(0, 1); held != phone(v[0], v[1]) {
				r.Fatalf("%q are at level %d, want %d", v, held, phone(v[0], v[1]))
			}
		}
		if v := draw(`[1-3]{0,3}[a-]?[12]{0,2}`, "house"); v[0] != v[1] {
			if held := newHouses(v).level(0, 1); held != house(v[0], v[1]) {
				r.Fatalf("%q are at level %d, want %d", v, held, house(v[0], v[1]))
			}
		}
	})
}

func TestAbbreviates(t *testing.T) {
	for _, c := range []struct {
		short, long string
		want        bool
	}{
		{"log", "logistics", true}, {"mfg", "manufacturing", true}, {"pkg", "packaging", true}, {"l", "logistics", false}, {"log", "plastics", false},
	} {
		if got := abbreviates(c.short, c.long); got != c.want {
			t.Errorf("%s abbreviates %s: %v, want %v", c.short, c.long, got, c.want)
		}
	}
}

// Two records that want the same counterpart: the better one has it, and the other
// takes what is left when nearly all have a match.
func TestCompete(t *testing.T) {
	b, err := records.NewBuilder([]records.Field{{Name: "t", Kind: records.Town}})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a1", "a2", "b1", "b2"} {
		b.Add(id[:1], id, [][]string{nil})
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	pairs := []blocking.Pair{{A: 0, B: 2}, {A: 0, B: 3}, {A: 1, B: 2}, {A: 1, B: 3}}
	bits := []float64{12, 2, 8, 1}
	Compete(recs, recs.Source, pairs, bits, -1)
	if bits[0] < 1 || bits[2] > -1 || bits[1] > -1 || bits[3] < bits[2] || bits[3] < 0 {
		t.Errorf("in competition the pairs weigh %v", bits)
	}
}
