package match

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
)

// Rematch is Cluster when few parties changed since what is kept: it reads those and whom they
// share a block with, compares the pairs of which one changed, and joins anew whom the pairs
// that came out otherwise concern. It returns the parties of the clusters that may be others
// than before, and of the pairs to be asked about those between two of them. All else is
// as it was: with the models that it was kept under, the outcome is that of Cluster on all
// parties. Where it can't be, the error is ErrWhole.
func (p *Probabilistic) Rematch(ctx context.Context, kept Kept, ch Changes) (*Clusters, error) {
	r := &rematch{Probabilistic: p, kept: kept, changes: ch}
	if err := r.find(ctx); err != nil {
		return nil, fmt.Errorf("find whom changes concern: %w", err)
	}
	if err := r.compare(ctx); err != nil {
		return nil, fmt.Errorf("compare what changed: %w", err)
	}
	c, err := r.join(ctx)
	if err != nil {
		return nil, fmt.Errorf("join what changed: %w", err)
	}
	return c, nil
}

// rematch is a Rematch under way.
type rematch struct {
	*Probabilistic
	kept    Kept
	changes Changes
	pools   []*changedPool
}

// changedPool is what changes in the parties of one kind.
type changedPool struct {
	kind   string
	came   []int32           // parties of the kind that are new or have other values
	model  *model.Model      // nil where there are no two parties
	blocks *blocking.Changed // nil likewise
	accept float64           // bits from which a pair is a match
	pairs  []KeptPair        // as they are now, in their order
	told   []int32           // parties whose pairs came out otherwise
}

// numbers are those of the parties of a pool, in the order of records.
func (o *pool) numbers(c *Clusters, recs *records.Records) []int32 {
	out := make([]int32, recs.Len())
	for i := range out {
		out[i] = c.Parties[o.parties[recs.Input(int32(i))]].Number
	}
	return out
}

// everyone are the parts that count the parties of a pool.
func everyone(numbers []int32) []blocking.Part {
	out := make([]blocking.Part, len(numbers))
	for i, number := range numbers {
		out[i] = blocking.Part{Block: blocking.Everyone, Record: number}
	}
	return out
}

// find tells which blocks the parties that changed touch.
func (r *rematch) find(ctx context.Context) error {
	came := &Clusters{}
	pools, err := r.read(ctx, r.kept.Parties(r.changes.Came), came, reading{numbered: true})
	if err != nil {
		return err
	}
	var firms [2]int // the night before, and tonight
	for _, o := range pools {
		blocks := r.kept.Blocks(o.kind)
		left, err := blocks.Parts(r.changes.Left)
		if err != nil {
			return err
		}
		held, err := blocks.Sizes([]blocking.ID{blocking.Everyone})
		if err != nil {
			return err
		}
		own := &changedPool{kind: o.kind}
		r.pools = append(r.pools, own)
		was := int(held[blocking.Everyone])
		is := was + len(o.parties)
		for _, p := range left {
			if p.Block == blocking.Everyone {
				is--
			}
		}
		if o.kind == KindOrganisation {
			firms = [2]int{was, is}
		}
		then, now := o.comparable(was, firms[0]), o.comparable(is, firms[1])
		m := r.Models[o.kind]
		if then != now || now && !o.fits(m, is) {
			return ErrWhole
		}
		recs, err := o.builder.Records()
		if err != nil {
			return err
		}
		own.came = o.numbers(came, recs)
		if now {
			own.model = m
			if own.blocks, err = blocking.NewChanged(recs, own.came, left, m.Plan, blocks); err != nil {
				return err
			}
		}
	}
	return nil
}

// comparable reports whether a pool of n parties has pairs to compare; firms tells how many of
// those of the pool of contacts are firms.
func (o *pool) comparable(n, firms int) bool {
	if o.config.LinkOnly {
		return firms > 0 && n > firms
	}
	return n > 1
}

