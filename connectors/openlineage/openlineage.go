// Package openlineage writes OpenLineage events (https://openlineage.io, version
// 2-0-2 of the specification): when a run begins, and when it has ended, with
// what it read and what it published.
package openlineage

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"clientele/connectors"
	"clientele/connectors/httpclient"
)

// The types of event.
const (
	Start    = "START"
	Complete = "COMPLETE"
	Fail     = "FAIL"
	Abort    = "ABORT" // stopped, by checks or by a signal
)

// Emitter sends events to a file, one a line, or to a URL.
type Emitter struct {
	File   string
	URL    string
	Key    string // bearer token of the URL
	Client *httpclient.Client
	// Namespace is that of the job.
	Namespace string
	Version   string
}

// Event is one transition of a run.
type Event struct {
	Type    string
	At      time.Time
	RunID   uuid.UUID
	Job     string
	Night   time.Time // when the day of the facts ended
	Inputs  []Dataset
	Outputs []Dataset
	Error   string // without personal data; "" for none
}

// Dataset is something that a run read or published.
type Dataset struct {
	Namespace string
	Name      string
	Doc       string
	Fields    []Field
	Rows      int64 // negative where they are not known
}

// Field is a column of a dataset.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"description,omitempty"`
}

// RunID returns the UUID of a run: version 5, of the names that tell it from all
// others, so that the events of a run agree and another machine derives the same.
func RunID(names ...string) uuid.UUID {
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:clientele"))
	for _, n := range names {
		id = uuid.NewSHA1(id, []byte(n))
	}
	return id
}

// Emit sends an event.
func (e *Emitter) Emit(ctx context.Context, event Event) error {
	body, err := json.Marshal(e.runEvent(event))
	if err != nil {
		return err
	}
	if e.File != "" {
		return e.write(append(body, '\n'))
	}
	r := e.Client.R(httpclient.Repeatable(ctx)).SetHeader("Content-Type", "application/json").SetBody(body) // the same event twice is one
	if e.Key != "" {
		r.SetAuthToken(e.Key)
	}
	_, err = e.Client.Do(r, http.MethodPost, e.URL)
	return err
}

// Reach finds out whether events can go where they are meant to, and sends none.
func (e *Emitter) Reach(ctx context.Context) error {
	if e.File == "" {
		return e.Client.Reach(ctx, e.URL)
	}
	return e.write(nil)
}

// write adds a line to the file. It is one call, so that lines of two processes do
// not mix.
func (e *Emitter) write(line []byte) error {
	fail := func(err error) error {
		return connectors.Errorf(connectors.KindEnvironment, "lineage_file", "check openlineage.file and its permissions", "add to %s: %w", e.File, errors.Unwrap(err))
	}
	if err := os.MkdirAll(filepath.Dir(e.File), 0o755); err != nil {
		return fail(err)
	}
	f, err := os.OpenFile(e.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fail(err)
	}
	if _, err := f.Write(line); err != nil {
		return errors.Join(fail(err), f.Close())
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	return nil
}
