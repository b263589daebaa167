package textrows

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestBuilder(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	b := NewBuilder(mem, []string{"a", "b"})
	defer b.Release()
	for _, round := range []string{"first", "second"} {
		b.Begin(1, "")
		b.Set(1, []byte(round))
		b.Begin(2, "sheet")
		b.Fault("ragged: first reason")
		b.Fault("second reason")
		b.Begin(3, "")
		b.Set(0, []byte("x"))
		b.Set(1, nil)
		record := b.Flush()
		got, err := record.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		want := `[{"_fault":null,"_part":null,"_row":1,"a":null,"b":"` + round + `"}
,{"_fault":"ragged: first reason","_part":"sheet","_row":2,"a":null,"b":null}
,{"_fault":null,"_part":null,"_row":3,"a":"x","b":null}
]`
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s batch (-want +got):\n%s", round, diff)
		}
		record.Release()
	}
	b.Begin(1, "")
	b.Release()
	b.Release()
}

func TestBuilderIsFull(t *testing.T) {
	b := NewBuilder(nil, []string{"a"})
	defer b.Release()
	for n := 1; n <= MaxRows; n++ {
		b.Begin(int64(n), "")
		if b.Full() != (n == MaxRows) {
			t.Fatalf("full at %d rows is %v", n, b.Full())
		}
	}
	b.Flush().Release()
	b.Begin(1, "")
	b.Set(0, make([]byte, MaxBytes))
	if !b.Full() {
		t.Errorf("not full at %d bytes", MaxBytes)
	}
	record := b.Flush()
	defer record.Release()
	if got := len(record.Column(3).(*array.String).Value(0)); got != MaxBytes {
		t.Errorf("got %d bytes, want %d", got, MaxBytes)
	}
}

func TestColumns(t *testing.T) {
	got := Columns([]string{"a", "", " A\u00a0\nb ", "a", "a_2", "a", "_row"})
	if diff := cmp.Diff([]string{"a", "column_2", "A b", "a_3", "a_2", "a_4", "_row_2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestColumnsDiffer(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "a_2", "a_2_2", "column_1", "column_2", "_row", " "})
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SliceOf(text).Draw(t, "header")
		names := Columns(header)
		seen := map[string]bool{}
		for _, name := range names {
			if seen[name] || name == "" {
				t.Fatalf("%q of %q makes %q", name, header, names)
			}
			seen[name] = true
		}
		if diff := cmp.Diff(names, Columns(names)); diff != "" && !seen["_row_2"] {
			t.Fatalf("names of names differ:\n%s", diff)
		}
	})
}