// compare compares the pairs that changes brought together, and tells which come out
// otherwise than before.
func (r *rematch) compare(ctx context.Context) error {
	wanted := slices.Clone(r.changes.Came)
	for _, own := range r.pools {
		if own.blocks != nil {
			wanted = append(wanted, own.blocks.Others()...)
		}
	}
	c := &Clusters{}
	pools, err := r.some(ctx, wanted, c)
	if err != nil {
		return err
	}
	changed := map[int32]bool{}
	for _, number := range slices.Concat(r.changes.Came, r.changes.Left) {
		changed[number] = true
	}
	for i, o := range pools {
		own := r.pools[i]
		if own.blocks == nil {
			continue
		}
		recs, err := o.builder.Records()
		if err != nil {
			return err
		}
		found, err := bind(o.config, recs, own.model)
		if err != nil {
			return err
		}
		own.accept = found.accept
		numbers := o.numbers(c, recs)
		if err := found.meet(ctx, own.blocks.Meetings(recs, numbers)); err != nil {
			return err
		}
		before, err := r.kept.Pairs(own.kind)
		if err != nil {
			return err
		}
		now := make([]KeptPair, len(found.Pairs))
		for i, p := range found.Pairs {
			now[i] = keptPair(p, numbers)
		}
		if err := own.merge(before, now, changed); err != nil {
			return err
		}
	}
	return nil
}

// some reads some parties of tonight.
func (r *rematch) some(ctx context.Context, numbers []int32, c *Clusters) ([]*pool, error) {
	slices.Sort(numbers)
	if numbers = slices.Compact(numbers); len(numbers) > r.changes.Most {
		return nil, ErrWhole
	}
	return r.read(ctx, r.kept.Parties(numbers), c, reading{numbered: true})
}

func keptPair(p ScoredPair, numbers []int32) KeptPair {
	a, b := numbers[p.A], numbers[p.B]
	return KeptPair{A: min(a, b), B: max(a, b), Bits: p.Own, Rule: p.Rule}
}

func (p KeptPair) parties() [2]int32 { return [2]int32{p.A, p.B} }

