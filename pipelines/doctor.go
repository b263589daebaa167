package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/schemas/option"
)

// Probe is what was found out about one thing that a run needs.
type Probe struct {
	About      string          `json:"about"`
	Severity   option.Severity `json:"severity"` // ok, warning, error
	Code       string          `json:"code"`
	Message    string          `json:"message"`
	Suggestion string          `json:"suggestion,omitempty"`

	kind connectors.Kind
}

// ProbeOK is the severity of a probe that found nothing wrong.
const ProbeOK option.Severity = "ok"

// Kind says who can do something about an error: the config, or the environment.
func (p Probe) Kind() connectors.Kind { return p.kind }

func passed(about, format string, args ...any) Probe {
	return Probe{About: about, Severity: ProbeOK, Code: "ok", Message: fmt.Sprintf(format, args...)}
}

func warned(about, code, suggestion, format string, args ...any) Probe {
	return Probe{About: about, Severity: option.Warning, Code: code, Message: fmt.Sprintf(format, args...), Suggestion: suggestion}
}

// ProbeError is the probe of something that went wrong.
func ProbeError(about string, err error) Probe {
	f := FailureOf(err)
	kind := connectors.KindOf(err)
	if kind != connectors.KindConfig {
		kind = connectors.KindEnvironment
	}
	return Probe{About: about, Severity: option.Error, Code: f.Code, Message: f.Message, Suggestion: f.Remedy, kind: kind}
}

// Diagnose looks at each thing that a run needs, one after the other, and works
// no night: the folder of the data, the machine, the lock, the state, the base,
// what is published, and every source. It writes nothing but a file that it
// removes again; where there is no home yet it makes none.
func Diagnose(ctx context.Context, c *config.Config, home string, env Env) ([]Probe, error) {
	d := &doctor{config: c, env: env}
	var err error
	if d.home, err = filepath.Abs(home); err != nil {
		return nil, fmt.Errorf("home: %w", err)
	}
	d.clock()
	there := d.folder()
	d.disk()
	d.memory()
	p := &Project{Config: c, Home: d.home, env: env}
	if there {
		if opened, err := Open(ctx, c, d.home, env); err != nil {
			d.add(ProbeError("state and base", err))
		} else {
			defer opened.Close()
			p = opened
			d.lock(ctx, p)
			d.nights(ctx, p)
			d.base(ctx, p)
			d.published(ctx, p)
		}
	} else {
		temp, err := os.MkdirTemp("", "clientele-")
		if err != nil {
			return nil, homeError(err)
		}
		defer os.RemoveAll(temp)
		p.Home = temp
		if err := os.Mkdir(p.temp(""), privateDir); err != nil {
			return nil, homeError(err)
		}
	}
	for _, s := range c.Sources {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d.source(ctx, p, s)
	}
	return d.probes, ctx.Err()
}

// doctor is one diagnosis under way.
type doctor struct {
	config *config.Config
	home   string
	env    Env
	probes []Probe
}

func (d *doctor) add(p Probe) { d.probes = append(d.probes, p) }

// clock looks at the clock and the time zone.
func (d *doctor) clock() {
	now, zone := d.env.Now(), d.config.Company.Zone
	if now.Year() < 2026 { // before the program was written
		d.add(Probe{About: "clock", Severity: option.Error, Code: "clock", Message: "the clock says " + now.UTC().Format(time.RFC3339), Suggestion: "set the clock of this machine", kind: connectors.KindEnvironment})
		return
	}
	d.add(passed("clock", "%s in %s: `run` would work the night of %s", now.In(zone).Format("2006-01-02 15:04"), zone, now.In(zone).Format(time.DateOnly)))
}

// folder looks at home, and reports whether there is one.
func (d *doctor) folder() bool {
	const about = "home"
	info, err := os.Stat(d.home)
	if errors.Is(err, fs.ErrNotExist) {
		parent := existing(filepath.Dir(d.home))
		if err := writable(parent); err != nil {
			d.add(ProbeError(about, homeError(err)))
		} else {
			d.add(passed(about, "%s is not there yet: the first run makes it", d.home))
		}
		return false
	}
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", d.home)
	}
	if err == nil {
		err = writable(d.home)
	}
	if err != nil {
		d.add(ProbeError(about, homeError(err)))
		return false
	}
	var open []string
	for _, name := range []string{filepath.Dir(baseFile), filepath.Dir(stateFile), landingDir, tempDir, baseFile, stateFile} {
		if info, err := os.Stat(filepath.Join(d.home, name)); err == nil && info.Mode().Perm()&0o077 != 0 {
			open = append(open, fmt.Sprintf("%s is %04o", name, info.Mode().Perm()))
		}
	}
	if len(open) > 0 {
		d.add(warned(about, "mode", "chmod -R go-rwx "+d.home+"; the next run sets its folders right by itself", "others on this machine can reach personal data: %s", strings.Join(open, ", ")))
		return true
	}
	d.add(passed(about, "%s can be written, and its private folders are private", d.home))
	return true
}

