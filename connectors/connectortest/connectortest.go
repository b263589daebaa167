// Package connectortest is the conformance suite of sources: what a pipeline
// relies on and no source may do otherwise.
package connectortest

import (
	"context"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"clientele/connectors"
)

// Bounds of a batch that a source yields.
const (
	maxRows  = 8192
	maxBytes = 32 << 20 // buffers of 4 MiB of text, grown by doubling, with their offsets
)

// Harness is how the suite handles the sources of one package.
type Harness struct {
	// New makes a source over an empty place, and what fills that place. Batches
	// are allocated by mem where the source lets them be.
	New func(t testing.TB, mem memory.Allocator) Place
	// LargeRows is how many rows make a delivery of some 64 MB; 0 leaves out the
	// test of bounded memory, for sources whose place can't be made that large.
	LargeRows int
	// HeapGrowth is by how many bytes the heap may grow while a large delivery
	// is read; 0 for 32 MiB.
	HeapGrowth uint64
}

// Place is where a source reads.
type Place struct {
	Source connectors.Source
	// Put adds a delivery of so many rows; a delivery with a larger ordinal is
	// listed later. The same arguments make the same delivery.
	Put func(ordinal, rows int)
	// Vanish takes away all that was put; nil where that can't happen.
	Vanish func()
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	t.Run("nothing to read is no error", h.nothing)
	t.Run("deliveries are stable and in order", h.deliveries)
	t.Run("the same bytes give the same batches", h.repeatable)
	t.Run("batches are bounded and have one schema and a lineage", h.batches)
	t.Run("a cancelled context stops the reading", h.cancel)
	t.Run("rows close more than once", h.closeTwice)
	t.Run("a delivery that is gone is a clear error", h.vanished)
	t.Run("memory is bounded", h.boundedMemory)
}

func (h Harness) nothing(t *testing.T) {
	list, err := h.New(t, memory.DefaultAllocator).Source.Deliveries(t.Context(), "")
	if err != nil || len(list) != 0 {
		t.Errorf("Deliveries of an empty place = %v, %v, want none", list, err)
	}
}

func (h Harness) deliveries(t *testing.T) {
	p := h.New(t, memory.DefaultAllocator)
	for _, n := range []int{10, 2, 9, 1} {
		p.Put(n, n)
	}
	first := list(t, p)
	if len(first) != 4 {
		t.Fatalf("got %d deliveries, want 4", len(first))
	}
	if diff := cmp.Diff(first, list(t, p)); diff != "" {
		t.Errorf("a second listing differs (-first +second):\n%s", diff)
	}
	for i, want := range []int64{1, 2, 9, 10} {
		if got := count(t, p, first[i]); got != want {
			t.Errorf("delivery %d of the list has %d rows, want %d: the order is wrong", i, got, want)
		}
	}
	names, hashes := map[string]bool{}, map[string]bool{}
	for _, d := range first {
		names[d.Name] = true
		hashes[d.Hash] = true
		if d.Hash != "" && len(d.Hash) != 64 {
			t.Errorf("%s: the hash %q is not a SHA-256 in hexadecimal", d.Name, d.Hash)
		}
	}
	if len(names) != 4 || len(hashes) != 4 && !hashes[""] {
		t.Errorf("names or hashes do not tell deliveries apart: %v", first)
	}
}

func (h Harness) repeatable(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	p := h.New(t, mem)
	p.Put(1, maxRows+100)
	d := list(t, p)[0]
	first, second := read(t, p, d), read(t, p, d)
	defer release(first)
	defer release(second)
	if len(first) != len(second) {
		t.Fatalf("got %d batches, then %d", len(first), len(second))
	}
	for i := range first {
		if !array.RecordEqual(first[i], second[i]) {
			t.Errorf("batch %d differs from one reading to the next", i)
		}
	}
}

