package config

import (
	"context"
	"slices"

	"clientele/connectors"
	"clientele/connectors/companieshouse"
	"clientele/connectors/gleif"
	"clientele/connectors/kbo"
	"clientele/connectors/kvk"
	"clientele/connectors/nbb"
	"clientele/connectors/registry"
	"clientele/connectors/sirene"
	"clientele/connectors/vies"
	"clientele/schemas"
	"clientele/schemas/option"
	"clientele/transforms/conform"
)

// Registries are the official registers that firms are looked up in.
type Registries struct {
	KBO            Registry[kbo.Options]
	NBB            Registry[nbb.Options]
	KvK            Registry[kvk.Options]
	VIES           Registry[vies.Options]
	GLEIF          Registry[gleif.Options]
	CompaniesHouse Registry[companieshouse.Options]
	Sirene         Registry[sirene.Options]
}

// Registry is a register: its options, and whether the config names it.
type Registry[O any] struct {
	Options O
	Named   bool
}

// RegisterSource begins the names of the sources that registers are.
const RegisterSource = "registry."

// registerConnector is the connector of registers, which no config can name.
const registerConnector = "register"

// register is a register that nights ask: its name and, where it is called, how.
type register struct {
	name    string
	named   bool
	rank    int
	renewal registry.Renewal
	access  *registry.Access
	link    float64 // LinkAbove of a Register
}

// nightly returns the registers that nights can ask, in the order in which their
// values count: national registers before the others.
func (r *Registries) nightly() []register {
	return []register{
		{"kbo", r.KBO.Named, 1, r.KBO.Options.Renewal, nil, r.KBO.Options.LinkAbove},
		{"kvk", r.KvK.Named, 1, r.KvK.Options.Renewal, &r.KvK.Options.Access, 0},
		{"companieshouse", r.CompaniesHouse.Named, 1, r.CompaniesHouse.Options.Renewal, nil, 0},
		{"sirene", r.Sirene.Named, 1, r.Sirene.Options.Renewal, nil, 0},
		{"nbb", r.NBB.Named, 2, r.NBB.Options.Renewal, &r.NBB.Options.Access, 0},
		{"gleif", r.GLEIF.Named, 3, r.GLEIF.Options.Renewal, r.gleifAccess(), 0},
		{"vies", r.VIES.Named, 4, r.VIES.Options.Renewal, &r.VIES.Options.Access, 0},
	}
}

// gleifAccess returns how GLEIF is called, nil where its golden copies are read.
func (r *Registries) gleifAccess() *registry.Access {
	if len(r.GLEIF.Options.Paths) > 0 {
		return nil
	}
	return &r.GLEIF.Options.Access
}

// Register is what a night must know of a register that is a source.
type Register struct {
	Name string // as the config calls it
	Rank int    // of its values among those of registers; 1 wins
	registry.Renewal
	// Access is nil for a register that is read and not called: from a copy that is
	// kept, or from its own files.
	Access *registry.Access
	// LinkAbove is the probability from which a firm without number is taken to be one of the
	// register; 0 where none is looked for.
	LinkAbove float64
}

// addRegisters makes sources of the registers that the config names.
func (c *Config) addRegisters() {
	for _, r := range c.Registries.nightly() {
		if !r.named {
			continue
		}
		s := &Source{Name: RegisterSource + r.name, Connector: registerConnector, Origin: "register", Expect: Expect{MaxQuarantined: 1},
			Register: &Register{Name: r.name, Rank: r.rank, Renewal: r.renewal, Access: r.access, LinkAbove: r.link}}
		for i, target := range schemas.RegistryInputs() {
			m := &conform.Mapping{Name: target, Target: target, Delivery: conform.Append}
			switch {
			case i == 0, target == schemas.RegistryInput+"links": // the last answer about a firm is the one that counts
				m.Delivery = conform.Changes
			case target == schemas.RegistryConcordance: // the last one is all there is
				m.Delivery, m.Scope = conform.Snapshot, conform.Scope{Of: "from_version", By: "value"}
			}
			s.Tables = append(s.Tables, m)
		}
		c.Registers = append(c.Registers, s)
	}
}

// AllSources returns the sources of the config, and behind them its registers.
func (c *Config) AllSources() []*Source { return slices.Concat(c.Sources, c.Registers) }

// answers is a source whose deliveries only nights land, which ask for them.
type answers struct{}

func (answers) Deliveries(context.Context, string) ([]connectors.Delivery, error) { return nil, nil }
func (answers) Format() connectors.Format                                         { return connectors.Format{} }
func (answers) Open(context.Context, connectors.Delivery) (connectors.Rows, error) {
	return nil, connectors.Errorf(connectors.KindEnvironment, "landing_gone", "restore them from a backup of --home", "answers of a register can't be read again: what landed of them is gone")
}

func (r *Registries) spec(s *option.Spec) {
	object := func(name, doc string, named *bool) *option.Spec { return s.Object(name, doc).Present(named).Spec() }
	r.KBO.Options.Spec(object("kbo", "the Belgian register of enterprises, from its open data; `clientele enrich load` takes extracts in", &r.KBO.Named))
	r.NBB.Options.Spec(object("nbb", "annual accounts of firms in Belgium; https://ws.uat2.cbso.nbb.be is its test service", &r.NBB.Named))
	r.KvK.Options.Spec(object("kvk", "the Dutch trade register; https://api.kvk.nl/test is its test service", &r.KvK.Named))
	r.VIES.Options.Spec(object("vies", "whether VAT numbers of the European Union are valid; it needs no key", &r.VIES.Named))
	r.GLEIF.Options.Spec(object("gleif", "legal entity identifiers; it needs no key", &r.GLEIF.Named))
	r.CompaniesHouse.Options.Spec(object("companieshouse", "companies of the United Kingdom, from the file of basic company data", &r.CompaniesHouse.Named))
	r.Sirene.Options.Spec(object("sirene", "firms in France, from the stock files of Sirene", &r.Sirene.Named))
}

// DefaultRegistries are the registers of who has no config: those that are asked
// without a key.
func DefaultRegistries() Registries {
	var r Registries
	r.spec(option.New("registries", ""))
	return r
}