// existing returns the nearest folder above that is there.
func existing(dir string) string {
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return dir
		}
		dir = up
	}
}

// writable tries whether a file can be made in a folder.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".clientele-doctor-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// lock looks at who works on the project.
func (d *doctor) lock(ctx context.Context, p *Project) {
	if err := p.LockedBy(ctx); err != nil {
		d.add(Probe{About: "lock", Severity: option.Warning, Code: connectors.CodeOf(err), Message: FailureOf(err).Message, Suggestion: FailureOf(err).Remedy})
		return
	}
	d.add(passed("lock", "nobody works on this project"))
}

// LockedBy returns nil while the project's lock is free, and else the error that
// names who holds it, and since when.
func (p *Project) LockedBy(ctx context.Context) error {
	held, err := p.underWay(ctx)
	if err != nil || held == nil {
		return err
	}
	return p.holder().Locked(*held)
}

// nights looks at the state: what the last nights were, and whether they lie
// before now.
func (d *doctor) nights(ctx context.Context, p *Project) {
	const about = "state"
	runs, err := p.State.Runs(ctx, 0)
	if err != nil {
		d.add(ProbeError(about, err))
		return
	}
	if len(runs) == 0 {
		d.add(passed(about, "it can be read; no night was worked yet"))
		return
	}
	last := runs[0]
	for _, r := range runs {
		if r.FinishedAt.After(d.env.Now().Add(time.Minute)) {
			d.add(Probe{About: "clock", Severity: option.Error, Code: "clock", Message: fmt.Sprintf("run %s ended at %s, which lies in the future", r.ID, r.FinishedAt.UTC().Format(time.RFC3339)),
				Suggestion: "set the clock of this machine", kind: connectors.KindEnvironment})
			break
		}
	}
	if hasPublished(last.Status) {
		d.add(passed(about, "the last run is %s: %s", last.ID, last.Status))
		return
	}
	said := last.Error
	if said != "" {
		said = ", " + said
	}
	d.add(warned(about, "last_run", "clientele runs show "+last.ID, "the last run is %s: %s%s", last.ID, last.Status, said))
}

// base looks into the base, which is locked while a night is under way.
func (d *doctor) base(ctx context.Context, p *Project) {
	const about = "base"
	var deliveries, parties int64
	err := p.look(ctx, func(r connectors.Reader) error {
		for table, into := range map[string]*int64{"base_deliveries": &deliveries, "base_members": &parties} {
			found, err := rows(ctx, r, "SELECT COUNT(*) AS counted FROM "+p.Warehouse.Base(table))
			if err != nil {
				return err
			}
			*into, _ = found.Values[0][0].(int64)
		}
		suspects, err := p.collectives(ctx, r)
		for _, s := range suspects {
			d.add(warned("source "+s.source, "collective", fmt.Sprintf("if it stands for nobody in particular (counter sales), say in sources.%s: collective: [%q]", s.source, s.account),
				"account %s has %s orders, and most have at most %s: it looks like a collective account", s.account, Thousands(s.orders), Thousands(s.usual)))
		}
		return err
	})
	switch {
	case connectors.CodeOf(err) == "locked":
		d.add(warned(about, "locked", "ask again when it is done", "a night is under way, and the base can't be read meanwhile"))
	case err != nil:
		d.add(ProbeError(about, err))
	default:
		d.add(passed(about, "it can be read and written: %s deliveries, %s parties", Thousands(deliveries), Thousands(parties)))
	}
}

// Prober is a Warehouse that can find out more about what a night needs of it:
// permissions, a budget, a location. Probes are called by what they are about.
type Prober interface {
	Probe(ctx context.Context) map[string]error
}

// published looks at what readers see.
func (d *doctor) published(ctx context.Context, p *Project) {
	const about = "published"
	if prober, ok := p.Warehouse.(Prober); ok {
		found := prober.Probe(ctx)
		for _, name := range sortedKeys(found) {
			if err := found[name]; err != nil {
				d.add(ProbeError("warehouse "+name, err))
			} else {
				d.add(passed("warehouse "+name, "as a night needs it"))
			}
		}
	}
	asOf, ok, err := p.lastNight(ctx)
	if err != nil {
		d.add(ProbeError(about, err))
		return
	}
	if !ok {
		d.add(passed(about, "nothing is published yet"))
		return
	}
	r, err := p.Warehouse.Published(ctx)
	if err != nil {
		d.add(ProbeError(about, err))
		return
	}
	defer r.Close()
	found, err := rows(ctx, r, "SELECT COUNT(*) AS counted FROM customers")
	if err != nil {
		d.add(ProbeError(about, err))
		return
	}
	n, _ := found.Values[0][0].(int64)
	d.add(passed(about, "the night of %s, %s customers", asOf.Format(time.DateOnly), Thousands(n)))
}
