package kbo

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clientele/connectors"
	"clientele/connectors/objects"
	"clientele/connectors/registry"
	"clientele/schemas/option"
)

// Options of the register.
type Options struct {
	registry.Renewal
	Paths []string
	// LinkAbove is the probability from which a firm whose number nobody knows is taken to be
	// a registered one; 0 for never.
	LinkAbove float64
	// Fetch is the address of the files of a server that has the extracts, "" for none,
	// and Store how it is reached.
	Fetch string
	Store objects.Options
}

// Spec adds the options to s.
func (o *Options) Spec(s *option.Spec) {
	s.Strings(&o.Paths, "path", "its extracts, full ones and updates: ZIP files or folders, with * for any text; relative to the config").Required().Example("registries/KboOpenData_*.zip")
	s.Float(&o.LinkAbove, "link_above", 0.95, 0, 1, "probability from which a firm of which no source knows the number is taken to be one of the register; 0 looks for none")
	s.String(&o.Fetch, "fetch", "", "where extracts that the copy lacks are downloaded from, before nights and by `clientele enrich fetch`, into the folder of path").Example("sftp://user@files.example/kbo/*.zip")
	o.Store.Spec(s)
	o.Renewal.Spec(s, "40d", "age from which the values of the copy are stale")
	s.Check(o.check)
}

// check holds fetch to an address whose files path finds.
func (o *Options) check() error {
	if o.Fetch == "" {
		return nil
	}
	if !objects.InStore(o.Fetch) {
		return errors.New("fetch must be the address of files in a store, like sftp://user@host/folder/*.zip")
	}
	if _, ok := placeFor(o.Paths, exampleName); !ok {
		return errors.New("with fetch, path must find what is downloaded: write it like registries/KboOpenData_*.zip")
	}
	return nil
}

var card = registry.Card{
	Name: "kbo", Title: "KBO, the Belgian register of enterprises", Countries: []string{"BE"}, AskedBy: []registry.Key{registry.KeyEnterprise, registry.KeyVAT, registry.KeyName},
	Licence: registry.Licence{
		Name: "KBO Open Data", URL: "https://kbopub.economie.fgov.be/kbo-open-data/static/doc/Licentie/Licentie.pdf",
		Attribution: "Data from the Belgian Crossroads Bank for Enterprises (BCE/KBO), made available by the FPS Economy, SMEs, Self-Employed and Energy, Belgium.",
		Limits:      "commercial reuse needs an agreement with the FPS Economy; personal data may not be used for marketing, so natural persons are left out of the copy, and phones and e-mail addresses are kept as contact points that no permission follows from",
	},
	Fresh: "updates of every day, full extracts of every month",
	Gives: []string{"names in Dutch and French", "legal form", "legal situation", "start", "registered address in Dutch and French", "main activity", "phone, e-mail address and web site of some"},
	Lacks: []string{"natural persons", "firms that stopped", "directors", "revenue and headcount", "purpose"},
}

// Register is the register, by the copy of it that is kept.
type Register struct {
	extracts []string // patterns
	place    Place
	server   *objects.Files // where extracts are downloaded from, nil for nowhere
}

// New returns the register whose extracts are at absolute paths, and whose copy is
// kept in a place.
func New(extracts []string, place Place) *Register {
	return &Register{extracts: extracts, place: place}
}

// Card implements registry.Provider.
func (*Register) Card() registry.Card { return card }

// Refresh takes the extracts in that are newer than the copy, in the order of their
// numbers, and tells of each. Of what a full extract brings already, nothing is taken.
func (r *Register) Refresh(ctx context.Context, each func(registry.Refreshed)) (err error) {
	fresh, err := r.fresh(ctx)
	if err != nil || len(fresh) == 0 {
		return err
	}
	store, err := Open(ctx, r.place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for _, f := range fresh {
		if err := take(ctx, store, f.path, each); err != nil {
			return err
		}
	}
	return nil
}

func take(ctx context.Context, store *Store, path string, each func(registry.Refreshed)) (err error) {
	e, err := OpenExtract(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	counts, err := store.Load(ctx, e)
	if err != nil || counts == nil {
		return err
	}
	out := registry.Refreshed{Name: filepath.Base(path), AsOf: registry.Date(e.Snapshot.Format("2006-01-02"))}
	for _, c := range counts {
		out.Out, out.In = out.Out+c.Out, out.In+c.In
	}
	each(out)
	return nil
}

type numbered struct {
	path string
	Meta
}

// fresh finds the extracts to take in: from the newest full one on, where that is newer
// than the copy.
func (r *Register) fresh(ctx context.Context) ([]numbered, error) {
	all, err := r.here(ctx)
	if err != nil {
		return nil, err
	}
	have, err := r.have(ctx)
	if err != nil {
		return nil, err
	}
	from := have.Number + 1
	for _, n := range all {
		if n.Full && n.Number >= from {
			from = n.Number
		}
	}
	return slices.DeleteFunc(all, func(n numbered) bool { return n.Number < from }), nil
}

// here returns the extracts at the paths, in the order of their numbers.
func (r *Register) here(ctx context.Context) ([]numbered, error) {
	var all []numbered
	for _, pattern := range r.extracts {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 && r.server == nil {
			return nil, connectors.Errorf(connectors.KindConfig, "no_file", "download extracts from the open data portal of KBO, or correct registries.kbo.path", "there is no extract at %s", pattern)
		}
		for _, path := range paths {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if strings.HasPrefix(filepath.Base(path), ".") {
				continue
			}
			e, err := OpenExtract(path)
			if err != nil {
				return nil, err
			}
			all = append(all, numbered{path, e.Meta})
			if err := e.Close(); err != nil {
				return nil, connectors.SystemError(err)
			}
		}
	}
	slices.SortFunc(all, func(a, b numbered) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.path, b.path))
	})
	return all, nil
}

