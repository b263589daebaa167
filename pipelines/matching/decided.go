package matching

import (
	"clientele/connectors"
	"clientele/pipelines/decisions"
	"clientele/pipelines/reviewbook"
	"clientele/transforms/match"
)

// decided returns what people decided on the records, as matching takes it.
func (j *Job) decided(roster *Roster) match.Decisions {
	var all match.Decisions
	if j.Decided == nil {
		return all
	}
	var there []match.Record
	record := func(r match.Record) match.Record { // as the roster calls it
		i, ok := roster.At(Key{r.Source, r.ID})
		if !ok { // other decisions may follow from those on it
			return match.Record{Source: "gone:" + r.Source, ID: r.ID}
		}
		there = append(there, roster.record(i))
		return roster.record(i)
	}
	translate := func(links []match.Link) (out []match.Link) {
		for _, l := range links {
			out = append(out, match.Link{A: record(l.A), B: record(l.B)})
		}
		return out
	}
	in := j.Decided.Match()
	all.Same, all.Different = translate(in.Same), translate(in.Different)
	return all.Among(there)
}

func (r *Roster) record(i int32) match.Record {
	return match.Record{Source: r.Sources[r.Source(i)], ID: r.ID(i)}
}

func (r *Roster) key(i int32) connectors.RecordKey {
	k := r.Key(i)
	return connectors.RecordKey{Source: k.File, Record: k.ID}
}

// Knows reports whether there is a record of a key.
func (r *Roster) Knows(k connectors.RecordKey) bool {
	_, ok := r.At(Key{k.Source, k.Record})
	return ok
}

// whatWasDecided says what people decided on two records, or on others of their
// clusters, and reports whether that is why they are one or two.
func (o *Outcome) whatWasDecided(e *Explanation, a, b int32) (told bool) {
	if o.Decided == nil {
		return false
	}
	if d, ok := o.Decided.On(o.Roster.key(a), o.Roster.key(b)); ok {
		e.say("people decided: %s", decisions.Text(d))
		return true
	}
	for _, d := range o.Decided.Holds() {
		x, ok := o.Roster.At(Key{d.A.Source, d.A.Record})
		y, has := o.Roster.At(Key{d.B.Source, d.B.Record})
		if !ok || !has {
			continue
		}
		apart := o.Cluster[x] != o.Cluster[y]
		of := func(x, y int32) bool { return o.Cluster[x] == o.Cluster[a] && o.Cluster[y] == o.Cluster[b] }
		if apart == (d.Verdict == connectors.VerdictDifferent) && apart != e.One && (of(x, y) || of(y, x)) {
			e.say("people decided: %s", decisions.Text(d))
			told = told || apart
		}
	}
	return told
}

// Review returns the pairs that people are asked about: those that were reported and
// whose records are not in one cluster, unless people keep these apart; those first
// that are nearest to a match.
func (o *Outcome) Review() []reviewbook.Sheet {
	apart := map[[2]int32]bool{}
	if o.Decided != nil {
		for _, l := range o.Decided.Match().Different {
			x, ok := o.Roster.At(Key{l.A.Source, l.A.ID})
			y, has := o.Roster.At(Key{l.B.Source, l.B.ID})
			if ok && has {
				apart[[2]int32{o.Cluster[x], o.Cluster[y]}], apart[[2]int32{o.Cluster[y], o.Cluster[x]}] = true, true
			}
		}
	}
	book := o.Decided
	if book == nil {
		book = decisions.NewBook(nil)
	}
	sheet := reviewbook.Sheet{Name: "pairs"}
	for _, p := range o.Pairs {
		if o.Cluster[p.A] == o.Cluster[p.B] || apart[[2]int32{o.Cluster[p.A], o.Cluster[p.B]}] || class(o.Config, float64(p.Bits)) == Different {
			continue
		}
		sheet.Pairs = append(sheet.Pairs, reviewbook.NewPair(o.Roster.key(p.A), o.Roster.key(p.B), o.Scorer.Explain(p.A, p.B), book))
	}
	if len(sheet.Pairs) == 0 {
		return nil
	}
	sheet.Sort()
	return []reviewbook.Sheet{sheet}
}
