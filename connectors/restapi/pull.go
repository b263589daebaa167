package restapi

import (
	"context"
	"encoding/json"
	"time"

	"clientele/connectors"
	"clientele/connectors/jsonrows"
)

// pull reads the records of a list, a page at a time, and learns how far they
// reach.
type pull struct {
	list  *list
	now   func() time.Time
	since string // where the pull begins, as a delivery keeps it
	each  func(record json.RawMessage) error
	limit int64 // of records, 0 for all

	records int64
	marked  bool
	highest mark
}

// run reads all pages.
func (p *pull) run(ctx context.Context, a *asker, v values) error {
	since, err := p.list.cursor.since(p.since)
	if err != nil {
		return connectors.Errorf(connectors.KindConfig, "bad_cursor", "check cursor.type; what was read before was read with another", "where the last pull ended %w", err)
	}
	if since != nil {
		v[valueSince] = since
	}
	w := newWalk(p.list, v)
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, err := w.ask()
		if err != nil {
			return err
		}
		page, err := a.fetch(ctx, p.list, e)
		if err != nil {
			return err
		}
		before, last := p.records, json.RawMessage(nil)
		if err := jsonrows.Elements(page.records, func(record []byte) error {
			last = record
			return p.take(record)
		}); err != nil {
			return err
		}
		if more, err = w.turn(page, int(p.records-before), last); err != nil {
			return err
		}
		if p.limit > 0 && p.records >= p.limit {
			return nil
		}
	}
	if p.list.cursor.Field != "" && p.records > 0 && !p.marked {
		return connectors.Errorf(connectors.KindConfig, "missing_cursor", "check cursor.field, cursor.type and cursor.layout",
			"none of %d records has a %s that can be read as %s", p.records, p.list.cursor.Field, p.list.cursor.Type)
	}
	return nil
}

// take takes a record.
func (p *pull) take(record json.RawMessage) error {
	p.records++
	if at, ok := p.mark(record); ok && (!p.marked || p.list.cursor.compare(at, p.highest) > 0) {
		p.highest, p.marked = at, true
	}
	return p.each(record)
}

// mark returns the mark of a record.
func (p *pull) mark(record json.RawMessage) (mark, bool) {
	c := p.list.cursor
	if c.Field == "" {
		return mark{}, false
	}
	value := jsonrows.At(record, jsonrows.Path(c.Field))
	if value == nil {
		return mark{}, false
	}
	at, err := c.parse(value, false)
	if err != nil {
		return mark{}, false
	}
	// What is dated tomorrow must not keep what happens today from being read.
	if c.Type == cursorTime && p.now != nil && at.time.After(p.now()) {
		at.time = p.now().UTC()
	}
	return at, true
}

// end is where the source stands after the pull, as a delivery keeps it.
func (p *pull) end() string {
	if !p.marked {
		return p.since
	}
	c := p.list.cursor
	if p.since != "" {
		if begun, err := c.parse(quoted(p.since), true); err == nil && c.compare(begun, p.highest) > 0 {
			return p.since
		}
	}
	return c.keep(p.highest)
}
