package match_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/transforms/match"
	"clientele/transforms/match/blocking"
)

// book keeps matchings in memory, and knows the parties of tonight by number.
type book struct {
	mu      sync.Mutex
	engine  *match.Probabilistic
	numbers map[match.Record]int32
	parties map[int32]map[string]string
	parts   map[string]map[blocking.Part]bool
	pairs   map[string]map[[2]int32]match.KeptPair
	loaded  map[int32]bool // parties that were read
}

func newBook() *book {
	return &book{numbers: map[match.Record]int32{}, parts: map[string]map[blocking.Part]bool{}, pairs: map[string]map[[2]int32]match.KeptPair{}}
}

func (b *book) Parts(kind string, parts []blocking.Part) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.parts[kind] == nil {
		b.parts[kind] = map[blocking.Part]bool{}
	}
	for _, p := range parts {
		if b.parts[kind][p] {
			return fmt.Errorf("%v is kept twice", p)
		}
		b.parts[kind][p] = true
	}
	return nil
}

func (b *book) Pairs(kind string, pairs []match.KeptPair) error {
	if b.pairs[kind] == nil {
		b.pairs[kind] = map[[2]int32]match.KeptPair{}
	}
	for _, p := range pairs {
		b.pairs[kind][[2]int32{p.A, p.B}] = p
	}
	return nil
}

func (b *book) Anew(kind string, parties []int32) error {
	gone := map[int32]bool{}
	for _, p := range parties {
		gone[p] = true
	}
	maps.DeleteFunc(b.parts[kind], func(p blocking.Part, _ bool) bool { return gone[p.Record] })
	maps.DeleteFunc(b.pairs[kind], func(p [2]int32, _ match.KeptPair) bool { return gone[p[0]] || gone[p[1]] })
	return nil
}

// kept is a book as it was before the night that is written into it.
type kept struct{ *book }

type keptBlocks map[blocking.Part]bool

func (k kept) Blocks(kind string) blocking.Kept { return keptBlocks(maps.Clone(k.parts[kind])) }

func (k kept) Pairs(kind string) ([]match.KeptPair, error) {
	return slices.Collect(maps.Values(k.pairs[kind])), nil
}

func (k kept) Numbers(records []match.Record) (map[match.Record]int32, error) {
	out := map[match.Record]int32{}
	for _, r := range records {
		if n, ok := k.numbers[r]; ok {
			out[r] = n
		}
	}
	return out, nil
}

func (k kept) Parties(numbers []int32) match.Reader {
	var some []map[string]string
	for _, n := range numbers {
		k.loaded[n] = true
		if p, ok := k.parties[n]; ok {
			some = append(some, p)
		}
	}
	inOrder(some)
	return func(each func(arrow.Record) error) error {
		return readFor(k.engine, some, 7)(func(rec arrow.Record) error {
			b := array.NewInt64Builder(memory.DefaultAllocator)
			for i := range int(rec.NumRows()) {
				source, id := rec.Column(0).(*array.String).Value(i), rec.Column(1).(*array.String).Value(i)
				b.Append(int64(k.numbers[match.Record{Source: source, ID: id}]))
			}
			fields := append(slices.Clone(rec.Schema().Fields()), arrow.Field{Name: match.Number, Type: arrow.PrimitiveTypes.Int64})
			return each(array.NewRecord(arrow.NewSchema(fields, nil), append(slices.Clone(rec.Columns()), b.NewArray()), rec.NumRows()))
		})
	}
}

func (k keptBlocks) Sizes(blocks []blocking.ID) (map[blocking.ID]int32, error) {
	members, _ := k.Members(blocks)
	out := map[blocking.ID]int32{}
	for _, m := range members {
		out[m.Block]++
	}
	return out, nil
}

func (k keptBlocks) Members(blocks []blocking.ID) (out []blocking.Part, _ error) {
	wanted := map[blocking.ID]bool{}
	for _, b := range blocks {
		wanted[b] = true
	}
	for p := range k {
		if wanted[p.Block] {
			out = append(out, p)
		}
	}
	return out, nil
}

