package telemetry

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// metrics returns the metrics of a run. All are gauges: a run is over when they
// are sent, and its numbers belong to it alone.
func (c *Collector) metrics(r Run) *metricdata.ResourceMetrics {
	project := attribute.String("clientele.project", r.Project)
	floats := func(name, unit, doc string, points ...metricdata.DataPoint[float64]) metricdata.Metrics {
		return metricdata.Metrics{Name: name, Unit: unit, Description: doc, Data: metricdata.Gauge[float64]{DataPoints: points}}
	}
	ints := func(name, unit, doc string, points ...metricdata.DataPoint[int64]) metricdata.Metrics {
		return metricdata.Metrics{Name: name, Unit: unit, Description: doc, Data: metricdata.Gauge[int64]{DataPoints: points}}
	}
	second := func(v float64, of ...attribute.KeyValue) metricdata.DataPoint[float64] {
		return metricdata.DataPoint[float64]{Attributes: attribute.NewSet(append(of, project)...), StartTime: r.Start, Time: r.End, Value: v}
	}
	count := func(v int64, of ...attribute.KeyValue) metricdata.DataPoint[int64] {
		return metricdata.DataPoint[int64]{Attributes: attribute.NewSet(append(of, project)...), StartTime: r.Start, Time: r.End, Value: v}
	}
	flag := map[bool]int64{true: 1}

	var steps, ages []metricdata.DataPoint[float64]
	for _, s := range r.Steps {
		steps = append(steps, second(s.Took.Seconds(), attribute.String("step", s.Name)))
	}
	var rows, held []metricdata.DataPoint[int64]
	for _, s := range r.Sources {
		source := attribute.String("source", s.Name)
		held = append(held, count(flag[s.Held != ""], source))
		if s.Age >= 0 {
			ages = append(ages, second(s.Age.Seconds(), source))
		}
		for _, t := range s.Tables {
			for _, n := range []struct {
				outcome string
				rows    int64
			}{{"read", t.Read}, {"conformed", t.Conformed}, {"filtered", t.Filtered}, {"quarantined", t.Quarantined}} {
				rows = append(rows, count(n.rows, source, attribute.String("table", t.Name), attribute.String("outcome", n.outcome)))
			}
		}
	}
	all := []metricdata.Metrics{
		floats("clientele.run.duration", "s", "how long the run took", second(r.End.Sub(r.Start).Seconds(), attribute.String("status", r.Status))),
		ints("clientele.run.published", "1", "1 where the run published, 0 where it did not", count(flag[r.Published], attribute.String("status", r.Status))),
		ints("clientele.run.ended", "s", "when the run ended, in seconds since 1970", count(r.End.Unix(), attribute.String("status", r.Status))),
	}
	if r.Published {
		all = append(all, ints("clientele.customers", "{customer}", "customers that are published", count(r.Customers)))
	}
	if len(steps) > 0 {
		all = append(all, floats("clientele.step.duration", "s", "how long a step took", steps...))
	}
	if len(held) > 0 {
		all = append(all, ints("clientele.source.held", "1", "1 where the source was held back", held...))
	}
	if len(ages) > 0 {
		all = append(all, floats("clientele.source.age", "s", "how old the last delivery of a source is", ages...))
	}
	if len(rows) > 0 {
		all = append(all, ints("clientele.rows", "{row}", "rows by what became of them: read = conformed + filtered + quarantined", rows...))
	}
	return &metricdata.ResourceMetrics{Resource: c.resource(r), ScopeMetrics: []metricdata.ScopeMetrics{{
		Scope: instrumentation.Scope{Name: scope, Version: c.Version}, Metrics: all}}}
}
