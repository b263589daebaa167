package registers

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/connectors/registry"
)

// readable is a register that nights read for all firms at once: a copy that is kept, or
// its files.
type readable interface {
	// All calls each for the firms that questions are about and that it knows.
	All(ctx context.Context, questions []registry.Question, each func(q registry.Question, r registry.Record) error) error
	AsOf(ctx context.Context) (registry.Date, error)
}

func (r *Registers) readable(name string) readable {
	x := r.list[r.index(name)]
	if kept, ok := x.Provider.(registry.Kept); ok {
		return cabinet{kept}
	}
	return files{x}
}

// cabinet is a copy that is kept, of a register that numbers firms in one way.
type cabinet struct{ registry.Kept }

// All reads the copy.
func (c cabinet) All(ctx context.Context, questions []registry.Question, each func(q registry.Question, r registry.Record) error) error {
	asked, numbers := map[string]registry.Question{}, make([]string, len(questions))
	for i, q := range questions {
		asked[q.Value], numbers[i] = q, q.Value
	}
	slices.Sort(numbers)
	return c.Kept.All(ctx, numbers, func(number string, r registry.Record) error { return each(asked[number], r) })
}

// files are those of a register that comes as files of all firms.
type files struct{ register }

// AsOf returns the day on which the newest of the files was written, "" where the
// register has none.
func (f files) AsOf(context.Context) (day registry.Date, err error) {
	for _, path := range f.paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return "", connectors.Errorf(connectors.KindConfig, "no_file", "correct registries."+f.Card().Name+".path", "there is no file %s", path)
		}
		if err != nil {
			return "", connectors.SystemError(err)
		}
		day = max(day, registry.Date(info.ModTime().UTC().Format(time.DateOnly)))
	}
	return day, nil
}

// All reads the files from beginning to end, and keeps what they say of the firms. Where
// several records bear a number, the one of a firm that is there and vouched for counts.
func (f files) All(ctx context.Context, questions []registry.Question, each func(q registry.Question, r registry.Record) error) error {
	own := f.Card().AskedBy[0]
	asked, found := map[registry.Number]bool{}, []registry.Record(nil)
	for _, q := range questions {
		asked[registry.Number{Key: q.By, Value: q.Value}] = true
	}
	for _, path := range f.paths {
		records, err := f.search(ctx, path, func(by registry.Key, n string) bool { return asked[registry.Number{Key: by, Value: n}] })
		if err != nil {
			return err
		}
		found = append(found, records...)
		for _, r := range records { // whom the next files tell of by the register's own number
			asked[registry.Number{Key: own, Value: r.Number}] = true
		}
	}
	bearers := map[registry.Number]registry.Record{}
	for _, r := range joined(found) {
		for _, n := range slices.Concat(r.Numbers, []registry.Number{{Key: own, Value: r.Number}}) {
			if before, ok := bearers[n]; !ok || better(r, before) {
				bearers[n] = r
			}
		}
	}
	for _, q := range questions {
		if r, ok := bearers[registry.Number{Key: q.By, Value: q.Value}]; ok {
			if err := each(q, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// better reports whether a record tells more surely than another one of who bears a
// number now.
func better(a, b registry.Record) bool {
	rank := func(r registry.Record) int {
		if r.Status == registry.Dissolved {
			return 2
		}
		return min(len(r.Doubts), 1)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Number, b.Number)) < 0
}

// AsOf returns the day that a register which is read is of, "" where there is nothing
// to read.
func (r *Registers) AsOf(ctx context.Context, name string) (registry.Date, error) {
	return r.readable(name).AsOf(ctx)
}

// landRead is how many answers land at a time.
const landRead = 10_000

// Reading is what a night reads of a register.
type Reading struct {
	AsOf      registry.Date
	Questions []registry.Question
	Last      map[string]Last // by Landed.Key
	// Land is given what differs from the last answers, a part at a time; whole says
	// that all of it has been given, and comes last, with any rows or none.
	Land func(part []Landed, whole bool) error
}

// Read hands on what a register that is read says of the firms that questions are about.
func (r *Registers) Read(ctx context.Context, name string, in Reading) (out Outcome, err error) {
	questions := slices.SortedFunc(slices.Values(in.Questions), func(a, b registry.Question) int { return strings.Compare(QuestionKey(a), QuestionKey(b)) })
	known := map[registry.Question]bool{}
	var changed []Landed
	say := func(q registry.Question, answers ...registry.Answer) error {
		l := Landed{By: q.By, Number: q.Value, AskedOn: in.AsOf, Answers: answers}
		if before, ok := in.Last[l.Key()]; !ok || before.Hash != l.Hash() {
			changed = append(changed, l)
		}
		if len(changed) < landRead {
			return nil
		}
		part := changed
		changed = nil
		return in.Land(part, false)
	}
	err = r.readable(name).All(ctx, questions, func(q registry.Question, record registry.Record) error {
		known[q] = true
		a, err := copied(name, in.AsOf, q.Value, record)
		if err != nil {
			return err
		}
		out.Answered++
		return say(q, a)
	})
	if err != nil {
		return out, err
	}
	for _, q := range questions {
		if known[q] {
			continue
		}
		out.Unknown++
		if err := say(q); err != nil {
			return out, err
		}
	}
	concordance, ok, err := r.concordance(ctx, name, in.AsOf)
	if err != nil {
		return out, err
	}
	if before, known := in.Last[concordance.Key()]; ok && (!known || before.Hash != concordance.Hash()) {
		changed = append(changed, concordance)
	}
	return out, in.Land(changed, true)
}
