package demo

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"
)

// TestEveryRecordCanBeFound holds the promise that every record agrees in at
// least two informative fields with the customer's first record: first by the
// values that the records hold, then by the text that is in the files.
func TestEveryRecordCanBeFound(t *testing.T) {
	g, err := newGenerator(Options{Customers: 4000, Seed: 11, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	pairs := 0
	for i := range g.Customers {
		c := g.customer(i)
		records := g.records(c)
		if len(records) < 1 || len(records) > 5 {
			t.Fatalf("customer %d has %d records, want 1 to 5", i, len(records))
		}
		anchor := g.render(c, &records[0])
		for k := 1; k < len(records); k++ {
			pairs++
			if got := c.agreement(&records[0], &records[k]); got < enough {
				t.Errorf("customer %d: record %d agrees by %d points with the first, want %d", i, k, got, enough)
			}
			other := g.render(c, &records[k])
			if fields := agreeing(&anchor, &other); fields < 2 {
				t.Errorf("customer %d (%v): record %d from %v agrees in %d fields", i, c.kind, k, records[k].source, fields)
			}
		}
	}
	if pairs < 3000 {
		t.Errorf("only %d pairs were looked at", pairs)
	}
}

// agreeing counts the fields that agree, at least roughly, in two texts.
func agreeing(a, b *fields) int {
	n := 0
	same := func(x, y string) { count(&n, x != "" && x == y) }
	near := func(x, y string) { count(&n, x != "" && y != "" && overlap(x, y) >= 0.5) }
	same(validNumber(a.vat), validNumber(b.vat))
	same(strings.ToLower(a.mail), strings.ToLower(b.mail))
	same(lastDigits(a.phone), lastDigits(b.phone))
	count(&n, sameWord(a.nameLine(), b.nameLine()))
	near(a.street+a.house, b.street+b.house)
	if a.postcode != "" && a.postcode == b.postcode {
		n++
	} else {
		near(a.town, b.town)
	}
	return n
}

// sameWord reports whether a word of four letters or more is, roughly, in both names.
func sameWord(a, b string) bool {
	for _, word := range strings.Fields(a) {
		if len(slug(word)) >= 4 && overlap(word, b) >= 0.5 {
			return true
		}
	}
	return overlap(a, b) >= 0.5
}

// lastDigits is a phone number without country and zone prefix forms.
func lastDigits(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	return digits[max(0, len(digits)-8):]
}

// overlap is the share of the shorter text's pairs of letters that the longer
// one has too.
func overlap(x, y string) float64 {
	x, y = slug(x), slug(y)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 2 {
		return 0
	}
	hits := 0
	for i := range len(x) - 1 {
		count(&hits, strings.Contains(y, x[i:i+2]))
	}
	return float64(hits) / float64(len(x)-1)
}

func TestNumbersAndPhonesAreValidAndNobodyElses(t *testing.T) {
	g, err := newGenerator(Options{Customers: 20_000, Seed: 5, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	numbers, mobiles, mails := map[string]bool{}, map[phone]bool{}, map[string]bool{}
	wrong, lines := 0, 0
	for i := range g.Customers {
		c := g.customer(i)
		if c.number != "" {
			if validNumber(c.number) == "" {
				t.Fatalf("customer %d has an enterprise number with a wrong check", i)
			}
			if numbers[c.number] {
				t.Fatalf("customer %d has another's enterprise number", i)
			}
			numbers[c.number] = true
			if validNumber(garbleNumber(newDice(1, streamCore, i), c.number)) != "" {
				t.Errorf("customer %d: the garbled number still passes", i)
			}
		}
		if mobiles[c.mobile] {
			t.Fatalf("customer %d has another's mobile", i)
		}
		mobiles[c.mobile] = true
		for _, mail := range []string{c.mail, c.otherMail} {
			if !strings.HasSuffix(mail, ".example") && mails[mail] && c.mail != c.otherMail {
				t.Errorf("customer %d has another's mailbox", i)
			}
			mails[mail] = true
		}
		for _, p := range []phone{c.mobile, c.landline} {
			if !p.some() {
				continue
			}
			lines++
			d := newDice(2, streamCore, i)
			number, err := phonenumbers.Parse(p.write(d), p.country)
			count(&wrong, err != nil || !phonenumbers.IsValidNumber(number))
		}
	}
	if share := float64(wrong) / float64(lines); share > 0.01 {
		t.Errorf("%.1f %% of %d phones are not valid in their country", 100*share, lines)
	}
}

func TestPermuteIsOneToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		key := rapid.Uint64().Draw(t, "key")
		seen := make([]bool, n)
		for i := range n {
			at := permute(i, n, key)
			if at < 0 || at >= n || seen[at] {
				t.Fatalf("%d goes to %d", i, at)
			}
			seen[at] = true
		}
	})
}

func TestMistypeStaysNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abcdezéàöß -.")), 0, 30, -1).Draw(t, "text")
		d := newDice(rapid.Uint64().Draw(t, "seed"), streamCore, 0)
		got, want := []rune(mistype(d, text)), []rune(text)
		if len(got) < len(want)-1 || len(got) > len(want)+1 {
			t.Fatalf("%q became %q", text, string(got))
		}
		if len(want) < 4 && string(got) != text || len(want) > 0 && got[0] != want[0] {
			t.Fatalf("%q became %q", text, string(got))
		}
	})
}