// merge puts the pairs that were compared now in the place of those that were kept before.
// Those of two moved parties are pairs as long as the two share any block.
func (o *changedPool) merge(before, now []KeptPair, changed map[int32]bool) error {
	moved := map[int32]bool{}
	for _, number := range o.blocks.Moved() {
		moved[number] = true
	}
	gone, apart := map[[2]int32]KeptPair{}, map[[2]int32]KeptPair{}
	for _, p := range before {
		switch {
		case changed[p.A] || changed[p.B]:
			gone[p.parties()] = p
		case moved[p.A] && moved[p.B]:
			gone[p.parties()], apart[p.parties()] = p, p
		default:
			o.pairs = append(o.pairs, p)
		}
	}
	var came []KeptPair
	for _, p := range now {
		if changed[p.A] || changed[p.B] {
			came = append(came, p)
		} else {
			apart[p.parties()] = p
		}
	}
	pairs := slices.SortedFunc(maps.Keys(apart), func(x, y [2]int32) int { return slices.Compare(x[:], y[:]) })
	rules, err := o.blocks.First(pairs)
	if err != nil {
		return err
	}
	for i, parties := range pairs {
		if rules[i] >= 0 {
			p := apart[parties]
			p.Rule = uint8(rules[i])
			came = append(came, p)
		}
	}
	for _, p := range came {
		if was, ok := gone[p.parties()]; !ok || was != p {
			o.told = append(o.told, p.A, p.B)
		}
		delete(gone, p.parties())
	}
	for parties := range gone {
		o.told = append(o.told, parties[0], parties[1])
	}
	o.pairs = append(o.pairs, came...)
	slices.SortFunc(o.pairs, func(x, y KeptPair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return nil
}

// join makes the clusters anew of all who hang together with a party that changed, by pairs
// that are matches and by what people decided.
func (r *rematch) join(ctx context.Context) (*Clusters, error) {
	together, err := r.together()
	if err != nil {
		return nil, err
	}
	c := &Clusters{Models: maps.Clone(r.Models)}
	pools, err := r.some(ctx, together, c)
	if err != nil {
		return nil, err
	}
	v, all := r.Decided.verdicts(), newJoined(len(c.Parties))
	for i, o := range pools {
		found, err := o.rejoin(r.pools[i], c, v)
		if err != nil {
			return nil, fmt.Errorf("parties of kind %s: %w", o.kind, err)
		}
		all.add(o, found)
	}
	all.tell(c, v)
	c.askOfTwo()
	return c, r.tellKeeper()
}

// together are the parties of the clusters that may be others than before.
func (r *rematch) together() ([]int32, error) {
	var records []Record
	for _, l := range slices.Concat(r.Decided.Same, r.Decided.Different) {
		records = append(records, l.A, l.B)
	}
	numbers, err := r.kept.Numbers(slices.Concat(records, r.changes.Decided))
	if err != nil {
		return nil, err
	}
	told := slices.Concat(r.changes.Came, r.changes.Left)
	for _, record := range r.changes.Decided {
		if number, ok := numbers[record]; ok {
			told = append(told, number)
		}
	}
	last := int32(0)
	for _, own := range r.pools {
		told = append(told, own.told...)
		for _, p := range own.pairs {
			last = max(last, p.B)
		}
	}
	for _, number := range numbers {
		last = max(last, number)
	}
	for _, number := range told {
		last = max(last, number)
	}
	var sets disjoint
	for range last + 1 {
		sets.add()
	}
	for _, own := range r.pools {
		for _, p := range own.pairs {
			if float64(p.Bits) >= own.accept {
				sets.join(p.A, p.B)
			}
		}
	}
	for _, record := range records { // of those who are not there tonight, too: what follows from them holds
		if _, ok := numbers[record]; !ok {
			numbers[record] = int32(len(sets.parent))
			sets.add()
		}
	}
	for _, l := range slices.Concat(r.Decided.Same, r.Decided.Different) {
		sets.join(numbers[l.A], numbers[l.B])
	}
	anew := make([]bool, len(sets.parent))
	for _, number := range told {
		anew[sets.find(number)] = true
	}
	var out []int32
	for number := range last + 1 {
		if anew[sets.find(number)] {
			out = append(out, number)
		}
	}
	return out, nil
}

// rejoin makes clusters of parties of the pool by the pairs that are known. It returns nil
// where there are no two.
func (o *pool) rejoin(own *changedPool, c *Clusters, v *verdicts) (*Matching, error) {
	recs, err := o.builder.Records()
	if err != nil || own.model == nil || recs.Len() < 2 || o.config.LinkOnly && len(recs.Sources) < 2 {
		return nil, err
	}
	found, err := bind(o.config, recs, own.model)
	if err != nil {
		return nil, err
	}
	at := make(map[int32]int32, recs.Len())
	for i, number := range o.numbers(c, recs) {
		at[number] = int32(i)
	}
	for _, p := range own.pairs {
		a, ok := at[p.A]
		b, has := at[p.B]
		if ok && has {
			found.Pairs = append(found.Pairs, ScoredPair{A: min(a, b), B: max(a, b), Own: p.Bits, Bits: p.Bits, Rule: p.Rule})
		}
	}
	found.sortPairs()
	found.settle(o.heeds(c, v))
	o.tell(found, c, v)
	return found, nil
}

// tellKeeper says what of the matching is kept anew.
func (r *rematch) tellKeeper() error {
	if r.Keep == nil {
		return nil
	}
	for _, own := range r.pools {
		anew := slices.Concat(r.changes.Came, r.changes.Left)
		parts := everyone(own.came)
		if own.blocks != nil {
			anew, parts = append(anew, own.blocks.Moved()...), append(parts, own.blocks.Parts()...)
		}
		slices.Sort(anew)
		anew = slices.Compact(anew)
		var pairs []KeptPair
		for _, p := range own.pairs {
			_, a := slices.BinarySearch(anew, p.A)
			_, b := slices.BinarySearch(anew, p.B)
			if a || b {
				pairs = append(pairs, p)
			}
		}
		if err := r.Keep.Anew(own.kind, anew); err != nil {
			return err
		}
		if err := r.Keep.Parts(own.kind, parts); err != nil {
			return err
		}
		if err := r.Keep.Pairs(own.kind, pairs); err != nil {
			return err
		}
	}
	return nil
}
