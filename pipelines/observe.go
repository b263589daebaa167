package pipelines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/pipelines/config"
)

// Observer is told when a run begins and how it ended: it sends word to people
// and machines. What it can't do it returns, and that is said and written down;
// it never changes how a run ends.
type Observer interface {
	// Name says in the journal who it is.
	Name() string
	// Started is called when a run begins.
	Started(ctx context.Context, r *Report) error
	// Ended is called when a run has ended, well or not.
	Ended(ctx context.Context, r *Report) error
}

// How long all observers together may take.
const (
	startedWithin = 15 * time.Second
	endedWithin   = time.Minute
)

// firstStep reads the sources: every attempt at a run begins with it, but where it
// only works again what was read before.
const firstStep = "extract"

// stepFailed is how the detail of a step begins that did not come to its end.
const stepFailed = "failed: "

// stepReport returns a step as reports have it.
func stepReport(s connectors.Step) StepReport {
	detail, failed := strings.CutPrefix(s.Detail, stepFailed)
	return StepReport{Step: s.Name, StartedAt: s.StartedAt, Took: max(0, s.FinishedAt.Sub(s.StartedAt)), Rows: s.Rows,
		Detail: detail, Failed: failed || s.FinishedAt.IsZero()}
}

// attempts returns which attempt at the run this is, and the place of the last
// step of those before.
func (r *run) attempts(ctx context.Context) (attempt, earlier int, err error) {
	steps, err := r.project.State.Steps(ctx, r.journal.ID)
	if err != nil {
		return 0, 0, err
	}
	attempt = 1
	for _, s := range steps {
		earlier = max(earlier, s.Ordinal)
		if s.Name == firstStep {
			attempt++
		}
	}
	return attempt, earlier, nil
}

// timed writes down how long a part of a step took that was one source's.
func (r *run) timed(source, step string, began time.Time, took time.Duration, rows int64) {
	s := r.source(source)
	s.Steps = append(s.Steps, StepReport{Step: step, StartedAt: began, Took: took, Rows: rows})
}

// unknownFailure is the code of an error that has none.
const unknownFailure = "failed"

// Failure is what stopped a run.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// FailureOf returns what an error says.
func FailureOf(err error) *Failure {
	var held *HeldError
	var known *connectors.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &held):
		said := make([]string, len(held.Failed))
		for i, c := range held.Failed {
			said[i] = c.Check + ": " + c.Message
		}
		return &Failure{Code: "checks_failed", Message: strings.Join(said, "; "), Remedy: fmt.Sprintf("let one pass once with: clientele runs approve %s CHECK --why …", held.Run)}
	case errors.Is(err, context.Canceled):
		return &Failure{Code: "interrupted", Message: "a signal stopped the run", Remedy: "the next run takes it up"}
	case errors.As(err, &known):
		return &Failure{Code: known.Code, Message: known.Message, Remedy: known.Remedy}
	}
	return &Failure{Code: unknownFailure, Message: err.Error()}
}

// Public returns the failure as it may leave the house, in a message or a trace:
// errors that the program knows name files, lines and counts and never values;
// what others say is withheld.
func (f *Failure) Public() *Failure {
	if f == nil || f.Code != unknownFailure {
		return f
	}
	return &Failure{Code: f.Code, Message: "an error that the program does not know; its text stays in the journal, for it may quote data", Remedy: "`clientele runs show` prints it"}
}

// text returns the failure as the journal keeps it.
func (f *Failure) text() string {
	if f == nil {
		return ""
	}
	out := f.Code + ": " + f.Message
	if f.Remedy != "" {
		out += " (" + f.Remedy + ")"
	}
	return out
}

// observe tells the observers something, in bounded time and also when the run
// is being stopped.
func (r *run) observe(ctx context.Context, within time.Duration, tell func(o Observer, ctx context.Context) error) {
	if len(r.observers) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	for _, o := range r.observers {
		err := tell(o, ctx)
		if err == nil {
			continue
		}
		r.project.say(Event{Step: StepObserve, Source: o.Name(), Detail: lines(err), Failed: true})
		r.ordinal++
		at := r.project.env.Now()
		// That this can't be written down either changes nothing about the night.
		_ = r.project.State.SaveStep(ctx, connectors.Step{Run: r.journal.ID, Ordinal: r.earlier + r.ordinal, Name: o.Name(), StartedAt: at, FinishedAt: at, Detail: stepFailed + lines(err)})
	}
}

// lines puts what several errors say behind each other.
func lines(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// Refused tells observers of a run that could not begin.
func Refused(ctx context.Context, observers []Observer, night time.Time, at time.Time, cause error) []error {
	r := &Report{Status: connectors.RunFailed, StartedAt: at, FinishedAt: at, Error: FailureOf(cause)}
	if !night.IsZero() {
		r.AsOf = night.Format(time.DateOnly)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endedWithin)
	defer cancel()
	var errs []error
	for _, o := range observers {
		if err := o.Ended(ctx, r); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s", o.Name(), lines(err)))
		}
	}
	return errs
}

// detail says in a few words what a step did, for the journal.
func (r *run) detail(step string) string {
	s := r.report.Counts()
	switch step {
	case "extract":
		return fmt.Sprintf("%d new deliveries%s", s.Deliveries, r.heldText())
	case "conform":
		return fmt.Sprintf("%d read, %d conformed, %d filtered, %d quarantined%s", s.Read, s.Conformed, s.Filtered, s.Quarantined, r.heldText())
	case "match":
		m := r.report.Match
		looked := ""
		if m.Touched > 0 {
			looked = fmt.Sprintf("; changes concern %d parties", m.Touched)
		}
		grey := ""
		if m.Grey > 0 {
			grey = fmt.Sprintf("; %d pairs are grey", m.Grey)
		}
		return fmt.Sprintf("%d parties are %d customers; %d merges, %d splits%s%s", m.Parties, m.Customers, m.Merges, m.Splits, grey, looked)
	}
	return ""
}

func (r *run) heldText() string {
	var names []string
	for _, s := range r.report.Sources {
		if s.Held != "" {
			names = append(names, s.Source+" ("+s.HeldCode+")")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("; held back: %s", joined(names))
}

// lastDeliveries writes into the report when each source last delivered what the
// base holds.
func (r *run) lastDeliveries(sources []*config.Source) {
	for _, s := range sources {
		var last time.Time
		for _, l := range r.landings {
			loaded := l.State == connectors.LandingLoaded || slices.ContainsFunc(r.source(s.Name).Loaded, func(d LoadedDelivery) bool { return d.Name == l.Delivery.Name })
			if l.Source == s.Name && loaded && l.AsOf.After(last) {
				last = l.AsOf
			}
		}
		if !last.IsZero() {
			r.source(s.Name).LastDelivery = last.Format(time.DateOnly)
		}
	}
}