func TestHouseholdsAndNamesakesOccur(t *testing.T) {
	g, err := newGenerator(Options{Customers: 4000, Seed: 5, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	together, namesakes, branches, moved := 0, 0, 0, 0
	for i := 2; i < g.Customers; i++ {
		c, before := g.customer(i), g.customer(i-1)
		if i%2 == 1 && c.kind == private && c.home == before.home {
			together++
			if c.person.given == before.person.given || c.landline != before.landline && before.landline.some() {
				t.Errorf("customers %d and %d live together like one person, or with two lines", i-1, i)
			}
		}
		two := g.customer(i - 2)
		count(&namesakes, c.kind == private && c.person == two.person && c.home.town == two.home.town && c.home != two.home)
		for _, r := range g.records(c) {
			count(&branches, r.role == branch)
			count(&moved, r.place == other)
		}
	}
	if together < 100 || namesakes < 20 || branches < 50 || moved < 100 {
		t.Errorf("%d households, %d namesakes, %d branches, %d old addresses", together, namesakes, branches, moved)
	}
}

func TestListsAreLongEnough(t *testing.T) {
	tests := []struct {
		name string
		got  []string
		want int
	}{
		{"Dutch given names", givenNames[dutch], 150}, {"French given names", givenNames[french], 150},
		{"German given names", givenNames[german], 60}, {"English given names", givenNames[english], 60},
		{"Dutch family names", familyNames[dutch], 200}, {"French family names", familyNames[french], 200},
		{"German family names", familyNames[german], 60}, {"English family names", familyNames[english], 60},
	}
	for _, test := range tests {
		seen := map[string]bool{}
		for _, name := range test.got {
			if seen[name] || name == "" || slug(name) == "" {
				t.Errorf("%s: %q is empty or there twice", test.name, name)
			}
			seen[name] = true
		}
		if len(seen) < test.want {
			t.Errorf("%s: %d, want %d", test.name, len(seen), test.want)
		}
	}
	if len(belgianTowns) < 120 || len(dutchTowns) < 40 || len(streets) < 100 || len(trades) < 60 {
		t.Errorf("%d Belgian towns, %d Dutch towns, %d streets, %d trades", len(belgianTowns), len(dutchTowns), len(streets), len(trades))
	}
	for _, towns := range [][]town{belgianTowns, dutchTowns} {
		var upTo float64
		for _, place := range towns {
			if place.upTo <= upTo || len(place.postcode) != 4 || !strings.HasPrefix(place.zone, "0") {
				t.Errorf("town %s is not whole", place.dutch)
			}
			upTo = place.upTo
		}
	}
	for _, a := range articles {
		if a.price <= a.cost || a.cost <= 0 {
			t.Errorf("article %s costs %d and sells at %d", a.code, a.cost, a.price)
		}
	}
}