// have returns the last extract of the copy, none where there is no copy yet.
func (r *Register) have(ctx context.Context) (m Meta, err error) {
	if _, err := os.Stat(r.place.Path); errors.Is(err, fs.ErrNotExist) {
		return Meta{}, nil
	}
	store, err := Open(ctx, r.place)
	if err != nil {
		return Meta{}, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.Meta(ctx)
}

// open opens the copy, which must be there.
func (r *Register) open(ctx context.Context) (*Store, error) {
	if _, err := os.Stat(r.place.Path); errors.Is(err, fs.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_copy", "make it: clientele enrich load", "there is no copy of KBO yet")
	}
	return Open(ctx, r.place)
}

// Find implements registry.Kept.
func (r *Register) Find(ctx context.Context, q registry.Question) (records []registry.Record, err error) {
	store, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	numbers := []string{strings.TrimPrefix(q.Value, "BE")}
	if q.By == registry.KeyName {
		if numbers, err = store.named(ctx, q.Value); err != nil {
			return nil, err
		}
	}
	m, err := store.Meta(ctx)
	if err != nil {
		return nil, err
	}
	words, err := store.words(ctx)
	if err != nil {
		return nil, err
	}
	for _, number := range numbers {
		f, ok, err := store.Firm(ctx, number)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		record := f.record()
		record.AsOf = registry.Date(m.Snapshot.Format("2006-01-02"))
		if err := store.convert(ctx, &record); err != nil {
			return nil, err
		}
		words.say(&record, f)
		records = append(records, record)
	}
	return records, nil
}

// record says of a firm what registers say of firms.
func (f Firm) record() registry.Record {
	r := registry.Record{
		Register: card.Name, Number: f.Number, Form: registry.LegalForm{List: "kbo", Code: f.Form}, Status: status(f.Situation), NaturalPerson: registry.No,
		Numbers: []registry.Number{{Key: registry.KeyEnterprise, Value: f.Number}},
	}
	if !f.StartedOn.IsZero() {
		r.Founded = registry.Date(f.StartedOn.Format("2006-01-02"))
	}
	name := func(text, language string, kind registry.NameKind) {
		if text != "" {
			r.Names = append(r.Names, registry.Name{Text: text, Kind: kind, Language: language})
		}
	}
	name(f.NameNL, "nl", registry.LegalName)
	name(f.NameFR, "fr", registry.LegalName)
	if f.NameNL == "" && f.NameFR == "" {
		name(f.Name, "", registry.LegalName)
	}
	name(f.TradeName, "", registry.TradeName)
	name(f.Abbreviation, "", registry.Abbreviation)
	if f.Sector != "" {
		r.Sectors = []registry.Sector{{List: "nacebel", Version: f.SectorVersion, Code: f.Sector, Main: true, Group: f.SectorGroup}}
	}
	if f.Postcode != "" || f.MunicipalityNL != "" {
		p := registry.Place{Kind: registry.Seat, House: f.HouseNumber, Box: f.Box, Postcode: f.Postcode, Country: cmp.Or(f.Country, "BE")}
		r.Places = written(p, [2]string{f.StreetNL, f.MunicipalityNL}, [2]string{f.StreetFR, f.MunicipalityFR})
	}
	for _, point := range []struct {
		value string
		of    *[]string
	}{{f.Website, &r.Sites}, {f.Phone, &r.Phones}, {f.Email, &r.Emails}} {
		if point.value != "" {
			*point.of = []string{point.value}
		}
	}
	return r
}

// written returns an address by its street and town in Dutch and in French: once where
// they are the same, as in most of the country.
func written(p registry.Place, nl, fr [2]string) []registry.Place {
	in := func(language string, words, others [2]string) registry.Place {
		p.Language, p.Street, p.Town = language, cmp.Or(words[0], others[0]), cmp.Or(words[1], others[1])
		return p
	}
	if both := in("", nl, fr); both == in("", fr, nl) {
		return []registry.Place{both}
	}
	return []registry.Place{in("nl", nl, fr), in("fr", fr, nl)}
}

// status reads the code of a legal situation. Who stopped is not in the register.
func status(situation string) registry.Status {
	switch {
	case situation == "":
		return ""
	case situation >= "010" && situation <= "019", situation == "112":
		return registry.Liquidating
	case situation >= "048" && situation <= "053", situation == "091":
		return registry.Insolvent
	case situation == "111", situation == "999":
		return registry.Dissolved
	}
	return registry.Active
}
