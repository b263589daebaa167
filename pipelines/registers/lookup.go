package registers

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/schemas/suggest"
)

// Said is what one register said of a firm.
type Said struct {
	Card    registry.Card
	Records []registry.Record
	// Err is what kept it from answering.
	Err error
}

// Lookup asks registers about a firm: the one called name, or, where name is "",
// those of the config that cover its country and can be asked by what is known
// of it; where the config names none, those that need no key. A register that
// can't answer keeps the others from nothing: its error is in what it Said.
func (r *Registers) Lookup(ctx context.Context, id Identity, name string) ([]Said, error) {
	asked, err := r.choose(id, name)
	if err != nil {
		return nil, err
	}
	out := make([]Said, len(asked))
	for i, x := range asked {
		out[i].Card = x.Card()
		out[i].Records, out[i].Err = x.lookup(ctx, id)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return out, nil
}

// choose returns the registers to ask.
func (r *Registers) choose(id Identity, name string) ([]register, error) {
	if name != "" {
		names := make([]string, len(r.list))
		for i, x := range r.list {
			names[i] = x.Card().Name
		}
		i := slices.Index(names, name)
		if i < 0 {
			return nil, connectors.Errorf(connectors.KindConfig, "unknown_register", meant(name, names), "no register is called %q", name)
		}
		return r.list[i : i+1], nil
	}
	some := slices.ContainsFunc(r.list, func(x register) bool { return x.named })
	var out []register
	for _, x := range r.list {
		_, bulk := x.Provider.(registry.Bulk)
		ready := x.named || !some && x.keyed && (!bulk || isCaller(x.Provider))
		if _, ok := x.question(id); ok && ready && x.Card().Covers(id.Country) {
			out = append(out, x)
		}
	}
	if len(out) == 0 {
		return nil, connectors.Errorf(connectors.KindConfig, "no_register", "docs/registries.md says what each is asked by; --registry names one, --country the country of a number",
			"none of the registers can be asked by the %s of a firm in %s", words(id.By), country(id.Country))
	}
	return out, nil
}

// meant is the remedy of a name that is none of those there are.
func meant(name string, names []string) string {
	if like := suggest.Suggest(name, names); like != "" {
		return "did you mean " + like + "?"
	}
	return "there are: " + strings.Join(names, ", ")
}

func isCaller(p registry.Provider) bool { _, ok := p.(registry.Caller); return ok }

// question returns what to ask the register by: the first of its keys that the
// identity has.
func (x register) question(id Identity) (registry.Question, bool) {
	for _, key := range x.Card().AskedBy {
		if value, ok := id.Values[key]; ok && !(len(x.paths) > 0 && key == registry.KeyName) {
			return registry.Question{By: key, Value: value, Country: id.Country}, true
		}
	}
	return registry.Question{}, false
}

// lookup asks the register, or reads its files.
func (x register) lookup(ctx context.Context, id Identity) ([]registry.Record, error) {
	q, ok := x.question(id)
	if !ok {
		keys := make([]string, len(x.Card().AskedBy))
		for i, key := range x.Card().AskedBy {
			keys[i] = words(key)
		}
		return nil, connectors.Errorf(connectors.KindConfig, "not_asked_by", "give its "+strings.Join(keys, ", or "), "%s can't be asked by the %s of a firm in %s", x.Card().Title, words(id.By), country(id.Country))
	}
	if kept, ok := x.Provider.(registry.Kept); ok {
		records, err := kept.Find(ctx, q)
		return derived(records), err
	}
	if caller, ok := x.Provider.(registry.Caller); ok && len(x.paths) == 0 {
		answers, err := caller.Ask(ctx, q)
		if err != nil {
			return nil, err
		}
		records, err := caller.Parse(answers)
		return derived(records), err
	}
	if len(x.paths) == 0 {
		name := x.Card().Name
		return nil, connectors.Errorf(connectors.KindConfig, "no_file", "get its file and write registries: { "+name+": { path: FILE } }", "%s comes as a file, and the config names none", x.Card().Title)
	}
	var out []registry.Record
	err := files{x}.All(ctx, []registry.Question{q}, func(_ registry.Question, r registry.Record) error {
		out = append(out, r)
		return nil
	})
	return derived(out), err
}

// search reads the records of wanted firms from a file, from its beginning to its end.
func (x register) search(ctx context.Context, path string, wanted registry.Wanted) (out []registry.Record, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_file", "correct registries."+x.Card().Name+".path", "there is no file %s", path)
	}
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	defer f.Close()
	for r, err := range x.Provider.(registry.Bulk).Records(&stopping{ctx, f}, wanted) {
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// stopping is a file whose reading ends with a context.
type stopping struct {
	ctx  context.Context
	file *os.File
}

func (s *stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.file.Read(p)
}

// joined makes one record of those that the files of a register have of the same
// firm: the one that names it, with the places and parents of all.
func joined(list []registry.Record) (out []registry.Record) {
	at := map[string]int{}
	for _, r := range list {
		i, ok := at[r.Number]
		if !ok {
			at[r.Number], out = len(out), append(out, r)
			continue
		}
		if len(out[i].Names) == 0 {
			out[i], r = r, out[i]
		}
		out[i].Places = append(out[i].Places, r.Places...)
		out[i].Parents = append(out[i].Parents, r.Parents...)
	}
	return out
}

// words is a key in words.
func words(k registry.Key) string { return strings.ReplaceAll(string(k), "_", " ") }

func country(code string) string {
	if code == "" {
		return "an unknown country"
	}
	return code
}
