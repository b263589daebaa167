// Package registers asks official registers about firms: it tells numbers apart,
// chooses whom to ask, and says in this project's own terms what they answered.
package registers

import (
	"path/filepath"
	"slices"

	"clientele/connectors"
	"clientele/connectors/companieshouse"
	"clientele/connectors/gleif"
	"clientele/connectors/kbo"
	"clientele/connectors/kvk"
	"clientele/connectors/nbb"
	"clientele/connectors/objects"
	"clientele/connectors/registry"
	"clientele/connectors/sirene"
	"clientele/connectors/vies"
	"clientele/pipelines/config"
)

// Registers are the registers of a project. Close them.
type Registers struct{ list []register }

// register is one of them.
type register struct {
	registry.Provider
	named bool           // by the config
	keyed bool           // it needs a key and has one, or needs none
	line  *registry.Line // nil for one that is not called
	paths []string       // of its files, for one that comes as files
}

// Open returns the registers of a config, whose relative paths start from dir, and
// whose copies are kept under home.
func Open(c config.Registries, dir, home string, w registry.World) *Registers {
	r := &Registers{}
	files := func(paths ...string) []string {
		var out []string
		for _, p := range paths {
			if p == "" {
				continue
			}
			if !filepath.IsAbs(p) {
				p = filepath.Join(dir, p)
			}
			out = append(out, p)
		}
		return out
	}
	kept := filepath.Join(home, "registries")
	k := kbo.New(files(c.KBO.Options.Paths...), kbo.Place{Path: filepath.Join(kept, "kbo.duckdb"), Temp: filepath.Join(kept, "temp"), Memory: copyMemory})
	if from := c.KBO.Options.Fetch; from != "" {
		k.From(objects.At(connectors.Project{Dir: dir, Version: w.Version, Outside: w.Outside}, []string{from}, c.KBO.Options.Store))
	}
	r.add(k, c.KBO.Named, c.KBO.Named)
	called := func(name string, access registry.Access, p func(*registry.Line) registry.Provider, named, keyed bool, paths ...string) {
		l := registry.NewLine(name, access.Rate, w)
		r.add(p(l), named, keyed, paths...)
		r.list[len(r.list)-1].line = l
	}
	called("nbb", c.NBB.Options.Access, func(l *registry.Line) registry.Provider { return nbb.New(c.NBB.Options, l) }, c.NBB.Named, c.NBB.Options.HasKey())
	called("kvk", c.KvK.Options.Access, func(l *registry.Line) registry.Provider { return kvk.New(c.KvK.Options, l) }, c.KvK.Named, c.KvK.Options.HasKey())
	called("vies", c.VIES.Options.Access, func(l *registry.Line) registry.Provider { return vies.New(c.VIES.Options, l) }, c.VIES.Named, true)
	called("gleif", c.GLEIF.Options.Access, func(l *registry.Line) registry.Provider { return gleif.New(c.GLEIF.Options, l) }, c.GLEIF.Named, true, files(c.GLEIF.Options.Paths...)...)
	r.add(companieshouse.Register{}, c.CompaniesHouse.Named, true, files(c.CompaniesHouse.Options.Path)...)
	r.add(sirene.Register{}, c.Sirene.Named, true, files(c.Sirene.Options.Paths...)...)
	return r
}

// copyMemory is what making a copy of a register may use; what does not fit goes to
// files.
const copyMemory = "1400MB"

func (r *Registers) add(p registry.Provider, named, keyed bool, paths ...string) {
	r.list = append(r.list, register{Provider: p, named: named, keyed: keyed, paths: paths})
}

// Close drops connections that are kept for reuse.
func (r *Registers) Close() {
	for _, x := range r.list {
		if x.line != nil {
			x.line.Close()
		}
	}
}

// Cards returns the cards of all registers there are, in the order in which they
// are asked.
func Cards() []registry.Card {
	r := Open(config.DefaultRegistries(), "", "", registry.World{})
	defer r.Close()
	cards := make([]registry.Card, len(r.list))
	for i, x := range r.list {
		cards[i] = x.Card()
	}
	return cards
}

// index returns the place of a register, -1 for a name that none has.
func (r *Registers) index(name string) int {
	return slices.IndexFunc(r.list, func(x register) bool { return x.Card().Name == name })
}

// Card returns the card of a register.
func (r *Registers) Card(name string) registry.Card { return r.list[r.index(name)].Card() }
