package registers

import (
	"context"

	"clientele/connectors"
	"clientele/connectors/registry"
)

// Outcome is what became of the questions of a night to a register.
type Outcome struct {
	Answered int   // the register knows the firm
	Unknown  int   // it does not
	Refused  int   // put, and not answered
	Left     int   // not put any more: the budget was used up, or the register is down
	Calls    int64 // each attempt counted
	// Err is what kept the register from answering, the last one; nil for nothing.
	Err error
}

const (
	// landEvery is how many answers at most a program loses that is killed.
	landEvery = 100
	// downAfter is how many questions in a row a register may refuse before it is
	// left alone for the night.
	downAfter = 3
)

// Asking is what a night asks a register that is called.
type Asking struct {
	Questions []registry.Question // in their order
	Calls     int64               // at most, each attempt counted
	// Trusted reports of a question whether the register is believed when it says that
	// it knows no such firm: one that knew it may have too much to do.
	Trusted func(key string) bool
	// Spent is told of each question how many calls it took, whatever came of them,
	// before anything else is done.
	Spent func(calls int64) error
	// Land is given what was answered, a part at a time.
	Land func([]Landed) error
}

// Ask asks a register. What it refuses is in the Outcome; an error is one of Spent, of Land,
// or of the context.
func (r *Registers) Ask(ctx context.Context, name string, a Asking) (out Outcome, err error) {
	questions, calls := a.Questions, a.Calls
	x := r.list[r.index(name)]
	caller, line := x.Provider.(registry.Caller), x.line
	line.Bound(calls)
	var part []Landed
	flush := func() error {
		if len(part) == 0 {
			return nil
		}
		err := a.Land(part)
		part = nil
		return err
	}
	inRow := 0
	for i, q := range questions {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if calls <= line.Count() || inRow == downAfter {
			out.Left = len(questions) - i
			break
		}
		before := line.Count()
		l := Landed{By: q.By, Number: q.Value}
		l.Answers, err = caller.Ask(ctx, q)
		if l.Calls = line.Count() - before; l.Calls > 0 {
			if err := a.Spent(l.Calls); err != nil {
				return out, err
			}
		}
		if err == nil {
			_, err = caller.Parse(l.Answers) // what can't be read is no answer
		}
		switch {
		case ctx.Err() != nil:
			return out, ctx.Err()
		case connectors.CodeOf(err) == "no_budget":
			out.Left = len(questions) - i
		case err != nil:
			out.Refused, out.Err = out.Refused+1, err
			if inRow++; connectors.KindOf(err) != connectors.KindTransient && connectors.KindOf(err) != connectors.KindData {
				inRow = downAfter // neither the next question nor the one behind it will do better
			}
			continue
		}
		if err != nil {
			break
		}
		inRow = 0
		l.AskedOn = registry.Date(line.Now().UTC().Format("2006-01-02"))
		_, known, err := r.read(name, l)
		switch {
		case err != nil:
			return out, err
		case known:
			out.Answered++
		case !a.Trusted(l.Key()):
			out.Refused, out.Err = out.Refused+1, connectors.Errorf(connectors.KindTransient, "gone", "it is asked again in the next nights", "%s says that it knows no firm of a number which it knew", name)
			continue
		default:
			out.Unknown++
		}
		if part = append(part, l); len(part) == landEvery {
			if err := flush(); err != nil {
				return out, err
			}
		}
	}
	out.Calls = line.Count()
	return out, flush()
}
