package registers

import (
	"cmp"
	"context"

	"clientele/connectors"
	"clientele/connectors/registry"
)

// Refreshed is what the copy of a register took in.
type Refreshed struct {
	Register string               `json:"register"`
	Files    []registry.Refreshed `json:"files"`
}

// Refresh brings the copies of the registers of the config up to date, by the files that
// are here.
func (r *Registers) Refresh(ctx context.Context, each func(name string, f registry.Refreshed)) ([]Refreshed, error) {
	var out []Refreshed
	for _, x := range r.list {
		kept, ok := x.Provider.(registry.Kept)
		if !ok || !x.named {
			continue
		}
		done := Refreshed{Register: x.Card().Name, Files: []registry.Refreshed{}}
		err := kept.Refresh(ctx, func(f registry.Refreshed) {
			done.Files = append(done.Files, f)
			each(done.Register, f)
		})
		out = append(out, done)
		if err != nil {
			return out, err
		}
	}
	if len(out) == 0 {
		return nil, connectors.Errorf(connectors.KindConfig, "no_register", "write registries: { kbo: { path: KboOpenData_*.zip } }", "the config names no register of which a copy is kept")
	}
	return out, nil
}

// Fetched is what was downloaded of a register.
type Fetched struct {
	Register string             `json:"register"`
	Files    []registry.Fetched `json:"files"`
}

// Fetch downloads what the copy of a register lacks.
func (r *Registers) Fetch(ctx context.Context, name string, each func(registry.Fetched)) (out Fetched, err error) {
	out = Fetched{Register: name, Files: []registry.Fetched{}}
	var names []string
	for _, x := range r.list {
		if _, ok := x.Provider.(registry.Fetcher); ok {
			names = append(names, x.Card().Name)
		}
	}
	i := r.index(name)
	if i < 0 {
		return out, connectors.Errorf(connectors.KindConfig, "unknown_register", meant(name, names), "no register is called %q", name)
	}
	fetcher, ok := r.list[i].Provider.(registry.Fetcher)
	if !ok {
		return out, connectors.Errorf(connectors.KindConfig, "no_fetch", meant(name, names), "no files of %s are fetched", name)
	}
	return out, fetcher.Fetch(ctx, func(f registry.Fetched) {
		out.Files = append(out.Files, f)
		each(f)
	})
}

// RefreshOne brings the copy of a register up to date, where one is kept, by what it
// fetches where the config says from where. A copy that can't be is as it was, or as far
// as it came.
func (r *Registers) RefreshOne(ctx context.Context, name string) error {
	x := r.list[r.index(name)].Provider
	var fetching error
	if fetcher, ok := x.(registry.Fetcher); ok && fetcher.Fetches() {
		fetching = fetcher.Fetch(ctx, func(registry.Fetched) {})
	}
	kept, ok := x.(registry.Kept)
	if !ok {
		return nil
	}
	return cmp.Or(fetching, kept.Refresh(ctx, func(registry.Refreshed) {}))
}
