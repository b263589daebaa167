package restapi

import (
	"encoding/json"
	"time"
)

// Keep returns what a delivery keeps of a record's cursor, for tests.
func Keep(c Cursor, value string, now time.Time) (string, bool) {
	record, _ := json.Marshal(map[string]string{c.Field: value})
	p := &pull{list: &list{cursor: &c}, now: func() time.Time { return now }}
	at, ok := p.mark(record)
	return c.keep(at), ok
}

// GoOn asks what the next pull begins at, for tests.
func GoOn(c Cursor, kept string) error {
	_, err := c.since(kept)
	return err
}
