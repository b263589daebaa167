package jobs

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"clientele/pipelines"
)

// progress shows how far a night is: a live line on a terminal, one line a step
// in a pipe, or a JSON record a step.
type progress struct {
	app  *app
	last time.Time
}

func (p *progress) show(e pipelines.Event) {
	a := p.app
	observed := e.Step == pipelines.StepObserve
	switch {
	case a.quiet && !observed:
	case a.logs():
		p.record(e)
	case observed:
		fmt.Fprintf(a.Err, "%swarning: %s: %s\n", p.clear(), e.Source, e.Detail)
	case e.Step == pipelines.StepHeld:
		fmt.Fprintf(a.Err, "%s! %s is held back: %s\n", p.clear(), e.Source, e.Detail)
	case e.Failed:
		fmt.Fprintf(a.Err, "%s  %-10s failed after %.2fs\n", p.clear(), e.Step, e.Took.Seconds())
	case e.Done:
		fmt.Fprintf(a.Err, "%s  %-10s %12s  %7.2fs\n", p.clear(), e.Step, rowsText(e), e.Took.Seconds())
	case a.Terminal && a.Now().Sub(p.last) > 100*time.Millisecond:
		p.last = a.Now()
		fmt.Fprintf(a.Err, "%s  %-10s %s %s", p.clear(), e.Step, e.Source, rowsText(e))
	}
}

// record writes an event that a person would want to find in a log.
func (p *progress) record(e pipelines.Event) {
	attrs := []slog.Attr{slog.String("run", e.Run), slog.String("step", e.Step)}
	if e.Source != "" {
		attrs = append(attrs, slog.String("source", e.Source))
	}
	if e.Done || e.Failed {
		attrs = append(attrs, slog.Int64("rows", e.Rows), slog.Float64("took_seconds", e.Took.Seconds()))
	}
	if e.Detail != "" {
		attrs = append(attrs, slog.String("detail", e.Detail))
	}
	log := p.app.log()
	switch {
	case e.Step == pipelines.StepHeld:
		log.LogAttrs(context.Background(), slog.LevelWarn, "source held back", attrs...)
	case e.Step == pipelines.StepObserve:
		log.LogAttrs(context.Background(), slog.LevelWarn, "no word could be sent", attrs...)
	case e.Failed:
		log.LogAttrs(context.Background(), slog.LevelError, "step failed", attrs...)
	case e.Done:
		log.LogAttrs(context.Background(), slog.LevelInfo, "step done", attrs...)
	}
}

// logs reports whether what goes to standard error is JSON, a record a line.
func (a *app) logs() bool {
	return a.logFormat == "json" || a.logFormat == "" && a.json
}

// logEnd writes the digest of a night into the log.
func (a *app) logEnd(r *pipelines.Report) {
	if !a.logs() {
		return
	}
	level := slog.LevelInfo
	attrs := []slog.Attr{slog.String("run", r.Run), slog.String("night", r.AsOf), slog.String("status", string(r.Status)),
		slog.Float64("took_seconds", r.Took().Seconds()), slog.Any("counts", r.Counts())}
	if len(r.Held()) > 0 {
		level = slog.LevelWarn
		attrs = append(attrs, slog.Any("held", r.Held()))
	}
	if r.Error != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.Any("error", r.Error))
	}
	if next := r.Next(); len(next) > 0 {
		attrs = append(attrs, slog.String("next", strings.Join(next, "; ")))
	}
	a.log().LogAttrs(context.Background(), level, r.Headline(), attrs...)
}

// clear returns what empties the live line of a terminal.
func (p *progress) clear() string {
	if p.app.Terminal {
		return "\r\x1b[K"
	}
	return ""
}

func rowsText(e pipelines.Event) string {
	if e.Rows == 0 {
		return ""
	}
	return thousands(e.Rows) + " " + cmp.Or(e.Unit, "rows")
}

// thousands writes a number with commas between thousands.
func thousands(n int64) string { return pipelines.Thousands(n) }
