package registers

import (
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
	All(ctx context.Context, numbers []string, each func(number string, r registry.Record) error) error
	AsOf(ctx context.Context) (registry.Date, error)
}

func (r *Registers) readable(name string) readable {
	x := r.list[r.index(name)]
	if kept, ok := x.Provider.(registry.Kept); ok {
		return kept
	}
	return files{x}
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

// All reads the files from beginning to end, and keeps what they say of the firms.
func (f files) All(ctx context.Context, numbers []string, each func(number string, r registry.Record) error) error {
	wanted := map[string]bool{}
	for _, n := range numbers {
		wanted[n] = true
	}
	var found []registry.Record
	for _, path := range f.paths {
		records, err := f.search(ctx, path, func(n string) bool { return wanted[n] })
		if err != nil {
			return err
		}
		found = append(found, records...)
	}
	found = joined(found)
	slices.SortFunc(found, func(a, b registry.Record) int { return strings.Compare(a.Number, b.Number) })
	for _, r := range found {
		if err := each(r.Number, r); err != nil {
			return err
		}
	}
	return nil
}

// AsOf returns the day that a register which is read is of, "" where there is nothing
// to read.
func (r *Registers) AsOf(ctx context.Context, name string) (registry.Date, error) {
	return r.readable(name).AsOf(ctx)
}

// Knows reports whether an answer says that the register knows the firm.
func (r *Registers) Knows(name string, l Landed) bool {
	_, known, err := r.read(name, l)
	return err == nil && known
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
	numbers, asked := make([]string, 0, len(in.Questions)), map[string]registry.Question{}
	for _, q := range in.Questions {
		numbers, asked[q.Value] = append(numbers, q.Value), q
	}
	slices.Sort(numbers)
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
	err = r.readable(name).All(ctx, numbers, func(number string, record registry.Record) error {
		q := asked[number]
		delete(asked, number)
		a, err := copied(name, in.AsOf, number, record)
		if err != nil {
			return err
		}
		out.Answered++
		return say(q, a)
	})
	if err != nil {
		return out, err
	}
	for _, number := range numbers {
		q, unknown := asked[number]
		if !unknown {
			continue
		}
		delete(asked, number)
		out.Unknown++
		if err := say(q); err != nil {
			return out, err
		}
	}
	return out, in.Land(changed, true)
}
