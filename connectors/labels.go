package connectors

import (
	"context"
	"maps"
)

type labelsKey struct{}

// WithLabel returns a context that says what its work belongs to: the run, the
// step. A warehouse that bills its jobs puts such labels on them.
func WithLabel(ctx context.Context, key, value string) context.Context {
	labels := maps.Clone(Labels(ctx))
	if labels == nil {
		labels = map[string]string{}
	}
	labels[key] = value
	return context.WithValue(ctx, labelsKey{}, labels)
}

// Labels returns what WithLabel said.
func Labels(ctx context.Context) map[string]string {
	labels, _ := ctx.Value(labelsKey{}).(map[string]string)
	return labels
}
