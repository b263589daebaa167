package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"clientele/connectors"
	"clientele/connectors/sqlitestate"
	"clientele/pipelines/archive"
	"clientele/transforms/match"
)

// The points that a restore passes. At pointRestored and from there on the base
// is that of the backup.
const (
	pointVerified = "restore:verified"
	pointState    = "restore:state"
	pointRestored = "restore:base"
)

// RestoreOptions say what is restored.
type RestoreOptions struct {
	// Force replaces a base that is newer than the backup, can't be read, or is of
	// another company.
	Force bool
	// State adds what the state of the backup holds and the present one does not.
	// Where there is no state yet, it is always restored.
	State bool
}

// Restored is what a restore did.
type Restored struct {
	File string `json:"file"`
	Run  string `json:"run,omitempty"`
	AsOf string `json:"as_of,omitempty"`
	// StateRows counts the rows that the state had not and got from the backup.
	StateRows int64 `json:"state_rows"`
	// Later are deliveries that the base of the backup does not hold: they landed
	// later, and are loaded again. Lost are those among them whose rows are kept
	// nowhere any more: their sources are held back until they deliver them again.
	Later int      `json:"later"`
	Lost  []string `json:"lost,omitempty"`
	// Night is the last published night, worked once more on the restored base;
	// nil when none was published.
	Night *Report `json:"night,omitempty"`
}

// Restore makes the base what it was when a backup was written, and works the
// last published night again on it: with what landed since, and with what people
// decided since, which the state keeps. Restoring a base never takes the state
// back: what was withdrawn, suppressed or approved later stays so.
func (p *Project) Restore(ctx context.Context, from string, o RestoreOptions) (*Restored, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	if err := p.sweep(); err != nil {
		return nil, err
	}
	dir, err := p.freshDir("restore")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	p.say(Event{Step: "verify"})
	m, err := archive.Read(ctx, from, dir)
	if err != nil {
		return nil, err
	}
	p.say(Event{Step: "verify", Done: true})
	p.point(pointVerified)
	if err := p.mayReplace(ctx, m, o); err != nil {
		return nil, err
	}
	out := &Restored{File: from, Run: m.Run, AsOf: m.AsOf}
	if out.StateRows, err = p.restoreState(ctx, filepath.Join(dir, backupState), o); err != nil {
		return nil, fmt.Errorf("restore the state: %w", err)
	}
	if err := p.restoreLanding(filepath.Join(dir, backupLanding)); err != nil {
		return nil, fmt.Errorf("restore landed files: %w", err)
	}
	p.point(pointState)
	issued := p.issuedIDs(ctx)
	p.say(Event{Step: "load"})
	if err := importBase(ctx, p.Warehouse, filepath.Join(dir, backupBase), p.fence); err != nil {
		return nil, fmt.Errorf("restore the base: %w", err)
	}
	p.say(Event{Step: "load", Done: true})
	p.point(pointRestored)
	if err := p.relandLater(ctx, out); err != nil {
		return nil, err
	}
	asOf, ok, err := p.lastNight(ctx)
	if err != nil || !ok {
		return out, err
	}
	out.Night, err = p.runLocked(ctx, RunOptions{AsOf: asOf, landed: true, outlived: issued})
	return out, err
}

// issuedIDs returns the customer ids that the present base issued, which stay
// resolvable; none where it can't be read.
func (p *Project) issuedIDs(ctx context.Context) (ids []match.Identity) {
	_ = p.look(ctx, func(r connectors.Reader) (err error) { // what can't be read is given up
		ids, err = identities(ctx, r, p.Warehouse.Base("base_ids"))
		return err
	})
	return ids
}

// mayReplace refuses a backup that this program can't restore, or that would take
// the base back without being told to.
func (p *Project) mayReplace(ctx context.Context, m *archive.Manifest, o RestoreOptions) error {
	if m.BaseVersion > baseVersion() {
		return connectors.NewerVersion("base of the backup", m.BaseVersion, baseVersion())
	}
	if o.Force {
		return nil
	}
	if m.Company != p.Config.Company.Name {
		return connectors.Errorf(connectors.KindConfig, "other_company", "--force restores it all the same", "the backup is of %q, and the config is of %q", m.Company, p.Config.Company.Name)
	}
	there, err := standsAt(ctx, p.Warehouse)
	switch code := connectors.CodeOf(err); {
	case code == "newer_version" || code == "locked" || ctx.Err() != nil:
		return err
	case err != nil:
		return connectors.Errorf(connectors.KindEnvironment, "unreadable_base", "--force replaces it", "the base that is there can't be read: %w", err)
	}
	asOf, _ := time.Parse(time.DateOnly, m.AsOf) // zero, before all nights, where it says none
	if there.after(baseNight{AsOf: asOf, StartedAt: m.StartedAt}) {
		return connectors.Errorf(connectors.KindConfig, "newer_base", "--force replaces it, and works its last night again", "the base that is there is of run %s, and newer than the backup, of run %s", there.Run, orNone(m.Run))
	}
	return nil
}

func orNone(run string) string {
	if run == "" {
		return "none"
	}
	return run
}

// restoreState adds the rows of a state to the present one, where that is empty
// or o says so, and returns how many were new.
func (p *Project) restoreState(ctx context.Context, path string, o RestoreOptions) (int64, error) {
	runs, err := p.State.Runs(ctx, 1)
	if err != nil {
		return 0, err
	}
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return 0, err
	}
	if len(runs)+len(landings) > 0 && !o.State {
		return 0, nil
	}
	from, err := sqlitestate.Open(ctx, path) // which brings an older one up to date
	if err != nil {
		return 0, err
	}
	defer from.Close()
	if err := p.fence(ctx); err != nil {
		return 0, err
	}
	return p.State.Import(ctx, func(each func(connectors.StateRow) error) error { return from.Export(ctx, each) })
}

// restoreLanding lays the landed files of a backup where they belong. What lies
// there already is the same: a delivery's name is what it holds.
func (p *Project) restoreLanding(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		to := p.landing(name)
		if _, err := os.Stat(to); err == nil {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(to), privateDir); err != nil {
			return err
		}
		return os.Rename(path, to) // below the same home, and on the disk already
	})
	if errors.Is(err, fs.ErrNotExist) { // none waited
		return nil
	}
	return connectors.SystemError(err)
}

// relandLater finds the deliveries that the state says are loaded and the base
// does not hold, and reads those again whose landed rows are gone.
func (p *Project) relandLater(ctx context.Context, out *Restored) error {
	ledger, err := p.dueDates(ctx)
	if err != nil {
		return err
	}
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return err
	}
	for _, l := range landings {
		if _, held := ledger[l.ID]; held || l.State != connectors.LandingLoaded {
			continue
		}
		out.Later++
		if _, err := p.relanded(ctx, l); err != nil {
			if ctx.Err() != nil || connectors.CodeOf(err) == "disk_full" {
				return err
			}
			out.Lost = append(out.Lost, l.ID)
		}
	}
	return nil
}
