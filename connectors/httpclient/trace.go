package httpclient

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// span begins the span of a request. It names the host and nothing else of the
// URL, whose path and query may hold what is secret or personal.
func (c *Client) span(r *http.Request) (context.Context, trace.Span) {
	provider := c.options.Traces
	if provider == nil {
		provider = trace.SpanFromContext(r.Context()).TracerProvider()
	}
	return provider.Tracer("clientele/connectors/httpclient").Start(r.Context(), r.Method, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("server.address", r.URL.Hostname())))
}

// finish ends the span of a request with how it ended, as the semantic
// conventions of OpenTelemetry for HTTP have it.
func finish(span trace.Span, of *call, resp *http.Response, err error) {
	if of.waits > 0 {
		span.SetAttributes(attribute.Int("http.request.resend_count", of.waits))
	}
	switch {
	case err != nil:
		span.SetStatus(codes.Error, "no answer")
	case resp.StatusCode >= 400:
		span.SetStatus(codes.Error, "")
		fallthrough
	default:
		span.SetAttributes(attribute.Int("http.response.status_code", resp.StatusCode))
	}
	span.End()
}