func (k keptBlocks) Parts(records []int32) (out []blocking.Part, _ error) {
	for p := range k {
		if slices.Contains(records, p.Record) {
			out = append(out, p)
		}
	}
	return out, nil
}

// inOrder puts parties in the order in which they found clusters.
func inOrder(parties []map[string]string) {
	slices.SortFunc(parties, func(a, b map[string]string) int {
		return cmp.Or(strings.Compare(a["source"], b["source"]), strings.Compare(a["record_id"], b["record_id"]))
	})
}

// told is what is told of a party, and of pairs.
type told struct {
	Root, Rule  string
	Probability float64
}

func tellAll(c *match.Clusters) (map[string]told, map[string]float64) {
	parties, grey := map[string]told{}, map[string]float64{}
	for i, p := range c.Parties {
		root := c.Parties[c.Root[i]]
		parties[p.Source+" "+p.Record] = told{root.Source + " " + root.Record, c.Rule[i], c.Probability[i]}
	}
	for _, g := range c.Grey {
		grey[g.Kind+" "+g.A.Source+" "+g.A.ID+" "+g.B.Source+" "+g.B.ID] = g.Bits
	}
	return parties, grey
}

// crowd draws parties of few names in few places, so that blocks are large.
type crowd struct{ dice *rand.Rand }

func (w crowd) one(words ...string) string { return words[w.dice.IntN(len(words))] }

func (w crowd) party(source, id string) map[string]string {
	p := map[string]string{"source": source, "record_id": id, "kind": "person",
		"given_name": w.one("jan", "piet", "els", "mia", "joris"), "family_name": w.one("claes", "claeys", "maes", "peeters"),
		"street": w.one("kerkstraat", "dorp", "markt"), "house_number": w.one("1", "2", "3"), "postcode": w.one("1000", "2000", "3000"),
		"phone": w.one("", "", "+32475000001", "+32475000002", "+32475000003"), "email": w.one("", "", "", "a@mail.example", "b@mail.example"),
	}
	if w.dice.IntN(3) == 0 {
		p["kind"], p["name"] = "organisation", p["given_name"]+" "+p["family_name"]+" "+w.one("bvba", "trading", "")
		delete(p, "given_name")
		delete(p, "family_name")
	}
	return p
}

// crowdModels are models of a crowd, under plans of rules that find large blocks.
var crowdModels = sync.OnceValue(func() match.Models {
	var parties []map[string]string
	w := crowd{rand.New(rand.NewPCG(1, 2))}
	for i := range 300 {
		parties = append(parties, w.party("abc"[i%3:i%3+1], fmt.Sprint(i)))
	}
	e := &match.Probabilistic{}
	c, err := e.Cluster(context.Background(), readFor(e, parties, 100))
	if err != nil {
		panic(err)
	}
	rules := map[string][]string{
		match.KindPerson:       {"family_name exact + given_name initial", "family_name sound", "postcode exact + street exact", "phone exact"},
		match.KindOrganisation: {"name word", "street exact + house_number exact"},
		match.KindContact:      {"phone exact", "name word"},
	}
	splits := map[string][]string{
		match.KindPerson:       {"phone", "email", "street", "given_name", "house_number", "postcode"},
		match.KindOrganisation: {"phone", "postcode"},
		match.KindContact:      {"house_number", "name", "street", "postcode", "email"},
	}
	for kind, m := range c.Models {
		m.Plan = &blocking.Plan{}
		for _, rule := range rules[kind] {
			var keys []blocking.Key
			for _, key := range strings.Split(rule, " + ") {
				column, by, _ := strings.Cut(key, " ")
				keys = append(keys, blocking.Key{Column: column, By: by})
			}
			m.Plan.Rules = append(m.Plan.Rules, blocking.PlannedRule{Rule: blocking.Rule{Keys: keys}})
		}
		for _, column := range splits[kind] {
			m.Plan.Splits = append(m.Plan.Splits, blocking.Key{Column: column, By: "exact"})
		}
	}
	return c.Models
})

