package config

import (
	"clientele/connectors/companieshouse"
	"clientele/connectors/gleif"
	"clientele/connectors/kbo"
	"clientele/connectors/kvk"
	"clientele/connectors/nbb"
	"clientele/connectors/sirene"
	"clientele/connectors/vies"
	"clientele/schemas/option"
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
