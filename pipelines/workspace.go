package pipelines

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"clientele/connectors"
	"clientele/connectors/duckdbwarehouse"
	"clientele/schemas"
)

// backfillDir holds the workspaces of backfills under --home, each with the name
// of its backfill.
const backfillDir = "backfill"

// adopter is a warehouse whose base can give way to one that was made beside it.
type adopter interface {
	Adopt(ctx context.Context, file string) error
}

// workspaceDir is the folder of a backfill's workspace.
func (p *Project) workspaceDir(backfill string) string {
	return filepath.Join(p.Home, backfillDir, backfill)
}

// workspace opens the project in which a backfill works its nights: it has the
// config of this one, and a base, landing and temporary files of its own.
func (p *Project) workspace(ctx context.Context, backfill string) (*Project, error) {
	if _, ok := p.Warehouse.(adopter); !ok {
		return nil, connectors.Errorf(connectors.KindConfig, "not_built", "work the nights one by one with `clientele run --as-of`", "this warehouse can't make a base anew beside the one that it has")
	}
	home := p.workspaceDir(backfill)
	for _, dir := range []string{filepath.Dir(home), home, filepath.Join(home, filepath.Dir(baseFile)), filepath.Join(home, landingDir), filepath.Join(home, tempDir)} {
		if err := os.MkdirAll(dir, privateDir); err != nil {
			return nil, homeError(err)
		}
	}
	c := p.Config.Warehouse.DuckDB
	w, err := duckdbwarehouse.Open(ctx, duckdbwarehouse.Options{
		Base: filepath.Join(home, baseFile), Published: filepath.Join(home, publishedFile), Temp: filepath.Join(home, tempDir),
		MemoryLimit: c.MemoryLimit, Threads: c.Threads, Point: p.env.Point,
	})
	if err != nil {
		return nil, err
	}
	env := p.env
	env.Progress = func(e Event) { // of the steps of a single night nobody wants to know
		if e.Step == "held" {
			p.say(e)
		}
	}
	return &Project{Config: p.Config, Home: home, Warehouse: w, State: &notebook{State: p.State}, env: env}, nil
}

// notebook is the state of a workspace: what its nights did, for as long as the
// process lives. What must last of it is in the ledger of its base, and in the
// partitions of the project's state. What people decided is read from there.
type notebook struct {
	connectors.State

	mu       sync.Mutex
	steps    []connectors.Step
	landings []connectors.Landing
}

func (n *notebook) SaveRun(context.Context, connectors.Run) error { return nil }

func (n *notebook) Runs(context.Context, int) ([]connectors.Run, error) { return nil, nil }

func (n *notebook) SaveStep(_ context.Context, s connectors.Step) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.steps = append(slices.DeleteFunc(n.steps, func(old connectors.Step) bool { return old.Run != s.Run || old.Ordinal == s.Ordinal }), s)
	return nil
}

func (n *notebook) Steps(_ context.Context, run string) ([]connectors.Step, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(n.steps), func(s connectors.Step) bool { return s.Run != run }), nil
}

func (n *notebook) SaveLanding(_ context.Context, l connectors.Landing) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if i := slices.IndexFunc(n.landings, func(old connectors.Landing) bool { return old.ID == l.ID }); i >= 0 {
		n.landings[i] = l
	} else {
		n.landings = append(n.landings, l)
	}
	return nil
}

func (n *notebook) Landings(context.Context) ([]connectors.Landing, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.landings), nil
}

// Close leaves the state to the project that it belongs to.
func (n *notebook) Close() error { return nil }

// stands returns the run whose night the base holds, and that night; "" for a
// base without one.
func (p *Project) stands(ctx context.Context) (run string, asOf time.Time, err error) {
	runs, _ := schemas.Lookup("runs")
	base, err := p.Warehouse.Look(ctx, []schemas.Table{runs})
	if err != nil {
		return "", asOf, err
	}
	defer base.Close()
	night, err := nightOfBase(ctx, p.Warehouse, base)
	return night.Run, night.AsOf, err
}