func (h Harness) batches(t *testing.T) {
	p := h.New(t, memory.DefaultAllocator)
	const total = 2*maxRows + 5
	p.Put(1, total)
	rows := open(t, p, list(t, p)[0])
	defer rows.Close()
	schema := rows.Schema()
	for i, want := range connectors.LineageFields() {
		if got := schema.Field(i); !got.Equal(want) {
			t.Errorf("column %d is %v, want %v", i, got, want)
		}
	}
	n, last := int64(0), map[string]int64{}
	for {
		batch, err := rows.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !batch.Schema().Equal(schema) {
			t.Errorf("a batch has the schema %v, the rows %v", batch.Schema(), schema)
		}
		if got := batch.NumRows(); got == 0 || got > maxRows {
			t.Errorf("a batch has %d rows, want 1 to %d", got, maxRows)
		}
		if got := size(batch); got > maxBytes {
			t.Errorf("a batch has %d bytes, want at most %d", got, maxBytes)
		}
		n += batch.NumRows()
		checkLineage(t, batch, last)
		batch.Release()
	}
	if n != total {
		t.Errorf("read %d rows, want %d", n, total)
	}
	for range 2 {
		if batch, err := rows.Next(t.Context()); !errors.Is(err, io.EOF) || batch != nil {
			t.Errorf("Next behind the end = %v, %v, want io.EOF", batch, err)
		}
	}
}

// checkLineage checks that rows of each part start at 1 or later and grow.
func checkLineage(t *testing.T, batch arrow.Record, last map[string]int64) {
	t.Helper()
	rows := batch.Column(0).(*array.Int64)
	parts := batch.Column(1).(*array.String)
	for i := range rows.Len() {
		part := ""
		if parts.IsValid(i) {
			part = parts.Value(i)
		}
		if rows.IsNull(i) || rows.Value(i) <= last[part] {
			t.Fatalf("row %d follows row %d", rows.Value(i), last[part])
		}
		last[part] = rows.Value(i)
	}
}

func (h Harness) cancel(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	p := h.New(t, mem)
	p.Put(1, 2*maxRows)
	d := list(t, p)[0]
	rows := open(t, p, d)
	defer rows.Close()
	ctx, cancel := context.WithCancel(t.Context())
	batch, err := rows.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	batch.Release()
	cancel()
	if batch, err := rows.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Next of a cancelled context = %v, %v, want its error", batch, err)
	}
	if _, err := p.Source.Deliveries(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("Deliveries of a cancelled context: %v, want its error", err)
	}
	if _, err := p.Source.Open(ctx, d); !errors.Is(err, context.Canceled) {
		t.Errorf("Open of a cancelled context: %v, want its error", err)
	}
}

func (h Harness) closeTwice(t *testing.T) {
	p := h.New(t, memory.DefaultAllocator)
	p.Put(1, 3)
	rows := open(t, p, list(t, p)[0])
	for range 2 {
		if err := rows.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if batch, err := rows.Next(t.Context()); err == nil {
		t.Errorf("Next behind Close = %v, want an error", batch)
	}
}

func (h Harness) vanished(t *testing.T) {
	p := h.New(t, memory.DefaultAllocator)
	if p.Vanish == nil {
		t.Skip("a delivery of this source can't vanish")
	}
	p.Put(1, 3)
	d := list(t, p)[0]
	p.Vanish()
	_, err := p.Source.Open(t.Context(), d)
	if connectors.KindOf(err) == 0 || connectors.CodeOf(err) == "" {
		t.Errorf("Open of a delivery that is gone: %v, want an error with kind and code", err)
	}
}

func (h Harness) boundedMemory(t *testing.T) {
	if testing.Short() || h.LargeRows == 0 {
		t.Skip("-short, or a source whose place can't be made large")
	}
	p := h.New(t, memory.DefaultAllocator)
	p.Put(1, h.LargeRows)
	d := list(t, p)[0]
	limit := h.HeapGrowth
	if limit == 0 {
		limit = 32 << 20
	}
	before := heap()
	rows := open(t, p, d)
	defer rows.Close()
	most, n := uint64(0), int64(0)
	for i := 0; ; i++ {
		batch, err := rows.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		n += batch.NumRows()
		batch.Release()
		if i%8 == 0 {
			most = max(most, heap())
		}
	}
	if n != int64(h.LargeRows) {
		t.Errorf("read %d rows, want %d", n, h.LargeRows)
	}
	if most > before+limit {
		t.Errorf("the heap grew by %d MiB over %d MiB, want at most %d", (most-before)>>20, d.Size>>20, limit>>20)
	}
}

// heap returns the bytes that are reachable now.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
