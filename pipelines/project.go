// Package pipelines is how a night flows: which steps there are, in which order,
// what is kept of each, and what happens when one fails. It knows no file format
// and no SQL dialect.
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
	"clientele/connectors/duckdbwarehouse"
	"clientele/connectors/parquetio"
	"clientele/connectors/postgresstate"
	"clientele/connectors/sqlitestate"
	"clientele/pipelines/config"
)

// Env is what a pipeline needs to know of the world, so that it asks for none
// of it.
type Env struct {
	Now     func() time.Time
	Host    string
	PID     int
	Command string
	Version string
	// Outside is what those who speak over a network need to know beside Now.
	Outside connectors.Outside
	// Progress is told how far a night is; nil for nobody.
	Progress func(Event)
	// BreakLock takes the project's lock also where another process holds it.
	BreakLock bool
	// Point is called at the named points of a night, for tests that kill the
	// program there; nil for none.
	Point func(name string)
}

// Event is one thing that happened in a night, for people who watch.
type Event struct {
	Run    string        `json:"run,omitempty"`
	Step   string        `json:"step"`
	Source string        `json:"source,omitempty"`
	Rows   int64         `json:"rows,omitempty"`
	Unit   string        `json:"unit,omitempty"` // what Rows counts, "" for rows
	Detail string        `json:"detail,omitempty"`
	Done   bool          `json:"done"`
	Failed bool          `json:"failed,omitempty"`
	Took   time.Duration `json:"took_ns,omitempty"`
}

// Steps of events that are no steps of a night.
const (
	StepHeld    = "held"    // a source is held back
	StepObserve = "observe" // an observer could not do its work
)

// Project is a config with the place where its data lives.
type Project struct {
	Config    *config.Config
	Home      string
	Warehouse connectors.Warehouse
	State     connectors.State

	env    Env
	run    string          // under way, "" for none
	locked connectors.Lock // nil before it is taken
}

const (
	privateDir  = 0o700
	privateFile = 0o600
)

// The names of things under --home.
const (
	baseFile      = "base/base.duckdb"
	publishedFile = "published.duckdb"
	stateFile     = "state/state.sqlite"
	landingDir    = "landing"
	tempDir       = "tmp"
)

// Open opens the project whose data lives in home, which is made if need be.
func Open(ctx context.Context, c *config.Config, home string, env Env) (*Project, error) {
	home, err := filepath.Abs(home)
	if err != nil {
		return nil, fmt.Errorf("home: %w", err)
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return nil, homeError(err)
	}
	for _, dir := range []string{filepath.Dir(baseFile), filepath.Dir(stateFile), landingDir, tempDir} {
		dir = filepath.Join(home, dir)
		if err := os.MkdirAll(dir, privateDir); err != nil {
			return nil, homeError(err)
		}
		if err := os.Chmod(dir, privateDir); err != nil {
			return nil, homeError(err)
		}
	}
	w, err := openWarehouse(ctx, c, home, filepath.Join(home, tempDir), env)
	if err != nil {
		return nil, err
	}
	state, err := openState(ctx, c.State, home)
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return &Project{Config: c, Home: home, Warehouse: w, State: state, env: env}, nil
}

// openState opens the state that the config names.
func openState(ctx context.Context, c config.State, home string) (connectors.State, error) {
	if c.Postgres.Used {
		return postgresstate.Open(ctx, postgresstate.Options{URL: c.Postgres.URL, Schema: c.Postgres.Schema})
	}
	return sqlitestate.Open(ctx, filepath.Join(home, stateFile))
}

func homeError(err error) error {
	return connectors.Errorf(connectors.KindEnvironment, "home", "choose a folder of your own with --home", "prepare home: %w", err)
}

// Close frees what Open took.
func (p *Project) Close() error { return errors.Join(p.Warehouse.Close(), p.State.Close()) }

// project returns what sources need to know of where they are.
func (p *Project) project() connectors.Project {
	outside := p.env.Outside
	outside.Now = p.env.Now
	return connectors.Project{Dir: p.Config.Dir(), Temp: p.temp(""), Version: p.env.Version, Outside: outside}
}

func (p *Project) temp(name string) string    { return filepath.Join(p.Home, tempDir, name) }
func (p *Project) landing(name string) string { return filepath.Join(p.Home, landingDir, name) }

func (p *Project) say(e Event) {
	if p.env.Progress != nil {
		e.Run = p.run
		p.env.Progress(e)
	}
}

func (p *Project) point(name string) {
	if p.env.Point != nil {
		p.env.Point(name)
	}
}

// sweep empties the folder of temporary files, and throws away what a killed
// program left half landed: its file may be gone from the source by now, and
// then nothing would overwrite it.
func (p *Project) sweep() error {
	if err := duckdbwarehouse.Sweep(p.temp("")); err != nil {
		return err
	}
	half, err := fs.Glob(os.DirFS(p.landing("")), "*/*"+parquetio.Unfinished)
	if err != nil {
		return err
	}
	for _, name := range half {
		if err := os.Remove(p.landing(name)); err != nil {
			return homeError(err)
		}
	}
	return nil
}

// Today is the date of the night that a run works for when it is told no other:
// the current date in the company's time zone.
func (p *Project) Today() time.Time { return p.NightOf(p.env.Now()) }
