package watch

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientele/connectors"
	"clientele/connectors/openlineage"
	"clientele/connectors/telemetry"
	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/schemas"
)

// tracer sends the trace and the metrics of a run.
type tracer struct {
	to            *telemetry.Collector
	project, host string
}

// Name implements pipelines.Observer.
func (t *tracer) Name() string { return "telemetry" }

// Started implements pipelines.Observer: telemetry goes out once, at the end.
func (t *tracer) Started(context.Context, *pipelines.Report) error { return nil }

// Ended implements pipelines.Observer.
func (t *tracer) Ended(ctx context.Context, r *pipelines.Report) error {
	out := telemetry.Run{ID: r.Run, Attempt: r.Attempt, Project: t.project, Night: r.AsOf, Status: string(r.Status), Host: t.host,
		Published: r.Status == connectors.RunPublished || r.Status == connectors.RunPartly,
		Start:     r.StartedAt, End: r.FinishedAt, Customers: r.Tables["customers"], Steps: steps(r.Steps)}
	if f := r.Error.Public(); f != nil {
		out.ErrorCode, out.Error = f.Code, f.Message
	}
	for _, s := range r.Sources {
		source := telemetry.Source{Name: s.Source, Held: s.HeldCode, Steps: steps(s.Steps), Age: age(s.LastDelivery, r.AsOf)}
		for _, table := range s.Tables {
			var one pipelines.Report
			one.Sources = []pipelines.SourceReport{{Tables: []pipelines.TableReport{table}}}
			n := one.Counts()
			source.Tables = append(source.Tables, telemetry.Table{Name: table.Table, Read: n.Read, Conformed: n.Conformed, Filtered: n.Filtered, Quarantined: n.Quarantined})
		}
		out.Sources = append(out.Sources, source)
	}
	return t.to.Send(ctx, out)
}

func steps(reports []pipelines.StepReport) []telemetry.Step {
	var out []telemetry.Step
	for _, s := range reports {
		out = append(out, telemetry.Step{Name: s.Step, Start: s.StartedAt, Took: s.Took, Rows: s.Rows, Failed: s.Failed})
	}
	return out
}

// age is the time from the night of a delivery to another; negative where there
// was none.
func age(delivered, night string) time.Duration {
	from, err1 := time.Parse(time.DateOnly, delivered)
	to, err2 := time.Parse(time.DateOnly, night)
	if err1 != nil || err2 != nil {
		return -1
	}
	return to.Sub(from)
}

// lineage tells what a run read and published.
type lineage struct {
	to     *openlineage.Emitter
	config *config.Config
}

// Name implements pipelines.Observer.
func (l *lineage) Name() string { return "openlineage" }

// Started implements pipelines.Observer.
func (l *lineage) Started(ctx context.Context, r *pipelines.Report) error {
	return l.to.Emit(ctx, l.event(openlineage.Start, r.StartedAt, r))
}

// Ended implements pipelines.Observer. A run that could not begin has no event:
// it had no START.
func (l *lineage) Ended(ctx context.Context, r *pipelines.Report) error {
	if r.Run == "" {
		return nil
	}
	typ := openlineage.Fail
	switch r.Status {
	case connectors.RunPublished, connectors.RunPartly:
		typ = openlineage.Complete
	case connectors.RunHeld, connectors.RunRunning:
		typ = openlineage.Abort
	}
	e := l.event(typ, r.FinishedAt, r)
	if f := r.Error.Public(); f != nil {
		e.Error = f.Code + ": " + f.Message
	}
	for _, s := range r.Sources {
		for _, d := range s.Loaded {
			e.Inputs = append(e.Inputs, l.delivery(s.Source, d))
		}
	}
	if typ == openlineage.Complete {
		for _, t := range schemas.Published() {
			e.Outputs = append(e.Outputs, l.table(t, r))
		}
	}
	return l.to.Emit(ctx, e)
}

func (l *lineage) event(typ string, at time.Time, r *pipelines.Report) openlineage.Event {
	night, err := time.ParseInLocation(time.DateOnly, r.AsOf, l.config.Company.Zone)
	if err != nil {
		night = at
	}
	return openlineage.Event{Type: typ, At: at, RunID: uuid.MustParse(runID(l.config.Company.Name, r)), Job: l.config.Company.Name + ".night", Night: night}
}

// delivery returns what a run read: a file, by the naming of OpenLineage
// (https://openlineage.io/docs/spec/naming), or a pull of a source.
func (l *lineage) delivery(source string, d pipelines.LoadedDelivery) openlineage.Dataset {
	out := openlineage.Dataset{Namespace: "clientele://source/" + source, Name: d.Name, Rows: d.Rows}
	if s, ok := l.config.Source(source); ok && len(s.Paths) > 0 {
		name := filepath.FromSlash(d.Name)
		if !filepath.IsAbs(name) {
			name = filepath.Join(l.config.Dir(), name)
		}
		if abs, err := filepath.Abs(name); err == nil {
			name = abs
		}
		out.Namespace, out.Name = "file", filepath.ToSlash(name)
	}
	return out
}

// table returns a published table, by the same naming.
func (l *lineage) table(t schemas.Table, r *pipelines.Report) openlineage.Dataset {
	out := openlineage.Dataset{Namespace: "duckdb://" + filepath.ToSlash(r.File), Name: t.Name, Doc: t.Doc, Rows: r.Tables[t.Name]}
	if b := l.config.Warehouse.BigQuery; b != nil {
		out.Namespace, out.Name = "bigquery", b.Project+"."+b.Dataset+"."+t.Name
	}
	for _, c := range t.Columns {
		out.Fields = append(out.Fields, openlineage.Field{Name: c.Name, Type: strings.ToLower(c.Type.String()), Doc: c.Doc})
	}
	return out
}
