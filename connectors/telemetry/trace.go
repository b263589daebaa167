package telemetry

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const scope = "clientele"

// resource names who sends.
func (c *Collector) resource(r Run) *resource.Resource {
	return resource.NewSchemaless(attribute.String("service.name", c.Service), attribute.String("service.version", c.Version), attribute.String("host.name", r.Host))
}

// spans returns the trace of a run: a span of the whole, one per step, and in
// those of extract and conform one per source.
func (c *Collector) spans(r Run) []sdktrace.ReadOnlySpan {
	var all collected
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(&all), sdktrace.WithResource(c.resource(r)), sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithIDGenerator(&ids{of: fmt.Sprintf("%s\x00%s\x00%d\x00%d", r.Project, r.ID, r.Attempt, r.Start.UnixNano())}))
	tracer := provider.Tracer(scope, trace.WithInstrumentationVersion(c.Version))
	ctx, root := tracer.Start(context.Background(), "run", trace.WithTimestamp(r.Start), trace.WithAttributes(
		attribute.String("clientele.project", r.Project), attribute.String("clientele.run", r.ID), attribute.Int("clientele.attempt", r.Attempt),
		attribute.String("clientele.night", r.Night), attribute.String("clientele.status", r.Status), attribute.Int64("clientele.customers", r.Customers)))
	for _, s := range r.Steps {
		inside := stepSpan(ctx, tracer, s)
		for _, source := range r.Sources {
			for _, part := range source.Steps {
				if part.Name != s.Name {
					continue
				}
				part.Failed = source.Held != ""
				stepSpan(inside, tracer, part, attribute.String("clientele.source", source.Name), attribute.String("clientele.held", source.Held))
			}
		}
	}
	if r.ErrorCode != "" {
		root.SetAttributes(attribute.String("error.type", r.ErrorCode))
		root.SetStatus(codes.Error, r.Error)
	}
	root.End(trace.WithTimestamp(r.End))
	return all.spans
}

// stepSpan adds the span of a step and returns the context of those inside it.
func stepSpan(ctx context.Context, tracer trace.Tracer, s Step, more ...attribute.KeyValue) context.Context {
	ctx, span := tracer.Start(ctx, s.Name, trace.WithTimestamp(s.Start), trace.WithAttributes(append(more, attribute.Int64("clientele.rows", s.Rows))...))
	if s.Failed {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(s.Start.Add(s.Took)))
	return ctx
}

// collected keeps the spans that ended.
type collected struct{ spans []sdktrace.ReadOnlySpan }

// ExportSpans implements sdktrace.SpanExporter.
func (c *collected) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	c.spans = append(c.spans, spans...)
	return nil
}

// Shutdown implements sdktrace.SpanExporter.
func (c *collected) Shutdown(context.Context) error { return nil }

// ids derives the ids of a trace from what it is of, so that the same run is the
// same trace.
type ids struct {
	mu sync.Mutex
	of string
	n  int
}

// NewIDs implements sdktrace.IDGenerator.
func (g *ids) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	sum := sha256.Sum256([]byte(g.of))
	id := trace.TraceID(sum[:16])
	return id, g.NewSpanID(ctx, id)
}

// NewSpanID implements sdktrace.IDGenerator.
func (g *ids) NewSpanID(context.Context, trace.TraceID) trace.SpanID {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", g.of, g.n))
	return trace.SpanID(sum[:8])
}
