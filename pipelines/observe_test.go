package pipelines_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
)

// witness writes down what an observer is told.
type witness struct {
	said    []string
	reports []*pipelines.Report
	err     error
}

func (w *witness) Name() string { return "witness" }

func (w *witness) Started(ctx context.Context, r *pipelines.Report) error {
	w.said = append(w.said, fmt.Sprintf("started %s attempt %d", r.Run, r.Attempt))
	return errors.Join(ctx.Err(), w.err)
}

func (w *witness) Ended(ctx context.Context, r *pipelines.Report) error {
	if ctx.Err() != nil {
		return errors.New("told too late")
	}
	code := ""
	if r.Error != nil {
		code = " " + r.Error.Code
	}
	w.said = append(w.said, fmt.Sprintf("ended %s %s%s before %q", r.Run, r.Status, code, r.Before))
	w.reports = append(w.reports, r)
	return w.err
}

// TestObserver: who watches hears when a night begins and how it ends, also when
// it is stopped, and can't change how.
func TestObserver(t *testing.T) {
	s := newShop(t)
	p := s.open()
	w := &witness{err: errors.New("nobody\nanswers")}
	watched := pipelines.RunOptions{Observers: []pipelines.Observer{w}}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.Run(stopped, watched); err == nil {
		t.Fatal("a stopped run went well")
	}
	w.said, w.reports = nil, nil
	if _, err := p.Run(t.Context(), watched); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), watched); err != nil {
		t.Fatal(err)
	}
	want := []string{"started 2026-02-01.1 attempt 1", `ended 2026-02-01.1 published before ""`, "started 2026-02-01.2 attempt 1", `ended 2026-02-01.2 published before "published"`}
	if diff := cmp.Diff(want, w.said); diff != "" {
		t.Error(diff)
	}
	h, ok, err := p.RunHistory(t.Context(), "2026-02-01.1")
	if err != nil || !ok {
		t.Fatal(err)
	}
	var notes []string
	for _, step := range h.Steps {
		if step.Step == "witness" {
			notes = append(notes, fmt.Sprint(step.Failed, " ", step.Detail))
		}
	}
	if diff := cmp.Diff([]string{"true nobody; answers", "true nobody; answers"}, notes); diff != "" {
		t.Errorf("the journal says (-want +got):\n%s", diff)
	}
	r := w.reports[0]
	if r.Sources[0].LastDelivery != "2026-02-01" || len(r.Sources[0].Loaded) != 1 || len(r.Sources[0].Steps) != 2 || r.Took() <= 0 {
		t.Errorf("sources %+v, took %s", r.Sources, r.Took())
	}
	if c := r.Counts(); c.Read != c.Conformed+c.Filtered+c.Quarantined || c.Read == 0 {
		t.Errorf("counts %+v", c)
	}
}

// TestFailureOf: what an error says, and what of it may leave the house.
func TestFailureOf(t *testing.T) {
	known := fmt.Errorf("extract: %w", connectors.Errorf(connectors.KindData, "ragged", "correct it", "orders.csv: line 3"))
	for _, test := range []struct {
		err          error
		code, public string
	}{
		{known, "ragged", "orders.csv: line 3"},
		{errors.New("Jan Janssens"), "failed", "an error that the program does not know"},
		{fmt.Errorf("extract: %w", context.Canceled), "interrupted", "a signal stopped the run"},
		{&pipelines.HeldError{Run: "r", Failed: []pipelines.CheckResult{{Check: "a", Message: "b"}}}, "checks_failed", "a: b"},
	} {
		f := pipelines.FailureOf(test.err)
		if f.Code != test.code || !strings.HasPrefix(f.Public().Message, test.public) {
			t.Errorf("%v: %+v, in public %+v", test.err, f, f.Public())
		}
	}
	if pipelines.FailureOf(nil) != nil || (*pipelines.Failure)(nil).Public() != nil {
		t.Error("no error is no failure")
	}
}

// TestRefused: a night that can't begin is told too.
func TestRefused(t *testing.T) {
	w := &witness{}
	at := time.Date(2026, 2, 1, 3, 0, 0, 0, time.UTC)
	errs := pipelines.Refused(t.Context(), []pipelines.Observer{w}, time.Time{}, at, connectors.Errorf(connectors.KindEnvironment, "locked", "wait", "somebody works"))
	if len(errs) != 0 || fmt.Sprint(w.said) != `[ended  failed locked before ""]` || w.reports[0].Headline() != "the night did not start" {
		t.Errorf("%v, %v", errs, w.said)
	}
}
