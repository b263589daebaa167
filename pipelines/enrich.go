package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/connectors/registry"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
	"clientele/schemas"
)

// RegisterReport is what a night asked a register, and what came of it.
type RegisterReport struct {
	Register string `json:"register"`
	Firms    int    `json:"firms"` // that it can be asked about
	Due      int    `json:"due"`   // never asked about, or too long ago
	Answered int    `json:"answered"`
	Unknown  int    `json:"unknown"`
	Refused  int    `json:"refused"`
	Left     int    `json:"left"` // due, and not asked: the budget was used up, or the register is down
	Calls    int64  `json:"calls"`
	AsOf     string `json:"as_of,omitempty"` // of a copy, the day that it is of
	// Sought are the firms without number that were looked for in it, and Linked those
	// of them that were found.
	Sought int `json:"sought,omitempty"`
	Linked int `json:"linked,omitempty"`
	// Stale says that values stand that are older than they may be.
	Stale bool     `json:"stale"`
	Error *Failure `json:"error,omitempty"`
}

// String says in a line what became of a register.
func (r RegisterReport) String() string {
	text := fmt.Sprintf("register %s: %s firms, %s answers of %s calls", r.Register, Thousands(int64(r.Firms)), Thousands(int64(r.Answered+r.Unknown)), Thousands(r.Calls))
	if r.AsOf != "" {
		text = fmt.Sprintf("register %s: %s firms, %s known, %s changed; copy of %s", r.Register, Thousands(int64(r.Firms)), Thousands(int64(r.Answered)), Thousands(int64(r.Due)), r.AsOf)
	}
	if r.Sought > 0 {
		text += fmt.Sprintf("; %s of %s firms without number found", Thousands(int64(r.Linked)), Thousands(int64(r.Sought)))
	}
	if r.Refused > 0 {
		text += fmt.Sprintf(", %d refused", r.Refused)
	}
	if r.Left > 0 {
		text += fmt.Sprintf(", %s left for later nights", Thousands(int64(r.Left)))
	}
	if r.Stale {
		text += "; stale values stand"
	}
	if r.Error != nil {
		text += ": " + r.Error.Message
		if r.Error.Remedy != "" {
			text += " (" + r.Error.Remedy + ")"
		}
	}
	return text
}

// stepEnrich asks official registers.
const stepEnrich = "enrich"

// enrichment asks registers in a night.
type enrichment struct {
	*run
	registers *registers.Registers
	firms     []registers.Firm
	last      map[string]map[string]registers.Last // by source and question
	spent     map[string]spent                     // by register
	mu        sync.Mutex                           // of the run: registers are asked side by side
}

// spent are the calls that were made to a register.
type spent struct {
	run, month int64
	today      connectors.Calls // of this run
}