// Matching what changed, night by night, gives what matching all parties gives: clusters,
// rules, probabilities, pairs to be asked about, and what is kept for the next night. Blocks
// are small, so that they are split, are so no more, and come down to windows.
func TestRematchIsCluster(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := crowd{rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 3))}
		largest := rapid.SampledFrom([]int{2, 3, 5, 8, 200}).Draw(r, "largest block")
		models := match.Models{}
		for kind, m := range crowdModels() {
			own, plan := *m, *m.Plan
			plan.LargestBlock = largest
			own.Plan = &plan
			models[kind] = &own
		}
		accept := rapid.SampledFrom([]float64{.3, .7, .95}).Draw(r, "accept above")
		engine := func(d match.Decisions, keep match.Keeper) *match.Probabilistic {
			return &match.Probabilistic{AcceptAbove: accept, ReviewAbove: .1, Models: models, Decided: d, Keep: keep}
		}
		parties, last := map[match.Record]map[string]string{}, 0
		add := func() match.Record {
			last++
			key := match.Record{Source: w.one("a", "b", "c"), ID: fmt.Sprint(last)}
			parties[key] = w.party(key.Source, key.ID)
			return key
		}
		for _, kind := range []string{"person", "person", "organisation", "organisation"} { // of each kind there are always two
			for key := add(); parties[key]["kind"] != kind; {
				parties[key] = w.party(key.Source, key.ID)
			}
		}
		for range rapid.IntRange(0, 60).Draw(r, "parties") {
			add()
		}
		all := func() (out []map[string]string) {
			for _, p := range parties {
				out = append(out, p)
			}
			inOrder(out)
			return out
		}
		var decided match.Decisions
		base := newBook()
		base.engine = engine(decided, nil)
		whole := engine(decided, base)
		first := joined(r, whole, all(), 10)
		for _, p := range first.Parties {
			base.numbers[match.Record{Source: p.Source, ID: p.Record}] = p.Number
		}
		toldParties, toldGrey := tellAll(first)
		for range rapid.IntRange(1, 4).Draw(r, "nights") {
			var ch match.Changes
			ch.Most = 1 << 30
			keys := slices.SortedFunc(maps.Keys(parties), func(a, b match.Record) int {
				return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.ID, b.ID))
			})
			for _, key := range keys {
				if len(key.ID) == 1 && key.ID < "5" {
					continue
				}
				switch w.dice.IntN(12) {
				case 0:
					delete(parties, key)
				case 1:
					other := w.party(key.Source, key.ID)
					if w.dice.IntN(2) == 0 { // of one value
						other = maps.Clone(parties[key])
						other["phone"] = w.one("", "+32475000001", "+32475000004")
					}
					parties[key] = other
					ch.Came = append(ch.Came, base.numbers[key])
				default:
					continue
				}
				ch.Left = append(ch.Left, base.numbers[key])
			}
			for range rapid.IntRange(0, 6).Draw(r, "new") {
				key := add()
				base.numbers[key] = int32(last) + 1000
				ch.Came = append(ch.Came, base.numbers[key])
			}
			if len(keys) > 1 {
				link := match.Link{A: keys[w.dice.IntN(len(keys))], B: keys[w.dice.IntN(len(keys))]}
				switch same := w.dice.IntN(4); {
				case link.A == link.B:
				case same == 0 && len(decided.Against(link, true)) == 0:
					decided.Same = append(slices.Clone(decided.Same), link)
					ch.Decided = []match.Record{link.A, link.B}
				case same == 1 && len(decided.Against(link, false)) == 0:
					decided.Different = append(slices.Clone(decided.Different), link)
					ch.Decided = []match.Record{link.A, link.B}
				case same == 2 && len(decided.Same) > 0:
					ch.Decided = []match.Record{decided.Same[0].A, decided.Same[0].B}
					decided.Same = decided.Same[1:]
				}
			}
			base.parties, base.loaded = map[int32]map[string]string{}, map[int32]bool{}
			for key, p := range parties {
				base.parties[base.numbers[key]] = p
			}
			afresh := newBook()
			full := joined(r, engine(decided, afresh), all(), 10)
			part, err := engine(decided, base).Rematch(context.Background(), kept{base}, ch)
			if err != nil {
				r.Fatal(err)
			}
			wantParties, wantGrey := tellAll(full)
			gotParties, gotGrey := tellAll(part)
			looked := map[string]bool{}
			for key, n := range base.numbers {
				name := key.Source + " " + key.ID
				if _, there := gotParties[name]; there || slices.Contains(ch.Left, n) {
					looked[name] = true
				}
				if slices.Contains(ch.Left, n) {
					delete(toldParties, name)
				}
			}
			maps.Copy(toldParties, gotParties)
			maps.DeleteFunc(toldGrey, func(pair string, _ float64) bool {
				f := strings.Fields(pair)
				return looked[f[1]+" "+f[2]] && looked[f[3]+" "+f[4]]
			})
			maps.Copy(toldGrey, gotGrey)
			if d := diff.Diff(wantParties, toldParties); d != "" {
				r.Fatalf("parties, all matched (-) and what changed (+):\n%s", d)
			}
			if d := diff.Diff(wantGrey, toldGrey); d != "" {
				r.Fatalf("pairs to be asked about, all matched (-) and what changed (+):\n%s", d)
			}
			renumber := map[int32]int32{}
			for _, p := range full.Parties {
				renumber[p.Number] = base.numbers[match.Record{Source: p.Source, ID: p.Record}]
			}
			if d := diff.Diff(afresh.as(renumber), base.as(nil)); d != "" {
				r.Fatalf("what is kept, of all (-) and of what changed (+):\n%s", d)
			}
		}
	})
}

