package pipelines

import (
	"context"
	"errors"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// TestPrefetchStopped reads from a source that pays no heed to its context: what
// was cut off must not pass for all there is.
func TestPrefetchStopped(t *testing.T) {
	rec := array.NewRecord(arrow.NewSchema(nil, nil), nil, 0)
	defer rec.Release()
	ctx, stop := context.WithCancel(t.Context())
	next := func(context.Context) (arrow.Record, error) {
		rec.Retain()
		return rec, nil
	}
	err := prefetch(ctx, next, func(arrow.Record) error {
		stop()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}
