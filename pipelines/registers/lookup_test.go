package registers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
)

// asked starts one server for all registers that are called, and returns the
// registers of a config that names those, with what is asked of the server.
func asked(t *testing.T, status int, change func(*config.Registries)) (*registers.Registers, *[]string) {
	t.Helper()
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		w.WriteHeader(status)
		fmt.Fprint(w, `{"data":[]}`)
	}))
	t.Cleanup(server.Close)
	c := config.DefaultRegistries()
	for _, access := range []*registry.Access{&c.NBB.Options.Access, &c.KvK.Options.Access, &c.VIES.Options.Access, &c.GLEIF.Options.Access} {
		access.URL, access.Rate = server.URL, 0
	}
	change(&c)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "units.csv"), []byte("siren,denominationUniteLegale,categorieJuridiqueUniteLegale,etatAdministratifUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale\n111111118,ESSAI,1000,A,62.01Z,NAFRev2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "places.csv"), []byte("siren,siret,etatAdministratifEtablissement\n111111118,11111111800011,A\n333333334,33333333400011,A\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := registers.Open(c, dir, t.TempDir(), registry.World{Outside: connectors.Outside{Now: func() time.Time { return time.Unix(0, 0) }, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}})
	t.Cleanup(r.Close)
	return r, &paths
}

func identify(t *testing.T, text, country string) registers.Identity {
	t.Helper()
	id, err := registers.Identify(text, country)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestWhoIsAsked: the registers that the config names, else those that need no
// key, where they cover the country and the number fits.
func TestWhoIsAsked(t *testing.T) {
	all := func(c *config.Registries) {
		c.NBB.Named, c.KvK.Named, c.VIES.Named, c.GLEIF.Named, c.CompaniesHouse.Named, c.Sirene.Named = true, true, true, true, true, true
	}
	none := func(*config.Registries) {}
	for _, test := range []struct {
		name, text, country, register, want, code string
		config                                    func(*config.Registries)
	}{
		{name: "no config", text: "BE0403019261", want: "vies gleif", config: none},
		{name: "all", text: "BE0403019261", want: "nbb vies gleif", config: all},
		{name: "some", text: "BE0403019261", want: "nbb", config: func(c *config.Registries) { c.NBB.Named = true }},
		{name: "Dutch", text: "69599084", country: "NL", want: "kvk gleif", config: all},
		{name: "an LEI", text: "529900D6BF99LW9R2E68", country: "BE", want: "gleif", config: all},
		{name: "a golden copy", text: "69599084", country: "NL", want: "kvk gleif", config: func(c *config.Registries) { all(c); c.GLEIF.Options.Paths = []string{"golden.csv"} }},
		{name: "a golden copy by name", text: "Voorbeeld", country: "NL", want: "kvk", config: func(c *config.Registries) { all(c); c.GLEIF.Options.Paths = []string{"golden.csv"} }},
		{name: "German VAT", text: "DE136695976", want: "vies", config: all},
		{name: "one that is not named", text: "BE0403019261", register: "vies", want: "vies", config: func(c *config.Registries) { c.NBB.Named = true }},
		{name: "none", text: "DE136695976", code: "no_register", config: func(c *config.Registries) { c.NBB.Named = true }},
		{name: "a typo", text: "BE0403019261", register: "veis", code: "unknown_register", config: all},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := asked(t, http.StatusNotFound, test.config)
			said, err := r.Lookup(t.Context(), identify(t, test.text, test.country), test.register)
			var names []string
			for _, s := range said {
				names = append(names, s.Card.Name)
			}
			if got := strings.Join(names, " "); got != test.want || connectors.CodeOf(err) != test.code {
				t.Errorf("asked %q, %v; want %q, code %q", got, err, test.want, test.code)
			}
		})
	}
}

// TestOneThatFails: a register that is down, or has no key, keeps the others from
// nothing.
func TestOneThatFails(t *testing.T) {
	r, _ := asked(t, http.StatusOK, func(c *config.Registries) { c.NBB.Named, c.GLEIF.Named, c.VIES.Named = true, true, true })
	said, err := r.Lookup(t.Context(), identify(t, "BE0403019261", ""), "")
	if err != nil || len(said) != 3 {
		t.Fatal(said, err)
	}
	var codes []string
	for _, s := range said {
		codes = append(codes, s.Card.Name+":"+connectors.CodeOf(s.Err))
	}
	if got := strings.Join(codes, " "); got != "nbb:no_key vies:bad_answer gleif:" {
		t.Errorf("%s", got)
	}
	for _, test := range []struct{ register, text, code string }{
		{"kvk", "BE0403019261", "not_asked_by"}, {"companieshouse", "BE0403019261", "not_asked_by"},
	} {
		said, err := r.Lookup(t.Context(), identify(t, test.text, ""), test.register)
		if err != nil || connectors.CodeOf(said[0].Err) != test.code {
			t.Errorf("%s: %v, %v", test.register, said, err)
		}
	}
	said, err = r.Lookup(t.Context(), identify(t, "00123456", "GB"), "companieshouse")
	if err != nil || connectors.CodeOf(said[0].Err) != "no_file" {
		t.Errorf("%v, %v", said, err)
	}
}

// TestFiles: what the files of a register say of a firm is one record, whichever
// comes first, in this project's own terms.
func TestFiles(t *testing.T) {
	for _, paths := range [][]string{{"units.csv", "places.csv"}, {"places.csv", "units.csv"}} {
		r, calls := asked(t, http.StatusOK, func(c *config.Registries) { c.Sirene.Named, c.Sirene.Options.Paths = true, paths })
		said, err := r.Lookup(t.Context(), identify(t, "111111118", "FR"), "")
		if err != nil || len(said) != 1 || said[0].Err != nil || len(said[0].Records) != 1 || len(*calls) > 0 {
			t.Fatal(said, err)
		}
		x := said[0].Records[0]
		if x.Name(registry.LegalName) != "ESSAI" || len(x.Places) != 1 || x.NaturalPerson != registry.Yes {
			t.Errorf("%+v", x)
		}
		got := map[string]string{}
		for _, v := range registers.Values(x, said[0].Card, []string{"xx", "nl"}) {
			got[v.Field] = strings.TrimSpace(v.Text + " " + v.Detail)
			if v.Licence == "" || v.Register != "sirene" || !v.Personal {
				t.Errorf("%+v", v)
			}
		}
		for field, want := range map[string]string{"legal_form": "FR-EI sole trader", "sector_section": "J 2008 Informatie en communicatie", "legal_form_filed": "1000 insee 1000"} {
			if got[field] != want {
				t.Errorf("%s is %q, want %q", field, got[field], want)
			}
		}
	}
	r, _ := asked(t, http.StatusOK, func(c *config.Registries) { c.Sirene.Named, c.Sirene.Options.Paths = true, []string{"gone.csv"} })
	said, err := r.Lookup(t.Context(), identify(t, "111111118", "FR"), "")
	if err != nil || connectors.CodeOf(said[0].Err) != "no_file" {
		t.Errorf("%v, %v", said, err)
	}
}

// TestCards: every register has a card, under another name.
func TestCards(t *testing.T) {
	var names []string
	for _, c := range registers.Cards() {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	if got := strings.Join(slices.Compact(names), " "); got != "companieshouse gleif kbo kvk nbb sirene vies" {
		t.Errorf("registers: %s", got)
	}
}