// as tells what a book keeps, by other numbers.
func (b *book) as(numbers map[int32]int32) (out []string) {
	n := func(i int32) int32 {
		if numbers == nil {
			return i
		}
		return numbers[i]
	}
	for kind, parts := range b.parts {
		for p := range parts {
			out = append(out, fmt.Sprintf("%s %x of %x holds %d", kind, p.Block, p.Of, n(p.Record)))
		}
	}
	for kind, pairs := range b.pairs {
		for _, p := range pairs {
			one, other := n(p.A), n(p.B)
			out = append(out, fmt.Sprintf("%s %d with %d weighs %v by %d", kind, min(one, other), max(one, other), p.Bits, p.Rule))
		}
	}
	slices.Sort(out)
	return out
}

// Whom no change concerns is not read.
func TestRematchReadsFew(t *testing.T) {
	parties := neighbourhood(6, 300)
	inOrder(parties)
	base := newBook()
	base.engine = &match.Probabilistic{Models: crowdModels(), Keep: base}
	base.parties, base.loaded = map[int32]map[string]string{}, map[int32]bool{}
	for i, p := range joined(t, base.engine, parties, 100).Parties {
		base.numbers[match.Record{Source: p.Source, ID: p.Record}] = p.Number
		base.parties[p.Number] = parties[i]
	}
	person := int32(1)
	for base.parties[person]["kind"] != "person" {
		person++
	}
	base.parties[person] = maps.Clone(base.parties[person])
	base.parties[person]["house_number"] = "1000"
	for _, c := range []struct {
		most int
		want error
	}{{100, nil}, {0, match.ErrWhole}} {
		found, err := base.engine.Rematch(context.Background(), kept{base}, match.Changes{Came: []int32{person}, Left: []int32{person}, Most: c.most})
		if !errors.Is(err, c.want) {
			t.Fatalf("with at most %d parties to look at, the error is %v, want %v", c.most, err, c.want)
		}
		if err == nil && (len(base.loaded) == 0 || len(found.Parties) == 0) {
			t.Errorf("%d parties were read and %d told anew: this proves nothing", len(base.loaded), len(found.Parties))
		}
	}
	if n := len(base.loaded); n > 60 {
		t.Errorf("%d of %d parties were read for one that changed", n, len(parties))
	}
}
