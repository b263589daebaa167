package pipelines

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/schemas"
)

// MoveOptions say where the base goes.
type MoveOptions struct {
	// Config names the other warehouse, Home is where its files lie if it has any.
	Config *config.Config
	Home   string
	// Force replaces a base that is newer than the one that is moved.
	Force bool
}

// Moved is a base that was copied to another warehouse.
type Moved struct {
	Run       string       `json:"run,omitempty"`
	Base      []MovedTable `json:"base"`
	Published []MovedTable `json:"published"`
}

// MovedTable is a table with its digest in the old and in the new warehouse.
type MovedTable struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// MoveWarehouse copies the base to another warehouse and publishes it there. The
// old one stays as it is; the state is not touched, as it does not depend on the
// warehouse. Cut short, it is done by doing it again. Digests that differ are an
// error with the code "digests_differ".
func (p *Project) MoveWarehouse(ctx context.Context, o MoveOptions) (*Moved, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	home, err := filepath.Abs(o.Home)
	if err != nil {
		return nil, fmt.Errorf("home: %w", err)
	}
	if warehousePlace(o.Config, home) == warehousePlace(p.Config, p.Home) {
		return nil, connectors.Errorf(connectors.KindConfig, "same_warehouse", "name a config whose warehouse is another one", "the base is there already")
	}
	if err := p.sweep(); err != nil {
		return nil, err
	}
	temp, err := p.freshDir("move-temp")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	to, err := openWarehouse(ctx, o.Config, home, temp, p.env)
	if err != nil {
		return nil, err
	}
	defer to.Close()
	return p.moveTo(ctx, to, o.Force)
}

func (p *Project) moveTo(ctx context.Context, to connectors.Warehouse, force bool) (*Moved, error) {
	night, err := standsAt(ctx, p.Warehouse)
	if err != nil {
		return nil, err
	}
	there, err := standsAt(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("the other warehouse: %w", err)
	}
	if there.after(night) && !force {
		return nil, connectors.Errorf(connectors.KindConfig, "newer_base", "--force replaces it", "the base of the other warehouse is of run %s, and newer than this one, of run %s", there.Run, orNone(night.Run))
	}
	out := &Moved{Run: night.Run}
	if out.Base, err = p.moveBase(ctx, to); err != nil {
		return nil, err
	}
	if night.Run == "" {
		return out, nil
	}
	p.say(Event{Step: "publish"})
	if err := to.Publish(ctx, connectors.Publication{Run: night.Run, Tables: schemas.Published(), Fence: p.fence}); err != nil {
		return nil, fmt.Errorf("the other warehouse: %w", err)
	}
	p.say(Event{Step: "publish", Done: true})
	before, err := Digests(ctx, p.Warehouse)
	if err != nil {
		return nil, err
	}
	after, err := Digests(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("the other warehouse: %w", err)
	}
	out.Published, err = compare(before, after)
	return out, err
}

// moveBase copies the base by way of files.
func (p *Project) moveBase(ctx context.Context, to connectors.Warehouse) ([]MovedTable, error) {
	dir, err := p.freshDir("move")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	p.say(Event{Step: "copy"})
	before, err := p.exported(ctx, dir)
	if err != nil {
		return nil, err
	}
	p.say(Event{Step: "copy", Done: true})
	p.point("move:copied")
	p.say(Event{Step: "load"})
	if err := importBase(ctx, to, dir, p.fence); err != nil {
		return nil, fmt.Errorf("the other warehouse: %w", err)
	}
	p.say(Event{Step: "load", Done: true})
	p.point("move:loaded")
	after, err := digestBase(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("the other warehouse: %w", err)
	}
	return compare(before, after)
}

func (p *Project) exported(ctx context.Context, dir string) ([]Digest, error) {
	tx, err := p.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if err := tx.Create(ctx, schemas.Published()); err != nil {
		return nil, err
	}
	return exportBase(ctx, p.Warehouse, tx, dir)
}

// compare lays the digests of the same tables side by side.
func compare(before, after []Digest) ([]MovedTable, error) {
	var out []MovedTable
	var err error
	for _, b := range before {
		i := slices.IndexFunc(after, func(a Digest) bool { return a.Table == b.Table })
		if i < 0 {
			after, i = append(after, Digest{Table: b.Table}), len(after)
		}
		a := after[i]
		out = append(out, MovedTable{Table: b.Table, Rows: b.Rows, Before: b.SHA256, After: a.SHA256})
		if a != b && err == nil {
			err = connectors.Errorf(connectors.KindData, "digests_differ", "do not use the other warehouse; move again", "table %s has %d rows here and %d there, and other digests", b.Table, b.Rows, a.Rows)
		}
	}
	return out, err
}
