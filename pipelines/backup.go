package pipelines

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/sqlitestate"
	"clientele/connectors/sqlstate"
	"clientele/pipelines/archive"
	"clientele/schemas"
)

// The members of a backup: a file per table of the base, the state as an SQLite
// file, whatever store it is in, and the landed files that wait.
const (
	backupBase    = "base"
	backupState   = "state.sqlite"
	backupLanding = "landing"
)

// Backup is a backup that was written.
type Backup struct {
	File string `json:"file"`
	Size int64  `json:"bytes"`
	Run  string `json:"run,omitempty"`
	AsOf string `json:"as_of,omitempty"`
	// Tables are the tables of the base, Waiting counts the landed deliveries
	// that the base does not hold yet.
	Tables  []Digest `json:"tables"`
	Waiting int      `json:"waiting"`
}

// Backup writes base and state, as they are between two nights, and the landed
// files that wait, to an archive: to a file that is called *.tar, or else to a
// new file in a folder.
func (p *Project) Backup(ctx context.Context, to string) (*Backup, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	if err := p.sweep(); err != nil {
		return nil, err
	}
	dir, err := p.freshDir("backup")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	m := &archive.Manifest{CreatedAt: p.env.Now().UTC(), Version: p.env.Version, StateVersion: sqlstate.Version(), BaseVersion: baseVersion(), Company: p.Config.Company.Name}
	out := &Backup{}
	if out.Tables, err = p.backUpBase(ctx, filepath.Join(dir, backupBase), m); err != nil {
		return nil, fmt.Errorf("back up the base: %w", err)
	}
	if err := p.backUpState(ctx, filepath.Join(dir, backupState)); err != nil {
		return nil, fmt.Errorf("back up the state: %w", err)
	}
	m.Members = append(m.Members, archive.Member{Name: backupState, Path: filepath.Join(dir, backupState)})
	if out.Waiting, err = p.backUpLanding(ctx, m); err != nil {
		return nil, err
	}
	out.Run, out.AsOf = m.Run, m.AsOf
	out.File = to
	if !strings.HasSuffix(to, ".tar") {
		if err := os.MkdirAll(to, privateDir); err != nil {
			return nil, connectors.SystemError(err)
		}
		out.File = filepath.Join(to, "clientele-"+m.CreatedAt.Format("20060102T150405Z")+".tar")
	}
	p.say(Event{Step: "pack"})
	if err := archive.Write(ctx, out.File, m); err != nil {
		return nil, err
	}
	info, err := os.Stat(out.File)
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	out.Size = info.Size()
	p.say(Event{Step: "pack", Done: true})
	return out, nil
}

// backUpBase writes the tables of the base to a folder, and what night they are
// of.
func (p *Project) backUpBase(ctx context.Context, dir string, m *archive.Manifest) ([]Digest, error) {
	if err := os.MkdirAll(dir, privateDir); err != nil {
		return nil, connectors.SystemError(err)
	}
	tx, err := p.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if err := tx.Create(ctx, schemas.Published()); err != nil {
		return nil, err
	}
	night, err := nightOfBase(ctx, p.Warehouse, tx)
	if err != nil {
		return nil, err
	}
	if night.Run != "" {
		m.Run, m.AsOf, m.StartedAt = night.Run, night.AsOf.Format(time.DateOnly), night.StartedAt
	}
	digests, err := exportBase(ctx, p.Warehouse, tx, dir)
	for _, d := range digests {
		name := d.Table + parquetSuffix
		m.Members = append(m.Members, archive.Member{Name: backupBase + "/" + name, Path: filepath.Join(dir, name)})
	}
	return digests, err
}

// backUpState copies the state to an SQLite file.
func (p *Project) backUpState(ctx context.Context, path string) error {
	to, err := sqlitestate.Open(ctx, path)
	if err != nil {
		return err
	}
	defer to.Close()
	if _, err := to.Import(ctx, func(each func(connectors.StateRow) error) error { return p.State.Export(ctx, each) }); err != nil {
		return err
	}
	return to.Close() // which writes its log into the file
}

// backUpLanding adds the landed files that the base does not hold, or not all
// rows of, and returns how many there are.
func (p *Project) backUpLanding(ctx context.Context, m *archive.Manifest) (int, error) {
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return 0, err
	}
	ledger, err := p.dueDates(ctx)
	if err != nil {
		return 0, err
	}
	waiting := 0
	for _, l := range landings {
		waits := l.State == connectors.LandingNew || l.State == connectors.LandingHeld || l.State == connectors.LandingLoaded && !ledger[l.ID].IsZero()
		if l.File == "" || !waits {
			continue
		}
		if _, err := os.Stat(p.landing(l.File)); os.IsNotExist(err) {
			continue // a night would say so
		}
		waiting++
		m.Members = append(m.Members, archive.Member{Name: backupLanding + "/" + filepath.ToSlash(l.File), Path: p.landing(l.File)})
	}
	return waiting, nil
}

// dueDates returns the deliveries that the base holds, with the earliest date of
// their rows that were still in the future; zero for none.
func (p *Project) dueDates(ctx context.Context) (map[string]time.Time, error) {
	due := map[string]time.Time{}
	err := p.look(ctx, func(base connectors.Reader) error {
		return base.Read(ctx, fmt.Sprintf("SELECT delivery_id, due_on FROM %s ORDER BY delivery_id ASC NULLS LAST", p.Warehouse.Base("base_deliveries")), func(rec arrow.Record) error {
			for i := range int(rec.NumRows()) {
				due[text(rec, 0, i)] = date(rec, 1, i)
			}
			return nil
		})
	})
	return due, err
}

// VerifyBackup checks a backup against its manifest.
func VerifyBackup(ctx context.Context, path string) (*archive.Manifest, error) {
	return archive.Read(ctx, path, "")
}
