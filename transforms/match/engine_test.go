package match_test

import (
	"context"
	"errors"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"pgregory.net/rapid"

	"clientele/schemas"
	"clientele/transforms/match"
)

// read streams parties as the exact engine reads them.
func read(parties []map[string]string, perBatch int) match.Reader {
	return readFor(match.Exact{}, parties, perBatch)
}

// readFor streams parties, each a value per column by name, some to a batch, as an
// engine reads them.
func readFor(e match.Engine, parties []map[string]string, perBatch int) match.Reader {
	return func(each func(arrow.Record) error) error {
		for from := 0; from < len(parties); from += perBatch {
			b := array.NewRecordBuilder(memory.DefaultAllocator, schemaOf(e))
			defer b.Release()
			for _, p := range parties[from:min(from+perBatch, len(parties))] {
				for i, name := range e.Columns() {
					text, ok := b.Field(i).(*array.StringBuilder)
					switch {
					case !ok || p[name] == "":
						b.Field(i).AppendNull()
					default:
						text.Append(p[name])
					}
				}
			}
			rec := b.NewRecord()
			defer rec.Release()
			if err := each(rec); err != nil {
				return err
			}
		}
		return nil
	}
}

// schemaOf is the schema of the batches that an engine reads.
func schemaOf(e match.Engine) *arrow.Schema {
	parties, _ := schemas.Input("parties")
	fields := make([]arrow.Field, len(e.Columns()))
	for i, name := range e.Columns() {
		c, ok := parties.Column(name)
		if !ok {
			panic("parties have no column " + name)
		}
		fields[i] = arrow.Field{Name: name, Type: c.Type.Arrow(), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

func TestExactKeys(t *testing.T) {
	base := map[string]string{"source": "erp", "record_id": "1"}
	for _, c := range []struct {
		name       string
		both       map[string]string
		differ     string // column in which the two differ
		same       bool
		lastValues [2]string
	}{
		{"enterprise number", map[string]string{"kind": "organisation", "enterprise_number": "0403019261"}, "name_key", true, [2]string{"a", "b"}},
		{"VAT number", map[string]string{"kind": "organisation", "vat_number": "BE0403019261"}, "name_key", true, [2]string{"a", "b"}},
		{"e-mail and name", map[string]string{"kind": "person", "email": "a@b.example", "name_key": "claes"}, "postcode", true, [2]string{"1", "2"}},
		{"", map[string]string{"kind": "person", "email": "a@b.example"}, "name_key", false, [2]string{"a", "b"}},
		{"name and postcode", map[string]string{"kind": "person", "postcode": "1000", "name_key": "claes"}, "email", true, [2]string{"1", "2"}},
		{"name and town", map[string]string{"kind": "person", "town_key": "gent", "name_key": "claes"}, "postcode", true, [2]string{"1", "2"}},
		{"name and firm", map[string]string{"kind": "person", "organisation": "firm", "name_key": "claes"}, "postcode", true, [2]string{"1", "2"}},
		{"", map[string]string{"organisation": "firm", "name_key": "claes"}, "source", false, [2]string{"1", "2"}},
		{"", map[string]string{"enterprise_number": "0403019261"}, "kind", false, [2]string{"person", "organisation"}},
		{"", map[string]string{"kind": "organisation", "name_key": "claes"}, "postcode", false, [2]string{"1", ""}},
		{"", map[string]string{"kind": "organisation"}, "record_id", false, [2]string{"1", "2"}},
	} {
		var parties []map[string]string
		for _, last := range c.lastValues {
			p := map[string]string{}
			for _, values := range []map[string]string{base, c.both, {c.differ: last}} {
				for k, v := range values {
					p[k] = v
				}
			}
			parties = append(parties, p)
		}
		got, err := match.Exact{}.Cluster(context.Background(), read(parties, 1))
		if err != nil {
			t.Fatal(err)
		}
		if same := got.Root[0] == got.Root[1]; same != c.same || got.Rule[1] != c.name {
			t.Errorf("parties %v are one: %v by %q, want %v by %q", parties, same, got.Rule[1], c.same, c.name)
		}
	}
}

// Which parties are one does not depend on the order in which they come, nor on
// the batches that they come in; each cluster is called by its first party.
func TestExactIsFreeOfOrder(t *testing.T) {
	value := rapid.SampledFrom([]string{"", "1", "2", "3"})
	rapid.Check(t, func(r *rapid.T) {
		parties := make([]map[string]string, rapid.IntRange(0, 12).Draw(r, "parties"))
		for i := range parties {
			parties[i] = map[string]string{"source": "erp", "record_id": string(rune('a' + i)), "kind": rapid.SampledFrom([]string{"", "organisation"}).Draw(r, "kind")}
			for _, name := range []string{"name_key", "postcode", "town_key", "enterprise_number", "vat_number", "email", "organisation"} {
				parties[i][name] = value.Draw(r, name)
			}
		}
		one := partition(r, parties, max(len(parties), 1))
		other := partition(r, rapid.Permutation(parties).Draw(r, "order"), rapid.IntRange(1, 4).Draw(r, "batch"))
		for a := range one {
			for b := range one {
				if (one[a] == one[b]) != (other[a] == other[b]) {
					r.Fatalf("%s and %s are one: %v, in another order %v", a, b, one[a] == one[b], other[a] == other[b])
				}
			}
		}
	})
}

func partition(r *rapid.T, parties []map[string]string, perBatch int) map[string]string {
	c, err := match.Exact{}.Cluster(context.Background(), read(parties, perBatch))
	if err != nil {
		r.Fatal(err)
	}
	out := map[string]string{}
	for i, p := range c.Parties {
		root := c.Root[i]
		if root > int32(i) || c.Root[root] != root {
			r.Fatalf("party %d has the root %d, which is not the first of its cluster", i, root)
		}
		if (root == int32(i)) != (c.Rule[i] == "") {
			r.Fatalf("party %d with root %d was joined by %q", i, root, c.Rule[i])
		}
		out[p.Record] = c.Parties[root].Record
	}
	return out
}

func TestClusterStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (match.Exact{}).Cluster(ctx, read([]map[string]string{{"source": "erp", "record_id": "1"}}, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}