// adopt lets the base that a backfill made take the place of the project's, and
// publishes it. It may be called again after it was cut short.
func (b *backfill) adopt(ctx context.Context) error {
	p := b.live
	last := b.nights[len(b.nights)-1]
	name := b.runOf(last)
	journal := connectors.Run{ID: name, AsOf: last.asOf, Status: connectors.RunRunning, StartedAt: b.record.StartedAt, ConfigHash: p.Config.Hash, Version: p.env.Version}
	if err := p.State.SaveRun(ctx, journal); err != nil {
		return err
	}
	if err := b.takePlace(ctx); err != nil {
		return err
	}
	p.point("backfill:adopted")
	r := p.newRun(last.asOf)
	r.journal, r.report = journal, &Report{Run: name, AsOf: last.asOf.Format(time.DateOnly), Tables: map[string]int64{}}
	r.journal.Committed = true
	if b.report.Run != nil { // worked by this process
		r.report = b.report.Run
	}
	if err := b.keepSteps(ctx, r); err != nil {
		return err
	}
	if err := b.keepLandings(ctx, r); err != nil {
		return err
	}
	if err := r.step(ctx, "publish", func() (int64, error) { return r.publish(ctx) }); err != nil {
		return err
	}
	b.report.Run = r.report
	r.journal.Status, r.journal.FinishedAt = connectors.RunPublished, p.env.Now()
	if len(last.last().Held) > 0 {
		r.journal.Status = connectors.RunPartly
	}
	r.report.Status = r.journal.Status
	return p.State.SaveRun(ctx, r.journal)
}

// adopted reports whether the base of the last night is that of the project, and
// no longer in the workspace.
func (b *backfill) adopted(ctx context.Context) (bool, error) {
	if _, err := os.Stat(filepath.Join(b.space.Home, baseFile)); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	standing, _, err := b.live.stands(ctx)
	return standing == b.runOf(b.nights[len(b.nights)-1]), err
}

// takePlace swaps the bases, unless that was done.
func (b *backfill) takePlace(ctx context.Context) error {
	if done, err := b.adopted(ctx); err != nil || done {
		return err
	}
	if err := b.space.Warehouse.Close(); err != nil {
		return err
	}
	b.live.point("backfill:closed")
	if err := b.live.fence(ctx); err != nil {
		return err
	}
	return b.live.Warehouse.(adopter).Adopt(ctx, filepath.Join(b.space.Home, baseFile))
}

// keepSteps writes the steps of the last night into the journal of the project.
func (b *backfill) keepSteps(ctx context.Context, r *run) error {
	steps, err := b.space.State.Steps(ctx, r.journal.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		r.ordinal = s.Ordinal
		if err := b.live.State.SaveStep(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// keepLandings tells the state of the deliveries that it did not know, and moves
// their rows to where landed rows are kept; of those that it knew only whether
// the base holds them now. None of this moves where a source is read from next.
func (b *backfill) keepLandings(ctx context.Context, r *run) error {
	ledger, err := r.readLedger(ctx)
	if err != nil {
		return err
	}
	p := b.live
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return err
	}
	for _, l := range landings {
		_, held := ledger[l.ID]
		if !held || l.State == connectors.LandingLoaded || l.State == connectors.LandingWithdrawn || l.State == connectors.LandingDiscarded {
			continue
		}
		l.State, l.Reason = connectors.LandingLoaded, ""
		if err := p.State.SaveLanding(ctx, l); err != nil {
			return err
		}
	}
	for _, n := range b.nights {
		for _, a := range n.arrivals {
			if a.known {
				continue
			}
			row, held := ledger[a.id]
			l := b.landing(a, n)
			l.State, l.Run, l.Rows = connectors.LandingNew, b.runOf(n), row.rows
			if held {
				l.State = connectors.LandingLoaded
			} else if rows, ok := landedRows(b.space.landing(l.File)); ok {
				l.Rows = rows
			} else {
				continue // never read
			}
			if err := p.moveLanded(b.space.landing(l.File), l.File); err != nil {
				return err
			}
			// A backfill moves no cursor: the next run reads on from where the
			// last one was.
			l.Delivery.Cursor = ""
			if err := p.State.SaveLanding(ctx, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveLanded moves landed rows from a workspace to where the project keeps them,
// unless that was done.
func (p *Project) moveLanded(from, file string) error {
	to := p.landing(file)
	if err := os.MkdirAll(filepath.Dir(to), privateDir); err != nil {
		return homeError(err)
	}
	if err := os.Rename(from, to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return homeError(err)
	}
	return nil
}

// runOf names the run that works a night of the backfill.
func (b *backfill) runOf(n *backfillNight) string {
	return n.asOf.Format(time.DateOnly) + "." + b.record.ID
}

// backfillRun reports whether a run is a night of a backfill.
func (p *Project) backfillRun(ctx context.Context, run string) (bool, error) {
	backfills, err := p.State.Backfills(ctx)
	return slices.ContainsFunc(backfills, func(b connectors.Backfill) bool {
		day, ok := strings.CutSuffix(run, "."+b.ID)
		_, bad := time.Parse(time.DateOnly, day)
		return ok && bad == nil
	}), err
}