// enrich asks the registers about the firms of the base and of tonight's parties, lands
// what they answer, and returns it conformed. A register that does not answer leaves
// the night as it is: its last answers stand.
func (r *run) enrich(ctx context.Context, pending []*conformed) (out []*conformed, rows int64, err error) {
	var sources []*config.Source
	for _, s := range r.wanted() {
		if s.Register != nil {
			sources = append(sources, s)
		}
	}
	if len(sources) == 0 {
		return nil, 0, nil
	}
	e := &enrichment{run: r}
	world := registry.World{Version: r.project.env.Version, Outside: r.project.env.Outside}
	world.Now = e.now
	e.registers = registers.Open(r.project.Config.Registries, filepath.Clean(r.project.Config.Dir()), r.project.Home, world)
	defer e.registers.Close()
	if err := e.recall(ctx, pending); err != nil {
		return nil, 0, err
	}
	reports, landed := make([]RegisterReport, len(sources)), make([][]connectors.Landing, len(sources))
	for i, s := range sources {
		reports[i].Register = s.Register.Name
		if s.Register.Access == nil {
			if landed[i], err = e.refresh(ctx, s, pending, &reports[i]); err != nil {
				return nil, 0, err
			}
		}
	}
	e.found()
	var g errgroup.Group
	for i, s := range sources {
		g.Go(func() error {
			answers, err := e.ask(ctx, s, &reports[i])
			landed[i] = append(landed[i], answers...)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, 0, err
	}
	r.report.Registers = reports
	for i, s := range sources {
		r.landings = append(r.landings, landed[i]...)
		var mine []*conformed
		for _, l := range landed[i] {
			c, err := r.conform(ctx, s, schemas.Format{}, l)
			if err != nil {
				return nil, rows, err
			}
			mine, rows = append(mine, c), rows+l.Rows
		}
		r.source(s.Name).Deliveries += len(mine)
		if len(mine) > 0 {
			r.account(s, mine)
		}
		out = append(out, mine...)
	}
	return out, rows, nil
}

// now is the clock, which registers that are asked side by side share.
func (e *enrichment) now() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.project.env.Now()
}

// dayOf returns the date of an instant, UTC.
func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// ask asks one register, or reads its copy, and lands what it answers.
func (e *enrichment) ask(ctx context.Context, s *config.Source, out *RegisterReport) ([]connectors.Landing, error) {
	questions := e.registers.Questions(s.Register.Name, e.firms)
	out.Firms = len(questions)
	var landed []connectors.Landing
	land := func(cursor registry.Date) func([]registers.Landed) error {
		return func(list []registers.Landed) error {
			l, err := e.land(ctx, s, list, fmt.Sprintf("answers of %s, part %d", e.night.AsOf.Format(time.DateOnly), len(landed)+1), cursor)
			landed = append(landed, l)
			return err
		}
	}
	var got registers.Outcome
	var err error
	if s.Register.Access == nil {
		got, err = e.read(ctx, s, questions, out, land)
	} else {
		got, err = e.called(ctx, s, questions, out, land(""))
	}
	if err != nil {
		return landed, err
	}
	out.Answered, out.Unknown, out.Refused, out.Left, out.Calls = got.Answered, got.Unknown, got.Refused, got.Left, got.Calls
	if got.Err != nil {
		out.Error = FailureOf(got.Err).Public()
	}
	return landed, nil
}

// called asks a register firm by firm, within its budget.
func (e *enrichment) called(ctx context.Context, s *config.Source, questions []registry.Question, out *RegisterReport, land func([]registers.Landed) error) (registers.Outcome, error) {
	access, last := s.Register.Access, e.last[s.Name]
	renewal := registers.Renewal{Known: access.RefreshAfter, Unknown: access.UnknownAfter}
	due := slices.DeleteFunc(questions, func(q registry.Question) bool {
		l, asked := last[registers.QuestionKey(q)]
		return asked && !renewal.Due(e.night.AsOf, l)
	})
	out.Due = len(due)
	before := e.spent[s.Register.Name]
	calls := int64(access.CallsPerRun) - before.run
	if access.CallsPerMonth > 0 {
		calls = min(calls, int64(access.CallsPerMonth)-before.month)
	}
	today := before.today
	got, err := e.registers.Ask(ctx, s.Register.Name, registers.Asking{Questions: due, Calls: max(0, calls), Land: land,
		Spent: func(calls int64) error {
			if on := dayOf(e.now()); !on.Equal(today.On) {
				today = connectors.Calls{Run: e.journal.ID, Register: s.Register.Name, On: on}
			}
			today.Made += calls
			return e.project.State.SaveCalls(context.WithoutCancel(ctx), today)
		},
		Trusted: func(key string) bool { return renewal.Believed(e.night.AsOf, last[key]) }})
	out.Stale = got.Refused+got.Left > 0
	return got, err
}

// refresh brings the copy of a register up to date, and looks in it for firms without a number. A copy
// that can't be brought up to date is used as it is.
func (e *enrichment) refresh(ctx context.Context, s *config.Source, pending []*conformed, out *RegisterReport) ([]connectors.Landing, error) {
	stale := e.registers.RefreshOne(ctx, s.Register.Name)
	asOf, err := e.registers.AsOf(ctx, s.Register.Name)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	out.AsOf, out.Stale = string(asOf), stale != nil || copyStale(s, asOf, e.night.AsOf)
	if err = cmp.Or(err, stale); err != nil {
		out.Error = FailureOf(err).Public()
	}
	if asOf == "" || s.Register.LinkAbove == 0 || !e.registers.Lists(s.Register.Name) {
		return nil, nil
	}
	return e.link(ctx, s, pending, asOf, out)
}

// read reads the copy of a register, or its files. One that is as old as when it was read
// last, and has answered all questions, is not read.
func (e *enrichment) read(ctx context.Context, s *config.Source, questions []registry.Question, out *RegisterReport, land func(registry.Date) func([]registers.Landed) error) (registers.Outcome, error) {
	asOf := registry.Date(out.AsOf)
	if asOf == "" {
		return registers.Outcome{}, nil
	}
	if string(asOf) == cursorOf(e.landings, s.Name) && e.answered(s, questions, &out.Answered) {
		return registers.Outcome{Answered: out.Answered, Unknown: len(questions) - out.Answered}, nil
	}
	var landing error
	got, err := e.registers.Read(ctx, s.Register.Name, registers.Reading{AsOf: asOf, Questions: questions, Last: e.last[s.Name], Land: func(part []registers.Landed, whole bool) error {
		cursor := registry.Date("") // which says that all has landed
		if whole {
			cursor = asOf
		}
		if out.Due += registers.FirmsIn(part); len(part) > 0 || whole && string(asOf) != cursorOf(e.landings, s.Name) {
			landing = land(cursor)(part)
		}
		return landing
	}})
	switch {
	case ctx.Err() != nil:
		return got, ctx.Err()
	case landing != nil:
		return got, landing
	}
	got.Err = err
	return got, nil
}

// answered reports whether all questions to a register have an answer, and counts those
// that it knew.
func (e *enrichment) answered(s *config.Source, questions []registry.Question, known *int) bool {
	*known = 0
	for _, q := range questions {
		last, ok := e.last[s.Name][registers.QuestionKey(q)]
		if !ok {
			return false
		}
		if last.Known {
			*known++
		}
	}
	return true
}

// copyStale reports whether a copy of a register is older than it may be.
func copyStale(s *config.Source, asOf registry.Date, night time.Time) bool {
	day, err := time.Parse(time.DateOnly, string(asOf))
	return err != nil || day.Before(s.Register.RefreshAfter.Before(night))
}

// land writes answers as a delivery of their own. The caller adds it to the landings
// of the run.
func (e *enrichment) land(ctx context.Context, s *config.Source, list []registers.Landed, name string, cursor registry.Date) (connectors.Landing, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := e.project
	path := p.landing(filepath.Join(s.Name, pulledFile))
	if err := os.MkdirAll(filepath.Dir(path), privateDir); err != nil {
		return connectors.Landing{}, homeError(err)
	}
	if err := writeLanded(path, list); err != nil {
		return connectors.Landing{}, err
	}
	hash, err := hashOf(path)
	if err != nil {
		return connectors.Landing{}, err
	}
	d := connectors.Delivery{Name: name, Hash: hash, Cursor: string(cursor)}
	id := e.deliveryID(s.Name, d)
	l := connectors.Landing{ID: id, Source: s.Name, Delivery: d, State: connectors.LandingNew, Run: e.journal.ID, AsOf: e.night.AsOf,
		File: filepath.Join(s.Name, id+".parquet"), Rows: int64(len(list))}
	if err := os.Rename(path, p.landing(l.File)); err != nil {
		return l, connectors.SystemError(err)
	}
	p.point("enrich:landed")
	p.say(Event{Step: stepEnrich, Source: s.Name, Rows: l.Rows, Detail: d.Name})
	return l, p.State.SaveLanding(ctx, l)
}

func writeLanded(path string, list []registers.Landed) error {
	w, err := parquetio.Create(path, registers.LandedSchema())
	if err != nil {
		return err
	}
	defer w.Abort()
	rows := int64(1)
	for part := range slices.Chunk(list, 1024) {
		rec, err := registers.WriteLanded(part, rows)
		if err != nil {
			return err
		}
		err = w.Write(rec)
		rec.Release()
		if err != nil {
			return err
		}
		rows += int64(len(part))
	}
	return w.Close()
}
