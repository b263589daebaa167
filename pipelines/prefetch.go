package pipelines

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
)

// prefetch reads batches on a goroutine of its own, one ahead, and hands each to
// use; so reading and using share the cores. It ends at io.EOF, the first error or
// the end of ctx, which is an error too, and when it returns the goroutine is
// gone.
func prefetch(ctx context.Context, next func(context.Context) (arrow.Record, error), use func(arrow.Record) error) error {
	type read struct {
		rec arrow.Record
		err error
	}
	reads := make(chan read, 1)
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer close(reads)
		for {
			rec, err := next(ctx)
			reads <- read{rec, err}
			if err != nil || ctx.Err() != nil {
				return
			}
		}
	}()
	var failed error
	for r := range reads {
		switch {
		case r.err == nil && failed == nil:
			failed = use(r.rec)
		case r.err != nil && failed == nil && !errors.Is(r.err, io.EOF):
			failed = r.err
		}
		if r.rec != nil {
			r.rec.Release()
		}
		if failed != nil {
			stop() // the rest is only drained
		}
	}
	if failed == nil { // a reader that is told to stop may just end
		failed = ctx.Err()
	}
	stop()
	return failed
}
