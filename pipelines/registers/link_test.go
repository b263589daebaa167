package registers_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines/config"
	"clientele/pipelines/registers"
	"clientele/schemas"
)

// TestLandedLinks: what was found for a party is a row of its own and is remembered with what it
// was found by; a link that can't be read any more is an error.
func TestLandedLinks(t *testing.T) {
	r, _ := asked(t, http.StatusOK, func(*config.Registries) {})
	party := registers.Party{Source: "shop", Record: "a:1", Names: []string{"Bakkerij"}}
	table := slices.Index(schemas.RegistryInputs(), "registry_links")
	in, _ := schemas.Input("registry_links")
	for _, x := range []struct {
		link registers.Link
		want []any // source, record, number, establishment, relation
		last string
	}{
		{registers.Link{Number: "0403019261", Site: "2377470790", Relation: registers.Branch, Probability: .99, Rival: .005}, []any{"shop", "a:1", "0403019261", "2377470790", "branch"}, "0403019261"},
		{registers.Link{Number: "0403019261", Relation: registers.Succeeded, Probability: .97}, []any{"shop", "a:1", "0403019261", nil, "succeeded"}, ""},
		{registers.Link{}, []any{"shop", "a:1", nil, nil, nil}, ""},
	} {
		l, err := registers.LandedLink("kbo", party, x.link, "2026-01-03")
		if err != nil {
			t.Fatal(err)
		}
		tables, err := r.Rows("kbo", l, registers.Origin{Source: "registry.kbo", Delivery: "d"})
		if err != nil || len(tables[table]) != 1 || len(tables[0]) != 0 {
			t.Fatalf("%v, %v", tables, err)
		}
		var got []any
		for _, c := range []string{"link_source", "link_record", "number", "establishment", "relation"} {
			got = append(got, tables[table][0][slices.Index(in.ColumnNames(), c)])
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		want := registers.Last{On: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), Known: x.link.Number != "", Hash: party.Hash(), Number: x.last}
		if diff := cmp.Diff(want, r.Recall("kbo", l)); diff != "" {
			t.Errorf("recalled (-want +got):\n%s", diff)
		}
		l.Answers[0].Body = []byte("{")
		if _, err := r.Rows("kbo", l, registers.Origin{}); err == nil {
			t.Error("half a link is read")
		}
		l.Answers = nil
		if _, err := r.Rows("kbo", l, registers.Origin{}); err == nil {
			t.Error("no link is read")
		}
	}
	moved := party
	moved.Street = "Wetstraat"
	if party.Hash() == moved.Hash() || registers.LinkKey(party) != registers.LinkKey(moved) || registers.LinkKey(party) == registers.LinkKey(registers.Party{Source: "shop", Record: "1"}) {
		t.Error("a party is not told by its record, or what it is found by not by its hash")
	}
}
